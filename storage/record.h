// Records: the rows that cross the storage door. Text and arrays of records that were read belong to the arena they were read
// into; of records to be written, to the caller. Ids are > 0; 0 means none. Times are Unix milliseconds.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"

enum token_kind { TOKEN_CLIENT = 1, TOKEN_CLIENT_DEVELOPMENT = 2, TOKEN_USER = 3, TOKEN_GUEST = 4 };

struct token_record {
    int64_t id;
    unsigned char digest[DIGEST_SIZE]; // SHA-256 of the token text; the text itself is never stored
    const char *prefix;                // first 4 characters, for lists
    enum token_kind kind;
    int64_t organization_id;
    int64_t client_id;     // 0: a user's
    int64_t user_id;       // 0: a guest's, or nobody's
    int64_t experiment_id, training_run_id; // a guest's: one of them
    int64_t creator_id;    // the user who made a guest's token
    int64_t created;
    int64_t expires; // 0: never
    int64_t lease;   // ms from creation or renewal to the end; 0: forever
    bool renewable;  // by its holder
    bool revoked;
};

struct organization_record {
    int64_t id;
    const char *name;
    int64_t created;
};

struct user_record {
    int64_t id, organization_id;
    const char *name;
    int64_t created;
};

struct client_record {
    int64_t id, organization_id;
    const char *name;
    int64_t created;
    bool experiments_visible; // users see the experiments of others
};

struct project_record {
    int64_t id, client_id;
    int64_t user_id; // 0: created by the system
    const char *reference; // the id in the API
    const char *name;
    const char *metadata; // JSON object or NULL
    int64_t created, updated;
    bool deleted;
    int64_t experiment_count;   // incl. deleted ones
    int64_t training_run_count; // without deleted ones
};

struct note_record {
    int64_t id, project_id;
    int64_t user_id; // 0: written without a user
    const char *contents;
    int64_t created;
};

struct tag_record {
    int64_t id, client_id;
    const char *name;
    const char *color; // "#RRGGBB", upper case
};

enum experiment_type { EXPERIMENT_OFFLINE = 1, EXPERIMENT_RANDOM = 2, EXPERIMENT_GRID = 3 };

struct experiment_record {
    int64_t id, client_id, user_id;
    int64_t project_id;            // 0: none
    const char *project_reference; // read only; NULL: none
    const char *name;
    enum experiment_type type;
    bool deleted, development, runs_only;
    int64_t created, updated;
    int64_t observation_budget, parallel_bandwidth, num_solutions; // 0: null
    const char *metadata;   // JSON object or NULL
    const char *parameters; // JSON array exactly as the API shows it
    const char *metrics;    // the same
    const char *conditionals, *linear_constraints, *tasks; // the same; NULL: none
    const char *retired_categories; // JSON object: parameter -> array of categorical values that are no longer in use; NULL: none

    // Kept by storage in the transaction that changes them.
    int64_t epoch;    // rises when the past changed: every cached model is void
    int64_t sequence; // of the newest observation ever appended
    int64_t ordinal;  // suggestions generated so far
    int64_t cold_ordinal; // hyperparameters of suggestions with a smaller ordinal are forgotten
    int64_t n_initial, n_model; // of those, in the initial and in the model phase
    int64_t observation_count;  // not deleted
    double budget_consumed;     // sum of task costs
    int64_t first_observation_id, last_observation_id, best_observation_id; // 0: none
    int64_t suggestion_count, open_suggestion_count; // not deleted; of those open
    int64_t active_run_count, finished_run_count;    // not deleted runs, by whether they have a time of completion
};

struct assignment {
    const char *name;
    const char *text; // categorical value, or NULL for a number
    double number;
};

// How a suggestion came to be. Stored by number: never change them.
enum suggestion_source {
    SOURCE_EXPLICIT = 1,
    SOURCE_QUEUED = 2,
    SOURCE_INITIAL = 3,
    SOURCE_FILL = 4,
    SOURCE_MODEL = 5,
    SOURCE_RANDOM = 6,
    SOURCE_FALLBACK = 7,
};

struct suggestion_record {
    int64_t id, experiment_id;
    int64_t created;
    bool deleted, closed;
    const char *metadata; // JSON object or NULL
    enum suggestion_source source;
    const char *task; // NULL: none
    const struct assignment *assignments; // sorted by name when read
    size_t n_assignments;

    // Generated suggestions only (else 0 / NAN / NULL): what is needed to make the next ones the same after a restart.
    int64_t sequence; // newest observation that was known
    int64_t epoch;
    int64_t ordinal; // 0, 1, ...
    int64_t seed;
    int64_t relaxations;
    double floor, box;
    double probability_of_feasibility, probability_of_constraints, expected_improvement; // NAN: unknown
    const char *predicted; // JSON array of {"name", "mean", "stddev"}; NULL: not known, or an old row
    double mean, stddev;   // of the optimized metric, in old rows; NAN: unknown
    bool exploring, filler;
    double inevitable; // share of its risk of failure that no candidate was without, 0 ... 1
    const char *models; // JSON text of the advisor's: hyperparameters per model
};

struct queued_suggestion_record {
    int64_t id, experiment_id; // ids of their own
    int64_t created;
    const char *task; // NULL: none
    const struct assignment *assignments; // sorted by name when read
    size_t n_assignments;
};

struct metric_value {
    const char *name; // "" for the unnamed metric
    double value;
    double stddev; // NAN: none
};

struct observation_record {
    int64_t id, experiment_id;
    int64_t sequence;
    int64_t suggestion_id; // 0: from assignments
    const char *task;      // NULL: none
    bool failed, deleted;
    int64_t created;
    const char *metadata; // JSON object or NULL
    const struct assignment *assignments; // a copy of the suggestion's when there is one
    size_t n_assignments;
    const struct metric_value *values; // sorted by name; none when failed
    size_t n_values;
    // Read only: of its suggestion, 0 without one.
    enum suggestion_source source;
    bool filler;
    double inevitable;
    double told; // probability of feasibility; 0 where none was
};

// Stored by number: never change them.
enum run_state { RUN_ACTIVE = 1, RUN_COMPLETED = 2, RUN_FAILED = 3 };

// The maps of a run. Stored by number: never change them.
enum run_section {
    RUN_ASSIGNMENTS = 1,      // number or text
    RUN_ASSIGNMENTS_META,     // text: source
    RUN_ASSIGNMENTS_SOURCES,  // number: sort; extra: default_show, 0 or 1
    RUN_VALUES,               // number: value; extra: standard deviation
    RUN_METADATA,             // number or text
    RUN_DEV_METADATA,         // number or text
    RUN_LOGS,                 // text: content
    RUN_DATASETS,             // nothing but the key
    RUN_SOURCE_CODE,          // text; keys "content", "hash"
    RUN_MODEL,                // text; key "type"
    RUN_IMPORTANCES,          // number: score of a feature
    RUN_IMPORTANCES_TYPE,     // text; key "type"
    RUN_SECTION_END
};

struct run_entry {
    enum run_section section;
    const char *key;
    const char *text;     // NULL: none
    double number, extra; // NAN: none
};

struct training_run_record {
    int64_t id, client_id, project_id, user_id;
    const char *project_reference; // read only
    int64_t experiment_id;  // 0: alone in its project
    int64_t suggestion_id;  // 0: none; else made for this run
    int64_t observation_id; // 0: nothing came of it yet
    const char *name;
    enum run_state state;
    int64_t created, updated;
    int64_t completed; // when it first was completed or failed; 0: not yet (times before 1970 do not occur)
    bool deleted;
    int favorite; // -1: never said
    bool has_metadata; // an object, perhaps an empty one, and not null
    int64_t checkpoint_count;
    int64_t shape_id;
    const struct run_entry *entries; // sorted by section and key (bytes)
    size_t n_entries;
    const int64_t *tag_ids, *file_ids; // read only; ascending
    size_t n_tags, n_files;
};

struct checkpoint_record {
    int64_t id, training_run_id;
    int64_t created;
    const char *metadata; // JSON object or NULL
    const struct metric_value *values; // sorted by name
    size_t n_values;
};

// A file of a training run, or what was announced of one.
struct file_record {
    int64_t id, training_run_id;
    int64_t client_id;         // of the run; read only
    int64_t user_id;           // 0: announced without a user
    int64_t created;           // announced
    const char *name, *filename; // NULL: none
    const char *content_type;  // "type/subtype"
    int64_t content_length;    // bytes, > 0
    unsigned char md5[DIGEST_MD5_SIZE];
};

struct file_upload_record {
    struct file_record file;
    unsigned char digest[DIGEST_SIZE]; // SHA-256 of the secret
    int64_t expires;
    bool stored; // the file exists
};

enum { PAGE_KEY_MAX = 3 };

// A text, or a number where there is none.
struct scalar {
    const char *text;
    double number;
};

// One page of a list in the order of a key that ends in the id. `before` selects keys below, `after` keys above.
struct page_query {
    bool has_before, has_after;
    int64_t before[PAGE_KEY_MAX], after[PAGE_KEY_MAX]; // key: id alone uses [0]; (time, id) uses [0] and [1]
    struct scalar before_scalar, after_scalar;         // of (scalar, id), instead of [0]
    bool up;                     // take the smallest keys instead of the largest
    size_t limit;                // 0 ... 1000
};

// Rows come in the order of selection: largest key first, or with `up` smallest first. n <= limit + 1: one row more than asked
// says that there is more.
