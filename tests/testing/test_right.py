"""What is right passes, or is skipped with the reason; and the surroundings of a check are those of its test."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest
from tests.testing.right_components import SKIPPED

from imbbench.plugins import load_plugins
from imbbench.testing.examine import NotHere, examine
from imbbench.testing.table import CHECKS, of_kind

MODULE = "tests.testing.right_components"


@pytest.fixture(scope="module")
def known():
    return load_plugins([MODULE])


@pytest.mark.parametrize(("kind", "spec"), SKIPPED, ids=lambda value: value)
def test_a_right_component_fails_no_check(known, kind, spec):
    bound = known.resolve(kind, spec)
    outcomes = {check.name: examine(check, bound) for check in of_kind(kind) if check.applies(bound)}
    assert {name: str(outcome) for name, outcome in outcomes.items() if outcome} == {
        name: str(outcomes[name]) for name in SKIPPED[kind, spec]
    }
    assert all(isinstance(outcome, NotHere) for outcome in outcomes.values() if outcome)


def test_what_has_no_direction_is_not_asked_for_one(known):
    asked = {
        name: {check.name for check in of_kind("metric") if check.applies(known.resolve("metric", name))}
        for name in ("top", "mean-probability")
    }
    assert asked["top"] - asked["mean-probability"] == {"direction_is_true"}


@pytest.mark.parametrize(
    ("kind", "name", "check", "reason"),
    [
        ("strategy", "needs-100-positives", "same_seed_same_rows", "40 rows of class 1, 100 needed"),
        ("split", "needs-1000-rows", "folds_are_valid", "300 rows, 1000 needed"),
        ("metric", "top", "direction_is_true", "specs can name parameters"),
    ],
)
def test_what_is_skipped_says_why(known, kind, name, check, reason):
    (check,) = (each for each in of_kind(kind) if each.name == check)
    assert reason in str(examine(check, known.resolve(kind, name)))


ROWS = "a,y\n" + "".join(f"{row * 7 % 13},{int(row % 10 == 0)}\n" for row in range(100))

DATASET = '''
import os
from pathlib import Path
from urllib.request import ProxyHandler, build_opener
from imbbench import Card, Data, Dataset, hookimpl

def downloads():
    """Rows of a server, kept in a file."""
    import pandas as pd

    place = Path(os.environ["ROWS"]) / "rows.csv"
    if not place.is_file():
        place.write_bytes(build_opener(ProxyHandler({})).open(os.environ["SERVER"]).read())
    frame = pd.read_csv(place)
    return Data(frame[["a"]], frame["y"].to_numpy())

def beside_it():
    """Rows of a file in the folder that one works in."""
    import pandas as pd

    frame = pd.read_csv("rows.csv")
    return Data(frame[["a"]], frame["y"].to_numpy())

@hookimpl
def imbbench_datasets():
    card = Card("Rows.", "a server", "none", "none", 100, 0.1)
    return [Dataset("downloads", downloads, card), Dataset("beside-it", beside_it, card)]
'''


class Served(BaseHTTPRequestHandler):
    asked: ClassVar[list[str]] = []

    def do_GET(self):
        self.asked.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(ROWS.encode())

    def log_message(self, *args): ...


@pytest.fixture
def server(monkeypatch):
    Served.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Served) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv("SERVER", f"http://127.0.0.1:{server.server_port}/rows")
        yield
        server.shutdown()
        thread.join()


@pytest.fixture
def dataset(local_plugin):
    module = local_plugin("surroundings", DATASET)
    return lambda name: load_plugins([module]).resolve("dataset", name)


OFFLINE = next(check for check in CHECKS["dataset"] if check.name == "offline_it_stays_offline")


@pytest.mark.parametrize("first", CHECKS["dataset"], ids=lambda check: check.name)
def test_a_download_is_caught_whatever_was_checked_before(dataset, server, tmp_path, monkeypatch, first):
    monkeypatch.setenv("ROWS", str(tmp_path))
    bound = dataset("downloads")
    examine(first, bound)
    failure = examine(OFFLINE, bound)
    assert "it tried connect of ('127.0.0.1'" in failure.found or "it tried getaddrinfo" in failure.found
    assert not Served.asked
    assert not (tmp_path / "rows.csv").exists()


def test_what_was_tried_before_the_rows_were_remembered_is_not_forgotten():
    bound = load_plugins(["tests.testing.wrong_datasets"]).resolve("dataset", "offline_it_stays_offline/once")
    bound.component.load.cache_clear()
    assert examine(CHECKS["dataset"][0], bound) is None
    assert "it tried getaddrinfo of imbbench.invalid" in examine(OFFLINE, bound).found


@pytest.mark.parametrize("name", ["downloads", "beside-it"])
def test_another_process_has_the_surroundings_of_each_test(dataset, tmp_path, monkeypatch, name):
    (check,) = (each for each in CHECKS["dataset"] if each.name == "fingerprint_is_stable")
    for number, folder in enumerate([tmp_path / "one", tmp_path / "other"]):
        folder.mkdir()
        monkeypatch.chdir(folder)
        monkeypatch.setenv("ROWS", str(folder))
        (folder / "rows.csv").write_text(ROWS.replace("\n0,1\n", f"\n{number},1\n"))
        assert examine(check, dataset(name)) is None
