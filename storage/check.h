// The check: do the stored data contradict themselves? Pages and indexes, foreign keys, and the counters of the experiments.
#pragma once

#include "storage/tx.h"

// ERR_CORRUPT with the first finding. Time linear in the size of the database.
enum err_code check_run(struct tx *tx, struct err *err);
