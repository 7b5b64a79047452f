"""A short version of load.py. What it says about time is not judged here: the machine may be busy with other tests."""
import unittest

import load


class Load(unittest.TestCase):
    def test_many_clients(self):
        report = load.measure(seconds=6, n_clients=64)
        for name, value in report.items():
            print(f"# {name} {value}")
        self.assertEqual(load.wrong(report), [], report)
        self.assertGreater(report["observations"], 20)
