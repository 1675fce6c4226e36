#!/usr/bin/python3
"""What `serve` costs while it follows, is scraped, idles and starts: `serve_rows.py BUILD [ROW...]`, or the second
table of `tests/bench/run`. Rows: follow, scrape, idle, start.

CPU is that of serve's threads on the kernel's clock. "Held up" is what a scrape takes of the thread that reads
lines, measured when nothing is left to read: it reads nothing meanwhile."""

import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))
from harness import Serve  # noqa: E402

RATE = 200_000  # lines a second
HANDLERS = 10_000  # ten series of each
FILES = 1_000
LINE = ('10.0.{a}.{b} - - [24/Nov/2026:06:00:00 +0000] "{method} /api/v1/shop{n}/items/{b} HTTP/1.1" 200 312 "-" '
        '"python-httpx/0.27.0" rt=0.{a:03} uht=0.001 urt=0.001 cl=12 ucl=312\n')


def cpu(pid, main_only=False):
    """Seconds that the threads of a process have run; none of them has ended."""
    tasks = [pid] if main_only else os.listdir(f"/proc/{pid}/task")
    total = 0
    for task in tasks:
        with open(f"/proc/{pid}/task/{task}/schedstat") as stat:
            total += int(stat.read().split()[0])
    return total / 1e9


def resident(pid):
    """Peak of it in MB."""
    with open(f"/proc/{pid}/status") as status:
        return int(re.search(r"VmHWM:\s+(\d+)", status.read()).group(1)) / 1024


def settle(pid):
    """Until serve has nothing to do: what it sleeps between two looks is shorter than this waits."""
    last = -1.0
    while (now := cpu(pid)) - last > 0.0002:
        last = now
        time.sleep(0.1)


class Client:
    """One connection that is kept, as Prometheus does it; the bytes are counted, not parsed."""

    room = bytearray(64 << 20)

    def __init__(self, serve):
        self.socket = socket.create_connection((serve.host, serve.port))

    def get(self, *headers):
        """(seconds from the request to the last byte, bytes of the body)"""
        lines = "".join(line + "\r\n" for line in headers)
        start = time.perf_counter()
        self.socket.sendall(f"GET /metrics HTTP/1.1\r\nHost: x\r\n{lines}\r\n".encode())
        view = memoryview(self.room)
        got = 0
        head = length = -1
        while head < 0 or got < head + length:
            n = self.socket.recv_into(view[got:])
            if n == 0:
                raise AssertionError("the connection was closed")
            got += n
            if head < 0 and (head := self.room.find(b"\r\n\r\n", 0, got)) >= 0:
                head += 4
                length = int(re.search(rb"(?i)content-length: (\d+)", self.room[:head]).group(1))
        return time.perf_counter() - start, length

    def close(self):
        self.socket.close()


def plain_socket(size, runs=20):
    """Seconds that as many bytes take from a process that does nothing but send them: no answer can be faster."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        child = os.fork()
        if child == 0:
            peer, body = listener.accept()[0], bytes(size)
            while peer.recv(1):
                peer.sendall(body)
            os._exit(0)
        took = []
        with socket.create_connection(listener.getsockname()) as client:
            for _ in range(runs):
                start, got = time.perf_counter(), 0
                client.sendall(b"x")
                while got < size:
                    got += client.recv_into(Client.room)
                took.append(time.perf_counter() - start)
        os.waitpid(child, 0)
    return took


class Rows:
    def __init__(self, build, work):
        self.routemeter = os.path.join(build, "src", "routemeter")
        self.generator = os.path.join(build, "tests", "bench", "generate")
        self.work = work

    def path(self, name):
        return os.path.join(self.work, name)

    def serve(self, *args):
        return Serve(*args, prefix=(self.routemeter,))

    def generate(self, name, lines, *more):
        log, rules = self.path(name + ".log"), self.path(name + ".yaml")
        with open(log, "wb") as out:
            subprocess.run([self.generator, "--lines", str(lines), "--seed", "1", "--format", "timed", "--rules",
                            rules, *more], stdout=out, check=True)
        return log, rules

    def follow(self, seconds=10):
        log, rules = self.generate("follow", RATE, "--bad", "2")
        with open(log, "rb") as source:
            lines = source.readlines()
        for what, batch in (("writes of 32 KB", 170), ("one write a line", 1)):
            writes = [b"".join(lines[at:at + batch]) for at in range(0, len(lines), batch)]
            share, peak = self.write_and_watch(rules, writes, batch, seconds)
            row(f"following {RATE:,} lines/s, {what}", "10 % of a core", f"{share:.1%}, {peak:.0f} MB")

    def write_and_watch(self, rules, writes, batch, seconds):
        log = self.path("followed.log")
        with open(log, "wb", buffering=0) as out, self.serve("--rules", rules, log) as serve:
            os.write(out.fileno(), b"".join(writes[:1]))
            serve.wait_record(lambda r: r["msg"] == "reading")
            fd, pid = out.fileno(), serve.process.pid
            before, start, done = cpu(pid), time.perf_counter(), 0
            while (now := time.perf_counter() - start) < seconds:
                due = int(now * RATE / batch)
                for n in range(done, due):
                    os.write(fd, writes[n % len(writes)])
                late, done = due - done, due
                time.sleep(0.001 if late * batch < RATE / 100 else 0)
            used, took = cpu(pid) - before, time.perf_counter() - start
            if done * batch < 0.99 * RATE * took:
                raise AssertionError("the writer is too slow")
            if serve.scrape()[("routemeter_lines_total", (("source", log),))] < done * batch * 0.99:
                raise AssertionError("not all lines were counted")
            return used / took, resident(pid)

    def scrape(self):
        rules, log = self.path("shops.yaml"), self.path("shops.log")
        _, timed = self.generate("timed", 1)
        with open(timed) as source, open(rules, "w") as out:
            out.write(source.read().split("routes:\n")[0] + "routes:\n")
            out.writelines(f"  - GET,POST /api/v1/shop{n}/items/{{item_id}}\n" for n in range(HANDLERS))
        lines = "".join(LINE.format(a=n % 250, b=n % 7, n=n % HANDLERS, method=("GET", "POST")[n // HANDLERS])
                        for n in range(2 * HANDLERS)).encode()
        with open(log, "wb", buffering=0) as out, self.serve("--rules", rules, log) as serve:
            client = Client(serve)
            for dialect, accept in (("text", "text/plain"), ("OpenMetrics", "application/openmetrics-text")):
                for encoding in ("identity", "gzip"):
                    headers = ("Accept: " + accept, "Accept-Encoding: " + encoding)
                    self.scrape_rows(serve, client, out, lines, f"{dialect}, {encoding}", headers)
            client.close()

    @staticmethod
    def scrape_rows(serve, client, out, lines, what, headers):
        pid = serve.process.pid
        fresh, held, again, size = [], [], [], 0
        for _ in range(9):
            out.write(lines)
            settle(pid)
            before = cpu(pid, main_only=True)
            seconds, size = client.get(*headers)
            fresh.append(seconds)
            held.append(cpu(pid, main_only=True) - before)
            again += [client.get(*headers)[0] for _ in range(5)]
        count = 10 * HANDLERS
        row(f"scrape of {count:,} series, all of them new ({what})", "60 ms", ms(fresh) + f", {size / 1e6:.1f} MB")
        row("- holds up following for", "5 ms", ms(held))
        row("- and again with nothing new", "2 ms", ms(again))
        if size > 4e6:
            row("- the same bytes from a plain socket", "", ms(plain_socket(size)))

    def idle(self, seconds=30):
        log, rules = self.generate("idle", 50)
        with open(log, "rb") as source:
            text = source.read()
        directory = self.path("many")
        os.mkdir(directory)
        logs = [os.path.join(directory, f"site{n}.log") for n in range(FILES)]
        for each in logs:
            with open(each, "wb") as out:
                out.write(text)
        for what, args in (("by name", logs), ("by a glob", [os.path.join(directory, "*.log")])):
            with self.serve("--rules", rules, *args) as serve:
                serve.scrape()  # they are read
                settle(serve.process.pid)
                before = cpu(serve.process.pid)
                time.sleep(seconds)
                share = (cpu(serve.process.pid) - before) / seconds
                row(f"{FILES:,} files followed {what}, idle", "0.1 %, 48 MB",
                    f"{share:.2%}, {resident(serve.process.pid):.0f} MB")

    def start(self):
        log, rules = self.generate("start", 1000, "--routes", "1000")
        took = []
        for _ in range(15):
            begin = time.perf_counter()
            with self.serve("--rules", rules, log) as serve:
                client = Client(serve)
                client.get()
                took.append(time.perf_counter() - begin)
                client.close()
        row("start with 1,000 rules, to the end of the first scrape", "30 ms", ms(took))


ROWS = {"follow": Rows.follow, "scrape": Rows.scrape, "idle": Rows.idle, "start": Rows.start}


def ms(seconds):
    return f"{statistics.median(seconds) * 1e3:.2f} ms ({min(seconds) * 1e3:.2f} to {max(seconds) * 1e3:.2f})"


def row(what, target, seen):
    print(f"| {what} | {target} | {seen} |", flush=True)


def table(build, names=()):
    print("| serve | target | seen: median (from, to) |\n| --- | --- | --- |")
    with tempfile.TemporaryDirectory() as work:
        rows = Rows(build, work)
        for name in names or ROWS:
            ROWS[name](rows)


if __name__ == "__main__":
    table(sys.argv[1], sys.argv[2:])
