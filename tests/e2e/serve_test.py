"""`serve` in its simplest form: follows a growing file, answers scrapes, ends cleanly."""

import os
import signal
import socket
import subprocess
import unittest

from harness import BINARY, Serve, TempDirTest, main, promtool, run, total

RULES = """version: 1
format: combined
routes: [GET /, 'GET /items/{item_id}', 'POST /items']
exclude: [/private]
"""


def line(target, status=200, method="GET"):
    return (f'127.0.0.1 - - [01/Jan/2024:00:00:01 +0000] "{method} {target} HTTP/1.1" {status} 11 "-" "test"\n')


class ServeTest(TempDirTest):
    def setUp(self):
        super().setUp()
        self.rules = self.write("rules.yaml", RULES)
        self.log = self.write("access.log", line("/") + line("/items/1"))

    def append(self, text, name="access.log"):
        with open(self.path(name), "ab") as f:
            f.write(text if isinstance(text, bytes) else text.encode())

    def requests(self, samples, **labels):
        return total(samples, "http_requests_total", **labels)

    def test_from_the_beginning_and_what_is_appended(self):
        with Serve("--rules", self.rules, self.log) as serve:
            self.assertEqual(self.requests(serve.scrape()), 2)
            for n in range(1, 51):  # append -> visible in the very next scrape, always
                self.append(line(f"/items/{n}"))
                self.assertEqual(self.requests(serve.scrape(), handler="/items/{item_id}", status="2xx"), 1 + n)
            self.assertEqual(serve.stop(), 0)

    def test_a_torn_line_waits_for_its_end(self):
        with Serve("--rules", self.rules, self.log) as serve:
            text = line("/items/7").encode()
            for byte in range(0, len(text) - 1, 20):
                self.append(text[byte:byte + 20] if byte + 20 < len(text) else text[byte:-1])
                self.assertEqual(self.requests(serve.scrape()), 2)
            self.append(b"\n")
            self.assertEqual(self.requests(serve.scrape()), 3)

    def test_precreated_series(self):
        with Serve("--rules", self.rules, self.log) as serve:
            samples = serve.scrape()
            key = ("http_requests_total", (("handler", "/items"), ("method", "POST"), ("status", "5xx")))
            self.assertEqual(samples[key], 0)
            self.assertNotIn(("http_response_size_bytes_count", (("handler", "/items"),)), samples)
        off = self.write("off.yaml", RULES + "options: {precreate: false}\n")
        with Serve("--rules", off, self.log) as serve:
            self.assertNotIn(key, serve.scrape())

    def test_accounts_for_every_line(self):
        self.append(line("/private") + line("/nothing", 404) + "\nrubbish\n" + line("/").replace("GET /", "-"))
        with Serve("--rules", self.rules, self.log) as serve:
            samples = serve.scrape()
            self.assertEqual(total(samples, "routemeter_lines_total"), 7)
            self.assertEqual(total(samples, "routemeter_requests_excluded_total"), 1)
            self.assertEqual(total(samples, "routemeter_requests_unmatched_total"), 1)
            for reason in ("empty", "no_match", "bad_request"):
                self.assertEqual(total(samples, "routemeter_lines_unparsed_total", reason=reason), 1)
            self.assertEqual(total(samples, "routemeter_file_lag_bytes"), 0)
            self.assertEqual(total(samples, "routemeter_last_request_timestamp_seconds"), 1704067201)
            self.assertGreater(total(samples, "process_resident_memory_bytes"), 0)

    def test_a_file_that_appears_later_and_several_files(self):
        later = self.path("later.log")
        with Serve("--rules", self.rules, self.log, later) as serve:
            self.assertEqual(self.requests(serve.scrape()), 2)
            self.append(line("/"), "later.log")
            samples = serve.scrape()
            self.assertEqual(self.requests(samples), 3)
            self.assertEqual(total(samples, "routemeter_lines_total", source=later), 1)

    def test_renamed_log_is_read_to_its_end(self):
        with Serve("--rules", self.rules, self.log) as serve:
            writer = open(self.log, "ab")
            os.rename(self.log, self.log + ".1")
            self.append(line("/items/2"))
            self.assertEqual(self.requests(serve.scrape()), 3)
            writer.write(line("/items/3").encode())  # nginx still has the old file open
            writer.close()
            self.assertEqual(self.requests(serve.scrape()), 4)

    def test_auto_waits_until_the_format_is_clear(self):
        log = self.write("uvicorn.log", "INFO:     Started server process [1]\nINFO:     Waiting for application startup.\n")
        with Serve(log) as serve:
            serve.scrape()
            self.append('INFO:     127.0.0.1:5 - "GET / HTTP/1.1" 200 OK\n', "uvicorn.log")
            samples = serve.scrape()
            self.assertEqual(self.requests(samples), 1)
            self.assertEqual(total(samples, "routemeter_lines_unparsed_total", reason="not_access"), 2)

    def test_no_known_format_is_an_error_with_a_way_out(self):
        log = self.write("odd.log", "what is this\n" * 120)
        done = run("serve", "--web.listen-address", "127.0.0.1:0", log, check=2)
        self.assertIn(b"no known format fits", done.stderr)
        self.assertIn(b"--format", done.stderr)

    def test_pages(self):
        with Serve("--rules", self.rules, self.log) as serve:
            status, headers, body = serve.get("/metrics")
            self.assertEqual(status, 200)
            self.assertEqual(headers["Content-Type"], "text/plain; version=0.0.4; charset=utf-8")
            promtool(body.decode())
            status, head, nothing = serve.get("/metrics", method="HEAD")
            self.assertEqual((status, nothing), (200, b""))
            self.assertEqual(head["Content-Type"], headers["Content-Type"])
            self.assertEqual(serve.get("/-/healthy")[0], 200)
            self.assertEqual(serve.get("/-/ready")[0], 200)
            self.assertIn(b'href="/metrics"', serve.get("/")[2])
            for path in ("/metrics/", "/metricsx", "/metrics/x", "/favicon.ico", "/-/quit"):
                self.assertEqual(serve.get(path)[0], 404, path)
            self.assertEqual(serve.get("/metrics", method="POST")[0], 405)

    def test_signals_end_it_cleanly(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            serve = Serve("--rules", self.rules, self.log)
            self.assertEqual(self.requests(serve.scrape()), 2)
            self.assertEqual(serve.stop(number), 0)

    def test_address_in_use(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            done = run("serve", "--web.listen-address", address, self.log, check=2)
            self.assertIn(address.encode(), done.stderr)
            self.assertIn(b"in use", done.stderr)

    def test_half_open_clients_do_not_stop_a_scrape(self):
        with Serve("--rules", self.rules, self.log) as serve:
            clients = []
            try:
                for _ in range(200):
                    client = socket.create_connection((serve.host, serve.port))
                    client.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n")
                    clients.append(client)
                for n in range(20):
                    self.append(line("/"))
                    self.assertEqual(self.requests(serve.scrape()), 3 + n)
            finally:
                for client in clients:
                    client.close()

    def test_nothing_of_the_log_reaches_the_terminal(self):
        self.append(b"\x1b]0;owned\x07 rubbish \x9b2J\n" * 3)
        done = run("replay", "--rules", self.rules, self.log, check=0)
        self.assertNotIn(b"\x1b", done.stderr)
        self.assertNotIn(b"\x07", done.stderr)
        self.assertIn(b"\\x1B]0;owned\\x07", done.stderr)


class Usage(unittest.TestCase):
    def test_help_and_version_are_results(self):
        for args in (["--help"], ["--version"], ["replay", "--help"], ["serve", "--help"]):
            done = run(*args, check=0)
            self.assertTrue(done.stdout and not done.stderr, args)

    def test_wrong_usage_is_2(self):
        for args in ([], ["nonsense"], ["replay"], ["replay", "--threads", "0", "x"], ["replay", "--nonsense", "x"],
                     ["serve", "--log.level", "loud", "x"], ["serve", "--web.telemetry-path", "metrics", "x"],
                     ["replay", "/no/such/file"], ["replay", "--rules", "/no/such/file", "/dev/null"]):
            done = run(*args, check=2)
            self.assertTrue(done.stderr and not done.stdout, args)


if __name__ == "__main__":
    main()
