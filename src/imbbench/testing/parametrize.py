"""A plugin's components and their checks as one parametrised pytest test."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import pytest

from imbbench.components import KINDS
from imbbench.errors import ImbbenchError, UsageError
from imbbench.plugins import load_plugins
from imbbench.registry import Bound, Registry
from imbbench.spec import parse
from imbbench.suggest import did_you_mean
from imbbench.testing.examine import NotHere, examine
from imbbench.testing.table import CHECKS, Check, of_kind
from imbbench.testing.verdict import Nonconforming

Expected = Mapping[str, Mapping[str, str]]


def parametrize_components(
    module: str, *, specs: Sequence[str] = (), expected_failed_checks: Expected | None = None
) -> Callable[..., None]:
    """A pytest test with a case for each component of a plugin and each check of its kind.

    Assign it to a name that pytest collects: `test_component = parametrize_components("my_plugin")`. A case
    is called "strategy smote-same_seed_same_rows". What is skipped says why: a
    component whose `requires` are not installed, a dataset whose rows are not there, and what a component
    may answer with `Unsupported`, and does.

    Parameters
    ----------
    module : as the entry point names it; installed, or to be imported from where pytest runs.
    specs : components with parameters, in the place of those of the same name with defaults: to make fits
        short ("torch-mlp[epochs=20,min_steps=0]"), or where parameters have no default. Several of a name
        are checked one after another.
    expected_failed_checks : {component: {check: reason}} of those that are known to fail. They must fail.

    Raises pytest's error of collection where the plugin does not load, or a spec, component or check is not
    there.
    """
    try:
        cases = list(_cases(module, specs, expected_failed_checks or {}))
    except ImbbenchError as error:
        why = str(error).removeprefix(f"-p {module}: ")
        raise pytest.Collector.CollectError(f"parametrize_components({module!r}): {why}") from error

    @pytest.mark.parametrize(("subject", "check"), cases)
    def test_component(subject: Bound | str, check: Check) -> None:
        outcome = examine(check, subject)
        if isinstance(outcome, NotHere):
            pytest.skip(str(outcome))
        if outcome is None:
            return
        first = _first_failure(subject)
        if first is not None and first.check != check.name and first.found == outcome.found:
            same = f"{outcome.who} fails {check.name}, as it does {first.check}"
            pytest.fail(f"{same}\nfound:    {outcome.found}", pytrace=False)
        if outcome.__cause__ is None:
            pytest.fail(str(outcome), pytrace=False)  # it says all
        __tracebackhide__ = True
        raise outcome

    return test_component


@cache
def _first_failure(subject: Bound | str) -> Nonconforming | None:
    """What a component gets wrong in the first check of its kind: other checks that fail for the same reason
    need not say it again."""
    checks = CHECKS[subject.kind if isinstance(subject, Bound) else "plugin"]
    outcome = examine(checks[0], subject)
    return outcome if isinstance(outcome, Nonconforming) else None


def _cases(module: str, specs: Sequence[str], expected: Expected) -> Iterator[Any]:
    """A pytest parameter for each component and check."""
    if "-" in module:
        hint = f"did you mean the module {module.replace('-', '_')}?"
        raise UsageError(f"expected the name of a module, as in import; {hint}")
    bounds = _bounds(load_plugins([module]), module, specs)
    _check_expected(bounds, expected)
    for check in of_kind("plugin"):
        yield pytest.param(module, check, id=f"plugin {module}-{check.name}")
    for bound in bounds:
        known = expected.get(bound.name, {})
        for check in of_kind(bound.kind):
            if check.applies(bound):
                reason = known.get(check.name)
                marks = () if reason is None else (pytest.mark.xfail(reason=reason, strict=True),)
                yield pytest.param(bound, check, id=f"{bound.kind} {bound.spec}-{check.name}", marks=marks)


def _bounds(registry: Registry, module: str, specs: Sequence[str]) -> list[Bound]:
    """The components of a module, each with the parameters that `specs` give it."""
    provider = next(provider for provider in registry.providers if provider.module == module)
    if provider.error:
        raise UsageError(f"{provider} does not load: {provider.error}")
    own = [
        (kind, name)
        for kind in KINDS
        for name, (_, owner) in registry.components[kind].items()
        if owner == provider
    ]
    names = [name for _, name in own]
    given: dict[str, list[str]] = {}
    for spec in specs:
        name = parse(spec).name
        if name not in names:
            hint = did_you_mean(name, names)
            raise UsageError(f"specs: it has no component {name!r}{hint}; it has {', '.join(names)}")
        given.setdefault(name, []).append(spec)
    return [_resolve(registry, kind, spec) for kind, name in own for spec in given.get(name, [name])]


def _resolve(registry: Registry, kind: str, spec: str) -> Bound:
    try:
        return registry.resolve(kind, spec)
    except UsageError as error:
        raise UsageError(f"{error}; say so in specs") from error


def _check_expected(bounds: Sequence[Bound], expected: Expected) -> None:
    """UsageError for a component or a check that there is not."""
    kinds = {bound.name: bound.kind for bound in bounds}
    for component, failing in expected.items():
        if component not in kinds:
            hint = did_you_mean(component, kinds)
            raise UsageError(f"expected_failed_checks: it has no component {component!r}{hint}")
        names = [check.name for check in of_kind(kinds[component])]
        for name in failing:
            if name not in names:
                hint = f"{did_you_mean(name, names)}; checks are {', '.join(names)}"
                raise UsageError(f"expected_failed_checks: {kinds[component]} has no check {name!r}{hint}")
