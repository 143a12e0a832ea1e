"""Who does the work of a run, with how many cores, how much memory, and what it imports."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from imbbench import Card, Dataset, Executor, Model, Strategy, hire, processes
from imbbench.builtin.executors import Serial
from imbbench.errors import UsageError
from imbbench.options import Options
from imbbench.orders import Answer, FindDevice
from imbbench.result import Cell
from imbbench.settings import Settings
from imbbench.store import Store
from imbbench.work import work

GB = 10**9
CELLS = [Cell("moons", "kfold", fold, "standard", "none", "sklearn-lr", 0) for fold in range(5)]


def at_top_level(train, seed):
    return train


@pytest.fixture
def machine(monkeypatch):
    """machine(cores, free): what this process was granted."""

    def granted(cores, free):
        monkeypatch.setattr(hire, "cores", lambda: cores)
        monkeypatch.setattr(hire, "free_memory", lambda: free)

    granted(8, 100 * GB)
    return granted


@pytest.fixture
def hired(registry, machine, monkeypatch):
    """hired(cells, ...) -> (crew, jobs that its executor was made for)."""
    monkeypatch.setattr(processes, "preload", lambda modules: pytest.fail("it has no forkserver here"))
    made = {}

    def create(jobs):
        made["jobs"] = jobs
        return Serial()

    def hiring(cells=CELLS, known=registry, executor="mine", **options):
        known = replace(known.with_components([Executor("mine", create)]), handed=known.handed)
        made.clear()
        crew = hire.hire(known, Options(executor=executor, **options), Settings(), cells)
        assert not made, "made when there is something to do"
        crew._create()
        return crew, made["jobs"]

    return hiring


@pytest.mark.parametrize(
    ("cores", "free", "cells", "expected"),
    [
        (8, 100 * GB, 5, 5),  # as many as there are cells
        (2, 100 * GB, 5, 2),  # as many as cores
        (8, GB, 5, 3),  # 300 MB each
        (1, 100 * GB, 5, 1),
        (8, 0, 5, 1),  # at least one
    ],
)
def test_auto_is_as_many_as_cores_cells_and_memory_allow(hired, machine, cores, free, cells, expected):
    machine(cores, free)
    crew, jobs = hired(CELLS[:cells])
    assert jobs == expected
    assert crew.cores == cores, "a forest may take those that are idle"


def test_large_tables_need_memory(hired, machine):
    machine(8, 2 * GB)
    large = [Cell("creditcard", "kfold", fold, "standard", "none", "sklearn-lr", 0) for fold in range(5)]
    assert hired(large)[1] < hired(CELLS)[1]


def test_a_number_is_taken_as_it_is(hired, machine):
    machine(1, 0)
    crew, jobs = hired(jobs=7)
    assert (crew.cores, jobs) == (7, 7)


def test_workers_import_what_the_plan_needs_and_no_more(registry, monkeypatch):
    found = []
    monkeypatch.setattr(processes, "preload", found.append)

    def modules(model):
        cell = Cell("moons", "holdout", 0, "standard", "none", model, 0)
        hire.hire(registry, Options(jobs=1), Settings(), [cell])._create().stop()
        return found.pop()

    assert "torch" not in modules("sklearn-lr")
    assert "torch" in modules("torch-linear")
    assert "sklearn.ensemble" in modules("sklearn-rf")
    assert "sklearn.ensemble" not in modules("torch-linear")
    assert "pandas" in modules("torch-linear")


def limits(crew):
    return crew._limits.timeout, crew._limits.memory


def test_limits_reach_the_crew_and_its_workers(hired, machine):
    crew, _ = hired(timeout=3.0, memory_limit=GB)
    assert limits(crew) == (3.0, GB)
    assert crew._work.func is work
    assert crew._work.args[0].memory == GB
    assert limits(hired(memory_limit=None)[0]) == (None, None)


def test_auto_memory_is_a_share_of_what_is_free_for_processes_of_this_machine(registry, machine, hired):
    machine(4, 10 * GB)
    crew = hire.hire(registry, Options(jobs=4), Settings(), CELLS)
    assert limits(crew) == (None, 2 * GB)
    assert limits(hired(jobs=4)[0]) == (None, None), "another executor's machines have memory of their own"


def test_a_worker_becomes_like_this_process(hired, registry, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IMBBENCH_MIRROR", "here")
    setup = hired()[0]._work.args[0]
    assert setup.folder == str(tmp_path)
    assert ("IMBBENCH_MIRROR", "here") in setup.environment
    assert setup.settings == Settings()
    assert (setup.plugins, setup.without) == ((), ())


# -- executors that work in this process


def test_serial_does_one_thing_at_a_time_and_lends_it_all_cores(registry, machine):
    crew = hire.hire(registry, Options(executor="serial"), Settings(), CELLS)
    assert (crew.cores, crew._helpers, limits(crew)) == (1, 7, (None, None))
    assert crew.ask(FindDevice("cpu")) == Answer(value="cpu")


@pytest.mark.parametrize(
    ("given", "named"),
    [({"timeout": 5.0}, "--timeout"), ({"memory_limit": GB}, "--memory-limit"), ({"jobs": 2}, "--jobs")],
)
def test_serial_refuses_limits(registry, given, named):
    with pytest.raises(UsageError, match=f"leave {named} out or use --executor processes"):
        hire.hire(registry, Options(executor="serial", **given), Settings(), CELLS)


@pytest.mark.parametrize(
    "given", [{"jobs": 1}, {"jobs": "auto"}, {"memory_limit": None}, {"memory_limit": "auto"}]
)
def test_serial_takes_what_it_keeps_anyway(registry, given):
    assert hire.hire(registry, Options(executor="serial", **given), Settings(), CELLS).cores == 1


def test_an_executor_that_is_not_there_is_told(registry):
    with pytest.raises(UsageError, match="no executor named 'slurm'"):
        hire.hire(registry, Options(executor="slurm"), Settings(), CELLS)


# -- components that are handed over


@pytest.mark.parametrize(
    "component",
    [
        Strategy("mine", lambda train, seed: train),
        Model("mine", type("Local", (), {})),
        Dataset("mine", (n for n in [1]).__next__, Card("", "", "", "")),
    ],
)
def test_what_cannot_travel_is_told_with_the_way_out(registry, component):
    with pytest.raises(UsageError, match=r"'mine' cannot be sent to worker processes.*executor='serial'"):
        hire.hire(registry.with_components([component]), Options(), Settings(), CELLS)
    assert hire.hire(registry.with_components([component]), Options(executor="serial"), Settings(), CELLS)


def test_what_can_be_imported_travels(registry):
    known = registry.with_components([Strategy("mine", at_top_level)])
    setup = hire.hire(known, Options(), Settings(), CELLS)._work.args[0]
    assert b"at_top_level" in setup.handed
    assert hire.hire(registry, Options(), Settings(), CELLS)._work.args[0].handed == b""


def test_what_is_defined_in_a_script_is_told(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import imbbench\n"
        "def mine(train, seed):\n"
        "    return train\n"
        "try:\n"
        "    imbbench.run('moons', imbbench.Strategy('mine', mine), 'sklearn-lr')\n"
        "except imbbench.UsageError as error:\n"
        "    print(error)\n"
    )
    run = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert "'mine' are defined in __main__" in run.stdout, run.stderr
    assert "executor='serial'" in run.stdout


# -- the device


class Asked:
    """A crew that finds what it is told to."""

    def __init__(self, answer):
        self.answer = answer
        self.orders = []

    def ask(self, order):
        self.orders.append(order)
        return self.answer


NETWORK = [Cell("moons", "holdout", 0, "standard", "none", "torch-linear", 0)]


def device(registry, asked, cells, crew, store=None):
    with store or Store.open(None) as store:
        return hire.resolved_device(asked, registry, cells, store, crew)


@pytest.mark.parametrize(("asked", "cells"), [("cpu", NETWORK), ("cpu", CELLS), ("auto", CELLS)])
def test_nobody_is_asked_where_the_answer_is_known(registry, asked, cells):
    crew = Asked(None)
    assert device(registry, asked, cells, crew) == "cpu"
    assert crew.orders == []


def test_a_worker_finds_the_device_and_it_is_remembered(registry, tmp_path):
    path, crew = tmp_path / "store.sqlite", Asked(Answer(value="cuda:0"))
    for _ in range(2):
        assert device(registry, "auto", NETWORK, crew, Store.open(path)) == "cuda:0"
    assert crew.orders == [FindDevice("auto")]
    assert device(registry, "cuda", NETWORK, crew, Store.open(path)) == "cuda:0"
    assert crew.orders == [FindDevice("auto"), FindDevice("cuda")]


def test_a_device_that_was_asked_for_by_name_must_be_there(registry, tmp_path):
    path, crew = tmp_path / "store.sqlite", Asked(Answer("error", "--device: no device 'cuda' here"))
    for _ in range(2):  # what is not there may be there the next time
        with pytest.raises(UsageError, match="no device 'cuda' here"):
            device(registry, "cuda", CELLS, crew, Store.open(path))
    assert len(crew.orders) == 2


def test_the_user_may_break_off_while_it_is_looked_for(registry):
    with pytest.raises(KeyboardInterrupt):
        device(registry, "auto", NETWORK, Asked(None))


def test_nothing_large_is_imported_to_hire():
    code = (
        "import sys; from imbbench import hire; from imbbench.options import Options\n"
        "from imbbench.plugins import load_plugins; from imbbench.plan import Grid, plan\n"
        "from imbbench.settings import Settings\n"
        "registry = load_plugins()\n"
        "hire.hire(registry, Options(), Settings(), plan(registry, [Grid()]))\n"
        "print([name for name in ('torch', 'pandas', 'sklearn', 'numpy') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"


IN_A_POOL = """
import multiprocessing
import imbbench

def run(executor):
    try:
        return imbbench.run("moons[n_samples=200]", "none", "sklearn-lr", executor=executor)[0].status
    except imbbench.UsageError as error:
        return str(error)

if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(*pool.map(run, ["processes", "serial"]), sep="\\n")
"""


def test_in_a_daemonic_process_nothing_but_serial_can_run(tmp_path):
    (tmp_path / "script.py").write_text(IN_A_POOL)
    done = subprocess.run(
        [sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stderr == ""
    refusal, status = done.stdout.splitlines()
    assert refusal.startswith(
        "executor 'processes' starts processes, which this process may not: it is daemonic"
    )
    assert "executor='serial'" in refusal
    assert status == "ok"
