"""The phrases of the section one by one: an edit of one, what is wrong with it, an example. Pure."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from compliance.document import Style
from compliance.figures import Figure
from compliance.filling import of_project, plain, teller_of
from compliance.words import COUNTY, HOME, PLACEHOLDER
from compliance.words_check import Wrong, wrong_words
from model.counted import Counted

LONGEST = 500
"""Characters of one phrase. Source: our choice, three times the longest that ships."""
BLANK = "＿＿"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text of the template; its name is the way to it, as `clause.S1.variants.0.text`."""

    name: str
    group: str
    """The part of the report that it belongs to, "" for titles and fixed words."""
    text: str
    scope: str | None = None
    when: tuple[str, ...] = ()
    each: bool = False

    @property
    def where(self) -> str:
        """Return what `yian report words --check` calls the place."""
        room, *rest = self.name.split(".")
        if room != "part":
            return f"{room}.{rest[0]}"
        return ".".join(
            [f"part {int(rest[0]) + 1}", *([f"item {int(rest[2]) + 1}"] if rest[2:] else []), rest[-1]]
        )

    @property
    def parts(self) -> list[str]:
        """Return what stands in braces, in order, each once."""
        return parts_of(self.text)


@dataclass(frozen=True, slots=True)
class Example:
    """A phrase as it reads with the figures of a period; `lacking` are parts unknown or zero then."""

    text: str
    lacking: tuple[str, ...]


def parts_of(text: str) -> list[str]:
    """Return what stands in braces, in order, each once."""
    return list(dict.fromkeys(PLACEHOLDER.findall(text)))


def phrases_of(raw: Mapping[str, Any]) -> dict[str, Phrase]:
    """Return every phrase of a parsed template without slips, by name, in the order of the report."""
    return {one.name: one for one in (*_document(raw["document"]), *_parts(raw))}


def _document(texts: Mapping[str, str]) -> Iterator[Phrase]:
    for key, text in texts.items():
        scope = key.partition("_")[0]
        yield Phrase(f"document.{key}", "", text, scope if scope in (COUNTY, HOME) else None)


def _parts(raw: Mapping[str, Any]) -> Iterator[Phrase]:
    for number, part in enumerate(raw["part"]):
        group = part["title"]
        yield Phrase(f"part.{number}.title", group, group)
        for place, item in enumerate(part["item"]):
            yield Phrase(f"part.{number}.item.{place}.lead", group, item["lead"])
            for key in (key for sentence in item["sentences"] for key in sentence):
                yield from _clause(f"clause.{key}", group, raw["clause"][key])


def _clause(where: str, group: str, clause: Mapping[str, Any]) -> Iterator[Phrase]:
    for key in ("start", "before"):
        if key in clause:
            yield Phrase(f"{where}.{key}", group, clause[key])
    for number, one in enumerate(clause.get("variants", ())):
        when = tuple(one.get("when", ()))
        name = f"{where}.variants.{number}.text"
        yield Phrase(name, group, one["text"], one.get("scope"), when, "each" in clause)
    for number, text in enumerate(clause.get("list", ())):
        yield Phrase(f"{where}.list.{number}", group, text)


def put(raw: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, Any]:
    """Return the template with other texts for the phrases that are named."""
    made: Any = copy.deepcopy(dict(raw))
    for name, text in texts.items():
        *way, last = (int(step) if step.isdigit() else step for step in name.split("."))
        at = made
        for step in way:
            at = at[step]
        at[last] = text
    return made


def wrong_edit(raw: Mapping[str, Any], phrase: Phrase, text: str, figures: Collection[str]) -> list[Wrong]:
    """Return every slip of a text in place of a phrase; `raw` is the template that ships."""
    found = wrong_words(put(raw, {phrase.name: text}), figures)
    has = parts_of(text)
    found += [
        Wrong(phrase.where, f"{{{key}}}", "须保留 must be kept") for key in phrase.parts if key not in has
    ]
    if len(text) > LONGEST:
        found.append(Wrong(phrase.where, "", f"至多 {LONGEST} 字 at most {LONGEST} characters"))
    if phrase.text and not text.strip():
        found.append(Wrong(phrase.where, "", "须有，文字 must be there, text"))
    if "\n" in text and not phrase.name.endswith("_title"):
        found.append(Wrong(phrase.where, "", "一行，只有标题可以换行 one line, only a title may be broken"))
    return list(dict.fromkeys(found))


def example_of(phrase: Phrase, text: str, counted: Counted, figures: Mapping[str, Figure]) -> Example:
    """Return a text without slips as it reads with these figures."""
    teller = teller_of(counted, figures, Style())
    if phrase.each and counted.projects:
        teller = of_project(teller, counted.projects[0])

    def said(key: str) -> str:
        figure = teller.figures.get(key)
        known = bool(teller.words.get(key)) or (figure is not None and figure.value is not None)
        return plain(f"{{{key}}}", teller) if known else BLANK

    lacking = tuple(key for key in parts_of(text) if not teller.can_say(key))
    return Example(PLACEHOLDER.sub(lambda found: said(found[1]), text), lacking)
