"""Whom a figure is about: the county, a township, a home or a device. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from model.errors import BadInput

EXPECTED = "县、乡镇、机构或设备 county, township:NAME, home:CODE or device:ADDRESS"
_BETWEEN = ":： \u3000"


class ScopeKind(StrEnum):
    """How wide a scope is, the widest first."""

    COUNTY = "county"
    TOWNSHIP = "township"
    HOME = "home"
    DEVICE = "device"


@dataclass(frozen=True, slots=True)
class Scope:
    """A kind, and who of it: a township's name, a home's code, a device's address; empty for the county."""

    kind: ScopeKind
    name: str = ""

    def __str__(self) -> str:
        """Return the scope as `scope_named` reads it."""
        return f"{self.kind}:{self.name}" if self.name else str(self.kind)


COUNTY = Scope(ScopeKind.COUNTY)


def scope_named(text: str) -> Scope:
    """Return the scope that a text names; kind and name are parted by a colon or a space.

    Raises BadInput, which says what was expected.
    """
    for kind in ScopeKind:
        rest = text.strip().removeprefix(kind)
        if rest == text.strip() or (rest and rest[0] not in _BETWEEN):
            continue
        name = rest[1:].strip()
        if bool(name) == (kind is ScopeKind.COUNTY) or "\x00" in name:
            break
        return Scope(kind, name)
    raise BadInput("scope", EXPECTED, text)
