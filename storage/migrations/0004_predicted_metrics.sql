-- What the models said of the metrics when a suggestion was made: a JSON array of {name, mean, stddev} as the API shows it. Rows from
-- before have NULL there and the numbers of the optimized metric in mean and stddev, which no row has any more from here on.
ALTER TABLE suggestion ADD COLUMN predicted TEXT;
-- That all metric constraints hold; NULL: unknown, or there are none.
ALTER TABLE suggestion ADD COLUMN probability_of_constraints REAL CHECK (probability_of_constraints BETWEEN 0 AND 1);
