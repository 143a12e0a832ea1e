"""Checks of a plugin as a whole."""

from __future__ import annotations

import os
import subprocess
import sys

from imbbench.testing.verdict import require

#: What takes long to import, and is not needed to say what there is.
NUMERIC = ("numpy", "pandas", "scipy", "sklearn", "torch")
#: Imports a plugin and calls its component hooks, then prints, for each of the libraries that this has
#: loaded, which line asked for it. Looking whether one is there (`importlib.util.find_spec`) loads nothing.
_SCRIPT = """
import contextlib, importlib.metadata, sys, traceback
module, *unwanted = sys.argv[1:]
seen = {}
class Finder:
    def find_spec(name, path=None, target=None):
        if name in unwanted and name not in seen:
            *stack, asking, _, _ = traceback.extract_stack()
            own = "<frozen importlib", importlib.__file__
            frames = [frame for frame in stack if not frame.filename.startswith(own)]
            if asking.name != "find_spec":
                seen[name] = f"{name}, imported by {frames[-1].filename}, line {frames[-1].lineno}"
sys.meta_path.insert(0, Finder)
with contextlib.redirect_stdout(sys.stderr):
    plugin = importlib.metadata.EntryPoint("", module, "").load()
    import pluggy
    from imbbench import collect, components, hookspecs
    manager = pluggy.PluginManager("imbbench")
    manager.add_hookspecs(hookspecs)
    collect.register(plugin, module, manager)
    for kind in components.KINDS:
        collect.collect(plugin, kind, manager)
loaded = [name for name in unwanted if sys.modules.get(name)]
print(*(seen.get(name, name) for name in loaded), sep="\\n")
"""


def importing_it_is_light(module: str) -> None:
    """Importing it and calling its hooks loads neither torch, scikit-learn, numpy, pandas nor scipy."""
    command = [sys.executable, "-c", _SCRIPT, module, *NUMERIC]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    expected = "imports of numeric libraries inside load, apply, build and score"
    lines = (done.stdout if done.returncode == 0 else done.stderr).strip().splitlines()
    require(done.returncode == 0, "a module that can be imported", lines[-1] if lines else "an exit")
    require(not lines, expected, "; ".join(lines))
