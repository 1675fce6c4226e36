"""A log that an attacker wrote: exact accounting, a page that always parses, bounded memory, nothing forged."""

import json
import os
import random
import re
import shutil
import subprocess
import tempfile
import time
import unittest
from collections import Counter

from harness import BINARY, Serve, TempDirTest, main, parse, prometheus, promtool, run, total, wait_for
from sanitized import SANITIZED
from state_test import counters

MB = 1 << 20
HUGE = 200 * MB
URLS = 100_000
METHODS = 10_000
CONTROLS = {chr(c) for c in (*range(32), *range(127, 160)) if chr(c) != "\n"}
# Sparse files read as NUL; this one has the hole in the middle of a line.
HOLE = 50 * MB


def access(request, status=200, size=b"5", user=b"-", agent=b"-"):
    return (b'203.0.113.9 - %s [01/Jan/2024:00:00:01 +0000] "%s" %d %s "-" "%s"'
            % (user, request, status, size, agent))


def get(target, status=200, **rest):
    return access(b"GET " + target + b" HTTP/1.1", status, **rest)


# Each with what it is: the status class of a request, or why it is none. "/forged" is in no request.
FORGED = b'127.0.0.1 - - [01/Jan/2024:00:00:01 +0000] "GET /forged HTTP/1.1" 200 5 "-" "-"'
LOGGED = FORGED.replace(b'"', b"\\x22")  # as nginx writes quotes that a client sent
COMBINED = [
    (get(b"/", 404, user=b"x [01/Jan/2024:00:00:01 +0000] \\x22GET /forged HTTP/1.1\\x22 200 5"), "4xx"),
    (get(b"/", 404, user=LOGGED), "4xx"),
    (get(b"/", 404, agent=b"\\x22 " + LOGGED), "4xx"),
    (get(b"/ HTTP/1.1\\x22 404 5 \\x22-\\x22 \\x22-\\x22\\x0A" + LOGGED), "2xx"),  # a path with blanks
    (get(b"/", 404, agent=b'a" "GET /forged HTTP/1.1" 200 5 "-" "-'), "no_match"),
    (get(b"/forged", user=b'x [01/Jan/2024:00:00:01 +0000] "GET / HTTP/1.1" 404 5 "-" "'), "no_match"),
    (get(b'/a"b'), "no_match"),
    (get(b"/\x1b]0;owned\x07\x1b[2J\x9b31m"), "2xx"),
    (get(b"/nul\0nul"), "2xx"),
    (get(b"/\xff\xc3\x28\xed\xa0\x80\xf4\x90\x80\x80"), "2xx"),
    (get(b"/%ff%00%1b%0a"), "2xx"),
    (get(b"/a\\\"b\\\\c\\x0Ad"), "2xx"),
    (get(b"/<script>alert(1)</script>", 500), "5xx"),
    (get(b"/\"><img src=x>".replace(b'"', b"\\x22").replace(b" ", b"%20")), "2xx"),
    (get(b"/crlf") + b"\r", "2xx"),
    (get(b"/c\rr"), "2xx"),
    (b"\0" * 70_000 + get(b"/behind-a-hole"), "2xx"),
    (get(b"/" + b"a" * 100_000), "2xx"),
    (access(b"M\xc3\xa9THOD / HTTP/1.1"), "bad_request"),
    (access(b"G\x1bT / HTTP/1.1"), "bad_request"),
    (access(b"\\x16\\x03\\x01\\x02", 400), "bad_request"),
    (access(b"-", 400), "bad_request"),
    (access(b"", 400), "bad_request"),
    (get(b"/", 999), "bad_status"),
    (get(b"/", size=b"-7"), "bad_number"),
    (get(b"/", size=b"9" * 30), "bad_number"),
    (b"", "empty"),
    (b"\r", "empty"),
    (b"\x1b[2J\x1b]52;c;b3duZWQ=\x07 rubbish \x9b2J\xff", "no_match"),
    (b"Traceback (most recent call last):", "no_match"),
    (b"RemoteProtocolError: illegal request line: bytearray(b'" + FORGED + b"')", "no_match"),
    (b"ValueError: invalid literal for int() with base 10: '" + FORGED + b"'", "no_match"),
    (b"\xef\xbb\xbf" + b"\xff\xfe".join(b"UTF-16"[i:i + 1] for i in range(6)), "no_match"),
]
UVICORN_FORGED = b'INFO:     1.2.3.4:5 - "GET /forged HTTP/1.1" 200 OK'
UVICORN = [
    (b'INFO:     127.0.0.1:51234 - "GET / HTTP/1.1" 200 OK', "2xx"),
    (b"WARNING:  Invalid HTTP request received.", "not_access"),
    (b"Traceback (most recent call last):", "not_access"),
    (b'  File "/usr/lib/python3/dist-packages/h11/_util.py", line 90, in validate', "not_access"),
    (b"h11._util.RemoteProtocolError: illegal request line: bytearray(b'" + UVICORN_FORGED + b"')", "not_access"),
    (b"ValueError: " + UVICORN_FORGED, "not_access"),
    (b"    " + UVICORN_FORGED, "not_access"),
    (b"ERROR:    " + UVICORN_FORGED, "not_access"),
    (b"INFO:     " + UVICORN_FORGED, "not_access"),
    (b'INFO:     1.2.3.4:5 - "GET /forged HTTP/1.1" 200 OK"', "no_match"),
    (b'INFO:     1.2.3.4:5 - "GET /?q=" 200 OK INFO: 1.2.3.4:5 - "GET /forged HTTP/1.1" 200 OK', "bad_request"),
    (b"\x1b[32mINFO\x1b[0m:     127.0.0.1:5 - \"\x1b[1mGET /x HTTP/1.1\x1b[0m\" \x1b[32m200 OK\x1b[0m", "2xx"),
    (b"\x1b]0;owned\x07", "not_access"),
]


class Truth(Counter):
    """How many lines are what."""

    def requests(self):
        return sum(n for what, n in self.items() if what[0].isdigit())

    def unparsed(self):
        return {what: n for what, n in self.items() if not what[0].isdigit()}


def write_poison(path):
    """The poisoned access log; returns what is in it."""
    rng = random.Random(99)
    truth = Truth()
    with open(path, "wb") as f:
        for n in range(120):  # what a format is detected by
            f.write(get(b"/items/%d" % n) + b"\n")
        truth["2xx"] += 120
        for _ in range(20):
            for line, what in COMBINED:
                f.write(line + b"\n")
                truth[what] += 1
        for n in range(URLS):
            url = b"/%d/" % n + rng.randbytes(20).translate(CLEAN)
            f.write(get(url, 404) + b"\n")
        truth["4xx"] += URLS
        for n in range(METHODS):
            token = b"".join(rng.choice(TOKEN) for _ in range(5)) + b"%d" % n
            f.write(access(token + b" /items/7 HTTP/1.1", 405) + b"\n")
        truth["4xx"] += METHODS
        block = b"x" * MB
        for _ in range(HUGE // MB):
            f.write(block)
        f.write(b"\n" + get(b"/good") + b"\n")
        f.write(b"h")
        f.seek(HOLE, os.SEEK_CUR)
        f.write(b"h\n" + get(b"/good") + b"\n")
        truth["too_long"] += 2
        truth["2xx"] += 2
    return truth


# Bytes that nginx's escaping leaves alone, some of them no UTF-8 (escape=none), no blank.
CLEAN = bytes(33 + b % 90 if chr(33 + b % 90) not in "\"\\?#%" else 255 for b in range(256))
TOKEN = [bytes([c]) for c in b"ABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%&'*+-.^_`|~"]


def write_uvicorn(path):
    truth = Truth()
    with open(path, "wb") as f:
        for _ in range(50):
            for line, what in UVICORN:
                f.write(line + b"\n")
                truth[what] += 1
    return truth


VERBATIM = """version: 1
format: {format}
routes: [GET /, 'GET /items/{{item_id}}']
options: {{group_untemplated: false, unknown_methods: verbatim, group_status_codes: false}}
limits: {{max_series: {max_series}}}
"""


def peak_rss(serve):
    with open(f"/proc/{serve.process.pid}/status") as f:
        return next(int(line.split()[1]) * 1024 for line in f if line.startswith("VmHWM"))


class Poisoned(TempDirTest):
    @classmethod
    def setUpClass(cls):
        cls.logs = tempfile.mkdtemp(prefix="routemeter-poison-")
        cls.addClassCleanup(shutil.rmtree, cls.logs)
        cls.access = os.path.join(cls.logs, "access.log")
        cls.app = os.path.join(cls.logs, "app.log")
        cls.truth = write_poison(cls.access)
        cls.app_truth = write_uvicorn(cls.app)

    def check(self, serve, name, excluded=0, ignored=0):
        """One settled scrape against the truth; returns its samples."""
        # A scrape is answered after half a second with what has been read until then.
        wait_for(lambda: total(serve.scrape(), "routemeter_file_lag_bytes") == 0, "all to be read")
        status, _, body = serve.get()
        self.assertEqual(status, 200)
        text = body.decode()  # strictly: raises on invalid UTF-8
        self.assertFalse(CONTROLS & set(text))
        promtool(text)
        samples = parse(text)
        for log, truth in ((self.access, self.truth), (self.app, self.app_truth)):
            got = {dict(labels)["reason"]: value for (n, labels), value in samples.items()
                   if n == "routemeter_lines_unparsed_total" and dict(labels)["source"] == log}
            self.assertEqual(got, truth.unparsed(), log)
            self.assertEqual(total(samples, "routemeter_lines_total", source=log), truth.total())
        requests = self.truth.requests() + self.app_truth.requests()
        self.assertEqual(total(samples, "routemeter_requests_excluded_total"), excluded)
        self.assertEqual(total(samples, "routemeter_requests_ignored_total"), ignored)
        self.assertEqual(total(samples, "http_requests_total"), requests - excluded - ignored)
        for bucket in ("2", "4", "5"):
            want = sum(truth[bucket + "xx"] for truth in (self.truth, self.app_truth))
            got = sum(v for (n, labels), v in samples.items()
                      if n == "http_requests_total" and dict(labels)["status"][0] == bucket)
            if not excluded and not ignored:
                self.assertEqual(got, want, bucket)
        labels = {value for (_, pairs) in samples for _, value in pairs}
        self.assertFalse([value for value in labels if value.startswith("/forged")])
        self.assertLessEqual(max(len(value.encode()) for value in labels), 300)
        rss = total(samples, "process_resident_memory_bytes")
        print(f"\n{name}: {sum(self.truth.values()) + sum(self.app_truth.values())} lines exact, "
              f"{total(samples, 'routemeter_series'):.0f} series, page {len(body) / 1e6:.2f} MB, "
              f"RSS {rss / MB:.1f} MiB, peak {peak_rss(serve) / MB:.1f} MiB")
        return samples, len(body), rss

    def check_prometheus(self, serve):
        directory = self.path("prometheus")
        os.mkdir(directory)
        with prometheus(directory, serve.port, "5s") as query:  # it gives up on a scrape after as long
            wait_for(lambda: query("up == 1"), "up")
            (counted,) = wait_for(lambda: query("sum(http_requests_total)"), "requests")
            self.assertEqual(float(counted["value"][1]), self.truth.requests() + self.app_truth.requests())

    def check_records(self, serve):
        """What does not parse, and that series are folded, is said: seldom, and without what the lines say."""
        limited = "a limit on series is reached"
        serve.wait_record(lambda r: r.get("service") == "a" and r["msg"].startswith(limited))
        self.assertLessEqual(sum(r["msg"].startswith(limited) for r in serve.records), 2)  # once per service
        said = [record for record in serve.records if "reason" in record]
        for log, truth in ((self.access, self.truth), (self.app, self.app_truth)):
            reasons = [record["reason"] for record in said if record["log"] == log]
            self.assertEqual(sorted(reasons), sorted(set(truth.unparsed()) - {"empty", "not_access"}))
        self.assertNotIn("203.0.113.9", json.dumps(serve.records))
        self.assertNotIn("forged", json.dumps(serve.records))

    def services(self, max_series):
        rules = {name: self.write(f"{name}.yaml", VERBATIM.format(format=name, max_series=max_series))
                 for name in ("combined", "uvicorn")}
        return self.write("routemeter.yaml", "services:\n"
                          f"  - {{name: a, logs: [{self.access}], rules: {rules['combined']}, labels: {{service: a}}}}\n"
                          f"  - {{name: b, logs: [{self.app}], rules: {rules['uvicorn']}, labels: {{service: b}}}}\n")

    def folded(self, max_series, rss_bar):
        args = ["--config.file", self.services(max_series), "--state-dir", self.path("state")]
        with Serve(*args) as serve:
            before, _, rss = self.check(serve, f"verbatim, max_series {max_series}")
            self.assertGreater(total(before, "routemeter_series_overflow_total"), URLS // 2)
            self.assertGreater(total(before, "http_requests_total", handler="other"), URLS // 2)
            if not SANITIZED:
                self.assertLess(rss, rss_bar)
            self.check_records(serve)
            self.check_prometheus(serve)
            serve.process.kill()
            serve.process.wait()
        with Serve(*args) as serve:
            after, _, rss = self.check(serve, "  after kill -9 and a restart")
            self.assertEqual(counters(after), counters(before))
            if not SANITIZED:
                self.assertLess(rss, rss_bar)

    def test_verbatim_with_1000_series(self):
        self.folded(500, 32 * MB)

    def test_verbatim_with_the_default_limit(self):
        self.folded(10_000, 64 * MB)

    def test_defaults(self):
        with Serve("--state-dir", self.path("state"), self.access, self.app) as serve:
            samples, page, rss = self.check(serve, "defaults")
            self.assertEqual(total(samples, "http_requests_total", handler="none"),
                             self.truth.requests() + self.app_truth.requests())
            self.assertLess(page, 1e6)
            if not SANITIZED:
                self.assertLess(rss, 32 * MB)
            self.check_prometheus(serve)
            page = serve.get("/")[2]
            self.assertNotIn(b"<script>alert", page)
            self.assertNotIn(b"\x1b", page)

    def test_excluded_and_ignored(self):
        rules = self.write("rules.yaml", "version: 1\nroutes: [GET /, 'GET /items/{item_id}']\n"
                           "exclude: ['/items/']\noptions: {ignore_untemplated: true}\n")
        with Serve("--rules", rules, self.access, self.app) as serve:
            home = sum(line.startswith(b"203.0.113.9 - ") and b'"GET / HTTP/1.1" 404' in line
                       for line, what in COMBINED if what == "4xx") * 20 + 50
            requests = self.truth.requests() + self.app_truth.requests()
            items = 120 + METHODS
            self.check(serve, "excluded and ignored", excluded=items, ignored=requests - items - home)

    def test_nothing_reaches_the_terminal(self):
        for level in ("info", "debug"):
            with open(self.path("stderr"), "wb") as stderr:
                process = subprocess.Popen([BINARY, "serve", "--web.listen-address", "127.0.0.1:0",
                                            "--log.level", level, self.access, self.app], stderr=stderr)
            try:
                address = wait_for(lambda: re.search(rb"listening.*127\.0\.0\.1:(\d+)", self.read("stderr")), "listening")
                port = int(address[1])
                wait_for(lambda: self.lag(port) == 0, "all to be read")
            finally:
                process.terminate()
                self.assertEqual(process.wait(), 0)
            text = self.read("stderr").decode()  # strictly
            self.assertFalse(CONTROLS & set(text))
            self.assertLess(len(text), 20_000)

    def read(self, name):
        with open(self.path(name), "rb") as f:
            return f.read()

    def lag(self, port):
        import http.client
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("GET", "/metrics")
            return total(parse(connection.getresponse().read().decode()), "routemeter_file_lag_bytes")
        finally:
            connection.close()

    def test_replay_says_the_same(self):
        done = run("replay", self.access, check=0)
        self.assertEqual(total(parse(done.stdout.decode()), "http_requests_total"), self.truth.requests())
        self.assertNotIn(b"\x1b", done.stdout + done.stderr)


class LongLine(TempDirTest):
    def test_kill_in_the_middle_of_200_mb_without_newline(self):
        rules = self.write("rules.yaml", "version: 1\nformat: combined\n")
        log = self.write("access.log", b"")
        args = ["--rules", rules, "--state-dir", self.path("state"), log]
        rng = random.Random(5)
        kills, seen = 0, {}

        def scrape(serve):
            nonlocal seen
            samples = serve.scrape()
            now = counters(samples)
            self.assertFalse([key for key, value in seen.items() if now.get(key, 0) < value])
            seen = now
            return samples

        block = b"x" * (5 * MB)
        with open(log, "ab", buffering=0) as f:
            for _ in range(HUGE // len(block) // 2):  # while it is being written
                f.write(block)
                if rng.random() < 0.7:
                    continue
                serve = Serve(*args)
                if rng.random() < 0.5:
                    scrape(serve)  # commits in the middle of the line
                    f.write(b"y" * rng.randrange(1, 5 * MB))
                time.sleep(rng.uniform(0, 0.02))
                serve.stop(9)
                kills += 1
            for _ in range(HUGE // len(block) // 2):
                f.write(block)
            f.write(b"\n" + get(b"/good") + b"\n")
        for _ in range(6):  # while it is being skipped
            process = subprocess.Popen([BINARY, "serve", "--web.listen-address", "127.0.0.1:0", *args],
                                       stderr=subprocess.DEVNULL)
            time.sleep(rng.uniform(0.005, 0.08))
            process.kill()
            process.wait()
            kills += 1
        with Serve(*args) as serve:
            wait_for(lambda: total(scrape(serve), "routemeter_file_lag_bytes") == 0, "all to be read")
            samples = scrape(serve)
            self.assertEqual(total(samples, "routemeter_lines_unparsed_total", reason="too_long"), 1)
            self.assertEqual(total(samples, "routemeter_lines_total"), 2)
            self.assertEqual(total(samples, "http_requests_total"), 1)
            rss = total(samples, "process_resident_memory_bytes")
            print(f"\n{os.path.getsize(log) / MB:.0f} MiB without a newline, {kills} kills: 1 too_long, 1 good, "
                  f"RSS {rss / MB:.1f} MiB")
            if not SANITIZED:
                self.assertLess(rss, 32 * MB)


if __name__ == "__main__":
    main()
