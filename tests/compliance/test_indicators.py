"""Indicators of any scope and span: they fit together, hide nothing that is unknown, and lead to their rows."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import psycopg
import pytest

from compliance import indicator_sheet, indicator_words
from compliance.catalogue import BY_KEY, CATALOGUE, GLANCED, fitting, reads_of
from compliance.counting import NOTHING_CAME
from compliance.figures import Figure
from compliance.indicator_sheet import NOT_HEARD, NOT_THERE, PAST, Sheet
from compliance.indicators import figures
from compliance.monthly_filing import file
from compliance.reasons import REASONS
from model.devices import DeviceKind
from model.errors import BadInput, Missing
from model.scopes import ScopeKind, scope_named
from model.spans import SpanKind, span_named
from store import figures as stored
from store import pool, scopes
from store.homes import home_id_of
from store.sql import Conn
from tests.compliance import rows
from tests.compliance.rows import NOW, Hand, at

ADDITIVE = {
    "fire_signals", "ack_rate", "on_scene_rate", "fire_alarms", "fire_true", "fire_false", "false_rate", "faults",
    "online_rate", "online_rate_smoke", "online_rate_band", "worn_rate", "charged_rate", "fence_alerts", "missing",
    "completeness", "observed_rate", "duty_rate", "proof_rate", "training_sessions", "hazards_found",
}  # fmt: skip
"""Figures whose parts of quarters make the year's, and whose parts of homes make the township's."""


@pytest.fixture
def county(database: str) -> str:
    """The hand-made county, its homes in two townships, everybody heard from the first day on."""
    rows.fill(database)
    with psycopg.connect(database, autocommit=True) as conn:
        conn.execute("UPDATE homes SET township = CASE code WHEN 'qinghe' THEN '青河镇' ELSE '柳溪镇' END")
        conn.execute("UPDATE device_days SET battery_min_pct = 10 + device_id WHERE day < '2025-03-01'")
        conn.execute(
            "UPDATE home_days h SET charged = d.charged, with_battery = d.known FROM (SELECT x.home_id, x.day, v.kind,"
            " count(*) FILTER (WHERE battery_min_pct >= 20) AS charged, count(battery_min_pct) AS known"
            " FROM device_days x JOIN devices v USING (device_id) GROUP BY 1, 2, 3) d"
            " WHERE (h.home_id, h.day, h.kind) = (d.home_id, d.day, d.kind)"
        )
    return database


@contextmanager
def reader(url: str) -> Generator[Conn]:
    """A connection that sees all."""
    with pool.connect(url, name="test") as conn:
        yield conn


def sheet(conn: Conn, scope: str, period: str, now: datetime = NOW) -> Sheet:
    """Return the indicators of a scope and span by their names."""
    return indicator_sheet.read(conn, scopes.find(conn, scope_named(scope)), span_named(period), now)


def parts(figure: Figure) -> tuple[float, ...]:
    """Return what of a figure adds up: numerator and denominator of a rate, else the count itself."""
    if figure.is_rate:
        return (figure.numerator or 0.0, figure.denominator or 0.0)
    return (figure.value or 0.0,)


def known(made: Sheet) -> dict[str, Figure]:
    """Return the figures by key."""
    return {line.figure.key: line.figure for line in made.lines}


def assert_adds_up(whole: dict[str, Figure], pieces: list[dict[str, Figure]], keys: set[str]) -> None:
    """Every additive part of the whole is the sum of the pieces'."""
    for key in keys:
        sums = [sum(piece) for piece in zip(*(parts(one[key]) for one in pieces), strict=True)]
        assert parts(whole[key]) == pytest.approx(sums), key


def test_every_indicator_is_a_figure_of_the_report_and_is_listed_once() -> None:
    assert len(BY_KEY) == len(CATALOGUE)
    assert {one.number for one in CATALOGUE} == set(range(1, 13))
    assert set(GLANCED) <= set(BY_KEY)
    assert reads_of(CATALOGUE) <= set(stored.READ_OF_A_PERIOD)


def test_what_cannot_be_said_of_a_device_or_a_short_span_is_absent() -> None:
    detector = {one.key for one in fitting(ScopeKind.DEVICE, SpanKind.DAY, DeviceKind.DETECTOR)}
    band = {one.key for one in fitting(ScopeKind.DEVICE, SpanKind.YEAR, DeviceKind.WRISTBAND)}
    assert "ack_rate" in detector
    assert not detector & {"worn_rate", "coverage", "duty_rate", "hazards_found", "proof_rate", "patrol_rate"}
    assert {"worn_rate", "charged_rate", "proof_rate"} <= band
    assert "ack_rate" not in band
    month = {one.key for one in fitting(ScopeKind.COUNTY, SpanKind.MONTH)}
    assert "self_check_rate" in month
    assert not month & {"drill_rate", "equipment_test_rate"}


def test_a_year_is_its_quarters_and_a_quarter_its_months(county: str) -> None:
    with reader(county) as conn:
        for scope in ("county", "township:柳溪镇", "home:qinghe", "device:qinghe-3"):
            for whole, kind in (("2025", SpanKind.QUARTER), ("2025-Q2", SpanKind.MONTH)):
                year = known(sheet(conn, scope, whole))
                pieces = [known(sheet(conn, scope, str(one))) for one in span_named(whole).parts(kind)]
                # Of a quarter in which no band said anything, nobody knows how long it was worn.
                assert_adds_up(year, pieces, (ADDITIVE - {"worn_rate"}) & set(year) & set(pieces[0]))


def test_a_month_is_its_days(county: str) -> None:
    keys = ADDITIVE - {"proof_rate"}
    with reader(county) as conn:
        month = known(sheet(conn, "county", "2025-06"))
        days = [known(sheet(conn, "county", str(one))) for one in span_named("2025-06").parts(SpanKind.DAY)]
    assert_adds_up(month, days, keys)


def test_a_township_is_its_homes_and_the_county_its_townships(county: str) -> None:
    with reader(county) as conn:
        for period in ("2025", "2025-Q3", "2025-03"):
            town = known(sheet(conn, "township:柳溪镇", period))
            homes = [known(sheet(conn, f"home:{code}", period)) for code in ("liuxi", "nanshan")]
            assert_adds_up(town, homes, ADDITIVE & set(town))
            whole = known(sheet(conn, "county", period))
            # Trainings of the county itself are of no township.
            both = [town, known(sheet(conn, "township:青河镇", period))]
            assert_adds_up(whole, both, (ADDITIVE - {"training_sessions"}) & set(town))


def test_a_home_is_its_devices(county: str) -> None:
    with psycopg.connect(county) as conn:
        addresses = [
            row[0] for row in conn.execute("SELECT address FROM devices WHERE address LIKE 'qinghe-%'")
        ]
    assert len(addresses) == 5
    with reader(county) as conn:
        for period in ("2025", "2025-Q2"):
            home = known(sheet(conn, "home:qinghe", period))
            devices = [known(sheet(conn, f"device:{address}", period)) for address in addresses]
            for key in ("online_rate", "completeness", "observed_rate", "proof_rate"):
                assert_adds_up(home, devices, {key})
            for key in ("worn_rate", "charged_rate"):
                assert_adds_up(home, [one for one in devices if key in one], {key})
            # Two alerts came by one detector; the others of the home name no device.
            assert sum(one["fire_signals"].value or 0 for one in devices if "fire_signals" in one) <= (
                home["fire_signals"].value or 0
            )


def test_each_indicator_needs_no_more_than_it_says_that_it_reads(county: str) -> None:
    with reader(county) as conn:
        for scope in ("county", "township:青河镇", "device:qinghe-3", "device:qinghe-5"):
            where = scopes.find(conn, scope_named(scope))
            period = span_named("2025").period(NOW)
            whole = figures(stored.counted_in(conn, period, where, NOW))
            for one in fitting(where.scope.kind, SpanKind.YEAR, where.device_kind):
                alone = figures(stored.counted_in(conn, period, where, NOW, one.reads))
                assert alone[one.key] == whole[one.key], (scope, one.key)


def test_a_second_connection_counts_the_same_and_of_the_same_moment(county: str) -> None:
    def report(conn: Conn, hour: int) -> None:
        conn.execute(
            "INSERT INTO readings (device_id, happened_at, reading_key, arrived_at, battery_pct, worn)"
            " SELECT device_id, '2025-12-30 00:00+08'::timestamptz + make_interval(hours => %s), %s, now(), 50 - %s, true"
            " FROM devices",
            [hour, str(hour), hour],
        )

    with (
        pool.open_pool(county, name="test", size=2) as conns,
        psycopg.connect(county, autocommit=True) as late,
    ):
        # Days that are not rolled up yet are what the second connection counts.
        late.execute("DELETE FROM home_days WHERE day >= '2025-12-30'")
        late.execute("DELETE FROM device_days WHERE day >= '2025-12-30'")
        report(late, 0)
        with pool.scoped(conns, None), pool.scoped(conns, None):
            pass  # now both are open, and free
        for hour, scope in enumerate(("county", "township:青河镇", "home:qinghe", "device:qinghe-5"), 1):
            with pool.scoped(conns, None, snapshot=True) as conn, pool.beside(conns, conn) as other:
                assert other is not None
                where, span = scopes.find(conn, scope_named(scope)), span_named("2025")
                alone = indicator_sheet.read(conn, where, span, NOW)
                report(late, hour)
                assert indicator_sheet.read(conn, where, span, NOW, other) == alone
            with pool.scoped(conns, None, snapshot=True) as conn:
                assert indicator_sheet.read(conn, where, span, NOW) != alone, scope


def test_the_report_of_county_and_home_names_no_other_scope(county: str) -> None:
    with reader(county) as conn:
        period = span_named("2025").period(NOW)
        home = home_id_of(conn, "qinghe")
        for home_id, code in ((None, None), (home, "qinghe")):
            figure = figures(stored.counted(conn, period, home_id, NOW))["ack_rate"]
            assert dict(figure.evidence.params) == {
                "start_on": "2025-01-01",
                "end_on": "2025-12-31",
                "ends_at": "2026-01-01T00:00:00+08:00",
                "home": code,
            }


def test_what_is_unknown_is_never_zero_and_says_why_in_both_languages(county: str) -> None:
    seen: set[str] = set()
    with psycopg.connect(county, autocommit=True) as conn:
        conn.execute("UPDATE home_days SET reports = 0 WHERE day BETWEEN '2025-11-01' AND '2025-11-30'")
    with reader(county) as conn:
        for scope in ("county", "township:柳溪镇", "home:nanshan", "device:qinghe-5", "device:liuxi-4"):
            for period in ("2025", "2025-02", "2025-11", "2019-05", "2026-01-10"):
                for figure in known(sheet(conn, scope, period)).values():
                    assert figure.known != bool(figure.why_unknown), figure
                    seen.add(figure.why_unknown)
    assert {NOT_THERE, NOT_HEARD, NOTHING_CAME} <= seen
    assert seen - {""} <= set(REASONS)


def test_a_device_before_its_installation_has_no_figures_at_all(county: str) -> None:
    with reader(county) as conn:
        before = sheet(conn, "device:liuxi-4", "2025-05")
        after = known(sheet(conn, "device:liuxi-4", "2025-08"))
    assert {line.figure.why_unknown for line in before.lines} == {NOT_THERE}
    assert after["online_rate"].value == pytest.approx(100)
    assert after["completeness"].value == pytest.approx(97)


def test_a_rate_on_thin_data_is_marked(county: str) -> None:
    with psycopg.connect(county, autocommit=True) as conn:
        conn.execute(
            "UPDATE home_days SET reports = reports / 2 WHERE day BETWEEN '2025-07-01' AND '2025-09-30'"
        )
    with reader(county) as conn:
        thin, whole = (known(sheet(conn, "county", one))["online_rate"] for one in ("2025-Q3", "2025-Q1"))
        told = indicator_words.as_text(sheet(conn, "county", "2025-Q3"))
    assert thin.weak
    assert not whole.weak
    assert f"{thin.printed()}%*" in told


def test_the_past_of_an_indicator_ends_with_the_span_asked_for(county: str) -> None:
    with reader(county) as conn:
        where = scopes.find(conn, scope_named("township:青河镇"))
        span = span_named("2025-06")
        past = indicator_sheet.past(conn, where, span, NOW)
        assert len(past) == PAST
        assert past[-1].span == span
        alone = known(sheet(conn, "township:青河镇", "2025-06"))
        assert {key: past[-1].figures[key] for key in GLANCED} == {key: alone[key] for key in GLANCED}
        assert not past[0].figures["completeness"].known


def test_an_indicator_leads_to_the_rows_that_it_counts(county: str) -> None:
    with reader(county) as conn:
        where = scopes.find(conn, scope_named("home:qinghe"))
        found = indicator_sheet.detail(conn, where, span_named("2025"), "fire_false", NOW)
        assert found.behind.count == len(found.behind.rows) == 2
        first = found.behind.rows[0]
        assert (first.home, first.at) == ("青河镇敬老院", at(2, 3, 12))
        assert first.codes == (("outcome", "false"),)
        assert first.incident_id == first.number
        online = indicator_sheet.detail(conn, where, span_named("2025"), "online_rate", NOW)
        figure = online.line.figure
        assert sum(one.part for one in online.behind.sums) == pytest.approx(figure.numerator)
        assert sum(one.whole for one in online.behind.sums) == pytest.approx(figure.denominator)
        with pytest.raises(Missing):
            indicator_sheet.detail(conn, where, span_named("2025-06"), "drill_rate", NOW)


def test_late_data_shows_beside_what_was_filed(county: str) -> None:
    with reader(county) as conn:
        file(conn, date(2025, 6, 1), "qinghe", "民政局", NOW)
        conn.execute("UPDATE alerts SET resolved_at = raised_at + interval '2 h' WHERE class = 'T1'")
        conn.commit()
        line = {one.figure.key: one for one in sheet(conn, "home:qinghe", "2025-06").lines}["repair_rate"]
        assert (line.figure.printed(), line.filed and line.filed.printed()) == ("100", "50")
        unmoved = {one.figure.key: one for one in sheet(conn, "home:qinghe", "2025-06").lines}["faults"]
        assert unmoved.filed is None


def test_a_scope_that_is_not_there_and_a_span_to_come_are_refused(county: str) -> None:
    with reader(county) as conn:
        for scope in ("home:nowhere", "township:月亮镇", "device:none"):
            with pytest.raises(Missing):
                sheet(conn, scope, "2025")
        with pytest.raises(BadInput):
            sheet(conn, "county", "2026-Q2")


def test_an_address_of_two_devices_asks_for_its_source(county: str) -> None:
    hand = Hand(county)
    hand.homes["liuxi"] = hand.one("SELECT home_id FROM homes WHERE code = 'liuxi'")
    twin = hand.device("liuxi")
    hand.conn.execute(
        "UPDATE devices SET source = 'zigbee', address = 'qinghe-3' WHERE device_id = %s", [twin]
    )
    hand.close()
    with reader(county) as conn:
        with pytest.raises(BadInput, match="SOURCE/ADDRESS"):
            scopes.find(conn, scope_named("device:qinghe-3"))
        assert scopes.find(conn, scope_named("device:zigbee/qinghe-3")).device_id == twin


def test_a_home_that_closed_owes_no_data_after_it(county: str) -> None:
    hand = Hand(county)
    hand.homes["nanshan"] = hand.one("SELECT home_id FROM homes WHERE code = 'nanshan'")
    device = hand.device("nanshan", installed_on=date(2025, 1, 1))
    hand.online(device, at(1, 1), at(6, 30))
    hand.conn.execute(
        "INSERT INTO home_days SELECT %s, d, 'detector', 1, 100, 100, '24 h', NULL, 0, 0, now()"
        " FROM generate_series('2025-01-01'::date, '2025-06-29', '1 day') d",
        [hand.homes["nanshan"]],
    )
    hand.close()
    with reader(county) as conn:
        for period in ("2025", "2025-Q1", "2025-06"):
            assert known(sheet(conn, "home:nanshan", period))["completeness"].value == 100
        closed = known(sheet(conn, "home:nanshan", "2025-08"))["completeness"]
    assert closed.value is None


def test_a_running_day_is_counted_until_now(database: str) -> None:
    hand = Hand(database)
    hand.home("new", "新院", "敬老院", township="青河镇", opened_on=date(2020, 1, 1))
    noon = at(3, 10, 12)
    device = hand.device("new", installed_on=date(2025, 1, 5), every=timedelta(hours=1))
    other = hand.device("new", installed_on=date(2025, 1, 5), every=timedelta(hours=1))
    for one in (device, other):
        hand.online(one, noon, None)
    for hour in range(3):
        hand.reading(device, noon + timedelta(hours=hour, minutes=10), battery=90)
    hand.close()
    now = noon + timedelta(hours=3)
    with reader(database) as conn:
        made = sheet(conn, "device:new-1", "2025-03-10", now)
        silent = known(sheet(conn, "device:new-2", "2025-03-10", now))
        town = known(sheet(conn, "township:青河镇", "2025", now))
    assert made.period.to_date
    assert known(made)["completeness"].value == 100
    assert silent["completeness"].value == 0
    assert town["completeness"].value == pytest.approx(50)
