"""Signing a report and looking whether the database still says the same."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from zipfile import BadZipFile

from docx import Document
from docx.oxml.ns import qn

from compliance import docx
from compliance.document import Block, Run, Section, Style
from compliance.frozen import Moved, changed_rows, content_of, digest_of, moved
from compliance.report import Report, make, seen
from compliance.template_file import read_words
from model.clock import SHANGHAI, local_day
from model.errors import BadInput, Missing
from model.periods import Period
from store import reports
from store.reports import Key, Link, Signed
from store.sql import Conn

KIND = "safety"
MARK = "yian-report "
_BEFORE, _AFTER = 14, 10
"""How many characters around a change are shown."""
_NONE = b"\0" * 32
Progress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a file of a signed report carries."""

    version: int
    frozen_at: datetime
    digest: bytes
    report_id: int = 0

    def text(self) -> str:
        """Return the stamp as it stands in a file."""
        return f"{MARK}{self.digest.hex()}"

    def as_json(self) -> dict[str, object]:
        """Return the stamp as it stands in a JSON report."""
        at = self.frozen_at.astimezone(SHANGHAI).isoformat()
        return {"version": self.version, "frozen_at": at, "hash": self.digest.hex()}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a signed report: `wrong` is about file and archive, `moved` about figures."""

    signed: Signed
    wrong: tuple[str, ...]
    moved: tuple[Moved, ...]
    rows: tuple[str, ...]

    @property
    def good(self) -> bool:
        """Say whether file, archive and database still agree."""
        return not (self.wrong or self.moved)


def freeze(conn: Conn, report: Report, by: str, now: datetime) -> Stamp:
    """Keep the report with its figures and rows for good and return its stamp; the caller commits.

    Raises BadInput for a masked report, since what is hidden cannot be signed.
    """
    if report.section.style.masked:
        raise BadInput("--freeze", "数字未遮盖的报告 a report whose figures are not masked")
    period, home = report.counted.period, report.counted.home
    key = Key(KIND, period.start_on, period.end_on, home.home_id if home else None)
    previous, version = reports.last(conn, key)
    content = content_of(report, _printed(docx.render(report.section, now)))
    digest = digest_of(previous or _NONE, content)
    number = reports.insert(
        conn,
        key,
        ends_at=period.ends_at,
        version=version,
        frozen_at=now,
        frozen_by=by,
        content=content,
        previous_hash=previous or _NONE,
        digest=digest,
    )
    return Stamp(version, now, digest, number)


def verify(
    conn: Conn, file: Path, now: datetime, *, alone: bool = False, say: Progress = lambda _done, _total: None
) -> Verdict:
    """Compare a file of a signed report with the archive, and the archive with today's rows; `conn` is idle.

    All reports that were ever signed are looked through, or only this one (`alone`). Raises BadInput where
    the file carries no stamp, Missing where no such report was signed here.
    """
    found = stamp_of(file)
    form = file.suffix
    with conn.transaction():
        signed = reports.by_hash(conn, found.digest)
    if signed is None:
        raise Missing(f"没有签署过校验值如此的报告 no report was signed with {found.digest.hex()[:12]}…")
    wrong = _broken(signed, signed.hash_before or _NONE) if alone else look_through(conn, say)
    content = json.loads(signed.content)
    if form == ".docx":
        wrong += differing(content["printed"], found.text)
    else:
        wrong += _json_differs(content["report"], found.report, signed)
    today = make(conn, period_of(signed), signed.home, read_words(), Style(), now)
    return Verdict(
        signed,
        tuple(wrong),
        tuple(moved(signed.content, today)),
        tuple(changed_rows(signed.content, today)),
    )


def period_of(signed: Signed) -> Period:
    """Return the period that a signed report is about, as it was then."""
    return Period(
        signed.start_on,
        signed.end_on,
        datetime.combine(signed.start_on, datetime.min.time(), SHANGHAI),
        signed.ends_at.astimezone(SHANGHAI),
        to_date=json.loads(signed.content)["report"]["period"]["to_date"],
    )


def compare(conn: Conn, signed: Signed, now: datetime) -> Verdict:
    """Compare a signed report with today's rows, in the caller's transaction, without a file of it."""
    today = seen(conn, period_of(signed), signed.home_id, read_words(), Style(), now)
    return Verdict(
        signed,
        tuple(_broken(signed, signed.hash_before or _NONE)),
        tuple(moved(signed.content, today)),
        tuple(changed_rows(signed.content, today)),
    )


def again(signed: Signed, form: str) -> bytes:
    """Return the file of a signed report anew, .docx or .json, from what was signed, not from today's rows.

    Raises Missing for the .docx of a report that was signed with its sources: those are in its own file only.
    """
    content = json.loads(signed.content)
    stamp = Stamp(signed.version, signed.frozen_at, signed.hash)
    if form == "json":
        told = content["report"] | {"frozen": stamp.as_json()}
        return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()
    made = docx.render(section_of(content["report"]), signed.frozen_at, stamp=stamp.text())
    if _printed(made) != content["printed"]:
        raise Missing(
            "签署时数据来源已在文件中"
            " this report was signed with its sources: they are in the file that was signed"
        )
    return made


def section_of(told: dict[str, Any]) -> Section:
    """Return the section that a report in JSON tells, without its figures."""
    levels = {"paragraph": 0, "heading1": 1, "heading2": 2, "note": 3}
    blocks = tuple(
        Block(levels[block["kind"]], tuple(Run(run["text"], run.get("figure")) for run in block["runs"]))
        for block in told["blocks"]
    )
    day = local_day(datetime.fromisoformat(told["known_at"]))
    return Section(told["title"], told["subtitle"], blocks, (), {}, Style(), day, {})


def look_through(conn: Conn, say: Progress = lambda _done, _total: None) -> list[str]:
    """Return which signed reports are not as they were signed, one read at a time; `conn` is idle.

    `say` is told after each how many of how many were looked at.
    """
    wrong: list[str] = []
    previous = _NONE
    with conn.transaction():
        total = reports.how_many(conn)
        for done, link in enumerate(reports.chain(conn), 1):
            wrong += _broken(link, previous)
            previous = link.hash
            say(done, total)
    return wrong


def _broken(link: Link | Signed, previous: bytes) -> list[str]:
    if link.previous_hash == previous and digest_of(previous, link.content) == link.hash:
        return []
    return [f"归档第{link.report_id}号的内容与其校验值不符"]


@dataclass(frozen=True, slots=True)
class Found:
    """What a file of a signed report says: the hash that it carries, all its words, the report of a .json."""

    digest: bytes
    text: str
    report: dict[str, Any]


def stamp_of(file: Path) -> Found:
    """Return the hash that a file carries and what it says.

    Raises BadInput where it is no signed .docx or .json of ours.
    """
    try:
        content = file.read_bytes()
        if file.suffix == ".json":
            report: dict[str, Any] = json.loads(content)
            return Found(bytes.fromhex(report["frozen"]["hash"]), _text_of(report), report)
        stamp = Document(io.BytesIO(content)).core_properties.identifier
        return Found(bytes.fromhex(stamp.removeprefix(MARK)), _every_word(content), {})
    except (OSError, ValueError, KeyError, TypeError, AttributeError, BadZipFile) as exc:
        raise BadInput("FILE", "已签署的报告 a signed report, .docx or .json", str(exc)) from exc


def differing(signed: str, found: str) -> list[str]:
    """Return where the words of a file first differ from those that were signed, none where they do not."""
    if signed == found:
        return []
    pairs = zip(signed, found, strict=False)
    at = next(
        (place for place, (one, other) in enumerate(pairs) if one != other), min(len(signed), len(found))
    )
    begin = max(0, at - _BEFORE)
    was, now = (text[begin : at + _AFTER] or "（无）" for text in (signed, found))
    return [f"文件的文字与签发时不同：签发时“…{was}…”，文件“…{now}…”"]


def _json_differs(was: dict[str, Any], found: dict[str, Any], signed: Signed) -> list[str]:
    wrong = differing(_text_of(was), _text_of(found))
    then = {one["key"]: one for one in was["figures"]}
    given: list[Any] = found.get("figures", [])
    wrong += [
        f"文件中的数字“{one['label']}”（{key}）与签发时不同" for key, one in then.items() if one not in given
    ]
    stamp = Stamp(signed.version, signed.frozen_at, signed.hash).as_json()
    if not wrong and (found | {"frozen": stamp}) != (was | {"frozen": found.get("frozen")}):
        wrong.append("文件的其他内容与签发时不同")
    return wrong


def _printed(content: bytes) -> str:
    return "".join(paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs)


def _every_word(content: bytes) -> str:
    """Return the words of a file wherever they stand: in a table, a text box or a tracked change as well."""
    body = cast(Any, Document(io.BytesIO(content)).element).body
    found: list[str | None] = [one.text for one in body.iter(qn("w:t"))]
    return "".join(text or "" for text in found)


def _text_of(report: dict[str, Any]) -> str:
    blocks = ["".join(run["text"] for run in block["runs"]) for block in report["blocks"]]
    return report["title"] + report["subtitle"] + "".join(blocks)
