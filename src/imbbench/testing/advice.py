"""What to do about exceptions that authors of components meet often."""

from __future__ import annotations

from collections.abc import Sequence

#: (type of the exception, words of its text, kind of component or "" for any, what to do); the first holds.
_KNOWN: Sequence[tuple[type[Exception], str, str, str]] = (
    (ValueError, "read-only", "strategy", "copy first: X = train.X.copy(), and return replace(train, X=X)"),
    (ValueError, "read-only", "", "copy first"),
    (TypeError, "fit() missing 1 required", "model", "expected fit(train): X is train.X, y is train.y"),
)


def advice(error: BaseException, kind: str) -> str:
    """What to do about an exception that a component of this kind raised, behind "; "; empty if unknown."""
    for raised, words, whose, what in _KNOWN:
        if isinstance(error, raised) and words in str(error) and whose in ("", kind):
            return f"; {what}"
    return ""
