"""`yian dead-letters`: messages that could not be read, and reading them again."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from alerts.classes import Limits
from ingest.replay import replay
from model.clock import utc_now
from store import dead_letters
from yian import reach
from yian.settings import load
from yian.show import show_json

app = typer.Typer(help="无法解读的消息 · messages that could not be read", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="输出 JSON · print JSON")]


@app.command("list")
def list_letters(
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    replayed: Annotated[bool, typer.Option("--replayed", help="包括已重放的 · also those replayed")] = False,
    as_json: Json = False,
) -> None:
    """列出 · list them, the newest first."""
    with reach.connection(load()) as conn:
        found = dead_letters.letters(conn, limit=limit, replayed=replayed)
    if as_json:
        show_json([asdict(letter) for letter in found])
        return
    for letter in found:
        when = f"{letter.last_at:%Y-%m-%d %H:%M:%S}"
        print(letter.dead_letter_id, when, f"×{letter.seen}", letter.topic, letter.reason, sep="\t")


@app.command("replay")
def replay_letters(
    ids: Annotated[
        list[int] | None, typer.Argument(help="编号，缺省为全部 · ids, all of them by default")
    ] = None,
    as_json: Json = False,
) -> None:
    """重新解读 · read them again after a fix."""
    settings = load()
    results: list[dict[str, Any]] = []
    with reach.connection(settings) as conn:
        wanted = ids or [letter.dead_letter_id for letter in dead_letters.letters(conn, limit=10_000)]
        conn.commit()
        for dead_letter_id in wanted:
            with conn.transaction():
                done = replay(conn, dead_letter_id, settings.zigbee_bases, Limits(), utc_now())
            results.append(asdict(done))
    if as_json:
        show_json(results)
    else:
        for done in results:
            print(f"{done['dead_letter_id']}\t{done['still'] or str(done['events']) + ' events'}")
    if any(done["still"] for done in results):
        raise SystemExit(1)


@app.command("gone")
def gone_letters(as_json: Json = False) -> None:
    """到期清理的计数 · those let go after YIAN_DEAD_LETTER_DAYS, counted by day and reason."""
    with reach.connection(load()) as conn:
        found = dead_letters.days(conn)
    if as_json:
        show_json([asdict(day) for day in found])
        return
    for day in found:
        print(day.day, day.letters, f"×{day.messages}", day.reason, sep="\t")
