"""Everything at once for a while (98 in tests/RELIABILITY.md): nginx under load with logrotate, a writer of torn lines that
rotates too, kills, restarts, reloads, clients that mean no good, and a scrape every 250 ms. At the end every line is
counted once, no counter ever went down, and memory and descriptors have not grown. ROUTEMETER_SOAK: seconds."""

import contextlib
import os
import random
import signal
import statistics
import subprocess
import threading
import time
import unittest

from exposer_test import Crowd
from harness import TIMEOUT, Serve, TempDirTest, main, total, wait_for
from production_test import Nginx
from rotation_test import HANDLERS, LOGROTATE, Load
from sanitized import SANITIZED
from state_test import line, rising

SECONDS = float(os.environ.get("ROUTEMETER_SOAK", "20"))
CHAOS = 0.6  # this part with kills and restarts; the rest by one process, whose memory and descriptors are looked at
EVERY = 0.25
TORN_HANDLERS = 7
RULES = ("version: 1\nformat: combined\nroutes:\n"
         + "".join(f"  - GET /h{n}/{{id}}\n" for n in range(HANDLERS))
         + "".join(f"  - GET /t{n}/{{id}}\n" for n in range(TORN_HANDLERS)))
MORE_RULES = RULES + "  - GET /more/{id}\n"
BROKEN_RULES = RULES + "  - GET /broken/{id\n"


class Paced(Load):
    """As many requests as leave the machine to others."""

    def run(self):
        while not self.stopping:
            self.connection(1)
            time.sleep(0.1)


class Repeated:
    """Does one thing again and again in a thread of its own; what goes wrong there fails the test at its end."""

    def __init__(self, step, pause):
        self.step, self.pause, self.times, self.error = step, pause, 0, None
        self.stopping = threading.Event()

    def run(self):
        try:
            while not self.stopping.wait(self.pause):
                self.step()
                self.times += 1
        except Exception as error:
            self.error = error

    def __enter__(self):
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
        return self

    def __exit__(self, *exc):
        self.stopping.set()
        self.thread.join()
        if self.error is not None and exc[0] is None:
            raise self.error


class TornWriter:
    """Writes lines in pieces, rotates by rename, and goes on for a while in the old file."""

    KEPT = 12

    def __init__(self, path):
        self.path, self.truth, self.n = path, [0] * TORN_HANDLERS, 0
        self.out, self.old = self.open(), None
        self.rotations = 0

    def open(self):
        return open(self.path, "ab", buffering=0)

    def step(self):
        for _ in range(20):
            handler = self.n % TORN_HANDLERS
            text = line(f"/t{handler}/{self.n}{'x' * (self.n % 400)}").encode()
            out = self.old if self.old and self.n % 1000 < 40 and self.n % 2 else self.out
            cut = self.n % len(text)
            out.write(text[:cut])
            out.write(text[cut:])
            self.truth[handler] += 1
            self.n += 1
        if self.n % 1000 == 0:
            self.rotate()

    def rotate(self):
        for k in range(min(self.rotations, self.KEPT), 0, -1):
            os.rename(f"{self.path}.{k}", f"{self.path}.{k + 1}")
        if self.rotations > self.KEPT:
            os.remove(f"{self.path}.{self.KEPT + 1}")
        os.rename(self.path, self.path + ".1")
        self.rotations += 1
        if self.old:
            self.old.close()
        self.old, self.out = self.out, self.open()

    def close(self):
        self.out.close()
        if self.old:
            self.old.close()


@unittest.skipUnless(LOGROTATE, "logrotate is not here")
class Soak(TempDirTest):
    def setUp(self):
        super().setUp()
        self.rng = random.Random(11)
        self.log = self.path("access.log")
        self.torn = self.path("torn.log")
        self.rules = self.path("rules.yaml")
        self.put_rules(RULES)
        self.args = ["--rules", self.rules, "--state-dir", self.path("state"), self.log, self.torn]
        self.seen, self.slowest = {}, 0
        self.did = dict.fromkeys(("scrapes", "kills", "restarts", "reloads", "refused"), 0)

    def put_rules(self, text):
        with open(self.rules + ".new", "w") as f:
            f.write(text)
        os.rename(self.rules + ".new", self.rules)

    def logrotate(self):
        """With compression at once. The wait is an administrator's duty then: what nginx writes after gzip has read
        would be in no file."""
        master = self.nginx.process.pid
        with open(self.path("logrotate.conf"), "w") as f:
            f.write(f"{self.log} {{\n rotate 20\n create 0644\n dateext\n dateformat -%Y%m%d-%s\n compress\n"
                    f" postrotate\n  kill -USR1 {master}\n"
                    f"  for pid in {master} $(cat /proc/{master}/task/{master}/children); do\n"
                    f"   while ls -l /proc/$pid/fd | grep -q '{self.log}-'; do sleep 0.01; done\n"
                    f"  done\n endscript\n}}\n")
        os.chmod(self.path("logrotate.conf"), 0o644)
        done = subprocess.run([LOGROTATE, "-f", "-s", self.path("logrotate.state"), self.path("logrotate.conf")],
                              capture_output=True, text=True, timeout=TIMEOUT)
        if done.returncode != 0 or done.stderr:
            raise AssertionError(f"logrotate: {done.returncode} {done.stderr}")

    def scrape(self, serve):
        start = time.monotonic()
        samples = serve.scrape()  # checks the sums
        self.slowest = max(self.slowest, time.monotonic() - start)
        self.seen = rising(self.seen, samples)
        self.did["scrapes"] += 1
        return samples

    def begin(self):
        self.put_rules(RULES)  # with broken ones it rightly does not start
        self.serve = Serve(*self.args)
        self.half_open = Crowd(self.serve, 40, b"GET /metrics HTTP/1.1\r\nHost: x\r\nX-A: ")
        self.slow = Crowd(self.serve, 8, b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")

    def end(self, how):
        self.half_open.close()
        self.slow.close()
        code = self.serve.stop(how)
        self.assertEqual(code, -signal.SIGKILL if how == signal.SIGKILL else 0)

    def reload(self):
        text = self.rng.choice((RULES, MORE_RULES, BROKEN_RULES))
        self.put_rules(text)
        wanted = "rules not reloaded" if text is BROKEN_RULES else "rules reloaded"
        self.serve.records.clear()
        self.serve.process.send_signal(signal.SIGHUP)
        self.serve.wait_record(lambda record: record["msg"].startswith(wanted))
        self.did["refused" if text is BROKEN_RULES else "reloads"] += 1

    def own_files(self):
        """Descriptors that are no sockets: those are the clients' to open."""
        fds = f"/proc/{self.serve.process.pid}/fd"
        count = 0
        for fd in os.listdir(fds):
            with contextlib.suppress(FileNotFoundError):  # closed meanwhile
                count += not os.readlink(f"{fds}/{fd}").startswith("socket:")
        return count

    def one_round(self, events):
        until = time.monotonic() + EVERY
        event = self.rng.choices(*zip(*events))[0]
        if event in ("kills", "restarts"):
            time.sleep(self.rng.uniform(0, EVERY))
            self.end(signal.SIGKILL if event == "kills" else signal.SIGTERM)
            self.did[event] += 1
            self.begin()
        elif event == "reload":
            self.reload()
        self.half_open.refill()
        self.slow.refill(read=512)
        samples = self.scrape(self.serve)
        time.sleep(max(0, until - time.monotonic()))
        return total(samples, "process_resident_memory_bytes"), self.own_files()

    def soak(self):
        """Returns what one process needed in the second part: (memory, descriptors) of each round."""
        start = time.monotonic()
        self.begin()
        while time.monotonic() - start < SECONDS * CHAOS:
            self.one_round([("kills", 2), ("restarts", 1), ("reload", 3), ("none", 6)])
        needs = []
        while time.monotonic() - start < SECONDS or len(needs) < 8:
            needs.append(self.one_round([("reload", 2), ("none", 6)]))
        return needs

    def test_soak(self):
        os.mkdir(self.path("nginx"))
        self.nginx = nginx = Nginx(self.path("nginx"), f"{self.log} combined buffer=16k flush=1s")
        self.addCleanup(lambda: nginx.process.poll() is None and nginx.stop())
        writer = TornWriter(self.torn)
        load = Paced(nginx.port)
        with load, Repeated(self.logrotate, 2) as rotations, Repeated(writer.step, 0.02):
            needs = self.soak()
        nginx.stop()  # has written everything when it ends
        writer.close()
        wait_for(lambda: total(self.scrape(self.serve), "routemeter_file_lag_bytes") == 0, "all to be read")
        samples = self.scrape(self.serve)
        self.end(signal.SIGTERM)
        self.report(load.sent, writer, rotations.times, samples, needs)

    def report(self, sent, writer, rotations, samples, needs):
        truth = {f"/h{n}/{{id}}": count for n, count in enumerate(sent)}
        truth |= {f"/t{n}/{{id}}": count for n, count in enumerate(writer.truth)}
        got = {handler: total(samples, "http_requests_total", handler=handler) for handler in truth}
        quarter = max(1, len(needs) // 4)
        early, late = needs[quarter:2 * quarter] or needs, needs[-quarter:]
        memory = [statistics.median(each for each, _ in part) / 2**20 for part in (early, late)]
        files = [max(each for _, each in part) for part in (early, late)]
        print(f"\n{SECONDS:.0f} s: {sum(truth.values())} lines, {rotations} rotations by logrotate and {writer.rotations} "
              f"by rename, {self.did['kills']} kills, {self.did['restarts']} restarts, {self.did['reloads']} reloads, "
              f"{self.did['refused']} refused ones, {self.did['scrapes']} scrapes, slowest {self.slowest * 1e3:.0f} ms: "
              f"error {sum(got.values()) - sum(truth.values()):+.0f}, 0 decreases; memory {memory[0]:.1f} -> "
              f"{memory[1]:.1f} MiB, files {files[0]} -> {files[1]}")
        self.assertEqual(got, truth)
        for name in ("loss_suspected", "duplicate_suspected", "lines_unparsed", "unterminated_lines"):
            self.assertEqual(total(samples, f"routemeter_{name}_total"), 0, name)
        self.assertLessEqual(files[1], files[0] + 8)
        if not SANITIZED:
            self.assertLess(memory[1], memory[0] * 1.2 + 8)


if __name__ == "__main__":
    main()
