#include "api/openapi.h"

#include "api/route.h"

enum err_code openapi_show(struct call *call)
{
    json_put_raw(&call->out, openapi_text);
    return ERR_NONE;
}
