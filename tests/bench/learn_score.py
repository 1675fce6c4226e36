#!/usr/bin/python3
"""How well `learn` finds the routes of the generator: `tests/bench/learn_score.py [SEEDS] [LINES]`.

A learned rule is right when it takes exactly the requests that one true rule takes, whatever its parameters are
called. Precision is the share of learned rules that are right, recall the share of true rules, asked for in the
log, that one of them equals."""

import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse

import yaml

REQUEST = re.compile(r'"([A-Z]+) (\S+) HTTP/[0-9.]+"')
PARAMETER = re.compile(r"\{[^}:]+(?::([a-z]+))?\}")
CONVERTERS = {None: "[^/]+", "str": "[^/]+", "path": ".*", "int": "[0-9]+", "uuid": "[0-9a-fA-F-]{36}"}


class Rules:
    """First match wins, with path and method, else with the path alone; then with the slash at the end toggled."""

    def __init__(self, routes):
        self.first = {}  # by their first segment; None = a parameter
        for number, route in enumerate(routes):
            methods, path = route.split(" ", 1) if " " in route else ("", route)
            regex = ""
            at = 0
            for found in PARAMETER.finditer(path):
                regex += re.escape(path[at:found.start()]) + CONVERTERS[found[1]]
                at = found.end()
            rule = (number, set(filter(None, methods.split(","))), re.compile(regex + re.escape(path[at:]), re.DOTALL))
            segment = path.split("/")[1]
            self.first.setdefault(None if "{" in segment else segment, []).append(rule)

    def match(self, method, path):
        rules = sorted(self.first.get(path.split("/")[1], []) + self.first.get(None, []), key=lambda rule: rule[0])
        matching = [rule for rule in rules if rule[2].fullmatch(path)]
        for number, methods, _ in matching:
            if not methods or method in methods:
                return number
        return matching[0][0] if matching else None

    def rule_of(self, method, path):
        found = self.match(method, path)
        return self.match(method, path[:-1] if path.endswith("/") else path + "/") if found is None else found


def groups(routes, requests):
    """The requests of each rule that has some, as frozen sets."""
    rules = Rules(routes)
    taken = {}
    for request in requests:
        taken.setdefault(rules.rule_of(*request), set()).add(request)
    return {routes[number]: frozenset(them) for number, them in taken.items() if number is not None}


def score(log, true_rules, learned_rules):
    """Precision, recall, F1, the true rules that were missed, and the learned ones that are wrong."""
    requests = set()
    with open(log, encoding="utf-8") as f:
        for method, target in REQUEST.findall(f.read()):
            requests.add((method, urllib.parse.unquote(target.split("?")[0])))
    true = groups(true_rules, requests)
    learned = groups(learned_rules, requests)
    right = set(true.values()) & set(learned.values())
    missed = [rule for rule, them in true.items() if them not in right]
    wrong = [rule for rule in learned_rules if learned.get(rule) not in right]
    precision = 1 - len(wrong) / len(learned_rules) if learned_rules else 0.0
    recall = 1 - len(missed) / len(true)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return precision, recall, f1, missed, wrong


def run(generate, routemeter, folder, seed, lines, app="varied", args=()):
    """Generates a log and learns from it: the log, the true routes, the learned ones, seconds."""
    log, rules = os.path.join(folder, f"{app}{seed}.log"), os.path.join(folder, f"{app}{seed}.yaml")
    with open(log, "wb") as f:
        subprocess.run([generate, "--lines", str(lines), "--seed", str(seed), "--app", app, "--routes", "200",
                        "--noise", "300", "--format", "combined", "--rules", rules], stdout=f, check=True)
    start = time.monotonic()
    text = subprocess.run([routemeter, "learn", *args, log], stdout=subprocess.PIPE, check=True).stdout
    seconds = time.monotonic() - start
    with open(rules, encoding="utf-8") as f:
        true = yaml.safe_load(f)["routes"]
    return log, true, yaml.safe_load(text)["routes"], seconds


def main():
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    lines = int(sys.argv[2]) if len(sys.argv) > 2 else 200000
    build = os.environ.get("BUILD", "build/release")
    for app in ("varied", "plain"):
        sums = [0.0, 0.0, 0.0]
        for seed in range(1, seeds + 1):
            with tempfile.TemporaryDirectory() as folder:
                log, true, learned, seconds = run(f"{build}/tests/bench/generate", f"{build}/src/routemeter", folder,
                                                  seed, lines, app)
                *values, missed, wrong = score(log, true, learned)
            sums = [a + b for a, b in zip(sums, values)]
            print(f"{app} seed {seed:2}: precision {values[0]:.3f} recall {values[1]:.3f} F1 {values[2]:.3f}"
                  f"  ({len(learned)} rules, {seconds:.2f} s)", flush=True)
            if os.environ.get("SHOW"):
                print("".join(f"    missed {rule}\n" for rule in missed) + "".join(f"    wrong  {rule}\n" for rule in wrong))
        print(f"{app} mean of {seeds}: precision {sums[0] / seeds:.3f} recall {sums[1] / seeds:.3f}"
              f" F1 {sums[2] / seeds:.3f}")


if __name__ == "__main__":
    main()
