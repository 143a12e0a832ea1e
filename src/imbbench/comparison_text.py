"""A comparison in sentences that a person can act on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from imbbench.aggregate import COUNTS, clean, heading
from imbbench.comparison import Comparison, Difference, Overall
from imbbench.comparison_figures import label_of, labels, signed
from imbbench.evidence import BETTER, EQUIVALENT, UNCLEAR, WORSE
from imbbench.readings import CALIBRATIONS, Threshold, reading

_HARM = "harm"
#: Metrics of probabilities: where they are worse, it is calibration that suffers.
_PROBABILITIES = ("log_loss", "log_loss_skill", "brier", "brier_skill", "ece")
_MORE_FOLDS = "Where folds do not tell, more of them narrow the intervals"
_MORE_DATASETS = "Where data sets do not tell, more of them may."
_ONE_FOLD = "One fold has no spread, so that luck cannot be told from skill"
#: Splits that draw their folds, so that more can be drawn.
_DRAWN = ("holdout", "kfold")

Item = Difference | Overall
#: Metric and threshold as they are called -> what was found, of one strategy with one model.
Told = Mapping[str, Item]
Where = tuple[str, ...]
Verdicts = tuple[tuple[str, str], ...]
Labels = Collection[tuple[str, Threshold]]


def sentences(comparison: Comparison, whole: Comparison | None = None) -> tuple[str, ...]:
    """A sentence for each strategy and model, one for all models and data sets that agree; then what to do.

    They speak of what was found over data sets where that was tested, else of each data set. Data sets and
    thresholds are named where `whole`, of which it may be a part, has several.
    """
    whole = whole or comparison
    items: list[Item] = [one for one in comparison.overall if one.verdict]
    items += [one for one in comparison.differences if one.folds > 1 and not items]
    over = any(isinstance(one, Overall) for one in items)
    every = {one.where for one in (whole.overall if over else whole.differences)}
    lines = list(_lines(items, every, labels(whole), comparison.rope))
    if any(_judgement([one], comparison.rope) == _HARM for one in items):
        lines += _mending(items, comparison.calibrations)
    unclear = [one for one in items if one.verdict == UNCLEAR]
    if over:
        return (*lines, _MORE_DATASETS) if unclear else tuple(lines)
    if unclear:
        lines.append(_advice(_MORE_FOLDS, unclear, "kfold[n_splits=10,n_repeats=10]"))
    alone = [one for one in comparison.differences if one.folds == 1]
    if alone:
        lines.append(_advice(_ONE_FOLD, alone, "kfold[n_repeats=10]"))
    return tuple(lines)


def _advice(line: str, items: Iterable[Item], split: str) -> str:
    """What to split by instead; nothing where order of time or a file says what the folds are."""
    drawn = any(part.partition("[")[0] in _DRAWN for one in items for part in one.where[1:2])
    return f"{line}: run with --split '{split}'." if drawn else f"{line}."


def _mending(items: Iterable[Item], ready: Collection[str]) -> list[str]:
    """What might help probabilities and was not tried: what `ready` scores can be read with, and what takes
    fits within the training part."""
    tried = {reading(one.contrast.threshold).calibrate for one in items}
    left = [name for name in CALIBRATIONS if name not in {"none", *tried}]
    now = ",".join(name for name in left if name in ready)
    later = ",".join(name for name in left if name not in ready and name != "prior")
    ways = [f"compare again with --calibrate {now}"] if now else []
    ways += [f"run again with --calibrate {later}, then compare"] if later else []
    return [f"What harms calibration may be mended: {', or '.join(ways)}."] if ways else []


def _lines(items: Sequence[Item], every: Collection[Where], known: Labels, rope: float) -> Iterator[str]:
    units = _units(items, known)
    models: dict[tuple[str, str, Where, Verdicts], list[str]] = {}  # those that agree on a data set
    for (name, against, beside, where), unit in units.items():
        verdicts = tuple((label, one.verdict) for label, one in unit.items())
        models.setdefault((name, against, where, verdicts), []).append(beside)
    places: dict[tuple[str, str, tuple[str, ...], Verdicts], list[Where]] = {}  # where the same models agree
    for (name, against, where, verdicts), besides in models.items():
        places.setdefault((name, against, tuple(besides), verdicts), []).append(where)
    order = list(dict.fromkeys(key[:2] for key in places))
    for (name, against, agreed, _), found in sorted(
        places.items(), key=lambda item: order.index(item[0][:2])
    ):
        place = f" on {_and(_places(found, every))}" if len(every) > 1 else ""
        told = [units[name, against, beside, where] for where in found for beside in agreed]
        yield clean(f"{name} with {_and(agreed)}{place}: {'; '.join(_clauses(told, rope))}.")


def _units(items: Iterable[Item], known: Labels) -> dict[tuple[str, str, str, Where], dict[str, Item]]:
    """(name, against, beside whom, where) -> figure as it is called -> what was found."""
    found: dict[tuple[str, str, str, Where], dict[str, Item]] = {}
    for one in items:
        contrast = one.contrast
        unit = found.setdefault((contrast.name, contrast.against, contrast.beside, one.where), {})
        unit[label_of(known, contrast.metric, contrast.threshold)] = one
    return found


def _places(found: Iterable[Where], every: Collection[Where]) -> list[str]:
    """Data sets, with their protocols where a data set has several."""
    several = len({where[0] for where in every}) < len(every)
    return [" · ".join(where) if several else where[0] for where in found]


def _clauses(found: Sequence[Told], rope: float) -> Iterator[str]:
    """What is better, worse, the same, unknown, where all of `found` have the same verdicts."""
    against = next(iter(found[0].values())).contrast.against
    groups: dict[str, dict[str, list[str]]] = {}  # judgement -> metric -> at which thresholds, by how much
    for label in found[0]:
        items = [told[label] for told in found]
        size = "" if items[0].verdict in (EQUIVALENT, "") else f" ({_size(items)})"
        metric = heading(items[0].contrast.metric)
        group = groups.setdefault(_judgement(items, rope), {})
        group.setdefault(metric, []).append(label.removeprefix(metric) + size)
    phrases = {
        BETTER: f"better than {against} in",
        f"slightly {BETTER}": f"slightly better than {against} in",
        WORSE: f"worse than {against} in",
        f"slightly {WORSE}": f"slightly worse than {against} in",
        _HARM: "harms calibration:",
        EQUIVALENT: f"practically equivalent to {against} in",
        UNCLEAR: f"{_evidence(found)} do not tell about",
        "": "no test of",
    }
    for judgement, phrase in phrases.items():
        if judgement in groups:
            yield f"{phrase} {_and(metric + ','.join(at) for metric, at in groups[judgement].items())}"


def _judgement(items: Sequence[Item], rope: float) -> str:
    """The verdict that all have: slight where all differences are within the rope, else harm where
    probabilities are worse than with nothing done."""
    verdict = items[0].verdict
    if verdict in (BETTER, WORSE) and all(abs(one.difference) <= rope for one in items):
        return f"slightly {verdict}"
    harm = verdict == WORSE and items[0].contrast.against == "none" and _is_probability(items[0])
    return _HARM if harm else verdict


def _size(items: Sequence[Item]) -> str:
    """The difference, or from which to which it goes; where that is unclear, on how many data sets."""
    one, whole = items[0], items[0].contrast.metric in COUNTS
    if one.verdict == UNCLEAR and isinstance(one, Overall) and len(items) == 1:
        return f"better on {one.wins}, worse on {one.losses}"
    differences = [item.difference for item in items]
    low, high = signed(min(differences), whole), signed(max(differences), whole)
    return low if low == high else f"differences of {low} to {high}"


def _evidence(found: Sequence[Told]) -> str:
    """How many folds or data sets there are: "10 folds", "the data sets" where numbers differ."""
    items = [one for told in found for one in told.values()]
    numbers = {one.datasets if isinstance(one, Overall) else one.folds for one in items}
    what = "data sets" if isinstance(items[0], Overall) else "folds"
    return f"{numbers.pop()} {what}" if len(numbers) == 1 else f"the {what}"


def _is_probability(one: Item) -> bool:
    return one.contrast.metric.partition("[")[0] in _PROBABILITIES


def _and(parts: Iterable[str]) -> str:
    """In a row: "a", "a and b", "a, b and c"."""
    names = list(parts)
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
