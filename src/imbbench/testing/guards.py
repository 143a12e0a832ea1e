"""What a component must leave alone: the global random generators, the network, the arrays it is given."""

from __future__ import annotations

import pickle
import random
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any
from unittest import mock

from imbbench.testing.verdict import require

if TYPE_CHECKING:
    from numpy.typing import NDArray


def check_generators(run: Callable[[], object]) -> None:
    """Require that `run` leaves the global random generators as they were. Whatever it imports is imported
    before: call it once."""
    stir(987_654)  # a seed that no component is given
    before = _states()
    run()
    after = _states()
    changed = [name for name, state in before.items() if after[name] != state]
    require(
        not changed,
        "a generator of its own, made from the seed: np.random.default_rng(seed)",
        f"it drew from, or seeded, the global generator of {', '.join(changed)}",
    )


def stir(number: int) -> None:
    """Put the global generators into another state, as other code does between two calls."""
    import numpy as np

    random.seed(number)
    np.random.seed(number)
    if torch := sys.modules.get("torch"):
        torch.manual_seed(number)


@contextmanager
def generators_restored() -> Iterator[None]:
    """The global generators of `random`, numpy and torch are afterwards as before."""
    import numpy as np

    ours, theirs = random.getstate(), np.random.get_state()
    torch: Any = sys.modules.get("torch")
    tensors = torch.get_rng_state() if torch else None
    try:
        yield
    finally:
        random.setstate(ours)
        np.random.set_state(theirs)
        if torch:
            torch.set_rng_state(tensors)


def _states() -> dict[str, bytes]:
    import numpy as np

    states = {"random": pickle.dumps(random.getstate()), "numpy.random": pickle.dumps(np.random.get_state())}
    if torch := sys.modules.get("torch"):
        states["torch"] = torch.get_rng_state().numpy().tobytes()
    return states


@contextmanager
def no_network() -> Iterator[list[str]]:
    """Every attempt to look up or reach another machine fails, and is noted in the list that is given."""
    tried: list[str] = []
    targets: list[tuple[Any, str]] = [(socket, name) for name in ("getaddrinfo", "gethostbyname")]
    targets += [(socket.socket, name) for name in ("connect", "connect_ex", "sendto")]
    with ExitStack() as patched:
        for owner, name in targets:
            patched.enter_context(mock.patch.object(owner, name, _refused(name, tried)))
        yield tried


def _refused(what: str, tried: list[str]) -> Callable[..., Any]:
    def refuse(*args: Any, **_: Any) -> Any:
        where = args[-1] if isinstance(args[0], socket.socket) else args[0]
        tried.append(f"{what} of {where}")
        raise OSError(f"IMBBENCH_OFFLINE is set, so there is no network here: {tried[-1]}")

    return refuse


def check_unchanged(arrays: Mapping[str, NDArray[Any] | None], run: Callable[[], object]) -> None:
    """Require that `run` changes no value of these arrays, which it was given."""
    before = {name: array.copy() for name, array in arrays.items() if array is not None}
    run()
    changed = [name for name, copy in before.items() if not same(arrays[name], copy)]
    require(
        not changed, "the arrays it is given stay as they are; copy before changing", f"it changed {changed}"
    )


def same(one: Any, other: Any) -> bool:
    """Whether two arrays have the same values and shape; NaN equals NaN."""
    import numpy as np

    one, other = np.asarray(one), np.asarray(other)
    return bool(np.array_equal(one, other, equal_nan=one.dtype.kind == "f" and other.dtype.kind == "f"))
