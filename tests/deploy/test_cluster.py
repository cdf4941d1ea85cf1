"""deploy/cluster: in the form of the compose specification, and nothing in it that our code does not have.

It is not started here: that takes Docker and a dozen containers. What is checked is what can be wrong in a file.
"""

from __future__ import annotations

import importlib.resources
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.deploy.test_compose import CONTEXT, PROGRAM, VARIABLE
from yian.roles import ROLES
from yian.settings import VARIABLES, load

PROJECT = Path(__file__).parents[2]
CLUSTER = PROJECT / "deploy" / "cluster"
TEXT = (CLUSTER / "compose.yml").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
MANY = {"ingest": 3, "alerts": 2, "api": 2, "migrate": 1}


def test_it_keeps_to_the_compose_specification() -> None:
    vendored = importlib.resources.files("check_jsonschema") / "builtin_schemas" / "vendor"
    schema = json.loads((vendored / "compose-spec.json").read_text(encoding="utf-8"))
    jsonschema.validate(COMPOSE, schema)


def _has_compose() -> bool:
    found = shutil.which("docker")
    return (
        found is not None
        and subprocess.run([found, "compose", "version"], capture_output=True).returncode == 0
    )


@pytest.mark.skipif(not _has_compose(), reason="docker compose is not installed")
def test_compose_itself_accepts_it() -> None:
    subprocess.run(
        ["docker", "compose", "--project-directory", ".", "-f", str(CLUSTER / "compose.yml"), "config", "-q"],
        cwd=PROJECT,
        env={**os.environ, **dict.fromkeys(re.findall(r"\$\{(\w+)", TEXT), "at-least-16-characters")},
        check=True,
    )


def test_each_role_is_there_as_often_as_it_is_said() -> None:
    commands = [service["command"] for service in OURS.values()]
    assert all(command[0] == "yian" and command[1] in PROGRAM.list_commands(CONTEXT) for command in commands)
    assert {role: [c[1] for c in commands].count(role) for role in (*ROLES, "migrate")} == MANY


@pytest.mark.parametrize("service", OURS)
def test_the_settings_know_and_accept_what_a_service_is_given(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment: dict[str, str] = OURS[service]["environment"]
    assert set(environment) <= set(VARIABLES.values())
    for name, value in environment.items():
        monkeypatch.setenv(
            name, VARIABLE.sub(lambda found: found[3] if found[2] == "-" else "at-least-16-characters", value)
        )
    settings = load()
    assert settings.database_url is not None
    if service.startswith("ingest"):
        assert settings.mqtt_shared


@pytest.mark.parametrize("service", [name for name in SERVICES if name not in OURS])
def test_foreign_images_are_pinned(service: str) -> None:
    assert re.match(r"\d+\.\d+\.\d+", SERVICES[service]["image"].rpartition(":")[2])


@pytest.mark.parametrize("service", [name for name in SERVICES if name != "migrate"])
def test_what_runs_for_long_has_a_health_check_and_comes_back(service: str) -> None:
    assert SERVICES[service]["healthcheck"]["test"]
    assert SERVICES[service]["restart"] == "unless-stopped"


def test_what_a_service_waits_for_exists() -> None:
    for name, service in SERVICES.items():
        assert set(service.get("depends_on", ())) <= set(SERVICES), name


def test_each_receiver_and_each_clock_has_a_name_of_its_own() -> None:
    for role in ("ingest", "alerts"):
        names = [s["environment"]["YIAN_REPLICA"] for s in OURS.values() if s["command"][1] == role]
        assert len(set(names)) == len(names) == MANY[role]


def test_the_brokers_know_each_other() -> None:
    brokers = [service for name, service in SERVICES.items() if re.fullmatch(r"broker-\d", name)]
    seeds = brokers[0]["environment"]["EMQX_CLUSTER__STATIC__SEEDS"].strip("[]").split(",")
    assert [broker["environment"]["EMQX_NODE__NAME"] for broker in brokers] == seeds
    for broker, seed in zip(brokers, seeds, strict=True):
        host = seed.partition("@")[2]
        assert broker["hostname"] == host
        assert host in broker["networks"]["default"]["aliases"]


def test_the_balancer_knows_every_broker_and_board() -> None:
    config = (CLUSTER / "haproxy.cfg").read_text(encoding="utf-8")
    servers = set(re.findall(r"^ +server ([\w-]+) \1:(\d+)", config, re.MULTILINE))
    wanted = {(name, "8883") for name in SERVICES if re.fullmatch(r"broker-\d", name)}
    wanted |= {(name, "8000") for name in SERVICES if name.startswith("api-")}
    assert servers == wanted
    for port in ("8883", "8000"):
        assert f"bind :{port}\n" in config
        assert any(published.endswith(f":{port}") for published in SERVICES["broker"]["ports"])


def test_the_primary_waits_for_stand_bys_that_are_there() -> None:
    script = (CLUSTER / "database" / "allow-standbys.sh").read_text(encoding="utf-8")
    named = re.search(r"ANY 1 \(([^)]*)\)", script)
    assert named is not None
    hosts = [service["hostname"] for name, service in SERVICES.items() if name.startswith("standby-")]
    assert named[1].split(", ") == hosts
    assert len(hosts) == 2, "with one, its loss would hold up every alarm"


def test_every_file_that_is_mounted_exists_and_no_other_is_left() -> None:
    mounted = {
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", ())
        if volume.startswith("./deploy/cluster/")
    }
    there = {f"./{file.relative_to(PROJECT)}" for file in CLUSTER.rglob("*") if file.is_file()}
    assert mounted == there - {"./deploy/cluster/compose.yml", "./deploy/cluster/bootstrap"}
    for script in (*CLUSTER.glob("database/*.sh"), CLUSTER / "bootstrap"):
        subprocess.run(["bash", "-n", str(script)], check=True)


def test_brokers_of_both_kinds_allow_the_same() -> None:
    """Both files by the same words: who, what, which topics, a device named by its login."""
    mosquitto: set[tuple[str, str, str]] = set()
    user = ""
    for line in (PROJECT / "deploy" / "mosquitto" / "acl").read_text(encoding="utf-8").splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if words[0] == "user":
            user = words[1]
        else:
            who = "" if words[0] == "pattern" else user
            mosquitto.add((who, words[1], words[2]))
    emqx: set[tuple[str, str, str]] = set()
    does = {"subscribe": "read", "publish": "write", "all": "readwrite"}
    rule = re.compile(r'\{allow, (?:\{user, "(\w+)"\}|all), (\w+), \[(.*)\]\}\.')
    text = (CLUSTER / "emqx" / "acl.conf").read_text(encoding="utf-8")
    for who, verb, topics in rule.findall(text):
        emqx |= {
            (who, does[verb], topic.replace("${username}", "%u"))
            for topic in re.findall(r'"([^"]*)"', topics)
        }
    assert emqx == mosquitto
    assert text.splitlines()[-1] == "{deny, all}."


def test_bootstrap_makes_every_secret_and_keeps_it(tmp_path: Path) -> None:
    environment = {
        "PATH": "/usr/sbin:/usr/bin:/bin:/usr/local/bin",
        "YIAN_SECRETS": str(tmp_path / "secrets"),
        "YIAN_ENV_FILE": str(tmp_path / "env"),
        "YIAN_PUBLIC_URL": "https://board.example",
    }
    if shutil.which("mosquitto_passwd") is None:
        pytest.skip("mosquitto_passwd is not installed")

    def bootstrap(*arguments: str) -> dict[str, str]:
        subprocess.run(
            [str(CLUSTER / "bootstrap"), *arguments], env=environment, check=True, capture_output=True
        )
        lines = (tmp_path / "env").read_text(encoding="utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))

    made = bootstrap()
    must = {name for name, mark, _ in VARIABLE.findall(TEXT) if mark == "?"}
    assert must <= {name for name, value in made.items() if value}
    assert bootstrap() == made
    bootstrap("login", "B0000001", "of-a-band")
    logins = (tmp_path / "secrets" / "broker" / "logins.csv").read_text(encoding="utf-8").splitlines()
    assert logins == [
        "user_id,password,is_superuser", f"yian,{made['YIAN_MQTT_PASSWORD']},false", "B0000001,of-a-band,false",
    ]  # fmt: skip
