"""The tables of the store, as changes from one schema version to the next."""

from __future__ import annotations

#: "imbb" in ASCII: how SQLite tells whose file it is.
APPLICATION = 0x696D6262

#: What makes each schema version from the one before, version 0 being an empty file.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE runs (
            id INTEGER PRIMARY KEY,
            started TEXT NOT NULL, finished TEXT,       -- ISO 8601, UTC
            command TEXT NOT NULL, planned INTEGER NOT NULL,
            environment TEXT NOT NULL, thresholds TEXT NOT NULL,
            columns TEXT NOT NULL, lower_is_better TEXT NOT NULL  -- JSON
        )""",
        # Digests of the code that computed a cell's metrics, JSON: {metric: digest}.
        "CREATE TABLE scorings (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)",
        # What the numbers in cells.figures are, JSON: [[threshold, [metric, ...]], ...].
        "CREATE TABLE layouts (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)",
        # What a cell has in common with others of its fold, JSON: `store_rows.COMMON`.
        "CREATE TABLE commons (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)",
        # Test rows of a fold: packed arrays, one row for all cells that have them.
        """CREATE TABLE folds (
            id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE,
            test BLOB NOT NULL, y BLOB NOT NULL, amount BLOB
        )""",
        # A cell as it was fitted. Few and small columns: a resumed run reads thousands of rows.
        """CREATE TABLE cells (
            id INTEGER PRIMARY KEY,
            run INTEGER NOT NULL REFERENCES runs, finished TEXT NOT NULL, request TEXT,
            dataset TEXT NOT NULL, strategy TEXT NOT NULL, model TEXT NOT NULL, fold INTEGER NOT NULL,
            status TEXT NOT NULL, reason TEXT NOT NULL, seconds REAL, key TEXT,
            info TEXT NOT NULL,                         -- JSON
            common INTEGER NOT NULL REFERENCES commons,
            layout INTEGER NOT NULL REFERENCES layouts,
            figures BLOB NOT NULL,                      -- float64, little-endian
            scoring INTEGER NOT NULL REFERENCES scorings,
            test_rows INTEGER REFERENCES folds          -- of its scores; null without any
        )""",
        "CREATE INDEX cells_ok ON cells (request) WHERE status = 'ok'",
        "CREATE INDEX cells_of ON cells (dataset, strategy, model, status, seconds)",
        "CREATE TABLE scores (cell INTEGER PRIMARY KEY REFERENCES cells, packed BLOB NOT NULL)",
        "CREATE TABLE identities (cell INTEGER PRIMARY KEY REFERENCES cells, text TEXT NOT NULL)",
        # The rows of a run: cells fitted in it and, cached, earlier ones. `own` is JSON, a row's own
        # names for what was stored under others: two specs can lead to the same rows and the same key.
        """CREATE TABLE run_cells (
            run INTEGER NOT NULL REFERENCES runs, position INTEGER NOT NULL,
            cell INTEGER NOT NULL REFERENCES cells, cached INTEGER NOT NULL, own TEXT,
            PRIMARY KEY (run, position)
        ) WITHOUT ROWID""",
        # What need not be found out again, JSON: fingerprints of datasets, devices.
        """CREATE TABLE facts (
            kind TEXT NOT NULL, identity TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, identity)
        ) WITHOUT ROWID""",
    ),
    (
        # Scores of the training part's rows, each by a fit that had not seen it, and their labels.
        "ALTER TABLE scores ADD COLUMN inner BLOB",
        "ALTER TABLE folds ADD COLUMN train_y BLOB",
    ),
    ("ALTER TABLE runs ADD COLUMN undirected TEXT NOT NULL DEFAULT '[]'",),  # JSON
    (
        # Of data with two numeric features: scores of a grid on their plane, the plane (JSON), its points.
        "ALTER TABLE scores ADD COLUMN surface BLOB",
        "ALTER TABLE folds ADD COLUMN plane TEXT",
        "ALTER TABLE folds ADD COLUMN points BLOB",
    ),
)
