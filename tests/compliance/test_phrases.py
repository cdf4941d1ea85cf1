"""An edit of one phrase: refused by name, or a report that fills."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance import docx, own_words
from compliance.document import Style
from compliance.indicators import figures, of_nothing
from compliance.own_words import in_force, shipped, shipped_phrases, slips_of_edit
from compliance.phrases import LONGEST, example_of, put
from compliance.section import section
from compliance.template_file import read_words
from compliance.words import words_of
from model.errors import Missing
from store.report_words import Change

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
COUNTED = of_nothing(NOW, 2026)
FIGURES = figures(COUNTED)
NAMES = sorted(shipped_phrases())
S2 = shipped_phrases()["clause.S2.variants.0.text"]

_PIECES = st.one_of(
    st.text(max_size=6),
    st.sampled_from(
        ["{since}", "{year}", "{target_x}", "{no_such}", "{", "}", "\n", "\x01", "\ud800", "共计"]
    ),
    st.sampled_from(sorted(FIGURES)).map(lambda key: f"{{{key}}}"),
)


# Invariant: whatever is typed for any phrase is refused with its place named, or the report fills and is written.
@given(st.sampled_from(NAMES), st.lists(_PIECES, max_size=4), st.booleans())
def test_any_edit_is_refused_by_name_or_gives_a_report(name: str, pieces: list[str], keeps: bool) -> None:
    phrase = shipped_phrases()[name]
    text = (phrase.text if keeps else "") + "".join(pieces)
    slips = slips_of_edit(phrase, text)
    if slips:
        assert all(f"[{phrase.where}" in slip for slip in slips)
        return
    made = section(COUNTED, FIGURES, words_of(put(shipped(), {name: text})), Style())
    assert docx.render(made, NOW)
    assert "{" not in example_of(phrase, text, COUNTED, FIGURES).text


def test_what_ships_is_every_phrase_without_a_slip() -> None:
    assert words_of(put(shipped(), {})) == read_words()
    assert len(shipped_phrases()) > 100
    for phrase in shipped_phrases().values():
        assert slips_of_edit(phrase, phrase.text) == [], phrase.name


@pytest.mark.parametrize(
    ("name", "text", "slip"),
    [
        (S2.name, "建了一些微型消防站", "[clause.S2]: {micro_station_built} → 须保留"),
        (S2.name, "建{micro_station_built}个\n又{micro_station_buil}个", "第 2 行 line 2 [clause.S2]: {micro_station_buil}"),
        (S2.name, "  ", "须有"),
        (S2.name, "{micro_station_built}" + "个" * LONGEST, f"至多 {LONGEST}"),
        ("document.county_opening", "{since}{span}{target_x}", "{target_x}"),
        ("document.framing", "{year}年", "[document.framing]"),
        ("part.0.title", "{year}年", "[part 1.title]"),
        ("clause.S7.start", "{year}年，", "[clause.S7.start]"),
    ],
)  # fmt: skip
def test_a_slip_is_told_in_the_words_of_the_check(name: str, text: str, slip: str) -> None:
    assert slip in "\n".join(slips_of_edit(own_words.phrase_named(name), text))


def test_a_change_is_set_aside_where_another_sentence_ships_now() -> None:
    def change(number: int, text: str | None, was: str = S2.text) -> Change:
        return Change(number, S2.name, was, text, NOW, "刘科长")

    ours = "共建{micro_station_built}个站"
    assert in_force([change(1, ours)]) == {S2.name: ours}
    assert in_force([change(1, ours), change(2, None)]) == {}
    assert in_force([change(1, ours, "旧的说法{micro_station_built}")]) == {}
    assert in_force([change(1, "没有数字")]) == {}
    with pytest.raises(Missing):
        own_words.phrase_named("clause.S2.variants.9.text")
