"""Downloads of which a file appears whole or not at all, and whose failures say what to do."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from imbbench import ImbbenchError, MissingData

#: Seconds to connect, and seconds without a byte.
TIMEOUT = (5.0, 60.0)
#: Seconds to wait before a server that is overloaded, or broke off, is asked again.
PAUSES = (1.0, 4.0)
_OVERLOADED = {429, 500, 502, 503, 504}
_NO_DATABASE = "107"  # OpenML's code for a database that cannot be reached, whatever the status


@contextmanager
def beside(place: Path, what: str) -> Iterator[Path]:
    """A file for a download, to be moved to `place`; gone afterwards where it was not.

    Raises
    ------
    MissingData : nothing may be downloaded.
    ImbbenchError : the folder cannot be written to.
    """
    if os.environ.get("IMBBENCH_OFFLINE", "").strip().lower() in {"1", "true", "yes"}:
        reason = f"not in {_shown(place.parent)}, or damaged there, and downloads are switched off (offline)"
        raise MissingData(f"{what}: {reason}; run once without --offline and IMBBENCH_OFFLINE")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(".part", place.name, place.parent)
    except OSError as error:
        raise _unwritable(place.parent, error) from error
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def download(url: str, file: Path, what: str) -> None:
    """Write what a server sends to a file, asking again where that may help.

    Raises
    ------
    ImbbenchError : with OpenML's words, where it has no such thing.
    MissingData : the server cannot be reached, or fails.
    """
    from pooch import HTTPDownloader
    from requests import RequestException

    fetch = HTTPDownloader(chunk_size=2**16, timeout=TIMEOUT)
    for pause in (*PAUSES, None):
        try:
            fetch(url, str(file), None)
            break
        except RequestException as error:
            if pause is None or not _passes(error):
                raise _refusal(error, url, what) from error
            time.sleep(pause)
        except OSError as error:
            raise _unwritable(file.parent, error) from error


def head(file: Path) -> str:
    """How long a file is and how it begins: often a page in HTML that says what went wrong."""
    start = file.read_bytes()[:60].decode("utf-8", "replace")
    return f"{file.stat().st_size:,} bytes, beginning {start!r}"


def _passes(error: Any) -> bool:
    """Whether another try may succeed soon: the server is there, but overloaded, or broke off."""
    from requests.exceptions import ChunkedEncodingError, ReadTimeout

    status = None if error.response is None else error.response.status_code
    broke_off = isinstance(error, ChunkedEncodingError | ReadTimeout)
    return broke_off or status in _OVERLOADED or _said(error).get("code") == _NO_DATABASE


def _said(error: Any) -> dict[str, Any]:
    """OpenML's own words where it has some: {"error": {"code": "111", "message": "Unknown dataset"}}."""
    try:
        said = error.response.json()["error"]
    except (AttributeError, KeyError, TypeError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _refusal(error: Any, url: str, what: str) -> ImbbenchError:
    said = _said(error)
    words = f"{said.get('message')} (code {said.get('code')})"
    if said and not _passes(error):
        return ImbbenchError(f"{what}: {url} says {words}; check the id, and that it is public")
    reason = getattr(error.args[0], "reason", error) if error.args else error
    brief = str(reason).rpartition("): ")[2].partition(" for url")[0] or type(error).__name__
    advice = "check the network, or use --offline with what is in the cache"
    return MissingData(f"{what} could not be had from {url}: {words if said else brief}; {advice}")


def _unwritable(folder: Path, error: OSError) -> ImbbenchError:
    advice = "make room, or name another in $XDG_CACHE_HOME"
    return ImbbenchError(f"{_shown(folder)} cannot be written to: {error}; {advice}")


def _shown(folder: Path) -> str:
    """A folder as users write it, the home folder as ~."""
    return f"~/{folder.relative_to(Path.home())}" if folder.is_relative_to(Path.home()) else str(folder)
