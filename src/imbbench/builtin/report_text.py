"""What the text reports share: text a stream can encode, marks for the best, lines below a table."""

from __future__ import annotations

from collections import Counter
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imbbench import Results, Table

#: A blank that survives trimming and alignment; `clean` lets no such character into a table.
PAD = "\ue000"
BEST = "* best of its column"
_PLAIN = {"±": "+/-", "–": "-", "·": "-", "─": "-"}


def speller(stream: IO[str]) -> Callable[[str], str]:
    """A function that maps text onto what the stream can encode: ± becomes +/-, é a \\xe9."""
    encoding = getattr(stream, "encoding", None) or "utf-8"

    def spell(text: str) -> str:
        try:
            text.encode(encoding)
        except UnicodeEncodeError:
            for symbol, plain in _PLAIN.items():
                text = text.replace(symbol, plain)
            return text.encode(encoding, "backslashreplace").decode(encoding)
        return text

    return spell


def figures(table: Table, spell: Callable[[str], str], begin: str = "", end: str = "") -> list[list[str]]:
    """The rows as text, the best of each column between `begin` and `end`."""
    return [
        [f"{begin}{spell(str(entry))}{end}" if entry.best else spell(str(entry)) for entry in row]
        for row in table.rows
    ]


def starred(table: Table, spell: Callable[[str], str]) -> list[list[str]]:
    """The rows as text, a star behind the best of each column, digits still in line."""
    columns = [index for index in range(len(table.columns)) if any(row[index].best for row in table.rows)]
    return [
        [
            _beside(spell(str(entry)), "*" if entry.best else PAD) if index in columns else spell(str(entry))
            for index, entry in enumerate(row)
        ]
        for row in table.rows
    ]


def _beside(text: str, star: str) -> str:
    """The star behind the first line of a text, and as much room behind the others."""
    first, *others = text.split("\n")
    return "\n".join([first + star, *(line + PAD for line in others)])


def is_marked(table: Table) -> bool:
    """Whether any figure is the best of its column."""
    return any(entry.best for row in table.rows for entry in row)


def is_left(kind: str) -> bool:
    """Whether a column of this kind is aligned to the left."""
    return kind in ("name", "text", "status")


def remarks(table: Table) -> Iterator[str]:
    """What stands below a table: its notes, then its numbered footnotes."""
    yield from table.notes
    for number, footnote in enumerate(table.footnotes, start=1):
        yield f"[{number}] {footnote}"


def footer(results: Results) -> str:
    """How the cells ended: "48 cells: 46 ok, 1 error, 1 unsupported; 30 taken from the store". Those that
    are the same fit as another cell of the run (with another seed, where nothing is drawn) are told apart."""
    counts = Counter(result.status for result in results)
    ordered = sorted(counts.items(), key=lambda item: (item[0] != "ok", -item[1]))
    ended = ", ".join(f"{count:,} {status}" for status, count in ordered)
    fitted = {result.key for result in results if result.key and not result.cached}
    cached = [result.key in fitted for result in results if result.cached]
    equal, stored = sum(cached), len(cached) - sum(cached)
    taken = f"; {equal:,} the same fit as another" if equal else ""
    taken += f"; {stored:,} taken from the store" if stored else ""
    return f"{len(results):,} cell{'' if len(results) == 1 else 's'}{': ' if ended else ''}{ended}{taken}"
