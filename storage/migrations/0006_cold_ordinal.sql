-- The models' hyperparameters were reset: suggestions with a smaller ordinal do not tell them any more.
ALTER TABLE experiment ADD COLUMN cold_ordinal INTEGER NOT NULL DEFAULT 0 CHECK (cold_ordinal >= 0);
