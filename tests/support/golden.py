"""Runs one golden case: golden.py DIR [--update].

DIR holds `args` (the command line, run inside DIR), optionally `stdin`, `env` (NAME=VALUE lines), and what must
come out: `expected.prom` byte by byte, `expected.err` (each of its lines must occur in stderr), `code`.
The output is also checked by promtool when it is an exposition.
"""

import os
import shlex
import subprocess
import sys


def read(path, default=None):
    if not os.path.exists(path):
        return default
    with open(path, "rb") as f:
        return f.read()


def main():
    directory = os.path.abspath(sys.argv[1])
    update = "--update" in sys.argv
    binary = os.path.abspath(os.environ.get("ROUTEMETER", "build/release/src/routemeter"))
    args = shlex.split(read(os.path.join(directory, "args")).decode())
    env = dict(os.environ)
    for line in read(os.path.join(directory, "env"), b"").decode().splitlines():
        name, _, value = line.partition("=")
        env[name] = value
    done = subprocess.run([binary, *args], cwd=directory, input=read(os.path.join(directory, "stdin"), b""),
                          capture_output=True, env=env, timeout=300)
    expected_path = os.path.join(directory, "expected.prom")
    if update:
        with open(expected_path, "wb") as f:
            f.write(done.stdout)
        print(f"wrote {expected_path} ({len(done.stdout)} bytes), exit {done.returncode}")
        return 0
    code = int(read(os.path.join(directory, "code"), b"0"))
    problems = []
    if done.returncode != code:
        problems.append(f"exit {done.returncode}, not {code}")
    expected = read(expected_path, b"")
    if done.stdout != expected:
        diff = subprocess.run(["diff", "-u", expected_path, "-"], input=done.stdout, capture_output=True)
        problems.append("stdout differs:\n" + diff.stdout.decode(errors="replace"))
    for line in read(os.path.join(directory, "expected.err"), b"").splitlines():
        if line not in done.stderr:
            problems.append(f"stderr lacks: {line.decode()}")
    if done.stdout.startswith(b"# HELP"):
        check = subprocess.run(["promtool", "check", "metrics"], input=done.stdout, capture_output=True)
        if check.returncode != 0 or check.stdout or check.stderr:
            problems.append("promtool: " + (check.stdout + check.stderr).decode())
    for problem in problems:
        print(problem)
    if problems:
        print("stderr was:\n" + done.stderr.decode(errors="replace"))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
