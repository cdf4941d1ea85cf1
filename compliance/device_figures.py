"""Figures over devices: installed, in stock, covered rooms, online, complete data (1, 2, 12). Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from compliance.counting import Counting, within
from compliance.figures import Figure, Unit
from model.compliance import DeviceRow
from model.counted import LivenessSum


def devices(c: Counting) -> list[Figure]:
    """Detectors and bands: in-year installs and stock (S1, S13)."""
    start, end = c.counted.period.start_on, c.counted.period.end_on
    rows = c.counted.devices

    def installed(key: str, label: str, keep: Callable[[DeviceRow], bool]) -> Figure:
        ids = [row.device_id for row in rows if keep(row)]
        return c.rows(key, label, ids, Unit.DEVICES, "devices", "devices")

    def new(row: DeviceRow) -> bool:
        return within(row.installed_on, start, end)

    def stock(row: DeviceRow) -> bool:
        return row.retired_on is None or row.retired_on > end

    bands = [row for row in rows if row.kind == "wristband" and row.resident_id is not None]
    wearers = {row.resident_id for row in bands if row.wanders and new(row)} - {None}
    return [
        installed(
            "smoke_installed",
            "为敬老院安装智慧烟感器",
            lambda row: row.kind == "detector" and row.home_kind == "敬老院" and new(row),
        ),
        installed("smoke_installed_all", "安装智慧烟感器", lambda row: row.kind == "detector" and new(row)),
        installed("smoke_stock", "现有智慧烟感器", lambda row: row.kind == "detector" and stock(row)),
        installed("bands_issued", "配备防走失定位手环", lambda row: row.kind == "wristband" and new(row)),
        installed("bands_stock", "现有防走失定位手环", lambda row: row.kind == "wristband" and stock(row)),
        c.rows(
            "band_wearers",
            "配备手环的失智老年人",
            sorted(one for one in wearers if one is not None),
            Unit.PERSONS,
            "devices",
            "residents",
        ),
        installed("devices_undated", "安装日期不详的设备", lambda row: row.installed_on is None),
        installed("devices_unheard", "从未上报的设备", lambda row: stock(row) and not row.heard),
    ]


def coverage(c: Counting) -> list[Figure]:
    """Rooms that need a detector: with one that works, and with one at all (1)."""
    rooms = c.counted.rooms
    return [
        c.share(
            "coverage",
            "智慧烟感覆盖率",
            sum(room.working for room in rooms),
            len(rooms),
            c.evidence("rooms", "places", [room.place_id for room in rooms if room.working]),
            c.completeness("detector"),
            "没有登记应装烟感的房间",
        ),
        c.share(
            "fitted_rate",
            "智慧烟感安装率",
            sum(room.fitted for room in rooms),
            len(rooms),
            c.evidence("rooms", "places", [room.place_id for room in rooms if room.fitted]),
            1.0,
            "没有登记应装烟感的房间",
        ),
    ]


def online(c: Counting) -> list[Figure]:
    """Share of the observed time in which devices were online (2)."""
    made: list[Figure] = []
    for key, label, kinds in (
        ("online_rate", "设备在线率", ()),
        ("online_rate_smoke", "智慧烟感器在线率", ("detector",)),
        ("online_rate_band", "定位手环在线率", ("wristband",)),
    ):
        sums = _of_kinds(c.counted.liveness, kinds)
        made.append(
            c.share(
                key,
                label,
                sum(one.online_s for one in sums),
                sum(one.observed_s for one in sums),
                c.evidence("liveness_sums", "liveness_intervals"),
                c.completeness(*kinds),
                "没有设备在线记录",
            )
        )
    return made


_EXIT = "exit"


def proofs(c: Counting) -> list[Figure]:
    """Months of devices, and of the exits they watch, in which a test arrived, of those in which one was due.

    Due once a month where the device stood there for all of it and it is over; a tick by hand proves nothing.
    Source: our choice, within GB 50440 as quoted in domain rule 3.3 (test of transmission, twice a month).
    """
    made: list[Figure] = []
    for key, label, kinds, heard, why in (
        ("proof_rate", "设备定期测试率", (), (), "没有满月的在册设备"),
        ("proof_rate_smoke", "烟感定期测试率", ("detector",), ("detector",), "没有满月的在册烟感"),
        ("proof_rate_band", "手环定期测试率", ("wristband",), ("wristband",), "没有满月的在册手环"),
        ("proof_rate_exit", "出入口定期测试率", (_EXIT,), (), "没有设备看守满月的出入口"),
    ):
        sums = [one for one in c.counted.proofs if (one.kind in kinds if kinds else one.kind != _EXIT)]
        proven, due = sum(one.proven for one in sums), sum(one.due for one in sums)
        proof = c.evidence("proof_sums", "proof_tests")
        made.append(c.heard_share(key, label, proven, due, proof, why, *heard))
    return made


def completeness(c: Counting) -> list[Figure]:
    """Completeness of the data (12), and how much of the installed time was observed at all."""
    days, liveness = c.counted.days, c.counted.liveness
    came, due = sum(one.reports for one in days), sum(one.reports_due for one in days)
    return [
        c.share(
            "completeness",
            "数据完整率",
            came * c.days_share if due else None,
            due,
            c.of_days(),
            1.0,
            "没有应报数据的设备",
        ),
        c.share(
            "observed_rate",
            "接入覆盖率",
            sum(one.observed_s for one in liveness),
            sum(one.installed_s for one in liveness),
            c.evidence("liveness_sums", "liveness_intervals"),
            1.0,
            "没有登记设备",
        ),
    ]


def _of_kinds(sums: Iterable[LivenessSum], kinds: Sequence[str]) -> list[LivenessSum]:
    return [one for one in sums if not kinds or one.kind in kinds]
