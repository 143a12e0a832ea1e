from __future__ import annotations

import io
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from imbbench.arrays import pack, unpack
from imbbench.errors import ImbbenchError

NUMBERS = st.one_of(
    arrays.floating_dtypes(),
    arrays.integer_dtypes(),
    arrays.unsigned_integer_dtypes(),
    arrays.boolean_dtypes(),
)
SHAPES = arrays.array_shapes(min_dims=0, max_dims=3, min_side=0)


@given(arrays.arrays(NUMBERS, SHAPES))
def test_round_trip_keeps_every_bit_dtype_and_shape(array):
    back = unpack(pack(array))
    assert (back.dtype, back.shape) == (array.dtype, array.shape)
    assert back.tobytes() == array.tobytes()
    assert back.flags.writeable


def test_equal_arrays_are_equal_bytes_whatever_their_layout():
    array = np.arange(20, dtype=np.float32).reshape(4, 5)
    assert pack(array) == pack(np.asfortranarray(array)) == pack(np.repeat(array, 2, axis=0)[::2])


def test_it_is_numpys_form_so_that_others_can_read_it():
    scores = np.linspace(-3, 3, 7, dtype=np.float32)
    assert np.load(io.BytesIO(zlib.decompress(pack(scores)))).tolist() == scores.tolist()


@pytest.mark.parametrize("array", [np.array([None]), np.array([("a", 1)], dtype=[("s", object), ("n", int)])])
def test_python_objects_are_refused(array):
    with pytest.raises(ImbbenchError, match="holds Python objects; expected numbers"):
        pack(array)


def test_pickled_objects_are_not_loaded():
    buffer = io.BytesIO()
    np.save(buffer, np.array([print]), allow_pickle=True)
    with pytest.raises(ImbbenchError, match="cannot be read"):
        unpack(zlib.compress(buffer.getvalue()))


@given(st.binary(max_size=200))
def test_other_bytes_are_refused(junk):
    for packed in (junk, zlib.compress(junk), zlib.compress(b"\x93NUMPY\x01\x00" + junk)):
        with pytest.raises(ImbbenchError, match="its file is damaged"):
            unpack(packed)


@given(st.integers(0, 2**16), st.integers(1, 255))
def test_a_flipped_byte_is_noticed(position, flip):
    array = np.random.default_rng(0).normal(size=50)
    packed = bytearray(pack(array))
    packed[position % len(packed)] ^= flip
    try:
        back = unpack(bytes(packed))
    except ImbbenchError:
        return
    assert back.tobytes() == array.tobytes()  # a byte of the header that means nothing


@pytest.mark.parametrize("kept", [0, 1, 20, -1])
def test_a_truncated_array_is_refused(kept):
    with pytest.raises(ImbbenchError, match="its file is damaged"):
        unpack(pack(np.arange(1000.0))[:kept])
