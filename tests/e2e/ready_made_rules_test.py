"""The rule files in rules/: a log as their head comments say to configure it gives what they promise."""

import collections
import contextlib
import glob
import http.client
import http.server
import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time

import yaml

from harness import SOURCE, TempDirTest, free_port, main, parse, promtool, run, total, wait_for

RULES = os.path.join(SOURCE, "rules")


def rule_path(name):
    return os.path.join(RULES, name + ".yaml")


def pasted(name):
    """What the head comment says to paste, without the comment signs."""
    with open(rule_path(name)) as f:
        return "".join(line[1:].strip() + "\n" for line in f if line.startswith("#"))


def clf(request, status, size):
    return f'192.0.2.7 - - [03/Mar/2025:10:15:01 +0000] "{request}" {status} {size}'


def combined(request, status, size):
    return clf(request, status, size) + ' "-" "curl/8.5"'


def nginx_timed(method, target, status=200, size=20):
    return (combined(f"{method} {target} HTTP/1.1", status, size)
            + f" rt=0.020 uht=0.010 urt=0.010 cl=5 ucl={size}")


def nginx_combined(method, target, status=200, size=20):
    return combined(f"{method} {target} HTTP/1.1", status, size)


def apache(method, target, status=200, size=20):
    return combined(f"{method} {target} HTTP/1.1", status, size) + " 20000 5"


def gunicorn(method, target, status=200, size=20):
    return combined(f"{method} {target} HTTP/1.1", status, size) + " 20000 5"


def traefik_clf(method, target, status=200, size=20):
    return combined(f"{method} {target} HTTP/1.1", status, size) + ' 1 "shop@docker" "http://10.0.0.2:8000" 20ms'


def uvicorn(method, target, status=200, size=None):
    return f'INFO:     127.0.0.1:51234 - "{method} {target} HTTP/1.1" {status} {http.HTTPStatus(status).phrase}'


def caddy(method, target, status=200, size=20):
    return json.dumps({
        "level": "info", "ts": 1741000000.25, "logger": "http.log.access.log0", "msg": "handled request",
        "request": {"remote_ip": "192.0.2.7", "proto": "HTTP/2.0", "method": method, "host": "shop.example.org",
                    "uri": target, "headers": {"User-Agent": ["curl/8.5"]}},
        "bytes_read": 5, "duration": 0.020, "size": size, "status": status})


def traefik(method, target, status=200, size=20):
    return json.dumps({
        "ClientAddr": "192.0.2.7:5012", "DownstreamContentSize": size, "DownstreamStatus": status,
        "Duration": 20000000, "OriginDuration": 19000000, "RequestContentSize": 5, "RequestHost": "shop.example.org",
        "RequestMethod": method, "RequestPath": target, "RequestProtocol": "HTTP/1.1",
        "StartUTC": "2025-03-03T10:15:01.5Z", "level": "info", "msg": "", "time": "2025-03-03T10:15:01Z"})


# How the server behind each rule file writes a request, and which of the default set its log can feed.
DURATIONS, REQUEST_SIZES, RESPONSE_SIZES = (
    "http_request_duration_seconds_count", "http_request_size_bytes_count", "http_response_size_bytes_count")
WRITERS = {
    "apache": (apache, {DURATIONS, REQUEST_SIZES, RESPONSE_SIZES}),
    "caddy": (caddy, {DURATIONS, REQUEST_SIZES, RESPONSE_SIZES}),
    "fastapi": (uvicorn, set()),
    "gunicorn": (gunicorn, {DURATIONS, REQUEST_SIZES, RESPONSE_SIZES}),
    "nginx-combined": (nginx_combined, {RESPONSE_SIZES}),
    "nginx-timed": (nginx_timed, {DURATIONS, REQUEST_SIZES, RESPONSE_SIZES}),
    "traefik": (traefik, {DURATIONS, REQUEST_SIZES, RESPONSE_SIZES}),
    "traefik-clf": (traefik_clf, {DURATIONS, RESPONSE_SIZES}),
    "uvicorn": (uvicorn, set()),
}


class ReadyMadeRules(TempDirTest):
    def replay(self, rules, lines, *args):
        log = self.write("access.log", "".join(line + "\n" for line in lines))
        done = run("replay", "--rules", rules, *args, log, check=0)
        promtool(done.stdout.decode())
        return parse(done.stdout.decode()), done.stderr.decode()

    def test_every_file_is_tested(self):
        files = {os.path.basename(path)[:-len(".yaml")] for path in glob.glob(os.path.join(RULES, "*.yaml"))}
        self.assertEqual(files, set(WRITERS))

    def test_own_tests(self):
        files = [rule_path(name) for name in WRITERS]
        said = run("test", "--require-tests", *files, check=0).stdout.decode()
        self.assertRegex(said, rf"^\d+ tests in {len(files)} files: \d+ passed, 0 failed\n$")

    def test_own_tests_hold_for_log_lines(self):
        for name, (line_of, _) in WRITERS.items():
            with open(rule_path(name)) as f:
                tests = [re.fullmatch(r"(\S+) (\S+) -> (.+)", test).groups() for test in yaml.safe_load(f)["tests"]]
            with self.subTest(name):
                samples, said = self.replay(rule_path(name), [line_of(method, path) for method, path, _ in tests])
                want = collections.Counter((method, label) for method, _, label in tests)
                excluded = sum(n for (_, label), n in want.items() if label == "excluded")
                got = collections.Counter()
                for (metric, labels), value in samples.items():
                    if metric == "http_requests_total":
                        got[(dict(labels)["method"], dict(labels)["handler"])] += int(value)
                self.assertEqual(got, collections.Counter({k: n for k, n in want.items() if k[1] != "excluded"}))
                self.assertIn(f" {excluded} excluded, 0 ignored", said)
                self.assertIn(", 0 unparsed\n", said)

    def test_families_that_the_comments_promise(self):
        every = {DURATIONS, REQUEST_SIZES, RESPONSE_SIZES}
        for name, (line_of, families) in WRITERS.items():
            with self.subTest(name):
                lines = [line_of("GET", "/favicon.ico", 200, 20), line_of("GET", "/wp-login.php", 404, 9)]
                samples, _ = self.replay(rule_path(name), lines)
                self.assertEqual(total(samples, "http_requests_total"), 2)
                self.assertEqual(total(samples, "http_requests_total", handler="none", status="4xx"), 1)
                self.assertEqual({family for family in every if total(samples, family) == 2}, families)
                self.assertEqual({family for family in every if total(samples, family) == 0}, every - families)
                if DURATIONS in families:
                    self.assertEqual(total(samples, "http_request_duration_seconds_sum"), 0.04)
                if REQUEST_SIZES in families:
                    self.assertEqual(total(samples, "http_request_size_bytes_sum"), 10)
                if RESPONSE_SIZES in families:
                    self.assertEqual(total(samples, "http_response_size_bytes_sum"), 29)

    def test_format_is_the_one_to_paste(self):
        found = {
            "apache": re.search(r'(LogFormat ".*?[^\\]" routemeter)\n', pasted("apache")),
            "gunicorn": re.search(r"access_log_format = '(.*)'\n", pasted("gunicorn")),
            "nginx-timed": re.search(r"(?s)(log_format routemeter .*?;)", pasted("nginx-timed")),
        }
        for name, match in found.items():
            with self.subTest(name):
                self.assertIsNotNone(match)
                lines = [WRITERS[name][0]("GET", "/"), WRITERS[name][0]("POST", "/wp-login.php", 404)]
                own, _ = self.replay(rule_path(name), lines)
                self.assertEqual(own, self.replay(rule_path(name), lines, "--format", match[1])[0])
                self.assertEqual(total(own, "http_requests_total"), 2)

    def test_uvicorn_under_gunicorn_and_with_colours(self):
        samples, said = self.replay(rule_path("uvicorn"), [
            "[2025-03-03 10:15:00 +0000] [7] [INFO] Booting worker with pid: 7",
            '127.0.0.1:51234 - "GET /docs HTTP/1.1" 200',
            '\x1b[32mINFO\x1b[0m:     127.0.0.1:51234 - "\x1b[1mHEAD /docs HTTP/1.1\x1b[0m" \x1b[32m200 OK\x1b[0m',
        ])
        self.assertEqual(total(samples, "http_requests_total", handler="/docs"), 2)
        self.assertIn("(not_access 1)", said)

    def test_fastapi_behind_a_proxy(self):
        for line_of in (nginx_combined, nginx_timed, caddy, traefik, traefik_clf):
            with self.subTest(line_of.__name__):
                samples, said = self.replay(rule_path("fastapi"), [
                    line_of("GET", "/docs"), line_of("GET", "/static/missing.txt", 404), line_of("GET", "/metrics")])
                self.assertEqual(total(samples, "http_requests_total", handler="/docs"), 1)
                self.assertEqual(total(samples, "http_requests_total", handler="/static", status="4xx"), 1)
                self.assertEqual(total(samples, "http_requests_total"), 2)
                self.assertIn(" 1 excluded", said)


class Upstream(http.server.BaseHTTPRequestHandler):
    """The application behind nginx: 200 with a body that fits the path's length, 404 for what is unknown."""
    protocol_version = "HTTP/1.1"

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/robots.txt":
            time.sleep(0.15)
        path = self.path.split("?")[0]
        known = path in ("/", "/favicon.ico", "/robots.txt", "/items") or path.startswith("/static/")
        body = b"x" * 100
        self.send_response(200 if known else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST = do_PROPFIND = answer

    def log_message(self, format, *args):
        pass


class RealNginx(TempDirTest):
    """A real nginx with the log_format of rules/nginx-timed.yaml, as its comment has it, and its own combined."""

    @contextlib.contextmanager
    def nginx(self):
        upstream = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Upstream)
        thread = threading.Thread(target=upstream.serve_forever)
        thread.start()
        port = free_port()
        log_format = re.search(r"(?s)log_format routemeter .*?;", pasted("nginx-timed"))[0]
        temp = "".join(f"{kind}_temp_path {self.path(kind)};\n" for kind in (
            "client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        config = self.write("nginx.conf", f"""daemon off;
master_process off;
pid {self.path("nginx.pid")};
error_log {self.path("error.log")};
events {{}}
http {{
{temp}
{log_format}
access_log {self.path("timed.log")} routemeter;
access_log {self.path("combined.log")};
server {{
  listen 127.0.0.1:{port};
  location / {{ proxy_pass http://127.0.0.1:{upstream.server_port}; }}
  location /items/old {{ return 301 /items/new; }}
}}
}}
""")
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        process = subprocess.Popen([program, "-e", self.path("error.log"), "-c", config, "-p", self.dir])
        try:
            wait_for(lambda: self.accepts(port) or process.poll() is not None, "nginx")
            self.assertIsNone(process.poll(), "nginx ended")
            yield port
        finally:
            process.terminate()
            process.wait(timeout=60)
            upstream.shutdown()
            thread.join()
            upstream.server_close()

    @staticmethod
    def accepts(port):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return True
        except OSError:
            return False

    def request(self, port, method, target, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request(method, target, body=body)
            return connection.getresponse().read()
        finally:
            connection.close()

    def raw(self, port, data):
        with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
            client.sendall(data)
            while client.recv(4096):
                pass

    def lines(self, name):
        with open(self.path(name), "rb") as f:
            return f.read().count(b"\n")

    def test_its_own_log(self):
        with self.nginx() as port:
            for target in ("/", "/?page=2", "/static/app.js", "/static/css/a%20b.css", "/favicon.ico", "/robots.txt"):
                self.request(port, "GET", target)
            self.request(port, "HEAD", "/")
            self.request(port, "POST", "/items", body=b"y" * 300)
            self.request(port, "GET", "/items/old")
            self.request(port, "GET", "/wp-login.php?a=%22quoted%22")
            self.request(port, "PROPFIND", "/")
            self.raw(port, b"GET /favicon.ico\r\n")  # HTTP/0.9
            self.raw(port, b"GET http://shop.example.org/robots.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            self.raw(port, b'GET /"><script> HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
            self.raw(port, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(128, 160)) + b"\r\n\r\n")
            self.raw(port, b"GET\r\n\r\n")
            wait_for(lambda: self.lines("timed.log") == self.lines("combined.log") == 16, "16 lines in both logs")

        requests = {
            ("/", "GET", "2xx"): 2, ("/static", "GET", "2xx"): 2, ("/favicon.ico", "GET", "2xx"): 2,
            ("/robots.txt", "GET", "2xx"): 2, ("/", "HEAD", "2xx"): 1, ("none", "POST", "2xx"): 1,
            ("none", "GET", "3xx"): 1, ("none", "GET", "4xx"): 2, ("/", "other", "2xx"): 1,
        }
        for name in ("timed", "combined"):
            with self.subTest(name):
                done = run("replay", "--rules", rule_path("nginx-" + name), self.path(name + ".log"), check=0)
                promtool(done.stdout.decode())
                samples = parse(done.stdout.decode())
                got = {(d["handler"], d["method"], d["status"]): value for d, value in (
                    (dict(labels), value) for (metric, labels), value in samples.items()
                    if metric == "http_requests_total")}
                self.assertEqual(got, requests)
                self.assertIn(b"16 lines, 14 parsed, 2 unparsed (bad_request 2)", done.stderr)
                if name == "combined":
                    self.assertNotIn(b"http_request_duration", done.stdout)
                    self.assertNotIn(b"http_request_size", done.stdout)
                    self.assertEqual(total(samples, "http_response_size_bytes_sum", handler="/static"), 200)
                    continue
                self.assertEqual(total(samples, "http_request_size_bytes_sum", handler="none"), 300)
                self.assertEqual(total(samples, "http_request_size_bytes_sum"), 300)
                # Of what the application answered: all but the redirect, which nginx made itself.
                self.assertEqual(total(samples, "http_response_size_bytes_sum"), 1300)
                self.assertEqual(total(samples, "http_request_duration_seconds_count"), 14)
                self.assertEqual(total(samples, "http_request_duration_highr_seconds_count"), 14)
                robots = {"handler": "/robots.txt", "method": "GET"}
                self.assertEqual(total(samples, "http_request_duration_seconds_bucket", le="0.1", **robots), 0)
                self.assertGreaterEqual(total(samples, "http_request_duration_seconds_sum", **robots), 0.29)

    def test_time_to_first_byte(self):
        with open(rule_path("nginx-timed")) as f:
            rules = self.write("rules.yaml", f.read() + """
metrics:
  - latency: {labels: [], buckets: [0.1], exclude_streaming_duration: true}
""")
        with self.nginx() as port:
            self.request(port, "GET", "/robots.txt")
            self.request(port, "GET", "/items/old")  # no application behind it: no time to its first byte
            wait_for(lambda: self.lines("timed.log") == 2, "2 lines")
        samples = parse(run("replay", "--rules", rules, self.path("timed.log"), check=0).stdout.decode())
        self.assertEqual(total(samples, "http_request_duration_seconds_count"), 1)
        self.assertEqual(total(samples, "http_request_duration_seconds_bucket", le="0.1"), 0)


if __name__ == "__main__":
    main()
