"""Critical-difference diagrams: mean ranks over data sets, and who cannot be told apart by them."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from imbbench.aggregate import clean
from imbbench.comparison_figures import label_of, labels
from imbbench.errors import MissingDependency, UsageError
from imbbench.output import replace_file
from imbbench.ranks import FEWEST, LEVEL, nemenyi

if TYPE_CHECKING:
    from imbbench.comparison import Comparison, Ranking

SUFFIXES = (".svg", ".png", ".pdf")


def check_diagram(output: Path) -> None:
    """UsageError for a file of another kind, MissingDependency where a library is not installed."""
    from importlib.util import find_spec

    if output.suffix.lower() not in SUFFIXES:
        raise UsageError(f"--diagram {output.name}: expected a file that ends in {', '.join(SUFFIXES)}")
    missing = [name for name in ("matplotlib", "scikit_posthocs") if find_spec(name) is None]
    if missing:
        raise MissingDependency(
            f"--diagram needs {' and '.join(missing)}, not installed here: pip install 'imbbench[compare]'"
        )


def draw(comparison: Comparison, output: Path) -> None:
    """A diagram for each metric, and each model beside whom strategies are compared, one below the other:
    Demšar (2006), Statistical Comparisons of Classifiers over Multiple Data Sets, JMLR 7, section 3.2.

    Raises UsageError where there are too few data sets.
    """
    shown = [one for one in comparison.rankings if not math.isnan(one.critical_difference)]
    if not shown:
        raise UsageError(
            f"--diagram needs {FEWEST} data sets on which everything compared has figures; "
            f"there {'is one' if not comparison.overall else 'are fewer'}"
        )
    from matplotlib.figure import Figure

    heights = [1.8 + 0.2 * len(one.ranks) for one in shown]
    figure = Figure(figsize=(8, sum(heights)), layout="constrained")
    axes = figure.subplots(len(shown), squeeze=False, height_ratios=heights)
    colours = {
        name: f"C{index}" for index, name in enumerate(sorted({n for one in shown for n in one.ranks}))
    }
    for axis, one, title in zip(axes[:, 0], shown, _titles(comparison, shown), strict=True):
        _draw_one(axis, one, title, [colours[name] for name in one.ranks])
    drawn = io.BytesIO()
    figure.savefig(drawn, format=output.suffix[1:].lower())
    replace_file(output, lambda stream: cast(Any, stream).buffer.write(drawn.getvalue()))


def _titles(comparison: Comparison, shown: Sequence[Ranking]) -> list[str]:
    known = labels(comparison)

    def title(one: Ranking) -> str:
        without = [f"without {', '.join(one.unranked)}"] if one.unranked else []
        label = label_of(known, one.metric, one.threshold)
        return " · ".join(
            map(clean, (*one.protocol, label, one.beside, f"{one.datasets} data sets", *without))
        )

    return [title(one) for one in shown]


def _draw_one(axis: Any, one: Ranking, title: str, colours: list[str]) -> None:
    import pandas as pd
    from scikit_posthocs import critical_difference_diagram

    names = [clean(name) for name in one.ranks]
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
