"""Debian's logrotate and nginx under load: every request sent is counted once (section A of tests/RELIABILITY.md)."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
import unittest

from harness import TIMEOUT, Serve, TempDirTest, main, total, wait_for
from production_test import Nginx
from state_test import rising

LOGROTATE = shutil.which("logrotate", path=os.environ["PATH"] + ":/usr/sbin")
ROTATIONS = int(os.environ.get("ROUTEMETER_ROTATIONS", "3"))
HANDLERS = 5
BATCH = 100
RULES = "version: 1\nformat: combined\nroutes:\n" + "".join(f"  - GET /h{n}/{{id}}\n" for n in range(HANDLERS))


class Load:
    """Requests as fast as nginx answers them; counts what it was answered."""

    def __init__(self, port):
        self.port, self.sent, self.stopping = port, [0] * HANDLERS, False

    def connection(self, batches):
        """At most 10 batches: nginx closes after 1,000 requests."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=TIMEOUT) as client:
            for _ in range(batches):
                first = sum(self.sent)
                client.sendall(b"".join(b"GET /h%d/%d HTTP/1.1\r\nHost: x\r\n\r\n" % (n % HANDLERS, n)
                                        for n in range(first, first + BATCH)))
                answers = 0
                rest = b""
                while answers < BATCH:
                    data = client.recv(1 << 16)
                    if not data:
                        raise AssertionError("nginx hung up")
                    rest += data
                    answers += rest.count(b"HTTP/1.1 200")
                    rest = rest[-11:]  # maybe the beginning of an answer
                for n in range(first, first + BATCH):
                    self.sent[n % HANDLERS] += 1

    def run(self):
        while not self.stopping:
            self.connection(10)

    def __enter__(self):
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
        return self

    def __exit__(self, *exc):
        self.stopping = True
        self.thread.join()


@unittest.skipUnless(LOGROTATE, "logrotate is not here")
class Rotation(TempDirTest):
    def setUp(self):
        super().setUp()
        self.log = self.path("access.log")
        self.rules = self.write("rules.yaml", RULES)
        self.args = ["--rules", self.rules, "--state-dir", self.path("state"), self.log]
        self.seen = {}

    def nginx(self, options=""):
        os.mkdir(self.path("nginx"))
        nginx = Nginx(self.path("nginx"), f"{self.log} combined {options}")
        self.addCleanup(lambda: nginx.process.poll() is None and nginx.stop())
        return nginx

    def rotate(self, words):
        reopen = ("" if "copytruncate" in words else
                  f"postrotate\n kill -USR1 $(cat {self.path('nginx')}/nginx.pid)\n endscript\n")
        config = self.write("logrotate.conf", f"{self.log} {{\n rotate 20\n{words}\n{reopen}}}\n")
        os.chmod(config, 0o644)
        done = subprocess.run([LOGROTATE, "-f", "-s", self.path("logrotate.state"), config],
                              capture_output=True, text=True, timeout=TIMEOUT)
        # gzip may have come before nginx's last lines: they are in no .gz, only in the file that we hold open.
        errors = "" if "file size changed while zipping" in done.stderr else done.stderr
        self.assertEqual((done.returncode, errors), (0, ""))

    def scrape(self, serve):
        samples = serve.scrape()
        self.seen = rising(self.seen, samples)
        return samples

    def lines(self, name):
        """Requests of the load that a file has."""
        with open(self.path(name), "rb") as file:
            return sum(b'"GET /h' in line for line in file)

    def settled(self, serve):
        wait_for(lambda: total(self.scrape(serve), "routemeter_file_lag_bytes") == 0, "all to be read")
        return self.scrape(serve)

    def losses(self, samples):
        """What is suspected to be lost, by reason."""
        return {dict(labels)["reason"]: value for (name, labels), value in samples.items()
                if name == "routemeter_loss_suspected_total" and value}

    def by_handler(self, samples):
        return [total(samples, "http_requests_total", handler=f"/h{n}/{{id}}") for n in range(HANDLERS)]

    def under_load(self, words, options="", pause=0.5):
        """Rotations under load; returns what was sent, the samples at the end, and how many rotations."""
        nginx = self.nginx(options)
        with Serve(*self.args) as serve:
            with Load(nginx.port) as load:
                for _ in range(ROTATIONS):
                    until = time.monotonic() + pause
                    while time.monotonic() < until:
                        self.scrape(serve)
                        time.sleep(0.02)
                    self.rotate(words)
                    if "copytruncate" not in words:  # a busy nginx may not have reopened before the next one else
                        wait_for(lambda: self.writes_to_log(nginx), "nginx to reopen its log")
            nginx.stop()  # has written everything when it ends
            samples = self.settled(serve)
        return load.sent, samples

    def exact(self, words, options="", pause=0.5):
        sent, samples = self.under_load(words, options, pause)
        got = self.by_handler(samples)
        loss = self.losses(samples)
        print(f"\n{' '.join(words.split())} {options}: {ROTATIONS} rotations, {sum(sent)} requests, "
              f"error {sum(got) - sum(sent):+.0f}, suspected losses {loss}")
        self.assertEqual(got, sent)
        self.assertEqual(loss, {})
        self.assertEqual(total(samples, "routemeter_duplicate_suspected_total"), 0)
        self.assertEqual(total(samples, "routemeter_lines_unparsed_total"), 0)
        self.assertEqual(total(samples, "routemeter_file_rotations_total", kind="rename"), ROTATIONS)

    def test_create(self):
        self.exact("create 0644")

    def test_create_buffered(self):
        self.exact("create 0644", "buffer=64k flush=1s")

    def test_nocreate(self):
        self.exact("nocreate")

    def test_create_compress(self):
        self.exact("create 0644\ncompress")

    def test_dateext(self):
        self.exact("create 0644\ndateext\ndateformat -%Y%m%d-%s", pause=1.05)  # a name per second

    def test_copytruncate(self):
        sent, samples = self.under_load("copytruncate")
        got, truth = sum(self.by_handler(samples)), sum(sent)
        loss = self.losses(samples)
        # logrotate itself destroys what comes between its copy and its truncation: no file has it, and only who
        # read it in that moment. What a file has must be counted.
        kept = sum(self.lines(name) for name in os.listdir(self.dir) if name.startswith("access.log"))
        print(f"\ncopytruncate: {ROTATIONS} rotations, {truth} requests, {truth - kept} in no file, {truth - got:.0f} lost "
              f"({(truth - got) / truth * 1e6:.0f} ppm), suspected losses {loss}, "
              f"{total(samples, 'routemeter_recovered_lines_total'):.0f} lines recovered")
        self.assertLessEqual(got, truth)
        self.assertGreaterEqual(got, kept)
        self.assertEqual(loss["truncate"], ROTATIONS)
        # One that grew past the old end before anybody looked is seen as a rewrite.
        seen = sum(total(samples, "routemeter_file_rotations_total", kind=kind) for kind in ("truncate", "rewrite"))
        self.assertEqual(seen, ROTATIONS)
        self.assertEqual(total(samples, "routemeter_duplicate_suspected_total"), 0)

    def several_between_two_looks(self, words, away, back, pause=0.0):
        """`away` stops or kills routemeter, `back` brings it back; the rotations are in between."""
        nginx = self.nginx()
        load = Load(nginx.port)
        with Serve(*self.args) as serve:
            load.connection(3)
            self.scrape(serve)
            away(serve)
            for _ in range(ROTATIONS):
                load.connection(4)
                time.sleep(pause)
                # What nginx writes while gzip reads would be nowhere when nobody holds the file open.
                wait_for(lambda: self.last_request() == sum(load.sent) - 1, "nginx to have written all")
                self.rotate(words)
                wait_for(lambda: self.writes_to_log(nginx), "nginx to reopen its log")
            load.connection(2)
            nginx.stop()
            with back(serve) as again:
                samples = self.settled(again)
        got = self.by_handler(samples)
        loss = self.losses(samples)
        print(f"\n{' '.join(words.split())}, {ROTATIONS} rotations between two looks: {sum(load.sent)} requests, "
              f"error {sum(got) - sum(load.sent):+.0f}, suspected losses {loss}")
        self.assertEqual(got, load.sent)
        self.assertEqual(loss, {})

    def last_request(self):
        with open(self.log, "rb") as f:
            lines = f.read().splitlines() or [b"/-1 "]
        return int(lines[-1].split(b" HTTP/1.1", 1)[0].rsplit(b"/", 1)[1])

    def writes_to_log(self, nginx):
        """Whether nginx's processes have the log open under its own name, and no rotated one."""
        with open(f"/proc/{nginx.process.pid}/task/{nginx.process.pid}/children") as f:
            pids = [nginx.process.pid, *map(int, f.read().split())]
        files = []
        for pid in pids:
            for fd in os.listdir(f"/proc/{pid}/fd"):
                with contextlib.suppress(FileNotFoundError):  # a connection that was closed meanwhile
                    files.append(os.readlink(f"/proc/{pid}/fd/{fd}"))
        return {name for name in files if name.startswith(self.log)} == {self.log}

    def stopped(self, words, pause=0.0):
        def away(serve):
            serve.process.send_signal(signal.SIGSTOP)

        def back(serve):
            serve.process.send_signal(signal.SIGCONT)
            return serve

        self.several_between_two_looks(words, away, back, pause)

    def killed(self, words, pause=0.0):
        self.several_between_two_looks(words, lambda serve: serve.stop(signal.SIGKILL),
                                       lambda _: Serve(*self.args), pause)

    def test_stopped_create(self):
        self.stopped("create 0644")

    def test_stopped_compress(self):
        self.stopped("create 0644\ncompress")

    def test_stopped_dateext(self):
        self.stopped("create 0644\ndateext\ndateformat -%Y%m%d-%s", 1.05)

    def test_killed_create(self):
        self.killed("create 0644")

    def test_killed_compress(self):
        self.killed("create 0644\ncompress")

    def test_killed_dateext_delaycompress(self):
        self.killed("create 0644\ndateext\ndateformat -%Y%m%d-%s\ncompress\ndelaycompress", 1.05)


if __name__ == "__main__":
    main()
