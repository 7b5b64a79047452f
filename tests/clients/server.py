"""A running `fairway serve` on a database of its own, for the tests and measurements in this folder.

The program is FAIRWAY_PROGRAM, or else what script/server built. It listens on a free port of the loopback address; nothing here
ever talks to another host.
"""
import atexit
import base64
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM = os.environ.get("FAIRWAY_PROGRAM", os.path.join(HERE, "..", "..", "build", "release", "server", "fairway"))
TOKEN = "end_to_end-0123456789"

folder = tempfile.mkdtemp(prefix="fairway-clients-")
atexit.register(shutil.rmtree, folder, ignore_errors=True)

# The official client reads these when it is imported or connected; it must find neither the user's settings nor another host.
os.environ["SIGOPT_HOME"] = os.path.join(folder, "sigopt")
os.environ["SIGOPT_PROJECT"] = "sigopt-examples"
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"


class Unanswered(Exception):
    """The connection ended before a whole reply had arrived."""


class Client:
    """One keep-alive connection that speaks JSON: for what the official client cannot say, and for many clients at once."""

    def __init__(self, address, token=TOKEN):
        self.address = address
        self.headers = {"Content-Type": "application/json"}
        if token:
            self.headers["Authorization"] = "Basic " + base64.b64encode(f"{token}:".encode()).decode()
        self.connection = http.client.HTTPConnection(*address, timeout=60)

    def raw(self, method, target, body=None, headers=None):
        """(status, headers, text) of the reply to exactly these bytes and headers."""
        try:
            self.connection.putrequest(method, target, skip_accept_encoding=True)
            for name, value in (self.headers if headers is None else headers).items():
                self.connection.putheader(name, value)
            if body is not None:
                self.connection.putheader("Content-Length", str(len(body)))
            self.connection.endheaders(body)
            reply = self.connection.getresponse()
            return reply.status, reply.headers, reply.read().decode()
        except (OSError, http.client.HTTPException) as problem:
            self.connection.close()
            raise Unanswered(f"{method} {target}: {problem!r}") from problem

    def ask(self, method, target, body=None):
        """(status, value of the JSON reply)."""
        data = None if body is None else json.dumps(body).encode()
        status, _, text = self.raw(method, target, data)
        return status, json.loads(text) if text else None

    def want(self, method, target, body=None):
        """The reply's value; anything but 200 is an error."""
        status, value = self.ask(method, target, body)
        if status != 200:
            raise AssertionError(f"{method} {target}: {status} {value}")
        return value

    def close(self):
        self.connection.close()


class Server:
    def __init__(self, name="fairway", options=()):
        self.database = os.path.join(folder, name + ".db")
        self.options = list(options)
        self.process = self.address = None
        self.log = []
        self.start()

    def start(self):
        env = {k: v for k, v in os.environ.items() if not k.startswith(("FAIRWAY_", "LISTEN_"))}
        env["FAIRWAY_TOKEN"] = TOKEN
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--database", self.database, "--listen", "127.0.0.1:0", *self.options],
            env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        process = self.process
        self.reader = threading.Thread(target=lambda: self.log.extend(process.stderr), daemon=True)
        self.reader.start()
        for line in process.stdout:
            match = re.fullmatch(r"listening on http://(\S+):(\d+)\n", line)
            if match:
                self.address = match[1], int(match[2])
                return self
        raise AssertionError(f"the server ended with {process.wait()} before it listened:\n{''.join(self.log[-20:])}")

    @property
    def url(self):
        return "http://%s:%d" % self.address

    def client(self):
        return Client(self.address)

    def command(self, *words):
        """What another command of the program says, run on the same database."""
        return subprocess.run([PROGRAM, *words, "--database", self.database], check=True, capture_output=True, text=True).stdout

    def connection(self):
        """The official client, configured as a user would: by the two environment variables."""
        import sigopt

        os.environ["SIGOPT_API_URL"] = self.url
        os.environ["SIGOPT_API_TOKEN"] = TOKEN
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", os.environ["SIGOPT_API_URL"])
        return sigopt.Connection()

    def _end(self, number):
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(timeout=60)
        finally:
            self.process.kill()
            self.process.wait()
            self.reader.join(timeout=10)
            self.process.stdout.close()
            self.process.stderr.close()

    def kill(self):
        return self._end(signal.SIGKILL)

    def stop(self):
        """Exit status after SIGTERM; what a server that did not end well had to say goes into the test's report."""
        status = self._end(signal.SIGTERM)
        if status != 0:
            for line in [line for line in self.log if not line.startswith("time=") or "level=error" in line][-60:]:
                print("#", line.rstrip())
        return status

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.kill()


def pages(client, target):
    """Every item of a list, newest first, in pages."""
    mark = "&" if "?" in target else "?"
    items, before = [], None
    while True:
        page = client.want("GET", f"{target}{mark}limit=500" + (f"&before={before}" if before else ""))
        items += page["data"]
        before = page["paging"]["before"]
        if before is None or not page["data"]:
            return items
