"""Curves drawn with characters, held against scikit-learn's points."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from sklearn.metrics import precision_recall_curve, roc_curve

from imbbench import Cell, ImbbenchError, MissingDependency, Predictions, Results, tables
from imbbench.cli import main
from imbbench.fit_scores import fit_scores
from imbbench.palette import styles
from imbbench.registry import Registry
from imbbench.terminal_curves import VIEWS
from imbbench.terminal_plot import print_plots
from tests.scored_stores import stored_run

STRATEGIES = ("none", "class_weight", "undersample")
KINDS = ("pr", "roc", "calibration", "scores")
NAMES = {
    "pr": ("precision", "recall"),
    "roc": ("true positive rate", "false positive rate"),
    "calibration": ("share of positives", "mean predicted probability"),
    "scores": ("density of negatives, positives", "log-odds"),
}


class Terminal(io.StringIO):
    """What a terminal is given."""

    def isatty(self) -> bool:
        return True


def cells(*strategies: str, model: str = "sklearn-lr", folds: int = 1) -> list[Cell]:
    return [
        Cell("moons", "holdout", fold, "standard", one, model, 0)
        for one in strategies
        for fold in range(folds)
    ]


@pytest.fixture(scope="module")
def results(registry: Registry, tmp_path_factory: pytest.TempPathFactory) -> Results:
    every = [*cells(*STRATEGIES, folds=2), *cells(*STRATEGIES, model="torch-mlp", folds=2)]
    return stored_run(registry, tmp_path_factory.mktemp("plots") / "s.sqlite", every)


def drawn(results: Results, kind: str, stream: io.TextIOBase | None = None) -> str:
    stream = io.StringIO() if stream is None else stream
    print_plots(results, kind, stream, styles(row.cell.strategy for row in results))
    return stream.getvalue() if isinstance(stream, io.StringIO) else ""


def canvas(picture: str) -> list[str]:
    """What is drawn between the axes, all lines equally long."""
    lines = picture.splitlines()
    rows = [re.split("[│┤]", line)[1] for line in lines if re.search("[│┤]", line)]
    (axis,) = (line for line in lines if "└" in line)
    return [row.ljust(len(axis.partition("└")[2])) for row in rows]


@pytest.mark.parametrize("kind", ["pr", "roc"])
def test_curves_are_where_scikit_learn_has_them(registry: Registry, tmp_path: Path, kind: str) -> None:
    results = stored_run(registry, tmp_path / "s.sqlite", cells("none"))
    (fit,) = fit_scores(results)
    if kind == "pr":
        y, x, _ = precision_recall_curve(fit.scored.y, fit.scored.score)
        x, y = np.repeat(x, 2)[1:][::-1], np.repeat(y, 2)[:-1][::-1]
    else:
        x, y, _ = roc_curve(fit.scored.y, fit.scored.score)
    shown = canvas(drawn(results, kind))
    size = np.array((len(shown[0]) - 1, len(shown) - 1))
    there = [
        (column, size[1] - row)
        for row, line in enumerate(shown)
        for column, sign in enumerate(line)
        if sign == "o"
    ]
    along = np.linspace(0, len(x) - 1, 20_000)
    curve = np.stack([np.interp(along, range(len(x)), axis) for axis in (x, y)], axis=1) * size
    distance = np.abs(curve[:, None] - np.array(there)[None]).max(axis=2)
    assert distance.min(axis=0).max() <= 1  # every character is at the curve
    assert distance.min(axis=1).max() <= 1  # and everywhere along it is one


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_for_each_model_has_axes_and_a_legend(results: Results, kind: str) -> None:
    first, second, end = drawn(results, kind).split("\n\n")
    assert not end
    for picture, model in ((first, "sklearn-lr"), (second, "torch-mlp")):
        title, y, *lines = picture.splitlines()
        assert title == f"moons · holdout · {model}"
        assert y == NAMES[kind][0]
        assert NAMES[kind][1] in map(str.strip, lines)
        for marker, strategy in zip("ox+", STRATEGIES, strict=True):
            assert re.search(rf"(^|   ){re.escape(marker)} {strategy}\b", picture, re.MULTILINE)
            assert any(marker in row for row in canvas(picture))


def test_the_legend_has_the_figures_of_the_table(results: Results) -> None:
    (table,) = tables(results)
    place = [column.heading for column in table.columns].index("PR AUC")
    shown = re.findall(r"\(AP = ([^)]* ± [^)]*)\)", drawn(results, "pr"))
    assert sorted(shown) == sorted(str(row[place]) for row in table.rows)
    assert "chance level (AP = 0.1000)" in drawn(results, "pr")


def test_chance_is_a_mean_over_folds() -> None:
    """As the page has it, two folds of which have the same share of positives; seeds split nothing anew."""
    name, (line,) = VIEWS["pr"].reference({0: 0.1, 1: 0.1, 2: 0.4})
    assert name == "chance level (AP = 0.2000)"
    assert line == ((0, 1), pytest.approx((0.2, 0.2)))


@pytest.mark.parametrize("size", [(80, 24), (40, 24), (100, 30)])
@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_fits_a_terminal(
    results: Results, kind: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(size[0]))
    monkeypatch.setenv("LINES", str(size[1]))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    shown = re.sub(r"\x1b\[[\d;]*m", "", drawn(results, kind, Terminal()))
    pictures = shown.removesuffix("\n\n").split("\n\n")
    assert len(pictures) == 2
    for picture in pictures:
        lines = picture.splitlines()
        assert max(map(len, lines)) <= size[0]
        assert size[1] - 3 <= len(lines) < size[1]


def test_colours_are_for_terminals_that_want_them(results: Results, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" not in drawn(results, "roc")  # in a pipe
    monkeypatch.delenv("FORCE_COLOR")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert (
        len(set(re.findall(r"\x1b\[3[1-7]m", drawn(results, "roc", Terminal())))) == 2
    )  # "none" has its own
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search(r"\x1b\[(?!0?m|1m)", drawn(results, "roc", Terminal()))


def test_a_stream_gets_what_it_can_hold(results: Results) -> None:
    held = io.BytesIO()
    stream = io.TextIOWrapper(held, encoding="ascii")
    drawn(results, "pr", stream)
    stream.flush()
    text = held.getvalue().decode("ascii")
    assert "+/-" in text
    assert "\\x" not in text
    assert "\\u" not in text


def test_equal_curves_are_all_seen(registry: Registry, tmp_path: Path) -> None:
    results = stored_run(registry, tmp_path / "s.sqlite", cells("none", "class_weight"), alike=True)
    for kind in KINDS:
        signs = "".join(canvas(drawn(results, kind)))
        assert min(signs.count("o"), signs.count("x")) >= 20


def test_names_do_not_steer_the_terminal(registry: Registry, tmp_path: Path) -> None:
    hostile = [Cell("a\x1b[2J\u202eb", "hold\rout", 0, "standard", "x\x1b]0;y\x07[red]", "m\nn", 0)]
    results = stored_run(registry, tmp_path / "s.sqlite", hostile)
    for kind in KINDS:
        text = drawn(results, kind)
        assert not [sign for sign in text if not sign.isprintable() and sign != "\n"]
        assert "[red]" in text


def test_what_is_not_drawn_is_said(registry: Registry, tmp_path: Path) -> None:
    good, bad = cells("none", "undersample")
    results = stored_run(registry, tmp_path / "s.sqlite", [good, bad], failed={bad: ("error", "no luck")})
    *_, last = drawn(results, "pr").splitlines()  # whole: what is piped is not wrapped
    assert "undersample with sklearn-lr: error: no luck" in last
    with pytest.raises(ImbbenchError, match="no luck"):
        drawn(replace(results, rows=results.rows[1:]), "pr")


def test_without_the_library_the_message_says_what_to_install(
    results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingDependency, match=r"plotext.*pip install 'imbbench\[plots\]'"):
        drawn(results, "pr")


def test_show_draws_a_stored_run(results: Results) -> None:
    assert results.store is not None
    shown = CliRunner().invoke(main, ["show", "--store", str(results.store), "--plot", "roc"])
    assert (shown.exit_code, shown.stdout) == (0, drawn(results, "roc"))
    asked = ["show", "--store", str(results.store), "-s", "undersample", "-m", "*-mlp", "--plot", "roc"]
    (picture,) = CliRunner().invoke(main, asked).stdout.removesuffix("\n\n").split("\n\n")
    assert "torch-mlp" in picture
    assert re.search("^[+] undersample", picture, re.MULTILINE)  # as in the picture of all
    assert "class_weight" not in picture
    refused = CliRunner().invoke(
        main, ["show", "--store", str(results.store), "--plot", "roc", "--format", "csv"]
    )
    assert refused.exit_code == 2
    assert "imbbench plot draws into an --output FILE" in refused.stderr
    ignored = ["show", "--store", str(results.store), "--plot", "roc", "--metrics", "f1", "--ci"]
    refused = CliRunner().invoke(main, ignored)
    assert refused.exit_code == 2
    assert "--plot draws the scores; leave --metrics and --ci out" in refused.stderr


@pytest.mark.parametrize("score", [-800.0, 0.0, 800.0])
@pytest.mark.parametrize("kind", KINDS)
def test_scores_that_are_all_the_same_are_drawn(kind: str, score: float) -> None:
    seen = Predictions(np.arange(20) % 2, np.full(20, score))
    curves = VIEWS[kind].points(seen)
    assert curves
    for x, y in curves:
        assert np.isfinite([x, y]).all()
        assert (np.diff(x) >= 0).all()
    ticks = VIEWS[kind].ticks(curves)
    assert all(axis[0] < axis[-1] for axis in ticks)
