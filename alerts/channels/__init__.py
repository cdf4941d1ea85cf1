"""Ways to reach a person or a siren, each by an address: apprise's services, and five of our own.

sms+https://gateway/send?to=139...&text={text}#method=json&expect=ok   an SMS gateway, see `sms`
alertmanager://host/path, alertmanagers://...                            a webhook, see `alertmanager`
siren://home/device                                                      a device of ours, see `siren`
webpush+https://push.example/...#p256dh=...&auth=...                     a browser, see `web_push`
json://..., mailto://..., ntfy://..., wecombot://..., dingtalk://..., feishu://..., ...   apprise
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.channels import alertmanager, siren, sms, web_push
from alerts.channels.outgoing import Gone, Outgoing
from model.broker import BrokerLogin

__all__ = ["Channels", "Gone", "Outgoing", "digest_of", "name_of", "prepare", "scheme_of"]

_OURS = frozenset(
    {"sms+http", "sms+https", "alertmanager", "alertmanagers", "siren", "webpush+http", "webpush+https"}
)


def scheme_of(channel: str) -> str:
    """Return the kind of a channel: what stands before `://`."""
    return channel.partition("://")[0].lower()


def name_of(channel: str) -> str:
    """Return the name of the service behind a channel, the same for all addresses of one host or robot.

    It is a scheme and a digest, because an address may hold a password or be a secret itself.
    """
    scheme, _, rest = channel.partition("://")
    host = rest.partition("/")[0].partition("?")[0]
    return f"{scheme.lower()[:20]}#{digest_of(f'{scheme.lower()}://{host}')}"


def digest_of(text: str) -> str:
    """Return eight letters that tell texts apart and say nothing of what they are."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def prepare(channels: Iterable[str]) -> bool:
    """Load what these channels need, so that the first alarm does not wait; say whether all is loaded now.

    Apprise takes a second or two and some 50 MB, which a service without any of its channels need not carry.
    """
    schemes = {scheme_of(channel) for channel in channels}
    if any(scheme.startswith(web_push.PREFIX) for scheme in schemes):
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
