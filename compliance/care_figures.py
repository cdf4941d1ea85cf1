"""Figures over insurance, residents' health and care visits. Pure."""

from __future__ import annotations

from compliance.counting import Counting, homes_where, open_homes
from compliance.figures import Figure, Unit, unknown


def insurance(c: Counting) -> list[Figure]:
    """Open homes with a policy that runs at the end of the period, by the register of policies alone."""
    end, rows = c.counted.period.end_on, c.counted.insurances
    running = [row for row in rows if row.starts_on <= end <= row.ends_on]
    insured = {row.home_id for row in running}
    homes = homes_where(open_homes(c), lambda home: home.home_id in insured)
    proof = c.evidence("insurances", "insurances", [row.insurance_id for row in running])
    why = "没有保险登记"
    return [
        c.value(
            "policies_running",
            "期末有效保单",
            float(len(running)) if rows else None,
            Unit.COPIES,
            proof,
            why=why,
        ),
        c.value(
            "insured_homes",
            "期末在保养老机构",
            float(len(homes)) if rows else None,
            Unit.HOMES,
            proof,
            why=why,
        ),
        c.share(
            "insured_rate",
            "养老机构参保率",
            len(homes) if rows else None,
            len(open_homes(c)),
            proof,
            1.0,
            why,
        ),
    ]


def health(c: Counting) -> list[Figure]:
    """Examinations of residents, and how many who live there have a health record. S14."""
    checks, residents = c.counted.health_checks, c.counted.residents
    filed = [row.resident_id for row in residents if row.health_file_on is not None]
    welfare = [row for row in checks if row.home_kind == "福利院"]
    made = [
        c.value(
            key,
            label,
            float(sum(row.examined for row in rows)) if checks else None,
            Unit.PERSON_TIMES,
            c.evidence("health_checks", "health_checks", [row.check_id for row in rows]),
            why="没有体检登记",
        )
        for key, label, rows in (
            ("health_checked", "老人身体检查", checks),
            ("health_checked_welfare", "社会福利院老人身体检查", welfare),
        )
    ]
    why = "没有健康档案登记" if residents else "没有登记在院老人"
    return [
        *made,
        c.rows(
            "residents",
            "期末在院老人",
            [row.resident_id for row in residents],
            Unit.PERSONS,
            "residents",
            "residents",
        )
        if residents
        else unknown(
            "residents", "期末在院老人", Unit.PERSONS, c.as_of, c.evidence("residents", "residents"), why
        ),
        c.value(
            "health_files",
            "建立健康档案的老人",
            float(len(filed)) if filed else None,
            Unit.PERSONS,
            c.evidence("residents", "residents", filed),
            why=why,
        ),
        c.share(
            "health_file_rate",
            "健康档案建档率",
            len(filed) if filed else None,
            len(residents),
            c.evidence("residents", "residents", filed),
            1.0,
            why,
        ),
    ]


def visits(c: Counting) -> list[Figure]:
    """Old people at home who are visited under contract: of each township the newest contract. S16."""
    newest = {row.township: row for row in sorted(c.counted.care_visits, key=lambda row: row.starts_on)}
    proof = c.evidence("care_visits", "care_visits", sorted(row.contract_id for row in newest.values()))
    return [
        c.value(
            "elders_visited",
            "探视巡访的分散供养特困老人",
            float(sum(row.elders for row in newest.values())) if newest else None,
            Unit.PERSONS,
            proof,
            why="没有探视照护服务登记",
        )
    ]
