"""Where pictures are drawn: a grid of panels in a new figure, or axes that the caller has; and files."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from imbbench.aggregate import clean
from imbbench.errors import MissingDependency, UsageError
from imbbench.output import replace_file

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

SUFFIXES = (".svg", ".png", ".pdf")
#: Inches of a side of a square panel.
SIDE = 2.9
#: Panels of one figure: more cannot be read on a page.
MOST = 40


class Canvas:
    """A grid of panels.

    Parameters
    ----------
    new : makes a figure of (width, height) in inches.
    ax : axes to draw the only panel into, instead of a new figure.

    `axes`, shape (rows, columns), and `figure` are there after `grid`; `figure` is None with axes of the
    caller's.
    """

    def __init__(self, new: Callable[[tuple[float, float]], Figure], ax: Axes | None = None) -> None:
        self._new, self._ax = new, ax
        self.figure: Figure | None = None
        self.axes: NDArray[Any]

    @property
    def is_own(self) -> bool:
        """Whether the figure is a new one, whose layout is free."""
        return self._ax is None

    def grid(
        self, widths: Sequence[float], heights: Sequence[float], around: tuple[float, float], what: str
    ) -> NDArray[Any]:
        """Axes, shape (rows, columns).

        Parameters
        ----------
        widths, heights : of the columns and the rows, in inches.
        around : width and height of all that lies outside of axes: labels, titles, legends.
        what : what there are so many of, for the message of a UsageError: "3 data sets x 2 models".
        """
        import numpy as np

        panels = len(widths) * len(heights)
        if panels > (MOST if self.is_own else 1):
            room = f"a figure has room for {MOST}" if self.is_own else "ax= has room for one"
            raise UsageError(
                f"{what} make {panels} panels, and {room}; choose with -d, -s and -m "
                "(dataset=, strategy= and model= in Python)"
            )
        if self._ax is not None:
            self.axes = np.array([[self._ax]], dtype=object)
        else:
            self.figure = self._new((sum(widths) + around[0], sum(heights) + around[1]))
            self.axes = self.figure.subplots(
                len(heights), len(widths), squeeze=False, width_ratios=widths, height_ratios=heights
            )
        return self.axes


def leave_out_inner_labels(axes: NDArray[Any]) -> None:
    """Label the y axis of the leftmost panels only; `axes` as from `Canvas.grid`."""
    for left, right in zip(axes.T[:-1].flat, axes.T[1:].flat, strict=True):
        if left.get_visible():
            right.set_ylabel("")


def plain(text: str) -> str:
    """A name as matplotlib must be given it: one line, in which a dollar sign begins no formula."""
    return clean(text).replace("$", r"\$")


def wrapped(text: str, width: int) -> str:
    """The same in lines of at most so many characters, broken behind a blank, a comma or a bracket if it can
    be."""
    lines = [""]
    for part in re.findall(rf"[^ ,\[]{{0,{width - 1}}}[ ,\[]|[^ ,\[]{{1,{width}}}", clean(text)):
        if lines[-1] and len(lines[-1] + part.rstrip()) > width:
            lines.append("")
        lines[-1] += part
    return "\n".join(plain(line) for line in lines)


def require(*modules: str) -> None:
    """MissingDependency where one of these is not installed."""
    from importlib.util import find_spec

    missing = [name for name in modules if find_spec(name) is None]
    if missing:
        raise MissingDependency(
            f"figures need {' and '.join(missing)}, not installed here: pip install 'imbbench[plots]'"
        )


def check_suffix(output: Path, option: str) -> None:
    """UsageError for a file of a kind that is not drawn."""
    if output.suffix.lower() not in SUFFIXES:
        raise UsageError(f"{option} {output.name}: expected a file that ends in {', '.join(SUFFIXES)}")


def write_figure(figure: Figure | None, output: Path) -> None:
    """Write the figure, whole or not at all. Text stays text in svg and pdf; the same figure gives the same
    bytes."""
    import matplotlib as mpl

    assert figure is not None
    kind = output.suffix[1:].lower()
    dates = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}
    drawn = io.BytesIO()
    with (
        warnings.catch_warnings(),
        mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "imbbench", "pdf.fonttype": 42}),
    ):
        if kind == "svg":  # its text is drawn by the reader's program, with fonts of its own
            warnings.filterwarnings("ignore", "Glyph .* missing from font")
        figure.savefig(drawn, format=kind, dpi=200, bbox_inches="tight", metadata=dates.get(kind))
    replace_file(output, lambda stream: cast(Any, stream).buffer.write(drawn.getvalue()))
