"""The requests of the R client, from R itself, with Debian's httr and jsonlite."""
import os
import shutil
import subprocess
import unittest

import server

ROOT = os.path.join(server.HERE, "..", "..")


@unittest.skipUnless(shutil.which("Rscript"), "R is not installed; run script/setup test")
class RLanguage(unittest.TestCase):
    def run_program(self, path):
        with server.Server("r-" + os.path.basename(path)) as running:
            env = {**os.environ, "SIGOPT_API_URL": running.url, "SIGOPT_API_TOKEN": server.TOKEN}
            done = subprocess.run(["Rscript", path], env=env, capture_output=True, text=True, timeout=300)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(running.stop(), 0)
        return done.stdout.splitlines()[-1]

    def test_every_request(self):
        self.assertEqual(self.run_program(os.path.join(server.HERE, "r_client.R")), "all requests answered")

    def test_example(self):
        words = self.run_program(os.path.join(ROOT, "docs", "examples", "loop.R")).split()
        self.assertLess(float(words[2]), 0.5)
