"""A fingerprint is remembered exactly as long as nothing it depends on has changed."""

from __future__ import annotations

import importlib
import os
from pathlib import Path

import pytest

from imbbench import Card, Dataset, facts
from imbbench.orders import AboutData
from imbbench.plugins import load_plugins
from imbbench.registry import Registry
from imbbench.store import Store

CARD = Card("rows", "made here", "none", "none")
ABOUT = AboutData("abc", "")


@pytest.fixture
def store():
    with Store.open(None) as store:
        yield store


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "rows.csv"
    path.write_text("a,label\n1,0\n2,1\n")
    return path


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    for name in [name for name in os.environ if name.startswith("IMBBENCH_")]:
        monkeypatch.delenv(name)


def csv(registry: Registry, file: Path, **params):
    given = "".join(f",{name}={value}" for name, value in params.items())
    return registry.resolve("dataset", f"csv[path='{file}',target=label{given}]")


def learn(store, dataset, about=ABOUT):
    facts.remember_fingerprint(store, dataset, facts.data_identity(dataset), about)


def test_what_was_loaded_is_remembered(registry, store, file):
    assert facts.recall_fingerprint(store, csv(registry, file)) is None
    learn(store, csv(registry, file))
    assert facts.recall_fingerprint(store, csv(registry, file)) == "abc"


def test_rows_without_duplicates_are_remembered_apart(registry, store, file):
    dataset, dropped = csv(registry, file), {"drop_duplicates": True}
    learn(store, dataset)
    assert facts.recall_fingerprint(store, dataset, **dropped) is None
    before, about = facts.data_identity(dataset, **dropped), AboutData("fewer", "")
    facts.remember_fingerprint(store, dataset, before, about, **dropped)
    assert facts.recall_fingerprint(store, dataset, **dropped) == "fewer"
    assert facts.recall_fingerprint(store, dataset) == "abc"


def grow(file):
    file.write_text(file.read_text() + "3,1\n")


def touch(file):
    os.utime(file, ns=(1, 1))


def same_size_same_second(file):
    before = file.stat()
    file.write_text(file.read_text().replace("2", "7"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns + 1))


def other_size_same_time(file):
    before = file.stat()
    grow(file)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def replace(file):
    file.with_suffix(".new").write_text("a,label\n9,9\n9,9\n")
    file.with_suffix(".new").rename(file)


@pytest.mark.parametrize(
    "change", [grow, touch, same_size_same_second, other_size_same_time, replace, Path.unlink]
)
def test_a_file_that_changed_is_looked_at_again(registry, store, file, change):
    learn(store, csv(registry, file))
    change(file)
    assert facts.recall_fingerprint(store, csv(registry, file)) is None


def test_another_file_or_another_parameter_is_another_dataset(registry, store, file):
    learn(store, csv(registry, file))
    copy = file.with_name("copy.csv")
    copy.write_bytes(file.read_bytes())
    assert facts.recall_fingerprint(store, csv(registry, copy)) is None
    assert facts.recall_fingerprint(store, csv(registry, file, positive=0)) is None
    assert facts.recall_fingerprint(store, csv(registry, file)) == "abc"


def test_a_relative_path_is_the_file_that_it_leads_to(registry, store, file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    learn(store, csv(registry, Path("rows.csv")))
    other = tmp_path / "other"
    other.mkdir()
    (other / "rows.csv").write_bytes(file.read_bytes())
    os.utime(other / "rows.csv", ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns))
    monkeypatch.chdir(other)
    assert facts.recall_fingerprint(store, csv(registry, Path("rows.csv"))) is None


def test_a_file_that_changes_while_it_is_read_is_not_remembered(registry, store, file):
    dataset, old, stamps = csv(registry, file), file.read_text(), file.stat()
    before = facts.data_identity(dataset)
    grow(file)
    facts.remember_fingerprint(store, dataset, before, ABOUT)
    assert facts.recall_fingerprint(store, dataset) is None
    file.write_text(old)
    os.utime(file, ns=(stamps.st_atime_ns, stamps.st_mtime_ns))
    assert facts.recall_fingerprint(store, dataset) is None, "nor for the file as it was before"
    learn(store, dataset)
    assert facts.recall_fingerprint(store, dataset) == "abc"


@pytest.mark.parametrize("value", ["1", "", None])
def test_variables_of_imbbench_and_its_plugins_count(registry, store, file, monkeypatch, value):
    monkeypatch.setenv("IMBBENCH_MIRROR", "0")
    learn(store, csv(registry, file))
    monkeypatch.setenv("OTHER_PROGRAM", "1")
    assert facts.recall_fingerprint(store, csv(registry, file)) == "abc"
    if value is None:
        monkeypatch.delenv("IMBBENCH_MIRROR")
    else:
        monkeypatch.setenv("IMBBENCH_MIRROR", value)
    assert facts.recall_fingerprint(store, csv(registry, file)) is None


def test_environment_is_what_a_worker_must_be_told(monkeypatch):
    monkeypatch.setenv("IMBBENCH_B", "2")
    monkeypatch.setenv("IMBBENCH_A", "1")
    monkeypatch.setenv("IMBALANCE", "3")
    assert list(facts.environment().items()) == [("IMBBENCH_A", "1"), ("IMBBENCH_B", "2")]


def test_a_stand_in_is_forgotten_unless_nothing_may_be_downloaded(registry, store, file, monkeypatch):
    stand_in = AboutData("simulated rows", "simulated")
    learn(store, csv(registry, file), stand_in)
    assert facts.recall_fingerprint(store, csv(registry, file)) is None
    monkeypatch.setenv("IMBBENCH_OFFLINE", "1")
    learn(store, csv(registry, file), stand_in)
    assert facts.recall_fingerprint(store, csv(registry, file)) == "simulated rows"
    monkeypatch.delenv("IMBBENCH_OFFLINE")
    assert facts.recall_fingerprint(store, csv(registry, file)) is None, "the real data are looked for"


def test_files_that_a_dataset_declares_count(store, file):
    def known():
        dataset = Dataset("mine", lambda: None, CARD, files=lambda: [file])
        return load_plugins().with_components([dataset]).resolve("dataset", "mine")

    learn(store, known())
    assert facts.recall_fingerprint(store, known()) == "abc"
    grow(file)
    assert facts.recall_fingerprint(store, known()) is None


@pytest.mark.parametrize("files", [lambda: 1 / 0, lambda: [Path("/no/such/file")], lambda: 3])
def test_where_files_cannot_be_told_nothing_is_remembered(store, files):
    dataset = load_plugins().with_components([Dataset("mine", lambda: None, CARD, files=files)])
    bound = dataset.resolve("dataset", "mine")
    assert facts.data_identity(bound) is None
    learn(store, bound)
    assert facts.recall_fingerprint(store, bound) is None


def test_other_code_of_the_dataset_is_looked_at_again(store, local_plugin):
    source = "from imbbench import Data\n\ndef load():\n    return {}\n"

    def known(name, value):
        module = importlib.import_module(local_plugin(name, source.format(value)))
        mine = Dataset("mine", module.load, CARD, files=lambda: ())
        return load_plugins().with_components([mine]).resolve("dataset", "mine")

    learn(store, known("mydata", 1))
    assert facts.recall_fingerprint(store, known("mydata", 1)) == "abc"
    assert facts.recall_fingerprint(store, known("mydatanext", 2)) is None


def test_a_dataset_that_does_not_say_which_files_it_reads_is_loaded_to_see(store):
    dataset = load_plugins().with_components([Dataset("mine", lambda: None, CARD)]).resolve("dataset", "mine")
    learn(store, dataset)
    assert facts.recall_fingerprint(store, dataset) is None


@pytest.mark.parametrize("variable", ["CUDA_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES"])
def test_a_device_is_remembered_for_what_was_visible(variable, monkeypatch):
    monkeypatch.delenv(variable, raising=False)
    hidden = facts.device_identity("auto")
    assert facts.device_identity("auto") == hidden
    assert facts.device_identity("cuda") != hidden
    monkeypatch.setenv(variable, "")
    assert facts.device_identity("auto") != hidden


def test_a_device_is_remembered_for_a_version_of_torch_and_a_host(monkeypatch):
    here = facts.device_identity("auto")
    monkeypatch.setattr(facts, "version", lambda name: "0.0")
    assert facts.device_identity("auto") != here
    monkeypatch.undo()
    monkeypatch.setattr(facts.platform, "node", lambda: "elsewhere")
    assert facts.device_identity("auto") != here
