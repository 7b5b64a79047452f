-- The planner's statistics are averages over all experiments: with them it takes the index of all suggestions for the open ones where one
-- experiment has nearly all of those. Each statement is written for the index that it needs; nothing gathers statistics any more.
DROP TABLE IF EXISTS sqlite_stat1;
