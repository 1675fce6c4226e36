"""A real Prometheus scrapes a real serve and answers the query that people will have on their dashboards."""

import unittest

from harness import Serve, TempDirTest, main, prometheus, wait_for

RULES = "version: 1\nformat: combined\nroutes: [GET /, 'GET /items/{item_id}']\n"


class PrometheusTest(TempDirTest):
    def test_rate_by_handler(self):
        rules = self.write("rules.yaml", RULES)
        log = self.write("access.log", "")
        with Serve("--rules", rules, log) as serve, prometheus(self.dir, serve.port) as query:
            written = 0

            def rates():
                nonlocal written
                with open(log, "a") as f:
                    for _ in range(10):
                        f.write(f'127.0.0.1 - - [01/Jan/2024:00:00:01 +0000] "GET /items/{written} HTTP/1.1" 200 11 '
                                '"-" "test"\n')
                        written += 1
                got = {r["metric"].get("handler"): float(r["value"][1])
                       for r in query("sum by (handler) (rate(http_requests_total[1m]))")}
                return got if got.get("/items/{item_id}", 0) > 0 and "/" in got else None

            got = wait_for(rates, "a rate for /items/{item_id}")
            self.assertEqual(got["/"], 0)  # precreated: there before its first request
            (up,) = query("up")
            self.assertEqual(up["value"][1], "1")
            total = wait_for(lambda: [r for r in query("sum(http_requests_total)") if float(r["value"][1]) == written],
                             f"all {written} requests counted")
            self.assertTrue(total)


if __name__ == "__main__":
    main()
