"""Which user a server may run as, for PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from model.errors import Refused

_NOBODY = 65534
_INSIDE = 1000


@dataclass(frozen=True)
class Identity:
    """A command prefix, and the user to whom the data belongs on the disk."""

    prefix: tuple[str, ...]
    owner: int

    def give(self, folder: Path) -> None:
        """Make `folder` and all in it the owner's."""
        if os.geteuid() != 0:
            return
        for path in (folder, *folder.rglob("*")):
            os.chown(path, self.owner, self.owner, follow_symlinks=False)


def choose(program: Path, folder: Path) -> Identity:
    """Return an identity under which `program` runs on `folder`.

    An ordinary user runs it as itself. Root keeps its files and takes an ordinary number inside a user
    namespace; where the kernel allows none (many containers), it drops to `nobody`, if that user can reach
    program and folder. Raises Refused where nothing works.
    """
    if os.geteuid() != 0:
        return Identity((), os.geteuid())
    for identity in (in_user_namespace(), as_nobody()):
        if identity is not None and _works(identity, program, folder):
            return identity
    raise Refused(
        f"PostgreSQL does not run as root, this system allows no user namespace, and the user 'nobody' cannot"
        f" reach {program} and {folder}: run as an ordinary user, or choose a folder that others may enter"
    )


def in_user_namespace() -> Identity | None:
    """Return root's own identity under another number, or None where the tool for it is missing."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return None
    return Identity((unshare, "--user", f"--map-user={_INSIDE}", f"--map-group={_INSIDE}"), os.geteuid())


def as_nobody() -> Identity | None:
    """Return the identity of the user `nobody`, or None where the tool for it is missing."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return None
    return Identity((setpriv, f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"), _NOBODY)


def _works(identity: Identity, program: Path, folder: Path) -> bool:
    def runs(*command: str) -> bool:
        done = subprocess.run([*identity.prefix, *command], capture_output=True, check=False)  # noqa: S603
        return done.returncode == 0

    # The folder itself is handed over later; those above it must let the user through.
    return runs(str(program), "--version") and runs("test", "-x", str(folder.parent))
