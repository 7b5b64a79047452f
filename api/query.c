// The query of a call, as handlers read it.
#include <string.h>
#include <strings.h>

#include "api/call.h"
#include "base/text.h"

const char *call_query(const struct call *call, const char *name)
{
    for (size_t i = 0; i < call->n_parameters; i++)
        if (strcmp(call->parameters[i].name, name) == 0)
            return call->parameters[i].value;
    return NULL;
}

enum err_code call_query_bool(struct call *call, const char *name, bool *out)
{
    const char *text = call_query(call, name);
    if (text == NULL)
        return ERR_NONE;
    bool yes = strcmp(text, "1") == 0 || strcasecmp(text, "true") == 0;
    if (!yes && strcmp(text, "0") != 0 && strcasecmp(text, "false") != 0)
        return call_error(call, ERR_INVALID, name, "Invalid type for %s: %s, expected boolean", name, text);
    *out = yes;
    return ERR_NONE;
}

enum err_code call_query_int(struct call *call, const char *name, int64_t *out, bool *present)
{
    const char *text = call_query(call, name);
    *present = text != NULL;
    if (text != NULL && !text_to_int(text, true, out))
        return call_error(call, ERR_INVALID, name, "Invalid type for %s: %s, expected integer", name, text);
    return ERR_NONE;
}

enum err_code call_query_word(struct call *call, const char *name, const char *const *words, int *index)
{
    const char *text = call_query(call, name);
    if (text == NULL)
        return ERR_NONE;
    for (int i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], text) == 0) {
            *index = i;
            return ERR_NONE;
        }
    }
    return call_error(call, ERR_INVALID, name, "Invalid %s: %s", name, text);
}
