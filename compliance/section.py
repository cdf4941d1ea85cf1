"""The safety section: from figures and words to a document of headings, paragraphs and notes. Pure.

The genre is that of a county's 综合考评汇报材料 (domain rules 1.1 to 1.4): 一是…；二是…。, every figure in a
running sentence. Which wording a clause takes is decided by data; a clause whose figure is unknown or zero is
dropped; a rate on thin data carries its completeness; what is not known is said in the notes.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from compliance.figures import Evidence, Figure, Unit
from compliance.notes import Piece, notes_of
from compliance.words import COUNTY, HOME, PLACEHOLDER, Clause, Condition, Item, Part, Variant, Words
from model.clock import SHANGHAI
from model.compliance import Counted, ProjectRow

_NUMBER = re.compile(r"\d+(年)?")
_ORDINALS = "一二三四五六七八九十"
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_DEPARTMENTS = ("应急", "公安", "消防", "住建", "市监", "供电", "机构所在地政府")
"""The order in which the genre names them; others follow as they come."""


class Numbering(StrEnum):
    """The two competing heading orders of the genre."""

    PAREN = "paren"  # 一、（一）
    DIGIT = "digit"  # 一、1.


class Detail(StrEnum):
    """How much is said: every clause, or those that the genre always has."""

    FULL = "full"
    BRIEF = "brief"


@dataclass(frozen=True, slots=True)
class Style:
    """How the text is set: heading order, detail, digits rounded or masked, figures numbered and traced."""

    numbering: Numbering = Numbering.PAREN
    masked: bool = False
    footnotes: bool = False
    detail: Detail = Detail.FULL
    rounded: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text; `figure` is the key of the figure that it prints, `number` that of its footnote."""

    text: str
    figure: str | None = None
    maskable: bool = False
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (level 1 or 2), a paragraph (0) or a numbered note (3)."""

    level: int
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """Return the block without footnote marks."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Section:
    """The finished document, with the figures that it prints in the order of the text."""

    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    printed: tuple[str, ...]
    dropped: Mapping[str, str]
    """Clauses that are not said, each with the reason."""
    style: Style
    issued_on: date
    figures: Mapping[str, Figure]

    @property
    def text(self) -> str:
        """Return all of it as plain text, a line for each block."""
        head = [self.title.replace("\n", ""), *([self.subtitle] if self.subtitle else [])]
        return "\n".join([*head, *(block.text for block in self.blocks)])


@dataclass(frozen=True, slots=True)
class _Teller:
    figures: Mapping[str, Figure]
    words: Mapping[str, str]
    scope: str
    style: Style


def section(counted: Counted, figures: Mapping[str, Figure], words: Words, style: Style) -> Section:
    """Return the section of a county, or of one home."""
    known = {**figures, **_targets(counted)}
    scope = COUNTY if counted.home is None else HOME
    teller = _Teller(known, words_for(counted), scope, style)
    said: dict[str, str] = {}
    dropped: dict[str, str] = {}
    document = words.document
    blocks = [Block(0, tuple(_fill(document[f"{scope}_opening"], teller)))]
    body: list[Block] = []
    titles = 0
    for part in words.parts:
        paragraph = _part(part, teller, counted, said, dropped)
        if paragraph:
            body += _headed(part.title, titles, paragraph, style.numbering)
            titles += 1
    blocks.append(_heading(1, f"{_ORDINALS[0]}、{document['chapter']}"))
    blocks.append(Block(0, (Run(document["framing"] if body else document["nothing"]),)))
    blocks += body
    blocks.append(_heading(1, f"{_ORDINALS[1]}、{document['notes']}"))
    printed = tuple(
        dict.fromkeys(run.figure for block in blocks for run in block.runs if run.figure in figures)
    )
    used = {key for clause in words.clauses() if _asked(clause, teller) for key in _keys(clause, scope)}
    notes = notes_of(counted, figures, [key for key in figures if key in used], printed)
    if style.rounded:
        notes.insert(1, (Piece(ROUNDED_NOTE),))
    blocks += [
        Block(3, (Run(f"{number}."), *(Run(piece.text, maskable=piece.secret) for piece in note)))
        for number, note in enumerate(notes, 1)
    ]
    blocks = _styled(blocks, style, printed)
    return Section(
        _plain(document[f"{scope}_title"], teller),
        _plain(document[f"{scope}_subtitle"], teller),
        tuple(blocks),
        tuple(key for key in printed if key is not None),
        dropped,
        style,
        counted.known_at.astimezone(SHANGHAI).date(),
        figures,
    )


def _part(
    part: Part, teller: _Teller, counted: Counted, said: dict[str, str], dropped: dict[str, str]
) -> list[Run]:
    items = [runs for item in part.items if (runs := _item(item, teller, counted, said, dropped))]
    paragraph: list[Run] = []
    for number, runs in enumerate(items):
        ordinal = [Run(f"{_ORDINALS[number]}是")] if len(items) > 1 else []
        end = Run("；" if number < len(items) - 1 else "。")
        paragraph += [*ordinal, *runs, end]
    return paragraph


def _item(
    item: Item, teller: _Teller, counted: Counted, said: dict[str, str], dropped: dict[str, str]
) -> list[Run]:
    sentences: list[list[Run]] = []
    for clauses in item.sentences:
        spoken: list[list[Run]] = []
        start = ""
        for clause in clauses:
            found = _clause(clause, teller, counted, said)
            if not found:
                dropped[clause.key] = _reason(clause, teller)
                continue
            said[clause.key] = "".join(run.text for runs in found for run in runs)
            start = start or (clause.start if not spoken else "")
            spoken += found
        if spoken:
            joined = _joined(spoken, "，")
            sentences.append([Run(start), *joined] if start else joined)
    if not sentences:
        return []
    return [Run(f"{item.lead}。"), *_joined(sentences, "。")]


def _clause(clause: Clause, teller: _Teller, counted: Counted, said: Mapping[str, str]) -> list[list[Run]]:
    if not _asked(clause, teller):
        return []
    if clause.after and not any(key in said for key in clause.after):
        return []
    if clause.each:
        told = (_variant(clause.variants, _of_project(teller, row)) for row in _projects(counted))
        return [runs for runs in told if runs]
    if clause.list:
        parts = [runs for one in clause.list if (runs := _variant((one,), teller))]
        return [[Run(clause.before), *_joined(parts, "、")]] if parts else []
    runs = _variant(clause.variants, teller)
    return [runs] if runs else []


def _asked(clause: Clause, teller: _Teller) -> bool:
    return teller.style.detail is Detail.FULL or not clause.full


def _variant(variants: Sequence[Variant], teller: _Teller) -> list[Run]:
    for variant in variants:
        if _fits(variant, teller):
            return _fill(variant.text, teller)
    return []


def _fits(variant: Variant, teller: _Teller) -> bool:
    if variant.scope not in (None, teller.scope):
        return False
    return all(_can_say(key, teller) for key in variant.placeholders()) and all(
        holds(condition, teller.figures) for condition in variant.when
    )


def _can_say(key: str, teller: _Teller) -> bool:
    return bool(teller.words.get(key)) if key in teller.words else bool(_value(key, teller.figures))


def _value(key: str, figures: Mapping[str, Figure]) -> float | None:
    return figures[key].value if key in figures else None


def holds(condition: Condition, figures: Mapping[str, Figure]) -> bool:
    """Say whether a comparison holds; one with an unknown figure never does."""
    left = _value(condition.key, figures)
    right = _value(condition.other, figures) if condition.other in figures else _number(condition.other)
    return left is not None and right is not None and _COMPARE[condition.operator](left, right)


def _number(text: str) -> float | None:
    return float(text) if text[0].isdigit() else None


def _fill(text: str, teller: _Teller) -> list[Run]:
    runs: list[Run] = []
    for number, piece in enumerate(PLACEHOLDER.split(text)):
        if number % 2 == 0:
            runs.append(Run(piece))
        elif piece in teller.words:
            runs.append(Run(teller.words[piece], maskable=piece in _MASKED_WORDS))
        else:
            runs += _print(teller.figures[piece], rounded=teller.style.rounded)
    return [run for run in runs if run.text]


def _print(figure: Figure, *, rounded: bool) -> list[Run]:
    sign = "%" if figure.unit is Unit.PERCENT else ""
    said = about(figure) if rounded else figure.printed() + sign
    runs = [Run(said, figure.key, maskable=True)]
    if figure.weak:
        share = figure.completeness
        told = "不详" if share is None else f"{_floor_percent(share)}%"
        runs += [Run("（数据完整率"), Run(told, maskable=True), Run("）")]
    return runs


_EXACT_BELOW = 100


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


ROUNDED_NOTE = "正文数字从简取整（“余”“以上”“约”），准确数字以工作簿和数据文件为准。"
_MASKED_WORDS = frozenset({"by", "began", "span", "project_done"})


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


def _projects(counted: Counted) -> list[ProjectRow]:
    return [one for one in counted.projects if one.kind in ("fire_system", "sprinkler")]


def _of_project(teller: _Teller, row: ProjectRow) -> _Teller:
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


def _targets(counted: Counted) -> dict[str, Figure]:
    def fixed(key: str, value: float) -> Figure:
        return Figure(key, key, value, Unit.PEOPLE, counted.period.ends_at, Evidence("targets"))

    made = {
        f"target_{name}": fixed(f"target_{name}", float(value)) for name, value in counted.targets.items()
    }
    return {**made, "to_date": fixed("to_date", float(counted.period.partial))}


def _reason(clause: Clause, teller: _Teller) -> str:
    if not _asked(clause, teller):
        return "从简，未列"
    keys = _keys(clause, teller.scope)
    for key in keys:
        figure = teller.figures.get(key)
        if figure is not None and figure.value is None:
            return f"{figure.label}：{figure.why_unknown}"
    zero = [
        teller.figures[key].label for key in keys if key in teller.figures and not teller.figures[key].value
    ]
    return f"{'、'.join(zero)}为0" if zero else "条件不满足"


def _keys(clause: Clause, scope: str) -> list[str]:
    variants = [one for one in (*clause.variants, *clause.list) if one.scope in (None, scope)]
    return list(dict.fromkeys(key for one in variants for key in one.placeholders()))


def _joined(groups: Iterable[Sequence[Run]], mark: str) -> list[Run]:
    runs: list[Run] = []
    for group in groups:
        runs += [Run(mark)] if runs else []
        runs += group
    return runs


def _heading(level: int, text: str) -> Block:
    return Block(level, (Run(text),))


def _headed(title: str, number: int, paragraph: list[Run], numbering: Numbering) -> list[Block]:
    if numbering is Numbering.DIGIT:
        return [Block(0, (Run(f"{number + 1}.{title}。"), *paragraph))]
    return [_heading(2, f"（{_ORDINALS[number]}）{title}"), Block(0, tuple(paragraph))]


def _styled(blocks: Sequence[Block], style: Style, printed: Sequence[str | None]) -> list[Block]:
    numbers = {key: number for number, key in enumerate(printed, 1)} if style.footnotes else {}
    return [
        replace(block, runs=tuple(_style(run, style.masked, numbers.get(run.figure)) for run in block.runs))
        for block in blocks
    ]


def _style(run: Run, masked: bool, number: int | None) -> Run:
    text = mask(run.text) if masked and run.maskable else run.text
    return replace(run, text=text, number=number)


def mask(text: str) -> str:
    """Return the text with one x per digit, as the genre prints what is not public; a year (2025年) stays."""
    return _NUMBER.sub(lambda found: found[0] if found[1] else "x" * len(found[0]), text)


def _plain(text: str, teller: _Teller) -> str:
    return "".join(run.text for run in _fill(text, teller))
