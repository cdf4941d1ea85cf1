"""Errors sorted by who must act; each shell translates them once, at its edge."""

from __future__ import annotations


class YianError(Exception):
    """Base of all errors that Yi'an raises on purpose; never raised itself."""


class BadInput(YianError):
    """The caller's data is wrong; names the field and what was expected there."""

    def __init__(self, field: str, expected: str, got: object = None) -> None:
        shown = repr(got)
        self.field = field
        self.expected = expected
        self.got = shown if len(shown) <= 80 else shown[:77] + "..."
        super().__init__(f"{field}: expected {expected}" + ("" if got is None else f", got {self.got}"))


class Missing(YianError):
    """There is no such thing, or none that the caller may see."""


class Refused(YianError):
    """The thing exists, but not in a state, or not for a person, that allows this."""


class Unavailable(YianError):
    """A service that we need does not answer now; the same call may work later."""
