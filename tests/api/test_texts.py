"""Both languages say the same things, and everything that a page may ask for is written."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from string import Formatter
from types import ModuleType

import pytest

from api.cards import next_answer
from api.causes import CAUSES, offered
from api.render import clock_time, day_time, duration
from api.texts import LANGUAGES, Texts
from compliance.priorities import GOALS
from model.alerts import AlertClass, AlertState, Answer, Outcome
from model.clock import utc_now
from model.counting_words import filled
from model.devices import DeviceKind
from model.errors import BadInput, YianError
from model.events import Kind
from model.people import Role
from tests.wording import chinese_first

TEXTS = Texts()
API = Path("api")


def test_both_languages_have_the_same_keys() -> None:
    first, *others = (TEXTS.keys(language) for language in LANGUAGES)
    for other in others:
        assert other == first


def test_the_same_text_has_the_same_blanks_in_each_language() -> None:
    for key in TEXTS.keys("zh"):
        blanks = [_blanks(TEXTS.word(language, *key.split(".", 1))) for language in LANGUAGES]
        assert blanks[0] == blanks[1], key


def test_every_code_has_a_word() -> None:
    needed = {f"class.{each}" for each in AlertClass}
    needed |= {f"state.{each}" for each in AlertState}
    needed |= {f"outcome.{each}" for each in Outcome}
    needed |= {f"role.{each}" for each in Role}
    needed |= {f"device.{each}" for each in DeviceKind}
    needed |= {f"kind.{each}" for each in Kind if each is not Kind.NAME}
    needed |= {f"cause.{cause}" for cause in offered()}
    needed |= {
        f"next.{each}.{state}"
        for each in AlertClass
        for state in AlertState
        if state is not AlertState.RESOLVED
    }
    assert needed - TEXTS.keys("zh") == set()


def test_what_is_done_with_a_missing_resident_has_its_causes_and_no_fall() -> None:
    assert set(CAUSES) == set(AlertClass)
    assert "found_in_building" in CAUSES[AlertClass.W5][Outcome.TRUE]
    for alert_class in (AlertClass.W2, AlertClass.W3, AlertClass.W4, AlertClass.W5, AlertClass.W6):
        assert not {"fell", "unwell", "toilet"} & {c for each in CAUSES[alert_class].values() for c in each}


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_resolving_comes_next_the_words_say_so(language: str) -> None:
    button = TEXTS.get(language, "answer.resolve").lower()
    for alert_class in set(AlertClass) - {AlertClass.F3}:
        for state in AlertState:
            if next_answer(alert_class, state) is Answer.RESOLVE:
                key = f"next.{alert_class}.{state}"
                assert button in TEXTS.get(language, key).lower(), key


def test_every_text_that_a_page_names_is_written() -> None:
    named: set[str] = set()
    for file in (*API.glob("templates/*.html"), *API.glob("static/*.js")):
        source = file.read_text(encoding="utf-8")
        named |= set(re.findall(r"""\b(?:t|text)\(["']([a-z_.A-Z0-9]+)["']""", source))
    assert len(named) > 100
    assert {key for key in named if not key.endswith(".")} - TEXTS.keys("zh") == set()


def test_a_script_is_given_no_text_that_counts() -> None:
    for file in API.glob("static/*.js"):
        for key in re.findall(r"""\btext\("([a-z_.]+)\"""", file.read_text(encoding="utf-8")):
            assert "|" not in TEXTS.word("en", *key.split(".", 1)), key


def _blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_one_of_something_is_not_several_in_english() -> None:
    texts = [TEXTS.word("en", *key.split(".", 1)) for key in TEXTS.keys("en")]
    texts += [goal.todo_en for goal in GOALS]
    told = [filled(text, **dict.fromkeys(_blanks(text), 1)) for text in texts]
    several = re.compile(r"\b1 (?:[a-z-]+ )?(?!(?:is|was|has|as|this|needs|lies|differs)\b)[a-z-]+s\b")
    assert len(texts) > 500
    assert [one for one in told if several.search(one)] == []
    assert not any("times" in TEXTS.word("en", "measure", each) for each in ("次", "人次"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_that_is_newer_than_the_catalogue_is_shown_as_it_is(language: str) -> None:
    assert TEXTS.word(language, "cause", "电热毯老化") == "电热毯老化"


def test_times_are_shown_as_in_shanghai() -> None:
    at = utc_now().replace(year=2026, month=3, day=9, hour=18, minute=13, second=5)
    assert clock_time(at) == "02:13:05"
    assert day_time(at) == "03-10 02:13:05"
    assert day_time(None) == ""


def test_a_length_of_time_has_its_sign() -> None:
    assert duration(timedelta(seconds=-95)) == "-1 min 35 s"
    assert duration(timedelta(days=400, hours=5)) == "+400 d 5 h"


_ROOMS = ("api", "alerts", "compliance", "store", "model")
"""Whatever is refused in these may be read by who uses a page."""
_FIRST_ARGUMENT = {"TooManyGuesses", "TooLarge", "ChangedMeanwhile", "LeavesNobody"}
"""These write their own words, in Chinese and English, from what they are given."""


def _kinds(kind: type[YianError]) -> set[str]:
    return {kind.__name__, *(name for each in kind.__subclasses__() for name in _kinds(each))}


def _words(node: ast.AST, module: ModuleType) -> str:
    """Return what an expression says: constants by their value, what is filled in left out."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.Name | ast.Attribute):
        try:
            known = attrgetter(ast.unparse(node))(module)
        except AttributeError:
            return ""
        return known if isinstance(known, str) else ""
    return "".join(_words(child, module) for child in ast.iter_child_nodes(node))


def _refusals() -> Iterator[tuple[str, str]]:
    """Yield where each error of ours is made, with the words that it is made with."""
    for file in (file for room in _ROOMS for file in Path(room).rglob("*.py")):
        # What a channel says of a message that it did not take goes to the log.
        if file.match("alerts/channels/*") and file.stem != "subscription":
            continue
        module = import_module(".".join(file.with_suffix("").parts).removesuffix(".__init__"))
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = ast.unparse(call.func).rpartition(".")[2]
            if name in _kinds(BadInput):
                yield f"{file}:{call.lineno}", _words(call.args[1], module)
            elif name in {*_kinds(YianError), "HTTPException"} - _FIRST_ARGUMENT:
                yield f"{file}:{call.lineno}", _words(call.args[-1], module)


def test_who_is_refused_is_told_so_inchinese_first() -> None:
    found = list(_refusals())
    assert len(found) > 200
    assert [f"{where}: {told}" for where, told in found if not chinese_first(told)] == []
