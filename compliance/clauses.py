"""Which wording a clause takes, decided by the figures, and why one is not said. Pure."""

from __future__ import annotations

import operator
from collections.abc import Callable, Container, Iterable, Mapping, Sequence

from compliance.document import Detail, Run
from compliance.figures import Figure
from compliance.filling import Teller, fill, of_project
from compliance.words import Clause, Condition, Variant
from model.compliance import ProjectRow
from model.counted import Counted

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


def spoken(clause: Clause, teller: Teller, counted: Counted, said: Container[str]) -> list[list[Run]]:
    """Return what a clause says, once for each project where it is about those; [] where it is dropped.

    `said` are the keys of the clauses before it that were not.
    """
    if not asked(clause, teller):
        return []
    if clause.after and not any(key in said for key in clause.after):
        return []
    if clause.each:
        told = (_variant(clause.variants, of_project(teller, row)) for row in _projects(counted))
        return [runs for runs in told if runs]
    if clause.list:
        parts = [runs for one in clause.list if (runs := _variant((one,), teller))]
        return [[Run(clause.before), *joined(parts, "、")]] if parts else []
    runs = _variant(clause.variants, teller)
    return [runs] if runs else []


def why_dropped(clause: Clause, teller: Teller) -> str:
    """Return the reason, in Chinese, for which a clause says nothing."""
    if not asked(clause, teller):
        return "从简，未列"
    keys = blanks(clause, teller.scope)
    for key in keys:
        figure = teller.figures.get(key)
        if figure is not None and figure.value is None:
            return f"{figure.label}：{figure.why_unknown}"
    zero = [
        teller.figures[key].label for key in keys if key in teller.figures and not teller.figures[key].value
    ]
    return f"{'、'.join(zero)}为0" if zero else "条件不满足"


def asked(clause: Clause, teller: Teller) -> bool:
    """Say whether a clause belongs to the detail that was asked for."""
    return teller.style.detail is Detail.FULL or not clause.full


def blanks(clause: Clause, scope: str) -> list[str]:
    """Return what the wordings of a clause that fit a scope ask for, in order, each once."""
    variants = [one for one in (*clause.variants, *clause.list) if one.scope in (None, scope)]
    return list(dict.fromkeys(key for one in variants for key in one.placeholders()))


def holds(condition: Condition, figures: Mapping[str, Figure]) -> bool:
    """Say whether a comparison holds; one with an unknown figure never does."""
    left = _value(condition.key, figures)
    right = _value(condition.other, figures) if condition.other in figures else _number(condition.other)
    return left is not None and right is not None and _COMPARE[condition.operator](left, right)


def _value(key: str, figures: Mapping[str, Figure]) -> float | None:
    return figures[key].value if key in figures else None


def _number(text: str) -> float | None:
    return float(text) if text[0].isdigit() else None


def _variant(variants: Sequence[Variant], teller: Teller) -> list[Run]:
    for variant in variants:
        if _fits(variant, teller):
            return fill(variant.text, teller)
    return []


def _fits(variant: Variant, teller: Teller) -> bool:
    if variant.scope not in (None, teller.scope):
        return False
    return all(teller.can_say(key) for key in variant.placeholders()) and all(
        holds(condition, teller.figures) for condition in variant.when
    )


def _projects(counted: Counted) -> list[ProjectRow]:
    return [one for one in counted.projects if one.kind in ("fire_system", "sprinkler")]


def joined(groups: Iterable[Sequence[Run]], mark: str) -> list[Run]:
    """Return the groups as one line, with a mark between each two."""
    runs: list[Run] = []
    for group in groups:
        runs += [Run(mark)] if runs else []
        runs += group
    return runs
