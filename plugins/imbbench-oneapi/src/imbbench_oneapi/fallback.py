"""oneDAL or nothing: scikit-learn-intelex leaves what oneDAL cannot do to scikit-learn, without a word.

Where a figure is called oneDAL's, that must not be. The library has no setting that forbids it
(`allow_sklearn_after_onedal` is read nowhere, as of 2026.2), but its log says which of the two computes
("verbose mode" in its documentation), and why, before the computation begins.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from imbbench import ImbbenchError, Unsupported

LOG = "sklearnex"
ONEDAL, SKLEARN = "running accelerated version", "fallback to original Scikit-learn"
CAUSE = "failed with cause - "


@contextmanager
def no_fallback(instead: str) -> Iterator[None]:
    """Within it an estimator of scikit-learn-intelex computes with oneDAL, or raises.

    The logger is as before afterwards, and shows what it showed before.

    Parameters
    ----------
    instead : the model to choose where oneDAL cannot do it.

    Raises
    ------
    Unsupported : where scikit-learn would compute, before it does.
    ImbbenchError : where the log does not say who did.
    """
    log = logging.getLogger(LOG)
    level = log.level
    watch = _Watch(log.getEffectiveLevel(), instead)
    log.addFilter(watch)
    log.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        log.removeFilter(watch)
        log.setLevel(level)
    if not watch.seen:
        raise ImbbenchError(
            f"oneDAL or scikit-learn? The log {LOG!r} says nothing; expected {ONEDAL!r}; undo "
            "logging.disable(), or use scikit-learn-intelex 2026.2"
        )


class _Watch(logging.Filter):
    """Sees every record of the log and lets through those from the level `shown` upwards."""

    def __init__(self, shown: int, instead: str) -> None:
        super().__init__()
        self.shown, self.instead = shown, instead
        self.seen = False
        self.causes: list[str] = []

    def filter(self, record: logging.LogRecord) -> bool:
        who, _, text = record.getMessage().partition(": ")
        if CAUSE in text:
            self.causes.append(text.partition(CAUSE)[2].rstrip("."))
        elif SKLEARN in text:
            method = ".".join(who.split(".")[-2:])
            raise Unsupported(
                f"oneDAL cannot do this {method} ({'; '.join(self.causes)}), and scikit-learn-intelex would "
                f"leave it to scikit-learn; choose {self.instead} for it"
            )
        self.seen |= ONEDAL in text
        return record.levelno >= self.shown
