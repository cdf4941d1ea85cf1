"""Both services behind one facade."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from model.errors import Refused, Unavailable
from yian import embedded
from yian.embedded import broker, child


def test_both_services_are_up_inside_the_block_and_gone_after_it(tmp_path: Path) -> None:
    assert embedded.running(tmp_path) is None
    with embedded.services(tmp_path, mqtt_port=broker.free_port()) as services:
        with psycopg.connect(services.database_url) as conn:
            assert conn.execute("SELECT 1").fetchone() == (1,)
        assert broker.answers(services.mqtt_host, services.mqtt_port)
        assert embedded.running(tmp_path) == services
    assert embedded.running(tmp_path) is None
    assert not broker.answers(services.mqtt_host, services.mqtt_port)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(services.database_url)


def test_a_second_start_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    with embedded.services(tmp_path, mqtt_port=broker.free_port(), durable=False) as services:
        with pytest.raises(Refused), embedded.services(tmp_path):
            pass
        assert embedded.running(tmp_path) == services
        psycopg.connect(services.database_url).close()


def test_a_server_that_ends_at_once_is_reported_with_its_last_words(tmp_path: Path) -> None:
    log = tmp_path / "log"
    started = child.start("a server", ["sh", "-c", "echo out of paper; exit 3"], log=log)
    with pytest.raises(Unavailable, match=r"a server ended at once.*out of paper"):
        started.wait_until(lambda: False, within=child.timedelta(seconds=20))
