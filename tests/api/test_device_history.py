"""The history of a device over HTTP: within one's own homes, and only spans that run forward."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.api.conftest import SignIn
from tests.county import County


@pytest.mark.ground("plain")
def test_a_carer_reads_a_band_of_the_own_home_and_no_other(county: County, sign_in: SignIn) -> None:
    band = county.devices["sunny/band"]
    now = datetime.now(UTC)  # noqa: TID251 - what the server calls now
    with county.connect() as conn:
        for minutes in (1, 2, 70):
            conn.execute(
                "INSERT INTO readings (device_id, happened_at, reading_key, arrived_at, battery_pct)"
                " VALUES (%s, %s, %s, now(), 80)",
                [band, now - timedelta(minutes=minutes), str(minutes)],
            )
    client = sign_in("sunny-carer")
    month = client.get(f"/api/devices/{band}/history").json()
    assert month["source"] == "hours"
    assert sum(point["reports"] for point in month["points"]) == 3
    since = (now - timedelta(hours=1)).isoformat()
    near = client.get(f"/api/devices/{band}/history", params={"from_at": since}).json()
    assert (near["source"], near["step_s"], len(near["points"])) == ("readings", 60, 2)
    assert sign_in("willow-carer").get(f"/api/devices/{band}/history").status_code == 404
    late = (now + timedelta(days=1)).isoformat()
    for wrong in ({"from_at": late}, {"from_at": "yesterday"}, {"from_at": "2026-01-01T00:00:00"}):
        assert client.get(f"/api/devices/{band}/history", params=wrong).status_code == 422
    assert client.get(f"/api/devices/{2**31}/history").status_code == 404
