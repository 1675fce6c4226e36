"""Signals under load, and a state directory that cannot be written: counting goes on, restarts are exact."""

import fcntl
import os
import random
import shutil
import signal
import socket
import subprocess
import threading
import time
import unittest

from harness import BINARY, TIMEOUT, Serve, main, total, wait_for
from state_test import RULES, WithState, line


class Load:
    """A writer of whole and torn lines; `lines` are complete in the file, by target."""

    TARGETS = ("/", "/items/1", "/nothing")

    def __init__(self, path):
        self.path, self.lines, self.stopping = path, 0, False

    def run(self):
        with open(self.path, "ab", buffering=0) as out:
            n = 0
            while not self.stopping:
                text = "".join(line(self.TARGETS[(n + k) % 3]) for k in range(50)).encode()
                half = len(text) - 1 - n % 300
                out.write(text[:half])
                out.write(text[half:])
                self.lines += 50
                n += 50
                time.sleep(0.002)

    def __enter__(self):
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
        return self

    def __exit__(self, *exc):
        self.stopping = True
        self.thread.join()


class Signals(WithState):
    def end(self, serve, *signals):
        """Sends the signals; returns the seconds until the process has ended, with exit code 0."""
        start = time.monotonic()
        for number in signals:
            serve.process.send_signal(number)
        self.assertEqual(serve.process.wait(timeout=TIMEOUT), 0)
        took = time.monotonic() - start
        serve.process.stderr.close()
        return took

    def settled(self, serve):
        wait_for(lambda: total(self.scrape(serve), "routemeter_file_lag_bytes") == 0, "all to be read")
        return self.requests(serve)

    def test_sigterm_under_load(self):
        backlog = 1_000_000
        block = (line("/") * 10_000).encode()
        with open(self.log, "ab") as f:
            for _ in range(backlog // 10_000):
                f.write(block)
        times, behind = [], 0
        with Load(self.log) as load:
            for n in range(8):
                serve = Serve(*self.args)
                clients = []
                for k in range(20):  # some wait for an answer, some have not asked yet
                    client = socket.create_connection((serve.host, serve.port), timeout=TIMEOUT)
                    client.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n" + b"\r\n" * (k % 2))
                    clients.append(client)
                if n % 2:
                    behind += total(serve.scrape(whole=False), "routemeter_file_lag_bytes") > 0
                    time.sleep(0.05)
                times.append(self.end(serve, signal.SIGTERM))
                for client in clients:
                    client.close()
        with Serve(*self.args) as serve:
            self.assertEqual(self.settled(serve), 2 + backlog + load.lines)
            self.assertEqual(total(self.scrape(serve), "routemeter_state_loads_total", result="ok"), 1)
        print(f"\n{len(times)} SIGTERM under load, {behind} scraped in the middle of a backlog: slowest end "
              f"{max(times) * 1e3:.0f} ms, {2 + backlog + load.lines} lines exact")

    def test_final_commit(self):
        with Serve(*self.args) as serve:
            self.assertEqual(self.requests(serve), 2)
            before, text = self.bytes_read(serve), line("/") * 500
            self.append(text)
            # Read, since inotify tells of it, and not committed: nobody asked.
            wait_for(lambda: self.bytes_read(serve) >= before + len(text), "the lines to be read")
            self.end(serve, signal.SIGTERM)
        os.remove(self.log)  # so that nothing can be read again
        with Serve(*self.args) as serve:
            self.assertEqual(self.requests(serve), 502)

    def bytes_read(self, serve):
        """From files of all kinds so far, as the kernel counts them."""
        with open(f"/proc/{serve.process.pid}/io") as f:
            return int(f.readline().removeprefix("rchar: "))

    def test_more_signals_are_harmless(self):
        with Load(self.log) as load:
            for signals in ([signal.SIGTERM] * 2, [signal.SIGINT, signal.SIGTERM],
                            [signal.SIGTERM, signal.SIGHUP, signal.SIGTERM, signal.SIGINT], [signal.SIGTERM] * 50):
                serve = Serve(*self.args)
                self.requests(serve)
                self.end(serve, *signals)
        with Serve(*self.args) as serve:
            self.assertEqual(self.settled(serve), 2 + load.lines)

    def test_sighup_storm(self):
        good = [RULES, RULES.replace("GET /,", "GET /, GET /nothing,"), RULES + "exclude: ['/no/such']\n"]
        bad = [RULES.replace("{item_id}", "{item_id"), "", RULES[:40], "version: 1\nroutes: 7\n", "\0" * 100, None]
        rng = random.Random(11)
        sent, scrapes = 0, 0
        with Serve(*self.args) as serve, Load(self.log) as load:
            while sent < 300:
                text = rng.choice(good if sent % 2 else bad)
                if text is None:
                    os.remove(self.rules)
                elif rng.random() < 0.5:  # in place: may be read half-written
                    self.write("rules.yaml", text)
                else:
                    self.write("next.yaml", text)
                    os.rename(self.path("next.yaml"), self.rules)
                serve.process.send_signal(signal.SIGHUP)
                sent += 1
                if sent % 3 == 0:
                    self.scrape(serve)
                    scrapes += 1
                if not os.path.exists(self.rules):
                    self.write("rules.yaml", RULES)
                time.sleep(rng.uniform(0, 0.01))
            self.write("rules.yaml", bad[0])
            serve.process.send_signal(signal.SIGHUP)
            wait_for(lambda: total(self.scrape(serve), "routemeter_config_last_reload_successful") == 0, "a refusal")
            self.write("rules.yaml", RULES)
            serve.process.send_signal(signal.SIGHUP)
            wait_for(lambda: total(self.scrape(serve), "routemeter_config_last_reload_successful") == 1, "a reload")
            load.stopping = True
            load.thread.join()
            self.assertEqual(self.settled(serve), 2 + load.lines)
            page = self.scrape(serve)
            self.end(serve, signal.SIGTERM)
        with Serve(*self.args) as serve:
            self.assertEqual(self.settled(serve), 2 + load.lines)
        print(f"\n{sent} SIGHUP with good, bad, half-written and missing rules, {scrapes} scrapes: {load.lines} lines "
              f"exact, {total(page, 'routemeter_requests_unmatched_total'):.0f} unmatched")

    def test_nobody_reads_our_log(self):
        """stderr is a full pipe: records are dropped, nothing waits."""
        with Serve(*self.args) as serve:
            fcntl.fcntl(serve.process.stderr, fcntl.F_SETPIPE_SZ, 8192)
            self.write("rules.yaml", "version: 1\nroutes: 7\n")
            for n in range(600):
                serve.process.send_signal(signal.SIGHUP)
                if n % 3 == 0:  # signals that find one waiting are lost: this one has been heard after a scrape
                    self.append(line("/"))
                    self.assertEqual(self.requests(serve), 3 + n // 3)
            serve.wait_record(lambda r: "not reloaded" in r["msg"])  # now somebody reads
            serve.process.send_signal(signal.SIGHUP)
            said = serve.wait_record(lambda r: "records were dropped" in r["msg"])
            self.assertGreater(int(said["records"]), 10)
            self.assertEqual([r for r in serve.records if r["level"] == "raw"], [])
            self.end(serve, signal.SIGTERM)


class ClosedStreams(WithState):
    def test_closed_stderr_is_no_place_for_records(self):
        """Whatever file got number 2 would get our log records otherwise."""
        process = subprocess.Popen(["sh", "-c", 'exec "$@" 2>&- >&- <&-', "sh", BINARY, "serve", "--log.level", "debug",
                                    "--web.listen-address", "127.0.0.1:0", *self.args])
        try:
            wait_for(lambda: os.path.exists(self.path("state/state")), "the first commit")
            files = {fd: os.readlink(f"/proc/{process.pid}/fd/{fd}") for fd in range(3)}
            self.assertEqual(set(files.values()), {"/dev/null"})
        finally:
            process.terminate()
            self.assertEqual(process.wait(timeout=TIMEOUT), 0)


def mount(*args):
    return subprocess.run(["mount", *args], capture_output=True).returncode == 0


class Unwritable(WithState):
    """The state directory on a small file system, or gone."""

    FULL = "No space left on device"

    def small_disk(self, size):
        self.disk = self.path("disk")
        os.mkdir(self.disk)
        if not mount("-t", "tmpfs", "-o", f"size={size}", "routemeter-test", self.disk):
            self.skipTest("cannot mount a tmpfs")
        self.addCleanup(subprocess.run, ["umount", "-l", self.disk])
        self.args[self.args.index("--state-dir") + 1] = os.path.join(self.disk, "state")

    def fill(self):
        with open(os.path.join(self.disk, "filler"), "wb", buffering=0) as f:
            try:
                while True:
                    f.write(b"x" * 4096)
            except OSError as error:
                self.assertEqual(error.strerror, self.FULL)

    def free(self):
        os.remove(os.path.join(self.disk, "filler"))

    def expect(self, serve, requests, in_sync, error=None):
        samples = self.scrape(serve)
        self.assertEqual(total(samples, "http_requests_total"), requests)
        self.assertEqual(total(samples, "routemeter_state_in_sync"), in_sync)
        if error:
            self.assertGreaterEqual(total(samples, "routemeter_state_commit_failures_total", error=error), 1)
        return samples

    def test_full_from_the_start(self):
        self.small_disk("256k")
        self.fill()
        expected = 2
        for _ in range(2):  # the second time after a kill, with a disk that is still full
            with Serve(*self.args) as serve:
                for _ in range(5):
                    self.expect(serve, expected, 0, self.FULL)
                    self.append(line("/") * 3)
                    expected += 3
                self.expect(serve, expected, 0, self.FULL)
                serve.wait_record(lambda r: r.get("error") == self.FULL)
                self.assertEqual(sum(r.get("error") == self.FULL for r in serve.records), 1)  # said once
                serve.stop(signal.SIGKILL)
        with Serve(*self.args) as serve:
            self.expect(serve, expected, 0, self.FULL)
            self.free()
            self.append(line("/"))
            self.expect(serve, expected + 1, 1, self.FULL)
            serve.wait_record(lambda r: r["msg"] == "the state is in sync again")
            serve.stop(signal.SIGKILL)
        self.append(line("/"))
        os.rename(self.log, self.log + ".1")
        self.append(line("/"))
        with Serve(*self.args) as serve:
            samples = self.expect(serve, expected + 3, 1)
            self.assertEqual(total(samples, "routemeter_state_loads_total", result="ok"), 1)

    def test_in_sync_again_without_traffic(self):
        self.small_disk("256k")
        self.fill()
        with Serve(*self.args) as serve:
            self.expect(serve, 2, 0, self.FULL)
            self.free()
            serve.wait_record(lambda r: r["msg"] == "the state is in sync again")  # the timer, within seconds
            self.expect(serve, 2, 1)

    def test_full_in_the_middle(self):
        """What was preallocated holds small states; this one grows beyond it."""
        self.small_disk("16m")
        self.write("rules.yaml", RULES + "options: {group_untemplated: false}\n")
        with Serve(*self.args) as serve:
            self.expect(serve, 2, 1)
            self.fill()
            self.append("".join(line("/") for _ in range(10)))
            self.expect(serve, 12, 1)  # preallocated
            self.append("".join(line(f"/path/{'x' * 100}/{n}") for n in range(5000)))
            self.expect(serve, 5012, 0, self.FULL)
            self.append(line("/"))
            self.expect(serve, 5013, 0, self.FULL)
            serve.stop(signal.SIGKILL)
        self.append(line("/"))
        with Serve(*self.args) as serve:
            samples = self.expect(serve, 5014, 0, self.FULL)
            self.assertEqual(total(samples, "routemeter_state_loads_total", result="ok"), 1)
            os.rename(self.log, self.log + ".1")
            self.append(line("/"))
            self.expect(serve, 5015, 0, self.FULL)
            serve.stop(signal.SIGKILL)  # the rotation is in no state either
        with Serve(*self.args) as serve:
            self.expect(serve, 5015, 0, self.FULL)
            self.free()
            self.append(line("/"))
            self.expect(serve, 5016, 1)
            serve.stop(signal.SIGKILL)
        with Serve(*self.args) as serve:
            self.expect(serve, 5016, 1)

    def test_sigterm_with_a_full_disk(self):
        self.small_disk("256k")
        self.fill()
        serve = Serve(*self.args)
        self.expect(serve, 2, 0, self.FULL)
        self.assertEqual(serve.stop(), 0)
        with Serve(*self.args) as serve:
            self.expect(serve, 2, 0, self.FULL)

    def test_read_only(self):
        self.small_disk("1m")
        error = "Read-only file system"
        with Serve(*self.args) as serve:
            self.expect(serve, 2, 1)
        self.assertTrue(mount("-o", "remount,ro", self.disk))
        self.append(line("/") * 3)
        for _ in range(2):
            with Serve(*self.args) as serve:
                samples = self.expect(serve, 5, 0, error)
                self.assertEqual(total(samples, "routemeter_state_loads_total", result="ok"), 1)
                serve.stop(signal.SIGKILL)
        with Serve(*self.args) as serve:
            self.append(line("/"))
            self.expect(serve, 6, 0, error)
            self.assertTrue(mount("-o", "remount,rw", self.disk))
            self.append(line("/"))
            self.expect(serve, 7, 1, error)
            serve.stop(signal.SIGKILL)
        with Serve(*self.args) as serve:
            self.expect(serve, 7, 1)

    def test_removed_while_running(self):
        state = self.path("state")
        with Serve(*self.args) as serve:
            self.expect(serve, 2, 1)
            shutil.rmtree(state)
            self.append(line("/"))
            self.expect(serve, 3, 1)  # made anew
            self.assertEqual(os.stat(state).st_mode & 0o777, 0o700)
            serve.stop(signal.SIGKILL)
        os.rename(self.log, self.log + ".1")
        self.append(line("/"))
        with Serve(*self.args) as serve:
            self.expect(serve, 4, 1)
            shutil.rmtree(state)
            self.write("state", "not a directory")
            self.append(line("/"))
            self.expect(serve, 5, 0, "Not a directory")
            os.remove(state)
            self.append(line("/"))
            self.expect(serve, 6, 1)
            serve.stop(signal.SIGKILL)
        with Serve(*self.args) as serve:
            self.expect(serve, 6, 1)

    def test_removed_without_traffic(self):
        with Serve(*self.args) as serve:
            self.expect(serve, 2, 1)
            shutil.rmtree(self.path("state"))
            # The regular commit makes it anew, though there is nothing new to say.
            wait_for(lambda: os.path.exists(self.path("state/state")), "the state to be there again")
            serve.stop(signal.SIGKILL)
        os.rename(self.log, self.log + ".1")
        with Serve(*self.args) as serve:
            self.expect(serve, 2, 1)


if __name__ == "__main__":
    main()
