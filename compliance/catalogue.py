"""The indicators of domain rule 8.3: its name, what it reads, of whom and when it can be said. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from model.devices import DeviceKind
from model.scopes import ScopeKind
from model.spans import SpanKind

_DETECTOR = frozenset({DeviceKind.DETECTOR})
_BAND = frozenset({DeviceKind.WRISTBAND})
_ANY = frozenset(DeviceKind) - {DeviceKind.UNKNOWN, DeviceKind.CANARY}
_NONE: frozenset[DeviceKind] = frozenset()
_LENGTHS = tuple(SpanKind)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure of the list; its Chinese name is the figure's own label.

    `reads` are the readings of a period that it counts (`store.figures`), `shortest` the shortest span of
    which it can be said (a half-yearly drill is neither done nor missed on a day), `devices` the kinds of a
    single device of which it can be said.
    """

    key: str
    number: int
    en: str
    reads: frozenset[str]
    shortest: SpanKind = SpanKind.DAY
    devices: frozenset[DeviceKind] = _NONE

    def fits(self, scope: ScopeKind, span: SpanKind, device: DeviceKind | None = None) -> bool:
        """Say whether it can be said of such a scope and span; `device` is the kind of a single device."""
        if _LENGTHS.index(span) < _LENGTHS.index(self.shortest):
            return False
        return scope is not ScopeKind.DEVICE or device in self.devices


def _of(*reads: str) -> frozenset[str]:
    return frozenset(reads)


_ALERTS, _RATES = _of("alerts", "liveness", "days"), _of("alerts", "days")
_INCIDENTS = _of("incidents", "alerts", "liveness", "days")
_LIVENESS, _INSPECTIONS, _HAZARDS = _of("liveness", "days"), _of("inspections"), _of("hazards")
_BANDS = _of("alerts", "liveness", "days", "devices")
_MONTH, _YEAR = SpanKind.MONTH, SpanKind.YEAR
_PROOFS = _of("proofs", "liveness", "days")

CATALOGUE: tuple[Indicator, ...] = (
    Indicator("coverage", 1, "Rooms with a working detector", _of("rooms", "days")),
    Indicator("fitted_rate", 1, "Rooms with a detector", _of("rooms")),
    Indicator("online_rate", 2, "Devices online", _LIVENESS, devices=_ANY),
    Indicator("online_rate_smoke", 2, "Detectors online", _LIVENESS),
    Indicator("online_rate_band", 2, "Bands online", _LIVENESS),
    Indicator("fire_signals", 3, "Fire signals of detectors", _ALERTS, devices=_DETECTOR),
    Indicator("ack_rate", 3, "Fire alarms answered in 60 s", _RATES, devices=_DETECTOR),
    Indicator("on_scene_rate", 3, "On the scene in 3 min", _RATES, devices=_DETECTOR),
    Indicator("fire_alarms", 4, "Fire alarms", _INCIDENTS),
    Indicator("fire_true", 4, "of these real fires", _INCIDENTS),
    Indicator("fire_false", 4, "of these false", _INCIDENTS),
    Indicator("false_rate", 4, "False alarm rate", _of("incidents", "days")),
    Indicator(
        "false_per_detector",
        4,
        "False alarms per detector and 30 days",
        _of("alerts", "liveness", "days"),
        devices=_DETECTOR,
    ),
    Indicator("faults", 5, "Device faults", _ALERTS, devices=_ANY),
    Indicator("repair_rate", 5, "Faults repaired in 24 h", _RATES, devices=_ANY),
    Indicator("repair_hours", 5, "Mean time to repair", _of("alerts"), devices=_ANY),
    Indicator("patrol_rate", 6, "Day patrols done", _INSPECTIONS),
    Indicator("night_patrol_rate", 6, "Night patrols done", _INSPECTIONS),
    Indicator("self_check_rate", 6, "Monthly self-checks done", _INSPECTIONS, _MONTH),
    Indicator("drill_rate", 6, "Half-yearly drills done", _INSPECTIONS, _YEAR),
    Indicator("equipment_test_rate", 6, "Yearly equipment tests done", _INSPECTIONS, _YEAR),
    Indicator("proof_rate", 6, "Months of devices with a test that arrived", _PROOFS, _MONTH, _ANY),
    Indicator("proof_rate_smoke", 6, "Months of detectors with a test", _PROOFS, _MONTH),
    Indicator("proof_rate_band", 6, "Months of bands with a test", _PROOFS, _MONTH),
    Indicator("proof_rate_exit", 6, "Months of exits with a test", _PROOFS, _MONTH),
    Indicator("worn_rate", 7, "Bands worn", _of("worn", "liveness", "days"), devices=_BAND),
    Indicator("charged_rate", 7, "Bands charged", _of("days"), devices=_BAND),
    Indicator("fence_alerts", 8, "Alarms of leaving the fence", _BANDS, devices=_BAND),
    Indicator("notice_minutes", 8, "Time until staff noticed", _of("alerts"), devices=_BAND),
    Indicator("missing", 8, "Residents missing", _BANDS),
    Indicator("missing_found", 8, "of these found", _BANDS),
    Indicator("found_minutes", 8, "Time until found", _of("alerts")),
    Indicator("found_in_day_rate", 8, "Found within 24 h", _RATES),
    Indicator("hazards_found", 9, "Hazards found", _HAZARDS),
    Indicator("hazards_closed", 9, "Hazards closed", _HAZARDS),
    Indicator("hazards_in_time", 9, "Hazards removed in time", _HAZARDS),
    Indicator("hazards_major_open", 9, "Major hazards open", _HAZARDS),
    Indicator("sprinkler_rate", 9, "Sprinklers fitted by their deadline", _HAZARDS),
    Indicator("training_sessions", 10, "Trainings", _of("trainings")),
    Indicator("training_attendees", 10, "Training attendances", _of("trainings")),
    Indicator("duty_rate", 10, "Hours with somebody on duty", _of("duty")),
    Indicator("alarms_per_person", 11, "Alarms per person on duty and 10 min", _of("alerts", "duty")),
    Indicator("flood_windows", 11, "Floods: over 10 alarms in 10 min", _of("alerts")),
    Indicator("chattering", 11, "Devices that chatter: 3 in 1 min", _of("alerts"), devices=_ANY),
    Indicator("stale", 11, "Alerts open over 24 h", _of("alerts"), devices=_ANY),
    Indicator("top_share", 11, "Alarms of the ten loudest devices", _of("alerts")),
    Indicator("completeness", 12, "Data that came", _of("days"), devices=_ANY),
    Indicator("observed_rate", 12, "Installed time that was observed", _of("liveness"), devices=_ANY),
)
"""In the order of the rule; every one is a figure of `compliance.indicators`."""
BY_KEY = {one.key: one for one in CATALOGUE}
GLANCED = ("ack_rate", "on_scene_rate", "false_rate", "repair_rate", "charged_rate", "completeness")
"""Those whose past is shown beside all others: what they read is little work for twelve spans."""


def fitting(scope: ScopeKind, span: SpanKind, device: DeviceKind | None = None) -> tuple[Indicator, ...]:
    """Return the indicators that can be said of such a scope and span."""
    return tuple(one for one in CATALOGUE if one.fits(scope, span, device))


def reads_of(indicators: tuple[Indicator, ...]) -> frozenset[str]:
    """Return what must be read to say all of them."""
    return frozenset[str]().union(*(one.reads for one in indicators))
