"""The words of the annual report, phrase by phrase: tried on this year's figures, changed, taken back."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field

from api.auth import Viewer
from api.registers import Keeper, WritingKeeper
from api.render import language_of, render
from api.service import OurService, Service
from compliance import own_words
from compliance.document import Style
from compliance.phrases import Phrase, example_of
from compliance.report import Report, seen
from compliance.words import HOME
from model.clock import SHANGHAI
from model.periods import year_of
from store import report_words
from store.homes import home_names

router = APIRouter(tags=["年度报告 Annual report"])

NEWEST = 30
Name = Annotated[str, Field(max_length=80, pattern=r"^[A-Za-z0-9_.]+$")]
Over = Annotated[int, Field(ge=0, lt=2**63)]


class Edit(BaseModel):
    """哪一句改成什么 Which phrase, and what it is to say."""

    name: Name
    text: Annotated[str, Field(max_length=10_000)]


class ToChange(Edit):
    """改一句；`over` 是改之前看到的最近一次修改的编号，没有改过为 0.

    `over` is the number of the last change that the writer saw, 0 where there was none.
    """

    over: Over


class ToTakeBack(BaseModel):
    """哪一句恢复原文 Which phrase is to say again what ships."""

    name: Name
    over: Over


class Tried(BaseModel):
    """每处错误；没有错误时，用今年的数字填好的例句和缺的数字.

    Each slip; where there is none, the phrase with this year's figures and the parts that lack one.
    """

    slips: list[str]
    example: str = ""
    lacking: list[str] = []


class Kept(BaseModel):
    """已保存，连同这次修改的编号 It is kept, with the number of the change."""

    name: str
    change_id: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A phrase as it ships and as it reads today."""

    phrase: Phrase
    text: str

    @property
    def changed(self) -> bool:
        """Say whether the bureau says it otherwise."""
        return self.text != self.phrase.text


@router.get("/report/words", include_in_schema=False)
def words_page(request: Request, service: OurService, viewer: Keeper) -> Response:
    """Return every phrase in the order of the report, and the last changes."""
    with service.database(viewer.homes) as conn:
        changes = report_words.changes(conn)
    ours = own_words.in_force(changes)
    phrases = own_words.shipped_phrases()
    shown = [Shown(one, ours.get(one.name, one.text)) for one in phrases.values()]
    return render(
        service,
        request,
        "report_words.html",
        viewer=viewer,
        groups=[(name, list(these)) for name, these in groupby(shown, lambda one: one.phrase.group)],
        phrases=phrases,
        changes=changes[: -NEWEST - 1 : -1],
    )


@router.get("/report/words/{name}", include_in_schema=False)
def phrase_page(
    name: Annotated[str, Path(max_length=80)], request: Request, service: OurService, viewer: Keeper
) -> Response:
    """Return one phrase to be changed, with its parts and every change of it."""
    phrase = own_words.phrase_named(name)
    with service.database(viewer.homes) as conn:
        changes = report_words.changes(conn)
    return render(
        service,
        request,
        "report_phrase.html",
        viewer=viewer,
        one=Shown(phrase, own_words.in_force(changes).get(name, phrase.text)),
        labels=own_words.labels(),
        over=own_words.number_of(changes, name),
        changes=[one for one in reversed(changes) if one.name == name],
    )


@router.post("/api/report/words/try", summary="试一句 Try a phrase")
def try_words(body: Edit, request: Request, viewer: WritingKeeper, service: OurService) -> Tried:
    """Return what is wrong with a text, or how it reads with this year's figures; nothing is stored."""
    phrase, text = own_words.phrase_named(body.name), _text(body.text)
    slips = own_words.slips_of_edit(phrase, text)
    if slips:
        return Tried(slips=slips)
    made = _this_year(service, viewer, phrase)
    example = example_of(phrase, text, made.counted, made.section.figures)
    return Tried(
        slips=[],
        example=example.text,
        lacking=[_label(service, request, key) for key in example.lacking],
    )


def _this_year(service: Service, viewer: Viewer, phrase: Phrase) -> Report:
    now = service.clock()

    def read() -> Report:
        with service.database(viewer.homes, snapshot=True) as conn:
            homes = home_names(conn) if phrase.scope == HOME else []
            home_id = homes[0][0] if homes else None
            period = year_of(now.astimezone(SHANGHAI).year, now)
            return seen(conn, period, home_id, own_words.own_words(conn), Style(), now)

    return service.this_year.get(phrase.scope == HOME, now, read)


def _label(service: OurService, request: Request, key: str) -> str:
    language = language_of(request)
    chinese = own_words.labels().get(key) or service.texts.word(language, "blank", key)
    word = service.texts.word(language, "figure", key)
    return chinese if language == "zh" or word == key else word


@router.post(
    "/api/report/words",
    summary="改一句 Change a phrase",
    description="别人刚改过时回 409 changed_meanwhile，带上现在的文字和新的 over。\n\n"
    "409 changed_meanwhile where somebody else did so since `over`, with what they wrote.",
)
def change(body: ToChange, viewer: WritingKeeper, service: OurService) -> Kept:
    """Say a phrase otherwise from now on; signed reports stay as they are."""
    return _change(service, viewer, body.name, _text(body.text), body.over)


@router.post("/api/report/words/undo", summary="恢复原文 Take a phrase back")
def take_back(body: ToTakeBack, viewer: WritingKeeper, service: OurService) -> Kept:
    """Say a phrase as the project ships it."""
    return _change(service, viewer, body.name, None, body.over)


def _change(service: Service, viewer: Viewer, name: str, text: str | None, over: int) -> Kept:
    phrase = own_words.phrase_named(name)
    with service.database(viewer.homes) as conn:
        number = own_words.change(conn, phrase, text, over, viewer.person.name, service.clock())
    return Kept(name=phrase.name, change_id=number)


def _text(typed: str) -> str:
    return typed.replace("\r\n", "\n").strip()
