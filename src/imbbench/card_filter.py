"""Datasets by what their cards say: `-d 'keel/*[max_rows=1000,min_ratio=9]'`, behind a glob or "all"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imbbench.errors import UsageError
from imbbench.params import bind, parameters
from imbbench.spec import Spec
from imbbench.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from imbbench.card import Card


def split_filter(spec: Spec, loads: Iterable[Callable[..., object]]) -> tuple[Callable[[Card], bool], Spec]:
    """(which cards the spec chooses, the spec without the bounds).

    `loads` are those of the datasets that its name chooses. Raises UsageError for a bound that is no number,
    a word that is neither a bound nor a parameter of any of them, one that is both, and for bounds beside
    parameters: those may change the rows, and the card is of the defaults.
    """
    words, own = parameters(within), set[str]().union(*map(parameters, loads))
    said = {name: value for name, value in spec.params.items() if name in words}
    rest = {name: value for name, value in spec.params.items() if name not in words}
    for name in rest.keys() - own:
        may = f"behind a glob or all there may be {', '.join(words)}, or parameters of the datasets"
        raise UsageError(f"{spec.name!r} has no {name!r}{did_you_mean(name, {*words, *own})}; {may}")
    for name in said.keys() & own:
        raise UsageError(
            f"{spec.name!r}: {name!r} bounds the card, and a dataset has a parameter of that name"
        )
    if said and rest:
        both = f"{', '.join(said)} bounds the card, which is of the default parameters, and {', '.join(rest)}"
        raise UsageError(f"{spec.name!r}: {both} is one of the datasets'; choose by name to set it")
    bounds = bind(Spec(spec.name, said), within, f"filter of {spec.name!r}")
    return lambda card: within(card, **bounds), Spec(spec.name, rest)


def is_filter(spec: Spec) -> bool:
    """Whether a spec has a bound."""
    return bool(spec.params.keys() & parameters(within).keys())


def within(
    card: Card,
    *,
    min_rows: int | None = None,
    max_rows: int | None = None,
    min_ratio: float | None = None,
    max_ratio: float | None = None,
) -> bool:
    """Whether rows and imbalance ratio (negatives per positive) lie within the bounds, ends included.

    What a card does not say, as of a user's own file, lies within no bound.
    """
    return _between(card.rows, min_rows, max_rows) and _between(card.ratio, min_ratio, max_ratio)


def _between(value: float | None, least: float | None, most: float | None) -> bool:
    if least is None and most is None:
        return True
    return value is not None and (least is None or value >= least) and (most is None or value <= most)
