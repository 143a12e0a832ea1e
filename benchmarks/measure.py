"""What the benchmarks share: sides measured in turn, processes, the imports of a run, and the table.

Nothing heavy is imported here: a process that starts others must stay smaller than they are, since
on Linux a child's peak begins at the size of the process that started it. POSIX only.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tabulate import tabulate
from tqdm import tqdm

from imbbench.environment import environment
from imbbench.plugins import load_plugins

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 86
#: Repetitions of a side, and of one that takes longer than LONG seconds.
MANY, FEW, LONG = 5, 3, 20.0

Figures = dict[str, float]
#: Number of the repetition -> its figures; "seconds" is its wall time unless it says otherwise.
Side = Callable[[int], Figures]

# No benchmark waits for a network; creditcard is then the simulated stand-in, unless its file is here.
os.environ["IMBBENCH_OFFLINE"] = "1"
os.environ.setdefault("IMBBENCH_DATA", str(ROOT / "datasets"))
# Modules are compiled once, as wherever imbbench is installed.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def parser(doc: str, repeats: int | None = None) -> argparse.ArgumentParser:
    """A parser that shows the script's docstring and knows `--repeats`, whose default is given."""
    made = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = f"{repeats}" if repeats else f"{MANY}; {FEW} where one takes over {LONG:g} s"
    text = f"repetitions of each side  [default: {default}]"
    made.add_argument("--repeats", type=int, default=repeats, metavar="N", help=text)
    return made


def alternate(sides: Mapping[str, Side], repeats: int | None = None) -> dict[str, list[Figures]]:
    """Measure all sides in turn, round by round, so that a change of the machine's pace meets all.

    Returns the figures of each repetition, by side.
    """
    done: dict[str, list[Figures]] = {name: [] for name in sides}
    rounds = range(repeats or MANY)
    with tqdm(total=len(sides) * len(rounds), leave=False, disable=None) as progress:
        for repetition in rounds:
            for name, side in sides.items():
                progress.set_description(f"{name}, {repetition + 1} of {len(rounds)}")
                enough = repeats is None and repetition >= FEW and median(done[name]) > LONG
                if not enough:
                    gc.collect()
                    start = time.perf_counter()
                    figures = side(repetition)
                    done[name].append({"seconds": time.perf_counter() - start} | figures)
                progress.update()
    return done


def median(repetitions: Sequence[Figures], figure: str = "seconds") -> float:
    """The median of one figure over repetitions."""
    return statistics.median(figures[figure] for figures in repetitions)


def machine() -> str:
    """CPU, cores this process may use, and versions, in lines of at most WIDTH columns."""
    here = environment(load_plugins(), "cpu")
    names = ("python", "torch", "scikit-learn", "imbbench")
    versions = ", ".join(f"{name} {here['versions'][name]}" for name in names)
    cores = f"{here['cores']} of {os.cpu_count()} cores"
    return textwrap.fill(f"{here['cpu']}, {cores}; {versions}", WIDTH)


def show(title: str, rows: Sequence[Sequence[object]], headers: Sequence[str]) -> None:
    """Print a table under its title; None is an empty field."""
    print(f"\n{textwrap.fill(title, WIDTH)}\n", flush=True)
    align = ("left", *("right" for _ in headers[1:]))
    print(tabulate(rows, headers, tablefmt="simple", colalign=align, disable_numparse=True), flush=True)


@dataclass(frozen=True)
class Finished:
    """A process that has ended well: wall seconds, peak memory (largest of it and its own children)."""

    seconds: float
    peak_mb: float
    output: str

    @property
    def figures(self) -> Figures:
        return {"seconds": self.seconds, "peak_mb": self.peak_mb}


def process(command: Sequence[str | Path], **env: str) -> Finished:
    """Run a command in an empty folder, where nothing is stored; a failure ends the benchmark with its
    last words."""
    with (
        tempfile.TemporaryFile("w+") as output,
        tempfile.TemporaryFile("w+") as errors,
        tempfile.TemporaryDirectory() as folder,
    ):
        words = [str(word) for word in command]
        start = time.perf_counter()
        child = subprocess.Popen(words, cwd=folder, env=os.environ | env, stdout=output, stderr=errors)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            errors.seek(0)
            sys.exit(f"{' '.join(words)[:400]}\nended with code {child.returncode}:\n{errors.read()[-2000:]}")
        output.seek(0)
        unit = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, in bytes
        return Finished(seconds, usage.ru_maxrss * unit / 1e6, output.read())


_RECORD = """
import atexit, pathlib, sys
target = pathlib.Path(sys.argv.pop(1))
atexit.register(lambda: target.write_text("\\n".join(sys.modules)))
from imbbench.cli import main
main(prog_name="imbbench")
"""
_IMPORT = """
import contextlib, importlib, sys
from pathlib import Path
for name in Path(sys.argv[1]).read_text().split():
    with contextlib.suppress(ImportError):  # names that are attributes made to look like modules
        importlib.import_module(name)
"""


def recorded(arguments: Sequence[str], modules: Path) -> Finished:
    """Run `imbbench` in one process and write to `modules` the names of all modules but its own that it
    had imported when it ended, in the order of their import."""
    finished = process([sys.executable, "-c", _RECORD, modules, *arguments, "--executor", "serial"])
    names = modules.read_text().split()
    others = [name for name in names if name.partition(".")[0] not in {"imbbench", "__main__"}]
    modules.write_text("\n".join(others))
    return finished


def imports(modules: Path) -> Finished:
    """A process that only imports these modules."""
    return process([sys.executable, "-c", _IMPORT, modules])
