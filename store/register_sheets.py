"""The registers as sheets: read whole, written by difference, with who changed what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from psycopg import Connection, errors, sql
from psycopg.rows import class_row, dict_row
from psycopg.types.json import Jsonb

from model.errors import Missing, Refused
from model.sheets import BY_NAME, SHEETS
from model.sheets.homes import resident_label
from model.sheets.shape import Change, Sheet, Stored
from store import sql as files
from store.signing import sign

_Q = files.load(__file__)
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Import:
    """One import; `undone_at` where it was taken back."""

    import_id: int
    file_name: str
    imported_at: datetime
    actor: str
    added: int
    changed: int
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of a register row; no `before` is a new row, no `after` one that was removed."""

    register: str
    row_id: int
    home: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    changed_at: datetime
    actor: str
    import_id: int | None


def rows(conn: Connection[Any], sheet: Sheet) -> list[Stored]:
    """Return a register as it is stored, in the words of its sheet."""
    with conn.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(_Q[sheet.name]).fetchall()
    return [
        Stored(
            row["number"],
            {
                name: tuple(cast(list[str], value)) if isinstance(value, list) else value
                for name, value in row.items()
            },
        )
        for row in found
    ]


def lock(conn: Connection[Any]) -> None:
    """Hold off other imports until the transaction ends."""
    conn.execute(_Q["one_at_a_time"])


def write(
    conn: Connection[Any],
    changes: Sequence[Change],
    *,
    file_name: str,
    sha256: bytes,
    actor: str,
    now: datetime,
    progress: Callable[[int], object] = lambda _: None,
) -> int:
    """Write what an import asks for and return its number; the caller has checked it and commits.

    `progress` is told how many rows were just written. Raises Refused where the database knows better.
    """
    added = sum(change.number is None for change in changes)
    given = {"file_name": file_name, "sha256": sha256, "now": now, "actor": actor}
    given |= {"added": added, "changed": len(changes) - added}
    row = conn.execute(_Q["begin_import"], given).fetchone()
    assert row is not None  # noqa: S101  INSERT .. RETURNING gives a row
    sign(conn, actor, row[0])
    for sheet in SHEETS:
        mine = [change for change in changes if change.sheet is sheet]
        # a place stands in one that may be new too
        depths = {len(cast(Sequence[str], change.fields.get("path", ()))) for change in mine}
        for depth in sorted(depths):
            level = [c for c in mine if len(cast(Sequence[str], c.fields.get("path", ()))) == depth]
            keys = _Keys(conn) if level else None
            for start in range(0, len(level), _BATCH):
                part = level[start : start + _BATCH]
                try:
                    _write(conn, sheet, [(c.number, _columns(sheet, c, cast(_Keys, keys))) for c in part])
                except errors.IntegrityError as exc:
                    raise Refused(
                        f"{sheet.zh}有行与已存的冲突 {sheet.name} goes against what is stored:"
                        f" {exc.diag.message_primary}"
                    ) from exc
                progress(len(part))
    sign(conn, "")
    return int(row[0])


class _Keys:
    """Numbers of what rows point at, by the words of the sheets; each is read when first asked for."""

    def __init__(self, conn: Connection[Any]) -> None:
        self._conn = conn
        self._known: dict[str, dict[object, int]] = {}

    def find(self, sheet: str, key: object) -> int:
        """Raises Refused where there is no such row."""
        if sheet not in self._known:
            self._known[sheet] = {_key(sheet, one): one.number for one in rows(self._conn, BY_NAME[sheet])}
        found = self._known[sheet].get(key)
        if found is None:
            raise Refused(f"登记册里没有 {sheet}: nothing known as {key}")
        return found


def _key(sheet: str, one: Stored) -> object:
    fields = one.fields
    match sheet:
        case "residents":
            return fields["home"], resident_label(
                str(fields["name"]), fields["born_on"], fields["moved_in_on"]
            )
        case "places":
            return fields["home"], fields["path"]
        case "people":
            return fields["login"]
        case "devices":
            return fields["home"], fields["address"]
        case _:
            return fields["code"]


def _columns(sheet: Sheet, change: Change, keys: _Keys) -> dict[str, object]:
    """Return the columns of the table that a change sets; a changed row of a home always names its home."""
    fields, home = dict(change.fields), change.fields.get("home")
    fields.pop("number", None)
    found: dict[str, object] = {}
    for name, value in fields.items():
        match name:
            case "home":
                found["home_id"] = None if value is None else keys.find("homes", value)
            case "place":
                found["place_id"] = None if value is None else keys.find("places", (home, value))
            case "resident":
                found["resident_id"] = None if value is None else keys.find("residents", (home, value))
            case "watched_by":
                found["watched_by"] = None if value is None else keys.find("devices", (home, value))
            case "login" if sheet.name == "duties":
                found["person_id"] = keys.find("people", value)
            case "path":
                path = cast(tuple[str, ...], value)
                found["name"] = path[-1]
                found["parent_id"] = keys.find("places", (home, path[:-1])) if len(path) > 1 else None
            case "report_every_h":
                found["report_every"] = timedelta(hours=cast(float, value))
            case _:
                found[name] = list(cast(tuple[str, ...], value)) if isinstance(value, tuple) else value
    if sheet.name == "people" and change.number is None:
        found["password_hash"] = "!"  # noqa: S105  no hash: nobody can log in before a password is given
    if sheet.name == "devices":
        found["registered"] = True
    return found


def _write(
    conn: Connection[Any], sheet: Sheet, given: Iterable[tuple[int | None, Mapping[str, object]]]
) -> None:
    alike: defaultdict[tuple[bool, tuple[str, ...]], list[dict[str, object]]] = defaultdict(list)
    for number, columns in given:
        alike[number is None, tuple(columns)].append({**columns, "_number": number})
    for (new, names), values in alike.items():
        if new:
            query = _insert(sheet, names)
        else:
            query = sql.SQL("UPDATE {} SET {} WHERE {} = %(_number)s").format(
                sql.Identifier(sheet.table),
                sql.SQL(", ").join(
                    sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in names
                ),
                sql.Identifier(sheet.number),
            )
        with conn.cursor() as cursor:
            cursor.executemany(query, values)


def _insert(sheet: Sheet, names: Sequence[str]) -> sql.Composed:
    if sheet.name == "duties":
        # a turn of duty belongs to the home of the person
        columns = sql.SQL(", ").join(map(sql.Identifier, names))
        values = sql.SQL(", ").join(map(sql.Placeholder, names))
        return sql.SQL(
            "INSERT INTO duties (home_id, {}) SELECT home_id, {} FROM people WHERE person_id = %(person_id)s"
        ).format(columns, values)
    into = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(sheet.table),
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.SQL(", ").join(map(sql.Placeholder, names)),
    )
    if sheet.name != "devices":
        return into
    # a device that was heard before it was registered leaves its quarantine
    sets = sql.SQL(", ").join(sql.SQL("{0} = EXCLUDED.{0}").format(sql.Identifier(name)) for name in names)
    return into + sql.SQL(" ON CONFLICT (source, address) DO UPDATE SET ") + sets


def imports(conn: Connection[Any], limit: int = 20) -> list[Import]:
    """Return the imports, the newest first."""
    with conn.cursor(row_factory=class_row(Import)) as cursor:
        return cursor.execute(_Q["imports"], {"limit": limit}).fetchall()


def undo(conn: Connection[Any], *, actor: str, now: datetime) -> int:
    """Take the last import back and return its number; the caller commits.

    Raises Missing where there is none, Refused where one of its rows was changed or used since.
    """
    lock(conn)
    last = conn.execute(_Q["last_import"]).fetchone()
    if last is None:
        raise Missing("没有可撤销的导入 no import to undo")
    number = int(last[0])
    since = conn.execute(_Q["changed_since"], {"import_id": number}).fetchall()
    if since:
        told = ", ".join(f"{register} {row}" for register, row in since[:5])
        raise Refused(
            f"导入 {number} 不能撤销，之后改过 {len(since)} 行"
            f" import {number} cannot be undone, {len(since)} rows were changed since: {told}"
        )
    sign(conn, f"{actor} (undo {number})")
    tables = {sheet.table: sheet for sheet in SHEETS}
    for register, row_id, before in conn.execute(_Q["changes_of"], {"import_id": number}).fetchall():
        try:
            _restore(conn, tables[register], row_id, before)
        except errors.IntegrityError as exc:
            raise Refused(
                f"导入 {number} 不能撤销，{register} {row_id} 仍在使用"
                f" import {number} cannot be undone, it is in use: {exc.diag.message_primary}"
            ) from exc
    conn.execute(_Q["end_import"], {"import_id": number, "actor": actor, "now": now})
    return number


def _restore(conn: Connection[Any], sheet: Sheet, row_id: int, before: dict[str, Any] | None) -> None:
    table, number = sql.Identifier(sheet.table), sql.Identifier(sheet.number)
    if before is None:
        conn.execute(sql.SQL("DELETE FROM {} WHERE {} = %s").format(table, number), [row_id])
        return
    # A column that was dropped since (homes.insured_until_on) stays in the history only.
    known = conn.execute(sql.SQL("SELECT * FROM {} LIMIT 0").format(table)).description or ()
    names = [column.name for column in known if column.name in before and column.name != sheet.number]
    row = Jsonb(before)
    conn.execute(
        sql.SQL(
            "UPDATE {} t SET {} FROM jsonb_populate_record(NULL::{}, %s::jsonb) old WHERE t.{} = %s"
        ).format(
            table,
            sql.SQL(", ").join(sql.SQL("{0} = old.{0}").format(sql.Identifier(name)) for name in names),
            table,
            number,
        ),
        [row, row_id],
    )


def history(
    conn: Connection[Any],
    *,
    register: str | None = None,
    row_id: int | None = None,
    home: str | None = None,
    limit: int = 100,
) -> list[Edit]:
    """Return the changes of the registers, the newest first."""
    given = {"register": register, "row_id": row_id, "home": home, "limit": limit}
    with conn.cursor(row_factory=class_row(Edit)) as cursor:
        return cursor.execute(_Q["history"], given).fetchall()
