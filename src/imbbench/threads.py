"""Keeping BLAS, OpenMP and torch on the run's number of threads, whoever loads them and when."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Threads:
    """A limit that can be entered often: libraries are looked for again only after an import."""

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._modules = 0
        self._controller: Any = None

    @contextmanager
    def limited(self) -> Iterator[None]:
        """All libraries loaded by now on that many threads, for a while."""
        from threadpoolctl import ThreadpoolController

        if len(sys.modules) != self._modules:
            self._controller = ThreadpoolController()
            self._modules = len(sys.modules)
        with self._controller.limit(limits=self.threads):
            if "torch" not in sys.modules:
                yield
                return
            from imbbench.torch_parts import torch_threads

            with torch_threads(self.threads):
                yield
