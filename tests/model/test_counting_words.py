"""One home, two homes."""

from __future__ import annotations

import pytest

from model.counting_words import filled


@pytest.mark.parametrize(
    ("n", "said"),
    [(0, "0 homes need it"), (1, "1 home needs it"), ("1", "1 home needs it"), (2, "2 homes need it")],
)
def test_english_counts(n: object, said: str) -> None:
    assert filled("{n} {n:home|homes} {n:needs|need} it", n=n) == said


def test_other_blanks_are_as_ever() -> None:
    assert filled("{share:.1f} % of {name}", share=2.25, name="a|b") == "2.2 % of a|b"


def test_a_blank_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        filled("{n:home|homes}", m=1)
