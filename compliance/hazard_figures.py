"""Figures over hazards: found and rectified, and the county's lists of what must go. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from compliance.counting import Counting, homes_where, open_homes
from compliance.figures import Figure, Unit
from model.compliance import HazardRow

OPEN = "open"


def unlicensed(c: Counting) -> list[Figure]:
    """Unlicensed homes that were targeted, and how each of them ended (S6-S8)."""
    end = c.counted.period.end_on
    targeted = _latest(c.counted.hazards, "unlicensed").values()

    def of(state: str) -> list[HazardRow]:
        return [row for row in targeted if _state(row, end) == state]

    return [
        _hazards(c, "unlicensed_targeted", "集中整治无证养老机构", targeted),
        _hazards(c, "unlicensed_retrofitted", "无证机构完成消防系统改造", of("retrofitted")),
        _hazards(c, "unlicensed_closed", "无证机构关停", of("closed_down")),
        _hazards(c, "unlicensed_rectified", "无证机构以其他方式整改到位", of("rectified")),
        _hazards(c, "unlicensed_pending", "无证机构正在整治", of(OPEN)),
    ]


def sprinklers(c: Counting) -> list[Figure]:
    """Private homes without sprinklers, those that have them by now, and in time (S9)."""
    end = c.counted.period.end_on
    listed = [row for row in _latest(c.counted.hazards, "no_sprinkler").values() if row.home_kind == "民办"]
    done = [row for row in listed if _state(row, end) != OPEN]
    in_time = [row for row in done if _in_time(row)]
    on_list = {row.home_id for row in listed}
    not_listed = homes_where(
        open_homes(c),
        lambda home: home.kind == "民办" and home.sprinkler is False and home.home_id not in on_list,
    )
    return [
        _hazards(c, "no_sprinkler", "没有安装消防喷淋系统的民办养老机构", listed),
        _hazards(c, "no_sprinkler_done", "喷淋已完成安装", done),
        _hazards(c, "no_sprinkler_in_time", "喷淋按时间节点完成", in_time),
        c.rows(
            "no_sprinkler_unlisted",
            "未列入整治清单的无喷淋民办机构",
            not_listed,
            Unit.HOMES,
            "homes",
            "homes",
        ),
        c.share(
            "sprinkler_rate",
            "喷淋节点完成率",
            len(in_time),
            len(listed),
            c.evidence("hazards", "hazards", sorted(row.hazard_id for row in listed)),
            1.0,
            "没有喷淋整治清单",
        ),
    ]


def hazards(c: Counting) -> list[Figure]:
    """Hazards found and rectified, in time, and the major ones (indicator 9)."""
    end, rows = c.counted.period.end_on, c.counted.hazards
    found = [row for row in rows if row.found_on >= c.counted.period.start_on]
    due = [row for row in rows if _is_due(row, end)]
    in_time = [row for row in due if row.closed_on is not None and row.closed_on <= end and _in_time(row)]
    major = [row for row in rows if row.grade == "major"]
    closed = [row for row in found if _state(row, end) != OPEN]
    return [
        _hazards(c, "hazards_found", "排查发现隐患", found, Unit.SPOTS),
        _hazards(c, "hazards_closed", "隐患已整改", closed, Unit.SPOTS),
        c.share(
            "hazards_in_time",
            "隐患整改率",
            len(in_time),
            len(due),
            c.evidence("hazards", "hazards", sorted(row.hazard_id for row in due)),
            1.0,
            "没有到期的隐患整改任务",
        ),
        _hazards(c, "hazards_major", "重大隐患", major, Unit.SPOTS),
        _hazards(
            c,
            "hazards_major_open",
            "未清零重大隐患",
            [row for row in major if _state(row, end) == OPEN],
            Unit.SPOTS,
        ),
    ]


def _hazards(
    c: Counting, key: str, label: str, found: Iterable[HazardRow], unit: Unit = Unit.HOMES
) -> Figure:
    return c.rows(key, label, sorted(row.hazard_id for row in found), unit, "hazards", "hazards")


def _state(row: HazardRow, end: date) -> str:
    """Return how a hazard was closed by the end of the period, or that it was not."""
    return row.closed_how or OPEN if row.closed_on is not None and row.closed_on <= end else OPEN


def _latest(rows: Iterable[HazardRow], kind: str) -> dict[int, HazardRow]:
    """One hazard per home, since homes are counted: the one found last decides."""
    found: dict[int, HazardRow] = {}
    for row in sorted(rows, key=lambda row: (row.found_on, row.hazard_id)):
        if row.kind == kind:
            found[row.home_id] = row
    return found


def _in_time(row: HazardRow) -> bool:
    return row.closed_on is not None and (row.deadline_on is None or row.closed_on <= row.deadline_on)


def _is_due(row: HazardRow, end: date) -> bool:
    closed = row.closed_on is not None and row.closed_on <= end
    return closed or (row.deadline_on is not None and row.deadline_on < end)
