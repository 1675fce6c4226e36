"""Durable state: kill -9, restarts, reloads. Totals equal those of one uninterrupted run, nothing goes down."""

import os
import random
import signal
import subprocess
import threading
import time

from harness import Serve, TempDirTest, main, parse, run, total, wait_for

RULES = """version: 1
format: combined
routes: [GET /, 'GET /items/{item_id}', 'POST /items']
"""


def line(target, status=200, method="GET"):
    return (f'127.0.0.1 - - [01/Jan/2024:00:00:01 +0000] "{method} {target} HTTP/1.1" {status} 11 "-" "test"\n')


def counters(samples):
    """What must never go down while a state directory lives: everything but the process's own."""
    return {key: value for key, value in samples.items()
            if key[0].endswith(("_total", "_count", "_sum", "_bucket"))
            and not key[0].startswith(("process_", "routemeter_web_", "routemeter_scrape_", "routemeter_state_",
                                       "routemeter_look_", "routemeter_config_",
                                       "routemeter_read_errors"))}


def rising(before, samples):
    """The counters of a scrape; fails when one is lower than in `before`, those of an earlier scrape."""
    now = counters(samples)
    fallen = {key: (value, now.get(key, 0)) for key, value in before.items() if now.get(key, 0) < value}
    if fallen:
        raise AssertionError(f"went down: {fallen}")
    return now


class WithState(TempDirTest):
    def setUp(self):
        super().setUp()
        self.rules = self.write("rules.yaml", RULES)
        self.log = self.write("access.log", line("/") + line("/items/1"))
        self.args = ["--rules", self.rules, "--state-dir", self.path("state"), self.log]
        self.seen = {}

    def append(self, text, name="access.log"):
        with open(self.path(name), "ab") as f:
            f.write(text.encode())

    def scrape(self, serve):
        samples = serve.scrape()
        self.seen = rising(self.seen, samples)
        return samples

    def requests(self, serve, **labels):
        return total(self.scrape(serve), "http_requests_total", **labels)


class StateTest(WithState):
    def test_a_restart_goes_on(self):
        with Serve(*self.args) as serve:
            self.assertEqual(self.requests(serve), 2)
            self.assertEqual(serve.stop(), 0)
        self.append(line("/") * 3)  # while we are down
        with Serve(*self.args) as serve:
            self.assertEqual(self.requests(serve), 5)
            self.assertEqual(total(self.scrape(serve), "routemeter_state_loads_total", result="ok"), 1)

    def test_kill_after_each_scrape(self):
        expected = 2
        for n in range(12):
            with Serve(*self.args) as serve:
                self.assertEqual(self.requests(serve), expected)
                self.append(line(f"/items/{n}") * 7)
                expected += 7
                self.assertEqual(self.requests(serve), expected)
                self.append(line("/"))  # maybe read, not committed
                expected += 1
                serve.process.kill()
                serve.process.wait()
        with Serve(*self.args) as serve:
            self.assertEqual(self.requests(serve), expected)

    def test_the_same_page_after_a_restart(self):
        pages = []
        for _ in range(2):
            with Serve(*self.args) as serve:
                pages.append(counters(self.scrape(serve)))
        self.assertEqual(pages[0], pages[1])

    def test_rotation_while_down(self):
        with Serve(*self.args) as serve:
            self.assertEqual(self.requests(serve), 2)
        self.append(line("/") * 4)
        os.rename(self.log, self.log + ".1")
        self.append(line("/") * 5)
        time.sleep(0.02)  # logs are older than each other by more than a tick of the kernel's clock
        os.rename(self.log + ".1", self.log + ".2")
        os.rename(self.log, self.log + ".1")
        self.append(line("/") * 6)
        with Serve(*self.args) as serve:
            self.assertEqual(self.requests(serve), 17)
            self.assertEqual(total(self.scrape(serve), "routemeter_loss_suspected_total"), 0)

    def test_two_processes_on_one_directory(self):
        with Serve(*self.args) as serve:
            done = run("serve", "--web.listen-address", "127.0.0.1:0", *self.args, check=2)
            self.assertIn(str(serve.process.pid).encode(), done.stderr)

    def test_damaged_state_starts_at_the_end_and_says_so(self):
        with Serve(*self.args) as serve:
            self.requests(serve)
        for name in os.listdir(self.path("state")):
            if name.startswith("state"):
                with open(os.path.join(self.path("state"), name), "r+b") as f:
                    f.seek(10)
                    f.write(b"\0" * 50)
        self.append(line("/"))
        self.seen = {}  # a clean reset is what Prometheus expects here
        with Serve(*self.args) as serve:
            samples = self.scrape(serve)
            self.assertEqual(total(samples, "http_requests_total"), 0)
            self.assertEqual(total(samples, "routemeter_state_loads_total", result="corrupt"), 1)
            self.assertGreaterEqual(total(samples, "routemeter_loss_suspected_total"), 1)
            self.append(line("/"))
            self.assertEqual(self.requests(serve), 1)

    def test_rules_change_between_runs(self):
        with Serve(*self.args) as serve:
            self.assertEqual(self.requests(serve, handler="/items/{item_id}", status="2xx"), 1)
        self.write("rules.yaml", RULES.replace("'GET /items/{item_id}'", "'GET /items/{item_id}', 'GET /new'"))
        self.append(line("/new") + line("/items/2"))
        with Serve(*self.args) as serve:
            self.assertEqual(self.requests(serve, handler="/items/{item_id}", status="2xx"), 2)
            self.assertEqual(self.requests(serve, handler="/new", status="2xx"), 1)

    def test_start_at_end(self):
        with Serve(*self.args, "--start-at", "end") as serve:
            self.assertEqual(self.requests(serve), 0)
            self.append(line("/"))
            self.assertEqual(self.requests(serve), 1)


class ReloadTest(WithState):
    """SIGHUP and /-/reload: atomic, counters go on; a broken file changes nothing and says so."""

    def test_lifecycle_and_sighup(self):
        with Serve(*self.args, "--web.enable-lifecycle") as serve:
            self.assertEqual(self.requests(serve), 2)
            self.append(line("/new"))
            self.assertEqual(self.requests(serve, handler="none"), 1)
            self.write("rules.yaml", RULES.replace("GET /,", "GET /, GET /new,"))
            self.assertEqual(serve.get("/-/reload")[0], 405)
            status, _, body = serve.get("/-/reload", method="POST")
            self.assertEqual(status, 200, body)
            self.append(line("/new"))
            samples = self.scrape(serve)
            self.assertEqual(total(samples, "http_requests_total", handler="/new", status="2xx"), 1)
            self.assertEqual(total(samples, "http_requests_total", handler="none"), 1)
            self.assertEqual(total(samples, "routemeter_config_last_reload_successful"), 1)

            self.write("rules.yaml", RULES.replace("{item_id}", "{item_id"))
            status, _, body = serve.get("/-/reload", method="PUT")
            self.assertEqual(status, 500)
            self.assertIn(f"{self.rules}:3:".encode(), body)
            self.append(line("/new"))
            samples = self.scrape(serve)
            self.assertEqual(total(samples, "http_requests_total", handler="/new", status="2xx"), 2)
            self.assertEqual(total(samples, "routemeter_config_last_reload_successful"), 0)

            self.write("rules.yaml", RULES)
            serve.process.send_signal(signal.SIGHUP)
            serve.wait_record(lambda r: r["msg"] == "rules reloaded" and
                              sum(x["msg"] == "rules reloaded" for x in serve.records) == 2)
            self.append(line("/new"))
            self.assertEqual(self.requests(serve, handler="none"), 2)
            self.assertEqual(self.requests(serve, handler="/new", status="2xx"), 2)  # kept: it was exposed
        with Serve(*self.args) as serve:
            self.assertEqual(self.requests(serve, handler="/new", status="2xx"), 2)
            self.assertEqual(serve.get("/-/reload", method="POST")[0], 404)  # not without --web.enable-lifecycle

    def test_rules_are_watched(self):
        with Serve(*self.args, "--rules.watch") as serve:
            self.requests(serve)
            self.write("new.yaml", RULES.replace("GET /,", "GET /, GET /new,"))
            os.rename(self.path("new.yaml"), self.rules)
            serve.wait_record(lambda r: r["msg"] == "rules reloaded")
            self.append(line("/new"))
            self.assertEqual(self.requests(serve, handler="/new", status="2xx"), 1)


class ConfigFile(TempDirTest):
    def test_several_services(self):
        self.write("a.yaml", RULES)
        self.write("b.yaml", RULES.replace("GET /,", "GET /, GET /b,"))
        self.write("a.log", line("/") * 2)
        self.write("b.log", line("/b") * 3)
        config = self.write("routemeter.yaml", "services:\n"
                            "  - {name: a, logs: [a.log], rules: a.yaml, labels: {service: a}}\n"
                            "  - {name: b, logs: [b.log], rules: b.yaml, labels: {service: b}}\n")
        with Serve("--config.file", config, "--state-dir", self.path("state"), "--web.enable-lifecycle") as serve:
            samples = serve.scrape()
            self.assertEqual(total(samples, "http_requests_total", service="a"), 2)
            self.assertEqual(total(samples, "http_requests_total", service="b", handler="/b"), 3)
            page = serve.get("/metrics")[2].decode()
            self.assertEqual(page.count("# TYPE http_requests_total counter"), 1)
            # A third service joins, the second one goes on.
            self.write("c.log", line("/") * 4)
            with open(config, "a") as f:
                f.write("  - {name: c, logs: [c.log], rules: a.yaml, labels: {service: c}}\n")
            self.assertEqual(serve.get("/-/reload", method="POST")[0], 200)
            samples = serve.scrape()
            self.assertEqual(total(samples, "http_requests_total", service="b"), 3)
            self.assertEqual(total(samples, "http_requests_total", service="c"), 4)

    def test_two_services_on_one_log(self):
        self.write("a.yaml", RULES)
        self.write("a.log", line("/") * 2)
        config = self.write("routemeter.yaml", "services:\n"
                            "  - {name: a, logs: [a.log], rules: a.yaml, labels: {service: a}}\n"
                            "  - {name: b, logs: [a.log], rules: a.yaml, labels: {service: b}}\n")
        with Serve("--config.file", config) as serve:
            samples = serve.scrape()  # which refuses a sample that is there twice
            self.assertEqual(total(samples, "routemeter_lines_total"), 4)

    def test_same_labels_are_refused(self):
        self.write("a.yaml", RULES)
        self.write("a.log", "")
        config = self.write("routemeter.yaml", "services:\n  - {name: a, logs: [a.log], rules: a.yaml}\n"
                            "  - {name: b, logs: [a.log], rules: a.yaml}\n")
        done = run("serve", "--config.file", config, check=2)
        self.assertIn(b"static labels", done.stderr)


if __name__ == "__main__":
    main()
