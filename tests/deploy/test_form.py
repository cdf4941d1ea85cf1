"""What holds of every compose file: the specification, pinned images, health checks, settings that exist."""

from __future__ import annotations

import importlib.resources
import json
import re
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest

from tests.deploy.composed import CLUSTER, ONE_MACHINE, VARIABLE, Composed
from yian.settings import VARIABLES, load

BOTH = {"one machine": ONE_MACHINE, "cluster": CLUSTER}


def services(keep: Callable[[Composed, str], bool]) -> pytest.MarkDecorator:
    """Return the parameters of a test: the services of both files that are kept."""
    kept = {
        f"{where}-{name}": service
        for where, composed in BOTH.items()
        for name, service in composed.services.items()
        if keep(composed, name)
    }
    return pytest.mark.parametrize("service", kept.values(), ids=kept)


@pytest.mark.parametrize("composed", BOTH.values(), ids=BOTH)
def test_it_keeps_to_the_compose_specification(composed: Composed) -> None:
    vendored = importlib.resources.files("check_jsonschema") / "builtin_schemas" / "vendor"
    schema = json.loads((vendored / "compose-spec.json").read_text(encoding="utf-8"))
    jsonschema.validate(composed.content, schema)


@services(lambda composed, name: name not in composed.ours)
def test_foreign_images_are_pinned(service: dict[str, Any]) -> None:
    assert re.match(r"\d+\.\d+\.\d+", service["image"].rpartition(":")[2])


@services(lambda _, name: name != "migrate")
def test_what_runs_for_long_has_a_health_check_and_comes_back(service: dict[str, Any]) -> None:
    assert service["healthcheck"]["test"]
    assert service["restart"] == "unless-stopped"


@services(lambda composed, name: name in composed.ours)
def test_the_settings_know_and_accept_what_a_service_is_given(
    service: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    environment: dict[str, str] = service["environment"]
    assert set(environment) <= set(VARIABLES.values())
    for name, value in environment.items():
        monkeypatch.setenv(
            name, VARIABLE.sub(lambda found: found[3] if found[2] == "-" else "at-least-16-characters", value)
        )
    settings = load()
    role = service["command"][1]
    assert settings.database_url is not None
    if role == "api":
        assert settings.secret_key is not None
        assert settings.public_url
