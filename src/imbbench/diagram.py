"""Critical-difference diagrams: mean ranks over data sets, and who cannot be told apart by them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imbbench.comparison_figures import label_of, labels
from imbbench.errors import UsageError
from imbbench.palette import Style, styles
from imbbench.plots.canvas import Canvas, check_suffix, plain, require, write_figure
from imbbench.ranks import FEWEST, LEVEL, nemenyi

if TYPE_CHECKING:
    from imbbench.comparison import Comparison, Ranking


def check_diagram(output: Path) -> None:
    """UsageError for a file of another kind, MissingDependency where a library is not installed."""
    check_suffix(output, "--diagram")
    require("matplotlib", "scikit_posthocs")


def draw(comparison: Comparison, output: Path) -> None:
    """Write the diagrams of a comparison to a file; see `draw_diagrams`."""
    from matplotlib.figure import Figure

    contrasts = [one.contrast for one in comparison.differences]
    names = {name for contrast in contrasts for name in (contrast.name, contrast.against)}
    canvas = Canvas(lambda size: Figure(figsize=size, layout="constrained"))
    draw_diagrams(comparison, canvas, styles(names))
    write_figure(canvas.figure, output)


def draw_diagrams(comparison: Comparison, canvas: Canvas, known: Mapping[str, Style]) -> None:
    """A diagram for each metric, and each model beside whom strategies are compared, one below the other:
    Demšar (2006), Statistical Comparisons of Classifiers over Multiple Data Sets, JMLR 7, section 3.2.

    Parameters
    ----------
    known : strategy -> its style.

    Raises UsageError where there are too few data sets.
    """
    shown = [one for one in comparison.rankings if not math.isnan(one.critical_difference)]
    if not shown:
        raise UsageError(
            f"a diagram of ranks needs {FEWEST} data sets on which everything compared has figures; "
            f"there {'is one' if not comparison.overall else 'are fewer'}"
        )
    heights = [1 + 0.2 * len(one.ranks) for one in shown]
    axes = canvas.grid([8], heights, (0, 0.8 * len(shown)), f"{len(shown)} metrics and models")
    for axis, one, title in zip(axes[:, 0], shown, _titles(comparison, shown), strict=True):
        _draw_one(axis, one, title, [known[name].light for name in one.ranks])


def _titles(comparison: Comparison, shown: Sequence[Ranking]) -> list[str]:
    known = labels(comparison)

    def title(one: Ranking) -> str:
        without = [f"without {', '.join(one.unranked)}"] if one.unranked else []
        label = label_of(known, one.metric, one.threshold)
        parts = (*one.protocol, label, one.beside, f"{one.datasets} data sets", *without)
        return plain(" · ".join(parts))

    return [title(one) for one in shown]


def _draw_one(axis: Any, one: Ranking, title: str, colours: list[str]) -> None:
    import pandas as pd
    from scikit_posthocs import critical_difference_diagram

    names = [plain(name) for name in one.ranks]
    ranks = list(one.ranks.values())
    p_values = pd.DataFrame(nemenyi(ranks, one.datasets), index=names, columns=names)
    critical_difference_diagram(
        dict(zip(names, ranks, strict=True)), p_values, alpha=LEVEL, ax=axis,
        label_fmt_left="{label} ({rank:.2f})", label_fmt_right="({rank:.2f}) {label}",
        color_palette=dict(zip(names, colours, strict=True)),
    )  # fmt: skip
    # The library draws this bar through the numbers of the axis.
    low, height = min(ranks), {"transform": axis.get_xaxis_transform(), "clip_on": False}
    axis.plot([low, low + one.critical_difference], [1.2, 1.2], color="black", linewidth=2, **height)
    axis.text(low, 1.23, f"critical difference {one.critical_difference:.2f}", **height)
    axis.set_title(title, fontsize="medium", pad=46)
