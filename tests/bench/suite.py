#!/usr/bin/python3
"""Whole-program figures and curves: `tests/bench/run [LINES]` builds and calls this.

Everything but the table of serve (serve_rows.py) is CPU seconds (user + system) of the process, the median of 7
runs, beside `wc -l` on the same file in the same run. Figures of two runs do not compare, ratios do. Writes Markdown
tables to stdout and the curves to tests/bench/curves.svg."""

import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import serve_rows
from curves import Curve, draw

HERE = os.path.dirname(os.path.abspath(__file__))
RUNS = 7


def cpu(command, runs=RUNS, out="/dev/null", good=0):
    """(median CPU seconds, median wall seconds, peak RSS in MB) of a command that prints to `out` and exits with `good`."""
    used, wall = [], []
    nowhere = [(os.POSIX_SPAWN_OPEN, fd, out, os.O_WRONLY | os.O_CREAT, 0o600) for fd in (1, 2)]
    for _ in range(runs):
        start = time.perf_counter()
        pid = os.posix_spawnp(command[0], command, os.environ, file_actions=nowhere)
        _, status, usage = os.wait4(pid, 0)
        wall.append(time.perf_counter() - start)
        if os.waitstatus_to_exitcode(status) != good:
            sys.exit(f"{command}: status {status}")
        used.append(usage.ru_utime + usage.ru_stime)
    return statistics.median(used), statistics.median(wall), peak(command)


def peak(command):
    """Peak RSS in MB. Asked of time(1): the kernel counts what the parent of a process had as its own."""
    done = subprocess.run(["time", "-f", "%M", *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    return int(done.stderr.split()[-1]) / 1024


class Suite:
    def __init__(self, build, work, lines):
        self.routemeter = os.path.join(build, "src", "routemeter")
        self.generator = os.path.join(build, "tests", "bench", "generate")
        self.work = work
        self.lines = lines

    def path(self, name):
        return os.path.join(self.work, name)

    def generate(self, name, lines=None, **options):
        """A log and its rules; options as `generate --help` has them."""
        log, rules = self.path(name + ".log"), self.path(name + ".yaml")
        command = [self.generator, "--lines", str(lines or self.lines), "--seed", "1", "--rules", rules]
        for key, value in options.items():
            command += ["--" + key, str(value)]
        with open(log, "wb") as out:
            subprocess.run(command, stdout=out, check=True)
        return log, rules

    def replay(self, log, rules, *more):
        return [self.routemeter, "replay", "--rules", rules, *more, log]

    # The rows of the table.

    def table(self):
        log, rules = self.generate("timed", format="timed", bad=2)
        wc = cpu(["wc", "-l", log])
        size = os.path.getsize(log) / self.lines
        print(f"{self.lines:,} lines of {size:.0f} bytes, {os.cpu_count()} cores, "
              f"{time.strftime('%Y-%m-%d')}, commit {commit()}\n")
        print("| what | CPU s | to its baseline | wall s | peak MB |\n| --- | --- | --- | --- | --- |")
        row("`wc -l`", wc)
        one = self.compare("`replay --threads 1`, 40 templates, default set", self.replay(log, rules, "--threads", "1"),
                           wc, "`wc -l`")
        self.row_of_cores(log, rules)
        self.rows_of_rules(log, rules, one)
        for name in ("json", "uvicorn", "combined"):
            other, other_rules = self.generate(name, format=name, bad=2)
            self.compare(f"`replay --threads 1`, {name}", self.replay(other, other_rules, "--threads", "1"), one,
                         "a timed line")
        self.row_of_gzip(log, rules)
        self.rows_of_peers(log, wc)
        self.rows_of_commands()

    def row_of_cores(self, log, rules):
        """Ten times the log, so that starting and printing, which only one core can do, hardly count."""
        ten = self.path("ten.log")
        with open(ten, "wb") as out, open(log, "rb") as source:
            for _ in range(10):
                source.seek(0)
                shutil.copyfileobj(source, out, 1 << 20)
        alone = cpu(self.replay(ten, rules, "--threads", "1"))
        row("ten times the log, `--threads 1`", alone)
        row("- and all cores", cpu(self.replay(ten, rules)), "wall {wall:.2f} x one thread's", alone)
        os.unlink(ten)

    def compare(self, name, command, base, base_name):
        figures = cpu(command)
        row(name, figures, f"{{cpu:.2f}} x {base_name}", base)
        return figures

    def rows_of_rules(self, log, rules, one):
        many, many_rules = self.generate("many", format="timed", bad=2, routes=1000)
        among = self.path("among.yaml")
        scatter(rules, many_rules, among)
        self.compare("the same log, the 40 among 1,000 templates", self.replay(log, among, "--threads", "1"), one,
                     "40 templates")
        self.compare("a log that uses all 1,000 templates", self.replay(many, many_rules, "--threads", "1"), one,
                     "40 templates")
        free = self.path("free.yaml")
        with open(rules) as source, open(free, "w") as out:
            text = source.read()
            out.write(text.replace("routes:\n", "routes:\n" + "".join(
                f"  - {{handler: /legacy{n}, pattern: '/legacy{n}/.*/.*\\.html'}}\n" for n in range(500)), 1))
        self.compare("40 templates and 500 patterns with `.*`", self.replay(log, free, "--threads", "1"), one,
                     "40 templates")

    def row_of_gzip(self, log, rules):
        packed = log + ".gz"
        with open(packed, "wb") as out:
            subprocess.run(["gzip", "-c", log], stdout=out, check=True)
        zcat = cpu(["zcat", packed])
        row("`zcat`", zcat)
        self.compare("`replay`, gzip", self.replay(packed, rules), zcat, "`zcat`")

    def rows_of_peers(self, log, wc):
        """What else Debian has, on less work: mtail counts by method and status, goaccess makes its report."""
        if shutil.which("mtail"):
            program = self.path("requests.mtail")
            with open(program, "w") as out:
                out.write('counter http_requests_total by method, status\n'
                          '/"(?P<method>[A-Z]+) \\S+ HTTP\\/[0-9.]+" (?P<status>\\d+) / {\n'
                          '  http_requests_total[$method][$status]++\n}\n')
            figures = cpu(["mtail", "-one_shot", "-progs", program, "-logs", log, "-logtostderr"], 1)
            row("mtail, method and status only (one run)", figures, "{cpu:.0f} x `wc -l`", wc)
        if shutil.which("goaccess"):
            combined = self.path("combined.log")
            figures = cpu(["goaccess", combined, "--log-format=COMBINED", "--no-progress", "-o",
                           self.path("report.html")], 1)
            row("goaccess, combined (one run)", figures, "{cpu:.0f} x `wc -l`", wc)
        # Into a file: grep looks no further than the first match when nobody reads what it finds.
        grep = cpu(["grep", "-c", 'HTTP/1.1" 200', log], out=self.path("count"))
        row("`grep -c`, one fixed string", grep, "{cpu:.1f} x `wc -l`", wc)

    def rows_of_commands(self):
        """What people wait for while they write rules: 1,000 of them, a fourth with patterns, and 1,000 tests."""
        templates = [f"/v{n % 7}/res{n}/{{id}}" for n in range(1000)]
        rules, other, document, imported = (self.path(name) for name in
                                            ("written.yaml", "other.yaml", "openapi.json", "imported.yaml"))
        text = "version: 1\nformat: common\nroutes:\n" + "".join(
            f"  - GET {path}\n" if n % 4 else f"  - {{handler: h{n}, pattern: '/p{n}/(a|b)+.*'}}\n"
            for n, path in enumerate(templates)) + "tests:\n" + "".join(
                f"  - GET {path.format(id='x')} -> {path if n % 4 else 'none'}\n" for n, path in enumerate(templates))
        sample = "".join(f'10.0.0.1 - - [24/Nov/2026:06:00:00 +0000] "GET {path.format(id=1)} HTTP/1.1" 200 5\n'
                         for path in templates)
        for name, content in ((rules, text), (other, text.replace("GET /v3", "HEAD /v3")),
                              (self.path("sample.log"), sample), (document, openapi(templates))):
            with open(name, "w") as out:
                out.write(content)
        subprocess.run([self.routemeter, "import", "-o", imported, document], check=True, capture_output=True)
        for name, words, good in (
                ("`check`", ["check", rules], 0), ("`test` with 1,000 tests", ["test", rules], 0),
                ("`explain` of one path", ["explain", "--rules", rules, "/v5/res999/1"], 0),
                ("`diff` over 1,000 lines", ["diff", rules, other, "--sample", self.path("sample.log")], 1),
                ("`import --check`", ["import", "--check", imported, document], 0)):
            row(f"{name}, 1,000 rules", cpu([self.routemeter, *words], good=good))

    # The curves: nanoseconds a line.

    def curves(self):
        lines = min(self.lines, 200_000)
        yield Curve("template rules", [(n, self.cost(*self.generate(f"r{n}", lines, format="timed", routes=n), lines))
                                       for n in (10, 100, 1000, 10000)], log=True)
        yield Curve("bad lines, per cent",
                    [(n, self.cost(*self.generate(f"b{n}", lines, format="timed", bad=10 * n), lines))
                     for n in (0, 25, 50, 75, 100)])
        yield Curve("bytes a line", list(self.by_length(lines)))
        yield Curve("series", list(self.by_series()), log=True)

    def cost(self, log, rules, lines):
        """Without the start of the program and the printing: the difference to the first line of the log."""
        first = self.path("first.log")
        with open(log, "rb") as source, open(first, "wb") as out:
            out.write(source.readline())
        command = self.replay(log, rules, "--threads", "1")
        start = cpu(self.replay(first, rules, "--threads", "1"))[0]
        return (cpu(command)[0] - start) / lines * 1e9

    def by_length(self, lines):
        log, rules = self.generate("length", lines, format="timed")
        for more in (0, 100, 200, 400, 800):
            longer = self.path(f"length{more}.log")
            with open(log) as source, open(longer, "w") as out:
                for line in source:
                    out.write(line.replace("Mozilla/5.0", "Mozilla/5.0" + " x" * (more // 2), 1)
                              if "Mozilla/5.0" in line else line.replace('" rt=', " x" * (more // 2) + '" rt=', 1))
            yield os.path.getsize(longer) / lines, self.cost(longer, rules, lines)

    def by_series(self):
        """Each path its own label: what the rule file never asks for unless told to."""
        rules = self.path("series.yaml")
        with open(rules, "w") as out:
            out.write("version: 1\nformat: common\noptions: {group_untemplated: false}\n"
                      "metrics: [requests]\nlimits: {max_series: 2000000}\n")
        for count in (100, 1000, 10_000, 100_000, 1_000_000):
            lines = max(200_000, count * 2)
            log = self.path(f"series{count}.log")
            numbers = random.Random(1)
            with open(log, "w") as out:
                for n in range(lines):
                    path = n if n < count else numbers.randrange(count)
                    out.write(f'10.0.0.1 - - [24/Nov/2026:06:00:00 +0000] "GET /p/{path} HTTP/1.1" 200 5\n')
            yield count, self.cost(log, rules, lines)


def openapi(templates):
    """A document with those paths."""
    get = {"get": {"parameters": [{"name": "id", "in": "path", "schema": {"type": "integer"}}]}}
    return json.dumps({"openapi": "3.1.0", "info": {"title": "Shop", "version": "1.0"}, "paths": dict.fromkeys(templates, get)})


def scatter(few, many, out):
    """Writes the rules of `few`, evenly among as many of `many` as make up its number."""
    head, _, few = open(few).read().partition("routes:\n")
    few = few.splitlines(True)
    others = [line for line in open(many).read().partition("routes:\n")[2].splitlines(True) if line not in few]
    step = len(others) // len(few)
    with open(out, "w") as file:
        file.write(head + "routes:\n")
        for n, line in enumerate(few):
            file.writelines(others[n * step:(n + 1) * step] + [line])


def commit():
    return subprocess.run(["git", "-C", HERE, "rev-parse", "--short", "HEAD"], capture_output=True,
                          text=True).stdout.strip() or "unknown"


def row(name, figures, ratio="", base=None):
    text = ratio.format(cpu=figures[0] / base[0], wall=figures[1] / base[1]) if base else ""
    print(f"| {name} | {figures[0]:.3f} | {text} | {figures[1]:.3f} | {figures[2]:.1f} |", flush=True)


def main():
    build, lines = sys.argv[1], int(sys.argv[2])
    with tempfile.TemporaryDirectory() as work:
        suite = Suite(build, work, lines)
        suite.table()
        print()
        serve_rows.table(build)
        curves = list(suite.curves())
    print("\n| curve | " + "x: ns a line |\n| --- | --- |")
    for curve in curves:
        print(f"| {curve.name} | " + ", ".join(f"{x:,.0f}: {y:.0f}" for x, y in curve.points) + " |")
    with open(os.path.join(HERE, "curves.svg"), "w") as out:
        out.write(draw(curves, f"ns a line, one thread, commit {commit()}, {time.strftime('%Y-%m-%d')}"))


if __name__ == "__main__":
    main()
