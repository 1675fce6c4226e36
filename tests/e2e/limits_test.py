"""Scrapes beside hostile clients and a growing log, idleness, freshness, starts, consistency. Times are printed, not judged:
they are the machine's."""

import http.client
import os
import resource
import statistics
import subprocess
import threading
import time

from exposer_test import Crowd
from harness import BINARY, CATCH_UP, Serve, TempDirTest, main, parse, total
from sanitized import SANITIZED
from state_test import counters

SECONDS = int(os.environ.get("ROUTEMETER_HOSTILE_SECONDS", "8"))
TIMED = "nginx-timed"


def line(target, seconds="0.250"):
    return (f'127.0.0.1 - - [01/Jan/2024:00:00:01 +0000] "GET {target} HTTP/1.1" 200 11 "-" "test" '
            f"rt={seconds} uht=0.001 urt=0.002 cl=10 ucl=11\n").encode()


def rules(routes):
    return f"version: 1\nformat: {TIMED}\nroutes:\n" + "".join(f"  - GET /r{n}/{{id}}\n" for n in range(routes))


def first_word(path):
    with open(path) as f:
        return f.read().split()[0]


class Writer:
    """Appends lines to a log until it is told to stop; `written` lines are in the file."""

    def __init__(self, path, routes, per_second):
        self.path, self.routes, self.per_second = path, routes, per_second
        self.written, self.stopping = 0, False

    def run(self):
        batch = max(1, self.per_second // 100)
        with open(self.path, "ab", buffering=0) as out:
            while not self.stopping:
                out.write(b"".join(line(f"/r{n % self.routes}/{n}")
                                   for n in range(self.written, self.written + batch)))
                self.written += batch
                time.sleep(0.01)

    def __enter__(self):
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
        return self

    def __exit__(self, *exc):
        self.stopping = True
        self.thread.join()


class Limits(TempDirTest):
    def setUp(self):
        super().setUp()
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))

    def test_scrapes_beside_hostile_clients_and_a_growing_log(self):
        log = self.write("access.log", b"".join(line(f"/r{n}/1") for n in range(330)))
        args = ["--rules", self.write("rules.yaml", rules(330)), "--state-dir", self.path("state"), log]
        with Serve(*args) as serve:
            crowds = (Crowd(serve, 1000, b"GET /metrics HTTP/1.1\r\nHost: x\r\nX-A: "),
                      Crowd(serve, 64, b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"),
                      Crowd(serve, 2000, b"GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n"))
            times, alone, memory, last = [], [], [], {}
            with Writer(log, 330, 5000) as writer:
                for _ in range(15):  # the control: what this machine makes of a scrape without them
                    start = time.monotonic()
                    serve.get()
                    alone.append(time.monotonic() - start)
                    time.sleep(0.1)
                before = writer.written
                try:
                    for crowd in crowds:
                        crowd.refill()
                    for _ in range(SECONDS):
                        end = time.monotonic() + 1
                        least = 330 + writer.written
                        start = time.monotonic()
                        status, _, body = serve.get()
                        times.append(time.monotonic() - start)
                        samples = parse(body.decode())
                        self.assertEqual(status, 200)
                        if times[-1] < CATCH_UP:  # or it has what had been read until then
                            self.assertGreaterEqual(total(samples, "http_requests_total"), least)
                        now = counters(samples)
                        self.assertFalse([key for key, value in last.items() if now[key] < value])
                        last = now
                        memory.append(total(samples, "process_resident_memory_bytes"))
                        crowds[0].refill()
                        crowds[1].refill(read=512)
                        crowds[2].refill()
                        time.sleep(max(0, end - time.monotonic()))
                finally:
                    for crowd in crowds:
                        crowd.close()
            samples = serve.scrape()
            self.assertEqual(total(samples, "http_requests_total"), 330 + writer.written)
            print(f"\n1000 half-open, 64 slow, 2000 idle clients, {total(samples, 'routemeter_series'):.0f} series, "
                  f"{(writer.written - before) / SECONDS:.0f} lines/s: {len(times)} scrapes, median "
                  f"{statistics.median(times) * 1e3:.1f} ms, slowest {max(times) * 1e3:.1f} ms (without the clients "
                  f"{max(alone) * 1e3:.1f} ms), "
                  f"RSS {max(memory) / 2**20:.1f} MiB")
            if not SANITIZED:
                self.assertLess(max(memory), 128 * 2**20)

    def test_idle_cpu(self):
        logs = [self.write(f"{n}.log", line("/r1/1") * 10) for n in range(10)]
        args = ["--rules", self.write("rules.yaml", rules(10)), "--state-dir", self.path("state"), *logs]
        with Serve(*args) as serve:
            self.assertEqual(total(serve.scrape(), "http_requests_total"), 100)
            time.sleep(1)  # what follows a scrape is not idleness
            tasks = f"/proc/{serve.process.pid}/task"

            def cpu_ns():
                return sum(int(first_word(f"{tasks}/{task}/schedstat")) for task in os.listdir(tasks))

            start, before = time.monotonic(), cpu_ns()
            time.sleep(5)
            share = (cpu_ns() - before) / 1e9 / (time.monotonic() - start)
            print(f"\nidle with 10 files: {share * 100:.3f} % of a core")
            self.assertLess(share, 0.2)  # who spins has far more, even of a busy machine

    def test_append_is_visible_in_the_next_scrape(self):
        logs = [self.write(f"{n}.log", line("/r1/1")) for n in range(10)]
        # Without fsync: commits may take a tenth of the time at most, so a disk's would make 200 of them long.
        args = ["--rules", self.write("rules.yaml", rules(10)), "--state-dir", self.path("state"),
                "--state-sync", "none", self.path("*.log")]
        times = []
        with Serve(*args) as serve:
            self.assertEqual(total(serve.scrape(), "http_requests_total"), 10)
            for n in range(200):
                with open(logs[n % 10], "ab") as f:
                    f.write(line("/r2/1"))
                if n % 20 == 19:
                    os.rename(logs[n % 10], logs[n % 10] + ".1")
                start = time.monotonic()
                samples = serve.scrape()
                times.append(time.monotonic() - start)
                self.assertEqual(total(samples, "http_requests_total"), 11 + n)
        print(f"\n200 of 200 appends in the very next scrape: median {statistics.median(times) * 1e3:.1f} ms, "
              f"slowest {max(times) * 1e3:.1f} ms")

    def first_scrape(self, args):
        """Seconds from the start of the process to the end of its first good scrape."""
        start = time.monotonic()
        with Serve(*args) as serve:
            status, _, _ = serve.get()
            took = time.monotonic() - start
            self.assertEqual(status, 200)
            serve.scrape()
        return took

    def test_start_with_1000_rules(self):
        log = self.write("access.log", b"".join(line(f"/r{n % 1000}/1") for n in range(20_000)))
        args = ["--rules", self.write("rules.yaml", rules(1000)), "--state-dir", self.path("state"), log]
        first, again = self.first_scrape(args), self.first_scrape(args)
        nothing = time.monotonic()
        subprocess.run([BINARY, "--version"], check=True, capture_output=True)
        nothing = time.monotonic() - nothing
        print(f"\n1,000 rules, start to first scrape: {first * 1e3:.0f} ms with 20,000 lines, "
              f"{again * 1e3:.0f} ms at the restart (--version: {nothing * 1e3:.0f} ms)")

    def test_1000_scrapes_under_load_are_each_consistent(self):
        log = self.write("access.log", b"")
        args = ["--rules", self.write("rules.yaml", rules(3)), "--state-dir", self.path("state"),
                "--state-sync", "none", log]
        last, times = {}, []
        with Serve(*args) as serve, Writer(log, 4, 30_000) as writer:
            connection = http.client.HTTPConnection(serve.host, serve.port, timeout=60)
            for n in range(1000):
                start = time.monotonic()
                connection.request("GET", "/metrics")
                body = connection.getresponse().read()
                times.append(time.monotonic() - start)
                samples = parse(body.decode())
                self.check_sums(samples)
                now = counters(samples)
                self.assertFalse([key for key, value in last.items() if now.get(key, 0) < value])
                last = now
                time.sleep(0.002)  # so that there is something new in most of them
            connection.close()
            self.assertGreater(total(samples, "http_requests_total"), 1000)
        print(f"\n1000 scrapes while {writer.written} lines came: median {statistics.median(times) * 1e3:.1f} ms, "
              f"p99 {sorted(times)[989] * 1e3:.1f} ms, each consistent")

    def check_sums(self, samples):
        """Histograms agree with themselves and with the requests; each request took a quarter of a second."""
        lines = total(samples, "routemeter_lines_total")
        self.assertEqual(total(samples, "http_requests_total"), lines)
        series = {}
        for (name, labels), value in samples.items():
            if name.endswith("_bucket"):
                rest = tuple(pair for pair in labels if pair[0] != "le")
                series.setdefault((name[:-len("_bucket")], rest), []).append((float(dict(labels)["le"]), value))
        counts = {}
        for (name, labels), buckets in series.items():
            values = [value for _, value in sorted(buckets)]
            self.assertEqual(values, sorted(values), name)
            self.assertEqual(buckets[-1][0], float("inf"))
            self.assertEqual(values[-1], samples[(name + "_count", labels)], name)
            if name.startswith("routemeter_"):  # durations of our own work
                continue
            self.assertEqual(samples[(name + "_sum", labels)], 0.25 * values[-1], name)
            counts[name] = counts.get(name, 0) + values[-1]
        if lines:
            self.assertEqual(set(counts), {"http_request_duration_seconds", "http_request_duration_highr_seconds"})
        for name, count in counts.items():
            self.assertEqual(count, lines, name)


if __name__ == "__main__":
    main()
