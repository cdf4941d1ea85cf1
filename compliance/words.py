"""The words of a section as data: parts, items, clauses and their variants. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from model.errors import BadInput

COUNTY, HOME = "county", "home"
CONDITION = re.compile(r"^(\w+) (=|!=|>|>=|<|<=) (\w+|\d+(?:\.\d+)?)$")
PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Condition:
    """A figure compared with a number or with another figure."""

    key: str
    operator: str
    other: str


@dataclass(frozen=True, slots=True)
class Variant:
    """One wording of a clause and what must hold for it."""

    text: str
    when: tuple[Condition, ...] = ()
    scope: str | None = None

    def placeholders(self) -> list[str]:
        """Return what stands in braces, in order."""
        return PLACEHOLDER.findall(self.text)


@dataclass(frozen=True, slots=True)
class Clause:
    """What may be said; `after` names clauses of which one must have been said."""

    key: str
    variants: tuple[Variant, ...] = ()
    after: tuple[str, ...] = ()
    start: str = ""
    """Opens the sentence whose first clause this is."""
    each: str = ""
    list: tuple[Variant, ...] = ()
    before: str = ""
    full: bool = False
    """Said only where every detail is asked for."""


@dataclass(frozen=True, slots=True)
class Item:
    """What 一是 introduces: a lead phrase and sentences of clauses."""

    lead: str
    sentences: tuple[tuple[Clause, ...], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with its items."""

    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """All that a section may say."""

    document: Mapping[str, str]
    parts: tuple[Part, ...]

    def clauses(self) -> list[Clause]:
        """Return every clause in the order of the text."""
        return [
            clause
            for part in self.parts
            for item in part.items
            for sentence in item.sentences
            for clause in sentence
        ]


def words_of(raw: Mapping[str, Any]) -> Words:
    """Return the words that a parsed template file holds; raises BadInput, which names what is wrong."""
    try:
        clauses = {key: _clause(key, value) for key, value in raw["clause"].items()}
        parts = tuple(
            Part(
                part["title"],
                tuple(
                    Item(
                        item["lead"],
                        tuple(tuple(clauses[key] for key in keys) for keys in item["sentences"]),
                    )
                    for item in part["item"]
                ),
            )
            for part in raw["part"]
        )
        return Words(cast(dict[str, str], raw["document"]), parts)
    except (KeyError, TypeError, AttributeError) as exc:
        raise BadInput(
            "templates",
            "名称对得上的部分、条目和句子 parts, items and clauses that name each other",
            str(exc),
        ) from exc


def _clause(key: str, raw: Mapping[str, Any]) -> Clause:
    return Clause(
        key,
        tuple(_variant(key, one) for one in raw.get("variants", ())),
        tuple(raw.get("after", ())),
        raw.get("start", ""),
        raw.get("each", ""),
        tuple(Variant(text) for text in raw.get("list", ())),
        raw.get("before", ""),
        raw.get("detail") == "full",
    )


def _variant(key: str, raw: Mapping[str, Any]) -> Variant:
    return Variant(raw["text"], tuple(_condition(key, one) for one in raw.get("when", ())), raw.get("scope"))


def _condition(key: str, text: str) -> Condition:
    found = CONDITION.match(text)
    if found is None:
        raise BadInput(f"clause.{key}.when", "比较式 a comparison such as 'fire_open = 0'", text)
    return Condition(found[1], found[2], found[3])
