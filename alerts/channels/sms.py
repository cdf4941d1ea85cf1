"""Any SMS gateway that is called by HTTP, by a template in the address.

    sms+https://gateway.example/send?key=K&to=13900000000&text={text}
    sms+https://gateway.example/send?key=K&to=13900000000&text={text}#method=json&expect="code":0

`{text}` becomes the message. `method` is get (default), form or json: how the parameters travel. `expect` is
a text that a good answer holds, because many gateways answer 200 to a message that they refuse.
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from alerts.channels import http
from alerts.channels.outgoing import Outgoing
from model.errors import BadInput, Unavailable

_LONGEST = 500
"""Characters; a gateway splits it into several messages of 67. Source: our choice."""
_RECEIPT_LENGTH = 200


def deliver(channel: str, message: Outgoing, within: timedelta) -> str:
    """Send the message as one text; the receipt is the gateway's answer.

    Raises Unavailable where the gateway does not take it, BadInput for a template without `{text}`.
    """
    parts = urlsplit(channel)
    options = dict(parse_qsl(parts.fragment))
    fields = dict(parse_qsl(parts.query, keep_blank_values=True))
    if not any("{text}" in value for value in fields.values()):
        raise BadInput("channel", "{text} in a parameter of the address")
    text = f"{message.title}\n{message.body}"[:_LONGEST]
    filled = {name: value.replace("{text}", text) for name, value in fields.items()}
    url = urlunsplit((parts.scheme.removeprefix("sms+"), parts.netloc, parts.path, "", ""))
    match options.get("method", "get"):
        case "get":
            answer = http.request("GET", http.with_query(url, filled), within)
        case "form":
            answer = http.request("POST", url, within, data=filled)
        case "json":
            answer = http.request("POST", url, within, json=filled)
        case other:
            raise BadInput("channel", "method get, form or json", other)
    if options.get("expect", "") not in answer:
        raise Unavailable(f"the gateway refused: {answer[:_RECEIPT_LENGTH]}")
    return answer[:_RECEIPT_LENGTH] or "accepted"
