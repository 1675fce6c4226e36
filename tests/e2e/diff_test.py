"""`diff`: what a change to a rule file does, by the files alone and by a log."""

import json
import os
import re

from harness import SOURCE, TempDirTest, main, parse, run

SHOP = os.path.join(SOURCE, "samples", "shop.yaml")
SHOP_LOG = os.path.join(SOURCE, "samples", "shop.log")


def read(path):
    with open(path) as f:
        return f.read()


class Diff(TempDirTest):
    def rules(self, name, *changes):
        """The shop's rule file with texts replaced, without its tests."""
        text = read(SHOP).split("tests:")[0]
        for old, new in changes:
            self.assertIn(old, text)
            text = text.replace(old, new)
        return self.write(name, text)

    def diff(self, *args, check=1, stdin=None):
        return run("diff", *args, check=check, stdin=stdin).stdout.decode()

    def json(self, *args, check=1):
        return json.loads(self.diff("--format", "json", *args, check=check))

    def test_same(self):
        same = self.rules("same.yaml", ("routes: # the first", "# a comment\nroutes: # the first"))
        self.assertEqual(self.diff(SHOP, same, check=0), "")
        self.assertEqual(self.diff("--format", "markdown", SHOP, same, check=0), "No difference.\n")
        self.assertEqual(self.json(SHOP, same, check=0), {"same": True, "rules": [], "settings": [], "sample": None})
        out = self.json(SHOP, same, "--sample", SHOP_LOG, check=0)
        self.assertEqual((out["same"], out["sample"]), (True, {"lines": 241, "changed": 0, "labels": [], "series": []}))

    def test_rules(self):
        new = self.rules("new.yaml", ("  - POST /items\n", ""), ("GET /search", "GET,HEAD /search"),
                         ("  - GET /users/me\n", ""), ("  - GET /health\n", "  - GET /health\n  - GET /users/me\n  - /new\n"))
        out = self.diff(SHOP, new)
        self.assertEqual(out, "Rules\n"
                         "  - POST /items (was line 9)\n"
                         "  ~ GET /search to GET,HEAD /search (line 11)\n"
                         "  > GET /users/me (line 10 to line 13)\n"
                         "  + /new (line 14)\n")

    def test_settings(self):
        new = self.rules("new.yaml", ('exclude: ["^/health"]', "exclude: ['^/hea', '`|<b>@x']\n"
                                      "options: {group_status_codes: false, round_latency_decimals: 2}\n"
                                      "labels: {env: prod}\nmetrics: [{latency: {buckets: [1, 2]}}]\n"))
        changes = {one["name"]: (one["change"], one["before"], one["after"])
                   for one in self.json(SHOP, new)["settings"]}
        self.assertEqual(changes["exclude '^/hea'"], ("added", None, ""))
        self.assertEqual(changes["exclude '^/health'"], ("removed", "", None))
        self.assertEqual(changes["option group_status_codes"], ("changed", "true", "false"))
        self.assertEqual(changes["option round_latency_decimals"], ("added", None, "2"))
        self.assertEqual(changes["label env"], ("added", None, "prod"))
        self.assertEqual(changes["family http_requests_total"], ("removed", "counter by handler, method, status", None))
        self.assertEqual(changes["family http_request_duration_seconds"],
                         ("changed", "histogram by handler, method", "histogram by env, handler, method, status"))
        self.assertEqual(changes["buckets of http_request_duration_seconds"],
                         ("changed", "0.1 0.5 1.0 +Inf", "1.0 2.0 +Inf"))
        markdown = self.diff("--format", "markdown", SHOP, new)
        self.assertIn("- **added** `` exclude '`|<b>@x' ``\n", markdown)

    def test_sample_agrees_with_replay(self):
        new = self.rules("new.yaml", ("  - GET /items/{item_id}\n", ""), ("PUT,DELETE /cart/{cart_id:int}", "/cart/{id}"),
                         ("# load", "\noptions: {group_status_codes: false}\n# load"))
        out = self.json(SHOP, new, "--sample", SHOP_LOG)["sample"]
        pages = [parse(run("replay", "--rules", rules, SHOP_LOG, check=0).stdout.decode()) for rules in (SHOP, new)]
        counters = [{key: value for key, value in page.items() if key[0] == "http_requests_total"} for page in pages]
        found = {}
        for one in out["series"]:
            if one["family"] == "http_requests_total":
                found[(one["family"], tuple(sorted(one["labels"].items())))] = (one["before"], one["after"])
        want = {key: tuple(None if key not in side else str(int(side[key])) for side in counters)
                for key in counters[0].keys() | counters[1].keys() if counters[0].get(key) != counters[1].get(key)}
        self.assertEqual(found, want)
        self.assertGreater(len(want), 5)
        shifts = {(one["before"], one["after"]): one for one in out["labels"]}
        self.assertEqual(set(shifts), {("/items/{item_id}", "none"), ("/cart/{cart_id:int}", "/cart/{id}"),
                                       ("none", "/cart/{id}")} & set(shifts))
        moved = sum(value for (_, labels), value in counters[0].items() if ("handler", "/items/{item_id}") in labels)
        self.assertEqual(shifts[("/items/{item_id}", "none")]["requests"], moved)
        self.assertRegex(shifts[("/items/{item_id}", "none")]["examples"][0], r"^GET /items/\d+$")
        self.assertEqual(out["changed"], sum(one["requests"] for one in out["labels"]))

    def test_for_people(self):
        new = self.rules("new.yaml", ("  - GET /search\n", ""))
        out = self.diff(SHOP, new, "--sample", SHOP_LOG)
        self.assertRegex(out, r"\nLabels\n\d+ requests of 241 lines \(\d+\.\d\d %\) change their label:\n"
                         r"  \d+ requests \(\d+\.\d\d %\) from /search to none, such as GET /search")
        self.assertRegex(out, r"\nSeries\n\d+ appear, \d+ vanish, \d+ count something else\n")
        self.assertIn('  - http_requests_total{handler="/search",method="GET",status="2xx"} ', out)
        report = self.path("report.md")
        self.diff(SHOP, new, "--sample", SHOP_LOG, "--format", "markdown", "-o", report)
        text = read(report)
        self.assertIn("### Rules\n\n- **removed** `GET /search` (was line 13)\n", text)
        self.assertIn("<details><summary>", text)
        self.assertEqual(text.count("<details>"), text.count("</details>"))

    def test_formats_differ(self):
        line = '192.0.2.7 - - [03/Mar/2025:10:15:01 +0000] "GET /x HTTP/1.1" 200 9 "-" "curl"\n'
        log = self.write("combined.log", line * 3)
        old = self.write("old.yaml", "version: 1\nformat: combined\n")
        new = self.write("new.yaml", "version: 1\nformat: common\n")
        out = self.json(old, new, "--sample", log)["sample"]
        self.assertEqual(out["labels"], [{"before": "none", "after": "(unparsed)", "requests": 3,
                                          "examples": ["GET /x"]}])
        done = run("diff", old, new, "--sample", "-", stdin=line.encode(), check=2)
        self.assertIn(b"standard input can be read once only", done.stderr)
        same = self.write("same.yaml", "version: 1\nformat: combined\nroutes: [/x]\n")
        self.assertEqual(self.diff("--sample", log, log, "--", old, same), self.diff(old, same, "--sample", log))
        self.assertEqual(self.diff("--sample", log, old, same), self.diff(old, same, "--sample", log))
        self.assertIn("1 request of 1 line (100.00 %) changes its label", self.diff(old, same, "--sample", "-", stdin=line.encode()))

    def test_nothing_hostile_comes_out(self):
        nasty = ["%1b[31m", "`|x", "<script>", "](javascript:x)", "\\x1b", "*_~@all", "%0a%0a# h", "\x9b"]
        log = self.write("access.log", "".join(
            f'1.1.1.1 - - [03/Mar/2025:10:15:01 +0000] "GET /{path} HTTP/1.1" 200 9 "-" "-"\n' for path in nasty))
        old = self.write("old.yaml", "version: 1\nformat: combined\noptions: {group_untemplated: false}\n")
        new = self.write("new.yaml", "version: 1\nformat: combined\nroutes: ['/{x:path}']\n")
        for form in ("text", "markdown", "json"):
            out = self.diff(old, new, "--all", "--format", form, "--sample", log)
            self.assertIsNone(re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", out), form)
            if form != "markdown":
                continue
            # Without its code spans nothing of the log is left.
            rest = re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", out)
            for trace in ("script", "javascript", "@all", "# h", "[31m", "1B"):
                self.assertNotIn(trace, rest)

    def test_errors(self):
        bad = self.write("bad.yaml", "version: 1\nroutes: 5\n")
        worse = self.write("worse.yaml", "version: 1\nformat: '$nonsense'\n")
        done = run("diff", bad, SHOP, check=2)
        self.assertIn(b"bad.yaml:2:", done.stderr)
        self.assertIn(b"worse.yaml:2:", run("diff", SHOP, worse, check=2).stderr)
        self.assertIn(b"missing.log", run("diff", SHOP, SHOP, "--sample", self.path("missing.log"), check=2).stderr)
        run("diff", SHOP, check=2)

    def test_much_is_shown_in_part(self):
        log = self.write("access.log", "".join(
            f'1.1.1.1 - - [03/Mar/2025:10:15:01 +0000] "GET /p{i} HTTP/1.1" 200 9 "-" "-"\n' for i in range(200)))
        old = self.write("old.yaml", "version: 1\nformat: combined\n")
        new = self.write("new.yaml", "version: 1\nformat: combined\nroutes:\n" + "".join(f"  - /p{i}\n" for i in range(200)))
        out = self.diff(old, new, "--sample", log)
        self.assertIn("  ... and 180 more kinds of change (--all)\n", out)
        self.assertRegex(out, r"  \.\.\. and \d+ more series \(--all\)\n")
        self.assertNotIn("--all", self.diff(old, new, "--all", "--sample", log))


if __name__ == "__main__":
    main()
