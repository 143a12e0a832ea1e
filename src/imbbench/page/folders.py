"""Paths as the page shows them: which folders somebody works in is nobody else's business."""

from __future__ import annotations

import re
from collections.abc import Mapping

from imbbench.aggregate import clean

#: Where an absolute path begins; the letter of a Windows drive, which a spec writes with two backslashes.
_ROOT = r"(?:file://)?(?:~\w*|[A-Za-z]:)?[/\\]+"
#: A name in a path where quotes do not say how far it goes: with blanks within, and with apostrophes.
_WORD = r"""(?:[^/\\\s,=()\[\]'"]|(?<=\w)'(?=\w))+"""
_NAME = rf"{_WORD}(?: {_WORD})*"
#: An absolute path with a folder in it, and its last name: "/home/me/x.csv", but nothing of a web address.
_PATH = re.compile(
    rf"""(?<=")(?:{_ROOT})(?:[^"/\\]+[/\\]+)+(?P<name>[^"/\\]+)"""
    rf"""|(?<=')(?:{_ROOT})(?:[^'/\\]+[/\\]+)+(?P<named>[^'/\\]+)"""
    rf"""|(?<![\w/\\.:~-])(?:{_ROOT})(?:{_NAME}[/\\]+)+(?P<bare>{_WORD})"""
)


def without_folders(text: str, numbers: Mapping[str, int] | None = None) -> str:
    """Text of one line with no more than the last name of an absolute path: the page is sent to others.

    Parameters
    ----------
    numbers : path -> number behind its name, of those that are told apart by their folders only.
    """

    def last(found: re.Match[str]) -> str:
        number = (numbers or {}).get(found[0])
        return f"{found[found.lastgroup or 0]}{f' ({number})' if number else ''}"

    return _PATH.sub(last, clean(text))


def paths_in(text: str) -> list[str]:
    """The absolute paths that `without_folders` shortens."""
    return [found[0] for found in _PATH.finditer(clean(text))]
