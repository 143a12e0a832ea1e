"""Figures that a test holds: the fixture `imbbench_check`, for pytest.

It is there where it is asked for: `-p imbbench.pytest_plugin` on pytest's command line or in its setting
`addopts`, or `pytest_plugins = ["imbbench.pytest_plugin"]` in the topmost conftest.py.

    def test_figures_hold(imbbench_check):
        imbbench_check("baseline.json")  # beside this file; made by `imbbench baseline write`

Nothing in it needs pytest's rewriting of asserts: PYTEST_DONT_REWRITE.
"""

from __future__ import annotations

import contextlib
import io
import os
import shlex
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from imbbench import baseline_file
from imbbench.baseline import Baseline
from imbbench.baseline_part import part_of
from imbbench.bench import bench
from imbbench.check import Checked, checked, made_again, said_of
from imbbench.check_table import tables_of
from imbbench.check_text import cautions, summary
from imbbench.compare import FAILING
from imbbench.errors import ImbbenchError, UsageError
from imbbench.execute import INTERRUPTED
from imbbench.options import Options
from imbbench.plugins import load_plugins
from imbbench.rules import check_table, merged, rules_of
from imbbench.suggest import did_you_mean

if TYPE_CHECKING:
    from imbbench.components import Component
    from imbbench.plan import Choice
    from imbbench.registry import Registry

    Choices = Choice | Component | Sequence[Choice | Component] | None

_OPTIONS = (
    "threads", "device", "group", "executor", "jobs", "timeout", "memory_limit", "store", "fresh", "scores",
)  # fmt: skip
_WORDS = ("dataset", "split", "strategy", "model", "tolerance", "significance", "plugins", *_OPTIONS)


@pytest.fixture
def imbbench_check(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Check:
    """A function that runs what a baseline recorded, and fails the test if a figure became worse."""
    return Check(request.path.parent, request.config, monkeypatch)


@dataclass(frozen=True)
class Check:
    """What the fixture is: `imbbench check`, called from a test in `folder`."""

    folder: Path
    config: pytest.Config
    monkeypatch: pytest.MonkeyPatch

    def __call__(
        self,
        baseline: str | Path,
        dataset: Choices = None,
        strategy: Choices = None,
        model: Choices = None,
        *,
        split: Choices = None,
        tolerance: Mapping[str, Any] | None = None,
        significance: float | str | bool | None = None,
        plugins: Sequence[str] | None = None,
        **options: Any,
    ) -> Checked:
        """Run the plan of a baseline, or a part of it, and hold the figures against it.

        Parameters
        ----------
        baseline : path, relative to the folder of the test's file.
        dataset, strategy, model, split : which part of the baseline, in the words of `imbbench.run()`; all of
            it where nothing is said. Cells outside of the part are neither run nor missed. What is named must
            be in the baseline; globs and "all" choose by name among what it has. Component objects stand for
            the cells of their name; those that a test defines need executor="serial".
        tolerance, significance : as in a `[check]` table, {"roc_auc": 0.01, "tp": 2, "cost": "2%"}
            and 0.05 or "none"; what is not said is as in the baseline.
        plugins : names of modules to load; by default those that the baseline was written with.
        options : threads, device, group (by default as recorded), executor, jobs, timeout, memory_limit,
            store, fresh and scores of `imbbench.run()`. Without `store`, nothing is kept or taken.

        Returns what was found if the check passes. Fails the test, with the tables of `imbbench check` and
        without a traceback, if a metric is worse, a cell failed, is missing or cannot be compared, if
        nothing was compared, and for whatever is an `ImbbenchError` elsewhere.

        Relative paths in a baseline's specs (csv[path=...]) and modules named in `plugins` are looked for in
        the folder of pytest's configuration file, wherever pytest was started (without such a file: where it
        was started). Write the baseline there.
        """
        __tracebackhide__ = True
        chosen = {"dataset": dataset, "split": split, "strategy": strategy, "model": model}
        rules = {"tolerance": tolerance, "significance": significance}
        try:
            with contextlib.chdir(self._place()):
                path = Path(os.path.relpath(self.folder / baseline))
                table = check_table(_said(rules), "imbbench_check")
                known, registry = self._known(path, _said(chosen), plugins)
                found = _found(known, registry, table, options)
            problem = None if _holds(found) else _told(found, registry, path, self._width())
        except ImbbenchError as error:
            problem = f"imbbench: {error}"
        if problem is not None:
            pytest.fail(problem, pytrace=False)
        return found

    def _place(self) -> Path:
        """Where relative paths begin: the same wherever pytest was started, if that can be told."""
        return self.config.inipath.parent if self.config.inipath else self.config.invocation_params.dir

    def _known(
        self, path: Path, chosen: Mapping[str, Any], plugins: Sequence[str] | None
    ) -> tuple[Baseline, Registry]:
        """The part of the baseline that was chosen, and what makes it again."""
        whole = baseline_file.read(path)
        modules = whole.plan.plugins if plugins is None else plugins
        if modules:
            self.monkeypatch.syspath_prepend(Path.cwd())
        try:
            registry = load_plugins(modules)
        except UsageError as error:
            where = f"modules are looked for in {Path.cwd()}, too"
            raise UsageError(f"{error}; {where}") from error
        return part_of(whole, registry, chosen)

    def _width(self) -> int:
        """Columns of the terminal, which is hidden while a test's output is captured."""
        capture = self.config.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled() if capture else contextlib.nullcontext():
            return shutil.get_terminal_size().columns


def _said(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}


def _found(known: Baseline, registry: Registry, table: Mapping[str, Any], given: dict[str, Any]) -> Checked:
    """The check itself. KeyboardInterrupt if the user broke it off."""
    for name in given:
        if name not in _OPTIONS:
            hint = f"{did_you_mean(name, _WORDS)}; its arguments are {', '.join(_WORDS)}"
            raise UsageError(f"imbbench_check has no argument {name!r}{hint}")
    rules_of(merged(known.check, table), known.plan.metrics)
    given = {name: str(value) if name == "executor" else value for name, value in given.items()}
    if given.get("store") is not None:
        given["store"] = Path(given["store"])
    options = Options(**{**said_of(registry, known.plan), **given})
    results = made_again(registry, known.plan, lambda cells: bench(registry, cells, options))
    if any(row.reason == INTERRUPTED for row in results):
        raise KeyboardInterrupt
    return checked(known, results, registry, table)


def _holds(found: Checked) -> bool:
    """Whether the check passed, and compared anything."""
    return found.passed and found.compared


def _told(found: Checked, registry: Registry, path: Path, width: int) -> str:
    """The failure: how many cells have which verdict, the tables, what to do."""
    from imbbench.builtin.rich_report import print_tables

    stream = io.StringIO()
    stream.write(f"{summary(found)}, held against {path}\n\n")
    print_tables(tables_of(found, verbose=found.passed), stream, width)
    lines = cautions(found)
    lines += [f"{provider} failed to load: {provider.error}" for provider in registry.failures]
    if found.passed:
        lines.append("nothing was compared: no cell has figures both in the baseline and now")
    elif any(finding.verdict in FAILING - {"failed"} for finding in found.findings):
        command = f"imbbench baseline update {shlex.quote(str(path))} --only NAME"
        lines.append(f"To accept it on purpose: {command}")
    stream.write("\n".join(filter(None, lines)))
    return stream.getvalue()
