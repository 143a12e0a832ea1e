"""The conformance kit of imbbench, with parameters that keep it fast."""

from __future__ import annotations

from imbbench.testing import parametrize_components

SPECS = (
    # By default it wants clusters in which every other row is positive.
    "kmeans-smote[cluster_balance_threshold=0.01]",
    "instance-hardness-threshold[cv=2]",
    "balanced-random-forest[n_estimators=10]",
    "balanced-random-forest[n_estimators=20,bootstrap=true]",
    "easy-ensemble[n_estimators=2]",
    "rusboost[n_estimators=5]",
)
test_component = parametrize_components("imbbench_imblearn", specs=SPECS)
