"""Causes that are offered as one tap when an alert is resolved, by class and outcome. Pure data.

Each is a key of the catalogue. Source: our choice; a missing person is looked for in the building and on the
grounds first, and that is what a carer has to say of one who was found.
"""

from __future__ import annotations

from model.alerts import AlertClass, Outcome

_Causes = dict[Outcome, tuple[str, ...]]

_TESTED = ("monthly_test", "maintenance")
_FIRE: _Causes = {
    Outcome.TRUE: ("electrical", "cooking", "smoking", "charging", "incense"),
    Outcome.FALSE: ("cooking_smoke", "steam", "dust", "smoking", "insects", "spray"),
    Outcome.TEST: _TESTED,
    Outcome.FAULT: ("sensor", "battery", "damp", "wiring"),
}
_HELP: _Causes = {
    Outcome.TRUE: ("fell", "unwell", "toilet", "lost_way"),
    Outcome.FALSE: ("pressed_by_mistake", "took_off"),
    Outcome.TEST: _TESTED,
    Outcome.FAULT: ("battery", "sensor", "damp"),
}
_BAND_FAULT = ("position_drift", "no_signal", "battery")
_LEFT: _Causes = {
    Outcome.TRUE: ("walked_out", "followed_out", "found_on_grounds", "found_outside"),
    Outcome.FALSE: ("with_family", "on_leave", "with_carer", "found_in_building"),
    Outcome.TEST: _TESTED,
    Outcome.FAULT: _BAND_FAULT,
}
_MISSING: _Causes = {
    Outcome.TRUE: ("found_in_building", "found_on_grounds", "found_outside", "brought_back"),
    Outcome.FALSE: ("with_family", "on_leave", "with_carer", "found_in_building"),
    Outcome.TEST: _TESTED,
    Outcome.FAULT: _BAND_FAULT,
}
_WANDERS: _Causes = {
    Outcome.TRUE: ("wants_out", "looks_for_someone", "lost_way", "restless"),
    Outcome.FALSE: ("with_family", "with_carer"),
    Outcome.TEST: _TESTED,
    Outcome.FAULT: _BAND_FAULT,
}
_BAND: _Causes = {
    Outcome.TRUE: ("battery", "took_off", "no_signal"),
    Outcome.FALSE: ("came_back", "on_leave", "maintenance"),
    Outcome.TEST: _TESTED,
    Outcome.FAULT: ("battery", "strap", "damp", "sensor"),
}
_DEVICE: _Causes = {
    Outcome.TRUE: ("battery", "sensor", "power_cut", "no_signal", "removed"),
    Outcome.FALSE: ("maintenance", "came_back"),
    Outcome.TEST: _TESTED,
    Outcome.FAULT: ("battery", "sensor", "damp", "wiring", "no_signal"),
}
_OVERDUE: _Causes = {
    Outcome.TRUE: ("forgotten", "short_staffed", "waits_for_firm"),
    Outcome.FALSE: ("not_recorded",),
}

CAUSES: dict[AlertClass, _Causes] = {
    AlertClass.F1: _FIRE,
    AlertClass.F2: _FIRE,
    AlertClass.F3: _FIRE,
    AlertClass.W5: _MISSING,
    AlertClass.W1: _HELP,
    AlertClass.W2: _LEFT,
    AlertClass.W3: _WANDERS,
    AlertClass.W4: _WANDERS,
    AlertClass.W6: _BAND,
    AlertClass.T1: _DEVICE,
    AlertClass.T2: _DEVICE,
    AlertClass.T3: _DEVICE,
    AlertClass.T4: _DEVICE | {Outcome.TRUE: ("removed", "covered"), Outcome.FAULT: ("sensor", "damp")},
    AlertClass.R1: _OVERDUE,
    AlertClass.C1: {},
}


def offered() -> dict[str, str]:
    """Return each cause with the classes and outcomes that it is offered for, as "W5.true W2.false"."""
    found: dict[str, list[str]] = {}
    for alert_class, outcomes in CAUSES.items():
        for outcome, causes in outcomes.items():
            for cause in causes:
                found.setdefault(cause, []).append(f"{alert_class}.{outcome}")
    return {cause: " ".join(fits) for cause, fits in found.items()}
