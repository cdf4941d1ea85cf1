"""A person at a browser: logged in, listening to the live stream, answering. HTTP only."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx

from model.clock import utc_now
from model.errors import Refused, Unavailable

_WITHIN = httpx.Timeout(10.0)
_BEAT_WITHIN = httpx.Timeout(10.0, read=30.0)
"""The service beats every ten seconds: a stream that is silent for three of them is dead."""

RETRY_AFTER = timedelta(seconds=1)


class Session:
    """One login at a board. Raises Refused for a wrong password, Unavailable where nothing answers."""

    def __init__(self, board_url: str, login: str, password: str) -> None:
        self.login = login
        self.client = httpx.Client(base_url=board_url, timeout=_WITHIN, trust_env=False)
        body = self._post("/api/login", {"login": login, "password": password}).json()
        self.client.headers["X-CSRF-Token"] = body["csrf_token"]

    def answer_incident(self, incident_id: int, answer: str) -> None:
        """Answer for all of an incident. Raises Refused where the answer is not possible (any more)."""
        self._post(f"/api/incidents/{incident_id}/answers", {"answer": answer})

    def resolve(self, alert_id: int, outcome: str, cause: str | None = None) -> None:
        """Resolve one alert. Raises Refused where it is resolved already."""
        self._post(
            f"/api/alerts/{alert_id}/answers", {"answer": "resolve", "outcome": outcome, "cause": cause}
        )

    def close(self) -> None:
        """Close the connection."""
        self.client.close()

    def _post(self, path: str, body: dict[str, object]) -> httpx.Response:
        try:
            answer = self.client.post(path, json=body)
        except httpx.TransportError as exc:
            raise Unavailable(f"board: {self.client.base_url} does not answer: {exc}") from exc
        if answer.status_code in (401, 403, 404, 409, 422, 429):
            raise Refused(f"{self.login} {path}: {answer.status_code} {answer.text[:200]}")
        if answer.is_error:
            raise Unavailable(f"board: {path}: {answer.status_code}")
        return answer


@dataclass(frozen=True, slots=True)
class AlertSeen:
    """A change of an alert as it reached the screen."""

    alert_id: int
    incident_id: int
    home_id: int | None
    device_id: int | None
    alert_class: str
    state: str
    seen_at: datetime


class Screen(threading.Thread):
    """Listens to the live stream of a session and passes on every alert; connects again when cut off."""

    def __init__(self, session: Session, on_alert: Callable[[AlertSeen], None]) -> None:
        super().__init__(name="simulated-screen", daemon=True)
        self._session = session
        self._on_alert = on_alert
        self._stopping = threading.Event()
        self.connected = threading.Event()

    def run(self) -> None:
        """Listen until stopped."""
        while not self._stopping.is_set():
            try:
                self._listen()
            except httpx.HTTPError:
                self.connected.clear()
                self._stopping.wait(RETRY_AFTER.total_seconds())

    def stop(self) -> None:
        """Ask the thread to end; it does so at the next word of the stream."""
        self._stopping.set()

    def _listen(self) -> None:
        with self._session.client.stream("GET", "/api/stream", timeout=_BEAT_WITHIN) as stream:
            stream.raise_for_status()
            event = ""
            for line in stream.iter_lines():
                if self._stopping.is_set():
                    return
                name, _, value = line.partition(": ")
                if name == "event":
                    event = value
                    self.connected.set()
                elif name == "data" and event == "alert":
                    self._on_alert(_seen(value))


def _seen(data: str) -> AlertSeen:
    now = utc_now()
    body = json.loads(data)
    return AlertSeen(
        body["alert_id"],
        body["incident_id"],
        body["home_id"],
        body["device_id"],
        body["class"],
        body["state"],
        now,
    )
