-- Conditionals, linear constraints and tasks of an experiment, JSON arrays exactly as the API shows them; NULL: none. Categorical
-- values that are no longer in use keep their numbers: a JSON object, parameter -> array of {name, enum_index}; NULL: none.
ALTER TABLE experiment_definition ADD COLUMN conditionals TEXT;
ALTER TABLE experiment_definition ADD COLUMN linear_constraints TEXT;
ALTER TABLE experiment_definition ADD COLUMN tasks TEXT;
ALTER TABLE experiment_definition ADD COLUMN retired_categories TEXT;

-- The name of the task that a suggestion is for; NULL: its experiment has none.
ALTER TABLE suggestion ADD COLUMN task TEXT;
