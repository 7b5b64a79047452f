#!/usr/bin/env python3
"""The real program from outside: command line, start, tokens, signals, restart. Speaks TAP; needs the standard library only.

usage: test_program.py PATH-TO-FAIRWAY
"""
import base64
import http.client
import json
import os
import re
import resource
import select
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
import time

PROGRAM = os.path.abspath(sys.argv[1])
WORK = tempfile.mkdtemp(prefix="fairway-program-")
GIVEN_TOKEN = "given_token-0123456789"
n_checks = 0
n_failed = 0


def ok(condition, name):
    global n_checks, n_failed
    n_checks += 1
    if not condition:
        n_failed += 1
    print(f"{'ok' if condition else 'not ok'} {n_checks} - {name}", flush=True)
    return bool(condition)


def equal(got, want, name):
    return ok(got == want, name if got == want else f"{name}: got {got!r}, want {want!r}")


def environment(**more):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("FAIRWAY_", "LISTEN_", "XDG_"))}
    env.update(more)
    return env


def run(*words, **more):
    return subprocess.run([PROGRAM, *words], env=environment(**more), capture_output=True, text=True, timeout=60)


def path(name):
    return os.path.join(WORK, name)


class Server:
    """A running `fairway serve`; ends with the `with` block."""

    def __init__(self, database, *words, argv=None, env=None, **popen):
        argv = argv or [PROGRAM, "serve", "--listen", "127.0.0.1:0", *(["--database", database] if database else []), *words]
        self.process = subprocess.Popen(argv, env=env or environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True, **popen)
        self.log = []
        self.printed = []
        self.reader = threading.Thread(target=self._read_log, daemon=True)
        self.reader.start()
        self.address = self.token = None
        for line in self.process.stdout:
            self.printed.append(line)
            if match := re.fullmatch(r"token: (\S+)\n", line):
                self.token = match[1]
            if match := re.fullmatch(r"listening on http://(\S+):(\d+)\n", line):
                self.address = match[1], int(match[2])
                break

    def _read_log(self):
        for line in self.process.stderr:
            self.log.append(line)

    def logged(self, text):
        """True once a line of the log has the text."""
        for _ in range(200):
            if any(text in line for line in self.log):
                return True
            if self.process.poll() is not None and not self.reader.is_alive():
                break
            time.sleep(0.05)
        return any(text in line for line in self.log)

    def ask(self, method, target, body=None, token=None):
        """Status and JSON of the reply."""
        connection = http.client.HTTPConnection(*self.address, timeout=30)
        try:
            headers = {"Content-Type": "application/json"}
            token = token or self.token
            if token:
                headers["Authorization"] = "Basic " + base64.b64encode(f"{token}:".encode()).decode()
            connection.request(method, target, None if body is None else json.dumps(body), headers)
            reply = connection.getresponse()
            text = reply.read()
            return reply.status, json.loads(text) if text else None
        finally:
            connection.close()

    def connect(self):
        return socket.create_connection(self.address, timeout=30)

    def end(self, number=signal.SIGTERM):
        """Exit status after a signal; number None: the server has its signal already."""
        if number is not None and self.process.poll() is None:
            self.process.send_signal(number)
        status = self.process.wait(timeout=60)
        self.reader.join(timeout=10)
        self.process.stdout.close()
        self.process.stderr.close()
        return status

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.end(None)


def test_command_line():
    done = run("--version")
    ok(done.returncode == 0 and re.fullmatch(r"fairway \d+\.\d+\.\d+\n", done.stdout), "--version")
    for words in ["--help"], ["serve", "--help"], ["token", "create", "-h"]:
        done = run(*words)
        ok(done.returncode == 0 and "--database FILE" in done.stdout and "FAIRWAY_LISTEN" in done.stdout, " ".join(words))
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../docs/operations.md")) as page:
        text = page.read()
    options = re.findall(r"--[a-z-]+ [A-Z:]+|FAIRWAY_[A-Z_]+", run("--help").stdout)
    equal([word for word in options if f"`{word}`" not in text], [], "docs/operations.md has every option and variable")
    wrong = [
        ([], "fairway --help"), (["dance"], '"dance"'), (["serve", "--dance"], "--dance"), (["serve", "dance"], '"dance"'),
        (["serve", "--listen"], "--listen"), (["serve", "--listen", "nowhere"], "--listen"),
        (["serve", "--listen", "127.0.0.1:99999"], "--listen"), (["serve", "--connections=none"], "--connections"),
        (["serve", "--log-level=loud"], "--log-level"), (["serve", "--token", "x"], "FAIRWAY_TOKEN"),
        (["token"], "create, list or revoke"), (["token", "dance"], "create, list or revoke"), (["token", "revoke"], "revoke"),
        (["token", "create", "twice"], "too many words"), (["token", "list", "--listen", "127.0.0.1:0"], "--listen"),
        (["token", "create", "--development", "--user"], "one of"), (["token", "create", "--days", "0"], "--days"),
        (["token", "create", "--days=soon"], "--days"), (["token", "create", "--days"], "--days"),
        (["token", "list", "--days", "3"], "for create"), (["token", "revoke", "1", "--user"], "for create"),
    ]
    for words, text in wrong:
        done = run(*words, FAIRWAY_DATABASE=path("never.db"))
        ok(done.returncode == 2 and text in done.stderr and not done.stdout,
           f"status 2 and a word about {text}: {' '.join(words)}")
    done = run("serve", FAIRWAY_DATABASE=path("never.db"), FAIRWAY_CONNECTIONS="1")
    ok(done.returncode == 2 and "FAIRWAY_CONNECTIONS" in done.stderr, "a wrong variable is named too")
    for verb in ["list"], ["revoke", "1"]:
        done = run("token", *verb, "--database", path("never.db"))
        ok(done.returncode == 1 and "never.db" in done.stderr, f"token {verb[0]} wants a database that exists")
    ok(not os.path.exists(path("never.db")), "none of these made a database")


def test_first_start():
    database = path("new/folder/first.db")
    with Server(database) as server:
        ok(server.address and server.address[1] > 0, "the address is printed")
        ok(server.token and re.fullmatch(r"[A-Z]{48}", server.token), "a token is printed")
        equal(server.ask("GET", "/health", token="none"), (200, {}), "health needs no token")
        equal(server.ask("GET", "/v1/tokens/self")[0], 200, "the token works")
        connection = http.client.HTTPConnection(*server.address, timeout=30)
        connection.request("GET", "/v1/tokens/self")
        equal(connection.getresponse().status, 401, "no token")
        connection.close()
        equal(server.ask("GET", "/v1/tokens/self", token="A" * 48)[0], 403, "a wrong one")
        equal(server.ask("GET", "//v1/clients/1")[0], 200, "two slashes, as from a base URL that ends in one")
        equal(stat.S_IMODE(os.stat(database).st_mode), 0o600, "the database is its owner's")
        port = server.address[1]
        ok(server.logged(f"http://127.0.0.1:{port}") and server.logged("blas_kernel=") and server.logged("version=")
           and server.logged(database), "the log has address, kernel, version and database")
        equal(sum("event=\"created\"" in line or "migrated" in line for line in server.log), 1, "one line says that the database is new")
        ok(server.logged("request_id=") and not any(server.token in line for line in server.log),
           "requests are logged with an id, and never a token")
        server.ask("GET", f"/v1/tokens/{server.token}")
        server.ask("GET", "/v1/nowhere")
        ok(server.logged("/v1/nowhere") and not any(server.token in line for line in server.log), "nor one in a path")
        token = server.token
        equal(server.end(), 0, "SIGTERM: status 0")
    with Server(database) as server:
        ok(server.token is None, "the second start prints no token")
        equal(server.ask("GET", "/v1/tokens/self", token=token)[0], 200, "the first one still works")
        equal(server.end(signal.SIGINT), 0, "SIGINT: status 0")


def test_default_database():
    with Server(None, env=environment(XDG_DATA_HOME=path("share"), FAIRWAY_TOKEN=GIVEN_TOKEN)) as server:
        ok(os.path.exists(path("share/fairway/fairway.db")), "the default database is in XDG_DATA_HOME")
        equal(server.end(), 0, "ended")


def test_tokens():
    database = path("tokens.db")
    with Server(database) as server:
        done = run("token", "create", "--database", database)
        made = done.stdout.strip()
        ok(done.returncode == 0 and re.fullmatch(r"[A-Z]{48}", made), "token create beside the server prints a token")
        equal(server.ask("GET", "/v1/tokens/self", token=made)[0], 200, "it works at once")
        listed = run("token", "list", "--database", database).stdout
        row = [line.split() for line in listed.splitlines() if made[:4] in line]
        ok(len(row) == 1 and row[0][-1] == "active" and made not in listed, "token list shows four letters of it")
        equal(run("token", "revoke", row[0][0], "--database", database).returncode, 0, "token revoke by id")
        status, reply = server.ask("GET", "/v1/tokens/self", token=made)
        equal((status, reply.get("token_status")), (403, "revoked"), "403 at once")
        other = run("token", "create", "--database", database).stdout.strip()
        equal(run("token", "revoke", other, "--database", database).returncode, 0, "token revoke by the whole token")
        equal(server.ask("GET", "/v1/tokens/self", token=other)[0], 403, "403 at once")
        done = run("token", "revoke", "999", "--database", database)
        ok(done.returncode == 1 and "token revoke" in done.stderr, "an unknown id")
        equal(run("token", "list", "--database", database).stdout.count("revoked"), 2, "the list shows the state")
        equal(server.ask("GET", "/v1/tokens/self")[0], 200, "the first token is untouched")
        equal(server.end(), 0, "ended")


def test_token_of_a_new_database():
    database = path("misspelt.db")
    done = run("token", "create", "--database", database)
    ok(done.returncode == 0 and re.fullmatch(r"[A-Z]{48}\n", done.stdout), "token create begins a database")
    ok(database in done.stderr and "did not exist" in done.stderr, "and says so, for it may be the wrong one")
    equal(run("token", "create", "--database", database).stderr, "", "once")


def test_kinds_of_tokens():
    database = path("kinds.db")

    def made(*words):
        return run("token", "create", *words, "--database", database).stdout.strip()

    with Server(database) as server:
        development, user, short = made("--development"), made("--user"), made("--days", "3")
        made("--days=3", "--development")
        for token, kind, lease in (development, "client-dev", None), (user, "user", 7), (short, "client-api", 3):
            status, reply = server.ask("GET", "/v1/tokens/self", token=token)
            equal((status, reply["token_type"], reply["lease_length"]), (200, kind, lease and lease * 86400), kind)
        rows = [line.split() for line in run("token", "list", "--database", database).stdout.splitlines()]
        equal(rows[0], ["ID", "TOKEN", "TYPE", "CREATED", "EXPIRES", "STATE"], "the list has a head")
        equal([row[2] for row in rows[1:]], ["client-api", "client-dev", "user", "client-api", "client-dev"], "types")
        equal([row[4] == "never" for row in rows[1:]], [True, True, False, False, False], "some expire")
        days = [time.mktime(time.strptime(row[4], "%Y-%m-%dT%H:%M:%SZ")) - time.mktime(time.strptime(row[3], "%Y-%m-%dT%H:%M:%SZ"))
                for row in rows[3:]]
        equal(days, [7 * 86400, 3 * 86400, 3 * 86400], "after as many days")
        body = {"name": "d", "metrics": [{"name": "m"}],
                "parameters": [{"name": "x", "type": "double", "bounds": {"min": 0, "max": 1}}]}
        equal(server.ask("POST", "/v1/experiments", body, token=development)[1].get("development"), True, "for development")
        equal(server.ask("GET", "/v1/experiments")[1]["count"], 0, "which the production token does not see")
        equal(server.end(), 0, "ended")
    database_row = sqlite3.connect(database)
    database_row.execute("UPDATE token SET expires = 1000 WHERE lease = 259200000")
    database_row.commit()
    database_row.close()
    equal(run("token", "list", "--database", database).stdout.count("expired"), 2, "what has expired says so")


def test_given_token():
    database = path("given.db")
    env = environment(FAIRWAY_TOKEN=GIVEN_TOKEN)
    with Server(database, env=env) as server:
        ok(server.token is None, "with FAIRWAY_TOKEN no other token is made")
        equal(server.ask("GET", "/v1/tokens/self", token=GIVEN_TOKEN)[0], 200, "it works")
        equal(run("token", "revoke", GIVEN_TOKEN, "--database", database).returncode, 0, "revoked")
        equal(server.end(), 0, "ended")
    with Server(database, env=env) as server:
        equal(server.ask("GET", "/v1/tokens/self", token=GIVEN_TOKEN)[0], 403, "a revoked FAIRWAY_TOKEN stays revoked")
        ok(server.logged("FAIRWAY_TOKEN was revoked"), "the log says so")
        equal(server.end(), 0, "ended")
    with Server(database, env=environment(FAIRWAY_TOKEN=GIVEN_TOKEN + "2")) as server:
        equal(server.ask("GET", "/v1/tokens/self", token=GIVEN_TOKEN + "2")[0], 200, "a new FAIRWAY_TOKEN is added at any start")
        equal(server.end(), 0, "ended")
    done = run("serve", "--database", database, "--listen", "127.0.0.1:0", FAIRWAY_TOKEN="short")
    ok(done.returncode == 2 and "FAIRWAY_TOKEN" in done.stderr, "a bad FAIRWAY_TOKEN is refused by name")


def test_token_file():
    database, file = path("kept.db"), path("kept.db.token")
    with Server(database, "--token-file", file) as server:
        first = server.token
        ok(first and open(file).read() == first + "\n", "--token-file holds the printed token")
        equal(stat.S_IMODE(os.stat(file).st_mode), 0o600, "for its owner only")
        equal(server.end(), 0, "ended")
    with Server(database, "--token-file", file) as server:
        equal(server.token, first, "the second start prints it again")
        equal(server.ask("GET", "/v1/tokens/self")[0], 200, "it works")
        run("token", "revoke", first, "--database", database)
        equal(server.end(), 0, "ended")
    with Server(database, "--token-file", file) as server:
        ok(server.token != first and open(file).read() == server.token + "\n", "revoked: a new one is made")
        equal(server.ask("GET", "/v1/tokens/self")[0], 200, "it works")
        equal(server.end(), 0, "ended")
    with open(file, "w") as out:
        out.write("my diary\n")
    done = run("serve", "--database", database, "--listen", "127.0.0.1:0", "--token-file", file)
    ok(done.returncode == 1 and "--token-file" in done.stderr and open(file).read() == "my diary\n",
       "a file with something else is left alone")
    with Server(path("other.db"), "--token-file", path("other.token"), env=environment(FAIRWAY_TOKEN=GIVEN_TOKEN)) as server:
        equal(server.token, GIVEN_TOKEN, "a new file takes FAIRWAY_TOKEN")
        equal(server.end(), 0, "ended")


def test_refused_starts():
    database = path("busy.db")
    with Server(database) as server:
        done = run("serve", "--database", database, "--listen", "127.0.0.1:0")
        ok(done.returncode == 1 and done.stderr.count("busy.db") == 1, f"a second server on the database: {done.stderr.strip()[-120:]}")
        address = "%s:%d" % server.address
        done = run("serve", "--database", path("unused.db"), "--listen", address)
        ok(done.returncode == 1 and "--listen" in done.stderr and address in done.stderr, "a port that is taken")
        ok(not os.path.exists(path("unused.db")), "leaves no database behind")
        equal(server.ask("GET", "/v1/tokens/self")[0], 200, "the first goes on")
        equal(server.end(), 0, "ended")
    with open(path("poem.db"), "w") as out:
        out.write("roses are red\n" * 100)
    done = run("serve", "--database", path("poem.db"), "--listen", "127.0.0.1:0")
    ok(done.returncode == 1 and "poem.db" in done.stderr, f"a file that is no database: {done.stderr.strip()[-120:]}")
    equal(open(path("poem.db")).read(), "roses are red\n" * 100, "is left alone")
    with open(database, "r+b") as harmed:  # all pages but the first, which has the schema's root
        size = os.path.getsize(database)
        harmed.seek(4096)
        harmed.write(b"\xaa" * (size - 4096))
    done = run("serve", "--database", database, "--token-file", path("busy.token"), "--listen", "127.0.0.1:0")
    ok(done.returncode == 1 and "busy.db" in done.stderr, f"a damaged database: {done.stderr.strip()[-120:]}")


def test_few_descriptors():
    """The server keeps the descriptors that it needs; clients beyond the others wait instead of keeping it busy."""
    def limit():
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))

    with Server(path("few.db"), preexec_fn=limit) as server:
        ok(server.logged("limit=64 wanted=2086 connections=26 "), "the log says how many clients there may be")
        clients = [server.connect() for _ in range(60)]
        for client in clients:
            client.sendall(b"GET /health HTTP/1.1\r\nHost: h\r\n\r\n")
        for turn in "the first", "those behind them":
            answered = []
            while len(answered) < 26:
                ready = select.select([client for client in clients if client not in answered], [], [], 30)[0]
                if not ready:
                    break
                answered += ready
            equal(len(answered), 26, f"{turn} are answered")
            ok(len(os.listdir(f"/proc/{server.process.pid}/fd")) < 64, "and descriptors are left")
            for client in answered:
                clients.remove(client)
                client.close()
        for client in clients:
            client.close()
        equal(server.end(), 0, "ended")


UPLOAD = (b"POST /v1/clients/1/projects HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
          b"Authorization: Basic %s\r\nContent-Length: %d\r\n\r\n%s")


def begin_upload(server):
    """A request of which the last byte is missing; the server has read the rest."""
    body = b'{"id":"late","name":"Late"}'
    token = base64.b64encode(f"{server.token}:".encode())
    client = server.connect()
    client.sendall(UPLOAD.replace(b"Host: h", b"Host: h\r\nExpect: 100-continue") % (token, len(body), b""))
    assert client.recv(100).startswith(b"HTTP/1.1 100")
    client.sendall(body[:-1])
    return client, body[-1:]


def test_drain():
    with Server(path("drain.db")) as server:
        client, rest = begin_upload(server)
        server.process.send_signal(signal.SIGTERM)
        ok(server.logged("draining"), "SIGTERM begins the drain")
        refused = False
        for _ in range(200):
            try:
                server.connect().close()
                time.sleep(0.05)
            except OSError:
                refused = True
                break
        ok(refused, "new connections are refused")
        ok(server.process.poll() is None, "an open request keeps the server running")
        client.sendall(rest)
        reply = b""
        while chunk := client.recv(4096):
            reply += chunk
        ok(reply.startswith(b"HTTP/1.1 200") and b'"late"' in reply, "it is answered")
        client.close()
        equal(server.end(None), 0, "then the server ends with status 0")
    with Server(path("drain.db"), env=environment(FAIRWAY_TOKEN=GIVEN_TOKEN)) as server:
        equal(server.ask("GET", "/v1/clients/1/projects/late", token=GIVEN_TOKEN)[0], 200, "what was answered is stored")
        equal(server.end(), 0, "ended")


def test_second_signal():
    with Server(path("second.db")) as server:
        client, _ = begin_upload(server)
        server.process.send_signal(signal.SIGTERM)
        ok(server.logged("draining"), "the drain waits for an upload")
        server.process.send_signal(signal.SIGTERM)
        equal(server.process.wait(timeout=60), 128 + signal.SIGTERM, "a second signal ends the server at once")
        client.close()


def test_drain_timeout():
    with Server(path("stuck.db"), "--drain-timeout", "1") as server:
        client, _ = begin_upload(server)
        equal(server.end(), 0, "an upload that never ends is cut off at the drain timeout")
        client.close()


def test_kill():
    database = path("killed.db")
    stored = []
    with Server(database, env=environment(FAIRWAY_TOKEN=GIVEN_TOKEN)) as server:
        server.token = GIVEN_TOKEN
        def write():
            for i in range(100000):
                try:
                    status, _ = server.ask("POST", "/v1/clients/1/projects", {"id": f"p{i}", "name": f"Project {i}"})
                except (OSError, http.client.HTTPException):
                    return
                if status == 200:
                    stored.append(f"p{i}")
        writer = threading.Thread(target=write)
        writer.start()
        while len(stored) < 30 and writer.is_alive():
            time.sleep(0.01)
        server.process.kill()
        writer.join()
    with Server(database, env=environment(FAIRWAY_TOKEN=GIVEN_TOKEN)) as server:
        server.token = GIVEN_TOKEN
        missing = [i for i in stored if server.ask("GET", f"/v1/clients/1/projects/{i}")[0] != 200]
        ok(len(stored) >= 30 and not missing, "SIGKILL: every write that was acknowledged is there after a restart")
        equal(server.end(), 0, "ended")


def test_inherited_socket():
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    script = 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" serve --database "$1"'

    def place():
        os.dup2(listening.fileno(), 3)

    argv = ["sh", "-c", script, PROGRAM, path("inherited.db")]
    with Server(None, argv=argv, preexec_fn=place, pass_fds=(3,)) as server:
        equal(server.address, ("127.0.0.1", port), "the socket of a supervisor is used")
        equal(server.ask("GET", "/v1/tokens/self")[0], 200, "and answers")
        equal(server.end(), 0, "ended")
    listening.close()


def test_kernel():
    with Server(path("kernel.db"), env=environment(OPENBLAS_CORETYPE="Prescott")) as server:
        ok(server.logged("blas_kernel=Prescott"), "OPENBLAS_CORETYPE of the user is left alone")
        equal(server.end(), 0, "ended")


def main():
    tests = [test for name, test in globals().items() if name.startswith("test_")]
    try:
        for test in tests:
            print(f"# {test.__name__}", flush=True)
            try:
                test()
            except Exception as problem:  # noqa: BLE001 - one broken case must not hide the others
                ok(False, f"{test.__name__}: {type(problem).__name__}: {problem}")
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
    print(f"1..{n_checks}")
    return 1 if n_failed else 0


sys.exit(main())
