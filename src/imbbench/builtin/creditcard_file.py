"""Where creditcard.csv lies on this machine, and how it gets there."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread

from imbbench import ImbbenchError

NAMES = ("creditcard.csv", "creditcard.csv.gz")
#: Tried in this order.
URLS = (
    "https://zenodo.org/records/7395559/files/creditcard.csv?download=1",
    "https://storage.googleapis.com/download.tensorflow.org/data/creditcard.csv",
)
CHECKSUM = "sha256:76274b691b16a6c49d3f159c883398e03ccd6d1ee12d9d8ee38f4b4b98551a89"
#: Seconds a server has to show that it is there. Without a network, looking up its name alone can
#: hang for half a minute, which no timeout of the download itself covers.
PATIENCE = 4.0
HOW_TO_GET = (
    "get creditcard.csv (151 MB) from Kaggle (mlg-ulb/creditcardfraud) or Zenodo (record 7395559) and put it "
    "at datasets/creditcard.csv, or name it: creditcard[path=FILE]"
)


def given(path: str) -> Path:
    """The file that the user named. ImbbenchError if it is not there: a mistake, not a lack."""
    file = Path(path).expanduser()
    if not file.is_file():
        found = "is a folder" if file.is_dir() else "does not exist"
        raise ImbbenchError(f"path {str(file)!r} {found}; {HOW_TO_GET}")
    return file


def find() -> Path | None:
    """The first creditcard.csv or creditcard.csv.gz in `roots()`, or None."""
    candidates = (file for root in roots() for file in (root, *(root / name for name in NAMES)))
    return next((file for file in candidates if file.is_file()), None)


def roots() -> list[Path]:
    """Where the file is looked for, best first: folders, and $IMBBENCH_DATA may be the file itself."""
    named = os.environ.get("IMBBENCH_DATA")
    return [*([Path(named).expanduser()] if named else []), Path("datasets"), cache()]


def shown(path: Path) -> str:
    """A path as users write it, the home folder as ~."""
    return f"~/{path.relative_to(Path.home())}" if path.is_relative_to(Path.home()) else str(path)


def cache() -> Path:
    """The user's cache folder, where a download goes."""
    from platformdirs import user_cache_path

    return user_cache_path("imbbench")


def download() -> tuple[Path | None, str]:
    """Fetch the file into the cache, from the first URL that has it: (file, "") or (None, why not)."""
    if os.environ.get("IMBBENCH_OFFLINE", "").strip().lower() in {"1", "true", "yes"}:
        return None, "downloads are switched off (offline)"
    reasons = []
    for url in URLS:
        host = url.split("/")[2]
        try:
            return _fetch(url), ""
        except ValueError:  # pooch's word for a wrong checksum; it has deleted the file
            reasons.append(f"{host}: what it sent is not creditcard.csv (wrong checksum)")
        except OSError as error:  # the errors of requests are among them
            reasons.append(f"{host}: {_in_brief(error)}")
    return None, f"the download failed ({'; '.join(reasons)})"


def _fetch(url: str) -> Path:
    """Download one URL; the file appears in the cache whole and checked, or not at all."""
    import pooch

    _probe(url)
    terminal = sys.stderr.isatty()
    downloader = pooch.HTTPDownloader(progressbar=terminal, chunk_size=2**16, timeout=(PATIENCE, 30))
    logger = pooch.get_logger()
    level = logger.level
    logger.setLevel("INFO" if terminal else "WARNING")
    try:
        return Path(pooch.retrieve(url, CHECKSUM, fname=NAMES[0], path=cache(), downloader=downloader))
    finally:
        logger.setLevel(level)


def _probe(url: str) -> None:
    """Raise OSError unless the server shows within `PATIENCE` seconds that it is there."""
    import pooch

    answers: SimpleQueue[Exception | None] = SimpleQueue()

    def ask() -> None:
        try:
            pooch.HTTPDownloader(timeout=PATIENCE)(url, None, None, check_only=True)
            answers.put(None)
        except Exception as error:
            answers.put(error)

    Thread(target=ask, daemon=True).start()
    try:
        error = answers.get(timeout=PATIENCE)
    except Empty:
        error = TimeoutError(f"no answer within {PATIENCE:g} s")
    if error is not None:
        raise error


def _in_brief(error: OSError) -> str:
    """The last link of requests' chain of causes, without the addresses it repeats."""
    reason = getattr(error.args[0], "reason", error) if error.args else error
    return " ".join(str(reason).rpartition("): ")[2].partition(" for url")[0].split())
