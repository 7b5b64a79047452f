// Tokens: their texts, and how they are shown.
//
// A text is shown whole only when it was just made or was sent with the request; the database keeps its digest.
#pragma once

#include "api/call.h"

enum { TOKEN_LENGTH = 48, TOKEN_PREFIX_LENGTH = 4 };
#define TOKEN_DAY INT64_C(86400000) // ms

// What a token of the kind gets: how long it works when nothing else was said, ms; 0: forever.
int64_t token_usual_lease(enum token_kind kind);
// Sets digest and prefix (in the arena).
void token_set_text(struct arena *arena, struct token_record *token, const char *text);
// A new text of TOKEN_LENGTH letters, set as that of the token.
const char *token_generate(struct arena *arena, struct token_record *token);
// Not revoked and not expired.
bool token_works(const struct token_record *token, int64_t now);
// "client-api", "client-dev", "user" or "guest".
const char *token_kind_name(enum token_kind kind);
// text NULL: only the first letters are known.
void token_write(struct call *call, const struct token_record *token, const char *text);
