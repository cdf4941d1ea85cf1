"""One thing to wait for, where word may come from our own threads or from the database."""

from __future__ import annotations

import contextlib
import select
import socket
from typing import Self

from store.sql import Conn


class Wake:
    """Set by any thread, and waited for by one, which hears beside it what its connection is told by NOTIFY.

    A pair of sockets, because nothing waits for an event of threads and for a connection at once.
    """

    def __init__(self) -> None:
        self._ear, self._mouth = socket.socketpair()
        self._ear.setblocking(False)
        self._mouth.setblocking(False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ear.close()
        self._mouth.close()

    def set(self) -> None:
        """Let whoever waits go on; does nothing where nobody will wait any more."""
        # It may be full: then it is set.
        with contextlib.suppress(OSError):
            self._mouth.send(b"\0")

    def clear(self, conn: Conn | None) -> bool:
        """Forget what was said so far, and say whether there was anything; a lost connection raises."""
        said = False
        with contextlib.suppress(BlockingIOError):
            while self._ear.recv(4096):
                said = True
        if conn is not None:
            told = len(list(conn.notifies(timeout=0)))
            # What came in one piece with the answer to a query is in libpq's hands, and the socket is silent.
            while conn.pgconn.notifies() is not None:
                told += 1
            said = said or told > 0
        return said

    def wait(self, timeout_s: float, conn: Conn | None) -> bool:
        """Wait until it is set or the connection is told something, and say whether that was in time."""
        if self.clear(conn):
            return True
        lines = select.poll()
        lines.register(self._ear, select.POLLIN)
        if conn is not None:
            lines.register(conn, select.POLLIN)
        lines.poll(timeout_s * 1000)
        return self.clear(conn)
