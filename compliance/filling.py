"""What stands in the blanks of a wording: figures as the genre prints them, and words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from compliance.document import Run, Style
from compliance.figures import Evidence, Figure, Unit
from compliance.words import COUNTY, HOME, PLACEHOLDER
from model.clock import SHANGHAI
from model.compliance import ProjectRow
from model.counted import Counted

_DEPARTMENTS = ("应急", "公安", "消防", "住建", "市监", "供电", "机构所在地政府")
"""The order in which the genre names them; others follow as they come."""
_MASKED_WORDS = frozenset({"by", "began", "span", "project_done"})
_EXACT_BELOW = 100


@dataclass(frozen=True, slots=True)
class Teller:
    """What a section can say: figures and words by the names of the blanks, for a county or a home."""

    figures: Mapping[str, Figure]
    words: Mapping[str, str]
    scope: str
    style: Style

    def can_say(self, key: str) -> bool:
        """Say whether a blank has a word, or a figure that is known and not zero, to fill it."""
        if key in self.words:
            return bool(self.words[key])
        return key in self.figures and bool(self.figures[key].value)


def teller_of(counted: Counted, figures: Mapping[str, Figure], style: Style) -> Teller:
    """Return what the section of a county, or of one home, can say."""
    scope = COUNTY if counted.home is None else HOME
    return Teller({**figures, **_targets(counted)}, words_for(counted), scope, style)


def of_project(teller: Teller, row: ProjectRow) -> Teller:
    """Return what can be said of one project, beside all else."""
    whole = teller.figures["projects_investment"]
    proof = replace(whole.evidence, rows=(row.project_id,))
    paid = None if row.investment_yuan is None else row.investment_yuan / 10_000
    own = replace(
        whole, key="project_investment", label=f"{row.home_name}改造投资", value=paid, evidence=proof
    )
    accepted = replace(own, key="project_accepted", value=float(row.accepted_on is not None))
    return replace(
        teller,
        figures={**teller.figures, "project_investment": own, "project_accepted": accepted},
        words={**teller.words, "project": row.home_name, "project_done": day_words(row.completed_on)},
    )


def fill(text: str, teller: Teller) -> list[Run]:
    """Return a wording with its blanks filled; each must be one that the teller has."""
    runs: list[Run] = []
    for number, piece in enumerate(PLACEHOLDER.split(text)):
        if number % 2 == 0:
            runs.append(Run(piece))
        elif piece in teller.words:
            runs.append(Run(teller.words[piece], maskable=piece in _MASKED_WORDS))
        else:
            runs += _print(teller.figures[piece], rounded=teller.style.rounded)
    return [run for run in runs if run.text]


def plain(text: str, teller: Teller) -> str:
    """Return a wording with its blanks filled, as text alone."""
    return "".join(run.text for run in fill(text, teller))


def _print(figure: Figure, *, rounded: bool) -> list[Run]:
    sign = "%" if figure.unit is Unit.PERCENT else ""
    said = about(figure) if rounded else figure.printed() + sign
    runs = [Run(said, figure.key, maskable=True)]
    if figure.weak:
        share = figure.completeness
        told = "不详" if share is None else f"{_floor_percent(share)}%"
        runs += [Run("（数据完整率"), Run(told, maskable=True), Run("）")]
    return runs


def about(figure: Figure) -> str:
    """Return a figure as the genre rounds it: 1184 is 1100余, 98.6 % is 98%以上, 314.2 minutes are 约310.

    Always downwards but for durations; what is below a hundred, or below a whole per cent, stays exact.
    """
    value = figure.value or 0
    if figure.unit is Unit.PERCENT:
        return f"{figure.printed()}%" if value < 1 or value == int(value) else f"{int(value)}%以上"
    if value < _EXACT_BELOW:
        return figure.printed()
    step = 10 ** (len(str(int(value))) - 2)
    if figure.unit in (Unit.MINUTES, Unit.HOURS):
        return f"约{round(value / step) * step}"
    floor = int(value // step) * step
    return str(floor) if floor == value else f"{floor}余"


def _floor_percent(share: float) -> str:
    """One decimal, downwards: 94.96 % must not be printed as 95."""
    return f"{int(share * 1000) / 10:g}"


def words_for(counted: Counted) -> dict[str, str]:
    """Return what is filled in with words, by name."""
    period, home = counted.period, counted.home
    began = counted.observed_from
    partial, year = period.partial, f"{period.start_on.year}年"
    this_year = counted.known_at.astimezone(SHANGHAI).year == period.start_on.year
    return {
        "year": str(period.start_on.year),
        "all": "全县" if home is None else "本院",
        "home": home.name if home else "",
        "since": "今年以来" if partial and this_year else f"{period.start_on.year}年以来",
        "by": f"截至{day_words(period.end_on)}，",
        "span": f"截至{'' if this_year else year}{day_words(period.end_on)}" if partial else year,
        "began": f"{began.astimezone(SHANGHAI).month}月{began.astimezone(SHANGHAI).day}日" if began else "",
        "departments": "、".join(_departments(counted)),
    }


def day_words(day: date) -> str:
    """Return a day as the genre writes it: 11月底 for the last of a month, else 11月24日, no leading zero."""
    last = (day + timedelta(days=1)).month != day.month
    return f"{day.month}月底" if last else f"{day.month}月{day.day}日"


def _departments(counted: Counted) -> list[str]:
    named = {name for one in counted.inspections if one.kind == "joint" for name in one.departments}
    return [name for name in _DEPARTMENTS if name in named] + sorted(named - set(_DEPARTMENTS))


def _targets(counted: Counted) -> dict[str, Figure]:
    def fixed(key: str, value: float) -> Figure:
        return Figure(key, key, value, Unit.PEOPLE, counted.period.ends_at, Evidence("targets"))

    made = {
        f"target_{name}": fixed(f"target_{name}", float(value)) for name, value in counted.targets.items()
    }
    return {**made, "to_date": fixed("to_date", float(counted.period.partial))}
