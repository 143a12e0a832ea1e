from __future__ import annotations

from pathlib import Path

import pytest

from imbbench.benchfile import read, read_check
from imbbench.errors import UsageError
from imbbench.plan import plan

FULL = """
threshold = [0.3, 0.5]
metrics = ["tp", "roc_auc"]
device = "cpu"
random_state = 7

[check]
tolerance = { roc_auc = 0.005, tp = 2, average_precision = [0.01, "2%"] }
significance = 0.05

[[grid]]
dataset = { name = "moons", n_samples = [100, 200] }
split = ["holdout", "kfold[n_splits=2]"]
scale = ["standard", "none"]
strategy = "none,class_weight"
model = [
  { name = "torch-mlp", hidden_layer_sizes = [[8], [8, 4]], lr = 0.1 },
  { name = "sklearn-rf", max_depth = "none" },
]

[[grid]]
dataset = "circles"
strategy = "none"
model = "sklearn-lr"
random_state = 3
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "bench.toml"
    path.write_text(text)
    return path


def test_a_file_says_everything_the_options_do(tmp_path, registry):
    grids, options = read(written(tmp_path, FULL))
    check = {
        "tolerance": {"roc_auc": 0.005, "tp": 2, "average_precision": [0.01, "2%"]},
        "significance": 0.05,
    }
    expected = {"threshold": [0.3, 0.5], "metrics": ["tp", "roc_auc"], "device": "cpu", "check": check}
    assert options == expected
    assert read_check(written(tmp_path, FULL)) == check
    cells = plan(registry, grids)
    assert len(cells) == 2 * 3 * 2 * 2 * 3 + 1
    assert {cell.dataset for cell in cells} == {"moons[n_samples=100]", "moons[n_samples=200]", "circles"}
    assert {cell.model for cell in cells} == {
        "torch-mlp[hidden_layer_sizes=(8,),lr=0.1]",
        "torch-mlp[hidden_layer_sizes=(8,4),lr=0.1]",
        "sklearn-rf",
        "sklearn-lr",
    }
    assert {cell.random_state for cell in cells} == {7, 3}
    assert {cell.seed for cell in cells} == {0}


def test_seeds_stand_above_or_in_a_grid(tmp_path, registry):
    grid = '[[grid]]\ndataset = "moons"\nstrategy = "none"\nmodel = "sklearn-rf"\n'
    above, within = (
        [cell.seed for cell in plan(registry, read(written(tmp_path, text))[0])]
        for text in (f"seeds = 3\n{grid}", f"seeds = 2\n{grid}seeds = 1\nsplit = 'kfold[n_splits=2]'\n")
    )
    assert (above, within) == ([0, 1, 2], [0, 0])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "one or more \\[\\[grid\\]\\]"),
        ("[grid]\nmodel='x'", "one or more \\[\\[grid\\]\\]"),
        ("[[grid]]\nmodels = 'x'", "grid\\]\\] 1: unknown key 'models' .did you mean 'model'"),
        ("[[grid]]\nmodel = 3", "expected a spec string or a table with a name"),
        ("[[grid]]\nmodel = { lr = 3 }", "a table with a name"),
        ("[[grid]]\nrandom_state = 'x'", "random_state = 'x' is no integer"),
        ("[[grid]]\nseeds = true", "seeds = True is no integer"),
        ("seeds = 'three'\n[[grid]]", "seeds = 'three' does not fit; expected an integer"),
        ("[[grid]]\nthreshold = 0.5", "unknown key 'threshold'; put it above the first"),
        ("[[grids]]\nmodel = 'x'", "unknown key 'grids' .did you mean 'grid'"),
        ("threshold = true\n[[grid]]", 'does not fit; expected a number, a text such as "tuned:f1"'),
        ("thresholds = 0.5\n[[grid]]", "unknown key 'thresholds' .did you mean 'threshold'"),
        ("scale = 'none'\n[[grid]]", "'scale' belongs into a \\[\\[grid\\]\\]"),
        ("threads = 'two'\n[[grid]]", "threads = 'two' does not fit"),
        ("threads = true\n[[grid]]", "threads = True does not fit"),
        ("a b", "not a readable TOML file"),
        ("check = 3\n[[grid]]", "check is 3; expected a table with tolerance and significance"),
        (
            "[check]\nsignificant = 0.05\n[[grid]]",
            "check: unknown key 'significant' .did you mean 'significance'",
        ),
        ("[check.tolerance]\ntp = 1.5\n[[grid]]", "tolerance of tp is 1.5; expected a whole number"),
        ("[check.tolerance]\nroc_auc = nan\n[[grid]]", "tolerance of roc_auc is nan; expected a number"),
        ("[check]\nsignificance = 5\n[[grid]]", "significance is 5; expected a level such as 0.05"),
    ],
)
def test_mistakes_name_the_file(tmp_path, text, message):
    with pytest.raises(UsageError, match="bench.toml.*" + message):
        read(written(tmp_path, text))


def test_no_file(tmp_path):
    for reader in (read, read_check):
        with pytest.raises(UsageError, match=r"no file '.*absent\.toml'; give the path of a TOML file"):
            reader(tmp_path / "absent.toml")


def test_a_file_without_a_check_table(tmp_path, registry):
    path = written(tmp_path, "[[grid]]\nmodel = 'sklearn-lr'")
    assert read(path)[1] == {}
    with pytest.raises(
        UsageError, match=r"bench\.toml has no \[check\] table; expected one with tolerance or"
    ):
        read_check(path)


def test_a_check_table_may_stand_in_any_file(tmp_path):
    assert read_check(written(tmp_path, "[project]\nname = 'x'\n[check]\n")) == {}
    with pytest.raises(UsageError, match=r"bench\.toml, check: unknown key 'tolerances'"):
        read_check(written(tmp_path, "[check.tolerances]\ntp = 1"))


def test_mistakes_in_components_name_their_grid(tmp_path, registry):
    text = "[[grid]]\nmodel = 'sklearn-lr'\n[[grid]]\nmodel = {{ name = 'torch-mlp', {} }}"
    for wrong, message in {
        "hidden_layer_sizes = [8, 4]": r"hidden_layer_sizes=8 does not fit; .* in a benchmark file \[\[64, 32\]\]",
        "epoch = 3": "no parameter 'epoch'",
    }.items():
        grids, _ = read(written(tmp_path, text.format(wrong)))
        with pytest.raises(UsageError, match=r"bench\.toml, \[\[grid\]\] 2: model 'torch-mlp'.*" + message):
            plan(registry, grids)
