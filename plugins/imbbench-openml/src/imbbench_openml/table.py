"""A data set of OpenML as features and labels."""

from __future__ import annotations

import difflib
import itertools
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from imbbench import ImbbenchError

from imbbench_openml.arff_table import read
from imbbench_openml.server import address, describe, rows

if TYPE_CHECKING:
    import pandas as pd

_SHOWN = 30  # names of columns in an error; more would hide the message


@dataclass(frozen=True, eq=False)
class Table:
    """Features and labels.

    Parameters
    ----------
    X : the features, (n, d): float64, categories and text, gaps allowed.
    labels : the target column, (n,).
    where : what the labels are, as an error names them.
    """

    X: pd.DataFrame
    labels: pd.Series
    where: str


def load_table(number: int, target: str | None = None) -> Table:
    """The data set of that id with its default target, or another column as target.

    Features are all other columns but the row id and those that OpenML says to ignore. Warns of a data set
    that is deactivated or has a registered fault, and of columns without any value, which are left out.

    Raises
    ------
    MissingData, ImbbenchError : as `server.describe` and `server.rows`.
    ImbbenchError : it is not in ARFF, or there is no such target.
    """
    description = describe("data", number)
    who = f"OpenML data set {number} ({description.get('name', 'unnamed')})"
    _warn_of_faults(description, f"{who}, version {description.get('version', '?')},", number)
    kind = str(description.get("format", "ARFF"))
    if kind.lower() not in {"arff", "sparse_arff"}:
        advice = "download it by hand and use csv[path=...,target=...] for CSV and Parquet"
        raise ImbbenchError(f"{who} is in the format {kind!r}; expected ARFF; {advice}")
    frame = read(rows(number, description))
    name = _target(frame, description.get("default_target_attribute"), target, who)
    labels = frame[name]
    X = frame.drop(columns=[name, *_left_out(frame, description, who)])
    if not X.columns.size or X.empty:
        shape = f"{len(X):,} rows and {X.columns.size} features"
        raise ImbbenchError(f"{who} has {shape} beside the target {name!r}; expected some; choose another")
    return Table(X, labels, f"{who}: target {name!r}")


def _warn_of_faults(description: dict[str, Any], who: str, number: int) -> None:
    page = f"see {address()}/d/{number}"
    if description.get("status", "active") != "active":
        _warn(f"{who} is {description['status']}, not active: issues may have been found in it; {page}")
    for fault in ("error", "warning"):
        if description.get(fault):
            _warn(f"{who} has a registered {fault}: {description[fault]}; {page}")


def _target(frame: pd.DataFrame, default: str | None, target: str | None, who: str) -> str:
    names = list(frame.columns)
    listed = ", ".join(map(repr, itertools.islice(names, _SHOWN))) + (", ..." if len(names) > _SHOWN else "")
    chosen = default if target is None else target
    if chosen is None:
        raise ImbbenchError(f"{who} has no default target; name one with target=...: {listed}")
    if chosen not in names:
        several = [name for name in chosen.split(",") if name in names]
        if target is None and len(several) > 1:
            raise ImbbenchError(
                f"{who} has {len(several)} default targets: {', '.join(several)}; choose one with target=..."
            )
        near = difflib.get_close_matches(chosen, names, n=1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        raise ImbbenchError(f"{who} has no column {chosen!r}{hint}; name another with target=...: {listed}")
    return chosen


def _left_out(frame: pd.DataFrame, description: dict[str, Any], who: str) -> set[str]:
    """Names of columns that are no features."""
    names = set(frame.columns)
    said = {
        *_listed(description.get("row_id_attribute"), names),
        *_listed(description.get("ignore_attribute"), names),
    }
    unknown = said - names
    if unknown:
        _warn(f"{who}: OpenML says to ignore {_quoted(unknown)}, and there is no such column")
    empty = {name for name in names - said if frame[name].isna().all()}
    if empty:
        _warn(f"{who}: no value at all in {_quoted(empty)}, which is left out")
    return (said & names) | empty


def _listed(said: str | list[str] | None, names: set[str]) -> list[str]:
    """OpenML writes a list, one name, or names with commas between them."""
    if isinstance(said, list):
        return said
    return [] if not said else [said] if said in names else said.split(",")


def _quoted(names: set[str]) -> str:
    return ", ".join(map(repr, sorted(names)))


def _warn(text: str) -> None:
    warnings.warn(text, UserWarning, stacklevel=2)
