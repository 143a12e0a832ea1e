"""A run as one page of HTML that needs no network and no server."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imbbench.results import Results

#: In the order in which they are joined to one script; the last one starts the page.
SCRIPTS = (
    "dom", "counts", "controls", "strategies", "charts", "curves", "reliability", "scores", "boundary",
    "sentences", "explorer", "heatmap", "ranks", "columns", "cells", "main",
)  # fmt: skip


def page(results: Results) -> str:
    """The results as a whole HTML document, which carries its style, its scripts and its data.

    Its data is in the element "data": JSON, deflated, in base64. No text of the data is markup, and the
    page's policy runs no script but its own two and asks nothing of any network.

    Raises StoreError where the stored scores cannot be read.
    """
    from imbbench.page.data import page_data
    from imbbench.page.evidence import comparison_of, comparison_tables
    from imbbench.page.names import Names
    from imbbench.page.origin import environment_of
    from imbbench.page.rendering import environment
    from imbbench.page.summary import summary_of

    comparison = comparison_of(results)
    data = page_data(results, comparison)
    library, script = _text("library/plot.js"), "\n".join(_text(f"scripts/{name}.js") for name in SCRIPTS)
    about = environment_of(results)
    return (
        environment()
        .get_template("template.html.j2")
        .render(
            title="Imbalance strategies compared",
            made=[line for line in about if line[0].startswith("run ") or line[0] == "command"],
            policy=_policy(library, script),
            style=_text("style.css"),
            styles=data["styles"],
            summary=summary_of(results, comparison).parts,
            environment=about,
            comparison=comparison_tables(comparison, Names.of(results)),
            rankings=data["rankings"],
            data=_packed(data),
            library=library,
            script=script,
        )
    )


def _text(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


def _policy(*scripts: str) -> str:
    """A Content-Security-Policy under which these scripts run and nothing else."""
    hashes = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    allowed = " ".join(f"'sha256-{digest}'" for digest in hashes)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; "
        "base-uri 'none'; form-action 'none'"
    )


def _packed(data: object) -> str:
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return base64.b64encode(zlib.compress(text.encode("utf-8", "surrogatepass"), 7)).decode()
