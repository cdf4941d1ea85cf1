"""What to fix first: each indicator against its goal, in plain words, what is about life first. Pure.

An alarm never counts against a home (domain rule 8.4): one that unplugs its detectors must not look better.
Data that is too thin is said as such and passes for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from compliance.figures import Figure, number
from model.counting_words import filled


class Mark(StrEnum):
    """How an indicator stands beside its goal."""

    GOOD = "good"
    SHORT = "short"
    THIN = "thin"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Goal:
    """What an indicator should reach, and what to do where it does not; `{gap}` is how many are missing."""

    key: str
    least: float | None
    """At least this (per cent); None where the count must be zero."""
    todo: str
    todo_en: str
    no_data: str
    no_data_en: str
    gap_unit: float = 1


@dataclass(frozen=True, slots=True)
class Standing:
    """An indicator beside its goal."""

    goal: Goal
    figure: Figure
    mark: Mark
    gap: float | None

    def said(self, language: str = "zh", label: str | None = None) -> str:
        """Return what to do in one sentence; empty where the goal is reached.

        `label` is what the indicator is called in that language, its own Chinese label by default.
        """
        label = label or self.figure.label
        goal, english = self.goal, language == "en"
        if self.mark is Mark.GOOD:
            return ""
        if self.mark is Mark.UNKNOWN:
            return goal.no_data_en if english else goal.no_data
        if self.mark is Mark.THIN:
            if english:
                return f"{label}: too little data to judge. See which devices do not report."
            return f"{label}的数据不全，无法判断：先查哪些设备没有上报。"
        gap = "" if self.gap is None else number(self.gap, 1)
        return filled(goal.todo_en if english else goal.todo, gap=gap)


_REGISTER = "没有{}记录：请在登记中补记，今后每次都记。"
_REGISTER_EN = "No record of {}: enter them, and each one from now on."


def _records(key: str, chinese: str, english: str) -> Goal:
    return Goal(
        key,
        100,
        f"{chinese}少做了{{gap}}次：排好日期和责任人，尽快补上。",
        f"{english.capitalize()} missing: {{gap}}. Set a date and a name, and make up for them.",
        _REGISTER.format(chinese),
        _REGISTER_EN.format(english),
    )


GOALS: tuple[Goal, ...] = (
    Goal(
        "hazards_major_open",
        None,
        "还有{gap}处重大隐患没有整改：立即消除，消除之前停用这些地方。",
        "{gap} major {gap:hazard is|hazards are} open: remove {gap:it|them} now; keep people out until then.",
        "没有隐患登记。",
        "No hazards are registered.",
    ),
    Goal(
        "coverage",
        100,
        "有{gap}间房没有正常工作的烟感：先换电池、修故障，再补装。",
        "{gap} {gap:room has|rooms have} no working detector: "
        "batteries and repairs first, then fit what is missing.",
        "没有登记哪些房间应装烟感：请登记房间。",
        "Nobody entered which rooms need a detector: enter the rooms.",
    ),
    Goal(
        "ack_rate",
        100,
        "有{gap}次火警60秒内没有人接：查当时谁值班、手机是否响。",
        "{gap} fire {gap:alarm was|alarms were} not answered within 60 s:"
        " who was on duty, and did the phone ring?",
        "本期没有火警，用一次演练来检验接警。",
        "No fire alarm in this time: try the answer with a drill.",
    ),
    Goal(
        "on_scene_rate",
        100,
        "有{gap}次火警3分钟内没有人到场：夜班的位置离房间太远吗？",
        "{gap} {gap:time|times} nobody was there within 3 min: is the night post too far away?",
        "本期没有火警，用一次演练来检验到场。",
        "No fire alarm in this time: try the way there with a drill.",
    ),
    Goal(
        "duty_rate",
        100,
        "有{gap}小时没有排人值班：补齐班表。",
        "{gap} {gap:hour|hours} had nobody on duty: complete the roster.",
        "没有排班数据：请录入班表。",
        "No roster: enter it.",
        gap_unit=3600,
    ),
    Goal(
        "hazards_in_time",
        100,
        "有{gap}处隐患没有按期整改：逐处定人、定期限。",
        "{gap} {gap:hazard was|hazards were} not removed in time: a name and a date for each.",
        "本期没有到期的隐患。",
        "No hazard fell due.",
    ),
    Goal(
        "repair_rate",
        100,
        "有{gap}个设备故障24小时内没有修好：备好电池和备用烟感。",
        "{gap} device {gap:fault was|faults were} not repaired within 24 h:"
        " keep batteries and spare detectors.",
        "本期没有到期的故障。",
        "No fault fell due.",
    ),
    Goal(
        "proof_rate_smoke",
        100,
        "烟感有{gap}个月次没有做过能收到的测试：每月按键测试一遍，看系统是否收到。",
        "{gap} detector {gap:month|months} without a test that arrived:"
        " press each button once a month, see it arrive.",
        "烟感在册还不满一个月。",
        "No detector has stood there for a whole month.",
    ),
    Goal(
        "proof_rate_band",
        100,
        "手环有{gap}个月次没有做过能收到的测试：每月测试一遍，看系统是否收到。",
        "{gap} wristband {gap:month|months} without a test that arrived:"
        " test each once a month, see it arrive.",
        "手环在册还不满一个月。",
        "No wristband has been there for a whole month.",
    ),
    Goal(
        "proof_rate_exit",
        100,
        "出入口有{gap}个月次没有测试：每月从每个出入口走出去试一次，报警按“测试”处置。",
        "{gap} exit {gap:month|months} without a test:"
        " walk out by each once a month and resolve the alarm as a test.",
        "没有登记有设备看守的出入口。",
        "No exit that a device watches is registered.",
    ),
    Goal(
        "online_rate_smoke",
        95,
        "烟感在线率不到95%：查网关的电源和网络。",
        "Detectors are online less than 95 %: see the gateway's power and network.",
        "没有烟感在线记录：烟感还没有接入。",
        "No detector was ever heard: connect them.",
    ),
    Goal(
        "worn_rate",
        90,
        "有走失风险的老人佩戴手环不到90%：看是否不舒服、没充电。",
        "Residents at risk wear the band less than 90 %: is it uncomfortable, or not charged?",
        "没有手环佩戴数据。",
        "No band says whether it is worn.",
    ),
    Goal(
        "charged_rate",
        95,
        "手环电量合格不到95%：固定每天充电的时间。",
        "Bands are charged less than 95 %: charge them at a fixed hour.",
        "没有手环电量数据。",
        "No band tells its battery.",
    ),
    _records("night_patrol_rate", "夜间巡查", "night patrols"),
    _records("patrol_rate", "白天巡查", "day patrols"),
    _records("self_check_rate", "每月自查", "monthly self-checks"),
    _records("drill_rate", "消防演练", "fire drills"),
    _records("equipment_test_rate", "消防设施年度检测", "yearly equipment tests"),
    Goal(
        "insured_rate",
        100,
        "有{gap}家机构没有在保期内的保险：续保，并登记保单。",
        "{gap} {gap:home has|homes have} no policy that is running: renew it and enter it.",
        "没有保险登记：请录入保单。",
        "No policy is registered: enter it.",
    ),
    Goal(
        "completeness",
        95,
        "数据完整率不到95%，本页的比率会失准：查长期不上报的设备。",
        "Less than 95 % of the data came, so rates may mislead: find devices that do not report.",
        "没有应报数据的设备。",
        "No device has reports due.",
    ),
)
"""In the order in which they are mended: lives, answer, watch, upkeep, records.

Source: domain rule 8.3 (indicators); 95 % and 90 %: our choice, as nobody can promise a radio or a sleeper.
"""

_QUIET = frozenset(
    {
        "on_scene_rate",
        "hazards_in_time",
        "repair_rate",
        "proof_rate_smoke",
        "proof_rate_band",
        "proof_rate_exit",
    }
)
"""Nothing due is nothing wrong; without a fire one drill tries both the answer and the way there."""


def standings(figures: Mapping[str, Figure]) -> list[Standing]:
    """Return every indicator that has a goal, in the order in which they are mended."""
    return [_standing(goal, figures[goal.key]) for goal in GOALS if goal.key in figures]


def what_first(figures: Mapping[str, Figure], most: int = 5) -> list[Standing]:
    """Return what to fix first: what falls short, then what nobody can tell; at most `most`."""
    found = standings(figures)
    short = [one for one in found if one.mark is Mark.SHORT]
    dark = [one for one in found if one.mark in (Mark.THIN, Mark.UNKNOWN) and one.goal.key not in _QUIET]
    return (short + dark)[:most]


def _standing(goal: Goal, figure: Figure) -> Standing:
    if figure.value is None:
        return Standing(goal, figure, Mark.UNKNOWN, None)
    if goal.least is None:
        return Standing(goal, figure, Mark.SHORT if figure.value else Mark.GOOD, figure.value)
    gap = None
    if figure.numerator is not None and figure.denominator is not None:
        gap = (figure.denominator - figure.numerator) / goal.gap_unit
    # What falls short in spite of gaps is still to be mended; what looks good because of them is not good.
    if figure.value < goal.least:
        return Standing(goal, figure, Mark.SHORT, gap)
    return Standing(goal, figure, Mark.THIN if figure.weak else Mark.GOOD, gap)
