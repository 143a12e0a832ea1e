"""Legends: below a panel of a new figure, where they cover nothing, or in a corner of the caller's axes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from imbbench.plots.canvas import wrapped

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

#: Size of the text in points, however large other text is: a legend is as wide as its panel at most.
_SIZE = 8
#: Characters of a line.
_WIDTH = 34
#: Inches of a line, and of the gap between a panel and its legend in sizes of the font of its labels.
_LINE, _GAP = 0.155, 3.5


def entry(name: str, figure: str = "") -> str:
    """A line of a legend, or several: a name, and behind it a figure."""
    return wrapped(f"{name} ({figure})" if figure else name, _WIDTH)


def height(labels: Iterable[str]) -> float:
    """Inches that a legend with these entries, and one more, takes below its panel."""
    return _LINE * sum(label.count("\n") + 1 for label in ("", *labels))


def put_legend(ax: Axes, entries: Sequence[tuple[Artist, str]], corner: str = "") -> None:
    """Put a legend into this corner of the axes, or below them."""
    from matplotlib import rcParams
    from matplotlib.transforms import ScaledTranslation

    gap = _GAP * rcParams["font.size"] / 72
    below = ax.transAxes + ScaledTranslation(0, -gap, ax.figure.dpi_scale_trans)
    place = (
        {"loc": corner}
        if corner
        else {
            "loc": "upper left",
            "bbox_to_anchor": (0, 0),
            "bbox_transform": below,
            "borderaxespad": 0,
            "frameon": False,
        }
    )
    legend = ax.legend(
        [artist for artist, _ in entries], [" " for _ in entries], fontsize=_SIZE, handlelength=3, **place
    )
    for text, (artist, label) in zip(legend.get_texts(), entries, strict=True):
        text.set_text(label)  # as a label, one that begins with an underscore would be left out
        artist.set_label(label)
