-- The first schema. Released files are never edited; a change is a new file (docs/storage.md).
--
-- Times are Unix milliseconds. "Deleted" is a mark: rows stay. Optional columns hold NULL, never 0 or ''.
-- Numbers that must be finite say so: NaN is stored as NULL, infinity fails abs(x) < 9e999.

CREATE TABLE organization (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    created INTEGER NOT NULL
) STRICT;

-- A team.
CREATE TABLE client (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organization_id INTEGER NOT NULL REFERENCES organization (id),
    name TEXT NOT NULL,
    created INTEGER NOT NULL
) STRICT;

CREATE TABLE user_account (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    organization_id INTEGER NOT NULL REFERENCES organization (id),
    name TEXT NOT NULL,
    created INTEGER NOT NULL
) STRICT;

CREATE TABLE token (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32), -- SHA-256 of the text
    prefix TEXT NOT NULL,
    kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 4), -- enum token_kind
    organization_id INTEGER NOT NULL REFERENCES organization (id),
    client_id INTEGER REFERENCES client (id),
    user_id INTEGER REFERENCES user_account (id),
    created INTEGER NOT NULL,
    expires INTEGER, -- NULL: never
    revoked INTEGER NOT NULL CHECK (revoked IN (0, 1))
) STRICT;

CREATE TABLE project (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES client (id),
    user_id INTEGER REFERENCES user_account (id), -- NULL: made by the system
    reference TEXT NOT NULL,
    name TEXT NOT NULL,
    metadata TEXT,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    deleted INTEGER NOT NULL CHECK (deleted IN (0, 1)),
    experiment_count INTEGER NOT NULL DEFAULT 0 CHECK (experiment_count >= 0),
    UNIQUE (client_id, reference)
) STRICT;
CREATE INDEX project_by_created ON project (client_id, created, id);
CREATE INDEX project_by_updated ON project (client_id, updated, id);

-- What moves with every observation. Its texts are in experiment_definition, so that this row stays short.
CREATE TABLE experiment (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES client (id),
    user_id INTEGER REFERENCES user_account (id),
    project_id INTEGER REFERENCES project (id),
    name TEXT NOT NULL,
    type INTEGER NOT NULL CHECK (type BETWEEN 1 AND 3), -- enum experiment_type
    deleted INTEGER NOT NULL CHECK (deleted IN (0, 1)),
    development INTEGER NOT NULL CHECK (development IN (0, 1)),
    runs_only INTEGER NOT NULL CHECK (runs_only IN (0, 1)),
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    observation_budget INTEGER CHECK (observation_budget > 0),
    parallel_bandwidth INTEGER CHECK (parallel_bandwidth > 0),
    num_solutions INTEGER CHECK (num_solutions > 0),
    epoch INTEGER NOT NULL DEFAULT 0,      -- rises when the past changed
    sequence INTEGER NOT NULL DEFAULT 0,   -- of the newest observation ever
    ordinal INTEGER NOT NULL DEFAULT 0,    -- suggestions generated so far, of those:
    n_initial INTEGER NOT NULL DEFAULT 0,  -- in the initial design
    n_model INTEGER NOT NULL DEFAULT 0,    -- by the model
    observation_count INTEGER NOT NULL DEFAULT 0 CHECK (observation_count >= 0), -- not deleted
    budget_consumed REAL NOT NULL DEFAULT 0 CHECK (abs(budget_consumed) < 9e999),
    first_observation_id INTEGER REFERENCES observation (id),
    last_observation_id INTEGER REFERENCES observation (id),
    best_observation_id INTEGER REFERENCES observation (id),
    suggestion_count INTEGER NOT NULL DEFAULT 0 CHECK (suggestion_count >= 0), -- not deleted, of those:
    open_suggestion_count INTEGER NOT NULL DEFAULT 0 CHECK (open_suggestion_count >= 0)
) STRICT;
-- The columns behind the id are there so that a filter is decided in the index.
CREATE INDEX experiment_by_client ON experiment (client_id, id, deleted, development, runs_only, user_id);
CREATE INDEX experiment_by_client_updated ON experiment (client_id, updated, id, deleted, development, runs_only, user_id);
CREATE INDEX experiment_by_project ON experiment (project_id, id, deleted, development, runs_only, user_id);
CREATE INDEX experiment_by_project_updated ON experiment (project_id, updated, id, deleted, development, runs_only, user_id);

CREATE TABLE experiment_definition (
    experiment_id INTEGER PRIMARY KEY REFERENCES experiment (id),
    metadata TEXT,
    parameters TEXT NOT NULL,
    metrics TEXT NOT NULL
) STRICT;

CREATE TABLE suggestion (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    experiment_id INTEGER NOT NULL REFERENCES experiment (id),
    created INTEGER NOT NULL,
    deleted INTEGER NOT NULL CHECK (deleted IN (0, 1)),
    closed INTEGER NOT NULL CHECK (closed IN (0, 1)), -- an observation referred to it
    metadata TEXT,
    source INTEGER NOT NULL CHECK (source BETWEEN 1 AND 7), -- enum suggestion_source
    -- Of generated ones only: what makes the next ones the same after a restart.
    sequence INTEGER,
    epoch INTEGER,
    ordinal INTEGER,
    seed INTEGER,
    relaxations INTEGER,
    floor REAL CHECK (abs(floor) < 9e999),
    box REAL CHECK (abs(box) < 9e999),
    probability_of_feasibility REAL CHECK (probability_of_feasibility BETWEEN 0 AND 1),
    expected_improvement REAL CHECK (abs(expected_improvement) < 9e999),
    mean REAL CHECK (abs(mean) < 9e999),
    stddev REAL CHECK (stddev >= 0 AND stddev < 9e999),
    exploring INTEGER NOT NULL CHECK (exploring IN (0, 1)),
    filler INTEGER NOT NULL CHECK (filler IN (0, 1)),
    inevitable REAL NOT NULL CHECK (inevitable BETWEEN 0 AND 1), -- share of its risk that no candidate was without
    models TEXT,
    CHECK ((source >= 3) = (ordinal IS NOT NULL))
) STRICT;
CREATE INDEX suggestion_by_experiment ON suggestion (experiment_id, deleted, id);
CREATE INDEX suggestion_open ON suggestion (experiment_id, deleted, id) WHERE closed = 0;
CREATE UNIQUE INDEX suggestion_by_ordinal ON suggestion (experiment_id, ordinal) WHERE ordinal IS NOT NULL;
CREATE INDEX suggestion_relaxed ON suggestion (experiment_id, ordinal) WHERE relaxations > 0;

CREATE TABLE suggestion_assignment (
    suggestion_id INTEGER NOT NULL REFERENCES suggestion (id),
    name TEXT NOT NULL,
    number REAL CHECK (abs(number) < 9e999),
    text TEXT,
    PRIMARY KEY (suggestion_id, name),
    CHECK ((number IS NULL) <> (text IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE observation (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    experiment_id INTEGER NOT NULL REFERENCES experiment (id),
    sequence INTEGER NOT NULL CHECK (sequence > 0), -- 1, 2, ... within the experiment, in the order of ids
    suggestion_id INTEGER REFERENCES suggestion (id),
    task TEXT,
    failed INTEGER NOT NULL CHECK (failed IN (0, 1)),
    deleted INTEGER NOT NULL CHECK (deleted IN (0, 1)),
    created INTEGER NOT NULL,
    metadata TEXT,
    UNIQUE (experiment_id, sequence)
) STRICT;
CREATE INDEX observation_by_experiment ON observation (experiment_id, deleted, id);

CREATE TABLE observation_assignment (
    observation_id INTEGER NOT NULL REFERENCES observation (id),
    name TEXT NOT NULL,
    number REAL CHECK (abs(number) < 9e999),
    text TEXT,
    PRIMARY KEY (observation_id, name),
    CHECK ((number IS NULL) <> (text IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE observation_value (
    observation_id INTEGER NOT NULL REFERENCES observation (id),
    name TEXT NOT NULL, -- '': the unnamed metric
    value REAL NOT NULL CHECK (abs(value) < 9e999),
    stddev REAL CHECK (stddev >= 0 AND stddev < 9e999),
    experiment_id INTEGER NOT NULL REFERENCES experiment (id),
    live INTEGER NOT NULL CHECK (live IN (0, 1)), -- 0: its observation is deleted
    PRIMARY KEY (observation_id, name)
) STRICT, WITHOUT ROWID;
-- Finds the best value without looking at the others.
CREATE INDEX observation_value_live ON observation_value (experiment_id, name, value, observation_id) WHERE live = 1;
