"""Holds an embedded service until it is told to stop or killed: `holder.py postgres|broker FOLDER [guarded]`.

Prints one line once the service is up. Guarded: as on a system whose kernel ends no orphans.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from yian.embedded import broker, child, postgres


def none_of_it(_signal: signal.Signals) -> tuple[str, ...]:
    return ()


def main(what: str, folder: Path, how: str = "") -> None:
    """Start, say where, wait for the end of standard input, stop."""
    if how == "guarded":
        child.ends_with_parent = none_of_it
    if what == "postgres":
        server = postgres.start(folder)
        print(server.url, flush=True)
    else:
        server = broker.start(folder, port=broker.free_port())
        print(server.port, flush=True)
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
