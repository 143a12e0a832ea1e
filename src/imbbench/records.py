"""What the store keeps of scores, packed by `arrays.pack`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256


@dataclass(frozen=True)
class FoldRecord:
    """The rows of a fold that have scores, packed by `arrays.pack`: numbers, labels and amounts of the test
    part, each (n,); labels of the training part (m,) where its rows were scored too."""

    test: bytes
    y: bytes
    amount: bytes | None = None
    train_y: bytes | None = None

    @cached_property
    def digest(self) -> str:
        """SHA-256 over all of it."""
        parts = [part for part in (self.test, self.y, self.amount, self.train_y) if part is not None]
        return sha256(b"".join(len(part).to_bytes(8, "little") + part for part in parts)).hexdigest()


@dataclass(frozen=True)
class ScoreRecord:
    """The packed scores of a cell, (n,), what they are of, and those of the training part's rows, (m,)."""

    scores: bytes
    fold: FoldRecord
    inner: bytes | None = None
