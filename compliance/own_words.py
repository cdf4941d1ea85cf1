"""The words of the section as the bureau set them on the page, over those that ship."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any

from compliance.indicators import figures, keys, of_nothing
from compliance.phrases import Phrase, phrases_of, put, wrong_edit
from compliance.template_file import OURS, told
from compliance.words import Words, words_of
from model.errors import BadInput, Missing, Refused
from store import report_words
from store.report_words import Change
from store.sql import Conn


class ChangedMeanwhile(Refused):
    """Somebody changed a phrase after the writer read it; `last` is that change, `text` what it says now."""

    def __init__(self, last: Change, text: str) -> None:
        self.last, self.text = last, text
        super().__init__(f"{last.made_by}刚改过这一句 changed this phrase meanwhile")


@cache
def shipped() -> Mapping[str, Any]:
    """Return the template that ships, parsed; not to be changed."""
    return tomllib.loads(OURS.read_text(encoding="utf-8"))


@cache
def shipped_phrases() -> Mapping[str, Phrase]:
    """Return every phrase that ships, by name."""
    return phrases_of(shipped())


@cache
def labels() -> Mapping[str, str]:
    """Return what each figure is called in Chinese, by key."""
    nothing = of_nothing(datetime(2001, 1, 1, tzinfo=UTC), 2000)
    return {key: figure.label for key, figure in figures(nothing).items()}


def own_words(conn: Conn) -> Words:
    """Return the words of today's report, in the caller's transaction."""
    return words_of(put(shipped(), in_force(report_words.changes(conn))))


def in_force(changes: Iterable[Change]) -> dict[str, str]:
    """Return the phrases that say something else than what ships, by name; `changes` the oldest first.

    Where a release ships another text than the one that was changed, or no such figure any more, the change
    is set aside: what was written for one condition may be untrue under another.
    """
    phrases = shipped_phrases()
    last = {one.name: one for one in changes}
    return {
        name: one.text
        for name, one in last.items()
        if one.text is not None
        and name in phrases
        and phrases[name].text == one.shipped
        and _usable(name, one.text)
    }


# Asked of every kept phrase for every report, at 2 ms each.
@lru_cache(maxsize=1024)
def _usable(name: str, text: str) -> bool:
    return not wrong_edit(shipped(), shipped_phrases()[name], text, keys())


def phrase_named(name: str) -> Phrase:
    """Return the phrase of this name; raises Missing."""
    found = shipped_phrases().get(name)
    if found is None:
        raise Missing(f"没有这句话 no such phrase: {name}")
    return found


def slips_of_edit(phrase: Phrase, text: str) -> list[str]:
    """Return every slip of a text in place of a phrase, in the words of `yian report words --check`."""
    lines = text.splitlines()
    return [told(one, lines) for one in wrong_edit(shipped(), phrase, text, keys())]


def number_of(changes: Iterable[Change], name: str) -> int:
    """Return the number of the last change of a phrase, 0 where it was never changed."""
    return max((one.change_id for one in changes if one.name == name), default=0)


def change(conn: Conn, phrase: Phrase, text: str | None, over: int, by: str, now: datetime) -> int:
    """Say a phrase otherwise from now on, None as it ships; return the number of its last change.

    `over` is the number that the writer saw. Nothing is written where the phrase says so already.
    Raises BadInput, which names the phrase and each slip, and ChangedMeanwhile.
    """
    slips = [] if text is None else slips_of_edit(phrase, text)
    if slips:
        raise BadInput(phrase.name, f"没有错处的文字 words without slips: {'；'.join(slips)}")
    wanted = None if text == phrase.text else text
    report_words.lock(conn)
    changes = report_words.changes(conn)
    says, last = in_force(changes).get(phrase.name), number_of(changes, phrase.name)
    if wanted == says:
        return last
    if last != over:
        newest = next(one for one in reversed(changes) if one.name == phrase.name)
        raise ChangedMeanwhile(newest, phrase.text if says is None else says)
    return report_words.insert(conn, name=phrase.name, shipped=phrase.text, text=wanted, made_by=by, now=now)
