"""A comparison as a report: for a terminal, in plain text, in Markdown, and as JSON."""

from __future__ import annotations

import io
import json
import shutil
import textwrap
from collections.abc import Iterator, Mapping
from typing import IO, Any

from imbbench.aggregate import clean
from imbbench.comparison import Comparison
from imbbench.comparison_table import dataset_tables, overall_tables
from imbbench.evidence import SURE, Contrast, Evidence
from imbbench.json_form import plain
from imbbench.paired import CONFIDENCE
from imbbench.ranks import FEWEST, LEVEL
from imbbench.table import Table


def write_rich(comparison: Comparison, stream: IO[str], *, verbose: bool) -> None:
    """Tables, how to read them, and sentences, for a terminal of any width or a pipe."""
    from imbbench.builtin.report_text import speller
    from imbbench.builtin.rich_report import print_tables

    spell = speller(stream)
    width = shutil.get_terminal_size().columns if stream.isatty() else None
    for tables, lines in parts(comparison, verbose):
        print_tables(tables, stream)
        for line in lines:
            stream.write(spell(textwrap.fill(line, width) if width else line) + "\n")
        stream.write("\n" if tables else "")


def write_plain(comparison: Comparison, stream: IO[str], *, verbose: bool) -> None:
    """The same without styles, whatever the terminal can do."""
    text = io.StringIO()
    write_rich(comparison, text, verbose=verbose)
    stream.write(text.getvalue())


def write_markdown(comparison: Comparison, stream: IO[str], *, verbose: bool) -> None:
    """The same in Markdown, the sentences as a list."""
    from imbbench.builtin.reports import as_markdown, in_markdown

    for tables, lines in parts(comparison, verbose):
        as_markdown(tables, stream)
        bullet = "" if tables else "- "
        gap = "\n\n" if tables else "\n"
        stream.write("".join(f"{bullet}{in_markdown(line)}{gap}" for line in lines))


def write_json(comparison: Comparison, stream: IO[str], *, verbose: bool) -> None:  # noqa: ARG001 - it is always all
    """All figures as JSON; NaN is null."""
    stream.write(json.dumps(plain(plain_data(comparison)), indent=1, allow_nan=False) + "\n")


FORMS = {"rich": write_rich, "plain": write_plain, "markdown": write_markdown, "json": write_json}
SUFFIXES = {".json": "json", ".md": "markdown", ".txt": "plain"}


def parts(comparison: Comparison, verbose: bool) -> Iterator[tuple[tuple[Table, ...], list[str]]]:
    """(tables, lines below them): of each data set unless they are many, over data sets, sentences."""
    datasets = len({one.where for one in comparison.differences})
    hidden = bool(comparison.overall) and datasets >= FEWEST and not verbose
    if not hidden:
        yield dataset_tables(comparison), legend(comparison, datasets=True)
    if comparison.overall:
        yield overall_tables(comparison), legend(comparison, datasets=False)
    more = [f"--verbose shows the {datasets} data sets one by one"] if hidden else []
    yield (), [*comparison.sentences, *comparison.notes, *more]


def legend(comparison: Comparison, *, datasets: bool) -> list[str]:
    """How to read the tables: of data sets, or over them."""
    against = {one.contrast.against for one in comparison.differences}
    other = clean(against.pop()) if len(against) == 1 else "the other"
    rope, level = f"{comparison.rope:g}", f"{CONFIDENCE:.0%}"
    judged = f"equivalent: P(=) above {SURE:g}; else better, worse: p below {LEVEL:g}; unclear: neither"
    if datasets:
        return [
            f"difference: mean over folds less that of {other}, ± half of its {level} interval, not adjusted",
            "p: t-test corrected for shared training rows, adjusted (Holm) for all rows of a table",
            f"P(=): probability that the true difference is within {rope} (Bayesian correlated t-test)",
            judged,
        ]
    lines = [
        f"wins, losses: data sets where it is more than {rope} better, worse than {other}; else ties",
        "pseudo median: median of the means of all pairs of differences (Hodges-Lehmann)",
    ]
    if any(one.verdict for one in comparison.overall):
        lines += [
            "p: Wilcoxon's signed-rank test, adjusted (Holm) for all rows of a table",
            (
                "P(<), P(=), P(>): how probable it is that worse, equivalent "
                f"(within {rope}) or better is the commonest case (Bayesian signed-rank test)"
            ),
            judged,
        ]
    if any(not one.verdict for one in comparison.overall):
        lines.append(f"no test for fewer than {FEWEST} data sets: with 5 none can get below {LEVEL:g}")
    return lines


def plain_data(comparison: Comparison) -> dict[str, Any]:
    """All figures for programs, in JSON's types but for NaN."""
    beside = comparison.other_axis

    def named(contrast: Contrast) -> dict[str, Any]:
        return {
            comparison.by: contrast.name, "against": contrast.against, beside: contrast.beside,
            "metric": contrast.metric, "threshold": contrast.threshold,
        }  # fmt: skip

    def known(evidence: Evidence, verdict: str) -> Mapping[str, Any]:
        return {**vars(evidence), "verdict": verdict}

    return {
        "schema_version": 1,
        "rope": comparison.rope,
        "differences": [
            {
                "dataset": one.dataset, "protocol": one.protocol, **named(one.contrast), "folds": one.folds,
                "reference": one.reference, "difference": one.difference, "low": one.low, "high": one.high,
                **known(one.evidence, one.verdict), "remarks": one.remarks,
            }
            for one in comparison.differences
        ],
        "overall": [
            {
                "protocol": one.protocol, **named(one.contrast), "datasets": one.datasets,
                "wins": one.wins, "ties": one.ties, "losses": one.losses, "difference": one.difference,
                **known(one.evidence, one.verdict), "remarks": one.remarks,
            }
            for one in comparison.overall
        ],
        "rankings": [
            {beside if name == "beside" else name: value for name, value in vars(one).items()}
            for one in comparison.rankings
        ],
        "sentences": comparison.sentences,
        "notes": comparison.notes,
    }  # fmt: skip
