// OpenAPI: the contract of the HTTP interface, docs/openapi.yaml, as JSON. Made by api/embed_openapi.py when the program is built.
#pragma once

extern const char openapi_text[];
