"""What a message says, and in what order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import messages, service_messages
from alerts.messages import SMS_LENGTH, MessageFacts, compose
from alerts.service_messages import HeartbeatFacts
from model.alerts import AlertClass

AT = datetime(2026, 3, 1, 13, 5, 33, tzinfo=UTC)
FIRE = MessageFacts(
    home_name="长宁敬老院",
    address="长宁镇人民路 8 号",
    place_path=("主楼", "二层", "203"),
    device_name="烟感 203",
    alert_class=AlertClass.F1,
    stage="F1",
    happened_at=AT,
    raised_at=AT + timedelta(seconds=1),
    cannot_walk=3,
    contact="0570-5550100",
)


def test_the_title_says_what_and_where() -> None:
    assert compose(FIRE).title == "【火警】长宁敬老院 主楼/二层/203"


def test_the_body_says_what_to_do_first_then_which_device_and_when_in_the_readers_time() -> None:
    first, second, *_ = compose(FIRE).body.splitlines()
    assert "3 分钟内到场" in first
    assert "烟感 203" in second
    assert "3月1日 21:05:33 发生" in second


def test_a_confirmed_fire_carries_the_words_for_119() -> None:
    body = compose(replace(FIRE, alert_class=AlertClass.F2, stage="F2")).body
    for part in ("119", "长宁镇人民路 8 号", "主楼、二层、203", "3 名老人不能行走", "0570-5550100"):
        assert part in body


@pytest.mark.parametrize(
    ("known", "said"),
    [(None, "人数请现场核实"), (0, "没有登记不能行走的老人"), (2, "2 名老人不能行走")],
)
def test_the_words_for_119_never_guess_how_many_cannot_walk(known: int | None, said: str) -> None:
    assert said in messages.script_119(replace(FIRE, cannot_walk=known))


def test_a_drill_tells_nobody_to_call_119() -> None:
    message = compose(replace(FIRE, alert_class=AlertClass.F2, stage="F2", drill=True))
    assert message.title.startswith("【演练】")
    assert "不要拨打 119" in message.body
    assert "立即拨打" not in message.body
    assert "Call 119" not in message.body


def test_what_is_late_or_unregistered_says_so_in_the_title() -> None:
    title = compose(replace(FIRE, late_by=timedelta(minutes=12), unregistered=True)).title
    assert "【迟到12分钟】【未登记设备】" in title


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        ("F1+2", "无人处置升级2"),
        ("F1+1#2", "无人处置升级1"),
        ("F1+help", "现场求援"),
        ("F1+help3", "现场求援"),
    ],
)
def test_who_is_told_later_hears_why(stage: str, said: str) -> None:
    assert said in compose(replace(FIRE, stage=stage)).title


@pytest.mark.parametrize("stage", ["F1", "F1#2"])
def test_the_first_to_be_told_hears_of_no_escalation(stage: str) -> None:
    assert "升级" not in compose(replace(FIRE, stage=stage)).title


def test_the_link_is_the_last_line() -> None:
    assert compose(replace(FIRE, link="https://yian.example/a/1")).body.endswith("https://yian.example/a/1")


@pytest.mark.parametrize("alert_class", AlertClass)
def test_every_class_has_words_in_both_languages(alert_class: AlertClass) -> None:
    message = compose(replace(FIRE, alert_class=alert_class, stage=str(alert_class)))
    assert message.title.startswith("【")
    english = message.body.splitlines()[-1]
    assert english.partition(":")[0].isascii()


_NAMES = st.text(min_size=1, max_size=60)


@given(
    home=_NAMES,
    path=st.lists(_NAMES, max_size=6),
    alert_class=st.sampled_from(AlertClass),
    stage=st.sampled_from(["F1", "F1+1", "F1+123456#9", "F1+help12"]),
    late=st.none() | st.timedeltas(timedelta(0), timedelta(days=30)),
    drill=st.booleans(),
    unregistered=st.booleans(),
)
def test_the_title_fits_one_short_message_and_still_says_what_and_which_room(
    home: str,
    path: list[str],
    alert_class: AlertClass,
    stage: str,
    late: timedelta | None,
    drill: bool,
    unregistered: bool,
) -> None:
    # However long the names are: at most 70 characters, the class in front, the end of the place behind.
    facts = replace(
        FIRE,
        home_name=home,
        place_path=tuple(path),
        alert_class=alert_class,
        stage=stage,
        late_by=late,
        drill=drill,
        unregistered=unregistered,
    )
    title = compose(facts).title
    assert len(title) <= SMS_LENGTH
    assert title.startswith("【演练】【" if drill else "【")
    if path:
        assert path[-1][:20] in title


def test_the_daily_message_says_what_its_absence_means() -> None:
    facts = HeartbeatFacts(date(2026, 3, 2), 3, 60, 58, 1, 0, 0)
    message = service_messages.heartbeat(facts)
    assert "值守正常" in message.title
    assert "58/60" in message.body
    assert "收不到" in message.body
    assert "值守正常" not in service_messages.heartbeat(replace(facts, failing_channels=1)).title
    assert "封存" not in message.body
    sealed = service_messages.heartbeat(replace(facts, log_rows=812, log_head="0a1b2c3d4e5f6071"))
    assert "封存至第 812 条，封存码 0a1b2c3d4e5f6071" in sealed.body


def test_what_burns_is_read_out_where_somebody_has_said_it() -> None:
    assert "燃烧物请按现场情况说明" in messages.script_119(FIRE)
    assert "燃烧物：床垫。" in messages.script_119(replace(FIRE, burning="床垫"))
