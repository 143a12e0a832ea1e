"""A server on loopback that has OpenML's routes and the responses recorded in `responses`.

Their shape is OpenML's; their rows are made up. Data sets of CLIMB with few rows are there, too: made up, with the
numbers of rows and labels that CLIMB's table states.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from imbbench_openml.climb import BINARY, MULTICLASS

RESPONSES = Path(__file__).parent / "responses"
UNKNOWN = {"data": ("111", "Unknown dataset"), "task": ("151", "Unknown task")}
MADE_UP = 600  # data sets of CLIMB with more rows are unknown here

#: What a server does instead of answering: (status, what it sends), or breaks off after half of it.
Fault = tuple[int, bytes] | str


class Server:
    """What it was asked for, and what it is to do wrong.

    Parameters
    ----------
    requests : paths, in order.
    faults : path -> what the next requests for it meet.
    zips : whether it compresses for those who accept that.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.requests: list[str] = []
        self.faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.zips = True

    def answer(self, path: str) -> tuple[int, bytes]:
        """(status, body) of OpenML's answer."""
        match path.strip("/").split("/"):
            case ["api", "v1", "json", ("data" | "task") as kind, number]:
                file = RESPONSES / kind / f"{number}.json"
                if file.is_file():
                    return 200, file.read_text().replace("{server}", self.address).encode()
                if kind == "data" and int(number) in climb():
                    return 200, self._described(int(number))
                code, message = UNKNOWN[kind]
                return 412, json.dumps({"error": {"code": code, "message": message}}).encode()
            case ["data", "v1", "download", number, _]:
                file = RESPONSES / "data" / f"{number}.arff"
                if file.is_file():
                    return 200, file.read_bytes()
                if int(number) in climb():
                    return 200, climb()[int(number)]
        return 404, b"<html>Not Found</html>"

    def _described(self, number: int) -> bytes:
        description = {
            "id": str(number),
            "format": "ARFF",
            "url": f"{self.address}/data/v1/download/{number}/x.arff",
            "default_target_attribute": "y",
            "status": "active",
            "md5_checksum": hashlib.md5(climb()[number]).hexdigest(),
        }
        return json.dumps({"data_set_description": description}).encode()


def climb() -> dict[int, bytes]:
    """Id -> ARFF file of CLIMB's small data sets."""
    facts = [(number, n, positives, 2) for number, _, n, positives in BINARY]
    facts += [(number, n, positives, labels) for number, _, n, positives, labels in MULTICLASS]
    return {number: _made_up(n, positives, labels) for number, n, positives, labels in facts if n <= MADE_UP}


def _made_up(n: int, positives: int, labels: int) -> bytes:
    """Rows whose label c has `positives` rows and whose other labels share the rest."""
    others = "ab" if labels > 2 else "a"
    ys = ["c"] * positives + [others[i % len(others)] for i in range(n - positives)]
    if labels > 3:  # the remaining labels take rows of a
        spare = iter(i for i, y in enumerate(ys) if y == "a")
        for label in "defghijkl"[: labels - 3]:
            for _ in range(positives + 1):
                ys[next(spare)] = label
    names = ",".join(sorted(set(ys)))
    rows = "\n".join(f"{i % 10 + 5 * (y == 'c')},{y}" for i, y in enumerate(ys))
    return f"@relation made-up\n@attribute x real\n@attribute y {{{names}}}\n@data\n{rows}\n".encode()


class _Handler(BaseHTTPRequestHandler):
    server_of: Callable[[], Server]

    def do_GET(self) -> None:
        server = type(self).server_of()
        server.requests.append(self.path)
        status, body = server.answer(self.path)
        fault = server.faults[self.path].popleft() if server.faults[self.path] else None
        if isinstance(fault, tuple):
            status, body = fault
        self.send_response(status)
        if server.zips and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if fault == "break off" else body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[Server]:
    """A server of its own, for as long as the block lasts."""
    handler = type("Handler", (_Handler,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        server = Server(f"http://127.0.0.1:{http.server_port}")
        handler.server_of = staticmethod(lambda: server)
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()
