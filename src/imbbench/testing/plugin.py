"""Checks of a plugin as a whole."""

from __future__ import annotations

import os
import subprocess
import sys

from imbbench.testing.verdict import require

#: What takes long to import, and is not needed to say what there is.
NUMERIC = ("numpy", "pandas", "scipy", "sklearn", "torch")
#: Imports a module and prints, for each of the libraries that this loads, which line asked for it.
_SCRIPT = """
import importlib, sys, traceback
module, *unwanted = sys.argv[1:]
seen = {}
class Finder:
    def find_spec(name, path=None, target=None):
        if name in unwanted and name not in seen:
            frames = [f for f in traceback.extract_stack() if not f.filename.startswith("<frozen importlib")]
            seen[name] = f"{name}, imported by {frames[-2].filename}, line {frames[-2].lineno}"
sys.meta_path.insert(0, Finder)
importlib.import_module(module)
print(*seen.values(), sep="\\n")
"""


def importing_it_is_light(module: str) -> None:
    """Importing the module loads neither torch, scikit-learn, numpy, pandas nor scipy."""
    name = module.partition(":")[0]
    command = [sys.executable, "-c", _SCRIPT, name, *NUMERIC]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    expected = "imports of numeric libraries inside load, apply, build and score"
    lines = (done.stdout if done.returncode == 0 else done.stderr).strip().splitlines()
    require(done.returncode == 0, "a module that can be imported", lines[-1] if lines else "an exit")
    require(not lines, expected, "; ".join(lines))
