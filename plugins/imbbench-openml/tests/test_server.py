from __future__ import annotations

import hashlib
import json
import socket
from pathlib import Path

import pytest
from imbbench import ImbbenchError, MissingData

from imbbench_openml.server import address, arff_file, describe, description_file, rows
from openml_server import RESPONSES, Server

ARFF = "/data/v1/download/1/parcels.arff"
JSON = "/api/v1/json/data/1"


def fetch(number: int = 1) -> Path:
    return rows(number, describe("data", number))


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def parts(cache: Path) -> list[Path]:
    return list(cache.rglob("*.part"))


def test_openml_itself_is_asked_unless_another_server_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMBBENCH_OPENML_SERVER", "")
    assert address() == "https://www.openml.org"
    assert arff_file(5).parts[-4:] == ("openml", "www.openml.org", "data", "5.arff")
    monkeypatch.setenv("IMBBENCH_OPENML_SERVER", "http://mirror:8000/openml/")
    assert address() == "http://mirror:8000/openml"
    assert arff_file(5).parts[-4:] == ("openml", "mirror-8000-openml", "data", "5.arff")


@pytest.mark.parametrize("zips", [True, False])
def test_a_description_and_rows_are_asked_for_once(server: Server, zips: bool, cache: Path) -> None:
    server.zips = zips
    description = describe("data", 1)
    file = rows(1, description)
    assert file.read_bytes() == (RESPONSES / "data" / "1.arff").read_bytes()
    assert server.requests == [JSON, ARFF]
    assert describe("data", 1) == description
    assert rows(1, description) == file
    assert server.requests == [JSON, ARFF]
    assert cache in file.parents
    assert not parts(cache)


@pytest.mark.parametrize("word", ["1", "true", "YES "])
def test_offline_the_cache_is_enough(server: Server, monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv("IMBBENCH_OFFLINE", word)
    with pytest.raises(MissingData):
        fetch()
    monkeypatch.delenv("IMBBENCH_OFFLINE")
    file = fetch()
    monkeypatch.setenv("IMBBENCH_OFFLINE", word)
    assert fetch() == file
    assert len(server.requests) == 2


def test_offline_without_the_rows_says_what_to_do(
    server: Server, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMBBENCH_OFFLINE", "1")
    with pytest.raises(MissingData, match=r"OpenML data set 1: not in .*data.*offline.*run once without"):
        fetch()
    with pytest.raises(MissingData, match=r"OpenML task 1: not in .*task"):
        describe("task", 1)
    assert server.requests == []
    assert not cache.exists()


def test_offline_a_damaged_file_is_no_data(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    fetch().write_text("@relation cut\n")
    monkeypatch.setenv("IMBBENCH_OFFLINE", "1")
    with pytest.raises(MissingData, match=r"the rows of OpenML data set 1: not in .*, or damaged there"):
        fetch()


def test_files_damaged_in_the_cache_are_fetched_again(server: Server) -> None:
    fetch()
    arff_file(1).write_text("@relation cut\n")
    description_file("data", 1).write_text('{"data_set_desc')
    fetch()
    assert server.requests == [JSON, ARFF] * 2
    assert arff_file(1).read_bytes() == (RESPONSES / "data" / "1.arff").read_bytes()
    assert json.loads(description_file("data", 1).read_bytes())["data_set_description"]["id"] == "1"


def test_rows_damaged_on_their_way_are_fetched_again_once(server: Server) -> None:
    server.faults[ARFF].append((200, b"@relation cut\n"))
    assert fetch().read_bytes() == (RESPONSES / "data" / "1.arff").read_bytes()
    assert server.requests == [JSON, ARFF, ARFF]


def test_rows_with_another_checksum_are_refused_naming_both(server: Server, cache: Path) -> None:
    found = hashlib.md5((RESPONSES / "data" / "1.arff").read_bytes()).hexdigest()
    with pytest.raises(
        ImbbenchError, match=f"MD5 {found} where OpenML states {'0' * 32}.*% Made up"
    ) as raised:
        fetch(3)
    assert not isinstance(raised.value, MissingData)
    assert server.requests == ["/api/v1/json/data/3", ARFF, ARFF]
    assert not arff_file(3).exists()
    assert not parts(cache)


def test_a_description_without_a_checksum_is_refused(server: Server) -> None:
    with pytest.raises(ImbbenchError, match="names no file with a checksum"):
        rows(1, {"url": server.address})


@pytest.mark.parametrize(
    ("kind", "words"), [("data", r"Unknown dataset \(code 111\)"), ("task", "Unknown task")]
)
def test_an_unknown_id_is_a_mistake_in_openmls_words(server: Server, kind: str, words: str) -> None:
    with pytest.raises(
        ImbbenchError, match=f"OpenML .* 99999: {server.address}/.*99999 says {words}.*check the id"
    ) as raised:
        describe(kind, 99999)
    assert not isinstance(raised.value, MissingData)
    assert len(server.requests) == 1


def test_an_overloaded_server_is_asked_three_times(server: Server) -> None:
    server.faults[JSON].extend([(503, b"<html>busy</html>")] * 2)
    fetch()
    assert server.requests == [JSON] * 3 + [ARFF]
    server.faults[JSON].extend([(500, b"<html>busy</html>")] * 3)
    description_file("data", 1).unlink()
    with pytest.raises(
        MissingData, match=r"could not be had from .*/data/1: 500 Server Error.*check the network"
    ):
        describe("data", 1)


def test_a_database_that_is_away_is_asked_for_again(server: Server) -> None:
    answer = json.dumps({"error": {"code": "107", "message": "Database connection error."}}).encode()
    server.faults[JSON].append((412, answer))
    assert describe("data", 1)["name"] == "parcels"
    server.faults["/api/v1/json/task/1"].extend([(412, answer)] * 3)
    with pytest.raises(
        MissingData, match=r"task 1 could not be had .*: Database connection error\. \(code 107\)"
    ):
        describe("task", 1)


def test_a_connection_that_breaks_off_is_tried_again(server: Server) -> None:
    server.zips = False
    server.faults[ARFF].append("break off")
    fetch()
    assert server.requests == [JSON, ARFF, ARFF]


def test_a_missing_file_is_not_asked_for_again(server: Server) -> None:
    server.faults[ARFF].append((404, b"<html>gone</html>"))
    with pytest.raises(MissingData, match=r"the rows of OpenML data set 1 .* 404"):
        fetch()
    assert server.requests == [JSON, ARFF]


def test_a_server_that_is_down_is_missing_data(
    server: Server, monkeypatch: pytest.MonkeyPatch, cache: Path
) -> None:
    monkeypatch.setenv("IMBBENCH_OPENML_SERVER", f"http://127.0.0.1:{free_port()}")
    with pytest.raises(
        MissingData, match=r"could not be had .* refused; check the network, or use --offline"
    ):
        describe("data", 1)
    assert not parts(cache)


def test_a_page_that_is_no_answer_of_openml_is_shown(server: Server, cache: Path) -> None:
    server.faults[JSON].append((200, b"<html>Please log in</html>"))
    with pytest.raises(
        ImbbenchError, match=r"no description of it \(26 bytes, beginning '<html>Please log in"
    ):
        describe("data", 1)
    assert not [file for file in cache.rglob("*") if file.is_file()]


def test_a_cache_that_cannot_be_written_to_is_named(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(ImbbenchError, match=r"cannot be written to: .*\$XDG_CACHE_HOME"):
        describe("data", 1)
