"""`explain` on whole logs says line by line what `replay` counts; and how its answers reach people and programs."""

import collections
import glob
import gzip
import json
import os
import random
import re
import shlex
import subprocess

from harness import BINARY, SOURCE, TempDirTest, conformance, main, parse, run

SHOP = os.path.join(SOURCE, "samples", "shop.yaml")
SHOP_LOG = os.path.join(SOURCE, "samples", "shop.log")
GOLDEN = os.path.join(SOURCE, "tests", "golden")

# Counts every request by all of its labels, whatever metrics the rule file asks for.
COUNT_ALL = "metrics: [requests]\n"


def read(path):
    with open(path, "rb") as f:
        return f.read()


def explained(lines, *args):
    """{outcome or (handler, method, status): count} from explain --json, and its stderr."""
    done = run("explain", "--json", *args, stdin=lines, check=0)
    counts = collections.Counter()
    for line in done.stdout.splitlines():
        one = json.loads(line)
        if one["outcome"] in ("matched", "untemplated"):
            labels = one["labels"]
            counts[(one["handler"], labels["method"], labels["status"])] += 1
            if labels["handler"] != one["handler"]:
                raise AssertionError(line)
        else:
            counts[one["outcome"]] += 1
    return counts, done.stderr.decode(errors="replace")


def replayed(log, *args):
    """The same from replay, or None when no format fits."""
    done = run("replay", *args, log)
    if done.returncode == 2 and b"no known format fits" in done.stderr:
        return None
    if done.returncode != 0:
        raise AssertionError(done.stderr.decode(errors="replace"))
    said = done.stderr.decode(errors="replace").replace("\u202f", " ")
    counts = collections.Counter()
    for (name, labels), value in parse(done.stdout.decode()).items():
        labels = {name: re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], text) for name, text in labels}
        if name.endswith("http_requests_total"):
            counts[(labels["handler"], labels["method"], labels["status"])] += int(value)
    number = r"([\d ]+)"
    counts["unparsed"] = int(re.findall(rf"{number} unparsed", said)[-1].replace(" ", ""))
    counts["excluded"] = int(re.findall(rf"{number} excluded", said)[-1].replace(" ", ""))
    counts["ignored"] = int(re.findall(rf"{number} ignored", said)[-1].replace(" ", ""))
    return +counts


class AgreesWithReplay(TempDirTest):
    def assert_agree(self, log, *args):
        """Compares whole logs; how many lines they had."""
        want = replayed(log, *args)
        data = read(log)
        got, said = explained(data, *args)
        if want is None:
            self.assertEqual(set(got), {"unparsed"}, log)
            self.assertIn("no known format fits", said)
        else:
            self.assertEqual(+got, want, log)
        return sum(got.values())

    def rules(self, name, text):
        return self.write(name, "version: 1\n" + text)

    def test_shop(self):
        self.assertEqual(self.assert_agree(SHOP_LOG, "--rules", SHOP), 241)

    def test_conformance_logs(self):
        lines = 0
        for rules in glob.glob(conformance("*.yaml")):
            text = read(rules).decode()
            # The conformance files do without some labels; what is compared here needs them all.
            without = re.sub(r"(?ms)^metrics:.*?(?=^\S|\Z)", "", text)
            file = self.write(os.path.basename(rules), without + "\n" + COUNT_ALL)
            for log in glob.glob(conformance("*.log")):
                done = run("replay", "--rules", file, log)
                if done.returncode == 2 and b"no known format fits" not in done.stderr:
                    raise AssertionError(done.stderr)
                with self.subTest(rules=os.path.basename(rules), log=os.path.basename(log)):
                    lines += self.assert_agree(log, "--rules", file)
        self.assertGreater(lines, 1000)

    def test_golden_inputs(self):
        """The inputs of the golden cases: every format, envelope and reason, with their own rules."""
        compared = 0
        for args_file in sorted(glob.glob(os.path.join(GOLDEN, "*", "args"))):
            directory = os.path.dirname(args_file)
            args = shlex.split(read(args_file).decode())
            if args[0] != "replay" or "--expect" in args or os.path.exists(os.path.join(directory, "env")):
                continue
            keep = []
            for flag in ("--rules", "--format"):
                if flag in args:
                    value = args[args.index(flag) + 1]
                    keep += [flag, os.path.join(directory, value) if flag == "--rules" else value]
            logs = [a for i, a in enumerate(args[1:], 1) if not a.startswith("-") and not args[i - 1].startswith("-")]
            for log in logs:
                path = os.path.join(directory, log)
                done = run("replay", *keep, path)
                if done.returncode != 0 or b"http_requests_total{" not in done.stdout:
                    continue  # errors, and rule files without that counter or its labels
                families = {frozenset(dict(labels)) for (name, labels), _ in parse(done.stdout.decode()).items()
                            if name.endswith("http_requests_total")}
                if any(not {"handler", "method", "status"} <= labels for labels in families):
                    continue
                if "max_series" in os.path.basename(directory):
                    continue  # each line is explained as if it were the first
                with self.subTest(os.path.basename(directory)):
                    self.assert_agree(path, *keep)
                    compared += 1
        self.assertGreater(compared, 40)

    def test_options_that_change_labels(self):
        routes = "routes: ['GET /items/{item_id}', 'POST /items', {stop: '/users/.*'}, '/{rest:path}']\n"
        for number, options in enumerate((
                "{group_untemplated: false}", "{ignore_untemplated: true}", "{group_status_codes: false}",
                "{method_mismatch: none}", "{redirect_slashes: false}", "{unknown_methods: verbatim}")):
            file = self.rules(f"{number}.yaml", read(SHOP).decode().split("routes:")[0].split("\n", 3)[3]
                              + routes + f"options: {options}\nexclude: [health]\n")
            with self.subTest(options):
                self.assertEqual(self.assert_agree(SHOP_LOG, "--rules", file), 241)

    def test_a_log_with_lines_that_look_like_requests(self):
        log = self.write("console.log", b"/usr/lib/python3/x.py:383: UserWarning: no\n/usr/lib/python3\nGET /x\n" * 20
                         + b'INFO:     127.0.0.1:5 - "GET /items HTTP/1.1" 200 OK\n')
        self.assertEqual(self.assert_agree(log), 61)
        self.assertEqual(self.assert_agree(log, "--rules", SHOP, "--format", "uvicorn"), 61)

    def test_gzip_and_lines_that_are_too_long(self):
        log = self.write("long.log", read(SHOP_LOG) + b"x" * 300000 + b"\n" + read(SHOP_LOG))
        self.assertEqual(self.assert_agree(log, "--rules", SHOP), 483)
        packed = self.write("long.log.gz", gzip.compress(read(log)))
        self.assertEqual(self.assert_agree(packed, "--rules", SHOP), 483)


class Answers(TempDirTest):
    def explain(self, *args, stdin=b"", check=0):
        return run("explain", *args, stdin=stdin, check=check).stdout.decode()

    def test_requests_and_log_lines_may_be_mixed(self):
        with open(SHOP_LOG) as f:
            line = f.readline().rstrip("\n")
        out = [json.loads(one) for one in self.explain(
            "--rules", SHOP, "--json", "/items/1", "DELETE /items/1", line, "rubbish", "").splitlines()]
        self.assertEqual([one["outcome"] for one in out], ["matched", "matched", "matched", "unparsed", "unparsed"])
        self.assertEqual([one["method"] for one in out], ["GET", "DELETE", "GET", None, None])
        self.assertEqual([one["name"] for one in out[0]["metrics"]],
                         ["http_requests_total", "http_request_size_bytes", "http_response_size_bytes"])
        self.assertEqual(len(out[2]["metrics"]), 5)  # the line has a duration

    def test_keys(self):
        one = json.loads(self.explain("--rules", SHOP, "--json", "/items/1?x#y"))
        self.assertEqual(list(one), ["method", "path", "outcome", "handler", "rule", "also", "labels", "metrics"])
        self.assertEqual(one["rule"], {"line": 8, "text": "GET /items/{item_id}"})
        self.assertEqual(one["labels"], {"handler": "/items/{item_id}", "method": "GET", "status": "2xx"})

    def test_formats_of_log_lines_are_found_out(self):
        lines = {
            "combined": '192.0.2.7 - - [03/Mar/2025:10:15:01 +0000] "PUT /x HTTP/1.1" 404 9 "-" "curl"',
            "uvicorn": 'INFO:     127.0.0.1:5 - "PUT /x HTTP/1.1" 404 Not Found',
            "json": '{"method":"PUT","uri":"/x","status":404}',
        }
        for name, line in lines.items():
            with self.subTest(name):
                one = json.loads(self.explain("--json", line))
                self.assertEqual((one["method"], one["path"], one["labels"]["status"]), ("PUT", "/x", "4xx"))
                self.assertEqual(json.loads(self.explain("--json", stdin=line.encode() + b"\n")), one)

    def test_standard_input_with_requests(self):
        out = self.explain("--rules", SHOP, "--json", stdin=b"/items/1\nPOST /items HTTP/1.1\n\nrubbish\nGET /search?q=1")
        self.assertEqual([json.loads(line)["outcome"] for line in out.splitlines()],
                         ["matched", "matched", "unparsed", "unparsed", "matched"])
        self.assertEqual(self.explain("--rules", SHOP, "--json", "-", stdin=b"/items/1\n"),
                         self.explain("--rules", SHOP, "--json", "/items/1"))
        self.assertEqual(self.explain("--rules", SHOP, "--json", stdin=b""), "")

    def test_answers_come_while_standard_input_is_open(self):
        process = subprocess.Popen([BINARY, "explain", "--rules", SHOP, "--json"], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            process.stdin.write(read(SHOP_LOG))
            process.stdin.flush()
            first = process.stdout.readline()
            self.assertEqual(json.loads(first)["outcome"], "matched")
        finally:
            process.stdin.close()
            process.stdout.read()
            process.stdout.close()
            self.assertEqual(process.wait(timeout=60), 0)

    def test_for_people(self):
        rules = self.write("rules.yaml", """version: 1
routes:
  - GET /items/me
  - POST /items/{item_id}
  - GET /items/{item_id:int}
  - {template: /items/{rest:path}, host: shop.example.org}
  - /items/{rest:path}
  - {stop: '/sub/.*'}
exclude: [admin, secret]
""".replace("{template: /items/{rest:path}", "{template: '/items/{rest:path}'"))
        out = self.explain("--rules", rules, "/items/42")
        for line in (
                r"3  GET /items/me +'42' is not 'me'\n",
                r"4  POST /items/\{item_id\} +takes POST only\n",
                r"5  GET /items/\{item_id:int\} +wins\n",
                r"7  /items/\{rest:path\} +matches too, but comes later\n",
                r'  labels +handler="/items/\{item_id:int\}",method="GET",status="2xx"  \(status 200 is assumed\)\n',
                r"  metrics +http_requests_total\{.*\} \+1\n",
                r"http_request_duration_seconds nothing: the duration is unknown\n"):
            self.assertRegex(out, line)
        out = self.explain("--rules", rules, "/items/x")
        self.assertRegex(out, r"6  \{template.*  is for the host shop.example.org\n")
        self.assertRegex(out, r"'x' does not fit \{item_id:int\}\n")
        self.assertRegex(self.explain("--rules", rules, "--host", "SHOP.example.org:443", "/items/x"), r"6  .* wins\n")
        self.assertIn("excluded: 'secret', line 9 of ", self.explain("--rules", rules, "/x/secret"))
        self.assertIn("none: a stop, line 8 of ", self.explain("--rules", rules, "/sub/x"))
        self.assertIn('status="404"', self.explain("--status", "404", "--rules", self.write(
            "status.yaml", "version: 1\noptions: {group_status_codes: false}\n"), "/x"))
        self.assertIn("its methods do not (method_mismatch: handler)", self.explain("--rules", SHOP, "POST /search"))
        self.assertIn("; it matches /search (redirect_slashes)", self.explain("--rules", SHOP, "/search/"))
        self.assertIn("ignored: no rule matches (ignore_untemplated)", self.explain("--rules", self.write(
            "ignore.yaml", "version: 1\noptions: {ignore_untemplated: true}\n"), "/x"))
        self.assertIn("unparsed  no_match: neither", self.explain("rubbish"))

    def test_nothing_hostile_reaches_the_terminal(self):
        random.seed(5)
        line = b'1.1.1.1 - - [03/Mar/2025:10:15:01 +0000] "GET /%s HTTP/1.1" 200 9 "-" "curl"\n'
        nasty = [b"\x1b]0;x\x07", b"%1b[31m", b"\xff\xfe", b"%00", b"\xc2\x9b31m", b"%c2%9b", b"<script>", b"\x7f",
                 b"\xe2\x80\xae"]
        log = b"".join(line % b"/".join(random.choices(nasty, k=3)) for _ in range(200))
        rules = self.write("rules.yaml", "version: 1\noptions: {group_untemplated: false}\nroutes: ['/{a}/b']\n")
        for args in ((), ("--json",), ("--emit-test",)):
            done = run("explain", "--rules", rules, *args, stdin=log, check=0)
            for stream in (done.stdout, done.stderr):
                text = stream.decode()  # valid UTF-8
                self.assertIsNone(re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", text))

    def test_large_files_are_shown_in_part(self):
        rules = self.write("large.yaml", "version: 1\nroutes:\n" + "".join(
            f"  - GET /v{i % 7}/res{i}/{{id}}\n" for i in range(1000)))
        out = self.explain("--rules", rules, "/v2/res500/1/x")
        self.assertIn("... and 995 more that do not match (--all shows them)", out)
        self.assertIn("'res500' is not 'res2'", out)
        self.assertEqual(self.explain("--rules", rules, "--all", "/v2/res500/1/x").count("GET /v"), 1000)

    def test_emitted_tests_pass(self):
        rules = self.write("rules.yaml", read(SHOP).decode().split("tests:")[0])
        log = read(SHOP_LOG)
        tests = self.explain("--rules", rules, "--emit-test", stdin=log)
        asked = {(one["method"], one["path"]) for one in map(json.loads, self.explain(
            "--rules", rules, "--json", stdin=log).splitlines()) if one["method"]}
        lines = tests.splitlines()
        self.assertEqual(len(lines), len(set(lines)))  # each once, however often it is in the log
        self.assertGreaterEqual(len(lines), len(asked))
        with open(rules, "a") as f:
            f.write("tests:\n" + tests)
        self.assertEqual(run("test", rules, check=0).stdout.decode(),
                         f"{len(lines)} tests in 1 file: {len(lines)} passed, 0 failed\n")

    def test_wrong_usage(self):
        self.assertIn(b"--json excludes --emit-test", run("explain", "--json", "--emit-test", "/x", check=2).stderr)
        self.assertIn(b"version", run("explain", "--rules", self.write("bad.yaml", "routes: []\n"), "/x", check=2).stderr)
        run("explain", "--status", "99", "/x", check=2)
        run("explain", "--format", "$nonsense", "/x", check=2)


if __name__ == "__main__":
    main()
