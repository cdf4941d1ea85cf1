"""The data notes (数据说明): what is not known, what does not add up, what was left out. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from compliance.figures import ENOUGH, Figure, number
from compliance.reconcile import checks
from model.clock import SHANGHAI, local_day
from model.counted import Counted

_BLANK = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a note; a `secret` one is a number that a masked print hides."""

    text: str
    secret: bool = False


Note = tuple[Piece, ...]


def _note(text: str, **numbers: str) -> Note:
    """Return a text whose blanks are filled with numbers that a masked print hides."""
    parts = enumerate(_BLANK.split(text))
    pieces = (Piece(numbers[one], True) if place % 2 else Piece(one) for place, one in parts)
    return tuple(piece for piece in pieces if piece.text)


_WARNINGS = (
    ("devices_undated", "有{n}个设备没有登记安装日期，未计入本期新装数"),
    ("devices_unheard", "有{n}个在册设备从未上报"),
    ("filed_undated", "有{n}家备案养老机构没有登记备案日期，未计入本期新增数"),
    ("no_sprinkler_unlisted", "有{n}家登记为无喷淋的民办养老机构未列入整治清单"),
    ("fire_true_untold", "有{n}起真实火情没有登记伤亡情况，未作“未发生火灾亡人事故”的表述"),
)


_ROUNDED = "正文数字从简取整（“余”“以上”“约”），准确数字以工作簿和数据文件为准。"


def notes_of(
    counted: Counted,
    figures: Mapping[str, Figure],
    used: Sequence[str],
    printed: Sequence[str | None],
    *,
    rounded: bool,
) -> list[Note]:
    """Return the notes; `used` are the figures that the words may ask for, `printed` those that they did."""
    notes = [_scope(counted)]
    if rounded:
        notes.append((Piece(_ROUNDED),))
    notes += [_completeness(counted, figures), *_sums(figures)]
    weak = [figures[key].label for key in used if figures[key].weak and key in printed]
    if weak:
        notes.append(_note(f"下列比率的数据完整率低于{ENOUGH * 100:g}%，仅供参考：{'、'.join(weak)}。"))
    notes += [
        _note(f"{text}。", n=figures[key].printed())
        for key, text in _WARNINGS
        if key in figures and figures[key].value
    ]
    missing: dict[str, list[str]] = {}
    for key in used:
        if figures[key].value is None:
            missing.setdefault(figures[key].why_unknown, []).append(figures[key].label)
    if missing:
        told = "；".join(f"{'、'.join(labels)}（{why}）" for why, labels in missing.items())
        notes.append(_note(f"下列内容没有数据，正文未列：{told}。"))
    none = [figures[key].label for key in used if figures[key].value == 0 and key != "fire_deaths"]
    if none:
        notes.append(_note(f"下列内容本期没有记录（计数为0），正文未列：{'、'.join(none)}。"))
    return notes


def _scope(counted: Counted) -> Note:
    known = counted.known_at.astimezone(SHANGHAI)
    return (
        Piece("统计区间为"),
        *_day(counted.period.start_on),
        Piece("至"),
        *_day(counted.period.end_on),
        Piece("，数据取自"),
        *_day(known.date()),
        *_note("{hour}时{minute}分，", hour=str(known.hour), minute=f"{known.minute:02d}"),
        Piece("来源为设备上报、值守处置记录和登记台账；演练不计入。"),
    )


def _day(day: date) -> Note:
    """Return a day; its year is no secret, as in the genre."""
    return (Piece(f"{day.year}年"), *_note("{month}月{day}日", month=str(day.month), day=str(day.day)))


def _completeness(counted: Counted, figures: Mapping[str, Figure]) -> Note:
    whole = figures["completeness"]
    told: Note
    if whole.value is None:
        told = _note(f"数据完整率不详（{whole.why_unknown}），比率仅供参考")
    else:
        lacking = counted.days_observed - counted.days_counted
        told = _note(
            "设备应报{due}次，实报{came}次，"
            + ("另有{lacking}天没有汇总数据，" if lacking > 0 else "")
            + "数据完整率{share}%",
            due=number(whole.denominator or 0, 0),
            came=str(sum(one.reports for one in counted.days)),
            lacking=str(lacking),
            share=whole.printed(),
        )
    observed = figures["observed_rate"]
    since = since_when(counted)
    if since and observed.value is not None and observed.value < ENOUGH * 100:
        share = _note("，接入时长占设备在册时长的{share}%", share=observed.printed())
        told += (Piece("；"), *since, *share)
    return (*told, Piece("。"))


def since_when(counted: Counted) -> Note:
    """Return since when devices of the scope are heard; empty where none ever was."""
    began = counted.observed_from
    if began is None:
        return ()
    return (Piece("设备自"), *_day(local_day(began)), Piece("起接入，此前情况不详"))


def _sums(figures: Mapping[str, Figure]) -> list[Note]:
    notes: list[Note] = []
    good: list[Note] = []
    for check in checks(figures):
        total = figures[check.total]
        if check.gap:
            told = _note(
                f"{check.name}数字不相符：{total.label}{{total}}{total.unit}，分项为", total=total.printed()
            )
            for place, (sign, key) in enumerate(check.parts):
                lead = ("、" if place else "") + ("减" if sign < 0 else "")
                told += _note(f"{lead}{figures[key].label}{{part}}", part=figures[key].printed())
            gap = number(abs(check.gap), 0)
            notes.append((*told, *_note(f"，相差{{gap}}{total.unit}。", gap=gap)))
        elif check.good and total.value:
            good.append(_note(f"{check.name}（{{total}}{total.unit}）", total=total.printed()))
    if good:
        told = (Piece("下列合计与分项相符："),)
        for place, one in enumerate(good):
            told += (*((Piece("、"),) if place else ()), *one)
        notes.append((*told, Piece("。")))
    return notes
