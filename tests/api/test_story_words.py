"""Why somebody was told, over which channel, and which way an answer came, in words."""

from __future__ import annotations

from itertools import combinations, product

import pytest

from alerts import stages
from alerts.classes import CLASSES
from alerts.procedure import Told
from alerts.stages import Stage, Why
from api.story_words import channel_name, stage_name, way
from api.texts import LANGUAGES, Texts

TEXTS = Texts()
ROUNDS = (1, 2, 11)


def every_stage() -> list[Stage]:
    """Return all that a ladder, a call for help, a reminder or the clock of a missing person can tell."""
    found = [
        stages.climbed(rule.alert_class, rung, turn)
        for rule in CLASSES.values()
        for rung, turn in product(range(len(rule.rungs) + 2), ROUNDS)
    ]
    found += [Stage(each, Why.HELP, count) for each in CLASSES for count in (0, 1, 40)]
    found += [Stage(each, Why.STALE, days) for each in CLASSES for days in (1, 365)]
    left = [some for size in range(1, len(Told) + 1) for some in combinations(Told, size)]
    return found + [stages.untold(each, some) for each in CLASSES for some in left]


def test_every_stage_is_read_as_it_was_written() -> None:
    for stage in every_stage():
        assert stages.read(str(stage)) == stage


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_stage_has_a_name(language: str) -> None:
    written = {str(stage) for stage in every_stage()}
    names = {stage: stage_name(TEXTS, language, stage) for stage in written}
    for stage, name in names.items():
        assert stage not in name
        assert not set(name) & set("+#_{")
    told_apart = {stage for stage in written if "+help" not in stage}
    assert len({names[stage] for stage in told_apart}) == len(told_apart)


def test_the_names_of_the_stages_that_people_meet_most() -> None:
    assert stage_name(TEXTS, "zh", "F1") == "火警 · 首次通知"
    assert stage_name(TEXTS, "zh", "F1+2#3") == "火警 · 无人处置，第 2 次升级 · 第 3 轮"
    assert stage_name(TEXTS, "en", "W5+untold-family-police") == (
        "Missing person · family not told · police not told"
    )


@pytest.mark.parametrize("stranger", ["gaps:3:2026-03-01", "F1+", "F1+untold-", "", "f1"])
def test_what_is_no_stage_of_an_incident_is_shown_as_it_is(stranger: str) -> None:
    assert stage_name(TEXTS, "zh", stranger) == stranger


def test_the_way_of_an_answer_is_told_with_its_address() -> None:
    assert way(TEXTS, "zh", "board 10.0.0.7") == "值守页 10.0.0.7"
    assert way(TEXTS, "en", "clock") == "the clock"
    assert way(TEXTS, "zh", "carrier-pigeon") == "carrier-pigeon"


@pytest.mark.parametrize(
    ("named", "zh", "en"),
    [
        ("wecombot#1f3a90bc", "企业微信群", "WeCom group"),
        ("sms+https", "短信", "SMS"),
        ("webpush+https", "手机推送", "push to the phone"),
        ("jsons", "网络接口", "web service"),
        ("mailtos#00000000", "邮件", "e-mail"),
        ("sns", "sns", "sns"),
    ],
)
def test_a_channel_is_told_in_words_and_without_its_address(named: str, zh: str, en: str) -> None:
    assert (channel_name(TEXTS, "zh", named), channel_name(TEXTS, "en", named)) == (zh, en)
