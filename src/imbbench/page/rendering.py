"""The Jinja2 environment of all that is HTML: a name, a note, a figure is text there, never markup."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from imbbench.builtin.report_text import is_left, is_marked, remarks

if TYPE_CHECKING:
    from jinja2 import Environment


#: Words in Hebrew, Arabic and other scripts from right to left.
_RIGHT = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]+"
_FROM_THE_RIGHT = re.compile(rf"{_RIGHT}(?:[\s_-]*{_RIGHT})*")


def isolated(text: object) -> object:
    """Text whose figures and names keep their order where some of it is written from right to left (Unicode
    Standard Annex 9: first strong isolate, pop directional isolate)."""
    return _FROM_THE_RIGHT.sub("\u2068\\g<0>\u2069", text) if type(text) is str else text


@cache
def environment() -> Environment:
    """Templates are the files beside this module; a variable that is not given is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    found = Environment(
        loader=PackageLoader("imbbench", "page"),
        autoescape=True,  # whatever a template is called
        undefined=StrictUndefined,
        finalize=isolated,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals.update(is_left=is_left, is_marked=is_marked, remarks=remarks)
    return found
