"""What a failed check says."""

from __future__ import annotations

GUIDE = "plugins/README.md"


class Nonconforming(AssertionError):
    """A component breaks the contract.

    Parameters
    ----------
    expected, found : in words; `found` may have several lines.
    who, check, section : which component and check, and the heading of the guide that explains it. A check
        leaves them out: whoever runs it knows them.
    """

    def __init__(
        self, expected: str, found: str, *, who: str = "", check: str = "", section: str = ""
    ) -> None:
        self.expected, self.found = expected, found
        self.who, self.check, self.section = who, check, section
        super().__init__(expected, found)

    def __str__(self) -> str:
        lines = [f"{self.who} fails {self.check}"] if self.who else []
        lines += [f"expected: {self.expected}", f"found:    {self.found}"]
        if self.section:
            lines.append(f'guide:    {GUIDE}, section "{self.section}"')
        return "\n".join(lines)


class Declined(Exception):
    """A component says `Unsupported` where it may: there is nothing to check, and that is told."""


def require(holds: bool, expected: str, found: str) -> None:
    """Raise `Nonconforming` unless it holds."""
    if not holds:
        raise Nonconforming(expected, found)
