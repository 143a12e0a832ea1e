"""What preprocessing must know of a table, found once for all its folds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from imbbench.components import IntArray


@dataclass(frozen=True, eq=False)
class Columns:
    """A table's columns by name, in order.

    Parameters
    ----------
    numeric : arrays (n,) of numbers and booleans, gaps as NaN.
    categorical : Series (n,).
    gappy : names of columns with gaps.
    """

    numeric: Mapping[str, NDArray[Any]]
    categorical: Mapping[str, pd.Series]
    gappy: frozenset[str]

    @classmethod
    def of(cls, X: pd.DataFrame) -> Columns:
        """The columns of a DataFrame as `border.check_data` returns it, without a copy where numpy's
        own types hold them."""
        import numpy as np
        from pandas.api.types import is_numeric_dtype

        numeric: dict[str, NDArray[Any]] = {}
        categorical: dict[str, pd.Series] = {}
        for name, column in X.items():
            if not is_numeric_dtype(column.dtype):
                categorical[str(name)] = column
            elif isinstance(column.dtype, np.dtype):
                numeric[str(name)] = column.to_numpy()
            else:
                numeric[str(name)] = column.to_numpy(np.float64, na_value=np.nan)
        gappy = frozenset(str(name) for name, column in X.items() if column.isna().any())
        return cls(numeric, categorical, gappy)

    def only(self, names: Collection[str]) -> Columns:
        """These columns, in their order here."""
        numeric = {name: values for name, values in self.numeric.items() if name in names}
        categorical = {name: column for name, column in self.categorical.items() if name in names}
        return Columns(numeric, categorical, self.gappy & {*names})

    def empty(self, rows: IntArray) -> list[str]:
        """Names of those without any value in the rows."""
        import numpy as np

        numeric = [name for name, values in self.numeric.items() if name in self.gappy]
        categorical = [name for name in self.categorical if name in self.gappy]
        return [
            *(name for name in numeric if np.isnan(self.numeric[name][rows]).all()),
            *(name for name in categorical if self.categorical[name].iloc[rows].isna().all()),
        ]
