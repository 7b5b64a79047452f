-- Tells whether an observation still names a suggestion, without looking at the others of the experiment.
CREATE INDEX observation_by_suggestion ON observation (suggestion_id) WHERE suggestion_id IS NOT NULL;
