"""deploy/cluster: in the form of the compose specification, and nothing in it that our code does not have.

It is not started here: that takes Docker and a dozen containers. What is checked is what can be wrong in a file.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.composed import CLUSTER, CONTEXT, PROGRAM, PROJECT, VARIABLE
from yian.roles import ROLES

FOLDER = CLUSTER.path.parent
TEXT = CLUSTER.text
SERVICES = CLUSTER.services
OURS = CLUSTER.ours
MANY = {"ingest": 3, "alerts": 2, "api": 2, "migrate": 1}


def _has_compose() -> bool:
    found = shutil.which("docker")
    return (
        found is not None
        and subprocess.run([found, "compose", "version"], capture_output=True).returncode == 0
    )


@pytest.mark.skipif(not _has_compose(), reason="docker compose is not installed")
def test_compose_itself_accepts_it() -> None:
    subprocess.run(
        ["docker", "compose", "--project-directory", ".", "-f", str(CLUSTER.path), "config", "-q"],
        cwd=PROJECT,
        env={**os.environ, **dict.fromkeys(re.findall(r"\$\{(\w+)", TEXT), "at-least-16-characters")},
        check=True,
    )


def test_each_role_is_there_as_often_as_it_is_said() -> None:
    commands = [service["command"] for service in OURS.values()]
    assert all(command[0] == "yian" and command[1] in PROGRAM.list_commands(CONTEXT) for command in commands)
    assert {role: [c[1] for c in commands].count(role) for role in (*ROLES, "migrate")} == MANY


def test_what_a_service_waits_for_exists() -> None:
    for name, service in SERVICES.items():
        assert set(service.get("depends_on", ())) <= set(SERVICES), name


def test_the_receivers_share_what_comes() -> None:
    receivers = [service for service in OURS.values() if service["command"][1] == "ingest"]
    assert {service["environment"]["YIAN_MQTT_SHARED"] for service in receivers} == {"true"}


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
    config = (FOLDER / "haproxy.cfg").read_text(encoding="utf-8")
    servers = set(re.findall(r"^ +server ([\w-]+) \1:(\d+)", config, re.MULTILINE))
    wanted = {(name, "8883") for name in SERVICES if re.fullmatch(r"broker-\d", name)}
    wanted |= {(name, "8000") for name in SERVICES if name.startswith("api-")}
    assert servers == wanted
    for port in ("8883", "8000"):
        assert f"bind :{port}\n" in config
        assert any(published.endswith(f":{port}") for published in SERVICES["broker"]["ports"])


def test_the_primary_waits_for_stand_bys_that_are_there() -> None:
    script = (FOLDER / "database" / "allow-standbys.sh").read_text(encoding="utf-8")
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
    there = {f"./{file.relative_to(PROJECT)}" for file in FOLDER.rglob("*") if file.is_file()}
    assert mounted == there - {"./deploy/cluster/compose.yml", "./deploy/cluster/bootstrap"}
    for script in (*FOLDER.glob("database/*.sh"), FOLDER / "bootstrap"):
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
    text = (FOLDER / "emqx" / "acl.conf").read_text(encoding="utf-8")
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
            [str(FOLDER / "bootstrap"), *arguments], env=environment, check=True, capture_output=True
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
