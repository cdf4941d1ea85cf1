"""The one door by which a message leaves: its channel's address says how."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.channels import alertmanager, siren, sms, subscription, web_push
from alerts.channels.names import scheme_of
from alerts.channels.outgoing import Outgoing
from model.broker import BrokerLogin

_OURS = frozenset(
    {"sms+http", "sms+https", "alertmanager", "alertmanagers", "siren", "webpush+http", "webpush+https"}
)


def prepare(channels: Iterable[str]) -> bool:
    """Load what these channels need before the first alarm waits for it; say whether nothing is left to load.

    Apprise takes a second or two and some 50 MB, which a service without any of its channels need not carry.
    """
    schemes = {scheme_of(channel) for channel in channels}
    if any(scheme.startswith(subscription.PREFIX) for scheme in schemes):
        web_push.prepare()
    if schemes <= _OURS:
        return False
    from alerts.channels import by_apprise

    by_apprise.prepare()
    return True


@dataclass(frozen=True, slots=True)
class Channels:
    """Sends by any channel; `broker` is where sirens listen, `push` who pushes: None where there is none."""

    broker: BrokerLogin | None = None
    push: web_push.Sender | None = None

    def deliver(self, channel: str, message: Outgoing, within: timedelta, now: datetime) -> str:
        """Send a message and return the receipt.

        Each step on the network takes at most `within`. Raises Unavailable where the same try may work later,
        BadInput where the address can never work, Gone where it worked and has ended.
        """
        match scheme_of(channel):
            case "sms+http" | "sms+https":
                return sms.deliver(channel, message, within)
            case "alertmanager" | "alertmanagers":
                return alertmanager.deliver(channel, message, within, now)
            case "siren":
                return siren.deliver(channel, message, within, now, self.broker)
            case "webpush+http" | "webpush+https":
                return web_push.deliver(channel, message, within, now, self.push)
            case _:
                from alerts.channels import by_apprise  # not above: see `prepare`

                return by_apprise.deliver(channel, message, within)
