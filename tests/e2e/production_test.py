"""The two scenes that peers lose: nginx's buffered log over a rotation, and kill -9 under load with rotations."""

import os
import random
import shutil
import signal
import subprocess
import threading
import time
import http.client

from harness import TIMEOUT, Serve, TempDirTest, free_port, main, total, wait_for
from state_test import counters

TAIL = shutil.which("tail")


class Nginx:
    """Debian's nginx in a directory of its own, on a loopback port."""

    def __init__(self, directory, access_log):
        self.port = free_port()
        self.prefix = directory
        config = os.path.join(directory, "nginx.conf")
        with open(config, "w") as f:
            f.write(f"daemon off; master_process on; worker_processes 1; pid {directory}/nginx.pid;\n"
                    f"error_log {directory}/error.log; events {{ worker_connections 64; }}\n"
                    f"http {{ access_log {access_log};\n"
                    f"  client_body_temp_path {directory}/b; proxy_temp_path {directory}/p; fastcgi_temp_path {directory}/f;\n"
                    f"  uwsgi_temp_path {directory}/u; scgi_temp_path {directory}/s;\n"
                    f"  server {{ listen 127.0.0.1:{self.port}; location / {{ return 200 ok; }} }} }}\n")
        user = ["-g", "user root;"] if os.geteuid() == 0 else []
        self.process = subprocess.Popen(["/usr/sbin/nginx", "-p", directory, "-c", config, *user],
                                        stderr=subprocess.DEVNULL)
        wait_for(self.answers, "nginx")

    def answers(self):
        try:
            self.request("/ready")
            return True
        except OSError:
            return False

    def request(self, target):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        try:
            connection.request("GET", target)
            connection.getresponse().read()
        finally:
            connection.close()

    def reopen(self):
        self.process.send_signal(signal.SIGUSR1)

    def stop(self):
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(timeout=TIMEOUT)


class BufferedRotation(TempDirTest):
    def test_lines_flushed_into_the_old_file_after_the_new_one_exists(self):
        log = self.path("access.log")
        nginx = Nginx(self.dir, f"{log} combined buffer=64k flush=1h")
        self.addCleanup(lambda: nginx.process.poll() is None and nginx.stop())
        tailed = self.path("tailed")
        with open(tailed, "wb") as out:
            tail = subprocess.Popen([TAIL, "-n", "+1", "-F", log], stdout=out, stderr=subprocess.DEVNULL)
        self.addCleanup(tail.wait)
        self.addCleanup(tail.kill)
        with Serve("--format", "combined", "--state-dir", self.path("state"), log) as serve:
            first = 1  # the request that nginx was waited for with
            for n in range(50 - first):
                nginx.request(f"/{n}")
            os.rename(log, log + ".1")
            with open(log, "w"):
                pass
            os.chmod(log, 0o666)
            time.sleep(2)  # the gap itself: what nginx flushes late is what this is about
            self.assertEqual(os.path.getsize(log + ".1"), 0)
            nginx.reopen()
            wait_for(lambda: os.path.getsize(log + ".1") > 0, "nginx to flush into the old file")
            for n in range(10):
                nginx.request(f"/late/{n}")
            nginx.reopen()
            wait_for(lambda: sum(1 for _ in open(log)) == 10, "nginx to flush into the new file")
            samples = serve.scrape()
            self.assertEqual(total(samples, "http_requests_total"), 60)
            self.assertEqual(total(samples, "routemeter_loss_suspected_total"), 0)
        nginx.stop()
        with open(tailed) as f:
            got = sum(1 for _ in f)
        print(f"nginx buffer=64k over a rotation: truth 60, routemeter 60, tail -F {got}")


class KillUnderLoad(TempDirTest):
    """73 in tests/RELIABILITY.md: a writer of torn lines with rotations and late lines to the old file, kills at random."""

    KILLS = int(os.environ.get("ROUTEMETER_KILLS", "40"))

    def writer(self):
        random.seed(3)
        n = 0
        out = open(self.log, "ab", buffering=0)
        old, late = None, 0
        generation = 0
        while not self.stop_writing:
            handler = n % 7
            text = (f'127.0.0.1 - - [01/Jan/2024:00:00:01 +0000] "GET /h{handler}/{n} HTTP/1.1" 200 11 "-" '
                    f'"{"x" * (n % 300)}"\n').encode()
            target = out
            if late > 0 and n % 2:
                target, late = old, late - 1
            if n % 17 == 0:  # torn in two writes
                target.write(text[:len(text) // 2])
                target.write(text[len(text) // 2:])
            else:
                target.write(text)
            self.truth[handler] += 1
            n += 1
            if n % 4000 == 0:
                if old:
                    old.close()
                generation += 1
                for k in range(generation, 0, -1):  # none is deleted: that would be a loss to suspect
                    if os.path.exists(f"{self.log}.{k}"):
                        os.rename(f"{self.log}.{k}", f"{self.log}.{k + 1}")
                os.rename(self.log, self.log + ".1")
                old, out, late = out, open(self.log, "ab", buffering=0), 40
            if n % 40 == 0:
                time.sleep(0.01)
        out.close()
        if old:
            old.close()
        self.generations = generation

    def test_kill_9(self):
        self.log = self.write("access.log", "")
        rules = self.write("rules.yaml", "version: 1\nformat: combined\nroutes:\n" +
                           "".join(f"  - GET /h{i}/{{n}}\n" for i in range(7)))
        self.truth = [0] * 7
        self.stop_writing = False
        args = ["--rules", rules, "--state-dir", self.path("state"), self.log]
        thread = threading.Thread(target=self.writer)
        thread.start()
        last, scrapes, kills, decreases = {}, 0, 0, 0
        rng = random.Random(7)
        try:
            while kills < self.KILLS:
                serve = Serve(*args)
                until = time.monotonic() + rng.uniform(0.02, 0.3)
                while time.monotonic() < until:
                    now = counters(serve.scrape())
                    scrapes += 1
                    decreases += sum(now.get(key, 0) < value for key, value in last.items())
                    last = now
                serve.process.kill()
                serve.process.wait()
                serve.process.stderr.close()
                kills += 1
        finally:
            self.stop_writing = True
            thread.join()
        with Serve(*args) as serve:
            wait_for(lambda: total(serve.scrape(), "routemeter_file_lag_bytes") == 0, "all to be read")
            samples = serve.scrape()
            now = counters(samples)
            decreases += sum(now.get(key, 0) < value for key, value in last.items())
            got = [total(samples, "http_requests_total", handler=f"/h{i}/{{n}}") for i in range(7)]
            loss = total(samples, "routemeter_loss_suspected_total")
        print(f"{kills} kills, {self.generations} rotations, {scrapes} scrapes, {sum(self.truth)} lines: "
              f"error {sum(got) - sum(self.truth):+.0f}, {decreases} decreases, {loss:.0f} losses suspected")
        self.assertEqual(got, self.truth)
        self.assertEqual(decreases, 0)
        self.assertEqual(loss, 0)


if __name__ == "__main__":
    main()
