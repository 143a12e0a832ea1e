from __future__ import annotations

import os
from pathlib import Path

from imbbench_dask.folders import Packed, Shelf, pack, unpack


def files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_folder_packed_and_unpacked_is_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "b" / "c.bin").write_bytes(os.urandom(1000))
    (folder / "empty").write_bytes(b"")
    packed = pack(folder, "path", "version")
    unpack(packed, tmp_path / "elsewhere" / "copy")
    assert files(tmp_path / "elsewhere") == {
        f"copy/{name}": content for name, content in files(folder).items()
    }


def test_a_shelf_keeps_what_is_wanted_or_read(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    one, two = (Packed("path", version, {"file": version.encode()}) for version in ("one", "two"))
    assert shelf.take("one", None) is None
    where = shelf.take("one", one)
    assert where is not None
    assert files(where) == one.files
    assert shelf.take("one", None) == where
    shelf.take("two", two)
    shelf.give_back("two")
    shelf.give_back("one")

    shelf.tidy(["two"])
    assert where.exists()  # one of its two readers is left
    shelf.give_back("one")
    shelf.tidy(["two"])
    assert not where.exists()
    assert shelf.take("one", None) is None
    assert shelf.take("two", None) is not None


def test_what_a_task_wrote_is_on_the_shelf(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    new = shelf.new()
    assert not new.exists()
    new.mkdir()
    (new / "file").write_bytes(b"content")
    packed = shelf.keep(new, "path")
    assert packed.files == {"file": b"content"}
    where = shelf.take(packed.version, None)
    assert where is not None
    assert files(where) == packed.files
    assert not new.exists()
