"""`routemeter import`: documents of many frameworks, mistakes of many kinds, --check and --merge."""

import glob
import json
import os
import subprocess
import unittest

from harness import SOURCE, TempDirTest, main, run

CASES = os.path.join(SOURCE, "tests", "import")


def document(paths, **more):
    return json.dumps({"openapi": "3.1.0", "info": {"title": "Shop", "version": "1.0"}, "paths": paths, **more})


def get(*paths):
    return {path: {"get": {}} for path in paths}


class Documents(TempDirTest):
    """tests/import/NAME: document.json or .yaml, args, and the rule file and the messages that must come out."""

    def test_cases(self):
        cases = sorted(os.listdir(CASES))
        self.assertGreater(len(cases), 8)
        for case in cases:
            with self.subTest(case):
                folder = os.path.join(CASES, case)
                source, = glob.glob(os.path.join(folder, "document.*"))
                args = []
                if os.path.exists(os.path.join(folder, "args")):
                    with open(os.path.join(folder, "args")) as f:
                        args = f.read().split()
                done = subprocess.run([os.environ["ROUTEMETER"], "import", *args, os.path.basename(source)],
                                      cwd=folder, capture_output=True, timeout=60)
                self.assertEqual(done.returncode, 0, done.stderr)
                for name, got in (("expected.yaml", done.stdout), ("expected.err", done.stderr)):
                    with open(os.path.join(folder, name), "rb") as f:
                        self.assertEqual(got.decode(), f.read().decode(), name)
                # What was written holds.
                run("test", self.write("rules.yaml", done.stdout), check=0)


class Output(TempDirTest):
    def test_to_stdout_a_file_and_from_stdin(self):
        source = document(get("/a"))
        written = run("import", "-o", self.path("r.yaml"), self.write("d.json", source), check=0)
        self.assertEqual(written.stdout, b"")
        self.assertIn(b"1 route", written.stderr)
        printed = run("import", "-", stdin=source.encode(), check=0)
        self.assertIn("  - GET /a\n", printed.stdout.decode())
        with open(self.path("r.yaml")) as f:
            self.assertIn("  - GET /a\n", f.read())

    def test_what_is_there_is_not_overwritten(self):
        source = self.write("d.json", document(get("/a")))
        rules = self.path("r.yaml")
        run("import", "-o", rules, source, check=0)
        run("import", "-o", rules, source, check=0)  # the same bytes
        with open(rules, "a") as f:
            f.write("# mine\n")
        refused = run("import", "-o", rules, source, check=2)
        self.assertIn(f"--merge {rules} {source}", refused.stderr.decode())
        with open(rules) as f:
            self.assertIn("# mine", f.read())


class Again(TempDirTest):
    def setUp(self):
        super().setUp()
        self.rules = self.path("rules.yaml")
        self.source = self.write("d.json", document(get("/a", "/b/{id}", "/c")))
        run("import", "-o", self.rules, self.source, check=0)

    def content(self):
        with open(self.rules) as f:
            return f.read()

    def test_check_says_what_is_stale_in_which_line(self):
        fresh = run("import", "--check", self.rules, self.source, check=0)
        self.assertEqual(fresh.stdout, b"")
        before = self.content()
        self.write("d.json", document({"/a": {"get": {}, "post": {}}, **get("/n", "/c")}))
        stale = run("import", "--check", self.rules, self.source, check=1)
        line = before.splitlines().index("  - GET /a") + 1
        self.assertEqual(stale.stdout.decode().splitlines(), [
            f"{self.rules}:{line}: methods: GET,POST /a, was GET /a",
            f"{self.rules}:{line}: added: GET /n, behind GET /a",
            f"{self.rules}:{line + 1}: removed: GET /b/{{id}}"])
        self.assertIn("--merge", stale.stderr.decode())
        self.assertEqual(self.content(), before)

    def test_merge_keeps_hand_edits_and_then_check_is_content(self):
        text = self.content().replace("  - GET /b/{id}\n", "  - GET /b/{id:int} # mine\n").replace("auto", "combined")
        self.write("rules.yaml", text)
        self.write("d.json", document(get("/a", "/n", "/b/{id}", "/c")))
        merged = run("import", "--merge", self.rules, self.source, check=0)
        self.assertIn("added: GET /n", merged.stderr.decode())
        got = self.content()
        self.assertIn("  - GET /a\n  - GET /n\n  - GET /b/{id:int} # mine\n  - GET /c\n", got)
        self.assertIn("format: combined\n", got)
        run("import", "--check", self.rules, self.source, check=0)
        run("import", "--merge", self.rules, self.source, check=0)
        self.assertEqual(self.content(), got)

    def test_merge_into_another_file(self):
        before = self.content()
        self.write("d.json", document(get("/a")))
        run("import", "--merge", self.rules, "--keep", "-o", self.path("other.yaml"), self.source, check=0)
        self.assertEqual(self.content(), before)
        with open(self.path("other.yaml")) as f:
            self.assertIn("# gone: - GET /c\n", f.read())

    def test_a_broken_rule_file_is_shown_and_not_touched(self):
        self.write("rules.yaml", "version: 1\nroutes:\n  - GET /a/{id:integer}\n")
        refused = run("import", "--merge", self.rules, self.source, check=2)
        self.assertIn(f"{self.rules}:3:16: error: unknown converter", refused.stderr.decode())
        self.assertIn("integer", self.content())


class Mistakes(TempDirTest):
    def refused(self, content, name="openapi.json", args=()):
        done = run("import", *args, self.write(name, content), check=2)
        self.assertEqual(done.stdout, b"")
        return done.stderr.decode()

    def test_what_people_save_by_mistake(self):
        swagger_ui = """<!DOCTYPE html><html><body><div id="swagger-ui"></div>
            <script>const ui = SwaggerUIBundle({ url: '/api/openapi.json', "dom_id": "#swagger-ui"})</script></html>"""
        redoc = '\n<!doctype html>\n<html><redoc spec-url="https://example.org/o.json"></redoc></html>'
        for content, wanted in (
                (swagger_ui, "curl -sSf http://localhost:8000/api/openapi.json -o openapi.json"),
                (redoc, "curl -sSf https://example.org/o.json -o openapi.json"),
                ("<html><title>502 Bad Gateway</title></html>", "this is a web page"),
                ("<?xml version='1.0'?><application/>", "this is XML"),
                ('{"detail":"Not Found"}', "the server's answer 'Not Found'"),
                ("Internal Server Error", "this is plain text"),
                ("[]", "this is a list"),
                ("{}", "neither 'openapi' nor 'swagger'"),
                ("", "the document is empty"),
                ("# only\n", "the document is empty"),
                ("version: 1\nroutes: [GET /a]\n", "this is a rule file"),
                ('{"swaggerVersion": "1.2", "apis": []}', "Swagger 1 is not supported"),
                (b"\xff\xfe{\x00}\x00", "UTF-16"),
                (b"\x1f\x8b\x08\x00", "gzip"),
                (document({}), "the document has no paths"),
                (document({}, webhooks={"x": {"post": {}}}), "only webhooks")):
            with self.subTest(wanted):
                self.assertIn(wanted, self.refused(content))

    def test_syntax_errors_have_their_place(self):
        self.assertIn("openapi.json:3:8: error: not valid JSON: ", self.refused('{"openapi": "3.0.0",\n "paths": {\n  "/a" "b"}}'))
        self.assertIn("the file ends too early", self.refused('{"openapi": "3.0.0", "paths": {'))
        self.assertIn("openapi.yaml:3:", self.refused("openapi: 3.0.0\npaths:\n\t/a: {}\n", "openapi.yaml"))
        self.assertIn("nested too deeply", self.refused('{"openapi": ' + "[" * 100000))
        self.assertIn("nested too deeply", self.refused("openapi: " + "[" * 1000, "openapi.yaml"))

    def test_a_url_is_not_read(self):
        done = run("import", "https://example.org/openapi.json", check=2)
        self.assertIn("curl -sSf https://example.org/openapi.json -o openapi.json", done.stderr.decode())

    def test_options(self):
        content = document(get("/a"))
        self.assertIn("not the name of a parameter", self.refused(content, args=("--path-param", "{x}")))
        self.assertIn("unknown converter", self.refused(content, args=("--path-param", "x:slug")))
        self.assertIn("not the beginning of a path", self.refused(content, args=("--prefix", "/a b")))
        run("import", "--check", "a", "--merge", "b", self.write("d.json", content), check=2)
        run("import", self.path("not-there.json"), check=2)

    def test_control_bytes_of_the_document_do_not_reach_the_terminal(self):
        source = self.write("d.json", document(get("/a\x1b[31m", "/b", "c")))
        done = run("import", source, check=0)
        self.assertNotIn(b"\x1b", done.stdout + done.stderr)
        self.assertIn(b"is left out", done.stderr)


class Large(TempDirTest):
    def test_a_thousand_routes(self):
        source = self.write("d.json", document({f"/r{i}/{{id}}/x": {"get": {"parameters": [
            {"name": "id", "in": "path", "schema": {"type": "integer"}}]}} for i in range(1000)}))
        rules = self.path("r.yaml")
        run("import", "-o", rules, source, check=0)
        with open(rules) as f:
            self.assertEqual(f.read().partition("tests:\n")[0].count("  - GET /r"), 1000)
        run("import", "--check", rules, source, check=0)


if __name__ == "__main__":
    main()
