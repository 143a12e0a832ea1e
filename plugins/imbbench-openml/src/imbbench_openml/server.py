"""What OpenML's server knows, kept in the user's cache: nothing is asked for twice.

Two routes and a file: /api/v1/json/data/{id}, /api/v1/json/task/{id}, and the ARFF file that a data set's
description names, with its MD5 checksum.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any, Literal

from imbbench import ImbbenchError

from imbbench_openml.download import beside, download, head

SERVER = "https://www.openml.org"
#: Names another server, such as a mirror. It has a cache of its own: its ids are its own.
VARIABLE = "IMBBENCH_OPENML_SERVER"

Kind = Literal["data", "task"]
#: kind -> (what it is called, the key under which its description stands in the answer).
_KINDS: dict[Kind, tuple[str, str]] = {
    "data": ("OpenML data set", "data_set_description"),
    "task": ("OpenML task", "task"),
}


def address() -> str:
    """The server's, without a slash at its end."""
    return (os.environ.get(VARIABLE) or SERVER).rstrip("/")


def description_file(kind: Kind, number: int) -> Path:
    """Where the description of a data set or task is kept."""
    return _cache() / kind / f"{number}.json"


def arff_file(number: int) -> Path:
    """Where the rows of a data set are kept."""
    return _cache() / "data" / f"{number}.arff"


def _cache() -> Path:
    from platformdirs import user_cache_path

    host = re.sub(r"[^\w.-]", "-", address().rpartition("://")[2])
    return user_cache_path("imbbench") / "openml" / host


def kept_description(kind: Kind, number: int) -> dict[str, Any] | None:
    """The description in the cache, or None."""
    return _read(description_file(kind, number), kind)


def describe(kind: Kind, number: int) -> dict[str, Any]:
    """The description of a data set or task, from the cache or else from the server.

    Raises
    ------
    ImbbenchError : the server knows no such id, or is none of OpenML's.
    MissingData : it cannot be reached, or may not be asked.
    """
    known = kept_description(kind, number)
    if known is not None:
        return known
    what, place = f"{_KINDS[kind][0]} {number}", description_file(kind, number)
    url = f"{address()}/api/v1/json/{kind}/{number}"
    with beside(place, what) as part:
        download(url, part, what)
        found = _read(part, kind)
        if found is None:
            raise ImbbenchError(
                f"{what}: {url} holds no description of it ({head(part)}); check ${VARIABLE} and the network"
            )
        part.replace(place)
    return found


def _read(file: Path, kind: Kind) -> dict[str, Any] | None:
    try:
        answer = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return None
    found = answer.get(_KINDS[kind][1]) if isinstance(answer, dict) else None
    return found if isinstance(found, dict) else None


def rows(number: int, description: dict[str, Any]) -> Path:
    """The ARFF file of a data set, from the cache or else downloaded; either way its MD5 checksum is the
    one that the description states.

    Raises
    ------
    ImbbenchError : it has another checksum, twice.
    MissingData : as `describe`.
    """
    from pooch import file_hash

    what, place = f"the rows of OpenML data set {number}", arff_file(number)
    url, expected = description.get("url"), description.get("md5_checksum")
    if not isinstance(url, str) or not isinstance(expected, str):
        raise ImbbenchError(f"{what}: its description names no file with a checksum; choose another version")
    if place.is_file() and file_hash(str(place), "md5") == expected.lower():
        return place
    with beside(place, what) as part:
        for _ in range(2):  # the second time for one that was damaged on its way
            download(url, part, what)
            found = file_hash(str(part), "md5")
            if found == expected.lower():
                return part.replace(place)
        sums = f"MD5 {found} where OpenML states {expected}"
        raise ImbbenchError(f"{what}: {url} has {sums} ({head(part)}); try later, or tell OpenML")
