"""What a report of the county, or of one home, must say of a year, from what was noted in making it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from simulators.year.made import DAY_S, Home, Known, Notes, Share, Year

_COUNTED = (
    "homes_open", "micro_station_built", "micro_station_total", "smoke_installed", "smoke_installed_all",
    "smoke_stock", "bands_issued", "bands_stock", "band_wearers", "devices_unheard", "fire_alarms",
    "fire_true", "fire_false", "fire_test", "fire_fault", "fire_open", "fire_signals", "fire_deaths",
    "faults", "faults_closed",
    "fence_alerts", "sos_alerts", "missing", "missing_found", "stale", "flood_windows", "chattering",
    "joint_inspections", "joint_homes", "unlicensed_targeted", "unlicensed_retrofitted", "unlicensed_closed",
    "unlicensed_rectified", "unlicensed_pending", "no_sprinkler", "no_sprinkler_done", "no_sprinkler_in_time",
    "no_sprinkler_unlisted", "hazards_found", "hazards_closed", "hazards_major", "hazards_major_open",
    "projects_done", "training_sessions", "training_attendees",
)  # fmt: skip
"""Figures that are counts of what was noted under the same name."""
_FILED = ("filed_new", "filed_total", "filed_cancelled", "filed_last", "filed_undated")
_RECORDS = ("patrol", "night_patrol", "self_check", "drill", "equipment_test")


def truth_of(year: Year, home: Home | None = None) -> dict[str, Known]:
    """Return every figure of the county, or of one home."""
    return _truth(year.county if home is None else year.of_home[home.number], county=home is None)


def townships_of(year: Year) -> list[str]:
    """Return the townships in which a home's devices were heard."""
    return sorted({home.township for home in year.watched})


def truth_of_township(year: Year, township: str) -> dict[str, Known]:
    """Return every figure of the homes of a township: what was noted of each, taken together."""
    whole = Notes()
    for home in year.homes:
        if home.township == township:
            notes = year.of_home[home.number]
            whole.counts.update(notes.counts)
            whole.by_device.update(notes.by_device)
            for name, durations in notes.took.items():
                whole.took[name] += durations
    return _truth(whole, county=False)


def _truth(notes: Notes, *, county: bool) -> dict[str, Known]:
    n = notes.counts
    found: dict[str, Known] = {key: float(n[key]) for key in _COUNTED}
    found |= {key: float(n[key]) if n["filed"] else None for key in _FILED}
    found["devices_undated"] = found["fire_true_untold"] = 0.0
    return found | _devices(n) | _alarms(notes) | _registers(n) | _care(n, county=county)


def _devices(n: Counter[str]) -> dict[str, Known]:
    online = {kind: n[f"{kind}_online_s"] for kind in ("detector", "wristband", "door_sensor")}
    there = {kind: n[f"{kind}_there_s"] for kind in online}
    proofs = {kind: Share(n[f"{kind}_proven"], n[f"{kind}_due"]) for kind in (*online, "exit")}
    return {
        "coverage": Share(n["rooms_working"], n["rooms"]),
        "fitted_rate": Share(n["rooms_fitted"], n["rooms"]),
        "online_rate": Share(sum(online.values()), sum(there.values())),
        "online_rate_smoke": Share(online["detector"], there["detector"]),
        "online_rate_band": Share(online["wristband"], there["wristband"]),
        "observed_rate": Share(sum(there.values()), sum(there.values())),
        "completeness": Share(n["reports"], n["reports_due"]),
        "worn_rate": Share(n["worn_s"], n["risk_s"]),
        "charged_rate": Share(n["charged"], n["with_battery"]),
        "proof_rate": Share(
            proofs["detector"].part + proofs["wristband"].part,
            proofs["detector"].whole + proofs["wristband"].whole,
        ),
        "proof_rate_smoke": proofs["detector"],
        "proof_rate_band": proofs["wristband"],
        "proof_rate_exit": proofs["exit"],
    }


def _alarms(notes: Notes) -> dict[str, Known]:
    n, took = notes.counts, notes.took
    top = sum(sorted(notes.by_device.values(), reverse=True)[:10])
    return {
        "fire_handled_rate": Share(n["fire_alarms"] - n["fire_open"], n["fire_alarms"]),
        "false_rate": Share(n["fire_false"], n["fire_false"] + n["fire_true"]),
        "false_per_detector": n["false_signals"] * 30 * DAY_S / n["detector_there_s"],
        "ack_rate": Share(n["acked"], n["fire_signals"]),
        "on_scene_rate": Share(n["there"], n["fire_signals"] - n["test_signals"]),
        "repair_rate": Share(n["repaired"], n["faults"]),
        "repair_hours": _mean(took["repair_hours"]),
        "notice_minutes": _mean(took["notice_minutes"]),
        "found_minutes": _mean(took["found_minutes"]),
        "found_in_day_rate": Share(n["found_in_day"], n["missing"]),
        "top_share": Share(top, n["alerts"]),
        "alarms_per_person": n["alerts"] * 600 / n["on_duty_s"],
    }


def _registers(n: Counter[str]) -> dict[str, Known]:
    found: dict[str, Known] = {
        "inspected_rate": Share(n["inspected"], n["homes_open"]) if n["official"] else None,
        "hazards_in_time": Share(n["hazards_due_closed"], n["hazards_due"]),
        "sprinkler_rate": Share(n["no_sprinkler_in_time"], n["no_sprinkler"]),
        "projects_investment": n["invested"] / 10_000 if n["projects_done"] else None,
        "duty_rate": Share(n["on_duty_s"], n["duty_s"]),
    }
    for kind in _RECORDS:
        done, due = n[f"{kind}_done"], n[f"{kind}_due"]
        found[f"{kind}_rate"] = Share(done, due) if done else None
    return found


def _care(n: Counter[str], *, county: bool) -> dict[str, Known]:
    insured, checks, files = n["policies"] > 0, n["health_checks"] > 0, n["health_files"]
    return {
        "policies_running": float(n["policies_running"]) if insured else None,
        "insured_homes": float(n["insured_homes"]) if insured else None,
        "insured_rate": Share(n["insured_homes"], n["homes_open"]) if insured else None,
        "health_checked": float(n["health_checked"]) if checks else None,
        "health_checked_welfare": float(n["health_checked_welfare"]) if checks else None,
        "residents": float(n["residents"]) if n["residents"] else None,
        "health_files": float(files) if files else None,
        "health_file_rate": Share(files, n["residents"]) if files else None,
        "elders_visited": float(n["elders_visited"]) if county and n["elders_visited"] else None,
    }


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
