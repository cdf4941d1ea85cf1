"""Real services for every test: a broker, PostgreSQL, TimescaleDB, and a database of the test's own.

`broker`    a fresh Mosquitto on a free port (host, port, kind); the wheel's broker by
            `@pytest.mark.parametrize("broker", [Kind.RUMQTTD], indirect=True)`
`database`  the address of a fresh, migrated database; the test runs once on plain PostgreSQL and once on
            TimescaleDB, or on one by `@pytest.mark.ground("plain")` or `--ground plain`
"""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.services import databases, timescale
from tests.services.absence import absent
from yian.embedded import broker as brokers
from yian.embedded import postgres

# No property fails because the machine is busy: how long an example takes is no promise of ours.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

GROUNDS = {"plain": "postgres_url", "timescale": "timescale_url"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--ground",
        choices=(*GROUNDS, "both"),
        default="both",
        help="on which database the tests run that take `database`",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "ground(name): run on this database only, plain or timescale")
    config.addinivalue_line("markers", "may_not: the server is to refuse who asks")
    config.addinivalue_line("markers", "types_wrong_values: the server is to refuse what this test types")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "ground" not in metafunc.fixturenames:
        return
    chosen = str(metafunc.config.getoption("--ground"))
    names = list(GROUNDS) if chosen == "both" else [chosen]
    marker = metafunc.definition.get_closest_marker("ground")
    if marker is not None:
        names = [name for name in names if name in marker.args]
    metafunc.parametrize("ground", names, indirect=True, scope="session")


@pytest.fixture
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[brokers.Broker]:
    """A broker of the test's own; Mosquitto unless the test asks for another kind."""
    kind: brokers.Kind = getattr(request, "param", brokers.Kind.MOSQUITTO)
    if kind is brokers.Kind.MOSQUITTO and brokers.find_mosquitto() is None:
        absent("mosquitto is not installed")
    running = brokers.start(tmp_path / "broker", port=brokers.free_port(), kind=kind)
    yield running
    running.stop()


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """The address of a plain PostgreSQL server."""
    server = postgres.start(tmp_path_factory.mktemp("postgres"), durable=False)
    yield server.url
    server.stop()


@pytest.fixture(scope="session")
def timescale_url() -> Generator[str]:
    """The address of a server that has TimescaleDB."""
    given = os.environ.get("YIAN_TEST_TIMESCALE_URL")
    if given:
        yield given
        return
    root = timescale.made()
    if root is None:
        absent(timescale.how_to_make())
    with timescale.serve(root) as url:
        yield url


@pytest.fixture(scope="session")
def ground(request: pytest.FixtureRequest) -> str:
    """The address of the server that this run of the test is on."""
    return request.getfixturevalue(GROUNDS[request.param])


@pytest.fixture(scope="session")
def template(ground: str) -> Generator[str]:
    """The name of a migrated database on that server."""
    with databases.template(ground) as name:
        yield name


@pytest.fixture
def database(ground: str, template: str) -> Generator[str]:
    """The address of a fresh, migrated database that is dropped after the test."""
    with databases.clone(ground, template) as url:
        yield url
