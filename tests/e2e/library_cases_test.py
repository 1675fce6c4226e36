"""C1-C60: the library's own tests as logs (how it behaves: tests/conformance/README.md).

A case is (number, rule file parts, requests, wanted samples, absent texts). C14/C15 and C55-C60 have tests of their
own below or in serve_test.py; C52 is two processes. A request: "METHOD target status [in=] [out=] [t=] [h=] [xN]".
"""

import os
import unittest

from harness import Serve, TempDirTest, main, parse, run

FORMAT = ('\'"$request" $status rt=$request_time uht=$upstream_header_time cl=$content_length '
          'ucl=$upstream_http_content_length\'')
ROUTES = """
  - GET /
  - GET /sleep
  - GET /always_error
  - GET /always_error_httpstatus_enum
  - GET /ignore
  - GET /items/{item_id}
  - GET /just_another_endpoint
  - GET /slash_ending_endpoint/
  - POST /items
  - GET /runtime_error
  - GET /metrics
"""
L = "metrics: [latency]"
D = "metrics: [default]"
GET = 'method="GET"'


def count(name, handler, status="2xx", method="GET"):
    return f'{name}{{handler="{handler}",method="{method}",status="{status}"}}'


def latency(handler, status="2xx"):
    return count("http_request_duration_seconds_count", handler, status)


def requests(handler, status="2xx", method="GET"):
    return count("http_requests_total", handler, status, method)


CASES = [
    (1, L + "\nexclude: ['/metrics']", ["GET / 200 t=.002 x2", "GET /metrics 200"], {latency("/"): 2}, ["/metrics"]),
    (2, L + "\nexclude: ['/metrics']", ["GET / 200"], {latency("/"): 1}, []),
    (3, "metrics: [{latency: {name: fastapi_latency}}]", ["GET / 200"], {count("fastapi_latency_count", "/"): 1},
     ["http_request_duration_seconds"]),
    (4, L, ["GET / 200"], {latency("/"): 1}, ['status="200"']),
    (5, L, ["GET /always_error_httpstatus_enum 404"], {latency("/always_error_httpstatus_enum", "4xx"): 1}, ["Hxx"]),
    (6, L + "\noptions: {group_status_codes: false}", ["GET / 200"], {latency("/", "200"): 1}, ["2xx"]),
    (7, L + "\noptions: {ignore_untemplated: true}",
     ["GET / 200", "GET /items/678?q=43243 200", "GET /does_not_exist 404"],
     {latency("/"): 1, latency("/items/{item_id}"): 1}, ["/does_not_exist", "none"]),
    (8, L + "\noptions: {group_untemplated: false}",
     ["GET / 200 x2", "GET /items/678?q=43243 200", "GET /does_not_exist 404"],
     {latency("/"): 2, latency("/does_not_exist", "4xx"): 1}, ["none"]),
    (9, L, ["GET / 200", "GET /items/678?q=43243 200", "GET /does_not_exist 404"], {latency("none", "4xx"): 1},
     ["/does_not_exist"]),
    (10, L + "\nexclude: [fefefwefwe]", ["GET / 200", "GET /metrics 200", "GET /fefefwefwe 404"],
     {latency("/"): 1, latency("/metrics"): 1}, ["/fefefwefwe", "none"]),
    (11, L + "\nexclude: ['^/$']", ["GET /ignore 200 x2", "GET / 200"], {latency("/ignore"): 2},
     ['handler="/"', "none"]),
    (12, D + "\nexclude: [/ignore, /metrics]", ["GET / 200 x2", "GET /ignore 200"], {requests("/"): 2}, ["/ignore"]),
    (13, "metrics: [{latency: {buckets: [1, 2, 3]}}]", ["GET / 200 t=.002"],
     {'http_request_duration_seconds_bucket{handler="/",le="1.0",method="GET",status="2xx"}': 1,
      'http_request_duration_seconds_bucket{handler="/",le="+Inf",method="GET",status="2xx"}': 1}, []),
    (16, "metrics: [{latency: {buckets: [1, 2, 3]}}]", ["GET / 200 t=.001234567 x3"],
     {count("http_request_duration_seconds_sum", "/"): .003703701}, []),
    (17, "metrics: [{latency: {buckets: [1, 2, 3]}}]\noptions: {round_latency_decimals: 4}",
     ["GET / 200 t=.001234567 x3"], {count("http_request_duration_seconds_sum", "/"): .0036}, []),
    (18, "metrics: [request_size]", ["GET / 200 in=9"],
     {count("http_request_size_bytes_sum", "/"): 9, count("http_request_size_bytes_count", "/"): 1}, []),
    (19, "metrics: [{request_size: {labels: []}}]", ["GET / 200 in=9"], {"http_request_size_bytes_sum": 9}, []),
    (20, "metrics: [{request_size: {labels: [], namespace: namespace, subsystem: subsystem}}]", ["GET /metrics 200"],
     {"namespace_subsystem_http_request_size_bytes_count": 1}, ["\nhttp_request_size_bytes"]),
    (21, "metrics: [request_size]\nexclude: [/metrics]", ["GET / 200"],
     {count("http_request_size_bytes_count", "/"): 1, count("http_request_size_bytes_sum", "/"): 0}, []),
    (22, "metrics: [response_size]", ["GET / 200 out=14"], {count("http_response_size_bytes_sum", "/"): 14}, []),
    (23, "metrics: [{response_size: {labels: []}}]\nexclude: [/metrics]", ["GET / 200 out=14"],
     {"http_response_size_bytes_sum": 14}, []),
    # The library says 0 bytes for an unhandled error; the log has the 21 of the wire (accepted difference).
    (24, "metrics: [response_size]", ["GET /runtime_error 500 out=21"],
     {count("http_response_size_bytes_count", "/runtime_error", "5xx"): 1,
      count("http_response_size_bytes_sum", "/runtime_error", "5xx"): 21}, []),
    (25, "metrics: [combined_size]", ["GET / 200 out=14"], {count("http_combined_size_bytes_sum", "/"): 14}, []),
    (26, "metrics: [combined_size]", ["GET / 200 in=10 out=14"], {count("http_combined_size_bytes_sum", "/"): 24}, []),
    (27, "metrics: [{combined_size: {labels: []}}]", ["GET / 200 out=14"], {"http_combined_size_bytes_sum": 14}, []),
    (28, "metrics: [combined_size]", ["GET /runtime_error 500"],
     {count("http_combined_size_bytes_count", "/runtime_error", "5xx"): 1}, []),
    (29, L, ["GET / 200 t=.002"], {count("http_request_duration_seconds_sum", "/"): .002}, []),
    (30, "metrics: [{latency: {labels: []}}]", ["GET / 200 t=.002"], {"http_request_duration_seconds_sum": .002}, []),
    (31, "metrics: [{latency: {labels: [], exclude_streaming_duration: true}}, {latency: {name: plain_seconds, labels: []}}]",
     ["GET / 200 t=.5 h=.1"], {"http_request_duration_seconds_sum": .1, "plain_seconds_sum": .5}, []),
    (32, D, ["GET / 200 in=6 out=14 t=.002", "GET / 200 out=14 t=.002"],
     {requests("/"): 2, 'http_request_size_bytes_sum{handler="/"}': 6, 'http_response_size_bytes_sum{handler="/"}': 28,
      "http_request_duration_highr_seconds_sum": .004,
      'http_request_duration_seconds_sum{handler="/",method="GET"}': .004}, []),
    (33, "metrics: [{default: {only_2xx_for_highr: true}}]\nexclude: [/metrics]",
     ["GET /efefewffe 404 in=6", "GET /ffe04904nfiuo-ni 404"], {"http_request_duration_highr_seconds_count": 0}, []),
    (34, D + "\nexclude: [/metrics]", ["GET /efefewffe 404", "GET /ffe04904nfiuo-ni 404"],
     {"http_request_duration_highr_seconds_count": 2}, []),
    (35, D, ["GET /runtime_error 500"], {'http_request_size_bytes_count{handler="/runtime_error"}': 1}, []),
    (36, "metrics: [{default: {exclude_streaming_duration: true}}]", ["GET / 200 t=.5 h=.1"],
     {'http_request_duration_seconds_sum{handler="/",method="GET"}': .1}, []),
    # Ours is on every family; the library leaves highr out.
    (37, D + "\nlabels: {a_custom_label: a_custom_value}", ["GET / 200 in=3", "GET / 200"],
     {'http_requests_total{a_custom_label="a_custom_value",handler="/",method="GET",status="2xx"}': 2,
      'http_request_size_bytes_sum{a_custom_label="a_custom_value",handler="/"}': 3,
      'http_request_duration_highr_seconds_count{a_custom_label="a_custom_value"}': 2}, []),
    (38, "metrics: [requests]", ["GET / 200", "GET /metrics 200"], {requests("/"): 1}, []),
    (39, "metrics: [{requests: {labels: []}}]", ["GET / 200", "GET /metrics 200"], {"http_requests_total": 2}, []),
    (40, D + "\nnamespace: namespace\nsubsystem: example", ["GET / 200"],
     {'namespace_example_http_request_duration_highr_seconds_bucket{le="0.01"}': 1}, []),
    (41, "metrics: [{requests: {labels: [handler, method]}}]\nroutes: [{handler: /mounted_app, pattern: '^/mounted_app/.*$'}]",
     ["GET /mounted_app 307"], {'http_requests_total{handler="/mounted_app",method="GET"}': 1}, []),
    (42, "metrics: [requests]\nroutes: [GET /app, GET /subapi/sub]",
     ["GET /subapi/sub 200", "GET /subapi 307", "GET /subapi/ 404", "GET /app 200"],
     {requests("/subapi/sub"): 1, requests("none", "3xx"): 1, requests("none", "4xx"): 1, requests("/app"): 1}, []),
    (44, D + "\nroutes: [GET /api/v1/items/, 'GET /api/v1/items/{item_id}', GET /api/v1/users/]",
     ["GET /api/v1/items/ 200", "GET /api/v1/items/1 200", "GET /api/v1/users/ 200"],
     {requests("/api/v1/items/"): 1, requests("/api/v1/items/{item_id}"): 1, requests("/api/v1/users/"): 1}, ["none"]),
    (45, D + "\nroutes: [GET /api/health]", ["GET /api/health 200"], {requests("/api/health"): 1}, []),
    (46, D + "\nroutes: [GET /api/v1/ready]", ["GET /api/v1/ready 200"], {requests("/api/v1/ready"): 1}, []),
    (47, D + "\nroutes: [GET /m/sub/widget]", ["GET /m/sub/widget 200"], {requests("/m/sub/widget"): 1}, []),
    (48, D + "\nexclude: [/metrics]\nroutes: [GET /, GET /sleep, GET /custom]",
     ["GET / 200 x2", "GET /sleep?seconds=0.01 200", "GET /custom 201"],
     {requests("/"): 2, requests("/sleep"): 1, requests("/custom"): 1}, ["seconds="]),
    (49, D + "\nroutes: [GET /, POST /post]", ["GET / 200 x2", "POST /post 200"],
     {requests("/"): 2, requests("/post", method="POST"): 1}, []),
    (50, D + "\nroutes: [GET /, GET /custom, GET /error]", ["GET / 200", "GET /custom 201", "GET /error 404"],
     {requests("/"): 1, requests("/custom"): 1, requests("/error", "4xx"): 1}, []),
    (51, D, ["GET /items/123 200", "GET /items/456?q=test 200", "GET /items/789 200"],
     {requests("/items/{item_id}"): 3}, []),
    (53, "metrics: [{latency: {name: own_latency}}, requests, request_size, response_size, combined_size, inprogress]\n"
         "routes: [GET /dummy]", ["GET /dummy 200"], {requests("/dummy"): 1}, []),
    (54, D + "\nroutes: [GET /ping]", ["GET /ping 200 x3"], {requests("/ping"): 3}, []),
    # A log knows a request when it has ended: the gauge is 0 when all have.
    (55, "metrics: [{inprogress: {labels: [handler, method]}}]", ["GET /sleep 200 t=1 x3"],
     {'http_requests_inprogress{handler="/sleep",method="GET"}': 0}, []),
]


def log_of(entries):
    lines = []
    for entry in entries:
        method, target, status, *rest = entry.split()
        times, values = 1, {"t": "0.000", "h": "-", "in": "-", "out": "-"}
        for word in rest:
            if word.startswith("x"):
                times = int(word[1:])
            else:
                key, _, value = word.partition("=")
                values[key] = value
        lines += [f'"{method} {target} HTTP/1.1" {status} rt={values["t"]} uht={values["h"]} cl={values["in"]} '
                  f'ucl={values["out"]}\n'] * times
    return "".join(lines)


class LibraryCases(TempDirTest):
    def rules(self, parts):
        routes = "" if "routes:" in parts else "\nroutes:" + ROUTES
        return self.write("rules.yaml", f"version: 1\nformat: {FORMAT}\n{parts}{routes}\n")

    def test_cases(self):
        for number, parts, entries, wanted, absent in CASES:
            with self.subTest(f"C{number}"):
                log = self.write("access.log", log_of(entries))
                text = run("replay", "--rules", self.rules(parts), log, check=0).stdout.decode()
                got = parse(text)
                for sample, value in wanted.items():
                    (key,) = parse(f"{sample} 0")
                    self.assertIn(key, got, text)
                    self.assertAlmostEqual(got[key], value, delta=1e-12)
                samples = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
                for word in absent:
                    self.assertNotIn(word, "\n" + samples)

    def test_c43_mounted_app_alone_is_a_rule_file_of_its_own(self):
        log = self.write("access.log", log_of(["GET /subapi/sub 200", "GET /subapi/ 404", "GET /app 200"]))
        rules = self.rules("metrics: [requests]\nroutes: [{handler: /sub, pattern: /subapi/sub}, {handler: none, "
                           "pattern: /subapi/.*}]\noptions: {ignore_untemplated: true}")
        got = parse(run("replay", "--rules", rules, log, check=0).stdout.decode())
        self.assertEqual(sorted(got.values()), [1, 1])

    def test_c14_c15_environment_switch(self):
        log = self.write("access.log", log_of(["GET / 200"]))
        rules = self.rules(D + "\noptions: {respect_env_var: true}")
        for value, on in [(None, False), ("", False), ("yes", False), ("on", False), ("t", False), (" true", False),
                          ("false", False), ("0", False), ("true", True), ("TRUE", True), ("True", True), ("1", True)]:
            with self.subTest(value):
                environment = dict(os.environ)
                environment.pop("ENABLE_METRICS", None)
                env = {} if value is None else {"ENABLE_METRICS": value}
                out = run("replay", "--rules", rules, log, env=env, check=0).stdout.decode()
                self.assertEqual("http_requests_total" in out, on)

    def test_c52_two_apps_share_nothing(self):
        rules = self.rules("routes: [GET /dummy]\noptions: {precreate: false}")
        first = self.write("first.log", log_of(["GET /dummy 200"]))
        second = self.write("second.log", log_of(["GET /dummy 200 x2"]))
        with Serve("--rules", rules, first) as one, Serve("--rules", rules, second) as two:
            key = ("http_requests_total", (("handler", "/dummy"), ("method", "GET"), ("status", "2xx")))
            self.assertEqual(one.scrape()[key], 1)
            self.assertEqual(two.scrape()[key], 2)

    def test_c53_clash_is_an_error(self):
        rules = self.rules("metrics: [latency, default]")
        done = run("replay", "--rules", rules, self.write("a.log", ""), check=2)
        self.assertIn("http_request_duration_seconds", done.stderr.decode())
        self.assertIn(f"{rules}:3:", done.stderr.decode())

    def test_c56_each_type_once(self):
        log = self.write("access.log", log_of(["GET / 200", "GET /items/1 200"]))
        out = run("replay", "--rules", self.rules(D), log, check=0).stdout.decode()
        self.assertEqual(out.count("# TYPE http_requests_total counter\n"), 1)

    def test_c57_to_c60_the_page(self):
        log = self.write("access.log", log_of(["GET / 200"]))
        with Serve("--rules", self.rules(D), "--web.telemetry-path", "/custom_metrics", log) as serve:
            status, headers, body = serve.get("/custom_metrics", {"Accept-Encoding": "gzip"})
            self.assertEqual((status, headers["Content-Encoding"]), (200, "gzip"))
            self.assertLessEqual(len(body), 3000)
            status, headers, plain = serve.get("/custom_metrics", {"Accept-Encoding": "identity"})
            self.assertNotIn("Content-Encoding", headers)
            self.assertGreaterEqual(len(plain), 2000)
            for refused in ("gzip;q=0", "xgzipx", ""):
                self.assertNotIn("Content-Encoding", serve.get("/custom_metrics", {"Accept-Encoding": refused})[1])
            self.assertEqual(headers["Content-Type"].count("charset=utf-8"), 1)
            self.assertIn("version=0.0.4", headers["Content-Type"])
            self.assertEqual(serve.get("/metrics")[0], 404)


if __name__ == "__main__":
    main()
