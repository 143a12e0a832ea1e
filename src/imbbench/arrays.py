"""Arrays as bytes that can be stored and sent: NumPy's own .npy form, compressed. Nothing is pickled."""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING, Any

from imbbench.errors import ImbbenchError

if TYPE_CHECKING:
    from numpy.typing import NDArray


def pack(array: NDArray[Any]) -> bytes:
    """An array of any shape, with its dtype, as bytes; of equal arrays, equal bytes.

    Raises ImbbenchError for an array of Python objects, which only pickle could write.
    """
    import numpy as np

    array = np.asarray(array, order="C")
    if array.dtype.hasobject:
        raise ImbbenchError(
            f"an array of dtype {array.dtype} holds Python objects; expected numbers, which can be stored"
        )
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, allow_pickle=False)
    # Level 1: scores hardly shrink further at the higher ones, which take several times as long.
    return zlib.compress(buffer.getbuffer(), level=1)


def unpack(packed: bytes) -> NDArray[Any]:
    """The array that `pack` wrote, writable. Raises ImbbenchError for any other bytes."""
    import numpy as np

    try:
        buffer = io.BytesIO(zlib.decompress(packed))
        array: NDArray[Any] = np.lib.format.read_array(buffer, allow_pickle=False)
    except (zlib.error, ValueError, TypeError, EOFError, MemoryError, OverflowError) as error:
        raise ImbbenchError(
            f"a stored array cannot be read ({type(error).__name__}: {error}); its file is damaged"
        ) from None
    return array
