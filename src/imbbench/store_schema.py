"""How the store's file is opened, and what is said of a file that is none."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from imbbench.errors import ImbbenchError
from imbbench.store_tables import APPLICATION, MIGRATIONS

#: How long to wait for another process that is writing.
WAIT_SECONDS = 30
_CACHE_MB = 64


class StoreError(ImbbenchError):
    """The store cannot be read or written; it was left as it is."""


_ELSEWHERE = "name another file with --store"
_REASONS = {
    "SQLITE_FULL": "cannot grow: the disk or the database is full; make room, or " + _ELSEWHERE,
    "SQLITE_IOERR": "cannot be read or written; is its disk full, or gone? Make room, or " + _ELSEWHERE,
    "SQLITE_READONLY": "cannot be written; make the file and its folder writable, or " + _ELSEWHERE,
    "SQLITE_PERM": "cannot be opened; make the file and its folder writable, or " + _ELSEWHERE,
    "SQLITE_CANTOPEN": "cannot be opened; make the file and its folder writable, or " + _ELSEWHERE,
    "SQLITE_CORRUPT": "is damaged; move it away (nothing in it was changed), or " + _ELSEWHERE,
    "SQLITE_NOTADB": "is no SQLite database, so no store; move it away, or " + _ELSEWHERE,
}


def no_run_in(path: Path | None) -> ImbbenchError:
    """What is said of a store without any run."""
    return ImbbenchError(
        f"no run is stored in {path}; start one with imbbench run, or name the file of earlier ones with "
        "--store"
    )


def store_error(path: Path | None, error: Exception) -> StoreError:
    """What went wrong with a store, in words: an error of SQLite, or of decoding what it holds."""
    name = getattr(error, "sqlite_errorname", "SQLITE_CORRUPT")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL")):
        what = f"is locked by another process for {WAIT_SECONDS:g} s; wait until it is done, or {_ELSEWHERE}"
    else:
        found = (text for known, text in _REASONS.items() if name.startswith(known))
        what = next(found, f"failed; if this happens again, {_ELSEWHERE}")
    return StoreError(f"store {path or 'in memory'} {what} ({error})")


@contextlib.contextmanager
def guarded(path: Path | None) -> Iterator[None]:
    """Errors of SQLite as `StoreError`."""
    try:
        yield
    except sqlite3.Error as error:
        raise store_error(path, error) from error


@contextlib.contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All or nothing of what is done within; waits for another process that is writing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    finally:
        if db.in_transaction:  # SQLite itself has rolled some errors back
            db.execute("ROLLBACK")


def connect(path: Path | None, *, create: bool) -> sqlite3.Connection:
    """A connection to the store at `path`, brought to the newest schema; None is one in memory.

    Raises StoreError for what is no store of imbbench, without changing it; for one written by a newer
    imbbench; and, with `create`, for one that cannot be written.
    """
    if path is not None and path.exists() and not path.is_file():
        raise StoreError(f"store {path} is no file; expected one, or none yet; {_ELSEWHERE}")
    with guarded(path):
        db = _open(path, create=create)
        try:
            _prepare(db, path, create=create)
        except BaseException:
            db.close()
            raise
    return db


def _open(path: Path | None, *, create: bool) -> sqlite3.Connection:
    where = ":memory:"
    if path is not None:
        where = f"{path.absolute().as_uri()}?mode={'rwc' if create else 'rw'}"
        if not create and _is_archived(path):
            return _newest(_connection(f"{path.absolute().as_uri()}?immutable=1"))
    return _connection(where)


def _connection(where: str) -> sqlite3.Connection:
    return sqlite3.connect(where, timeout=WAIT_SECONDS, isolation_level=None, uri=True)


def _newest(db: sqlite3.Connection) -> sqlite3.Connection:
    """A store that cannot be written; of an older schema, a copy in memory that can be brought to ours."""
    if db.execute("PRAGMA user_version").fetchone()[0] not in range(1, len(MIGRATIONS)):
        return db
    copy = _connection(":memory:")
    with contextlib.closing(db):
        db.backup(copy)
    return copy


def _is_archived(path: Path) -> bool:
    """Whether it lies where SQLite could not put the files that it shares with other processes."""
    return not os.access(path.parent, os.W_OK) and not path.with_name(f"{path.name}-wal").exists()


def _prepare(db: sqlite3.Connection, path: Path | None, *, create: bool) -> None:
    version = _version(db, path)
    if version == 0 and not create:
        raise no_run_in(path)
    if create or version < len(MIGRATIONS):
        _migrate(db, path)
    for pragma in ("foreign_keys = ON", "cell_size_check = ON", "temp_store = MEMORY",
                   f"cache_size = {-1024 * _CACHE_MB}", "synchronous = NORMAL"):  # fmt: skip
        db.execute(f"PRAGMA {pragma}")


def _version(db: sqlite3.Connection, path: Path | None) -> int:
    """The schema version, 0 of an empty file. StoreError for anybody else's file, or a newer one."""
    query = """SELECT application_id, user_version, (SELECT count(*) FROM sqlite_master)
        FROM pragma_application_id, pragma_user_version"""  # one query: another process may be making it
    application, version, tables = db.execute(query).fetchone()
    if application != APPLICATION and (application, version, tables) != (0, 0, 0):
        raise StoreError(
            f"store {path} is a database of another program; expected one of imbbench; {_ELSEWHERE}"
        )
    if version > len(MIGRATIONS):
        raise StoreError(
            f"store {path} has schema version {version}, of a newer imbbench; this one knows up to "
            f"{len(MIGRATIONS)}; upgrade it, or {_ELSEWHERE}"
        )
    return int(version)


def _migrate(db: sqlite3.Connection, path: Path | None) -> None:
    """Bring it to the newest schema, all or nothing."""
    _keep_log(db)
    with transaction(db):
        for statements in MIGRATIONS[_version(db, path) :]:  # another process may have been first
            for statement in statements:
                db.execute(statement)
        # Written every time: this tells now, not after hours of work, that the file cannot be.
        db.execute(f"PRAGMA application_id = {APPLICATION}")
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def _keep_log(db: sqlite3.Connection) -> None:
    """Write-ahead logging; SQLite does not wait by itself for others that are about to do the same."""
    last = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > last:
                raise
            time.sleep(0.01)
        else:
            return
