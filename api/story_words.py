"""What the time line, messages and channels of an incident are called, in the reader's language. Pure."""

from __future__ import annotations

from alerts import stages
from alerts.stages import Why
from api.texts import Texts


def stage_name(texts: Texts, language: str, written: str) -> str:
    """Return why somebody was told, e.g. 火警 · 首次通知; as written where it is no stage of an incident."""
    stage = stages.read(written)
    if stage is None:
        return written
    parts = [texts.word(language, "class", stage.alert_class)]
    if stage.why is Why.UNTOLD:
        parts += [texts.get(language, f"told.not.{told}") for told in stage.untold]
    else:
        parts.append(texts.get(language, f"stage.{stage.why}", count=stage.count))
    if stage.turn > 1:
        parts.append(texts.get(language, "stage.turn", turn=stage.turn))
    return " · ".join(parts)


def way(texts: Texts, language: str, via: str) -> str:
    """Return the way that something came in, e.g. 值守页 10.0.0.7."""
    name, _, address = via.partition(" ")
    return f"{texts.word(language, 'via', name)} {address}".strip()


def channel_name(texts: Texts, language: str, named: str) -> str:
    """Return what a channel is to a person, e.g. 企业微信群; its scheme where nobody wrote a word for it.

    It comes as a scheme (`sms+https`) or as a name (`wecombot#1f3a90bc`).
    """
    kind = named.partition("#")[0].partition("+")[0]
    for each in (kind, kind.removesuffix("s")):
        said = texts.word(language, "channel", each)
        if said != each:
            return said
    return kind
