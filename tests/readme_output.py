"""The outputs shown in README.md and docs/: run by cog as a user at a terminal would run them.

`python -m cogapp -rP README.md docs/ci.md docs/statistics.md docs/pictures.md plugins/README.md` writes them,
`-P --check --diff` checks them: in this order, since the last leaves tests where the others run pytest. Those of plugins/*/README.md
and docs/does_balancing_help.md want the packages installed.
The full first run takes minutes, so the check repeats the parts of it that take seconds (selecting
fewer cells changes no number) and compares row by row; `README_FULL=1` repeats all of it.
"""

from __future__ import annotations

import inspect
import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
COLUMNS = 86
#: The same code paths on every x86 processor with AVX2: vectorised sums differ in the last bits between
#: instruction sets, and thousands of training steps make digits of them.
ONE_INSTRUCTION_SET = {
    "ATEN_CPU_CAPABILITY": "avx2",
    "MKL_CBWR": "AVX2",
    "ONEDNN_MAX_CPU_ISA": "AVX2",
    "OPENBLAS_CORETYPE": "Haswell",
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
}
_folder = tempfile.TemporaryDirectory()


#: Moments and durations that differ from run to run, and what stands for them.
_TIMES = (
    (r"\d{4}-\d\d-\d\d \d\d:\d\d", "2026-11-21 12:00"),
    (r"(12:00  )[\d. ]{7}(?=  )", r"\g<1>2.0    "),
    (r" in \d+\.\d+s\b", " in 2.00s"),
)


def console(command: str, *, ok: tuple[int, ...] = (0,), keep: bool = False, inside: str = ".") -> None:
    """Print the command and what it shows, as a code block; with `keep` it finds the store as the command
    before has left it, else none. `inside`: the folder in which it is typed."""
    if not keep:
        shutil.rmtree(Path(_folder.name) / inside / ".imbbench", ignore_errors=True)
    text = shown(command if inside == "." else f"cd {inside} && {command}", ok)
    for pattern, fixed in _TIMES:
        text = re.sub(pattern, fixed, text)
    print(f"```console\n$ {command}\n{text}```")


def component_table(module: str, kind: str) -> None:
    """Print the components of one kind that an installed plugin's module provides, as a Markdown table: name,
    parameters with defaults, first paragraph of the docstring."""
    from imbbench.components import main_callable
    from imbbench.params import parameters
    from imbbench.plugins import load_plugins

    known = load_plugins([module], builtins=False).components[kind].values()
    print("| name | parameters | about |\n|---|---|---|")
    for component, provider in known:
        if provider.module.partition(".")[0] == module.partition(".")[0]:
            function = main_callable(component)
            about = " ".join((inspect.getdoc(function) or "").partition("\n\n")[0].split()).replace(
                "|", "\\|"
            )
            given = ", ".join(f"`{parameter}`" for parameter in parameters(function).values())
            print(f"| `{component.name}` | {given} | {about} |")


def plugin_table() -> None:
    """Print the packages under plugins/ as a Markdown table, each in its own words."""
    print("| package | adds |\n|---|---|")
    for file in sorted(ROOT.glob("plugins/*/pyproject.toml")):
        project = tomllib.loads(file.read_text())["project"]
        print(f"| [{project['name']}](plugins/{file.parent.name}/README.md) | {project['description']} |")


def first_run(command: str) -> None:
    """The same for the run that takes minutes: repeated in full on request, else in part."""
    if os.environ.get("README_FULL"):
        console(command)
        return
    block = re.search(rf"```console\n\$ {re.escape(command)}\n.*?```", README.read_text(), re.DOTALL)
    if block is None:
        raise SystemExit(f"README.md shows no output of {command!r}; run cog with README_FULL=1")
    stands = set(_rows(block[0]))
    for part in ("-d moons,circles", "-d creditcard -m sklearn-lr,torch-linear"):
        for row in _rows(shown(f"imbbench {part}")):
            if row not in stands:
                raise SystemExit(f"README.md does not show what imbbench {part} prints: {' '.join(row)}")
    print(block[0])


def _rows(text: str) -> Iterator[tuple[str, ...]]:
    """Each table row with its table's title, less what depends on the other rows: stars and marks."""
    title = ""
    for line in text.splitlines():
        if " · " in line:
            title = line.strip()
        words = re.sub(r"\*|\[\d+\]", " ", line).split()
        if len(words) >= 6 and words[-1][0].isdigit() and words[0].isidentifier():
            yield (title, *words)


def write_example(name: str, document: str = "README.md") -> None:
    """Put the code block of a document that begins with `# name` where the commands run."""
    text = (ROOT / document).read_text()
    code = re.search(rf"```\w+\n# {re.escape(name)}\n(.*?)```", text, re.DOTALL)
    if code is None:
        raise SystemExit(f"{document} has no code block that begins with '# {name}'")
    file = Path(_folder.name) / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(code[1])


def shown(command: str, ok: tuple[int, ...] = (0,)) -> str:
    """What a terminal shows: standard error (the opening line), then standard output."""
    env = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("IMBBENCH", "XDG_", "GITHUB_", "CI"))
    }
    env |= ONE_INSTRUCTION_SET | {
        "IMBBENCH_OFFLINE": "1",
        "HOME": _folder.name,
        "TERM": "dumb",  # best figures marked by a star, where a real terminal has bold green
        "COLUMNS": str(COLUMNS),
        "LINES": "50",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    (Path(_folder.name) / "examples").is_symlink() or (Path(_folder.name) / "examples").symlink_to(
        ROOT / "examples"
    )
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command,
        shell=True,
        cwd=_folder.name,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.PIPE,
        preexec_fn=_two_cores,
    )
    os.close(theirs)
    output = b"".join(iter(lambda: _read(ours), b"")).decode().replace("\r\n", "\n")
    opening = process.communicate()[1].decode()
    if process.returncode not in ok:
        raise SystemExit(f"{command} ended with {process.returncode}:\n{opening}{output}")
    text = "\n".join(line.rstrip() for line in (opening + output).splitlines())
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _two_cores() -> None:
    """The time that a run is thought to take depends on their number."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # what Linux says when the other side has closed
        return b""
