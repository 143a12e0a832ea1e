from __future__ import annotations

import sys

import pytest

from imbbench.errors import UsageError
from imbbench.observers import notify
from imbbench.plugins import load_plugins

GOOD = """
from imbbench import Strategy, hookimpl

def nothing(train, seed, *, amount: float = 1.0):
    return train

@hookimpl
def imbbench_strategies():
    return [Strategy("nothing", nothing)]
"""


def failure(name: str, message: str) -> None:
    """Loading the local plugin fails with that message, and only that plugin fails."""
    with pytest.raises(UsageError, match=message):
        load_plugins([name])


def test_a_local_plugin_works(local_plugin):
    registry = load_plugins([local_plugin("good_plugin", GOOD)])
    bound = registry.resolve("strategy", "nothing[amount=2]")
    assert bound.spec == "nothing[amount=2.0]"
    assert bound.provider.module == "good_plugin"
    assert not registry.failures


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("1 / 0", "raised ZeroDivisionError: division by zero"),
        ("import nowhere_to_be_found", "raised ModuleNotFoundError"),
        ("def broken(:", "raised SyntaxError"),
        ("raise SystemExit(3)", "raised SystemExit: 3"),
        ("x = 1", "implements no hook; hooks are imbbench_cell_done, imbbench_datasets"),
        ("def imbbench_models(): return []", "it has imbbench_models without the mark; put @imbbench.hookimpl above"),
        (GOOD + "\ndef imbbench_models(): return []", "it has imbbench_models without the mark"),
        (GOOD.replace("imbbench_strategies", "imbbench_strategy"), "no hook is named 'imbbench_strategy' .did you mean"),
        (GOOD.replace("imbbench_strategies()", "imbbench_strategies(registry)"), "imbbench_strategies"),
        (GOOD.replace('[Strategy("nothing", nothing)]', '"nothing"'), "returned a value of type str; expected a list of Strategy"),
        (GOOD.replace('Strategy("nothing", nothing)', "nothing"), "a list with a value of type function; expected imbbench.Strategy"),
        (GOOD.replace('Strategy("nothing", nothing)', 'Strategy("no thing", nothing)'), "named 'no thing'"),
        (GOOD.replace('"nothing", nothing', '"all", nothing'), "not 'all'"),
        (GOOD.replace('"nothing", nothing', '"nothing", 3'), "whose apply is not callable"),
        (GOOD.replace("seed, *, amount", "seed, amount"), r"takes \(train, seed, amount\) by position; expected apply\(train, seed, \*, parameters\)"),
        (GOOD.replace("train, seed, *,", "train, *,"), r"takes \(train\) by position"),
        (GOOD.replace("nothing)", "nothing, requires='numpy')"), r"requires is 'numpy'; expected a tuple of distribution names"),
        (GOOD.replace("nothing)", "nothing, requires=('numpy>=2',))"), "without versions"),
        (GOOD.replace("    return [", "    [Strategy, "), "its hook imbbench_strategies returned None; expected a list of Strategy"),
        (GOOD.replace("[Strategy", '[Strategy("nothing", nothing), Strategy'), "returns strategy 'nothing' twice"),
        (GOOD.replace('"nothing", nothing', '"class_weight", nothing'), "'class_weight' is provided by plugin"),
        (GOOD.replace("return [", "raise RuntimeError('oh'); ["), "its hook imbbench_strategies raised RuntimeError: oh"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_plugin_is_said(local_plugin, source, message):
    failure(local_plugin("bad_plugin", source), message)


@pytest.mark.parametrize(
    ("fit_many", "message"),
    [
        ("3", "whose fit_many is a value of type int; expected a function or None"),
        (
            "lambda contexts: []",
            r"does not take \(contexts, trains, \*, size\): too many positional arguments",
        ),
        ("lambda contexts, trains: []", "got an unexpected keyword argument 'size'"),
        ("TorchClassifier.fit_many", r"TorchClassifier.fit_many\(build\) makes one"),
    ],
)
def test_a_fit_many_that_could_not_be_called_is_told_when_it_is_loaded(local_plugin, fit_many, message):
    source = f"""
from imbbench import Model, TorchClassifier, hookimpl
def build(context, *, size: int = 3): ...
@hookimpl
def imbbench_models(): return [Model("net", build, fit_many={fit_many})]
"""
    failure(local_plugin("bad_plugin", source), message)


@pytest.mark.parametrize("component", ["Model", "Strategy"])
def test_deterministic_is_said_or_computed(local_plugin, component):
    source = f"""
from imbbench import Model, Strategy, hookimpl
def build(context): ...
def apply(train, seed): ...
@hookimpl
def imbbench_models(): return [Model("net", build{", deterministic='yes'" * (component == "Model")})]
@hookimpl
def imbbench_strategies(): return [Strategy("plain", apply{", deterministic='yes'" * (component != "Model")})]
"""
    message = (
        "whose deterministic is a value of type str; expected True, False, or a function of its parameters"
    )
    failure(local_plugin("bad_plugin", source), message)


@pytest.mark.parametrize(
    ("weighted", "message"),
    [
        ("0.5", "whose weighted is a value of type float; expected a function or None"),
        ("lambda predictions: []", r"does not take \(predictions, weights, \*, beta\): too many positional"),
        ("lambda predictions, weights: []", "got an unexpected keyword argument 'beta'$"),
    ],
)
def test_a_weighted_that_could_not_be_called_is_told_when_it_is_loaded(local_plugin, weighted, message):
    source = f"""
from imbbench import Metric, hookimpl
def f_beta(p, *, beta: float = 2.0): ...
@hookimpl
def imbbench_metrics(): return [Metric("f_beta", f_beta, weighted={weighted})]
"""
    failure(local_plugin("bad_plugin", source), message)


def test_the_module_is_not_there():
    failure("no_such_module_anywhere", "-p no_such_module_anywhere: importing")


def test_a_hook_may_return_any_iterable_of_components(local_plugin):
    name = local_plugin("generating", GOOD.replace("return [", "yield from ["))
    assert "nothing" in load_plugins([name]).components["strategy"]


def test_observers_are_told_one_by_one_and_a_failing_one_silences_nobody(local_plugin):
    source = """
from imbbench import hookimpl
seen = []
@hookimpl
def imbbench_cell_done(result):
    {body}
"""
    names = [
        local_plugin("first_observer", source.format(body="seen.append(result)")),
        local_plugin("failing_observer", source.format(body="raise ValueError('no')")),
        local_plugin("last_observer", source.format(body="seen.append(result)")),
    ]
    registry = load_plugins(names)
    with pytest.warns(UserWarning, match="'failing_observer': its imbbench_cell_done raised ValueError: no"):
        notify(registry, "imbbench_cell_done", result="row")
    assert sys.modules["first_observer"].seen == sys.modules["last_observer"].seen == ["row"]


def test_builtins_come_first_and_complete(registry):
    assert not registry.failures
    assert list(registry.components["dataset"]) == ["creditcard", "moons", "circles", "csv"]
    assert list(registry.components["strategy"]) == ["none", "class_weight", "undersample", "pos_weight"]
    assert list(registry.components["model"]) == ["sklearn-lr", "sklearn-rf", "torch-linear", "torch-mlp"]
