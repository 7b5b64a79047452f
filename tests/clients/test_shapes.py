"""Requests as other clients put them on the wire: curl, the Java and the R client. Replayed byte by byte."""
import json
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

import server

BASIC = server.Client(("127.0.0.1", 0)).headers["Authorization"]
JAVA = {"User-Agent": "Sigopt/v1 JavaBindings/6.3.0", "Authorization": BASIC, "Accept-Encoding": "gzip", "Connection": "Keep-Alive"}
JAVA_JSON = {**JAVA, "Content-Type": "application/json; charset=utf-8"}
R = {"User-Agent": "SigOptR/0.0.1", "Authorization": BASIC, "Accept-Encoding": "deflate, gzip, br, zstd",
     "Accept": "application/json, text/xml, application/xml, */*"}
CURL = {"User-Agent": "curl/7.88.1", "Authorization": BASIC, "Accept": "*/*"}
CURL_FORM = {**CURL, "Content-Type": "application/x-www-form-urlencoded"}
PYTHON = {"User-Agent": "sigopt-python/8.8.3", "Authorization": BASIC, "Content-Type": "application/json",
          "X-SigOpt-Python-Version": "8.8.3"}

JAVA_EXPERIMENT = (
    '{"name":"java","observation_budget":30.0,"project":"sigopt-examples","metrics":[{"name":"f","objective":"maximize"}],'
    '"parameters":[{"name":"x","bounds":{"min":1.0E-4,"max":1.0},"type":"double"},{"name":"k","bounds":{"min":1.0,"max":9.0},'
    '"type":"int"},{"name":"c","type":"categorical","categorical_values":[{"name":"a"},{"name":"b"}]}],'
    '"parallel_bandwidth":1.0,"conditionals":null,"linear_constraints":null,"tasks":null,"metadata":null}')
R_EXPERIMENT = (
    '{"name":"R exp","parameters":[{"name":"x","type":"double","bounds":{"min":0,"max":1}},{"name":"y","type":"double",'
    '"bounds":{"min":0,"max":1}},{"name":"c","type":"categorical","categorical_values":["a","b"]}],"metrics":[{"name":"f",'
    '"objective":"maximize"}],"observation_budget":30,"project":"sigopt-examples"}')
CURL_EXPERIMENT = (
    '{"name": "first experiment", "parameters": [{"name": "parameter_1", "bounds": {"min": 10, "max": 100}, "type": "int"}, '
    '{"name": "parameter_2", "bounds": {"min": 0.1, "max": 1.4}, "type": "double"}], "metrics": [{"name": "metric_1", '
    '"objective": "maximize", "strategy": "optimize"}], "observation_budget": 30}')


def setUpModule():
    global running
    running = server.Server("shapes")


def tearDownModule():
    assert running.stop() == 0


class Case(unittest.TestCase):
    headers = CURL

    def setUp(self):
        self.client = running.client()
        self.addCleanup(self.client.close)

    def send(self, method, target, body=None, headers=None, status=200):
        """The value of the reply."""
        data = body.encode() if isinstance(body, str) else body
        got, reply_headers, text = self.client.raw(method, target, data, self.headers if headers is None else headers)
        self.assertEqual(got, status, f"{method} {target}: {text}")
        if status == 204:
            self.assertEqual(text, "")
            return None
        self.assertEqual(reply_headers["Content-Type"], "application/json; charset=utf-8")
        value = json.loads(text)
        if status >= 400:
            self.assertEqual(value["status"], status)
            self.assertIsInstance(value["message"], str)
        return value


class Java(Case):
    headers = JAVA_JSON

    def test_loop(self):
        made = self.send("POST", "/v1/experiments", JAVA_EXPERIMENT)
        at = f"/v1/experiments/{made['id']}"
        self.assertEqual((made["observation_budget"], made["parallel_bandwidth"]), (30, 1))
        suggestion = self.send("POST", at + "/suggestions", b"")
        self.assertIsInstance(suggestion["assignments"]["k"], int)
        body = '{"suggestion":"%s","values":[{"value_stddev":0.1,"name":"f","value":1.5}]}' % suggestion["id"]
        self.assertEqual(self.send("POST", at + "/observations", body)["values"][0]["value"], 1.5)
        suggestion = self.send("POST", at + "/suggestions", b"")
        failed = self.send("POST", at + "/observations", '{"suggestion":"%s","failed":true}' % suggestion["id"])
        self.assertTrue(failed["failed"])
        suggestion = self.send("POST", at + "/suggestions", b"")
        body = '{"suggestion":"%s","value":2.0,"value_stddev":null,"metadata":null,"failed":null}' % suggestion["id"]
        self.assertEqual(self.send("POST", at + "/observations", body)["values"][0]["value"], 2.0)
        detail = self.send("GET", at + "?", headers=JAVA)
        self.assertEqual(detail["progress"]["observation_count"], 3)
        page = self.send("GET", at + "/observations?limit=2", headers=JAVA)
        self.assertEqual(len(page["data"]), 2)
        page = self.send("GET", f"{at}/observations?before={page['paging']['before']}&limit=2", headers=JAVA)
        self.assertEqual((len(page["data"]), page["paging"]["before"]), (1, None))
        self.assertEqual(self.send("GET", at + "/best_assignments?", headers=JAVA)["data"][0]["values"][0]["value"], 2.0)
        empty = {**JAVA, "Content-Length": "0"}
        self.assertEqual(self.send("DELETE", f"{at}/suggestions/{suggestion['id']}?", headers=empty), {})
        self.assertEqual(self.send("DELETE", at + "/suggestions?", headers=empty), {})
        self.assertEqual(self.send("DELETE", f"{at}/observations/{failed['id']}?", headers=empty), {})

    def java(self, value):
        """JSON as Gson writes an object that was fetched: every number a double, 1.0E-4 and 1.7E9, nulls included."""
        def number(v):
            v = float(v)
            if v == 0 or 1e-3 <= abs(v) < 1e7:
                return repr(v)
            digits, power = f"{v:.17E}".split("E")
            return f"{float(digits)!r}E{int(power)}"
        if isinstance(value, dict):
            return "{" + ",".join(f"{json.dumps(k)}:{self.java(v)}" for k, v in reversed(value.items())) + "}"
        if isinstance(value, list):
            return "[" + ",".join(map(self.java, value)) + "]"
        return number(value) if type(value) in (int, float) else json.dumps(value)

    def test_objects_that_are_fetched_changed_and_sent_back(self):
        made = self.send("POST", "/v1/experiments", JAVA_EXPERIMENT)
        at = f"/v1/experiments/{made['id']}"
        suggestion = self.send("POST", at + "/suggestions", b"")
        body = '{"suggestion":"%s","values":[{"value_stddev":0.1,"name":"f","value":1.5}]}' % suggestion["id"]
        first = self.send("POST", at + "/observations", body)
        suggestion = self.send("POST", at + "/suggestions", b"")
        failed = self.send("POST", at + "/observations", '{"suggestion":"%s","failed":true}' % suggestion["id"])

        experiment = self.send("GET", at + "?", headers=JAVA)
        changed = self.send("PUT", at, self.java({**experiment, "name": "changed", "observation_budget": 50}))
        self.assertEqual((changed["name"], changed["observation_budget"]), ("changed", 50))
        self.assertEqual({**changed, "updated": 0}, {**experiment, "name": "changed", "observation_budget": 50, "updated": 0})
        message = self.send("PUT", at, self.java({**experiment, "id": "999"}), status=400)["message"]
        self.assertIn("id", message)

        self.assertEqual(self.send("PUT", f"{at}/observations/{first['id']}", self.java({**first, "metadata": {"k": "v"}}))["metadata"], {"k": "v"})
        self.assertTrue(self.send("PUT", f"{at}/observations/{failed['id']}", self.java(failed))["failed"])
        mended = self.send("PUT", f"{at}/observations/{failed['id']}", '{"failed":false,"value":3.0}')
        self.assertEqual((mended["failed"], mended["values"][0]["value"]), (False, 3.0))

    def test_what_else_the_client_can_ask_for(self):
        at = f"/v1/experiments/{self.send('POST', '/v1/experiments', JAVA_EXPERIMENT)['id']}"
        criteria = self.send("GET", at + "/stopping_criteria?", headers=JAVA)
        self.assertEqual(criteria["object"], "stopping_criteria")
        queued = self.send("POST", at + "/queued_suggestions", '{"assignments":{"x":0.5,"k":2.0,"c":"a"}}')
        listed = self.send("GET", at + "/queued_suggestions?", headers=JAVA)
        self.assertEqual([q["id"] for q in listed["data"]], [queued["id"]])
        self.assertEqual(self.send("POST", at + "/suggestions", b"")["assignments"], {"x": 0.5, "k": 2, "c": "a"})
        token = self.send("POST", at + "/tokens", b"")
        self.assertRegex(token["token"], "^[A-Z]{48}$")
        self.send("POST", "/v1/clients/1/projects", '{"name":"PJ","id":"java-pj"}')
        self.assertEqual(self.send("GET", "/v1/clients/1/projects/java-pj?", headers=JAVA)["name"], "PJ")
        self.assertEqual(self.send("GET", "/v1/clients/1/experiments?limit=1&sort=recent", headers=JAVA)["object"], "pagination")

    def test_answers_within_the_read_timeout(self):
        """The client gives up after ten seconds, also when many ask at once."""
        at = f"/v1/experiments/{self.send('POST', '/v1/experiments', JAVA_EXPERIMENT)['id']}"
        for i in range(40):
            outcome = {"failed": True} if i % 3 == 0 else {"values": [{"name": "f", "value": i / 7}]}
            point = {"x": 0.02 * (i + 1), "k": i % 9 + 1, "c": "ab"[i % 2]}
            self.send("POST", at + "/observations", json.dumps({"assignments": point, **outcome}))

        def ask(_):
            client = running.client()
            began = time.monotonic()
            status = client.raw("POST", at + "/suggestions", b"", JAVA_JSON)[0]
            client.close()
            return status, time.monotonic() - began
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(ask, range(8)))
        self.assertEqual({status for status, _ in answers}, {200})
        self.assertLess(max(seconds for _, seconds in answers), 10)

    def test_lists_with_unescaped_queries(self):
        self.send("GET", "/v1/experiments?q=a%20b&c=d+e&state=active", headers=JAVA)
        self.send("GET", "/v1/clients/1?", headers=JAVA)
        self.send("GET", "/v1/clients/1/projects?", headers=JAVA)
        self.send("GET", "/v1/clients/1/projects/sigopt-examples/experiments?", headers=JAVA)
        self.send("GET", "/v1/clients/1/plan?", headers=JAVA, status=404)


class RLanguage(Case):
    headers = R

    def test_loop(self):
        at = f"/v1/experiments/{self.send('POST', '/v1/experiments', R_EXPERIMENT)['id']}"
        suggestion = self.send("POST", at + "/suggestions", "{}")
        body = '{"suggestion":"%s","values":[{"name":"f","value":0.1235,"value_stddev":1e-07}]}' % suggestion["id"]
        self.assertEqual(self.send("POST", at + "/observations", body)["values"][0]["value_stddev"], 1e-7)
        suggestion = self.send("POST", at + "/suggestions", "{}")
        self.send("POST", at + "/observations", '{"suggestion":"%s","failed":true}' % suggestion["id"])
        suggestion = self.send("POST", at + "/suggestions", "{}")
        self.send("POST", at + "/observations", '{"suggestion":"%s","value":1.0639}' % suggestion["id"])
        for word in "NA", "NaN", "Inf":
            self.send("POST", at + "/observations", '{"assignments":{"x":0.2896,"y":0.1443,"c":"a"},"value":"%s"}' % word, status=400)
        detail = self.send("GET", at + "?a=b%20c&n=3")
        self.assertEqual(detail["progress"]["observation_count"], 3)


class Curl(Case):
    def test_documented_requests(self):
        headers = {**CURL, "Content-Type": "application/json"}
        at = f"/v1/experiments/{self.send('POST', '/v1/experiments', CURL_EXPERIMENT, headers)['id']}"
        suggestion = self.send("POST", at + "/suggestions")  # no body, no length, no type
        failed = self.send("POST", at + "/observations", '{"suggestion":"%s","failed":true}' % suggestion["id"], headers)
        suggestion = self.send("POST", at + "/suggestions")
        self.send("POST", at + "/observations", '{"suggestion":"%s","failed":true}' % suggestion["id"], CURL_FORM)
        self.assertEqual(self.send("GET", at + "/observations?limit=1")["count"], 2)
        changed = self.send("PUT", f"{at}/observations/{failed['id']}", '{"failed":false,"values":[{"name":"metric_1","value":1}]}', headers)
        self.assertEqual((changed["failed"], changed["values"][0]["value"]), (False, 1.0))
        self.assertEqual(self.send("DELETE", f"{at}/suggestions/{suggestion['id']}"), {})

    def test_large_batch_with_expect(self):
        at = f"/v1/experiments/{self.send('POST', '/v1/experiments', CURL_EXPERIMENT)['id']}"
        item = {"assignments": {"parameter_1": 10, "parameter_2": 0.5}, "failed": True, "metadata": {"m": "x" * 400}}
        body = json.dumps({"observations": [item] * 2500}).encode()
        self.assertGreater(len(body), 1 << 20)
        made = self.send("POST", at + "/observations/batch", body, {**CURL_FORM, "Expect": "100-continue"})
        self.assertEqual((made["count"], len(made["data"])), (2500, 2500))

    def test_health_and_options(self):
        self.assertEqual(self.send("GET", "/health", headers={}), {})
        self.assertEqual(self.send("OPTIONS", "/v1/experiments", headers={}), {})
        self.send("PATCH", "/v1/experiments", "{}", status=405)
        self.send("MERGE", "/v1/experiments", "{}", status=405)
        self.send("GET", "/v1/nothing", status=404)
        self.send("GET", "/v1/tokens/self", headers={}, status=401)

    def test_bad_bodies(self):
        for body in '{"a":1,"a":2}', "[1]", "null", "{", '{"name":NaN}', '{"name":1e999}', b'{"name":"\xff"}', '{"name":"a\\u0000b"}':
            with self.subTest(body=body):
                self.send("POST", "/v1/experiments", body, status=400)

    def test_skip(self):
        at = f"/v1/experiments/{self.send('POST', '/v1/experiments', CURL_EXPERIMENT)['id']}"
        self.send("POST", at + "/suggestions", headers={**CURL, "X-Response-Content": "skip"}, status=204)
        self.assertEqual(self.send("GET", at + "/suggestions")["count"], 1)

    def test_predictions(self):
        at = f"/v1/experiments/{self.send('POST', '/v1/experiments', CURL_EXPERIMENT)['id']}"
        points = [{"parameter_1": p, "parameter_2": 0.2 + p / 100} for p in range(10, 100, 8)]
        for point in points:
            body = {"assignments": point, **({"failed": True} if point["parameter_1"] > 60 else {"value": point["parameter_1"]})}
            self.send("POST", at + "/observations", json.dumps(body))
        made = self.send("POST", at + "/predictions", json.dumps({"assignments": [points[1], points[-1]]}))
        self.assertEqual((made["object"], made["count"]), ("pagination", 2))
        good, bad = made["data"]
        self.assertEqual(good["object"], "prediction")
        self.assertGreater(good["probability_of_feasibility"], bad["probability_of_feasibility"])
        self.assertAlmostEqual(good["metrics"][0]["mean"], points[1]["parameter_1"], delta=10)


class Python(Case):
    headers = PYTHON

    def test_query_values(self):
        self.send("GET", "/v1/experiments?include_ai=True&state=all&ascending=False&limit=3")
        self.send("GET", "/v1/experiments?limit=1001", status=400)
        self.send("GET", "/v1/experiments?limit=-1", status=400)
        self.send("GET", "/v1/experiments?before=%21%21", status=400)
        self.send("GET", "/v1/experiments?state=old", status=400)
        self.send("GET", "//v1/experiments")

    def test_explicit_nulls(self):
        body = {"name": "nulls", "type": None, "metrics": None, "observation_budget": None, "parallel_bandwidth": None,
                "conditionals": None, "linear_constraints": [], "num_solutions": 1, "tasks": None, "metadata": None, "project": None,
                "parameters": [{"object": "parameter", "name": "x", "type": "double", "bounds": {"object": "bounds", "min": 0, "max": 1},
                                "categorical_values": None, "conditions": {}, "default_value": None, "prior": None,
                                "transformation": None, "tunable": True, "precision": None}]}
        made = self.send("POST", "/v1/experiments", json.dumps(body))
        suggestion = self.send("POST", f"/v1/experiments/{made['id']}/suggestions", '{"metadata": null}')
        body = {"suggestion": suggestion["id"], "assignments": None, "values": None, "failed": True, "metadata": None}
        self.send("POST", f"/v1/experiments/{made['id']}/observations", json.dumps(body))
        body = {"observations": [{"suggestion": None, "assignments": {"x": 0.5}, "values": [{"value": 1}]}]}
        self.send("POST", f"/v1/experiments/{made['id']}/observations/batch", json.dumps(body))

    def test_numbers_come_back_as_they_went(self):
        made = self.send("POST", "/v1/experiments", R_EXPERIMENT)
        at = f"/v1/experiments/{made['id']}/observations"
        for x in 0.1 + 0.2, 1 / 3, 5e-324, 0.9999999999999999:
            body = json.dumps({"assignments": {"x": x, "y": 0.5, "c": "a"}, "values": [{"name": "f", "value": x * 1e300}]})
            observation = self.send("POST", at, body)
            again = self.send("GET", f"{at}/{observation['id']}")
            self.assertEqual((again["assignments"]["x"], again["values"][0]["value"]), (x, x * 1e300))
