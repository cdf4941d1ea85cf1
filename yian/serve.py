"""`yian serve`, from where the settings are read: all roles run, and we look after them until told to stop.

`python -m yian.serve [--embedded]` expects every setting in its environment, as `Settings.environment` writes
them. It is not for the command line: that reads and checks them, and then becomes this.
"""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from yian.edge import plain_errors
from yian.stack import Environment, embedded_stack, roles_of
from yian.stopping import stop_signal


def become(given: Environment, *, embedded: bool) -> NoReturn:
    """Turn this process into one that serves and has loaded nothing else.

    The command line and the settings are some 30 MB of libraries, which a service would carry for months.
    """
    command = [sys.executable, "-m", "yian.serve", *(["--embedded"] if embedded else [])]
    os.execve(sys.executable, command, {**os.environ, **given})  # noqa: S606  ourselves, without a shell


def serve(given: Environment, *, embedded: bool) -> None:
    """Run all roles until told to stop."""
    stopping = stop_signal()
    with (embedded_stack if embedded else roles_of)(given, print) as stack:
        print(f"颐安 {stack.board_url}", flush=True)
        stopping.wait()


if __name__ == "__main__":
    with plain_errors():
        serve(os.environ, embedded="--embedded" in sys.argv)
