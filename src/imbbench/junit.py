"""What a check found as a JUnit report, which Jenkins, GitLab and actions for GitHub show test by test."""

from __future__ import annotations

import io
import math
from typing import IO, TYPE_CHECKING

from imbbench.aggregate import clean
from imbbench.check import Checked
from imbbench.check_text import cell_name, other_machine, told
from imbbench.compare import FAILING, Finding
from imbbench.result import SKIPPED

if TYPE_CHECKING:
    from junitparser import TestCase

#: Jenkins takes what is before the last dot of a class name for a package. This one is no dot to it.
_DOT = "\u2024"


def write_junit(found: Checked, stream: IO[str]) -> None:
    """A test case for each finding, in XML that says it is UTF-8.

    Worse, missing and not comparable are failures of that type, failed is an error. Better and new pass, and
    say so in their output. What is skipped now and was not run before either is skipped.
    """
    from junitparser import JUnitXml, TestSuite

    suite = TestSuite("imbbench check")
    machine = clean(other_machine(found))
    suite.add_testcases([_case(finding, machine) for finding in found.findings])
    report = JUnitXml()  # without counts of its own: there, the common schema has no "skipped"
    report.add_testsuite(suite)
    buffer = io.BytesIO()
    report.write(buffer, pretty=True)
    stream.write(buffer.getvalue().decode())


def _case(finding: Finding, machine: str) -> TestCase:
    """Its texts have no character that XML forbids, since `clean` leaves only printable ones."""
    from junitparser import Error, Failure, Skipped, TestCase

    seconds = None if math.isnan(finding.seconds) else round(finding.seconds, 3)
    where = f"{finding.dataset}.{finding.cells[0].split.replace('.', _DOT)}"
    case = TestCase(cell_name(finding), clean(where), seconds)
    lines = told(finding)
    if finding.verdict in FAILING:
        kind = Error if finding.verdict == "failed" else Failure
        result = kind(lines[0] if lines else finding.verdict, finding.verdict)
        result.text = "\n".join([*lines, machine] if machine and finding.verdict == "worse" else lines)
        case.result = [result]
    elif finding.reason.partition(":")[0] in SKIPPED and not finding.changes:
        case.result = [Skipped(clean(finding.reason))]
    elif finding.verdict != "same":
        case.system_out = "\n".join([finding.verdict, *lines])
    return case
