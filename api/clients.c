// Who works here: teams, sessions and the organization (API reference 2.14, 3.8).
#include "api/expect.h"
#include "api/route.h"
#include "api/tokens.h"
#include "storage/account.h"

enum { CLIENT_NAME_MAX_LENGTH = 99 };

// ------------------------------------------------------------------ team

static void client_write(struct json_writer *w, const struct client_record *client)
{
    json_begin_object(w);
    json_member_string(w, "object", "client");
    json_member_id(w, "id", client->id);
    json_member_id(w, "organization", client->organization_id);
    json_member_string(w, "name", client->name);
    json_member_int(w, "created", client->created / 1000);
    json_put_key(w, "client_security");
    json_begin_object(w);
    json_member_bool(w, "allow_users_to_see_experiments_by_others", client->experiments_visible);
    json_end_object(w);
    json_end_object(w);
}

enum err_code client_detail(struct call *call)
{
    client_write(&call->out, &call->client);
    return ERR_NONE;
}

static enum err_code read_security(struct call *call, const struct json *security, struct client_record *client)
{
    static const char *const known[] = {"allow_users_to_see_experiments_by_others", NULL};
    const struct json *visible;
    if (expect_kind(security, JSON_OBJECT, ".client_security", &call->err) != ERR_NONE ||
        expect_keys(security, known, ".client_security", &call->err) != ERR_NONE)
        return ERR_INVALID;
    visible = json_member(security, known[0]);
    if (expect_absent(visible))
        return ERR_NONE;
    char field[EXPECT_FIELD_MAX];
    return expect_bool(visible, expect_path(field, ".client_security", known[0]), &client->experiments_visible, &call->err);
}

enum err_code client_change(struct call *call)
{
    static const char *const known[] = {"name", "client_security", NULL};
    struct client_record *client = &call->client;
    const struct json *name = json_member(call->body, "name"), *security = json_member(call->body, "client_security");
    if (expect_keys(call->body, known, "", &call->err) != ERR_NONE ||
        (name != NULL &&
         expect_name(call->arena, name, CLIENT_NAME_MAX_LENGTH, ".name", &client->name, &call->err) != ERR_NONE) ||
        (!expect_absent(security) && read_security(call, security, client) != ERR_NONE))
        return ERR_INVALID;
    enum err_code code = client_update(call->tx, client, &call->err);
    if (code == ERR_NONE)
        client_write(&call->out, client);
    return code;
}

// ------------------------------------------------------------------ session

// Mail, sign-up and surveys are not part of this program: those members say so.
static void user_write(struct json_writer *w, const struct user_record *user)
{
    json_begin_object(w);
    json_member_string(w, "object", "user");
    json_member_id(w, "id", user->id);
    json_member_string(w, "name", user->name);
    json_member_string(w, "email", "");
    json_member_int(w, "created", user->created / 1000);
    json_member_bool(w, "deleted", false);
    json_member_bool(w, "has_verified_email", false);
    json_member_bool(w, "show_welcome", false);
    json_put_key(w, "planned_usage");
    json_begin_object(w);
    json_member_string(w, "object", "planned_usage");
    json_member_null(w, "track");
    json_member_null(w, "optimize");
    json_end_object(w);
    json_end_object(w);
}

// The team of a session: the token's; for a user the preferred one, or else the first.
static enum err_code find_client(struct call *call, struct client_record *client, bool *found)
{
    int64_t preferred = 0, organization = call->token.organization_id;
    bool has_preferred;
    enum err_code code = call_query_int(call, "preferred_client_id", &preferred, &has_preferred);
    *client = call->client;
    *found = call->client.id != 0;
    if (code != ERR_NONE || *found)
        return code;
    code = has_preferred ? client_find(call->tx, call->arena, preferred, client, &call->err) : ERR_NOT_FOUND;
    if (code == ERR_NOT_FOUND || (code == ERR_NONE && client->organization_id != organization))
        code = client_find_first(call->tx, call->arena, organization, client, &call->err);
    *found = code == ERR_NONE;
    return code == ERR_NOT_FOUND ? ERR_NONE : code;
}

enum err_code session_detail(struct call *call)
{
    struct json_writer *w = &call->out;
    struct client_record client;
    struct user_record user;
    bool has_client, has_user = call->token.user_id != 0;
    enum err_code code = find_client(call, &client, &has_client);
    if (code == ERR_NONE && has_user)
        code = user_find(call->tx, call->arena, call->token.user_id, &user, &call->err);
    if (code != ERR_NONE)
        return code;
    json_begin_object(w);
    json_member_string(w, "object", "session");
    json_put_key(w, "api_token");
    token_write(call, &call->token, call->credential);
    json_put_key(w, "client");
    if (has_client)
        client_write(w, &client);
    else
        json_put_null(w);
    json_put_key(w, "user");
    if (has_user)
        user_write(w, &user);
    else
        json_put_null(w);
    json_member_null(w, "code");
    json_member_bool(w, "needs_password_reset", false);
    json_end_object(w);
    return ERR_NONE;
}

// ------------------------------------------------------------------ organization

// Nothing is billed: what a billing cycle would count is 0.
enum err_code organization_detail(struct call *call)
{
    struct json_writer *w = &call->out;
    struct organization_record organization;
    enum err_code code = organization_find(call->tx, call->arena, call->organization_id, &organization, &call->err);
    if (code != ERR_NONE)
        return code;
    json_begin_object(w);
    json_member_string(w, "object", "organization");
    json_member_id(w, "id", organization.id);
    json_member_string(w, "name", organization.name);
    json_member_int(w, "created", organization.created / 1000);
    json_member_bool(w, "academic", false);
    json_put_key(w, "email_domains");
    json_begin_array(w);
    json_end_array(w);
    json_member_null(w, "client_for_email_signup");
    json_member_bool(w, "allow_signup_from_email_domains", false);
    json_member_int(w, "optimized_runs_in_billing_cycle", 0);
    json_member_int(w, "data_storage_bytes", 0);
    json_member_int(w, "total_runs_in_billing_cycle", 0);
    json_end_object(w);
    return ERR_NONE;
}
