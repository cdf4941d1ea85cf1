"""Settings come from the environment, and what is wrong with one is said by its name."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest
from pydantic import SecretStr

from model.errors import BadInput
from yian.settings import load


def test_the_environment_is_read_and_an_argument_goes_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIAN_MQTT_PORT", "8883")
    monkeypatch.setenv("YIAN_MQTT_SHARED", "true")
    monkeypatch.setenv("YIAN_SECRET_KEY", "0123456789abcdef")
    monkeypatch.setenv("YIAN_DATA", "from/environment")
    monkeypatch.setenv("YIAN_OF_ANOTHER_RELEASE", "whatever")
    settings = load(data=Path("from/argument"), mqtt_host=None)
    assert (settings.mqtt_port, settings.mqtt_shared, settings.mqtt_host) == (8883, True, "127.0.0.1")
    assert settings.secret_key is not None
    assert settings.secret_key.get_secret_value() == "0123456789abcdef"
    assert "0123456789abcdef" not in repr(settings)
    assert settings.data == Path("from/argument")


def test_what_a_process_hands_on_is_read_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    given = load(
        secret_key=SecretStr("0123456789abcdef"),
        zigbee_bases=("a/b", "二"),
        mqtt_shared=True,
        gaps_at=time(7, 30),
    )
    for variable, value in given.environment().items():
        monkeypatch.setenv(variable, value)
    assert load().environment() == given.environment()
    assert (load().zigbee_bases, load().mqtt_shared, load().gaps_at) == (("a/b", "二"), True, time(7, 30))
    assert "YIAN_DATABASE_URL" not in given.environment()


def test_the_defaults_are_what_their_own_variables_would_give(monkeypatch: pytest.MonkeyPatch) -> None:
    before = load()
    for variable, value in before.environment().items():
        monkeypatch.setenv(variable, value)
    assert load() == before


def test_a_list_is_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIAN_FOREIGN_TOPICS", '["v3/+/devices/#", "alink/#"]')
    assert load().foreign_topics == ("v3/+/devices/#", "alink/#")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("YIAN_MQTT_PORT", "none", "valid integer.*got 'none'"),
        ("YIAN_MQTT_WINDOW", "0", "greater than or equal to 1"),
        ("YIAN_SECRET_KEY", "short", "at least 16 (items|characters).*$"),
        ("YIAN_FOREIGN_TOPICS", "v3/#", "a JSON list"),
        ("YIAN_FOREIGN_TOPICS", '["a", 1]', "valid string"),
        ("YIAN_FOREIGN_TOPICS", '["v3/#", "a/#/b"]', "topic filters.*not 'a/#/b'"),
        ("YIAN_FOREIGN_TOPICS", '["a+/b"]', "topic filters"),
        ("YIAN_FOREIGN_TOPICS", '[""]', "topic filters"),
        ("YIAN_ZIGBEE_BASES", '["z/+"]', "topics without a wildcard"),
        ("YIAN_ZIGBEE_BASES", '["z/"]', "topics without a wildcard or a slash"),
        ("YIAN_DATABASE_URL", "not an address", "postgresql://"),
        ("YIAN_MQTT_SHARED", "perhaps", "valid boolean"),
        ("YIAN_GAPS_AT", "nine", "valid time"),
        ("YIAN_REPLICA", "a b", "pattern"),
    ],
)
def test_a_wrong_one_is_named_with_what_was_expected(
    name: str, value: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadInput, match=f"{name}: expected .*{words}") as error:
        load()
    assert " should " not in str(error.value)  # the library's sentence, begun anew


@pytest.mark.parametrize("file", ["/nonexistent", __file__])
def test_a_certificate_authority_that_cannot_be_read_is_named(file: str) -> None:
    with pytest.raises(BadInput, match="YIAN_MQTT_TLS_CA: expected a file with certificates"):
        load(mqtt_tls_ca=Path(file)).broker()
