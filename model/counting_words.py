"""Texts with blanks, of which an English one says home or homes as the number asks. Pure."""

from __future__ import annotations

from string import Formatter


class _Counting(Formatter):
    def format_field(self, value: object, format_spec: str) -> str:
        one, or_, many = format_spec.partition("|")
        if not or_:
            return super().format_field(value, format_spec)
        return one if str(value) == "1" else many


def filled(text: str, **values: object) -> str:
    """Return a text with its blanks filled in: "{n} {n:home|homes}" is "1 home" and "2 homes".

    Raises KeyError for a blank that has no value.
    Source: English has two forms (Unicode CLDR, plural rules), Chinese one.
    """
    return _Counting().format(text, **values)
