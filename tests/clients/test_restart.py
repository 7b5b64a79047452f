"""SIGKILL and restart: nothing that was acknowledged is lost, and nothing that follows is different."""
import unittest

import kill
import server
from problems import PROBLEMS


class Killed(unittest.TestCase):
    def test_in_the_middle_of_the_clients_loop(self):
        """As a user sees it: the official client loses its server and goes on with the next one."""
        import sigopt.exception
        problem = PROBLEMS["branin_disk"]
        running = server.Server("loop")
        conn = running.connection()
        experiment = conn.experiments().create(**problem.definition("interrupted")).id
        for step in range(24):
            if step % 8 == 5:
                open_before = conn.experiments(experiment).suggestions().create()
                running.kill()
                with self.assertRaises(sigopt.exception.ConnectionException):
                    conn.experiments(experiment).fetch()
                running.start()
                conn = running.connection()
                suggestion = conn.experiments(experiment).suggestions().fetch(state="open").data[0]
                self.assertEqual((suggestion.id, dict(suggestion.assignments)), (open_before.id, dict(open_before.assignments)))
            else:
                suggestion = conn.experiments(experiment).suggestions().create()
            value = problem.evaluate(suggestion.assignments)
            report = {"failed": True} if value is None else {"values": [{"name": "value", "value": value}]}
            conn.experiments(experiment).observations().create(suggestion=suggestion.id, **report)
            self.assertEqual(conn.experiments(experiment).fetch().progress.observation_count, step + 1)
        self.assertEqual(conn.experiments(experiment).suggestions().fetch(state="open").count, 0)
        self.assertEqual(running.stop(), 0)

    def test_at_random_under_load(self):
        """A few of the 200 cycles that kill.py does by hand."""
        self.assertEqual(kill.check(cycles=6, steps=40, seed=3, say=lambda text: print("#", text)), [])
