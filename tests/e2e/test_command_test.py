"""`test`: rule files' own tests, for people, for TAP and for JUnit."""

import re
import xml.etree.ElementTree

import yaml

from harness import TempDirTest, main, run

RULES = """version: 1
format: combined
labels: {env: prod}
routes:
  - GET /items/{id}
  - {handler: none, pattern: '/none.*'}
  - {template: '/h', host: a.example}
exclude: [adm]
tests:
"""
GOOD = """  - GET /items/1 -> /items/{id}
  - GET /adm -> excluded
  - GET /x -> none
  - {request: GET /items/1, status: 404, handler: '/items/{id}', labels: {status: 4xx, env: prod, method: GET}}
  - {request: GET /h, host: A.example, handler: /h}
  - {request: GET /none, handler: none}
"""
BAD = """  - "GET /x<&\\"#'\\\\x\\x1b\\x85 -> /y"
  - {request: GET /items/1, status: 404, handler: '/items/{id}', labels: {status: 2xx, zone: eu}}
  - {request: GET /h, host: b.example, handler: /h}
  - GET /none -> none
  - GET /items/1 -> excluded
"""


class Test(TempDirTest):
    def file(self, name, tests):
        return self.write(name, RULES + tests)

    def test_all_pass(self):
        file = self.file("good.yaml", GOOD)
        self.assertEqual(run("test", file, check=0).stdout, b"6 tests in 1 file: 6 passed, 0 failed\n")

    def test_failures_are_shown_as_explain_shows_them(self):
        file = self.file("bad.yaml", GOOD + BAD)
        out = run("test", file, check=1).stdout.decode()
        self.assertTrue(out.endswith("11 tests in 1 file: 6 passed, 5 failed\n"), out)
        self.assertIn(f'{file}:16:6: error: GET /x<&"#\'\\x\\x1B\\xC2\\x85: expected handler /y, got none\n', out)
        self.assertIn(f'{file}:17:5: error: GET /items/1: expected label status="2xx", got "4xx"; '
                      'expected label zone="eu", got none of that name\n', out)
        self.assertIn(f"{file}:18:5: error: GET /h: expected handler /h, got none\n"
                      "  - {request: GET /h, host: b.example, handler: /h}\n    ^\n", out)
        self.assertIn(": error: GET /none: expected none, got handler none\n", out)
        self.assertIn(": error: GET /items/1: expected excluded, got handler /items/{id}\n", out)
        explained = run("explain", "--rules", file, "--host", "b.example", "/h", check=0).stdout.decode()
        self.assertIn("GET " + explained, out)
        self.assertIsNone(re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", out))

    def test_tap(self):
        file = self.file("mixed.yaml", GOOD + BAD)
        done = run("test", "--format", "tap", file, self.write("none.yaml", "version: 1\n"), check=1)
        lines = done.stdout.decode().splitlines()
        self.assertEqual(lines[:2], ["TAP version 13", "1..11"])
        results = [line for line in lines if re.match(r"(not )?ok \d+ - ", line)]
        self.assertEqual([int(re.search(r"\d+", line)[0]) for line in results], list(range(1, 12)))
        self.assertEqual([line.startswith("not") for line in results], [False] * 6 + [True] * 5)
        self.assertIn(f"{file}:16:6 GET /x<&\"\\#'\\\\x\\\\x1B\\\\xC2\\\\x85 -> /y", results[6])
        self.assertTrue(any(line.startswith("# ") and line.endswith(": no tests") for line in lines))
        # Whatever else there is are YAML blocks and comments.
        blocks = re.findall(r"(?m)^  ---\n((?:  .*\n)*?)  \.\.\.$", done.stdout.decode())
        self.assertEqual(len(blocks), 5)
        for block in blocks:
            self.assertEqual(set(yaml.safe_load(block)), {"message", "severity", "at", "explanation"})

    def test_junit(self):
        file = self.file("<&\"'>.yaml", GOOD + BAD)
        report = self.path("report.xml")
        self.assertEqual(run("test", "--format", "junit", "-o", report, file, check=1).stdout, b"")
        root = xml.etree.ElementTree.parse(report).getroot()
        self.assertEqual(root.tag, "testsuites")
        for counted in (root, root[0]):
            self.assertEqual((counted.get("tests"), counted.get("failures"), counted.get("errors")), ("11", "5", "0"))
        self.assertEqual(root[0].get("name"), file)
        cases = root[0].findall("testcase")
        self.assertEqual([case.find("failure") is not None for case in cases], [False] * 6 + [True] * 5)
        self.assertEqual(cases[6].get("name"), "GET /x<&\"#'\\x\\x1B\\xC2\\x85 -> /y")
        self.assertEqual(cases[6].get("line"), "16")
        self.assertEqual(cases[6].find("failure").get("message"), "expected handler /y, got none")
        self.assertIn(f"{file}:16:6\n", cases[6].find("failure").text)
        self.assertIn("the pattern does not match", cases[6].find("failure").text)

    def test_characters_that_xml_has_not(self):
        file = self.file("odd.yaml", "  - \"GET /\\uFFFE\\uFFFF\\x01 -> /\\uFFFF\"\n")
        done = run("test", "--format", "junit", file, check=1)
        self.assertEqual(xml.etree.ElementTree.fromstring(done.stdout)[0][0].get("name"),
                         "GET /\ufffd\ufffd\\x01 -> /\ufffd")

    def test_file_without_tests(self):
        file = self.write("none.yaml", "version: 1\n")
        self.assertEqual(run("test", file, check=0).stdout.decode(),
                         f"{file}: no tests\n0 tests in 1 file: 0 passed, 0 failed\n")
        run("test", "--require-tests", file, check=1)
        self.assertEqual(run("test", "--format", "tap", file, check=0).stdout.decode().splitlines()[1],
                         "1..0 # SKIP no tests")

    def test_broken_file(self):
        good = self.file("good.yaml", GOOD)
        for text in ("version: 1\nroutes: 5\n", "version: 1\nformat: '$nonsense'\n",
                     "version: 1\nmetrics: [latency, latency]\n", RULES + "  - GET /x\n"):
            bad = self.write("bad.yaml", text)
            done = run("test", good, bad, check=2)
            self.assertEqual(done.stdout, b"")
            self.assertIn(bad.encode() + b":", done.stderr)
        run("test", self.path("missing.yaml"), check=2)
        run("test", check=2)

    def test_untemplated_path_as_label(self):
        file = self.write("paths.yaml", "version: 1\noptions: {group_untemplated: false}\n"
                          "tests: [GET /y -> /y, GET /x -> none]\n")
        self.assertEqual(run("test", file, check=0).stdout, b"2 tests in 1 file: 2 passed, 0 failed\n")

    def test_ignored_is_none(self):
        file = self.write("ignored.yaml", "version: 1\noptions: {ignore_untemplated: true}\ntests: [GET /x -> none]\n")
        run("test", file, check=0)


class Large(TempDirTest):
    def test_a_thousand_rules(self):
        text = "version: 1\nformat: combined\nroutes:\n" + "".join(
            f"  - GET /v{i % 7}/res{i}/{{id}}\n" if i % 4 else f"  - {{handler: h{i}, pattern: '/p{i}/(a|b)+.*'}}\n"
            for i in range(1000)) + "tests:\n" + "".join(
                f"  - GET /v{i % 7}/res{i}/x -> " + (f"/v{i % 7}/res{i}/{{id}}\n" if i % 4 else "none\n")
                for i in range(1000))
        rules = self.write("large.yaml", text)
        other = self.write("other.yaml", text.replace("GET /v3", "POST /v3"))
        log = self.write("access.log", "".join(
            f'1.1.1.1 - - [03/Mar/2025:10:15:01 +0000] "GET /v{i % 7}/res{i}/1 HTTP/1.1" 200 9 "-" "-"\n'
            for i in range(1000)))
        self.assertEqual(run("test", rules, check=0).stdout, b"1000 tests in 1 file: 1000 passed, 0 failed\n")
        explained = run("explain", "--rules", rules, "/v5/res999/1", check=0).stdout
        self.assertIn(b"/v5/res999/{id}", explained)
        differ = run("diff", rules, other, "--sample", log, check=1).stdout
        self.assertIn(b"/v3/res", differ)


if __name__ == "__main__":
    main()
