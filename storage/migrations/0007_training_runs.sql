-- Training runs: what a program did, what it varied and what it measured; alone in a project, or as evaluations of an experiment.

CREATE TABLE training_run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES client (id),
    project_id INTEGER NOT NULL REFERENCES project (id),
    user_id INTEGER REFERENCES user_account (id),
    experiment_id INTEGER REFERENCES experiment (id),   -- NULL: alone
    suggestion_id INTEGER REFERENCES suggestion (id),   -- made for this run
    observation_id INTEGER REFERENCES observation (id), -- what came of it
    name TEXT NOT NULL,
    state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3), -- enum run_state
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    completed INTEGER, -- when it first was completed or failed
    deleted INTEGER NOT NULL CHECK (deleted IN (0, 1)),
    favorite INTEGER CHECK (favorite IN (0, 1)), -- NULL: never said
    has_metadata INTEGER NOT NULL CHECK (has_metadata IN (0, 1)), -- an object, perhaps an empty one, and not null
    checkpoint_count INTEGER NOT NULL DEFAULT 0 CHECK (checkpoint_count >= 0),
    shape_id INTEGER NOT NULL REFERENCES training_run_shape (id)
) STRICT;
CREATE INDEX training_run_by_client ON training_run (client_id, id);
CREATE INDEX training_run_by_project ON training_run (project_id, id);
CREATE INDEX training_run_by_experiment ON training_run (experiment_id, id) WHERE experiment_id IS NOT NULL;
CREATE INDEX training_run_by_suggestion ON training_run (suggestion_id) WHERE suggestion_id IS NOT NULL;
CREATE INDEX training_run_by_observation ON training_run (observation_id) WHERE observation_id IS NOT NULL;
CREATE INDEX training_run_by_shape ON training_run (shape_id);

-- The maps of a run, one row for each key, so that two writers of different keys never meet and every key can be filtered and
-- sorted by. Which columns a section uses is told in storage/training_run.h.
CREATE TABLE training_run_entry (
    training_run_id INTEGER NOT NULL REFERENCES training_run (id),
    section INTEGER NOT NULL CHECK (section BETWEEN 1 AND 12), -- enum run_section
    key TEXT NOT NULL,
    number REAL CHECK (abs(number) < 9e999),
    text TEXT,
    extra REAL CHECK (abs(extra) < 9e999),
    PRIMARY KEY (training_run_id, section, key)
) STRICT, WITHOUT ROWID;

-- Which entries a run has: most runs of a program have the same. Says which fields occur among many runs without looking at their
-- entries. The text is of storage/run_shape.h.
CREATE TABLE training_run_shape (
    id INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32), -- SHA-256 of the text
    entries TEXT NOT NULL
) STRICT;

CREATE TABLE training_run_tag (
    training_run_id INTEGER NOT NULL REFERENCES training_run (id),
    tag_id INTEGER NOT NULL REFERENCES tag (id),
    PRIMARY KEY (training_run_id, tag_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoint (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    training_run_id INTEGER NOT NULL REFERENCES training_run (id),
    created INTEGER NOT NULL,
    metadata TEXT
) STRICT;
CREATE INDEX checkpoint_by_training_run ON checkpoint (training_run_id, id);

CREATE TABLE checkpoint_value (
    checkpoint_id INTEGER NOT NULL REFERENCES checkpoint (id),
    name TEXT NOT NULL,
    value REAL NOT NULL CHECK (abs(value) < 9e999),
    stddev REAL CHECK (stddev >= 0 AND stddev < 9e999),
    PRIMARY KEY (checkpoint_id, name)
) STRICT, WITHOUT ROWID;

-- Not deleted runs.
ALTER TABLE project ADD COLUMN training_run_count INTEGER NOT NULL DEFAULT 0 CHECK (training_run_count >= 0);
ALTER TABLE experiment ADD COLUMN active_run_count INTEGER NOT NULL DEFAULT 0 CHECK (active_run_count >= 0);
ALTER TABLE experiment ADD COLUMN finished_run_count INTEGER NOT NULL DEFAULT 0 CHECK (finished_run_count >= 0);
-- Guests see this run and nothing else.
ALTER TABLE token ADD COLUMN training_run_id INTEGER REFERENCES training_run (id);
