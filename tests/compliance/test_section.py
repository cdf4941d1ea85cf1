"""The text engine: what it says is known, not zero, and adds up; what it does not say, it explains."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance import json_report, markdown
from compliance.clauses import holds
from compliance.document import Detail, Numbering, Section, Style, mask
from compliance.figures import Evidence, Figure, Unit, number
from compliance.filling import about, words_for
from compliance.indicators import figures, of_nothing
from compliance.reconcile import checks
from compliance.report import Report
from compliance.section import section
from compliance.template_file import OURS, read_words, slips_of
from compliance.words import Condition
from compliance.words_check import WORDS as FILLED
from compliance.words_check import wrong_words
from model.compliance import HomeRow
from model.counted import Counted, LivenessSum
from model.errors import BadInput
from model.periods import year_until

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
WORDS = read_words()


def empty(now: datetime = NOW, year: int = 2026, home: HomeRow | None = None) -> Counted:
    """A county of which nothing is known."""
    return replace(of_nothing(now, year), home=home, observed_from=datetime(2026, 1, 1, tzinfo=UTC))


BLANK = figures(empty())
_SHARES = {key for key, figure in BLANK.items() if figure.unit is Unit.PERCENT}


_COUNTS = (None, 0.0, 1.0, 2.0, 7.0, 40.0, 4999.0)
_PERCENTS = (None, 0.0, 0.04, 33.3, 94.96, 95.0, 99.96, 100.0)
_COMPLETE = (None, 0.0, 0.5, 0.9499, 0.95, 1.0)
_CELLS = [(count, percent, share) for count in _COUNTS for percent in _PERCENTS for share in _COMPLETE]


@st.composite
def known(draw: st.DrawFn) -> dict[str, Figure]:
    """Figures of which any may be unknown, zero or anything, with any completeness."""
    cells = draw(st.lists(st.sampled_from(_CELLS), min_size=len(BLANK), max_size=len(BLANK)))
    made: dict[str, Figure] = {}
    for (key, figure), (count, percent, share) in zip(BLANK.items(), cells, strict=True):
        value = percent if key in _SHARES else count
        why = "" if value is not None else "没有数据"
        made[key] = replace(
            figure, value=value, numerator=value, denominator=100.0, completeness=share, why_unknown=why
        )
    return made


def told(made: dict[str, Figure], style: Style | None = None, counted: Counted | None = None) -> Section:
    """Return the section of these figures."""
    return section(counted or empty(), made, WORDS, style or Style())


def body(made: Section) -> str:
    """Return the text without the data notes."""
    return "".join(block.text for block in made.blocks if block.level != 3)


# Invariant: whatever is unknown or zero is never printed as a number of the text.
@given(known())
def test_no_clause_prints_what_is_unknown_or_zero(made: dict[str, Figure]) -> None:
    for block in told(made).blocks:
        for run in block.runs:
            if run.figure is not None and run.figure != "project_investment":
                figure = made[run.figure]
                assert figure.value
                assert run.text.rstrip("%") == figure.printed()
                assert float(figure.printed()) > 0


# Invariant: a mask replaces each digit of a figure by one x and changes nothing else.
@given(known())
def test_masked_print_keeps_length_and_hides_every_figure(made: dict[str, Figure]) -> None:
    plain, masked = told(made), told(made, Style(masked=True))
    for one, other in zip(plain.blocks, masked.blocks, strict=True):
        assert len(one.text) == len(other.text)
        for run, hidden in zip(one.runs, other.runs, strict=True):
            assert hidden.text == (mask(run.text) if run.maskable else run.text)
            assert run.figure is None or not re.search(r"\d", hidden.text)


def test_a_masked_print_gives_no_figure_away_in_its_notes() -> None:
    made = _with(
        fire_alarms=138, fire_true=13, filed_total=4321, filed_last=18, filed_new=5, filed_cancelled=1
    )
    masked = told(made, Style(masked=True))
    notes = [block.text for block in masked.blocks if block.level == 3]
    assert any("期末备案养老机构xxxx" in note and "相差xxxx" in note for note in notes)
    assert not any(re.search("138|4321|13起", note) for note in notes)
    assert notes[0].startswith("1.统计区间为2026年x月x日至2026年xx月xx日，数据取自2026年xx月xx日xx时")


def test_a_masked_print_leaves_the_year_to_be_read() -> None:
    whole = empty(datetime(2027, 1, 9, tzinfo=UTC))
    assert "现将2026年养老机构安全工作" in told(_with(), Style(masked=True), whole).text


# Invariant: a sum adds up, or its gap stands in the notes, or a part of it is unknown.
@given(known())
def test_sums_reconcile_or_the_gap_is_printed(made: dict[str, Figure]) -> None:
    notes = "".join(block.text for block in told(made).blocks if block.level == 3)
    for check in checks(made):
        if check.gap:
            assert f"{check.name}数字不相符" in notes
            assert f"相差{number(abs(check.gap), 0)}" in notes
        elif check.gap is None:
            assert f"{check.name}数字不相符" not in notes


# Invariant: a safety negative stands on complete data, known casualties and no open fire.
@given(known())
def test_a_safety_negative_needs_data_behind_it(made: dict[str, Figure]) -> None:
    if "未发生火灾亡人事故" in body(told(made)):
        assert made["fire_deaths"].value == 0
        assert made["fire_open"].value == 0
        assert (made["completeness"].value or 0) >= 95


# Invariant: a rate on thin data carries the completeness of that data behind it.
@given(known())
def test_a_rate_below_95_percent_completeness_is_marked(made: dict[str, Figure]) -> None:
    for block in told(made).blocks:
        for run, after in zip(block.runs, block.runs[1:], strict=False):
            if run.figure and made[run.figure].weak:
                assert after.text == "（数据完整率"


# Invariant: every figure that the words may ask for is printed, or its absence is explained.
@given(known())
def test_what_is_not_printed_is_explained(made: dict[str, Figure]) -> None:
    result = told(made)
    notes = "".join(block.text for block in result.blocks if block.level == 3)
    for key in ("online_rate", "training_sessions", "fire_alarms", "band_wearers", "filed_total", "coverage"):
        figure = made[key]
        if figure.value is None or (figure.value == 0):
            assert figure.label in notes


# Invariant: sentences are well formed: no doubled or orphaned punctuation, no half-width comma.
@given(known())
def test_punctuation_is_full_width_and_single(made: dict[str, Figure]) -> None:
    text = told(made).text
    assert not re.search(r"[，。；、：]{2}|[,;]|（）|^[，。；、]", text, re.MULTILINE)


def test_a_county_of_which_nothing_is_known_says_so() -> None:
    result = told(BLANK)
    text = body(result)
    assert "本期没有可以报告的数据" in text
    assert result.printed == ()
    assert "下列内容没有数据" in result.text


def test_what_devices_count_is_unknown_not_zero_where_none_was_heard() -> None:
    silent = replace(empty(), liveness=(LivenessSum("detector", 1, 0, 86400, 86400),))
    made = figures(silent)
    for key in ("fire_alarms", "fire_signals", "fire_deaths", "faults", "faults_closed", "sos_alerts"):
        assert made[key].value is None, key
    assert "处置火警信息" not in body(told(made, counted=silent))


def _with(**values: float) -> dict[str, Figure]:
    return {
        key: replace(figure, value=values.get(key), completeness=1.0, why_unknown="没有数据")
        for key, figure in BLANK.items()
    }


def test_clauses_of_one_sentence_share_its_opening() -> None:
    text = body(told(_with(unlicensed_retrofitted=6, unlicensed_closed=4)))
    assert "目前，完成消防系统改造6家，关停4家。" in text


def test_the_two_heading_orders() -> None:
    made = _with(training_sessions=4, training_attendees=310)
    paren, digit = told(made), told(made, Style(numbering=Numbering.DIGIT))
    assert any(block.level == 2 and block.text == "（一）从业人员能力不断提升" for block in paren.blocks)
    assert any(
        block.text.startswith("1.从业人员能力不断提升。加大从业人员技能培训。") for block in digit.blocks
    )


def test_a_lone_item_has_no_ordinal_and_several_have() -> None:
    alone = body(told(_with(training_sessions=4, training_attendees=310)))
    assert "一是" not in alone
    both = body(told(_with(training_sessions=4, training_attendees=310, duty_rate=100)))
    assert "一是加大从业人员技能培训。" in both
    assert "；二是落实值班巡查制度。" in both


def test_a_year_that_is_over_is_told_as_a_whole() -> None:
    whole = empty(datetime(2027, 1, 9, tzinfo=UTC))
    made = {key: replace(figure, value=3.0, completeness=1.0) for key, figure in BLANK.items()}
    text = body(told(made, counted=whole))
    assert "全年培训3期、3人" in text
    assert "截至12月底，" in text
    assert "现将2026年养老机构安全工作有关情况汇报如下：" in text


def test_a_part_year_is_told_to_date() -> None:
    made = {key: replace(figure, value=3.0, completeness=1.0) for key, figure in BLANK.items()}
    text = body(told(made))
    assert "截至11月24日，" in text
    assert "全年" not in text


def test_the_home_speaks_for_itself() -> None:
    home = HomeRow(
        1, "h", "青河镇敬老院", "敬老院", "", 1, None, None, None, None, None, date(2020, 1, 1), None
    )
    made = {key: replace(figure, value=3.0, completeness=1.0) for key, figure in BLANK.items()}
    result = told(made, counted=empty(home=home))
    assert result.title == "2026年度青河镇敬老院安全工作情况汇报"
    assert "全县" not in result.text


def test_footnotes_number_each_figure_once_and_trace_it() -> None:
    made = _with(training_sessions=4, training_attendees=310)
    result = told(made, Style(footnotes=True))
    text = markdown.render(result)
    assert "培训4[^1]期、310[^2]人" in text
    assert "[^2]: 培训人数310人。依据：培训" in text


def test_a_masked_report_gives_no_value_away_in_json() -> None:
    made = _with(training_sessions=4, training_attendees=310)
    counted = empty()
    masked = json_report.to_json(Report(counted, told(made, Style(masked=True))))
    assert masked["sums"] == []
    assert all("value" not in figure and "evidence" not in figure for figure in masked["figures"])
    assert "310" not in "".join(run["text"] for block in masked["blocks"] for run in block["runs"])


@pytest.mark.parametrize(
    ("value", "places", "percent", "text"),
    [
        (100.0, 1, True, "100"),
        (99.96, 1, True, "99.9"),
        (0.04, 1, True, "0.1"),
        (85.3, 4, False, "85.3"),
        (3.0, 0, False, "3"),
        (97.25, 1, True, "97.2"),
        (0.0041, 2, False, "0.004"),
        (0.00001, 2, False, "0.00001"),
        (172.8042, 2, False, "172.8"),
    ],
)
def test_numbers_never_round_up_to_a_full_mark_nor_down_to_none(
    value: float, places: int, percent: bool, text: str
) -> None:
    assert number(value, places, percent=percent) == text


def test_a_condition_on_an_unknown_figure_never_holds() -> None:
    made = {"a": Figure("a", "a", None, Unit.HOMES, NOW, Evidence("q"))}
    for sign in ("=", "!=", ">", "<", ">=", "<="):
        assert not holds(Condition("a", sign, "0"), made)
        assert not holds(Condition("b", sign, "0"), made)


def test_our_own_words_have_no_slip_and_every_word_is_filled() -> None:
    assert slips_of(OURS.read_text(encoding="utf-8")) == []
    assert set(words_for(empty())) == FILLED


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (('when = ["inspected_rate = 100"]', 'when = ["x == 1"]'), r"clause.S15.when\]: x == 1"),
        (("[clause.S12]", "[clause.S99]"), "S12 → 没有这一句"),
        (("[document]", "[dokument]"), "dokument → 没有这一项"),
        (("[clause.S2]", "[clause.S2]\ncolour = 1"), r"\[clause.S2.colour\]"),
        (("[document]", "[document"), "TOML"),
        (('home_subtitle = ""', 'home_subtitle = "{target_x}"'), r"\[document.home_subtitle\]: \{target_x\}"),
        (('notes = "数据说明"', 'notes = "{year}年数据说明"'), r"\[document.notes\]: \{year\}"),
        (('start = "目前，"', 'start = "{since}，"'), r"\[clause.S7.start\]: \{since\}"),
        (('start = "目前，"', "start = 7"), r"\[clause.S7.start\].*文字"),
        (('notes = "数据说明"', 'notes = "数据\\u0001说明"'), r"U\+0001"),
        (
            ("{joint_inspections}", "{joint_inspection}"),
            "第 1[0-9][0-9] 行 .*是不是 did you mean joint_inspections",
        ),
        (("{joint_inspections}", "{joint_inspections"), "花括号成对"),
        (("inspected_rate = 100", "inspected_rat = 100"), "did you mean inspected_rate"),
        (('scope = "county"', 'scope = "conty"'), "conty → county"),
        (("framing =", "framin ="), r"framin → 没有这一项.*did you mean framing"),
        (("{since}，我局", "{sinse}，我局"), "did you mean since"),
        (('text = "注销备案', 'txt = "注销备案'), r"clause.S11b.txt"),
        (("误报{fire_false}", "误报{fire_fals}"), "did you mean fire_false"),
        (('after = ["S12"]', 'after = ["S1x"]'), r"clause.S12b.after\]: S1x"),
        (('each = "projects"', 'each = "homes"'), r"clause.S4.each\]: homes → projects"),
        (('sentences = [["S12", "S12b"]]', 'sentences = ["S12"]'), r"part 4.item 1.sentences"),
        (('detail = "full"', 'detail = "half"'), "half → brief"),
        (('after = ["S1", "S2", "S4"]', "after = 1"), r'clause.S3.after\]: 1 → 如 like after = \["S1"\]'),
        (('when = ["smoke_installed > 0"]', "when = 1"), r"clause.S3.when\]: 1 → 如 like when"),
    ],
)
def test_a_template_that_is_wrong_is_refused_by_line_and_name(
    tmp_path: Path, change: tuple[str, str], reason: str
) -> None:
    ours = OURS.read_text(encoding="utf-8")
    assert change[0] in ours
    file = tmp_path / "words.toml"
    file.write_text(ours.replace(*change), encoding="utf-8")
    with pytest.raises(BadInput, match=reason):
        read_words(file)


# Invariant: a file of anything at all is refused in words, never by a traceback.
@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["document", "part", "clause", "item", "sentences", "variants", "text", "when"]), inner),
))  # fmt: skip
def test_any_shape_of_template_is_refused_in_words(shape: object) -> None:
    raw = {"document": shape, "part": shape, "clause": {"S1": shape}}
    assert all(one.expected for one in wrong_words(raw, {"a"}))


def test_a_figure_is_rounded_downwards_and_only_where_it_is_large() -> None:
    def told_as(value: float, unit: Unit = Unit.DEVICES, places: int = 0) -> str:
        return about(Figure("k", "k", value, unit, NOW, Evidence("q"), places=places))

    assert [told_as(one) for one in (7, 99, 100, 138, 1184, 28750)] == [
        "7",
        "99",
        "100",
        "130余",
        "1100余",
        "28000余",
    ]
    assert [told_as(one, Unit.PERCENT, 1) for one in (0.4, 98.6, 99.96, 100)] == [
        "0.4%",
        "98%以上",
        "99%以上",
        "100%",
    ]
    assert told_as(153.2745, Unit.WAN_YUAN, 4) == "150余"
    assert [told_as(one, Unit.MINUTES, 1) for one in (3.34, 314.2)] == ["3.3", "约310"]


# Invariant: rounding says no more than there is, and the notes say that it was done.
@given(known())
def test_a_rounded_section_overstates_nothing_and_says_that_it_is_rounded(made: dict[str, Figure]) -> None:
    rounded = told(made, Style(rounded=True))
    assert any("取整" in block.text for block in rounded.blocks if block.level == 3)
    for run in (run for block in rounded.blocks for run in block.runs):
        if run.figure is not None and run.figure != "project_investment" and "约" not in run.text:
            assert float(re.sub("[余%]|以上", "", run.text)) <= (made[run.figure].value or 0) + 0.1


def test_a_brief_section_says_what_the_genre_always_has_and_misses_nothing_else() -> None:
    made = {key: replace(figure, value=3.0, completeness=1.0) for key, figure in BLANK.items()}
    full, brief = told(made), told(made, Style(detail=Detail.BRIEF))
    assert "培训3期、3人" in body(brief)
    assert "未作" not in body(brief)
    assert set(brief.printed) < set(full.printed)
    assert "ack_rate" in full.printed
    assert "ack_rate" not in brief.printed
    assert brief.dropped["A5"] == "从简，未列"
    assert "火警及时响应率" not in told(BLANK, Style(detail=Detail.BRIEF)).text


def test_a_past_year_up_to_a_day_is_told_to_that_day() -> None:
    made = {key: replace(figure, value=3.0, completeness=1.0) for key, figure in BLANK.items()}
    now = datetime(2027, 1, 9, tzinfo=UTC)
    counted = replace(empty(now), period=year_until(date(2026, 9, 30), now))
    text = told(made, counted=counted).text
    assert "现将截至2026年9月底养老机构安全工作有关情况汇报如下" in text
    assert "2026年以来，培训3期" in text
    assert "截至9月底，" in text
    assert "全年" not in text
    assert "今年" not in text
