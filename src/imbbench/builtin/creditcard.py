"""The ULB credit-card fraud data: found or downloaded, read and checked, or else stood in for."""

from __future__ import annotations

import warnings
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from imbbench import Card, Data, Dataset, ImbbenchError, MissingData, UsageError
from imbbench.builtin.creditcard_file import HOW_TO_GET, download, find, given, roots, shown
from imbbench.builtin.creditcard_simulated import simulate

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

Source = Literal["auto", "real", "simulated"]

FEATURES = ("Time", *(f"V{i}" for i in range(1, 29)), "Amount")
TARGET = "Class"
ROWS, POSITIVES = 284_807, 492

CARD = Card(
    what="Card payments of European cardholders over two days of September 2013; class 1 is fraud. V1 to V28 "
    "are principal components, Time is seconds since the first payment, Amount is the sum paid.",
    source="Kaggle mlg-ulb/creditcardfraud, Zenodo record 7395559 (Worldline and Machine Learning Group ULB)",
    licence="Database Contents License 1.0",
    citation="Dal Pozzolo, Caelen, Johnson and Bontempi (2015), Calibrating Probability with Undersampling "
    "for Unbalanced Classification, IEEE SSCI",
    rows=ROWS,
    prevalence=POSITIVES / ROWS,
)


def load(*, source: Source = "auto", path: str | None = None, random_state: int = 0) -> Data:
    """Credit-card frauds: the real rows where they can be had, else a simulated stand-in.

    Looks for creditcard.csv or creditcard.csv.gz in $IMBBENCH_DATA (a folder, or the file itself),
    in ./datasets and in the user's cache, then downloads it to the cache unless $IMBBENCH_OFFLINE
    is 1, true or yes. A footnote tells of simulated rows and of a file that holds only a part.
    Time is the time of the rows: under the split `temporal` it is no feature unless asked.

    Parameters
    ----------
    source : "auto" as above; "real" fails rather than simulate; "simulated" looks nowhere.
    path : a file with the 31 columns, perhaps fewer rows; no other place is then tried.
    random_state : of the stand-in's rows; the real rows do not depend on it.

    Returns
    -------
    Data with X (284807, 30) of Time, V1 to V28 and Amount: float64, or float32 for the stand-in,
    whose `Data.source` is "simulated". `time` is in seconds, `amount` is money.

    Raises
    ------
    MissingData : there is no file at `path`, or, with "real", none anywhere.
    ImbbenchError : a file was found, and it is damaged or is not this data.
    UsageError : `path` together with "simulated".
    """
    if source == "simulated":
        if path is not None:
            raise UsageError("source=simulated reads no file; leave out source or path")
        return _stand_in(random_state, "source=simulated was asked for")
    if path is not None:
        return _read(given(path), complete=False)
    file, failure = find(), ""
    if file is None:
        file, failure = download()
    if file is not None:
        return _read(file, complete=True)
    reason = f"there is no creditcard.csv in {', '.join(map(shown, roots()))}, and {failure}"
    if source == "real":
        raise MissingData(f"{reason}; {HOW_TO_GET}")
    return _stand_in(random_state, reason)


def files(*, source: Source = "auto", path: str | None = None, random_state: int = 0) -> tuple[Path, ...]:  # noqa: ARG001
    """The file that `load` would read, if it is there; nothing is read or downloaded."""
    if source == "simulated":
        return ()
    file = find() if path is None else Path(path).expanduser()
    return (file,) if file is not None and file.is_file() else ()


def _read(file: Path, *, complete: bool) -> Data:
    """Read and check a file; unless it must be `complete`, any part with both classes will do."""
    frame = _parse(file)
    labels = frame.pop(TARGET).to_numpy()
    rows, positives = len(labels), int((labels == 1).sum())
    whole = (rows, positives) == (ROWS, POSITIVES)
    found = f"{rows:,} of {ROWS:,} rows ({positives:,} of {POSITIVES} positives)"
    if not ((labels == 0) | (labels == 1)).all():
        raise _unusable(file, f"column {TARGET} holds values other than 0 and 1")
    if complete and not whole:
        raise _unusable(file, f"it has {found}; a part of the data is read only where path names it")
    if complete and frame.isna().to_numpy().any():
        raise _unusable(file, "it has empty fields, and the real data has none")
    if positives in {0, rows}:
        raise _unusable(
            file, f"it has {rows:,} rows, {positives:,} of them positive; both classes are needed"
        )
    if not whole:
        warnings.warn(f"creditcard: {found}; figures are not those of the full data", stacklevel=2)
    return _data(frame[list(FEATURES)], labels.astype("int8"))


def _parse(file: Path) -> pd.DataFrame:
    """All columns as float64, once the header has been checked."""
    import pandas as pd

    try:
        columns = list(pd.read_csv(file, nrows=0).columns)
        if set(columns) == {*FEATURES, TARGET}:
            frame = pd.read_csv(file, dtype="float64")
            # Where every line has a field too many, pandas takes the first for the row's name.
            if isinstance(frame.index, pd.RangeIndex):
                return frame
            problem = "its lines have more fields than its header"
        else:
            missing = [name for name in (*FEATURES, TARGET) if name not in columns]
            problem = (
                f"it has {len(columns)} columns ({_some(columns)}; missing: {_some(missing)}), where 31 are "
                "expected: Time, V1 to V28, Amount and Class"
            )
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise _unusable(file, f"it is damaged or not a CSV file of numbers ({error})") from error
    raise _unusable(file, problem)


def _some(names: list[str]) -> str:
    return ", ".join(names[:4]) + (", ..." if names[4:] else "") or "none"


def _unusable(file: Path, found: str) -> ImbbenchError:
    return ImbbenchError(f"{file} cannot be used: {found}; take another file, or {HOW_TO_GET}")


def _stand_in(random_state: int, reason: str) -> Data:
    warnings.warn(f"creditcard: these rows are simulated, not real: {reason}; {HOW_TO_GET}", stacklevel=2)
    return _data(*simulate(random_state), source="simulated")


def _data(X: pd.DataFrame, y: NDArray[np.int8], source: str = "") -> Data:
    return Data(X, y, time=X["Time"].to_numpy(), amount=X["Amount"].to_numpy(), source=source)


DATASET = Dataset("creditcard", load, CARD, files=files, requires=("pandas", "numpy", "scipy"))
