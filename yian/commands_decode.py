"""`yian decode`: what an adapter makes of a payload."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ingest.adapters import FORMATS
from model.clock import utc_now
from model.errors import BadInput
from yian.show import show_json


def decode(
    form: Annotated[str, typer.Argument(metavar="FORMAT", help="报文格式 · wire format")],
    topic: Annotated[str, typer.Option(help="主题 · topic")],
    file: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="报文文件 · file with the payload")
    ] = None,
) -> None:
    """查看适配器如何解读一条报文 · what an adapter makes of one payload."""
    if form not in FORMATS:
        raise BadInput("FORMAT", f"one of {', '.join(sorted(FORMATS))}", form)
    payload = file.read_bytes() if file else sys.stdin.buffer.read()
    show_json([asdict(event) for event in FORMATS[form].decode(topic, payload, utc_now())])
