"""What starting up costs: `imbbench --help`, `imbbench list`, and a small run beyond its imports.

    python benchmarks/startup.py

The commands are the installed ones, measured from outside by the wall; the runs are in one process
(`--executor serial`). The imports of a run are measured by a process that imports exactly the modules,
third-party and of the standard library, that the run has imported when it ends (imbbench's own are left
out), in the same order. The difference is what the run costs beyond the interpreter and its imports:
imbbench's own modules, finding plugins, planning, generating 100 rows, one fit, all metrics, the store
and the report.
"""

from __future__ import annotations

import sys
import tempfile
from functools import partial
from pathlib import Path

from measure import Figures, alternate, imports, machine, median, parser, process, recorded, show

COMMAND = Path(sys.executable).with_name("imbbench")
RUNS = {
    model: ["-d", "moons[n_samples=100]", "-s", "none", "-m", model]
    for model in ("sklearn-lr", "torch-linear[epochs=1,min_steps=0]")
}


def _command(words: list[str | Path], _: int) -> Figures:
    return process(words).figures


def _imports(modules: Path, _: int) -> Figures:
    return imports(modules).figures


def main() -> None:
    repeats = parser(__doc__ or "").parse_args().repeats
    print(machine())
    sides = {
        "python -c pass": partial(_command, [sys.executable, "-c", "pass"]),
        "--help": partial(_command, [COMMAND, "--help"]),
        "list": partial(_command, [COMMAND, "list"]),
    }
    with tempfile.TemporaryDirectory() as folder:
        for number, (model, words) in enumerate(RUNS.items()):
            modules = Path(folder) / str(number)
            recorded(words, modules)
            sides[model] = partial(_command, [COMMAND, *words, "--executor", "serial"])
            sides[f"imports of {model}"] = partial(_imports, modules)
        seconds = {name: median(done) for name, done in alternate(sides, repeats).items()}
    rows: list[tuple[str, float, str]] = [
        ("the interpreter: python -c pass", seconds["python -c pass"], ""),
        ("imbbench --help", seconds["--help"], "<= 0.15"),
        ("imbbench list", seconds["list"], "<= 0.30"),
    ]
    for model in RUNS:
        run, alone = seconds[model], seconds[f"imports of {model}"]
        rows += [
            (f"a run of {model.partition('[')[0]}", run, ""),
            ("... of which interpreter and imports", alone, ""),
            ("... of which what is beyond them", run - alone, "<= 0.30"),
        ]
    show(
        "Starting up, wall seconds; runs are of moons[n_samples=100] x none, torch-linear with one step",
        [(what, f"{value:.3f}", goal) for what, value, goal in rows],
        ("what", "seconds", "goal"),
    )


if __name__ == "__main__":
    main()
