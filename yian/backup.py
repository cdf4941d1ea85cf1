"""The whole installation in one folder, and back: the database with its photos, and the secret key.

A folder has `database.dump` (of pg_dump), `secret.key` and, written last, `manifest.json`: without it there
is no backup. A restore goes into an empty database only; then each table is counted, and the evidence log,
the signed reports and the photos are compared with their hashes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from alerts import evidence
from compliance.frozen import digest_of
from compliance.registers import photos
from model.errors import BadInput, Refused, Unavailable
from store import backup, pool, reports
from store.sql import Conn
from yian import embedded, reach
from yian.embedded import postgres
from yian.migration import migrate_database
from yian.settings import Settings

FORMAT = "yian-backup/1"
DUMP, SECRET, MANIFEST = "database.dump", "secret.key", "manifest.json"
_ENVIRONMENT = {
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "options": "PGOPTIONS",
}
"""How the tools of PostgreSQL are told where to go: a password on a command line is everybody's to read."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds; `rows` by table, `files` their SHA-256, `evidence_rows` of the log.

    `faults` says in words what of log, signed reports and photos was not as written when it was made.
    """

    format: str
    made_at: str
    server: int
    timescaledb: str | None
    migrations: list[str]
    rows: dict[str, int]
    files: dict[str, str]
    evidence_rows: int
    faults: list[str]


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back: rows of all tables and of the evidence log; `wrong` says in words what differs.

    `before` counts what was not as written already when the backup was made.
    """

    rows: int
    tables: int
    evidence_rows: int
    photos: int
    migrated: list[str]
    secret: str
    before: int
    wrong: list[str]


def back_up(settings: Settings, folder: Path, now: datetime) -> Manifest:
    """Write a backup of the installation into a folder that is not there yet, or is empty.

    The service may run meanwhile. Raises Refused for a folder with something in it, Unavailable where the
    database does not answer or pg_dump fails.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(f"{folder} is not empty: a backup takes a folder of its own")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with reach.database(settings) as url, _owner(url) as conn:
        view = backup.snapshot(conn)
        major, timescale = backup.server(conn)
        (folder / DUMP).touch(mode=0o600)
        _run(
            [str(_program("pg_dump", major)), "--format=custom", "--no-owner", f"--snapshot={view}"],
            url,
            folder / DUMP,
        )
        rows, migrations = backup.rows(conn), backup.migrations(conn)
        evidence_rows, faults = _faults(conn)
    files = {DUMP: _sha256(folder / DUMP)}
    secret = _secret(settings)
    if secret is not None:
        _write_private(folder / SECRET, secret)
        files[SECRET] = _sha256(folder / SECRET)
    made = Manifest(FORMAT, now.isoformat(), major, timescale, migrations, rows, files, evidence_rows, faults)
    _write_private(folder / MANIFEST, json.dumps(asdict(made), ensure_ascii=False, indent=2) + "\n")
    return made


def restore(settings: Settings, folder: Path) -> Restored:
    """Bring a backup into an empty database and say whether it is what was backed up.

    Raises BadInput for a folder that is no backup or was changed, Refused where the database is not empty or
    is of another kind, Unavailable where pg_restore fails: then nothing was written.
    """
    manifest = read(folder)
    with _target(settings) as url:
        with _owner(url) as conn:
            if backup.rows(conn):
                raise Refused("the database is not empty: a backup is restored into an empty one")
            major, _ = backup.server(conn)
            if major < manifest.server:
                raise Refused(f"the backup is of PostgreSQL {manifest.server}, and this is {major}")
            if manifest.timescaledb is not None and manifest.timescaledb not in backup.timescale_here(conn):
                raise Refused(f"the backup needs TimescaleDB {manifest.timescaledb} on the server")
        with backup.restoring(url, manifest.timescaledb):
            tool = [str(_program("pg_restore", manifest.server)), "--no-owner", "--single-transaction"]
            _run([*tool, f"--dbname={conninfo_to_dict(url)['dbname']}", str(folder / DUMP)], url, None)
        with _owner(url) as conn:
            rows = backup.rows(conn)
            wrong = differences(manifest.rows, rows)
        with pool.connect(url, name="restore") as conn:
            evidence_rows, faults = _faults(conn)
            wrong += sorted({*faults} - {*manifest.faults})
        if evidence_rows != manifest.evidence_rows:
            wrong.append(f"evidence log: {manifest.evidence_rows} rows then, {evidence_rows} now")
        migrated = migrate_database(url)
    return Restored(
        rows=sum(rows.values()),
        tables=len(rows),
        evidence_rows=evidence_rows,
        photos=rows.get("photos", 0),
        migrated=migrated,
        secret=_bring_secret(settings, folder),
        before=len(manifest.faults),
        wrong=wrong,
    )


def read(folder: Path) -> Manifest:
    """Return what a backup says that it holds; raises BadInput where it is none, or was changed."""
    try:
        manifest = Manifest(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as exc:
        raise BadInput("DIR", f"a folder with a {MANIFEST} of `yian backup`", str(folder)) from exc
    if manifest.format != FORMAT:
        raise BadInput("DIR", f"a backup in the format {FORMAT}", manifest.format)
    for name, digest in manifest.files.items():
        file = folder / Path(name).name
        if not file.is_file() or _sha256(file) != digest:
            raise BadInput("DIR", f"{name} as it was backed up", "another file, or none")
    return manifest


def differences(then: Mapping[str, int], now: Mapping[str, int]) -> list[str]:
    """Return, in words, every table that has more or fewer rows."""
    return [
        f"{table}: {then.get(table, 0)} rows then, {now.get(table, 0)} now"
        for table in sorted({*then, *now})
        if then.get(table) != now.get(table)
    ]


def _faults(conn: Conn) -> tuple[int, list[str]]:
    """Return how many rows the log has and, in words, what of it, of reports and photos was changed."""
    evidence_rows, found = evidence.faults(conn, None)
    return evidence_rows, [*found, *photos.broken(conn), *_broken_reports(conn)]


def _broken_reports(conn: Conn) -> list[str]:
    found: list[str] = []
    previous = b"\0" * 32
    for link in reports.chain(conn):
        if link.previous_hash != previous or digest_of(link.previous_hash, link.content) != link.hash:
            found.append(f"signed report {link.report_id}: its content or its place in the chain was changed")
        previous = link.hash
    return found


@contextmanager
def _owner(url: str) -> Generator[Conn]:
    try:
        with psycopg.connect(url, application_name="yian-backup", connect_timeout=10) as conn:
            yield conn
    except psycopg.OperationalError as exc:
        raise Unavailable(f"database: {exc}") from exc


@contextmanager
def _target(settings: Settings) -> Generator[str]:
    """Yield the address of the configured database, or of one of our own in the data folder."""
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    if embedded.running(settings.data) is not None:
        raise Refused(f"a service runs on {settings.data}: stop it, or choose another folder")
    settings.data.mkdir(parents=True, exist_ok=True)
    server = postgres.start(settings.data / "postgres")
    try:
        yield server.url
    finally:
        server.stop()


def _program(name: str, major: int) -> Path:
    """Return a tool of PostgreSQL that is at least as new as the server; raises Unavailable."""
    on_path = shutil.which(name)
    for program in (postgres.wheel_programs() / name, *([Path(on_path)] if on_path else [])):
        if program.exists():
            said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603
            if int(said.split()[2].split(".")[0]) >= major:
                return program
    raise Unavailable(f"no {name} of PostgreSQL {major} or newer is installed")


def _run(command: Sequence[str], url: str, out: Path | None) -> None:
    told = {
        _ENVIRONMENT[key]: str(value) for key, value in conninfo_to_dict(url).items() if key in _ENVIRONMENT
    }
    more = [f"--file={out}"] if out else []
    done = subprocess.run(  # noqa: S603
        [*command, *more], env={**os.environ, **told}, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise Unavailable(f"{Path(command[0]).name}: {done.stderr.strip()[-500:]}")


def _secret(settings: Settings) -> str | None:
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    kept = settings.data / SECRET
    return kept.read_text(encoding="ascii") if settings.database_url is None and kept.exists() else None


def _bring_secret(settings: Settings, folder: Path) -> str:
    """Put the secret where the embedded stack looks for it; say what became of it."""
    if not (folder / SECRET).exists():
        return "none in the backup"
    secret = (folder / SECRET).read_text(encoding="ascii")
    if settings.secret_key is not None or settings.database_url is not None:
        same = settings.secret_key is not None and settings.secret_key.get_secret_value() == secret
        return "the same" if same else f"set YIAN_SECRET_KEY to what stands in {folder / SECRET}"
    kept = settings.data / SECRET
    if kept.exists():
        same = kept.read_text(encoding="ascii") == secret
        return "the same" if same else f"another one is in {kept}: links of before do not work"
    _write_private(kept, secret)
    return "restored"


def _write_private(file: Path, text: str) -> None:
    file.touch(mode=0o600)
    file.write_text(text, encoding="utf-8")


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()
