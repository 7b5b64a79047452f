"""What README.md and docs/api.md tell the reader to type is typed, in their order, on a fresh server.

    python3 tests/clients/test_docs.py --write

puts the replies into the json blocks of docs/api.md instead of comparing them: for new examples, and when a reply has changed.
"""
import json
import os
import re
import subprocess
import sys
import unittest

import server

ROOT = os.path.join(server.HERE, "..", "..")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def blocks(path):
    """(language, text) of each fenced block."""
    return BLOCK.findall(read(path))


def commands(text):
    """The curl commands of a block; an open quotation mark or a final backslash goes on in the next line."""
    out, current = [], ""
    for line in text.splitlines():
        current += line + "\n"
        if current.count("'") % 2 == 0 and not line.endswith("\\"):
            if current.startswith("curl "):
                out.append(current)
            current = ""
    return out


def environment(running):
    return {**os.environ, "SIGOPT_API_URL": running.url, "SIGOPT_API_TOKEN": server.TOKEN, "E": "1"}


def type_in(running, command):
    """(status, value of the reply)"""
    done = subprocess.run(["bash", "-c", command.replace("curl ", "curl -w '%{http_code}' ", 1)], env=environment(running),
                          capture_output=True, text=True, timeout=60)
    text, status = done.stdout[:-3], done.stdout[-3:]
    return int(status), json.loads(text)


def shape(value):
    """Keys and kinds, without the values: numbers differ, and null stands for anything."""
    if isinstance(value, dict):
        return {key: shape(member) for key, member in value.items()}
    if isinstance(value, list):
        return [shape(member) for member in value]
    return None if value is None else "number" if isinstance(value, (int, float)) and not isinstance(value, bool) else type(value).__name__


def same_shape(a, b):
    if a is None or b is None:
        return True
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same_shape(a[k], b[k]) for k in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same_shape, a, b))
    return a == b


def pretty(value, indent="\n"):
    """JSON in which what fits into a line stays on one."""
    line = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(line) <= 120 or not isinstance(value, (dict, list)):
        return line
    deeper, brackets = indent + "  ", "{}" if isinstance(value, dict) else "[]"
    items = value.items() if isinstance(value, dict) else [(None, item) for item in value]
    lines = [("" if key is None else json.dumps(key) + ": ") + pretty(item, deeper) for key, item in items]
    return brackets[0] + deeper + ("," + deeper).join(lines) + indent + brackets[1]


def write(path):
    """Fills each json block of a page with the reply to the command before it."""
    def fill(block):
        nonlocal last
        for command in commands(block[2]) if block[1] == "sh" else []:
            _, last = type_in(running, command)
        return f"```json\n{pretty(last)}\n```" if block[1] == "json" else block[0]

    last = None
    with server.Server("docs-write") as running:
        text = BLOCK.sub(fill, read(path))
    with open(os.path.join(ROOT, path), "w", encoding="utf-8") as file:
        file.write(text)


class Documentation(unittest.TestCase):
    def replay(self, path):
        with server.Server("docs-" + os.path.basename(path)) as running:
            last = None
            for language, text in blocks(path):
                if language == "json":
                    with self.subTest(reply=text[:60]):
                        self.assertTrue(same_shape(shape(json.loads(text)), shape(last)), json.dumps(last))
                for command in commands(text) if language == "sh" else []:
                    with self.subTest(command=command):
                        status, last = type_in(running, command)
                        self.assertEqual(status, 200, last)

    def test_api(self):
        self.replay("docs/api.md")

    def test_readme(self):
        self.replay("README.md")

    def test_python_tour(self):
        program = next(text for language, text in blocks("README.md") if language == "python")
        with server.Server("docs-python") as running:
            done = subprocess.run([sys.executable, "-c", program], env=environment(running), capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = done.stdout.splitlines()
        self.assertEqual(len(lines), 31)
        self.assertLessEqual(sum("failed" in line for line in lines[15:]), 6, done.stdout)
        self.assertLess(float(lines[-1].rsplit(" ", 1)[1]), 0.01)

    def test_ai_module(self):
        """The Python blocks of the page are one program, as it says."""
        program = "\n".join(text for language, text in blocks("docs/ai-module.md") if language == "python")
        with server.Server("docs-ai-module") as running:
            done = subprocess.run([sys.executable, "-c", program], env=environment(running), capture_output=True, text=True, timeout=300)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            n, best, shallow = re.fullmatch(r"(\d+) runs; the best is \d+: (\S+) with {.*}\n(\d+) runs have .*\n", done.stdout).groups()
            self.assertEqual(n, "40")
            self.assertGreater(float(best), 0.94)
            self.assertGreater(int(shallow), 0)
            client = running.client()
            observations = server.pages(client, "/v1/experiments/1/observations")
            client.close()
        self.assertEqual([o["failed"] for o in observations[:2]], [True, False])
        self.assertEqual(observations[0]["assignments"], {"width": 1000, "depth": 20, "rate": 0.003})
        self.assertEqual(len(observations), 42)
        self.assertLessEqual(sum(o["failed"] for o in observations[2:15]), 4)

    def test_links(self):
        """Every page and heading that a page refers to exists."""
        names = ["README.md", "CONTRIBUTING.md"] + [os.path.join(where, name) for where, _, files in os.walk(os.path.join(ROOT, "docs"))
                                                    for name in files if name.endswith(".md")]
        for name in names:
            text = re.sub(r"```.*?```", "", read(name), flags=re.DOTALL)
            for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text):
                path, _, heading = target.partition("#")
                path = os.path.normpath(os.path.join(ROOT, os.path.dirname(name), path)) if path else os.path.join(ROOT, name)
                with self.subTest(page=name, target=target):
                    self.assertTrue(os.path.exists(path))
                    if heading:
                        lines = re.findall(r"^#+ (.*)$", read(path), re.MULTILINE)
                        self.assertIn(heading, {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines})


if __name__ == "__main__":
    assert sys.argv[1:] == ["--write"], __doc__
    write("docs/api.md")
