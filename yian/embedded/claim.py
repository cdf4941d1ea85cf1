"""One owner per data folder: a lock that dies with the process and with the server that it started."""

from __future__ import annotations

import fcntl
import os
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psutil

from model.errors import Refused

_LOCK_NAME = "lock"
_POLL_S = 0.02


@dataclass(frozen=True)
class Claim:
    """The right to run a server on a folder, held while `fd` is open here or in the server's guard."""

    fd: int

    def release(self) -> None:
        """Give the folder up."""
        os.close(self.fd)


def claim(folder: Path, *, patience: timedelta = timedelta(seconds=40)) -> Claim:
    """Take the folder, which is made if need be, for this process.

    Where the owner is dead but its server is still shutting down, waits for that, up to `patience`.
    Raises Refused, naming process and folder, where somebody else has it.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    fd = os.open(folder / _LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + patience.total_seconds()
    while not _locked(fd):
        owner = owner_of(folder)
        if owner is not None or time.monotonic() > deadline:
            os.close(fd)
            who = f"process {owner}" if owner is not None else "a server that does not stop"
            raise Refused(f"{folder} is already in use by {who}; stop it, or choose another folder")
        time.sleep(_POLL_S)
    os.ftruncate(fd, 0)
    os.pwrite(fd, f"{os.getpid()} {psutil.Process().create_time()}\n".encode(), 0)
    return Claim(fd)


def owner_of(folder: Path) -> int | None:
    """Return the id of the living process that runs a server on this folder, or None."""
    try:
        pid_text, _, started_text = (folder / _LOCK_NAME).read_text(encoding="ascii").partition(" ")
        pid, started_s = int(pid_text), float(started_text)
        # A process id may have been given to a stranger since: the start time tells them apart.
        same = abs(psutil.Process(pid).create_time() - started_s) < 1
    except (OSError, ValueError, psutil.Error):
        return None
    return pid if same and not _is_free(folder) else None


def _is_free(folder: Path) -> bool:
    with (folder / _LOCK_NAME).open("rb") as file:
        return _locked(file.fileno())


def _locked(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
