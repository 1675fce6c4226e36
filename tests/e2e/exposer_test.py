"""What the HTTP side of `serve` promises: dialects, pages, hostile clients."""

import http.client
import json
import subprocess

from harness import Serve, TempDirTest, main, parse, prometheus, promtool, total, wait_for

RULES = """version: 1
format: combined
routes: [GET /, 'GET /items/{item_id}', 'POST /items']
"""
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
TEXT = "text/plain; version=0.0.4; charset=utf-8"


def line(target, status=200):
    return f'127.0.0.1 - - [01/Jan/2024:00:00:01 +0000] "GET {target} HTTP/1.1" {status} 11 "-" "test"\n'


def strict_openmetrics(text):
    """The names of the families in the page, as the Python client's strict parser reads them."""
    done = subprocess.run(
        ["/usr/bin/python3", "-c",
         "import sys; from prometheus_client.openmetrics import parser\n"
         "for family in parser.text_fd_to_metric_families(sys.stdin): print(family.name, family.type, family.unit)"],
        input=text, capture_output=True, timeout=60)
    if done.returncode != 0:
        raise AssertionError(done.stderr.decode())
    return dict((name, (kind, unit)) for name, kind, unit in
                (row.split(" ") for row in done.stdout.decode().splitlines()))


class ExposerTest(TempDirTest):
    def setUp(self):
        super().setUp()
        self.rules = self.write("rules.yaml", RULES)
        self.log = self.write("access.log", line("/") + line("/items/1") + line("/\xff<script>", 404))


class Dialects(ExposerTest):
    def test_both_dialects_say_the_same(self):
        with Serve("--rules", self.rules, self.log) as serve:
            status, headers, text = serve.get()
            self.assertEqual((status, headers["Content-Type"]), (200, TEXT))
            promtool(text.decode())
            for accept in ("application/openmetrics-text", "application/openmetrics-text;version=1.0.0,*/*;q=0.1"):
                status, headers, page = serve.get(headers={"Accept": accept})
                self.assertEqual((status, headers["Content-Type"]), (200, OPENMETRICS))
            families = strict_openmetrics(page)
            self.assertEqual(families["http_requests"], ("counter", ""))
            self.assertEqual(families["http_response_size_bytes"][0], "summary")
            self.assertEqual(families["routemeter_build_info"][0], "gauge")
            self.assertTrue(page.endswith(b"\n# EOF\n"))
            def requests(samples):
                return {key: value for key, value in samples.items()
                        if key[0].startswith("http_") and not key[0].endswith("_created")}

            self.assertEqual(requests(parse(page.decode())), requests(parse(text.decode())))

    def test_prometheus_takes_openmetrics(self):
        with Serve("--rules", self.rules, self.log) as serve, prometheus(self.dir, serve.port) as query:
            (up,) = wait_for(lambda: query("up == 1"), "a scrape")
            self.assertEqual(up["metric"]["job"], "routemeter")
            (found,) = wait_for(lambda: query("sum(http_requests_total)"), "requests")
            self.assertEqual(found["value"][1], "3")
            # No error on the way, and it did ask for OpenMetrics: the text format has no units.
            port = query.port
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", "/api/v1/targets/metadata?metric=http_response_size_bytes")
            (metadata,) = json.loads(connection.getresponse().read())["data"]
            self.assertEqual((metadata["type"], metadata["unit"]), ("summary", "bytes"))
            connection.request("GET", "/api/v1/targets")
            (target,) = json.loads(connection.getresponse().read())["data"]["activeTargets"]
            connection.close()
            self.assertEqual((target["health"], target["lastError"]), ("up", ""))


if __name__ == "__main__":
    main()
