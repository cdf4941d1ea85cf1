"""The edge to whoever started us: what is wrong is one clear line on stderr and an exit code."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Generator
from contextlib import contextmanager

from model.errors import BadInput, YianError


@contextmanager
def plain_errors() -> Generator[None]:
    """Log to stderr inside the block, and end with 2 for bad usage or settings, 1 for all else of ours."""
    _let_any_text_out()
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    try:
        yield
    except BadInput as exc:
        fail(f"yian: {exc}", 2)
    except YianError as exc:
        fail(f"yian: {exc}", 1)
    except OSError as exc:
        if exc.filename is None:
            raise
        # A folder that cannot be made, a file that cannot be read: it was named in the call or in a setting.
        fail(f"yian: {exc.filename}: expected a file or folder that can be used, got {exc.strerror!r}", 2)


def _let_any_text_out() -> None:
    """Write UTF-8 where the locale has no Chinese: a name must not end a command with a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            try:
                "颐✓".encode(stream.encoding)
            except UnicodeEncodeError:
                stream.reconfigure(encoding="utf-8")


def fail(message: str, code: int) -> None:
    """Say what is wrong in one line on stderr and exit."""
    print(message.replace("\n", " "), file=sys.stderr)
    raise SystemExit(code)
