from __future__ import annotations

import pytest

from imbbench.differences import differences

PART = {
    "name": "mine", "params": {"C": "1.0", "tol": "0.1"}, "provider": ["imbbench-mine", "1.0"], "source": "abc",
    "requires": {"numpy": "2.0"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "nothing"),
        ({"source": "def"}, "its code, or that of a module it imports, changed"),
        ({"provider": ["imbbench-mine", "1.1"]}, "imbbench-mine 1.0 -> imbbench-mine 1.1"),
        ({"provider": ["", ""]}, "imbbench-mine 1.0 -> a local module"),
        ({"requires": {"numpy": "2.1"}}, "numpy 2.0 -> 2.1"),
        ({"params": {"C": "2.0", "tol": "0.1"}}, "C 1.0 -> 2.0"),
        ({"params": {"C": "1.0", "new": "3"}}, "tol 0.1 -> None, new None -> 3"),
        ({"files": ["abc"]}, "a file that it reads changed"),
        ({"source": "def", "requires": {"numpy": "2.1"}},
         "its code, or that of a module it imports, changed, numpy 2.0 -> 2.1"),
    ],
)  # fmt: skip
def test_what_changed_is_named(changed, said):
    assert set(differences(PART, PART | changed).split(", ")) == set(said.split(", "))
