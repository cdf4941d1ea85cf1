"""What goes wrong on the wire: repeats, redeliveries, strangers, and bytes that make no sense. Pure."""

from __future__ import annotations

from model.alerts import Outcome
from model.events import Kind
from model.registers import DeviceEntry
from simulators.county import Size
from simulators.fittings import ZIGBEE
from simulators.fleet import Again, Raw, Stranger
from simulators.script import Cast, Scenario, Script, Step, at, expect, say

_WAVES = 8


def write_repeats(cast: Cast) -> Scenario:
    """A Zigbee detector repeats smoke every 3 s; another one's message comes twice: one F1 each."""
    chatty, native = cast.zigbee(fire=True), cast.lone_detector()
    steps = [at(1 + 3 * wave, say(chatty, smoke=True)) for wave in range(_WAVES)]
    steps += [
        at(2, say(native, smoke=True)),
        at(2.1, Again(native.address)),
        at(5, Again(native.address)),
        # A partial report: what is absent or null clears nothing.
        *(at(6, Raw(f"{ZIGBEE}/{name}", b'{"linkquality":77,"smoke":null}')) for name in chatty.aliases),
        at(1 + 3 * _WAVES, say(chatty, smoke=False)),
        at(2 + 3 * _WAVES, say(native, smoke=False), Again(native.address)),
    ]
    return Scenario(
        "repeats",
        "重复上报与重发",
        tuple(sorted(steps, key=lambda step: step.after_s)),
        (expect("F1", chatty, after=1), expect("F1", native, after=2)),
        false_causes=2,
    )


def write_unknown(cast: Cast) -> Scenario:
    """Devices that nobody registered: smoke and SOS alert all the same, a low battery does not."""
    home = cast.county.home_codes()[0]
    smoke, band, other = (cast.stranger(home) for _ in range(3))
    return Scenario(
        "unknown-device",
        "未登记设备报警",
        (
            at(1, Stranger(home, smoke, Kind.SMOKE)),
            at(3, Stranger(home, smoke, Kind.SMOKE)),
            at(4, Stranger(home, band, Kind.SOS)),
            at(5, Stranger(home, other, Kind.BATTERY_LOW)),
            at(6, Stranger(home, smoke, Kind.SMOKE, active=False)),
            at(7, Stranger(home, other, Kind.BATTERY_LOW, active=False)),
        ),
        (
            expect("F1", smoke, after=1, home=home, unregistered=True),
            expect("W1", band, after=4, home=home, unregistered=True),
        ),
        false_causes=2,
    )


def rubbish(home: str, device: str) -> list[Raw]:
    """Return messages of which each must end in the dead letters."""
    alarm, telemetry = f"yian/v1/{home}/{device}/alarm", f"yian/v1/{home}/{device}/telemetry"
    return [
        Raw(alarm, b"smoke!"),
        Raw(alarm, b""),
        Raw(alarm, b"[1,2,3]"),
        Raw(alarm, b'{"kind":"smoke","at":"2026-01-01T00:00:00Z"'),
        Raw(alarm, b'{"id":"b1","at":"2026-01-01T00:00:00Z","kind":"earthquake","state":"active"}'),
        Raw(alarm, b"\xff\xfe\x00{}"),
        Raw(telemetry, b'{"seq":"\xc3\x28","at":"yesterday","values":{}}'),
        Raw(telemetry, b'{"seq":1,"at":"2026-01-01T00:00:00Z","values":{"battery_pct":"full"}}'),
        Raw(telemetry, b'{"seq":2,"at":"2026-01-01T00:00:00Z","values":{"lat":"here","lon":"there"}}'),
        Raw(telemetry, b'{"seq":3,"at":5,"values":{}}'),
        Raw(telemetry, b"x" * 300_000),
        Raw(f"yian/v1/{home}/{device}/gossip", b"{}"),
        Raw(f"{ZIGBEE}/{device}/availability", b'{"state":"asleep"}'),
    ]


def write_bad_input(cast: Cast) -> Scenario:
    """Bytes that cannot be read, in several waves, and right behind them a good alarm, as fast as ever.

    What a registered device says on its alarm topic and nobody can read is its fault (T1), never nothing; a
    smoke alarm counts whatever its clock says.
    """
    device, victim = cast.detector(), cast.lone_detector()
    early, ahead = cast.lone_detector(), cast.lone_detector()
    bad = rubbish(device.home, device.address)
    steps = [Step(1 + wave * 0.5, tuple(bad)) for wave in range(5)]
    return Scenario(
        "bad-input",
        "错误报文",
        (
            *steps,
            at(3.5, say(victim, smoke=True)),
            at(4, _smoke_at(early, "1970-01-01T00:00:07Z"), _smoke_at(ahead, "2099-12-31T23:59:59Z")),
            at(6, say(victim, smoke=False)),
        ),
        (
            expect("T1", device, after=1, outcome=Outcome.FAULT),
            expect("F1", victim, after=3.5, within=2),
            expect("F1", early, after=4, within=2),
            expect("F1", ahead, after=4, within=2),
        ),
        false_causes=1,
        dead_letters=len(bad),
    )


def _smoke_at(device: DeviceEntry, instant: str) -> Raw:
    body = f'{{"id":"{device.address}-odd","at":"{instant}","kind":"smoke","state":"active"}}'
    return Raw(f"yian/v1/{device.home}/{device.address}/alarm", body.encode())


REPEATS = Script("repeats", "重复上报与重发", Size(), write_repeats)
UNKNOWN_DEVICE = Script("unknown-device", "未登记设备报警", Size(), write_unknown)
BAD_INPUT = Script("bad-input", "错误报文", Size(), write_bad_input)
