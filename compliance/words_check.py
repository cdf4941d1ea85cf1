"""Every slip of a template of the section, before one of them drops a sentence unseen. Pure."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from compliance.words import CONDITION, COUNTY, HOME, PLACEHOLDER

WORDS = frozenset({"year", "all", "home", "since", "by", "span", "began", "departments"})
"""What is filled with words, not with a figure."""
OF_A_PROJECT = frozenset({"project", "project_done", "project_investment", "project_accepted"})
"""Filled in a clause that is said once for each project."""
TO_DATE, TARGET = "to_date", "target_"
_DOCUMENT = (
    "county_title", "county_subtitle", "home_title", "home_subtitle", "county_opening", "home_opening",
    "chapter", "framing", "notes", "nothing",
)  # fmt: skip
_FILLED = ("title", "subtitle", "opening")
"""Only these fixed words are filled; in the others a brace would be printed."""
_CLAUSE = ("variants", "after", "start", "each", "list", "before", "detail")
_LEVELS = ("brief", "full")
_EACH = "projects"


@dataclass(frozen=True, slots=True)
class Wrong:
    """One slip: where it is, the text that is wrong, what was expected."""

    where: str
    found: str
    expected: str


def wrong_words(raw: Mapping[str, Any], figures: Collection[str]) -> list[Wrong]:
    """Return every slip of a parsed template; `figures` are the keys of all figures there are."""
    clauses = raw.get("clause")
    clauses = cast(dict[str, Any], clauses) if isinstance(clauses, dict) else {}
    return [
        *_unknown("", raw, ("document", "part", "clause")),
        *_document(raw.get("document")),
        *_parts(raw.get("part"), clauses),
        *(slip for key, clause in clauses.items() for slip in _clause(key, clause, clauses, figures)),
    ]


def _document(raw: Any) -> Iterator[Wrong]:
    if not isinstance(raw, dict):
        yield Wrong("[document]", "", f"标题和固定的话 {', '.join(_DOCUMENT)}")
        return
    texts = cast(dict[str, Any], raw)
    yield from _unknown("document", texts, _DOCUMENT)
    for key in _DOCUMENT:
        if not isinstance(texts.get(key), str):
            yield Wrong(f"document.{key}", key, "须有，文字 must be there, text")
        else:
            known = WORDS if key.endswith(_FILLED) else frozenset[str]()
            yield from _blanks(f"document.{key}", texts[key], known)


def _parts(raw: Any, clauses: Mapping[str, Any]) -> Iterator[Wrong]:
    if not isinstance(raw, list) or not raw:
        yield Wrong("[[part]]", "", "至少一部分 at least one part")
        return
    for number, told in enumerate(cast(list[Any], raw), 1):
        where = f"part {number}"
        part = cast(dict[str, Any], told if isinstance(told, dict) else {})
        yield from _unknown(where, part, ("title", "item"))
        yield from _text(f"{where}.title", part.get("title"))
        yield from _blanks(f"{where}.title", str(part.get("title", "")), ())
        items = part.get("item")
        for place, one in enumerate(cast(list[Any], items if isinstance(items, list) else [None]), 1):
            item = cast(dict[str, Any], one if isinstance(one, dict) else {})
            yield from _unknown(f"{where}.item {place}", item, ("lead", "sentences"))
            yield from _text(f"{where}.item {place}.lead", item.get("lead"))
            yield from _blanks(f"{where}.item {place}.lead", str(item.get("lead", "")), ())
            sentences = item.get("sentences")
            if not isinstance(sentences, list) or not all(
                isinstance(one, list) for one in cast(list[Any], sentences)
            ):
                yield Wrong(f"{where}.item {place}.sentences", "sentences", '如 like [["S5"], ["S6", "S7"]]')
                continue
            for key in (str(key) for one in cast(list[list[Any]], sentences) for key in one):
                if key not in clauses:
                    yield Wrong(
                        f"{where}.item {place}", key, _near("没有这一句 no such clause", key, clauses)
                    )


def _clause(key: str, raw: Any, clauses: Mapping[str, Any], figures: Collection[str]) -> Iterator[Wrong]:
    where = f"clause.{key}"
    if not isinstance(raw, dict):
        yield Wrong(where, key, 'variants = [{ text = "…" }]')
        return
    clause = cast(dict[str, Any], raw)
    yield from _unknown(where, clause, _CLAUSE)
    variants, texts = clause.get("variants", []), clause.get("list", [])
    if not isinstance(variants, list) or not isinstance(texts, list) or not (variants or texts):
        yield Wrong(where, key, "variants 或 list，至少一种说法 at least one wording")
        return
    if clause.get("each", _EACH) != _EACH:
        yield Wrong(f"{where}.each", str(clause["each"]), _EACH)
    if clause.get("detail", "brief") not in _LEVELS:
        yield Wrong(f"{where}.detail", str(clause["detail"]), " 或 or ".join(_LEVELS))
    for name in ("start", "before"):
        if not isinstance(clause.get(name, ""), str):
            yield Wrong(f"{where}.{name}", name, "文字 text")
        yield from _blanks(f"{where}.{name}", str(clause.get(name, "")), ())
    own = OF_A_PROJECT if "each" in clause else frozenset[str]()
    known = {*WORDS, *figures, *own} | {TO_DATE}
    yield from _list(f"{where}.after", clause.get("after", []), 'after = ["S1"]')
    for other in _each(clause.get("after")):
        if other not in clauses:
            yield Wrong(f"{where}.after", other, _near("没有这一句 no such clause", other, clauses))
    for text in cast(list[Any], texts):
        yield from _text(f"{where}.list", text)
        yield from _blanks(f"{where}.list", str(text), known, targets=True)
    for variant in cast(list[Any], variants):
        if not isinstance(variant, dict):
            yield Wrong(where, str(variant), '{ text = "…" }')
            continue
        one = cast(dict[str, Any], variant)
        yield from _unknown(where, one, ("text", "when", "scope"))
        yield from _text(f"{where}.text", one.get("text"))
        yield from _blanks(where, str(one.get("text", "")), known, targets=True)
        if one.get("scope", COUNTY) not in (COUNTY, HOME):
            yield Wrong(f"{where}.scope", str(one["scope"]), f"{COUNTY} 或 or {HOME}")
        yield from _list(f"{where}.when", one.get("when", []), 'when = ["fire_open = 0"]')
        for condition in _each(one.get("when")):
            yield from _condition(f"{where}.when", condition, known - WORDS)


def _list(where: str, found: object, like: str) -> Iterator[Wrong]:
    if not isinstance(found, list):
        yield Wrong(where, str(found), f"如 like {like}")


def _each(found: object) -> list[str]:
    return [str(one) for one in cast(list[Any], found)] if isinstance(found, list) else []


def _condition(where: str, text: str, known: Collection[str]) -> Iterator[Wrong]:
    found = CONDITION.match(text)
    if found is None:
        yield Wrong(where, text, "比较，如 a comparison such as 'fire_open = 0'")
        return
    for key in (found[1], found[3]):
        if key not in known and not key.startswith(TARGET) and not key.replace(".", "").isdigit():
            yield Wrong(where, key, _near("没有这个数字 no such figure", key, known))


def _blanks(where: str, text: str, known: Collection[str], *, targets: bool = False) -> Iterator[Wrong]:
    # Control characters and the like stand in no .docx, in no database and in no answer.
    signs = sorted({sign for sign in text if sign != "\n" and unicodedata.category(sign)[0] == "C"})
    if signs:
        yield from (
            Wrong(where, f"U+{ord(one):04X}", "可以打印的字 characters that can be printed") for one in signs
        )
        return
    for key in PLACEHOLDER.findall(text):
        if key not in known and not (targets and key.startswith(TARGET)):
            yield Wrong(where, f"{{{key}}}", _near("没有这个数字 no such figure", key, known))
    rest = PLACEHOLDER.sub("", text)
    if "{" in rest or "}" in rest:
        yield Wrong(where, text, "花括号成对，如 braces in pairs, like {joint_inspections}")


def _text(where: str, found: object) -> Iterator[Wrong]:
    if not isinstance(found, str) or not found.strip():
        yield Wrong(where, where.rpartition(".")[2], "须有，文字 must be there, text")


def _unknown(where: str, raw: Mapping[str, Any], known: Collection[str]) -> Iterator[Wrong]:
    for key in raw:
        if key not in known:
            yield Wrong(f"{where}.{key}".lstrip("."), key, _near("没有这一项 no such entry", key, known))


def _near(words: str, key: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(key, list(known), 1)
    return f"{words}，是不是 did you mean {close[0]}?" if close else words
