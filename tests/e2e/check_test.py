"""`check`: its forms, exit codes, the codes and the man page, SARIF's required properties, promtool's opinion, logs."""

import glob
import json
import os
import re
import unittest

import jsonschema

from harness import SOURCE, TempDirTest, conformance, main, promtool, run

GOOD = "version: 1\nroutes:\n  - GET /items/{id}\ntests:\n  - GET /items/1 -> /items/{id}\n"
SHADOWED = GOOD.replace("tests:", "  - GET /items/new\ntests:")
BROKEN = GOOD.replace("  - GET /items/{id}", "  - GET /items/{id")

# What SARIF 2.1.0 requires of the objects that we write (sections 3.13 to 3.30 of the standard).
MESSAGE = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "$schema": {"type": "string", "format": "uri"},
        "runs": {"type": "array", "minItems": 1, "items": {
            "type": "object",
            "required": ["tool", "results"],
            "additionalProperties": False,
            "properties": {
                "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                "tool": {"type": "object", "required": ["driver"], "properties": {"driver": {
                    "type": "object",
                    "required": ["name"],
                    "properties": {"rules": {"type": "array", "uniqueItems": True, "items": {
                        "type": "object",
                        "required": ["id"],
                        "additionalProperties": False,
                        "properties": {
                            "id": {"type": "string"}, "shortDescription": MESSAGE, "help": MESSAGE,
                            "defaultConfiguration": {"type": "object", "properties": {"level": LEVEL}}}}}}}}},
                "results": {"type": "array", "items": {
                    "type": "object",
                    "required": ["message", "ruleId", "level", "locations"],
                    "additionalProperties": False,
                    "properties": {
                        "ruleId": {"type": "string"}, "ruleIndex": {"type": "integer", "minimum": 0},
                        "level": LEVEL, "message": MESSAGE,
                        "locations": {"type": "array", "minItems": 1, "items": {
                            "type": "object",
                            "required": ["physicalLocation"],
                            "properties": {"physicalLocation": {
                                "type": "object",
                                "required": ["artifactLocation"],
                                "properties": {
                                    "artifactLocation": {
                                        "type": "object", "required": ["uri"],
                                        "properties": {"uri": {"type": "string", "pattern": "^[!-~]+$"}}},
                                    "region": {
                                        "type": "object", "required": ["startLine"],
                                        "properties": {"startLine": {"type": "integer", "minimum": 1},
                                                       "startColumn": {"type": "integer", "minimum": 1}}}}}}}}}}}}}}}}


class Check(TempDirTest):
    def check(self, *args, code):
        done = run("check", *args, check=code)
        return done.stdout.decode(), done.stderr.decode()

    def findings(self, text, *args, code=0):
        out, _ = self.check(self.write("rules.yaml", text), "--format", "json", *args, code=code)
        return json.loads(out)["files"][0]["findings"]

    def codes(self, text, **more):
        return [finding["code"] for finding in self.findings(text, **more)]

    def test_exit_codes(self):
        good = self.write("good.yaml", GOOD)
        shadowed = self.write("shadowed.yaml", SHADOWED)
        broken = self.write("broken.yaml", BROKEN)
        missing = self.path("missing.yaml")
        self.assertEqual(self.check(good, code=0), ("", "1 file: nothing to say\n"))
        self.assertEqual(self.check(shadowed, code=0)[1], "1 file: 1 warning\n")
        self.assertEqual(self.check("--strict", shadowed, code=1)[1], "1 file: 1 warning\n")
        self.assertEqual(self.check("--strict", good, code=0)[0], "")
        out, err = self.check(good, shadowed, broken, code=1)
        self.assertEqual(err, "3 files: 1 error, 1 warning\n")
        self.assertIn("shadowed.yaml:4:5: warning: ", out)
        self.assertIn("broken.yaml:3:16: error: ", out)
        out, err = self.check(missing, broken, code=2)
        self.assertIn("missing.yaml", out)
        self.assertIn("[unreadable]", out)
        self.assertIn("broken.yaml:3:16: error: ", out)
        self.check(self.dir, code=2)
        self.check(code=2)
        self.check(good, "--format", "xml", code=2)

    def test_notes_never_fail(self):
        self.assertEqual(self.codes("version: 1\nroutes: [GET /x]\n", code=0), ["no-tests"])
        self.check("--strict", self.path("rules.yaml"), code=0)

    def test_errors_of_all_stages_come_at_once(self):
        found = self.findings(
            "version: 1\nformat: 'no $such_thing_at_all x'\n"
            "routes:\n  - {handler: /x, pattern: '/x(?=y)'}\nexclude: ['(']\n"
            "metrics: [requests, requests]\n", code=1)
        self.assertEqual(sorted({(f["line"], f["code"]) for f in found}),
                         [(2, "invalid-format"), (4, "invalid-routes"), (5, "invalid-exclude"), (6, "invalid-metrics")])
        self.assertTrue(all(f["severity"] == "error" for f in found))

    def test_nothing_that_ships_is_alarming(self):
        for path in glob.glob(os.path.join(SOURCE, "rules", "*.yaml")):
            self.assertEqual(self.check("--strict", path, code=0), ("", "1 file: nothing to say\n"))
        out, _ = self.check(*glob.glob(os.path.join(SOURCE, "samples", "*.yaml")), "--format", "json", "--strict", code=0)
        self.assertEqual({f["code"] for file in json.loads(out)["files"] for f in file["findings"]} - {"no-tests"}, set())
        out, _ = self.check(*glob.glob(conformance("*.yaml")), "--format", "json", code=0)
        files = json.loads(out)["files"]
        self.assertGreater(len(files), 10)
        warnings = {(os.path.basename(file["path"]), f["code"])
                    for file in files for f in file["findings"] if f["severity"] != "note"}
        # That one is there to have it.
        self.assertEqual(warnings, {("ungrouped_untemplated.yaml", "open-labels")})

    def test_sarif(self):
        awkward = self.write("räte & co.yaml", SHADOWED.replace("version: 1", "version: 1 # ä"))
        broken = self.write("broken.yaml", BROKEN.replace("/items", "/ä"))
        out, err = self.check(awkward, broken, self.path("missing"), "--format", "sarif", code=2)
        self.assertEqual(err, "3 files: 2 errors, 1 warning\n")
        document = json.loads(out)
        jsonschema.Draft7Validator.check_schema(SARIF)
        jsonschema.validate(document, SARIF)
        run_ = document["runs"][0]
        rules = run_["tool"]["driver"]["rules"]
        results = run_["results"]
        self.assertEqual([r["ruleId"] for r in results], ["shadowed", "invalid-routes", "unreadable"])
        for result in results:
            self.assertEqual(rules[result["ruleIndex"]]["id"], result["ruleId"])
            self.assertEqual(rules[result["ruleIndex"]]["defaultConfiguration"]["level"], result["level"])
        place = results[0]["locations"][0]["physicalLocation"]
        self.assertTrue(place["artifactLocation"]["uri"].startswith("file:///"))
        self.assertIn("/r%C3%A4te%20&%20co.yaml", place["artifactLocation"]["uri"])
        # Columns count characters, not bytes.
        line = BROKEN.replace("/items", "/ä").splitlines()[2]
        self.assertEqual(results[1]["locations"][0]["physicalLocation"]["region"],
                         {"startLine": 3, "startColumn": line.index("{id") + 1})

    def test_the_man_page_has_every_code(self):
        out, _ = self.check(self.write("good.yaml", GOOD), "--format", "sarif", code=0)
        rules = json.loads(out)["runs"][0]["tool"]["driver"]["rules"]
        with open(os.path.join(SOURCE, "man", "routemeter-check.1")) as f:
            page = f.read()
        section = re.search(r"^\.SH FINDINGS\n(.*?)(?=^\.SH )", page, re.MULTILINE | re.DOTALL)[1]
        entries = re.findall(r"^\.TP\n\.B (\S+)\n(.+)\n(.+)$", section, re.MULTILINE)
        level = None
        said = {}
        for heading, name in re.findall(r"^\.SS (\w+)s$|^\.B (\S+)$", section, re.MULTILINE):
            level = heading.lower() if heading else level
            if name:
                said[name.replace("\\-", "-")] = level
        self.assertEqual(said, {rule["id"]: rule["defaultConfiguration"]["level"] for rule in rules})

        def plain(text):
            for escape, c in (("\\(aq", "'"), ("\\(ha", "^"), ("\\-", "-"), ("\\e", "\\")):
                text = text.replace(escape, c)
            return text

        repairs = {plain(name): plain(repair) for name, _, repair in entries}
        self.assertEqual(repairs, {rule["id"]: rule["help"]["text"] for rule in rules})

    def test_sample(self):
        rules = self.write("rules.yaml", "version: 1\nformat: combined\nroutes:\n  - GET /items/{id}\n  - GET /never\n"
                                         "exclude: ['^/health']\ntests: ['GET /items/1 -> /items/{id}']\n")
        line = '1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "GET {} HTTP/1.1" 200 5 "-" "-"\n'
        paths = ["/items/1"] * 5 + ["/wp-login.php?x=1"] * 3 + ["/health"] + ["/\\x1b[31m"]
        log = self.write("a.log", "".join(line.format(path) for path in paths) + "what is this\n")
        out, err = self.check(rules, "--sample", log, code=0)
        self.assertEqual(err, "1 file: 1 note\n")
        self.assertEqual(
            out.splitlines(),
            [f"{rules}: 11 lines of the sample", "         5  45.5 %  matched", "         4  36.4 %  unmatched",
             "         1   9.1 %  excluded", "         1   9.1 %  not parsed; routemeter doctor says why", "  most frequent unmatched paths",
             "         3  27.3 %  /wp-login.php", "         1   9.1 %  /\\x1B[31m", "  rules by their lines",
             "         5  45.5 %  line 4: GET /items/{id}", "  rules that take no line",
             "         0   0.0 %  line 5: GET /never"])
        self.assertNotIn("\x1b", out)
        out, _ = self.check(rules, "--format", "json", "--sample", log, code=0)
        self.assertEqual([(f["line"], f["code"], f["severity"]) for f in json.loads(out)["files"][0]["findings"]],
                         [(5, "never-hit", "note")])
        sample = json.loads(out)["files"][0]["sample"]
        self.assertEqual(sample["rules"], [{"line": 4, "text": "GET /items/{id}", "lines": 5},
                                           {"line": 5, "text": "GET /never", "lines": 0}])
        self.assertEqual((sample["lines"], sample["unparsed"], sample["matched"], sample["unmatched"],
                          sample["excluded"]), (11, 1, 5, 4, 1))
        self.assertEqual(sample["top_unmatched"][0], {"path": "/wp-login.php", "lines": 3, "excess": 0})
        # The rule file's format fits no line of this one; the flag's does.
        bare = self.write("b.log", "GET /items/7 200\n")
        out, _ = self.check(rules, "--sample-format", "$request_method $uri $status", "--sample", bare, code=0)
        self.assertRegex(out, r"\n +1 100\.0 %  matched\n")
        self.check(rules, "--sample", self.path("no.log"), code=2)
        # A hint names the flag that there is.
        anything = self.write("any.yaml", GOOD)
        _, err = self.check(anything, "--sample", self.write("c.log", "what is this\n"), code=2)
        self.assertIn("--sample-format 'combined'", err)
        self.assertNotIn(" --format", err)

    def test_names_as_promtool_sees_them(self):
        """check warns of a name exactly when `promtool check metrics` does."""
        cases = [("latency", "request_milliseconds"), ("latency", "request_ms"), ("latency", "requestSeconds"),
                 ("latency", "request_seconds_total"), ("latency", "request_duration_seconds"),
                 ("latency", "request_seconds_histogram"), ("requests", "hits"), ("requests", "hits_count"),
                 ("requests", "hits_counter_total"), ("requests", "hits_total"), ("request_size", "body_bytes"),
                 ("request_size", "body_kilobytes"), ("request_size", "body_bytes_bucket"), ("request_size", "body_kb"),
                 ("inprogress", "in_flight"), ("inprogress", "in_flight_sum"), ("inprogress", "gauge_of_requests"),
                 ("response_size", "body_bits"), ("latency", "http_request_minutes")]
        log = conformance("vc.log")
        with open(conformance("default.yaml")) as f:
            base = f.read()
        differ = []
        for kind, name in cases:
            rules = self.write("rules.yaml", base + f"metrics:\n  - {kind}: {{name: {name}}}\n")
            ours = "metric-name" in self.codes(base + f"metrics:\n  - {kind}: {{name: {name}}}\n")
            text = run("replay", "--rules", rules, log, check=0).stdout.decode()
            self.assertIn(name, text)
            try:
                promtool(text)
                theirs = False
            except AssertionError:
                theirs = True
            if ours != theirs:
                differ.append((kind, name, ours, theirs))
        self.assertEqual(differ, [])

    def test_a_thousand_rules(self):
        lines = ["version: 1", "routes:"]
        for i in range(250):
            lines += [f"  - GET /service{i}/items/{{id}}", f"  - POST,PUT /service{i}/items/{{id:int}}/parts/{{part}}",
                      f"  - {{handler: /s{i}, pattern: '/service{i}/static/.*'}}",
                      f"  - {{handler: /v{i}, pattern: '/(a|b)/v{i}/x[0-9a-f]+'}}"]
        lines += ["tests: ['GET /service1/items/1 -> /service1/items/{id}']"]
        rules = self.write("rules.yaml", "\n".join(lines) + "\n")
        out, _ = self.check(rules, code=0)
        self.assertNotIn("shadowed", out)


if __name__ == "__main__":
    main()
