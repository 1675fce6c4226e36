"""What the end-to-end tests share: temp directories, a running `routemeter serve`, scrapes, Prometheus."""

import contextlib
import http.client
import json
import os
import random
import re
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

BINARY = os.environ.get("ROUTEMETER", "build/release/src/routemeter")
SOURCE = os.environ.get("ROUTEMETER_SOURCE", os.getcwd())
# Seconds until a wait is a failure: only something that hangs takes as long, however slow or busy the machine is.
TIMEOUT = 120
# A scrape sees everything that was in the logs before it, unless reading them takes longer than this many seconds.
CATCH_UP = 0.5
REPORT_CODE = 99  # the exit code of a sanitizer that has something to say, see CMakePresets.json


def conformance(name):
    return os.path.join(SOURCE, "tests", "conformance", name)


def run(*args, stdin=None, env=None, check=None):
    """Runs routemeter to its end. check: the exit code it must have."""
    full = dict(os.environ, **(env or {}))
    done = subprocess.run([BINARY, *args], input=stdin, capture_output=True, timeout=TIMEOUT * 5, env=full)
    if done.returncode == REPORT_CODE or (check is not None and done.returncode != check):
        raise AssertionError(
            f"{args}: exit {done.returncode}, not {check}\n{done.stdout.decode(errors='replace')}"
            f"\n{done.stderr.decode(errors='replace')}")
    return done


SAMPLE = re.compile(r'^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"(?:,|$)')


def parse(text):
    """An exposition as {(name, ((label, value), ...)): float}. Refuses duplicates and unparsable lines."""
    samples = {}
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        match = SAMPLE.match(line)
        if not match:
            raise AssertionError(f"not a sample: {line!r}")
        name, labels, value = match.groups()
        pairs = LABEL.findall(labels or "")
        if ",".join(f'{k}="{v}"' for k, v in pairs) != (labels or ""):
            raise AssertionError(f"labels do not parse: {line!r}")
        key = (name, tuple(sorted(pairs)))
        if key in samples:
            raise AssertionError(f"twice: {line!r}")
        samples[key] = float(value)
    return samples


def total(samples, name, **labels):
    """The sum over the samples of that name with those labels."""
    want = set(labels.items())
    return sum(v for (n, pairs), v in samples.items() if n == name and want <= set(pairs))


def promtool(text):
    """Fails unless `promtool check metrics` is silent."""
    done = subprocess.run(["promtool", "check", "metrics"], input=text.encode(), capture_output=True,
                          timeout=TIMEOUT)
    out = (done.stdout + done.stderr).decode()
    if done.returncode != 0 or out.strip():
        raise AssertionError(f"promtool: exit {done.returncode}\n{out}")


class Serve:
    """A running `routemeter serve` on a port of its own."""

    def __init__(self, *args, env=None, listen="127.0.0.1:0", prefix=(BINARY,), stdin=None):
        self.process = subprocess.Popen(
            [*prefix, "serve", "--web.listen-address", listen, "--log.format", "json", *args],
            stdin=stdin, stderr=subprocess.PIPE, env=dict(os.environ, **(env or {})))
        self.records = []
        self._rest = b""
        try:
            record = self.wait_record(lambda r: r["msg"] == "listening")
        except AssertionError:
            self.process.kill()
            self.process.wait()
            raise
        host, port = record["address"].rsplit(":", 1)
        self.host = host.strip("[]")
        self.port = int(port)

    def wait_record(self, wanted):
        """The first log record that `wanted` takes, past or to come."""
        for record in self.records:
            if wanted(record):
                return record
        deadline = time.monotonic() + TIMEOUT
        fd = self.process.stderr.fileno()
        while time.monotonic() < deadline:
            ready, _, _ = select.select([fd], [], [], 0.5)
            if not ready:
                continue
            data = os.read(fd, 65536)
            if not data:
                raise AssertionError(f"serve ended, exit {self.process.wait()}: {self.records} {self._rest!r}")
            *lines, self._rest = (self._rest + data).split(b"\n")
            for line in lines:
                try:
                    record = json.loads(line)
                except ValueError:
                    record = {"msg": line.decode(errors="replace"), "level": "raw"}
                self.records.append(record)
            for record in self.records:
                if wanted(record):
                    return record
        raise AssertionError(f"no such record: {self.records}")

    def get(self, path="/metrics", headers=None, method="GET"):
        connection = http.client.HTTPConnection(self.host, self.port, timeout=TIMEOUT)
        try:
            connection.request(method, path, headers=headers or {})
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read()
        finally:
            connection.close()

    def scrape(self, whole=True):
        """The samples of one scrape; checks on the way that its sums add up to the lines read.

        whole: scrape again when the machine was too slow for serve to promise that all lines are in it.
        """
        for _ in range(10 if whole else 1):
            start = time.monotonic()
            status, _, body = self.get()
            if status != 200:
                raise AssertionError(f"scrape: {status}")
            if time.monotonic() - start < CATCH_UP:
                break
        samples = parse(body.decode())
        if any(name.endswith("http_requests_total") for name, _ in samples):
            counted = sum(v for (n, _), v in samples.items() if n.endswith("http_requests_total"))
            other = (total(samples, "routemeter_requests_excluded_total")
                     + total(samples, "routemeter_requests_ignored_total")
                     + total(samples, "routemeter_lines_unparsed_total"))
            lines = total(samples, "routemeter_lines_total")
            if counted + other != lines:
                raise AssertionError(f"{counted} requests + {other} others are not {lines} lines")
        return samples

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            code = self.process.wait(timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        if code == REPORT_CODE and not self.process.stderr.closed:
            raw = [record["msg"] for record in self.records if record["level"] == "raw"]
            rest = (self._rest + self.process.stderr.read()).decode(errors="replace")
            self.process.stderr.close()
            raise AssertionError("\n".join([*raw, rest]))
        self.process.stderr.close()
        return code

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.stop()


def free_port():
    """A port for a program that cannot be told to take any. Below those that the kernel gives to connections: one of
    them, of a test that runs at the same time, could have it before the program does."""
    while True:
        port = random.SystemRandom().randrange(10_000, 32_000)
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass


@contextlib.contextmanager
def prometheus(directory, target_port, interval="1s", extra=""):
    """A real Prometheus that scrapes 127.0.0.1:target_port; yields a function that runs a query. extra: more of
    its scrape configuration, in YAML's flow style."""
    port = free_port()
    config = os.path.join(directory, "prometheus.yml")
    with open(config, "w") as f:
        f.write(f"global: {{scrape_interval: {interval}}}\nscrape_configs:\n"
                f"  - {{job_name: routemeter, static_configs: [{{targets: ['127.0.0.1:{target_port}']}}]"
                f"{', ' if extra else ''}{extra}}}\n")
    process = subprocess.Popen(
        ["prometheus", f"--config.file={config}", f"--web.listen-address=127.0.0.1:{port}",
         f"--storage.tsdb.path={directory}/tsdb"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def query(expression):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        try:
            connection.request("GET", "/api/v1/query?query=" + http_quote(expression))
            return json.loads(connection.getresponse().read())["data"]["result"]
        except (OSError, ValueError, KeyError):
            return []  # not up yet
        finally:
            connection.close()

    query.port = port
    try:
        yield query
    finally:
        process.kill()
        process.wait()


def http_quote(text):
    from urllib.parse import quote
    return quote(text, safe="")


def wait_for(condition, what):
    """Polls a thing that gives no event (another program's state) until it holds."""
    deadline = time.monotonic() + TIMEOUT
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"waited {TIMEOUT} s for: {what}")


class TempDirTest(unittest.TestCase):
    """A test with a directory of its own in self.dir."""

    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="routemeter-test-")
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.dir, name)

    def write(self, name, content):
        mode = "wb" if isinstance(content, bytes) else "w"
        with open(self.path(name), mode) as f:
            f.write(content)
        return self.path(name)


def main():
    unittest.main(verbosity=2)
