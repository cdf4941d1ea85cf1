"""A county is the same for the same seed, believable, and complete."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from model.devices import DeviceKind
from model.errors import BadInput
from model.people import Role
from simulators import county, fittings, roster
from simulators.county import Size

ON = date(2026, 3, 20)


def test_the_same_seed_gives_the_same_county() -> None:
    assert county.build(7, Size(), ON) == county.build(7, Size(), ON)


def test_different_seeds_give_different_counties() -> None:
    one, other = county.build(7, Size(), ON), county.build(8, Size(), ON)
    assert {home.name for home in one.registers.homes} != {home.name for home in other.registers.homes}
    assert not set(one.by_address) & set(other.by_address) - {fittings.BRIDGE}


def test_the_usual_county_has_what_a_newcomer_is_promised() -> None:
    usual = county.build(1, Size(), ON)
    assert len(usual.registers.homes) == 3
    assert len(usual.devices(DeviceKind.DETECTOR)) == 60
    assert len(usual.devices(DeviceKind.WRISTBAND)) == 30
    assert {home.kind for home in usual.registers.homes} == {"敬老院", "福利院", "民办"}


@pytest.mark.parametrize("seed", range(20))
def test_natural_keys_are_unique(seed: int) -> None:
    registers = county.build(seed, Size(homes=6), ON).registers
    for keys in (
        [home.code for home in registers.homes],
        [home.registration_no for home in registers.homes],
        [(place.home, place.path) for place in registers.places],
        [(one.home, one.name, one.born_on) for one in registers.residents],
        [one.login for one in registers.people],
        [(one.source, one.address) for one in registers.devices],
        [alias for one in registers.devices for alias in one.aliases],
    ):
        assert max(Counter(keys).values()) == 1


def test_each_wristband_belongs_to_one_resident_who_can_walk() -> None:
    bands = county.build(3, Size(), ON).devices(DeviceKind.WRISTBAND)
    bearers = [band.resident for band in bands]
    assert all(bearer is not None and bearer.can_walk for bearer in bearers)
    assert len(set(bearers)) == len(bearers)


def test_nothing_is_installed_after_the_day_the_county_began() -> None:
    devices = county.build(5, Size(homes=4), ON).registers.devices
    assert all(one.installed_on is not None and one.installed_on <= ON for one in devices)


def test_no_telephone_number_can_ring_anywhere() -> None:
    registers = county.build(9, Size(homes=5), ON).registers
    assert all(home.phone.startswith("0190-") for home in registers.homes)
    assert all(one.phone is None or one.phone.startswith("154") for one in registers.people)


def test_a_trial_leaves_the_logins_of_others_alone() -> None:
    demo, trial = county.build(1, Size(), ON), county.build(1, Size(), ON, county.TRIAL)
    assert not {one.login for one in demo.registers.people} & {one.login for one in trial.registers.people}


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(BadInput, match="seed"):
        county.build(-1, Size(), ON)


def test_somebody_of_each_post_is_on_duty_at_every_hour() -> None:
    """Two carers and a shift leader per home and hour."""
    usual = county.build(2, Size(), ON)
    turns = roster.duties(usual, ON, 3)
    homes = {one.login: one.home for one in usual.registers.people}
    begin = min(turn.starts_at for turn in turns)
    for hour in range(3 * 24):
        now = begin + timedelta(hours=hour)
        there = Counter(
            (homes[turn.login], turn.role) for turn in turns if turn.starts_at <= now < turn.ends_at
        )
        for home in usual.home_codes():
            assert there[home, Role.CARER] == 2
            assert there[home, Role.SHIFT_LEADER] == 1
