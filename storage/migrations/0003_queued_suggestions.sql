-- Points that wait to be handed out, each once, oldest first. One that was handed out is marked deleted, as one that was taken back.

CREATE TABLE queued_suggestion (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    experiment_id INTEGER NOT NULL REFERENCES experiment (id),
    created INTEGER NOT NULL,
    deleted INTEGER NOT NULL CHECK (deleted IN (0, 1)),
    task TEXT
) STRICT;
CREATE INDEX queued_suggestion_waiting ON queued_suggestion (experiment_id, id) WHERE deleted = 0;

CREATE TABLE queued_suggestion_assignment (
    queued_suggestion_id INTEGER NOT NULL REFERENCES queued_suggestion (id),
    name TEXT NOT NULL,
    number REAL CHECK (abs(number) < 9e999),
    text TEXT,
    PRIMARY KEY (queued_suggestion_id, name),
    CHECK ((number IS NULL) <> (text IS NULL))
) STRICT, WITHOUT ROWID;
