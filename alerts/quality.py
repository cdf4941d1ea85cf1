"""The shell of the quality figures: read what happened, and count it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from alerts import kpi, unprotected, worst
from model.alerts import AlertClass, Outcome
from model.devices import DeviceKind
from model.people import Role
from store import figures as reported
from store import kpi as rows
from store import rosters
from store import unprotected as protection
from store.sql import Conn


def read(conn: Conn, home_id: int | None, from_at: datetime, to_at: datetime) -> kpi.Kpi:
    """Return the figures of one home, or of all, between two instants."""
    facts, begun, duties = _read(conn, home_id, from_at, to_at)
    return kpi.figures(facts, {one.device_id: one.begun for one in begun}, duties, from_at, to_at)


def read_county(conn: Conn, from_at: datetime, to_at: datetime) -> worst.County:
    """Return the figures of all homes between two instants, the worst first.

    Those over all homes are the same as `read` gives without a home.
    """
    facts, begun, duties = _read(conn, None, from_at, to_at)
    homes = [
        _of_home(
            home,
            read_unprotected(conn, home.home_id, from_at, to_at),
            [fact for fact in facts if fact.home_id == home.home_id],
            {one.device_id: one.begun for one in begun if one.home_id == home.home_id},
            [duty for duty in duties if duty.home_id == home.home_id],
            (from_at, to_at),
        )
        for home in rosters.homes(conn, None)
    ]
    return worst.County(
        worst.together(home.unprotected for home in homes),
        kpi.figures(facts, {one.device_id: one.begun for one in begun}, duties, from_at, to_at),
        worst.answered(facts, from_at),
        tuple(worst.worst_first(homes)),
    )


def named(conn: Conn, figures: kpi.Kpi, *, with_home: bool) -> dict[int, str]:
    """Return the names of the devices that figures speak of."""
    ids = {device for device, _ in figures.top10} | set(figures.chattering)
    ids |= {rate.device_id for rate in figures.false_rates}
    return rows.device_names(conn, ids, with_home=with_home)


def _of_home(
    home: rosters.HomeName,
    hours: unprotected.Unprotected,
    facts: Sequence[kpi.AlertFact],
    begun: Mapping[int, Sequence[datetime]],
    duties: Sequence[kpi.DutyFact],
    period: unprotected.Span,
) -> worst.HomeFigures:
    from_at, to_at = period
    return worst.HomeFigures(
        home.home_id,
        home.name,
        hours,
        kpi.figures(facts, begun, duties, from_at, to_at),
        worst.answered(facts, from_at),
        worst.trend(facts, from_at, to_at),
    )


def _read(
    conn: Conn, home_id: int | None, from_at: datetime, to_at: datetime
) -> tuple[list[kpi.AlertFact], list[rows.Begun], list[kpi.DutyFact]]:
    facts = [
        kpi.AlertFact(
            row.alert_id,
            row.home_id,
            row.device_id,
            AlertClass(row.alert_class),
            row.raised_at,
            row.acknowledged_at,
            row.on_scene_at,
            row.resolved_at,
            Outcome(row.outcome) if row.outcome else None,
        )
        for row in rows.alert_facts(conn, home_id, from_at, to_at)
    ]
    duties = [
        kpi.DutyFact(duty.home_id, duty.starts_at, duty.ends_at)
        for duty in rosters.duties(conn, home_id, from_at, to_at)
    ]
    return facts, rows.begun(conn, home_id, from_at, to_at), duties


def read_unprotected(conn: Conn, home_id: int, from_at: datetime, to_at: datetime) -> unprotected.Unprotected:
    """Return the unprotected resident-hours of one home between two instants.

    Only what lies after the home was first heard is counted, by the same look-up as the report's.
    The night shift's carer or leader counts as a person on duty; only who wanders needs a band.
    """
    detectors: dict[int, list[unprotected.Span]] = defaultdict(list)
    bands: dict[int, list[unprotected.Span]] = defaultdict(list)
    for resident_id, kind, start, end in protection.online(conn, home_id, from_at, to_at):
        (bands if kind == DeviceKind.WRISTBAND else detectors)[resident_id].append((start, end))
    residents = [
        unprotected.Resident(
            resident_id,
            (start, end),
            tuple(detectors[resident_id]),
            tuple(bands[resident_id]) if wanders else None,
        )
        for resident_id, wanders, start, end in protection.residents(conn, home_id, from_at, to_at)
    ]
    on_duty = [
        (duty.starts_at, duty.ends_at)
        for duty in rosters.duties(conn, home_id, from_at, to_at)
        if duty.role in (Role.CARER, Role.SHIFT_LEADER)
    ]
    return unprotected.count(residents, on_duty, reported.first_heard(conn, home_id).get(home_id))
