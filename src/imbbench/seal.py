"""The test part of a fold is sealed while a strategy is applied and while a model is fitted.

What holds test rows in memory opens only outside of that time, whoever reaches it, be it through the stack or
through the fold. An audit hook (PEP 578) sees two more ways: files, where the rows lie, and the garbage
collector's lists of all objects. An attempt is an error, also where the component goes on after it.

The stack itself may be looked at, as `logging` does. What cannot be seen: a component that makes the rows
itself or downloads them, that reads them in another thread or process or by a library that opens files on its
own, that has kept rows of an earlier call (what it returns of them is found in `guards`), or that takes this
module apart.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from threading import get_ident
from typing import Any, Generic, TypeVar

from imbbench.errors import PluginError

T = TypeVar("T")

_COLLECTOR = ("gc.get_objects", "gc.get_referrers", "gc.get_referents")


@dataclass(frozen=True)
class _Seal:
    """What must not be opened, and what was tried all the same."""

    off_limits: Container[str]
    tried: list[str] = field(default_factory=list)

    def refuse(self, what: str) -> None:
        self.tried.append(what)
        raise PluginError(
            f"it tried to look at rows of the test part: it {what}; a strategy and a model may know the "
            "training part that they are given, and nothing else of the data"
        )


#: Threads in which a component is at work.
_at_work: dict[int, _Seal] = {}


@contextmanager
def sealed(off_limits: Container[str] = ()) -> Iterator[None]:
    """A component is at work in this thread: no field that is `Sealed` opens.

    Parameters
    ----------
    off_limits : resolved paths of files that must not be opened either.

    Raises
    ------
    PluginError : it was tried, at once and again at the end.
    """
    _listen()
    thread, seal = get_ident(), _Seal(off_limits)
    _at_work[thread] = seal
    try:
        yield
    except Exception:
        if not seal.tried:
            raise
    finally:
        del _at_work[thread]
    if seal.tried:
        seal.refuse(seal.tried[0])


class Sealed(Generic[T]):
    """A field of a dataclass that does not open to a component at work: then it raises PluginError. It may
    be given a default."""

    def __init__(self, *default: T) -> None:
        self._default = default

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = f"_{name}"

    def __set__(self, instance: object, value: T) -> None:
        # Behind a function, so that who searches all attributes for arrays does not come upon it.
        vars(instance)[self._name] = lambda: value

    def __get__(self, instance: object, owner: type) -> T:
        if instance is None:
            if not self._default:
                raise AttributeError  # the field has no default
            return self._default[0]
        seal = _at_work.get(get_ident())
        if seal is not None:
            seal.refuse("reached for what imbbench holds of the data")
        value: T = vars(instance)[self._name]()
        return value


@cache
def _listen() -> None:
    """Listen from now on: a hook stays for the life of the process."""
    sys.addaudithook(_hear)


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if not _at_work:
        return
    seal = _at_work.get(get_ident())
    if seal is None:
        return
    if event in _COLLECTOR:
        seal.refuse(f"called {event}")
    if event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
        path = os.path.realpath(arguments[0])
        if os.fsdecode(path) in seal.off_limits:
            seal.refuse(f"opened {os.fsdecode(path)}")
