// One transaction, or the savepoint of one unit in it: what a unit of work gets. It lives as long as the unit runs.
#pragma once

#include "storage/db.h"
#include "storage/storage.h"

struct tx {
    struct db *db;
};
