"""The data notes (数据说明): what is not known, what does not add up, what was left out. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from compliance.figures import ENOUGH, Figure, number
from compliance.reconcile import checks
from model.clock import SHANGHAI
from model.compliance import Counted

_WARNINGS = (
    ("devices_undated", "有{n}个设备没有登记安装日期，未计入本期新装数"),
    ("devices_unheard", "有{n}个在册设备从未上报"),
    ("filed_undated", "有{n}家备案养老机构没有登记备案日期，未计入本期新增数"),
    ("no_sprinkler_unlisted", "有{n}家登记为无喷淋的民办养老机构未列入整治清单"),
    ("fire_true_untold", "有{n}起真实火情没有登记伤亡情况，未作“未发生火灾亡人事故”的表述"),
)


def notes_of(
    counted: Counted, figures: Mapping[str, Figure], used: Sequence[str], printed: Sequence[str | None]
) -> list[str]:
    """Return the notes; `used` are the figures that the words may ask for, `printed` those that they did."""
    notes = [_scope(counted), _completeness(counted, figures)]
    notes += _sums(figures)
    weak = [figures[key].label for key in used if figures[key].weak and key in printed]
    if weak:
        notes.append(f"下列比率的数据完整率低于{ENOUGH * 100:g}%，仅供参考：{'、'.join(weak)}。")
    notes += [
        f"{text.format(n=figures[key].printed())}。"
        for key, text in _WARNINGS
        if key in figures and figures[key].value
    ]
    missing: dict[str, list[str]] = {}
    for key in used:
        if figures[key].value is None:
            missing.setdefault(figures[key].why_unknown, []).append(figures[key].label)
    if missing:
        told = "；".join(f"{'、'.join(labels)}（{why}）" for why, labels in missing.items())
        notes.append(f"下列内容没有数据，正文未列：{told}。")
    none = [figures[key].label for key in used if figures[key].value == 0 and key != "fire_deaths"]
    if none:
        notes.append(f"下列内容本期没有记录（计数为0），正文未列：{'、'.join(none)}。")
    return notes


def _scope(counted: Counted) -> str:
    first, last = counted.period.start_on, counted.period.end_on
    known = counted.known_at.astimezone(SHANGHAI)
    return (
        f"统计区间为{first.year}年{first.month}月{first.day}日至{last.year}年{last.month}月{last.day}日，"
        f"数据取自{known.year}年{known.month}月{known.day}日{known.hour}时{known.minute:02d}分，"
        "来源为设备上报、值守处置记录和登记台账；演练不计入。"
    )


def _completeness(counted: Counted, figures: Mapping[str, Figure]) -> str:
    whole = figures["completeness"]
    if whole.value is None:
        told = f"数据完整率不详（{whole.why_unknown}），比率仅供参考"
    else:
        came = sum(one.reports for one in counted.days)
        told = f"设备应报{number(whole.denominator or 0, 0)}次，实报{came}次，"
        lacking = counted.days_observed - counted.days_counted
        if lacking > 0:
            told += f"另有{lacking}天没有汇总数据，"
        told += f"数据完整率{whole.printed()}%"
    observed = figures["observed_rate"].value
    began = counted.observed_from
    if began is not None and observed is not None and observed < ENOUGH * 100:
        day = began.astimezone(SHANGHAI)
        told += (
            f"；设备自{day.year}年{day.month}月{day.day}日起接入，此前情况不详，"
            f"接入时长占设备在册时长的{figures['observed_rate'].printed()}%"
        )
    return f"{told}。"


def _sums(figures: Mapping[str, Figure]) -> list[str]:
    notes: list[str] = []
    good: list[str] = []
    for check in checks(figures):
        total = figures[check.total]
        if check.gap:
            parts = "、".join(
                ("减" if sign < 0 else "") + figures[key].label + figures[key].printed()
                for sign, key in check.parts
            )
            notes.append(
                f"{check.name}数字不相符：{total.label}{total.printed()}{total.unit}，"
                f"分项为{parts}，相差{number(abs(check.gap), 0)}{total.unit}。"
            )
        elif check.good and total.value:
            good.append(f"{check.name}（{total.printed()}{total.unit}）")
    return notes + ([f"下列合计与分项相符：{'、'.join(good)}。"] if good else [])
