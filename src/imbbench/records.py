"""What the store keeps of scores, packed by `arrays.pack`."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from hashlib import sha256
from typing import Any

from imbbench.seal import Sealed


@dataclass(frozen=True)
class FoldRecord:
    """The rows of a fold that have scores, packed by `arrays.pack`: numbers, labels and amounts of the test
    part, each (n,); labels of the training part (m,) where its rows were scored too. Of data with two numeric
    features, under seal: `surface.Plane.about`, and its points."""

    test: bytes
    y: bytes
    amount: bytes | None = None
    train_y: bytes | None = None
    plane: Sealed[str | None] = Sealed(None)  # noqa: RUF009
    points: Sealed[bytes | None] = Sealed(None)  # noqa: RUF009

    def __reduce__(self) -> tuple[Any, ...]:
        return FoldRecord, tuple(getattr(self, field.name) for field in fields(self))

    @cached_property
    def digest(self) -> str:
        """SHA-256 over all of it."""
        plane = None if self.plane is None else self.plane.encode()
        known = self.test, self.y, self.amount, self.train_y, plane, self.points
        parts = [part for part in known if part is not None]
        return sha256(b"".join(len(part).to_bytes(8, "little") + part for part in parts)).hexdigest()


@dataclass(frozen=True)
class ScoreRecord:
    """The packed scores of a cell, (n,), what they are of, those of the training part's rows, (m,), and those
    of the grid on its plane, float32 (size, size): rows are y, rising."""

    scores: bytes
    fold: FoldRecord
    inner: bytes | None = None
    surface: bytes | None = None
