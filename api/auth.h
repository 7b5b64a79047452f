// Auth: who calls, and which objects of the path they may see (API reference 1.2).
#pragma once

#include "api/call.h"
#include "api/route.h"

// Reads an Authorization header: Basic with the token as user name, or Bearer. ERR_INVALID: it is there but cannot be read;
// *token is NULL when there is none. Tokens are valid UTF-8.
enum err_code auth_read(struct arena *arena, const char *header, const char **token, struct err *err);

// Looks the token up and checks that its kind may call the route. Fills call->token, call->development and, when the token has
// a team, call->client.
enum err_code auth_check(struct call *call);

// Loads client, project, experiment, run and file of the path, then compares the level that the route asks for. What does not exist
// and what belongs to others is ERR_NOT_FOUND in the same words.
enum err_code auth_load(struct call *call);
