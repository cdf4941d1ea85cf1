"""County, township, home and device by their names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import BadInput
from model.scopes import COUNTY, EXPECTED, Scope, ScopeKind, scope_named

_NAMES = st.text(min_size=1, max_size=20).map(str.strip).filter(lambda name: name and "\x00" not in name)
_NARROW = st.sampled_from([ScopeKind.TOWNSHIP, ScopeKind.HOME, ScopeKind.DEVICE])


# Invariant: a scope's text reads back as the same scope, whatever its name is made of.
@given(_NARROW, _NAMES)
def test_what_is_written_is_read_back(kind: ScopeKind, name: str) -> None:
    scope = Scope(kind, name)
    assert scope_named(str(scope)) == scope


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("county", COUNTY),
        ("township 青河镇", Scope(ScopeKind.TOWNSHIP, "青河镇")),
        ("township：青河镇", Scope(ScopeKind.TOWNSHIP, "青河镇")),
        (" home:H-01 ", Scope(ScopeKind.HOME, "H-01")),
        ("device:yian/0x00:1a", Scope(ScopeKind.DEVICE, "yian/0x00:1a")),
    ],
)
def test_kind_and_name_may_be_parted_by_a_colon_or_a_space(text: str, scope: Scope) -> None:
    assert scope_named(text) == scope


@pytest.mark.parametrize(
    "text", ["", "county:x", "home", "home:", "homes:1", "village:x", "device: ", "home:a\x00", "青河镇"]
)
def test_what_names_no_scope_is_refused_with_the_field_and_the_form(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        scope_named(text)
    assert (caught.value.field, caught.value.expected) == ("scope", EXPECTED)
