"""The words of the annual report, phrase by phrase: tried on this year's figures, changed, taken back."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field

from api.registers import Keeper, WritingKeeper
from api.render import language_of, render
from api.service import OurService
from compliance import own_words
from compliance.document import Style
from compliance.phrases import Phrase, example_of
from compliance.report import seen
from compliance.words import HOME
from model.clock import SHANGHAI
from model.compliance import year_of
from store import board, report_words

router = APIRouter(tags=["年度报告 Annual report"])

NEWEST = 30
Name = Annotated[str, Field(max_length=80, pattern=r"^[A-Za-z0-9_.]+$")]


class Edit(BaseModel):
    """哪一句改成什么 Which phrase, and what it is to say."""

    name: Name
    text: Annotated[str, Field(max_length=10_000)]


class ToTakeBack(BaseModel):
    """哪一句恢复原文 Which phrase is to say again what ships."""

    name: Name


class Tried(BaseModel):
    """每处错误；没有错误时，用今年的数字填好的例句和缺的数字.

    Each slip; where there is none, the phrase with this year's figures and the parts that lack one.
    """

    slips: list[str]
    example: str = ""
    lacking: list[str] = []


class Kept(BaseModel):
    """已保存 It is kept."""

    name: str


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
        changes=[one for one in reversed(changes) if one.name == name],
    )


@router.post("/api/report/words/try", summary="试一句 Try a phrase")
def try_words(body: Edit, request: Request, viewer: WritingKeeper, service: OurService) -> Tried:
    """Return what is wrong with a text, or how it reads with this year's figures; nothing is stored."""
    phrase, text = own_words.phrase_named(body.name), _text(body.text)
    slips = own_words.slips_of_edit(phrase, text)
    if slips:
        return Tried(slips=slips)
    now = service.clock()
    with service.database(viewer.homes, snapshot=True) as conn:
        homes = board.home_names(conn) if phrase.scope == HOME else []
        home_id = homes[0][0] if homes else None
        period = year_of(now.astimezone(SHANGHAI).year, now)
        made = seen(conn, period, home_id, own_words.own_words(conn), Style(), now)
    example = example_of(phrase, text, made.counted, made.section.figures)
    return Tried(
        slips=[],
        example=example.text,
        lacking=[_label(service, request, key) for key in example.lacking],
    )


def _label(service: OurService, request: Request, key: str) -> str:
    language = language_of(request)
    chinese = own_words.labels().get(key) or service.texts.word(language, "blank", key)
    word = service.texts.word(language, "figure", key)
    return chinese if language == "zh" or word == key else word


@router.post("/api/report/words", summary="改一句 Change a phrase")
def change(body: Edit, viewer: WritingKeeper, service: OurService) -> Kept:
    """Say a phrase otherwise from now on; signed reports stay as they are."""
    phrase = own_words.phrase_named(body.name)
    with service.database(viewer.homes) as conn:
        own_words.change(conn, phrase, _text(body.text), viewer.person.name, service.clock())
    return Kept(name=phrase.name)


@router.post("/api/report/words/undo", summary="恢复原文 Take a phrase back")
def take_back(body: ToTakeBack, viewer: WritingKeeper, service: OurService) -> Kept:
    """Say a phrase as the project ships it."""
    phrase = own_words.phrase_named(body.name)
    with service.database(viewer.homes) as conn:
        own_words.change(conn, phrase, None, viewer.person.name, service.clock())
    return Kept(name=phrase.name)


def _text(typed: str) -> str:
    return typed.replace("\r\n", "\n").strip()
