#!/usr/bin/env python3
"""Kills a working server again and again (SIGKILL), and checks that nothing acknowledged is lost and that nothing changes.

    tests/clients/kill.py [--cycles 200] [--seed N]

Experiment 1 belongs to one sequential client that optimises a problem on which part of the space fails. After each restart it goes
on as the documentation says: it evaluates the suggestion that is still open, or asks for one. Experiment 2 is a write load: a few
writers report observations and remember what was acknowledged. After each restart every acknowledged observation must be there,
and a copy of the database must pass SQLite's checks. At the end the sequential client's suggestions are compared, value by value,
with those of a server that was never killed, on a fresh database.
"""
import argparse
import os
import random
import shutil
import sqlite3
import sys
import threading
import time

import server
from problems import PROBLEMS

PROBLEM = PROBLEMS["branin_disk"]
WRITERS = 3
# No request may be answered without the model because the machine is slow: that is outside of the promise.
OPTIONS = ("--model-deadline", "60000")


class Sequential:
    """The scripted client. It may lose its server at any point and is continued with another one."""

    def __init__(self, max_steps):
        self.max_steps = max_steps
        self.suggestions = []  # (id, assignments, source) in the order in which they were made
        self.reported = 0

    def create(self, client):
        self.at = "/v1/experiments/" + client.want("POST", "/v1/experiments", PROBLEM.definition("sequential"))["id"]

    def remember(self, suggestion):
        if not any(suggestion["id"] == known[0] for known in self.suggestions):
            self.suggestions.append((suggestion["id"], suggestion["assignments"], suggestion["fairway"]["source"]))

    def report(self, client, suggestion):
        value = PROBLEM.evaluate(suggestion["assignments"])
        body = {"suggestion": suggestion["id"]}
        body.update({"failed": True} if value is None else {"values": [{"name": "value", "value": value}]})
        client.want("POST", self.at + "/observations", body)

    def run(self, client, stopped=lambda: False):
        """Steps until max_steps, stopped, or the server is gone."""
        try:
            for suggestion in client.want("GET", self.at + "/suggestions?state=open")["data"]:
                self.remember(suggestion)
                self.report(client, suggestion)
            self.reported = client.want("GET", self.at)["progress"]["observation_count"]
            while self.reported < self.max_steps and not stopped():
                suggestion = client.want("POST", self.at + "/suggestions")
                self.remember(suggestion)
                self.report(client, suggestion)
                self.reported += 1
        except server.Unanswered:
            pass


class Load:
    """Writers that remember what was acknowledged."""

    def __init__(self):
        self.acknowledged = []
        self.verified = 0  # the highest id that was found after a restart
        self.problems = []
        self.count = 0

    def create(self, client):
        self.at = "/v1/experiments/" + client.want("POST", "/v1/experiments", PROBLEM.definition("load"))["id"]

    def run(self, client, stopped):
        rng = random.Random(len(self.acknowledged))
        try:
            while not stopped():
                self.count += 1
                body = {"assignments": {"x1": rng.uniform(-5, 10), "x2": rng.uniform(0, 15)}, "failed": True}
                made = client.want("POST", self.at + "/observations", body)
                self.acknowledged.append(int(made["id"]))
                time.sleep(0.002)
        except server.Unanswered:
            pass
        except AssertionError as problem:
            self.problems.append(str(problem))

    def verify(self, client):
        """Acknowledged observations that are not stored, of those not verified before."""
        stored, before = set(), ""
        while True:
            page = client.want("GET", f"{self.at}/observations?limit=1000{before}&fields=id")
            stored.update(int(o["id"]) for o in page["data"])
            before = "&before=" + str(page["paging"]["before"])
            if page["paging"]["before"] is None or min(stored) <= self.verified:
                break
        missing = [i for i in self.acknowledged if i > self.verified and i not in stored]
        self.verified = max(stored, default=0)
        return missing


def check_copy(database):
    """What SQLite finds wrong with a copy of the files, as the killed server left them."""
    copy = database + ".copy"
    for suffix in "", "-wal":
        if os.path.exists(database + suffix):
            shutil.copyfile(database + suffix, copy + suffix)
    connection = sqlite3.connect(copy)
    try:
        wrong = [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        return wrong + [str(row) for row in connection.execute("PRAGMA foreign_key_check")]
    finally:
        connection.close()
        for suffix in "", "-wal", "-shm":
            if os.path.exists(copy + suffix):
                os.remove(copy + suffix)


def work_until_killed(running, sequential, load, seconds):
    stop = threading.Event()
    clients = [running.client() for _ in range(1 + WRITERS)]
    threads = [threading.Thread(target=sequential.run, args=(clients[0], stop.is_set))]
    threads += [threading.Thread(target=load.run, args=(client, stop.is_set)) for client in clients[1:]]
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    running.kill()
    stop.set()
    for thread, client in zip(threads, clients):
        thread.join()
        client.close()


def run_killed(cycles, steps, rng, say):
    """(the suggestions, the problems found)"""
    sequential, load, problems = Sequential(steps), Load(), []
    running = server.Server(f"killed-{os.getpid()}", OPTIONS)
    client = running.client()
    sequential.create(client)
    load.create(client)
    client.close()
    for cycle in range(1, cycles + 1):
        work_until_killed(running, sequential, load, rng.uniform(0.05, 0.6))
        problems += [f"cycle {cycle}: {text}" for text in check_copy(running.database) + load.problems]
        load.problems = []
        running.start()
        client = running.client()
        missing = load.verify(client)
        problems += [f"cycle {cycle}: acknowledged observation {i} is not stored" for i in missing]
        known = {s["id"] for s in server.pages(client, sequential.at + "/suggestions")}
        problems += [f"cycle {cycle}: suggestion {s[0]} is not stored" for s in sequential.suggestions if s[0] not in known]
        client.close()
        if cycle % 20 == 0:
            say(f"{cycle} kills, {len(load.acknowledged)} observations acknowledged, {len(sequential.suggestions)} suggestions, "
                f"{len(problems)} problems")
    sequential.run(running.client())
    if running.stop() != 0:
        problems.append("the last server did not end well")
    problems += check_copy(running.database)
    return sequential, load, problems


def run_undisturbed(steps):
    sequential, load = Sequential(steps), Load()
    running = server.Server(f"undisturbed-{os.getpid()}", OPTIONS)
    client = running.client()
    sequential.create(client)
    load.create(client)
    sequential.run(client)
    running.stop()
    return sequential


def compare(killed, undisturbed):
    if len(killed) != len(undisturbed):
        return [f"{len(killed)} suggestions with kills, {len(undisturbed)} without"]
    return [f"suggestion {k}: {a[1:]} with kills, {b[1:]} without"
            for k, (a, b) in enumerate(zip(killed, undisturbed), 1) if a[1:] != b[1:]]


def check(cycles, steps, seed, say=print):
    """Everything that is wrong."""
    killed, load, problems = run_killed(cycles, steps, random.Random(seed), say)
    undisturbed = run_undisturbed(steps)
    problems += compare(killed.suggestions, undisturbed.suggestions)
    say(f"{cycles} kills, {len(load.acknowledged)} observations acknowledged of {load.count} sent, "
        f"{len(killed.suggestions)} suggestions compared")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cycles", type=int, default=200)
    parser.add_argument("--steps", type=int, default=120, help="evaluations of the sequential client")
    parser.add_argument("--seed", type=int, default=1, help="of the moments of death")
    options = parser.parse_args()
    problems = check(options.cycles, options.steps, options.seed)
    for problem in problems[:50]:
        print(problem)
    print(f"{len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
