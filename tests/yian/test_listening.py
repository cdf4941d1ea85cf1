"""Where the API listens, an answer goes out at once."""

from __future__ import annotations

import socket

from yian.roles.api import listen


def test_a_connection_waits_for_no_acknowledgement_of_the_half_of_an_answer() -> None:
    with listen("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
