"""Runs that survive: what the issue of lost hours promises, each with the real thing: real processes that
hang, crash and are killed, a real plugin package that is edited, a real store."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

#: Components that do what must not take anything else with it. Every fit leaves a line in a file.
TROUBLE = """
import ctypes, os, sys, time
from pathlib import Path
import numpy as np
import pandas as pd
from imbbench import Card, Data, Dataset, Model, Strategy, hookimpl

LOG = Path(__file__).with_name("fits.log")

def note(what):
    with LOG.open("a") as file:
        file.write(what + "\\n")

class Unpicklable(Exception):
    def __init__(self, one, two):
        super().__init__("one argument where two are needed")

class Fits:
    def __init__(self, name, act=lambda: None):
        self.name, self.act = name, act
    def fit(self, train):
        note(self.name)
        self.act()
        self.mean = float(train.X[train.y == 1].mean())
        return self
    def decision_function(self, X):
        return X[:, 0] * self.mean

def hang():
    time.sleep(600)

def hang_natively():
    libc = ctypes.PyDLL(None)  # keeps the interpreter's lock
    libc.sleep(600)

def segfault():
    ctypes.string_at(0)

def allocate():
    kept = []
    while True:
        kept.append(np.ones(2**24))

def unpicklable():
    raise Unpicklable(1, 2)

def interrupt():
    raise KeyboardInterrupt

ACTS = dict(fine=lambda: None, raises=lambda: 1 / 0, hangs=hang, native=hang_natively, segfaults=segfault,
            exits=lambda: sys.exit(3), dies=lambda: os._exit(4), aborts=os.abort, hogs=allocate,
            unpicklable=unpicklable, interrupts=interrupt, slow=lambda: time.sleep(0.3))

def rows(seed=0, n=200):
    rng = np.random.default_rng(seed)
    y = np.repeat([0, 1], [n - n // 5, n // 5])
    return Data(pd.DataFrame(rng.normal(size=(n, 3)) + y[:, None], columns=list("abc")), y)

def load(act):
    def loader():
        note("load")
        act()
        return rows()
    return loader

CARD = Card("rows", "made here", "none", "none", 200, 0.2)

def model(name, act):
    def build(context, *, number: int = 0):
        return Fits(f"{name} {number}", act)
    return Model(name, build, in_all=name == "fine")

@hookimpl
def imbbench_models():
    return [model(name, act) for name, act in ACTS.items()]

@hookimpl
def imbbench_datasets():
    acts = dict(good=lambda: None, other=lambda: None, load_raises=lambda: 1 / 0, load_hangs=hang,
                load_segfaults=segfault)
    return [Dataset(name, load(act), CARD, in_all=False) for name, act in acts.items()]
"""


@pytest.fixture
def place(tmp_path):
    """A folder with the plugin `trouble` in it."""
    (tmp_path / "trouble.py").write_text(TROUBLE)
    return tmp_path


def environment(place):
    kept = {key: value for key, value in os.environ.items() if not key.startswith("IMBBENCH")}
    return kept | {"IMBBENCH_OFFLINE": "1", "XDG_CACHE_HOME": str(place / "cache"), "PYTHONPATH": str(place)}


def command(*arguments):
    return [sys.executable, "-m", "imbbench", *arguments]


def imbbench(place, *arguments, **options):
    """The finished command."""
    return subprocess.run(
        command(*arguments), cwd=place, env=environment(place), capture_output=True, text=True, check=False,
        timeout=100, **options,
    )  # fmt: skip


def cells(done):
    """The rows of a JSON report, by (dataset, split's fold, strategy, model)."""
    return {
        (row["dataset"], row["fold"], row["strategy"], row["model"]): row
        for row in json.loads(done.stdout)["cells"]
    }


def fits(place):
    log = place / "fits.log"
    return Counter(log.read_text().splitlines()) if log.exists() else Counter()


JSON = ("-p", "trouble", "--format", "json")


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_whatever_a_model_does_it_is_one_row_and_all_others_are_ok(place, jobs):
    bad = {
        "raises": ("error", "raised ZeroDivisionError: division by zero"),
        "hangs": ("timeout", "stopped after 2 s, the time limit"),
        "native": ("timeout", "stopped after 2 s, the time limit"),
        "segfaults": ("crashed", "killed by SIGSEGV"),
        "exits": ("error", "raised SystemExit: 3"),
        "dies": ("crashed", "ended with exit code 4"),
        "aborts": ("crashed", "killed by SIGABRT"),
        "hogs": ("crashed", "memory limit of 0.3 GB reached"),
        "unpicklable": ("error", "raised Unpicklable"),
        "interrupts": ("error", "raised KeyboardInterrupt"),
    }
    models = ",".join(["fine", *bad, "sklearn-lr", "fine[number=2]"])
    begun = time.monotonic()
    done = imbbench(
        place, "-d", "good", "-s", "none", "-m", models, *JSON, "--jobs", jobs, "--timeout", "2",
        "--memory-limit", "300MB",
    )  # fmt: skip
    rows = cells(done)
    assert len(rows) == len(bad) + 3
    for (_, _, _, model), row in rows.items():
        status, reason = bad.get(model, ("ok", ""))
        assert row["status"] == status, (model, row["reason"])
        assert reason in row["reason"]
    assert done.returncode == 3
    assert time.monotonic() - begun < 60


def test_whatever_a_dataset_does_only_its_cells_fail(place):
    (place / "broken_plugin.py").write_text("def (")
    info = place / "broken_plugin-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken-plugin\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[imbbench]\nbroken = broken_plugin\n")
    done = imbbench(
        place, "-d", "load_raises,load_hangs,load_segfaults,good", "-s", "none", "-m", "fine,sklearn-lr", *JSON,
        "--timeout", "2",
    )  # fmt: skip
    statuses = {(dataset, model): row["status"] for (dataset, _, _, model), row in cells(done).items()}
    for dataset, status in [
        ("load_raises", "error"),
        ("load_hangs", "timeout"),
        ("load_segfaults", "crashed"),
        ("good", "ok"),
    ]:
        assert {statuses[dataset, "fine"], statuses[dataset, "sklearn-lr"]} == {status}
    assert done.returncode == 3
    assert (
        "plugin 'broken' (broken-plugin 1.0) failed to load: importing broken_plugin raised SyntaxError"
        in (done.stderr)
    )


def test_a_store_that_cannot_be_written_is_told_before_anything_runs(place):
    (place / "file").write_text("no folder")
    for store in ("file/x.sqlite", "file", "."):
        done = imbbench(place, "-d", "good", "-s", "none", "-m", "fine", *JSON, "--store", store)
        assert done.returncode == 2
        assert done.stderr.startswith("Error: store"), done.stderr
        assert "Traceback" not in done.stderr
    assert (place / "file").read_text() == "no folder"
    assert not fits(place)


def test_a_disk_that_is_full_half_way_costs_no_row(place):
    resource = pytest.importorskip("resource")
    limit = 1_000_000  # bytes of a file: what is written to the store, before it is tidied, in 25 cells

    def small_disk():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    models = ",".join(f"fine[number={number}]" for number in range(60))
    done = imbbench(
        place, "-d", "good", "-s", "none", "-m", models, *JSON, "--jobs", "1", preexec_fn=small_disk
    )
    assert [row["status"] for row in cells(done).values()] == ["ok"] * 60, done.stderr
    assert "disk full" in done.stderr
    assert "from here nothing of it is kept" in done.stderr
    again = imbbench(place, "-d", "good", "-s", "none", "-m", models, *JSON)
    kept = sum(row["cached"] for row in cells(again).values())
    assert 0 < kept < 60
    assert {name: row["metrics"] for name, row in cells(again).items()} == {
        name: row["metrics"] for name, row in cells(done).items()
    }


def processes_of(session):
    """Processes of a session, as the kernel lists them."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                text = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if int(fields[3]) == session and fields[0] != "Z":
                found.append(f"{entry.name} {fields[0]} {text}")
    return found


def wait_for(condition, seconds=40):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="lists processes through /proc")
SLOW = ("-d", "good", "-s", "none", "-m", "slow", "--split", "kfold[n_splits=10]", *JSON)


@needs_proc
def test_sigkill_half_way_then_exactly_the_missing_cells_are_fitted(place):
    unbroken = imbbench(place, *SLOW, "--jobs", "2", "--store", "unbroken.sqlite")
    (place / "fits.log").unlink()
    process = subprocess.Popen(
        command(*SLOW, "--jobs", "2"), cwd=place, env=environment(place), start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    wait_for(lambda: fits(place)["slow 0"] >= 5)
    process.kill()
    process.wait()
    killed = time.monotonic()
    wait_for(lambda: not processes_of(process.pid), seconds=5)
    assert time.monotonic() - killed <= 5
    with sqlite3.connect(place / ".imbbench" / "results.sqlite") as store:
        (kept,) = store.execute("SELECT count(*) FROM cells WHERE status = 'ok'").fetchone()
    assert 3 <= kept < 10
    (place / "fits.log").unlink()
    again = imbbench(place, *SLOW, "--jobs", "2")
    assert fits(place)["slow 0"] == 10 - kept
    rows, expected = cells(again), cells(unbroken)
    assert sum(row["cached"] for row in rows.values()) == kept
    assert {name: row["metrics"] for name, row in rows.items()} == {
        name: row["metrics"] for name, row in expected.items()
    }
    assert {name: row["key"] for name, row in rows.items()} == {
        name: row["key"] for name, row in expected.items()
    }


@needs_proc
@pytest.mark.parametrize("ignored", [False, True], ids=["as usual", "inherited as ignored"])
def test_one_sigint_stops_and_shows_what_was_done(place, ignored):
    process = subprocess.Popen(
        command(*SLOW, "--jobs", "2"), cwd=place, env=environment(place), start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=(lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)) if ignored else None,
    )  # fmt: skip
    wait_for(lambda: fits(place)["slow 0"] >= 5)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=20)
    assert process.returncode == 130, stderr
    statuses = Counter(row["status"] for row in json.loads(stdout)["cells"])
    assert statuses.keys() == {"ok", "interrupted"}
    assert statuses["ok"] >= 3
    assert "Traceback" not in stderr
    wait_for(lambda: not processes_of(process.pid), seconds=5)
    begun = fits(place)["slow 0"]
    again = imbbench(place, *SLOW, "--jobs", "2")
    assert Counter(row["status"] for row in cells(again).values()) == {"ok": 10}
    assert fits(place)["slow 0"] - begun == 10 - statuses["ok"]


@needs_proc
@pytest.mark.parametrize("executor", ["processes", "serial"])
def test_the_second_sigint_ends_it_at_once(place, executor):
    process = subprocess.Popen(
        command("-d", "good", "-s", "none", "-m", "native" if executor == "processes" else "hangs", *JSON,
                "--executor", executor),
        cwd=place, env=environment(place), start_new_session=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    wait_for(lambda: sum(fits(place).values()) >= 2)  # the load and the fit
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=10)
    assert process.returncode == 130
    wait_for(lambda: not processes_of(process.pid), seconds=5)


def test_no_figure_depends_on_the_executor_or_the_number_of_jobs(place):
    selection = (
        "-d", "good,moons[n_samples=300]", "-s", "all", "-m",
        "fine,sklearn-lr,sklearn-rf[n_estimators=20],torch-linear[epochs=1,min_steps=30]", "--split",
        "kfold[n_splits=2]", *JSON,
    )  # fmt: skip
    runs = [
        cells(imbbench(place, *selection, "--store", f"{number}.sqlite", *how))
        for number, how in enumerate([("--executor", "serial"), ("--jobs", "1"), ("--jobs", "2")])
    ]
    compared = ("metrics", "status", "key", "counts", "info", "notes", "device")
    first = {name: {field: row[field] for field in compared} for name, row in runs[0].items()}
    assert {row["status"] for row in first.values()} == {"ok"}
    for run in runs[1:]:
        assert {name: {field: row[field] for field in compared} for name, row in run.items()} == first


def test_two_equal_cells_of_one_plan_are_fitted_once(place):
    table = "a,b,label\n" + "".join(f"{i % 7},{i % 5},{int(i % 4 == 0)}\n" for i in range(200))
    for name in ("one.csv", "two.csv"):
        (place / name).write_text(table)
    data = [f"csv[path={name},target=label]" for name in ("one.csv", "two.csv")]
    done = imbbench(place, "-d", ",".join(data), "-s", "none", "-m", "fine", *JSON, "--jobs", "2")
    rows = list(cells(done).values())
    assert fits(place)["fine 0"] == 1
    assert [row["status"] for row in rows] == ["ok", "ok"]
    assert rows[0]["metrics"] == rows[1]["metrics"]
    assert rows[0]["key"] == rows[1]["key"]
    assert sorted(row["cached"] for row in rows) == [False, True]


#: A plugin package, with parts in modules of their own.
FILES = {
    "__init__.py": (
        "from my_plugin import data, fitting, treating\nfrom imbbench import hookimpl\n"
        "@hookimpl\ndef imbbench_datasets(): return data.DATASETS\n"
        "@hookimpl\ndef imbbench_strategies(): return treating.STRATEGIES\n"
        "@hookimpl\ndef imbbench_models(): return fitting.MODELS\n"
    ),
    "data.py": (
        "from imbbench import Card, Data, Dataset\nfrom my_plugin import shared\n"
        "CARD = Card('rows', 'made here', 'none', 'none', 100, 0.2)\n"
        "def one(): return shared.rows(0)\n"
        "def two(*, path: str): return shared.rows(int(open(path).read()))\n"
        "def files(*, path: str): return [path]\n"
        "DATASETS = [Dataset('one', one, CARD), Dataset('two', two, CARD, files=files)]\n"
    ),
    "shared.py": (
        "import numpy as np, pandas as pd\nfrom imbbench import Data\n"
        "def rows(seed):\n"
        "    rng = np.random.default_rng(seed)\n    y = np.repeat([0, 1], [80, 20])\n"
        "    return Data(pd.DataFrame(rng.normal(size=(100, 2)) + y[:, None], columns=['a', 'b']), y)\n"
    ),
    "treating.py": (
        "from imbbench import Strategy\ndef keep(train, seed, *, times: int = 1): return train\n"
        "STRATEGIES = [Strategy('keep', keep)]\n"
    ),
    "fitting.py": (
        "from imbbench import Model\nfrom my_plugin.line import Line\n"
        "def line(context, *, slope: float = 1.0): return Line(slope)\n"
        "MODELS = [Model('line', line)]\n"
    ),
    "line.py": (
        "class Line:\n"
        "    def __init__(self, slope): self.slope = slope\n"
        "    def fit(self, train): return self\n"
        "    def decision_function(self, X): return X[:, 0] * self.slope\n"
    ),
    "unused.py": "NOTHING = 0\n",
}


class Package:
    """The plugin package in a folder, where it can be edited."""

    def __init__(self, place):
        self.folder = place / "my_plugin"
        self.folder.mkdir()
        for name, text in FILES.items():
            (self.folder / name).write_text(text)
        (place / "seed.txt").write_text("1")

    def edit(self, name, old, new):
        text = (self.folder / name).read_text()
        assert old in text
        (self.folder / name).write_text(text.replace(old, new))


def test_an_edit_refits_exactly_the_cells_that_it_touches(place):
    package = Package(place)

    def fitted(*changed):
        """Which cells were not taken from the store."""
        done = imbbench(
            place, "-p", "my_plugin", "--format", "json", "--executor", "serial",
            "-d", "one,two[path=seed.txt]", "-s",
            changed[0] if changed else "none,keep", "-m", changed[1] if changed else "line,sklearn-lr",
        )  # fmt: skip
        rows = cells(done)
        assert {row["status"] for row in rows.values()} == {"ok"}, done.stdout
        return {
            (dataset.partition("[")[0], strategy, model)
            for (dataset, _, strategy, model), row in rows.items()
            if not row["cached"]
        }

    everything = {(d, s, m) for d in ("one", "two") for s in ("none", "keep") for m in ("line", "sklearn-lr")}
    assert fitted() == everything
    package.edit("unused.py", "0", "1  # nobody imports this")
    assert fitted() == set()
    package.edit("line.py", "X[:, 0]", "X[:, 1]")  # a module that the model's module imports
    assert fitted() == {cell for cell in everything if cell[2] == "line"}
    package.edit("treating.py", "return train", "return train  # a comment in its own module counts")
    assert fitted() == {cell for cell in everything if cell[1] == "keep"}
    (place / "seed.txt").write_text("2")  # the data of one dataset
    assert fitted() == {cell for cell in everything if cell[0] == "two"}
    package.edit("data.py", "shared.rows(0)", "shared.rows(3)")  # the code of both datasets' module
    assert fitted() == everything
    assert fitted("keep,keep[times=2]", "line,line[slope=2.0]") == {
        (dataset, strategy, model)
        for dataset in ("one", "two")
        for strategy, model in [
            ("keep[times=2]", "line"), ("keep", "line[slope=2.0]"), ("keep[times=2]", "line[slope=2.0]"),
        ]
    }  # fmt: skip


def test_explain_names_the_part_that_changed(place):
    package = Package(place)
    selection = ("-p", "my_plugin", "-d", "two[path=seed.txt]", "-s", "keep", "-m", "line")
    assert "no run is stored" in imbbench(place, "explain", *selection).stderr
    imbbench(place, *selection, "--executor", "serial")
    name = "two[path=seed.txt] · holdout · keep · line: "
    assert imbbench(place, "explain", *selection).stdout.startswith(name + "stored, not fitted again")
    assert imbbench(place, "explain", *selection[:-1], "line[slope=2.0]").stdout.endswith(
        "no cell of that name is stored\n"
    )
    assert "threads was 1, is 2" in imbbench(place, "explain", *selection, "--threads", "2").stdout
    package.edit("line.py", "X[:, 0]", "X[:, 1]")
    assert (
        "fitted again: model 'line': its code, or that of a module it imports, changed"
        in imbbench(place, "explain", *selection).stdout
    )
    package.edit("line.py", "X[:, 1]", "X[:, 0]")
    os.utime(place / "seed.txt", (1, 1))
    assert "fitted again if the rows are not those in run 1" in imbbench(place, "explain", *selection).stdout


LOADED = """
import sys
from imbbench.cli import main
try:
    main(sys.argv[1:], prog_name="imbbench", standalone_mode=False)
except SystemExit:
    pass
print(*sys.modules, file=sys.stderr)
"""


def test_a_cached_run_of_500_cells_imports_no_library_and_starts_no_process(place):
    models = "sklearn-lr,torch-linear[epochs=1,min_steps=1]"
    selection = (
        "-d", "moons[n_samples=200],circles[n_samples=200]", "-s", "all", "-m", models, "--split",
        "kfold[n_repeats=6]",
    )  # fmt: skip
    first = imbbench(place, *selection, "--jobs", "2")
    assert "480 cells: 480 ok" in first.stdout, first.stderr
    again = subprocess.run(
        [sys.executable, "-c", LOADED, *selection], cwd=place, env=environment(place), capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert "480 cells: 480 ok; 480 taken from the store" in again.stdout, again.stderr
    loaded = {name.partition(".")[0] for name in again.stderr.split()}
    assert not loaded & {"numpy", "pandas", "scipy", "sklearn", "torch", "pebble"}
    assert not any(name.startswith("multiprocessing.fork") for name in again.stderr.split())
    tables = [text.partition("cells:")[0] for text in (first.stdout, again.stdout)]
    assert tables[0] == tables[1]
