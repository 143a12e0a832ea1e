"""Figures as bytes, and what is kept once."""

from __future__ import annotations

import hashlib
import json
import pickle
from dataclasses import replace

import pytest

from imbbench.records import FoldRecord
from imbbench.store import Store
from imbbench.store_rows import COLUMNS, Decoder, columns, figures
from imbbench.store_schema import connect
from tests.stores import result


@pytest.fixture
def db():
    connection = connect(None, create=True)
    yield connection
    connection.close()


def test_figures_of_equal_names_share_their_layout(db):
    one, _ = figures(db, {0.5: {"recall": 0.1, "mcc": 0.2}})
    same, _ = figures(db, {0.5: {"recall": 0.3, "mcc": 0.4}})
    others = [
        figures(db, known)[0]
        for known in ({0.3: {"recall": 1, "mcc": 1}}, {0.5: {"mcc": 1, "recall": 1}}, {})
    ]
    assert one == same
    assert len({one, *others}) == 4


def test_figures_take_eight_bytes_each_and_a_checksum(db):
    _, packed = figures(db, {0.5: {"recall": 0.1, "mcc": 0.2}, 0.3: {"recall": 1}})
    assert len(packed) == 3 * 8 + 4


@pytest.mark.parametrize(
    "change", [lambda it: it[:-1], lambda it: it + b"\0", lambda it: b"", lambda it: bytes(12)]
)
def test_figures_that_were_changed_are_refused(db, change):
    layout, packed = figures(db, {0.5: {"recall": 0.1}})
    assert Decoder(db).metrics(layout, packed) == {0.5: {"recall": 0.1}}
    with pytest.raises(ValueError, match="checksum"):
        Decoder(db).metrics(layout, change(packed))


def test_a_flipped_bit_in_a_figure_is_noticed(db):
    layout, packed = figures(db, {0.5: {"recall": 0.1}})
    for bit in range(64):
        changed = bytearray(packed)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(ValueError, match="checksum"):
            Decoder(db).metrics(layout, bytes(changed))


def test_hashes_of_rows_are_kept(db):
    known = replace(result(1), hashes={"data": "d" * 16, "test": "7" * 16})
    assert Decoder(db).result(columns(db, known), cached=False).hashes == known.hashes
    assert Decoder(db).result(columns(db, result(1)), cached=False).hashes == {}


def test_the_seed_is_kept_and_rows_from_before_there_were_seeds_are_the_first(db):
    known = result(1)
    stored = columns(db, replace(known, cell=replace(known.cell, seed=3)))
    assert Decoder(db).result(stored, cached=True).cell.seed == 3
    text = db.execute("SELECT text FROM commons").fetchone()[0]
    older = {name: value for name, value in json.loads(text).items() if name != "seed"}
    db.execute("UPDATE commons SET text = ?", (json.dumps(older),))
    assert Decoder(db).result(stored, cached=True).cell == known.cell


def test_rows_from_before_there_were_hashes_have_none(db):
    known = columns(db, replace(result(1), hashes={"data": "d"}, notes=("slow",)))
    text = db.execute("SELECT text FROM commons").fetchone()[0]
    older = {name: value for name, value in json.loads(text).items() if name != "hashes"}
    db.execute("UPDATE commons SET text = ?", (json.dumps(older),))
    back = Decoder(db).result(known, cached=True)
    assert (back.hashes, back.notes, back.counts) == ({}, ("slow",), result(1).counts)
    assert len(known) == len(COLUMNS)


def test_the_digest_of_test_rows_tells_their_parts_apart():
    records = [
        FoldRecord(b"a", b"bc"),
        FoldRecord(b"ab", b"c"),
        FoldRecord(b"a", b"b", b"c"),
        FoldRecord(b"abc", b""),
    ]
    assert len({record.digest for record in records}) == 4
    assert FoldRecord(b"a", b"b", b"c").digest == records[2].digest


def test_points_are_part_of_the_digest_and_without_any_it_is_as_it_was():
    rows = b"a", b"b", None, b"c"
    known = b"".join(len(part).to_bytes(8, "little") + part for part in (b"a", b"b", b"c"))
    assert FoldRecord(*rows).digest == hashlib.sha256(known).hexdigest()
    others = [FoldRecord(*rows), FoldRecord(*rows, "{}", b"d"), FoldRecord(*rows, "{}", b"e")]
    assert len({record.digest for record in others}) == 3


def test_a_record_of_rows_travels_as_it_is():
    record = FoldRecord(b"a", b"b", None, b"c", "{}", b"d")
    assert pickle.loads(pickle.dumps(record)) == record
    assert "points" not in repr(vars(record)).replace("_points", "")


def test_stores_of_different_machines_are_equal_where_it_counts():
    with Store.open(None) as one, Store.open(None) as other:
        assert figures(one._db, {0.5: {"recall": 0.1}}) == figures(other._db, {0.5: {"recall": 0.1}})
        assert figures(one._db, {0.5: {"recall": 1.0}})[1][:8] == b"\0\0\0\0\0\0\xf0\x3f"  # little-endian
