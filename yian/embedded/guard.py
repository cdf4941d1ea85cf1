"""Runs one server, and stops it as soon as the process that asked for it is gone, where no kernel does that.

Started as a script by `yian.embedded.child`. The parent holds the other end of our standard input, and end
of file there means "stop", whether the parent asked for it or was killed. Standard library only, and nothing
of ours is imported, so that it starts in a few milliseconds and cannot fail with the rest.

    guard.py STOP_SIGNAL GRACE_S COMMAND...
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from types import FrameType


def main(argv: list[str]) -> int:
    """Run the command until it ends or the parent is gone; return its status, 128 + signal if killed."""
    stop_signal, grace_s, command = signal.Signals(int(argv[1])), float(argv[2]), argv[3:]
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603  the parent's own command

    def stop() -> None:
        if server.poll() is None:
            server.send_signal(stop_signal)
            timer = threading.Timer(grace_s, server.kill)
            timer.daemon = True
            timer.start()

    def wait_for_parent() -> None:
        # Not through sys.stdin: its lock, held by this thread, would crash the interpreter at its end.
        while os.read(0, 4096):
            pass
        stop()

    def asked(_number: int, _frame: FrameType | None) -> None:
        stop()

    signal.signal(signal.SIGTERM, asked)
    signal.signal(signal.SIGINT, asked)
    threading.Thread(target=wait_for_parent, daemon=True).start()
    status = server.wait()
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main(sys.argv))
