from __future__ import annotations

from imbbench.testing import parametrize_components

test_component = parametrize_components("imbbench_boosting", specs=("catboost[n_estimators=50]",))
