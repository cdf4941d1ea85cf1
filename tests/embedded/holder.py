"""Holds embedded services on a folder until it is told to stop or killed: `holder.py postgres|broker FOLDER`.

Prints one line once the service is up.
"""

from __future__ import annotations

import sys
from pathlib import Path

from yian.embedded import broker, postgres


def main(what: str, folder: Path) -> None:
    """Start, say where, wait for the end of standard input, stop."""
    if what == "postgres":
        server = postgres.start(folder)
        print(server.url, flush=True)
    else:
        server = broker.start(folder, port=broker.free_port())
        print(server.port, flush=True)
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
