#!/usr/bin/python3
"""Instructions a line, counted by callgrind, against tests/bench/budget.txt: fails 5 % above it.

Time on a machine that does other work says little; instructions do not vary. The count is the difference between a log
and its first half, so that neither the start nor the printing is in it. `--update` writes the file anew."""

import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
BUDGET = os.path.join(HERE, "budget.txt")
LINES = 10_000
ALLOWED = 1.05


def instructions(routemeter, rules, log, work):
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", f"--callgrind-out-file={work}/out", routemeter, "replay", "--threads", "1",
         "--rules", rules, log], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True)
    return int(re.search(r"Collected : (\d+)", done.stderr).group(1))


def measure(routemeter, generate, form, work):
    log, half, rules = (os.path.join(work, form + end) for end in (".log", ".half", ".yaml"))
    with open(log, "wb") as out:
        subprocess.run([generate, "--lines", str(2 * LINES), "--seed", "1", "--format", form, "--bad", "2", "--rules",
                        rules], stdout=out, check=True)
    with open(log, "rb") as source, open(half, "wb") as out:
        for _ in range(LINES):
            out.write(source.readline())
    return (instructions(routemeter, rules, log, work) - instructions(routemeter, rules, half, work)) / LINES


def main():
    routemeter, generate = os.environ["ROUTEMETER"], os.environ["GENERATE"]
    with open("/proc/cpuinfo") as f:
        if "avx2" not in f.read():
            sys.exit("SKIP: the budget is that of the AVX2 code (valgrind knows no AVX-512)")
    budget = {}
    if os.path.exists(BUDGET):
        with open(BUDGET) as f:
            budget = {form: int(count) for form, count in (line.split() for line in f if not line.startswith("#"))}
    failed = False
    with tempfile.TemporaryDirectory() as work:
        for form in ("timed", "combined", "json", "uvicorn"):
            count = measure(routemeter, generate, form, work)
            if "--update" in sys.argv:
                budget[form] = round(count)
            bad = count > budget[form] * ALLOWED
            failed = failed or bad
            print(f"{form:10s} {count:7.0f} instructions a line, budget {budget[form]}{'  TOO MANY' if bad else ''}")
    if "--update" in sys.argv:
        with open(BUDGET, "w") as f:
            f.write("# Instructions a line (tests/bench/budget.py; g++ 12 -O2, AVX2)\n")
            f.writelines(f"{form} {count}\n" for form, count in budget.items())
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
