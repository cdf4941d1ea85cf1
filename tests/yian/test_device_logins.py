"""No device gets the login of a service at the broker: the service hears everything."""

from __future__ import annotations

import pytest

from model.devices import DeviceKind
from model.errors import BadInput
from yian import commands_devices


@pytest.mark.parametrize("address", ["yian", "canary", "a:b", "a\nyian"])
def test_no_password_is_made_for_what_is_no_devices_login(address: str) -> None:
    with pytest.raises(BadInput, match="address"):
        commands_devices.credentials(address)


@pytest.mark.parametrize("address", ["yian", "zigbee2mqtt", "canary"])
def test_no_native_device_is_registered_under_a_services_login(address: str) -> None:
    with pytest.raises(BadInput, match="address"):
        commands_devices.add(address, "h1", DeviceKind.DETECTOR)


def test_a_devices_own_login_is_made_with_a_password_nobody_has_seen(
    capsys: pytest.CaptureFixture[str],
) -> None:
    commands_devices.credentials("d1")
    commands_devices.credentials("d1")
    first, second = capsys.readouterr().out.split()
    assert first.startswith("d1:")
    assert first != second
