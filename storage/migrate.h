// Migrations: numbered SQL files, embedded at build time, each applied once and in one transaction.
//
// `application_id` tells our databases from others, `user_version` is the number of the last file applied.
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "storage/db.h"

#define MIGRATE_APPLICATION_ID 0x46574159 // "FWAY"

struct migration {
    int number; // 1, 2, ... without gaps
    const char *name;
    const char *sql;
};

// storage/migrations/*.sql in order.
extern const struct migration migrations[];
extern const size_t n_migrations;

// *missing tells whether migrations have to be applied. ERR_INVALID (field "database"): a foreign database, one that a newer
// version of the program has written, or no database at all.
enum err_code migrate_inspect(struct db *db, size_t n, bool *missing, struct err *err);
// Switches to WAL and applies what is missing of the first n. Two processes may do so at the same time.
enum err_code migrate_apply(struct db *db, const struct migration *list, size_t n, struct err *err);
