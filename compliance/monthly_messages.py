"""Who is told that a month was filed or corrected, and in what words: one message per month and version."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from alerts import notices
from alerts.messages import Message
from compliance.frozen import Moved
from model.people import Role
from store import receivers
from store.sql import Conn

_SHOWN = 5


def message(scope: str, first_on: date, version: int, changes: Sequence[Moved]) -> Message:
    """Return what is said of a version; a correction names the figures that moved."""
    month = f"{first_on.year}年{first_on.month}月"
    if version == 1:
        return Message(
            f"【月报报送】{scope} {month}",
            f"{scope}{month}安全月报已报送，此后的变动只以更正方式列明。请登录查看“月报”。\n"
            f"The report of {first_on:%Y-%m} was filed; see “Months” on the board.",
        )
    lines = [f"{one.label}：{one.was} → {one.now}" for one in changes[:_SHOWN]]
    if len(changes) > _SHOWN:
        lines.append(f"另有{len(changes) - _SHOWN}项。")
    told = "\n".join(lines)
    return Message(
        f"【月报更正】{scope} {month} 第{version}版，{len(changes)}项数字有变",
        f"{told}\n原因与原数见“月报”。\n"
        f"The report of {first_on:%Y-%m} was corrected: {len(changes)} figures moved; see “Months”.",
    )


def tell(
    conn: Conn,
    *,
    home_id: int | None,
    scope: str,
    first_on: date,
    version: int,
    changes: Sequence[Moved],
    now: datetime,
) -> int:
    """Tell the head of a home's month, the bureau of the county's; return how many people that is.

    It is written with the filing, in the caller's transaction, so there is one for each, and none without.
    """
    said = message(scope, first_on, version, changes)
    people = receivers.of_roles(conn, home_id, [Role.BUREAU if home_id is None else Role.HEAD], now)
    stage = f"month:{first_on:%Y-%m}:{home_id or 'county'}:{version}"
    notices.put(conn, people, stage, said, now, home_id=home_id)
    return len(people)
