// Bootstrap: what a new database holds before anyone has used it.
#pragma once

#include <stdint.h>

#include "storage/db.h"

// Unless there is an organization: organization 1, client 1, user 1, projects `default` and `sigopt-examples`, in one
// transaction.
enum err_code bootstrap_run(struct db *db, int64_t now, struct err *err);
