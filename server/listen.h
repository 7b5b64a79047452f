// Listen: the listening socket, from an address or inherited from a supervisor.
#pragma once

#include <stddef.h>

#include "base/err.h"

enum { LISTEN_URL_MAX = 128 };

// Opens a socket for "ADDR:PORT" or "[IPV6]:PORT"; port 0 lets the system choose. ERR_INVALID (field "--listen") when the text is
// no address, ERR_UNAVAILABLE when it cannot be bound. *fd is the caller's to close.
enum err_code listen_open(const char *address, int *fd, struct err *err);
// The socket a supervisor passed (LISTEN_FDS of systemd: one stream socket as descriptor 3), or -1 when there is none. Clears the
// variables. Before any thread starts.
int listen_inherited(void);
// "http://127.0.0.1:7741", with the port that was really bound.
void listen_url(int fd, char url[LISTEN_URL_MAX]);
