"""The Jinja2 environment of all that is HTML: a name, a note, a figure is text there, never markup."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from imbbench.builtin.report_text import is_left, is_marked, remarks

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def environment() -> Environment:
    """Templates are the files beside this module; a variable that is not given is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    found = Environment(
        loader=PackageLoader("imbbench", "page"),
        autoescape=True,  # whatever a template is called
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals.update(is_left=is_left, is_marked=is_marked, remarks=remarks)
    return found
