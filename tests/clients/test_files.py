"""Files of training runs: `run.log_image` of the official Python client, the bytes back, and what remains of uploads that were cut off."""
import base64
import hashlib
import os
import re
import socket
import sqlite3
import struct
import threading
import time
import unittest
import urllib.error
import urllib.request
import zlib
from http.client import HTTPConnection

import kill
import server

PROJECT = "sigopt-examples"


def setUpModule():
    global running, http, sigopt
    running = server.Server("files", ["--file-limit", "8", "--file-quota", "100"])
    running.connection()
    http = running.client()
    import sigopt


def tearDownModule():
    http.close()
    assert running.stop() == 0


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, colour):
    rows = b"".join(b"\0" + bytes(colour) * width for _ in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def announcement(content, **others):
    return {"content_length": len(content), "content_md5": base64.b64encode(hashlib.md5(content).digest()).decode(),
            "content_type": "image/png", "name": "plot", **others}


def new_run(client):
    return client.want("POST", f"/v1/clients/1/projects/{PROJECT}/training_runs", {"name": "r"})["id"]


def announce(client, run, content, **others):
    return client.want("POST", f"/v1/training_runs/{run}/files", announcement(content, **others))


def put(upload, content, **others):
    """(status, body) of the upload as any program makes it."""
    headers = {**upload["headers"], **others}
    request = urllib.request.Request(upload["url"], data=content, method=upload["method"], headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as problem:
        return problem.code, problem.read().decode()


def download(client, file):
    """(bytes, headers), without the token."""
    with urllib.request.urlopen(client.want("GET", f"/v1/files/{file}")["download"]["url"], timeout=60) as reply:
        return reply.read(), reply.headers


def wrong_with(database):
    """What is wrong with the files of a server that has ended: what SQLite finds, and halves of what belongs together."""
    wrong = kill.check_copy(database)
    connection = sqlite3.connect(database)
    for what in ("SELECT f.id FROM file f LEFT JOIN file_content c ON c.file_id = f.id WHERE length(c.content) +"
                 " (SELECT coalesce(sum(length(p.content)), 0) FROM file_piece p WHERE p.file_id = f.id) IS NOT f.content_length",
                 "SELECT file_id FROM file_piece WHERE file_id NOT IN (SELECT id FROM file UNION SELECT id FROM file_upload)",
                 "SELECT file_id FROM file_content WHERE file_id NOT IN (SELECT id FROM file)",
                 "SELECT u.id FROM file_upload u WHERE u.stored <> EXISTS (SELECT 1 FROM file f WHERE f.id = u.id)",
                 "SELECT bytes FROM file_space WHERE bytes <> (SELECT coalesce(sum(content_length), 0) FROM file) +"
                 " (SELECT coalesce(sum(content_length), 0) FROM file_upload WHERE stored = 0)"):
        wrong += [(what, row) for row in connection.execute(what)]
    connection.close()
    return wrong


class LogImage(unittest.TestCase):
    def files_of(self, run):
        return http.want("GET", f"/v1/training_runs/{run.id}")["files"]

    def test_a_file_by_its_name(self):
        path = os.path.join(server.folder, "plot.png")
        content = png(40, 30, (10, 200, 30))
        with open(path, "wb") as file:
            file.write(content)
        with sigopt.create_run(name="by name") as run:
            run.log_image(path)
            run.log_image(path, name="again")
        files = self.files_of(run)
        self.assertEqual(len(files), 2)
        self.assertEqual(files, sorted(files, key=int))
        shown = http.want("GET", f"/v1/files/{files[0]}")
        self.assertEqual((shown["name"], shown["filename"], shown["content_type"], shown["content_length"]),
                         (None, path, "image/png", len(content)))
        self.assertEqual(http.want("GET", f"/v1/files/{files[1]}")["name"], "again")
        for file in files:
            got, headers = download(http, file)
            self.assertEqual(got, content)
            self.assertEqual(headers["Content-Type"], "image/png")
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
            self.assertIn("sandbox", headers["Content-Security-Policy"])
            self.assertIn('attachment; filename="plot.png"', headers["Content-Disposition"])
            self.assertIn("private", headers["Cache-Control"])

    def test_an_array(self):
        import numpy
        import png as pypng

        with sigopt.create_run(name="array") as run:
            run.log_image(numpy.arange(48).reshape(4, 12), name="grey")
            run.log_image(numpy.full((4, 5, 3), 77), name="colour")
        files = self.files_of(run)
        self.assertEqual([http.want("GET", f"/v1/files/{file}")["name"] for file in files], ["grey", "colour"])
        width, height, rows, _ = pypng.Reader(bytes=download(http, files[0])[0]).read()
        self.assertEqual((width, height, [v for row in rows for v in row]), (12, 4, list(range(48))))
        width, height, rows, _ = pypng.Reader(bytes=download(http, files[1])[0]).read()
        self.assertEqual((width, height, {v for row in rows for v in row}), (5, 4, {77}))

    def test_other_kinds(self):
        with sigopt.create_run(name="kinds") as run:
            for name, content in (("p.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"), ("p.bmp", b"BM"),
                                  ("p.jpg", b"\xff\xd8")):
                with open(os.path.join(server.folder, name), "wb") as file:
                    file.write(content)
                run.log_image(file.name)
        types = [http.want("GET", f"/v1/files/{file}")["content_type"] for file in self.files_of(run)]
        self.assertEqual(types[0], "image/svg+xml")
        self.assertEqual(types[-1], "image/jpeg")
        self.assertEqual(download(http, self.files_of(run)[0])[1]["Content-Security-Policy"], "sandbox; default-src 'none'")

    def test_too_large(self):
        path = os.path.join(server.folder, "large.png")
        with open(path, "wb") as file:
            file.write(os.urandom(8 * 2**20 + 1))
        with sigopt.create_run(name="large") as run:
            with self.assertRaisesRegex(Exception, "content_length is 8388609 and must be at most 8388608"):
                run.log_image(path)
        self.assertEqual(self.files_of(run), [])

    def test_many_at_once(self):
        """32 uploads of 100 kB in 16 threads: all are there, none is mixed up with another."""
        run = new_run(http)
        contents = [os.urandom(100_000) for _ in range(32)]
        made, lock = {}, threading.Lock()

        def work(mine):
            with_own = running.client()
            for content in mine:
                file = announce(with_own, run, content)
                status, _ = put(file["upload"], content)
                with lock:
                    made[file["id"]] = (status, content)
            with_own.close()

        threads = [threading.Thread(target=work, args=(contents[i::16],)) for i in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual({status for status, _ in made.values()}, {200})
        self.assertEqual(http.want("GET", f"/v1/training_runs/{run}")["files"], sorted(made, key=int))
        for file, (_, content) in made.items():
            self.assertEqual(download(http, file)[0], content)


class Wire(unittest.TestCase):
    def test_refused(self):
        run, content = new_run(http), os.urandom(5000)
        file = announce(http, run, content)
        self.assertEqual(put(file["upload"], content[:-1] + bytes([content[-1] ^ 1]))[0], 400)
        self.assertEqual(put(file["upload"], content, **{"Content-Type": "text/html"})[0], 400)
        self.assertEqual(put(file["upload"], content, **{"Content-MD5": "AAAAAAAAAAAAAAAAAAAAAA=="})[0], 400)
        self.assertEqual(put({**file["upload"], "headers": {}}, content[:100], **{"Content-Type": "image/png"})[0], 400)
        url = file["upload"]["url"]
        self.assertEqual(put({**file["upload"], "url": url[:-1] + ("1" if url[-1] == "0" else "0")}, content)[0], 404)
        self.assertEqual(http.want("GET", f"/v1/training_runs/{run}")["files"], [])
        self.assertEqual(put(file["upload"], content), (200, "{}\n"))
        self.assertEqual(put(file["upload"], content), (200, "{}\n"), "the same again")
        self.assertEqual(http.want("GET", f"/v1/training_runs/{run}")["files"], [file["id"]])

    def test_secrets_are_not_logged(self):
        file = announce(http, new_run(http), b"x")
        put(file["upload"], b"x")
        link = http.want("GET", f"/v1/files/{file['id']}")["download"]["url"]
        urllib.request.urlopen(link, timeout=60).close()
        http.want("GET", "/v1/tokens/self")
        deadline = time.monotonic() + 10
        while not any("/v1/downloads/" in line for line in list(running.log)) and time.monotonic() < deadline:
            time.sleep(0.05)
        log = "".join(running.log)
        self.assertRegex(log, r'path="/v1/uploads/[A-Z]{4}\.\.\."')
        for url in (file["upload"]["url"], link):
            self.assertNotIn(url.rsplit("/", 1)[1], log)

    def test_hosts(self):
        """The address that is told is made of the Host header only where that is a host."""
        file = announce(http, new_run(http), b"x")
        put(file["upload"], b"x")
        for host, good in (("fairway.test:80", True), ("[::1]:7741", True), ("a/b", False), ('a"b', False), ("u@h", False)):
            connection = HTTPConnection(*running.address, timeout=60)
            connection.putrequest("GET", f"/v1/files/{file['id']}", skip_host=True)
            for name, value in {**http.headers, "Host": host}.items():
                connection.putheader(name, value)
            connection.endheaders()
            reply = connection.getresponse()
            text = reply.read().decode()
            self.assertEqual(reply.status, 200 if good else 400, (host, text))
            if good:
                self.assertIn(f'"http://{host}/v1/downloads/', text)
            connection.close()


class CutOff(unittest.TestCase):
    """On servers of their own."""

    def open_upload(self, own, url, sent, length):
        """A connection on which part of an upload was sent."""
        connection = socket.create_connection(own.address)
        path = re.sub(r"^http://[^/]+", "", url)
        connection.sendall(f"PUT {path} HTTP/1.1\r\nHost: h\r\nContent-Length: {length}\r\n\r\n".encode() + sent)
        return connection

    def test_client_goes(self):
        own = server.Server("cut-client")
        client = own.client()
        content = os.urandom(3_000_000)
        run = new_run(client)
        file = announce(client, run, content)
        for part in (0, 1, 1000, 1_500_000, 2_999_999):
            connection = self.open_upload(own, file["upload"]["url"], content[:part], len(content))
            time.sleep(0.1)
            connection.close()
        self.assertEqual(client.ask("GET", f"/v1/files/{file['id']}")[0], 404)
        self.assertEqual(client.want("GET", f"/v1/training_runs/{run}")["files"], [])
        self.assertEqual(put(file["upload"], content)[0], 200, "the address works until the whole has come")
        self.assertEqual(download(client, file["id"])[0], content)
        client.close()
        self.assertEqual(own.stop(), 0)
        self.assertEqual(wrong_with(own.database), [])

    def test_server_dies(self):
        """Killed at ten moments of an upload: all of it or nothing, and the other kind of nothing never."""
        own = server.Server("cut-server")
        content = os.urandom(6_000_000)
        n_stored = 0
        for moment in range(10):
            client = own.client()
            run = new_run(client)
            file = announce(client, run, content)
            connection = self.open_upload(own, file["upload"]["url"], content[:3_000_000], len(content))
            rest = threading.Thread(target=self.send_rest, args=(connection, content[3_000_000:]))
            if moment > 0:
                rest.start()
            time.sleep(0.03 * moment)
            own.kill()
            if moment > 0:
                rest.join()
            connection.close()
            client.close()
            self.assertEqual(wrong_with(own.database), [])
            own.start()
            client = own.client()
            files = client.want("GET", f"/v1/training_runs/{run}")["files"]
            self.assertIn(files, ([], [file["id"]]))
            if files:
                n_stored += 1
                self.assertEqual(download(client, file["id"])[0], content)
            else:
                self.assertEqual(client.ask("GET", f"/v1/files/{file['id']}")[0], 404)
                upload = {**file["upload"], "url": re.sub(r"^http://[^/]+", own.url, file["upload"]["url"])}
                self.assertEqual(put(upload, content)[0], 200, "the address outlives the server")
                self.assertEqual(download(client, file["id"])[0], content)
            client.close()
        print(f"# {n_stored} of 10 were stored before the server was killed")
        self.assertEqual(own.stop(), 0)
        self.assertEqual(wrong_with(own.database), [])

    def send_rest(self, connection, content):
        try:
            connection.sendall(content)
        except OSError:
            pass

    def test_memory(self):
        """64 uploads of 4 MiB at once with 16 MiB of memory for them: they wait for their turn, and none is refused."""
        own = server.Server("memory", ["--file-memory", "16"])
        client = own.client()
        run = new_run(client)
        content = os.urandom(4 * 2**20)
        uploads = [announce(client, run, content)["upload"] for _ in range(64)]
        answers = []

        def work(upload):
            answers.append(put(upload, content)[0])

        threads = [threading.Thread(target=work, args=(upload,)) for upload in uploads]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(answers, 64 * [200])
        self.assertEqual(len(client.want("GET", f"/v1/training_runs/{run}")["files"]), 64)
        with open(f"/proc/{own.process.pid}/status", encoding="ascii") as status:
            peak = int(re.search(r"VmHWM:\s+(\d+) kB", status.read())[1]) // 1024
        print(f"# peak {peak} MiB")
        client.close()
        self.assertEqual(own.stop(), 0)
        self.assertEqual(wrong_with(own.database), [])


if __name__ == "__main__":
    unittest.main()
