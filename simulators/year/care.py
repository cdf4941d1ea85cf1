"""Insurance, health checks and care visits of the year. Pure."""

from __future__ import annotations

from datetime import timedelta

from simulators.year.made import Home, Year


def add_care(year: Year) -> None:
    """Add policies, examinations and the contracts of each township."""
    for home in year.homes:
        if home.filed:
            _policies(year, home)
            _checks(year, home)
    for township in ("青河镇", "柳溪镇", "南山乡"):
        _visits(year, township)


def _policies(year: Year, home: Home) -> None:
    """Add a policy that ends in the year, and often the next one; a gap between them is a gap."""
    r = year.random
    ends = r.randrange(10, year.days - 10)
    renewed = year.seed % 4 == 0 or r.random() < 0.8
    spans = [(ends - 364, ends)]
    if renewed:
        starts = ends + 1 + r.choice((0, 0, 5))
        spans.append((starts, starts + 364))
    for number, (first, last) in enumerate(spans):
        year.add(
            "insurances", home_id=home.number, policy_no=f"P{home.number}-{number}", insurer="安心保险",
            starts_on=year.on(first), ends_on=year.on(last), insured_beds=r.randrange(20, 200),
        )  # fmt: skip
    year.note(
        home,
        policies=len(spans),
        policies_running=renewed,
        insured_homes=renewed and year.is_open(home),
    )


def _checks(year: Year, home: Home) -> None:
    for _ in range(year.random.randrange(0, 3) if year.open_days(home) else 0):
        examined = year.random.randrange(5, 60)
        day = year.random.randrange(year.open_days(home))
        year.add(
            "health_checks",
            home_id=home.number,
            done_on=year.on(day),
            done_by="乡镇卫生院",
            examined=examined,
        )
        year.note(
            home,
            health_checks=1,
            health_checked=examined,
            health_checked_welfare=examined if home.kind == "福利院" else 0,
        )


def _visits(year: Year, township: str) -> None:
    """Add last year's contract, which ended, and two of this year, of which the newer counts."""
    r = year.random
    changed = r.randrange(60, 150)
    elders = r.randrange(20, 300)
    for first, last, number in (
        (-365, -1, 999),
        (0, changed - 1, r.randrange(20, 300)),
        (changed, None, elders),
    ):
        year.add(
            "care_visits", township=township, provider="安护服务公司", starts_on=year.on(first),
            ends_on=None if last is None else year.first_on + timedelta(days=last), elders=number,
        )  # fmt: skip
    year.note(None, elders_visited=elders)
