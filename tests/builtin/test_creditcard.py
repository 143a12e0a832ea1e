"""Finding, downloading, checking and reading creditcard.csv, with real files and a real HTTP server."""

import gzip
import hashlib
import socket
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from imbbench import ImbbenchError, MissingData, UsageError
from imbbench.builtin import creditcard_file
from imbbench.builtin.creditcard import DATASET, FEATURES, files, load
from imbbench.builtin.creditcard_simulated import simulate

HEADER = ",".join((*FEATURES, "Class"))
REAL_ROWS = Path(__file__).resolve().parents[3] / "shared" / "data" / "creditcard_real_rows.csv.gz"
SIMULATED = pytest.warns(UserWarning, match=r"creditcard: these rows are simulated.*datasets/creditcard\.csv")


def line(label):
    return ",".join([*(f"{i}.5" for i in range(30)), str(label)])


def text_of(negatives, positives, header=HEADER):
    return "\n".join([header, *[line(0)] * negatives, *[line(1)] * positives, ""])


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A file with the schema of the real one: 284,807 rows, 492 positives."""
    file = tmp_path_factory.mktemp("whole") / "creditcard.csv"
    file.write_text(text_of(284_315, 492))
    return file


@pytest.fixture(autouse=True)
def bare_machine(tmp_path, monkeypatch):
    """No file anywhere, no download, and a working folder and cache of this test's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("IMBBENCH_OFFLINE", "1")
    monkeypatch.delenv("IMBBENCH_DATA", raising=False)


class Handler(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        self.server.asked.append(self.path)

    def do_GET(self):
        if self.path != "/cut/creditcard.csv":
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        return self.wfile.write(b"Time,V1")


@pytest.fixture
def server(whole, tmp_path, monkeypatch):
    """Serves the whole file, and /wrong, /cut and /absent ones; `server.offer` sets the URLs to try."""
    folder = tmp_path / "served"
    (folder / "wrong").mkdir(parents=True)
    (folder / "cut").mkdir()
    (folder / "creditcard.csv").hardlink_to(whole)
    (folder / "wrong/creditcard.csv").write_text("not this")
    (folder / "cut/creditcard.csv").write_text("not this")
    monkeypatch.delenv("IMBBENCH_OFFLINE")
    checksum = hashlib.sha256(whole.read_bytes()).hexdigest()
    monkeypatch.setattr(creditcard_file, "CHECKSUM", f"sha256:{checksum}")
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder))
    httpd.asked = []
    address = f"http://127.0.0.1:{httpd.server_port}"
    httpd.offer = lambda *paths: monkeypatch.setattr(
        creditcard_file, "URLS", tuple(f"{address}/{path}" if "//" not in path else path for path in paths)
    )
    httpd.offer("creditcard.csv")
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield httpd
    httpd.shutdown()
    thread.join()
    httpd.server_close()


def closed_port():
    """An address where nobody listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{unused.getsockname()[1]}/creditcard.csv"


def cached():
    folder = creditcard_file.cache()
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def is_whole(data):
    return data.source == "" and data.X.shape == (284_807, 30) and int(data.y.sum()) == 492


# Places


def test_a_file_in_the_datasets_folder_is_read(whole):
    Path("datasets").mkdir()
    Path("datasets/creditcard.csv").hardlink_to(whole)
    data = load()
    assert is_whole(data)
    assert tuple(data.X.columns) == FEATURES
    assert set(data.X.dtypes) == {np.dtype("float64")}
    assert data.y.dtype == np.int8
    assert data.X.iloc[0].tolist() == [i + 0.5 for i in range(30)]
    assert set(data.time) == {0.5}
    assert set(data.amount) == {29.5}


@pytest.mark.parametrize("place", ["environment folder", "environment file", "cache"])
def test_other_places_are_searched_for_compressed_files_too(whole, tmp_path, monkeypatch, place):
    folder = creditcard_file.cache() if place == "cache" else tmp_path / "elsewhere"
    folder.mkdir(parents=True)
    file = folder / ("renamed.csv.gz" if place == "environment file" else "creditcard.csv.gz")
    file.write_bytes(gzip.compress(whole.read_bytes(), compresslevel=1))
    if place != "cache":
        monkeypatch.setenv("IMBBENCH_DATA", str(file if place == "environment file" else folder))
    assert files() == (file,)
    assert is_whole(load(source="real"))


def test_the_nearer_place_wins(tmp_path, monkeypatch):
    places = [tmp_path / "named", Path("datasets"), creditcard_file.cache()]
    for place in places:
        place.mkdir(parents=True)
        (place / "creditcard.csv").touch()
    monkeypatch.setenv("IMBBENCH_DATA", str(places[0]))
    for place in places:
        assert files() == (place / "creditcard.csv",)
        (place / "creditcard.csv").unlink()
    assert files() == ()


def test_files_names_without_reading_and_load_says_what_is_wrong():
    Path("datasets").mkdir()
    Path("datasets/creditcard.csv").write_text("")
    assert files() == (Path("datasets/creditcard.csv"),)
    assert files(source="simulated") == ()
    assert files(path="absent.csv") == ()
    with pytest.raises(ImbbenchError, match=r"datasets/creditcard\.csv cannot be used: it is damaged"):
        load()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (text_of(3, 2), r"5 of 284,807 rows \(2 of 492 positives\)"),
        (text_of(284_314, 493), r"284,807 of 284,807 rows \(493 of 492 positives\)"),
        (text_of(284_315, 492).replace(",5.5,", ",,", 1), "empty fields"),
    ],
    ids=["few rows", "another class count", "gaps"],
)
def test_a_found_file_that_is_not_the_whole_data_is_an_error_not_skipped(text, message):
    Path("datasets").mkdir()
    Path("datasets/creditcard.csv").write_text(text)
    with pytest.raises(ImbbenchError, match=message):
        load()


# A file given by path


def test_a_part_given_by_path_is_read_with_a_note(tmp_path):
    shuffled = [FEATURES[5], "Class", *FEATURES[:5], *FEATURES[6:]]
    frame = pd.DataFrame(np.random.default_rng(0).normal(size=(6, 31)), columns=shuffled)
    frame["Class"] = [0, 0, 1, 0, 1, 0]
    frame.to_csv(tmp_path / "part.csv", index=False)
    with pytest.warns(
        UserWarning, match=r"6 of 284,807 rows .* figures are not those of the full data"
    ) as noted:
        data = load(path="part.csv")
    assert len(noted) == 1
    assert data.source == ""
    pd.testing.assert_frame_equal(data.X, frame[list(FEATURES)])
    assert data.y.tolist() == [0, 0, 1, 0, 1, 0]
    assert files(path="part.csv") == (Path("part.csv"),)


def test_the_whole_data_by_path_needs_no_note(whole):
    assert is_whole(load(path=str(whole)))


def test_quoted_fields_are_read_as_kaggle_writes_them():
    text = text_of(2, 1).replace(",0\n", ',"0"\n').replace(",1\n", ',"1"\n')
    Path("quoted.csv").write_text(text.replace(HEADER, ",".join(f'"{name}"' for name in HEADER.split(","))))
    with pytest.warns(UserWarning, match="3 of 284,807 rows"):
        assert load(path="quoted.csv").y.tolist() == [0, 0, 1]


@pytest.mark.parametrize("source", ["auto", "real"])
def test_a_path_that_is_not_there_is_a_mistake_and_nothing_else_is_tried(whole, source):
    Path("datasets").mkdir()
    Path("datasets/creditcard.csv").hardlink_to(whole)
    with pytest.raises(ImbbenchError, match=r"'absent\.csv' does not exist; get creditcard\.csv"):
        load(source=source, path="absent.csv")
    with pytest.raises(ImbbenchError, match="'datasets' is a folder"):
        load(source=source, path="datasets")


def test_a_path_to_simulate_from_is_a_usage_error():
    with pytest.raises(UsageError, match="source=simulated reads no file"):
        load(source="simulated", path="any.csv")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "damaged or not a CSV"),
        (b"\x89PNG\r\n\x1a\n\xff\xfe", "damaged or not a CSV"),
        (b"<!doctype html><p>404, not found</p>", r"2 columns .* missing: Time, V1, V2, V3, \.\.\."),
        (text_of(2, 2, header=HEADER.replace("V7", "W7")).encode(), "missing: V7"),
        (text_of(2, 2, header=HEADER.replace("V7", "V8")).encode(), "missing: V7"),
        (text_of(2, 2).replace(",5.5,", ",five,").encode(), "damaged or not a CSV file of numbers.*five"),
        (text_of(2, 2).replace("\n0.5", "\n0.5,0.5").encode(), "more fields than its header"),
        (text_of(2, 2)[:-40].encode(), "column Class holds values other than 0 and 1"),
        (text_of(2, 2).replace(",1\n", ",2\n").encode(), "column Class holds values other than 0 and 1"),
        (HEADER.encode(), "0 rows, 0 of them positive"),
        (text_of(5, 0).encode(), "5 rows, 0 of them positive"),
        (text_of(0, 5).encode(), "5 rows, 5 of them positive"),
    ],
    ids=[
        "empty",
        "picture",
        "page",
        "renamed",
        "doubled",
        "word",
        "wide",
        "cut",
        "labels",
        "head",
        "no",
        "all",
    ],
)
def test_damaged_and_foreign_files_are_named(content, message):
    Path("given.csv").write_bytes(content)
    with pytest.raises(ImbbenchError, match=rf"(?s)given\.csv cannot be used: .*{message}"):
        load(path="given.csv")


@pytest.mark.parametrize(
    "content", [gzip.compress(text_of(2, 2).encode())[:-30], text_of(2, 2).encode()], ids=["torn", "plain"]
)
def test_damaged_gzip_files_are_named(content):
    Path("given.csv.gz").write_bytes(content)
    with pytest.raises(ImbbenchError, match=r"given\.csv\.gz cannot be used: it is damaged"):
        load(path="given.csv.gz")


@pytest.mark.skipif(not REAL_ROWS.exists(), reason="the development rows are not here")
def test_real_rows():
    with pytest.warns(UserWarning, match=r"27,964 of 284,807 rows \(492 of 492 positives\)"):
        data = load(path=str(REAL_ROWS))
    assert data.X.shape == (27_964, 30)
    assert int(data.y.sum()) == 492
    assert (np.diff(data.time) >= 0).all()
    assert data.source == ""


# Downloads


def test_a_download_goes_to_the_cache_and_is_found_there_next_time(server, monkeypatch, capfd):
    assert files() == ()
    assert is_whole(load())
    assert cached() == ["creditcard.csv"]
    assert files() == (creditcard_file.cache() / "creditcard.csv",)
    asked = len(server.asked)
    assert is_whole(load(source="real"))
    assert len(server.asked) == asked
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    "first",
    ["wrong/creditcard.csv", "cut/creditcard.csv", "absent.csv", closed_port()],
    ids=["wrong", "cut", "absent", "refused"],
)
def test_the_second_url_is_tried_when_the_first_fails(server, first):
    server.offer(first, "creditcard.csv")
    assert is_whole(load())
    assert cached() == ["creditcard.csv"]


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("wrong/creditcard.csv", "wrong checksum"),
        ("cut/creditcard.csv", "IncompleteRead"),
        ("absent.csv", "404 Client Error"),
        (closed_port(), "Connection refused"),
    ],
    ids=["wrong", "cut", "absent", "refused"],
)
def test_a_failed_download_leaves_nothing_and_says_why(server, path, why):
    server.offer(path)
    with pytest.raises(
        MissingData, match=rf"(?s)no creditcard\.csv in datasets.*127\.0\.0\.1:\d+: .*{why}.*get cred"
    ):
        load(source="real")
    assert cached() == []


def test_a_server_that_never_answers_is_given_up(server, monkeypatch):
    monkeypatch.setattr(creditcard_file, "PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        server.offer(f"http://127.0.0.1:{mute.getsockname()[1]}/creditcard.csv")
        with pytest.raises(MissingData, match=r"no answer|timed out"):
            load(source="real")


def test_a_failed_download_falls_back_with_one_note(server):
    server.offer("absent.csv", "wrong/creditcard.csv")
    with SIMULATED as noted:
        data = load()
    assert len(noted) == 1
    assert "404 Client Error" in str(noted[0].message)
    assert data.source == "simulated"


@pytest.mark.parametrize("word", ["1", "true", "YES"])
def test_offline_nothing_is_asked_for(server, monkeypatch, word):
    monkeypatch.setenv("IMBBENCH_OFFLINE", word)
    with pytest.raises(MissingData, match="offline"):
        load(source="real")
    assert server.asked == []


def test_a_named_file_and_the_stand_in_need_no_download(server, whole):
    load(path=str(whole))
    with pytest.raises(ImbbenchError):
        load(path="absent.csv")
    with SIMULATED:
        load(source="simulated")
    assert server.asked == []


# The stand-in


def test_offline_the_stand_in_says_so_once():
    with SIMULATED as noted:
        data = load(random_state=0)
    assert len(noted) == 1
    assert "offline" in str(noted[0].message)
    assert data.source == "simulated"
    assert data.X.shape == (284_807, 30)
    np.testing.assert_array_equal(data.amount, data.X["Amount"])
    np.testing.assert_array_equal(data.time, data.X["Time"])


def test_source_simulated_never_looks():
    Path("datasets").mkdir()
    Path("datasets/creditcard.csv").write_text("not this")
    with SIMULATED:
        data = load(source="simulated", random_state=1)
    assert data.source == "simulated"
    assert data.X.equals(simulate(1)[0])


def test_the_card_tells_size_and_prevalence():
    assert DATASET.card.rows == 284_807
    assert DATASET.card.prevalence == pytest.approx(492 / 284_807)
