"""docker-compose.yml against the compose specification, and against what our code really has."""

from __future__ import annotations

import re
import tomllib
from typing import cast

import pytest

from api.app import create_app
from api.config import ApiConfig
from tests.deploy.composed import CONTEXT, ONE_MACHINE, PROGRAM, PROJECT, VARIABLE
from yian.roles import ROLES

TEXT = ONE_MACHINE.text
SERVICES = ONE_MACHINE.services
OURS = ONE_MACHINE.ours


def _variables(text: str) -> list[tuple[str, str, str]]:
    return cast(list[tuple[str, str, str]], VARIABLE.findall(text))


@pytest.mark.parametrize("service", OURS)
def test_each_command_of_ours_exists(service: str) -> None:
    program, command = OURS[service]["command"]
    assert program == "yian"
    assert command in PROGRAM.list_commands(CONTEXT)


def test_every_role_has_a_service() -> None:
    assert {service["command"][1] for service in OURS.values()} == {*ROLES, "migrate"}


def test_a_role_waits_for_the_schema() -> None:
    for service in OURS.values():
        if service["command"][1] != "migrate":
            assert service["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_the_health_check_of_the_api_asks_a_path_and_port_that_it_has() -> None:
    service = SERVICES["api"]
    port = service["environment"]["YIAN_HTTP_PORT"]
    found = re.search(r"http://127\.0\.0\.1:(\d+)(/\w+)", service["healthcheck"]["test"][-1])
    assert found is not None
    paths = create_app(ApiConfig(database_url="postgresql://nowhere/", secret_key="x" * 16)).openapi()[
        "paths"
    ]
    assert found[1] == port
    assert "get" in paths[found[2]]
    assert all(published.endswith(f":{port}") for published in service["ports"])


@pytest.mark.parametrize("service", ["ingest", "ingest-2", "alerts"])
def test_the_health_check_of_a_role_is_a_command_that_exists(service: str) -> None:
    command = SERVICES[service]["healthcheck"]["test"]
    assert command[:4] == ["CMD", "yian", "doctor", "--role"]
    assert command[4] == OURS[service]["command"][1]
    assert command[4] in ROLES
    doctor = PROGRAM.get_command(CONTEXT, "doctor")
    assert doctor is not None
    assert "--role" in [option for parameter in doctor.params for option in parameter.opts]


def test_each_receiver_has_a_session_of_its_own() -> None:
    replicas = [s["environment"]["YIAN_REPLICA"] for s in OURS.values() if s["command"][1] == "ingest"]
    assert len(set(replicas)) == len(replicas)


def test_ports_of_broker_and_clients_agree() -> None:
    config = (PROJECT / "deploy" / "mosquitto" / "mosquitto.conf").read_text(encoding="utf-8")
    port = SERVICES["ingest"]["environment"]["YIAN_MQTT_PORT"]
    assert f"listener {port}\n" in config
    assert SERVICES["broker"]["ports"] == [f"${{YIAN_MQTT_PUBLISH:-{port}}}:{port}"]
    health: list[str] = SERVICES["broker"]["healthcheck"]["test"]
    assert f"listener {health[health.index('-p') + 1]} 127.0.0.1\n" in config


def test_no_secret_has_a_default_and_each_says_what_to_set() -> None:
    for name, mark, words in _variables(TEXT):
        if re.search(r"PASSWORD|SECRET|PUBLIC_URL", name):
            assert mark == "?", name
            assert len(words) > 10, name


def test_the_example_names_every_variable() -> None:
    example = (PROJECT / ".env.example").read_text(encoding="utf-8")
    named = set(re.findall(r"^#?(\w+)=", example, re.MULTILINE))
    used = {(name, mark) for name, mark, _ in _variables(TEXT)}
    assert {name for name, _ in used} == named
    must = set(re.findall(r"^(\w+)=$", example, re.MULTILINE))
    assert must == {name for name, mark in used if mark == "?"}


def test_the_database_is_postgresql_17_with_timescaledb() -> None:
    assert re.fullmatch(r"timescale/timescaledb:[\d.]+-pg17", SERVICES["database"]["image"])


def test_the_image_holds_every_package_and_runs_as_nobody_special() -> None:
    dockerfile = (PROJECT / "Dockerfile").read_text(encoding="utf-8")
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert set(re.findall(r"^COPY (\w+) \1$", dockerfile, re.MULTILINE)) == set(packages)
    ignored = (PROJECT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {f"!{package}" for package in packages} <= set(ignored)
    assert "--require-hashes" in dockerfile
    assert re.search(r"^USER yian$", dockerfile, re.MULTILINE)
