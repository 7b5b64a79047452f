// Endpoints that are about no object: the greeting, the sign of life, and what later releases bring.
#include "api/route.h"

enum err_code welcome_show(struct call *call)
{
    json_begin_object(&call->out);
    json_member_string(&call->out, "message", "Welcome to Fairway, which speaks the SigOpt API. Its endpoints begin with /v1.");
    json_end_object(&call->out);
    return ERR_NONE;
}

enum err_code welcome_nothing(struct call *call)
{
    json_begin_object(&call->out);
    json_end_object(&call->out);
    return ERR_NONE;
}

enum err_code welcome_not_built(struct call *call)
{
    return call_error(call, ERR_NOT_FOUND, NULL, "The endpoint %s is not part of this version", call->path);
}
