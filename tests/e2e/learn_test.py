"""learn: proposes a rule file that loads, that passes its own tests, and that a person would have written."""

import collections
import gzip
import os
import random
import sys
import tempfile
import unittest

import yaml

from harness import BINARY, SOURCE, main, parse, run, total

sys.path.append(os.path.join(SOURCE, "tests", "bench"))
import learn_score  # noqa: E402

LINE = '10.0.0.1 - - [24/Nov/2026:10:00:00 +0000] "{} HTTP/1.1" {} 12 "-" "-"\n'


def log_of(*requests):
    """Combined lines for "GET /x" or ("GET /x", status)."""
    return "".join(LINE.format(*((r, 200) if isinstance(r, str) else r)) for r in requests).encode()


class Learn(unittest.TestCase):
    def learn(self, *requests, args=(), log=None, overlap=False):
        """The printed text and what YAML reads in it; the rules load, and each of their tests holds."""
        text = run("learn", *args, "-", stdin=log if log is not None else log_of(*requests), check=0).stdout
        loaded = yaml.safe_load(text)
        tests = [test.split(" -> ") for test in loaded.get("tests", [])]
        if not overlap:
            self.assertEqual(len(tests), len(loaded["routes"]))
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "rules.yaml")
            with open(path, "wb") as f:
                f.write(text)
            page = run("replay", "--rules", path, "--format", "combined", "-",
                       stdin=log_of(*(request for request, _ in tests)), check=0).stdout.decode()
        wanted = collections.Counter(handler for _, handler in tests)
        samples = parse(page)
        self.assertEqual({h: total(samples, "http_requests_total", handler=h) for h in wanted}, wanted)
        return text.decode(), loaded

    def rules(self, *requests, args=()):
        return self.learn(*requests, args=args)[1]["routes"]

    def test_ids_become_parameters_named_for_the_word_before(self):
        uuids = [f"GET /orders/{i:08x}-1111-4111-8111-000000000000" for i in range(5)]
        hashes = [f"GET /commits/{i * 7919:x}f00ba4{i}" for i in range(11, 16)]
        rules = self.rules(*(f"GET /items/{i}" for i in range(5)), *uuids, *hashes,
                           *(f"DELETE /users/{i}/keys/01ARZ3NDEKTSV4RRFFQ69G5FA{i}" for i in range(5)),
                           *(f"GET /days/2026-11-0{i}" for i in range(1, 5)))
        self.assertEqual(rules, ["GET /commits/{commit_id}", "GET /days/{date}", "GET /items/{item_id}",
                                 "GET /orders/{order_id}", "DELETE /users/{user_id}/keys/{key_id}"])

    def test_ids_within_a_segment(self):
        rules = self.rules(*(f"GET /files/report-{i}.pdf" for i in range(5)),
                           "GET /app.3f2a9c.js",
                           "GET /v1/oauth2/jwks.json")
        self.assertEqual(rules, ["GET /files/report-{report_id}.pdf", "GET /v1/oauth2/jwks.json", "GET /app.{hash}.js"])

    def test_words_become_a_parameter_when_they_are_many_and_alike(self):
        names = [f"{a}{b}" for a in ("anna", "bert", "carl", "dora") for b in ("lee", "kim", "poe")]
        requests = [f"GET /users/{n}" for n in names] + [f"GET /users/{n}/posts" for n in names]
        rules = self.rules(*requests, *(["GET /users/me", "GET /users/me/settings", "PUT /users/me/settings"] * 9))
        self.assertEqual(rules, ["GET /users/me", "GET,PUT /users/me/settings", "GET /users/{username}",
                                 "GET /users/{username}/posts"])

    def test_names_of_collections_stay(self):
        nouns = ["items", "orders", "teams", "plans", "zones", "jobs", "rooms", "sites", "links", "tasks"]
        requests = [f"GET /api/v1/{n}{rest}" for n in nouns for rest in ("", "/1", "/2", "/3/log", "/4/log")]
        rules = self.rules(*requests)
        self.assertEqual(len(rules), 30)
        self.assertIn("GET /api/v1/rooms/{room_id}/log", rules)

    def test_language_codes_stay(self):
        rules = self.rules(*(f"GET /{code}/about" for code in ("en", "de", "fr", "pt-BR", "it", "es")))
        self.assertIn("GET /pt-BR/about", rules)
        self.assertEqual(len(rules), 6)

    def test_static_folders_become_one_path(self):
        rules = self.rules(*(f"GET /static/{kind}/file{i}.{kind}" for kind in ("js", "css") for i in range(4)),
                           "GET /favicon.ico")
        self.assertEqual(rules, ["GET /favicon.ico", "GET /static/{file_path:path}"])

    def test_numbers_with_routes_of_their_own_keep_apart(self):
        slugs = [f"GET /posts/some-long-title-{w}" for w in ("a", "b", "c", "d", "e", "f", "g")]
        rules = self.rules(*slugs, *(s + "/comments" for s in slugs),
                           *(f"PUT /posts/{i}" for i in range(9)))
        self.assertEqual(rules, ["PUT /posts/{post_id:int}", "GET /posts/{post_slug}", "GET /posts/{post_slug}/comments"])

    def test_methods_are_those_that_were_answered(self):
        rules = self.rules("GET /items", ("POST /items", 201), ("DELETE /items", 405), ("PUT /items", 403),
                           ("OPTIONS /items", 204), ("PROPFIND /items", 404))
        self.assertEqual(rules, ["GET,POST,PUT /items"])

    def test_noise_is_a_comment_and_no_rule(self):
        text, loaded = self.learn("GET /", ("GET /old", 301), ("GET /.env", 200), ("GET /wp-login.php", 200),
                                  ("GET /a/.git/config", 404), ("GET /nothing", 404), ("GET /nothing", 404),
                                  ("GET /moved", 301), ("GET /moved", 404))
        self.assertEqual(loaded["routes"], ["GET /", "GET /old"])
        for path in ("/.env", "/wp-login.php", "/a/.git/config", "/nothing", "/moved"):
            self.assertRegex(text, rf"(?m)^# +\d+  {path}$")

    def test_rules_that_say_more_stand_first(self):
        rules = self.rules(*(f"GET /graph/mail_{i}{end}.png" for i in range(4) for end in ("", "_err")), "GET //graph//x",
                           *(f"GET /graph/tool-{i}.{version}.html" for i in range(4) for version in ("1", "zip")),
                           *(f"GET /graph/tool-{i}.html" for i in range(4)))
        self.assertLess(rules.index("GET /graph/mail_{mail_id}_err.png"), rules.index("GET /graph/mail_{mail_id}.png"))
        self.assertEqual(sum("tool-" in rule and rule.endswith("}.html") for rule in rules), 1)
        self.assertFalse([rule for rule in rules if "//" in rule])

    def test_not_found_values_count_for_their_route(self):
        text, loaded = self.learn(*(f"GET /items/{i}" for i in range(5)), ("GET /items/99", 404))
        self.assertEqual(loaded["routes"], ["GET /items/{item_id}"])
        self.assertIn("# 6 hits (1 not found); 5 item_id: 0, 1\n", text)

    def test_slash_at_the_end(self):
        self.assertEqual(self.rules("GET /items/", "GET /items/", ("GET /items", 301)), ["GET /items/"])
        self.assertEqual(self.rules("GET /items", ("GET /items/", 307)), ["GET /items"])

    def test_what_a_rule_file_leaves_unmatched(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "mine.yaml")
            with open(path, "w") as f:
                f.write("version: 1\nformat: combined\nroutes: ['GET /items/{item_id}', {stop: '/internal/.*'}]\n")
            text, loaded = self.learn("GET /items/1", "GET /internal/x", "GET /orders/1", "GET /orders/2",
                                      args=("--rules", path))
        self.assertEqual(loaded["routes"], ["GET /orders/{order_id}"])
        self.assertEqual(loaded["format"], "combined")
        self.assertIn("mine.yaml leaves unmatched", text)

    def test_min_hits(self):
        text, loaded = self.learn(*["GET /often"] * 5, "GET /once", args=("--min-hits", "3"))
        self.assertEqual(loaded["routes"], ["GET /often"])
        self.assertIn("Left out: 1 path with fewer than 3 answered requests, 1 request in all", text)

    def test_converters(self):
        requests = [f"GET /items/{i}" for i in range(5)]
        self.assertEqual(self.rules(*requests, args=("--converters",)), ["GET /items/{item_id:int}"])

    def test_secrets_are_not_shown(self):
        token = "aB3dE5fG7hI9jK1lM3nO5"
        text, loaded = self.learn(f"GET /reset/{token}", "GET /mail/anna.lee@example.com", f"GET /f/{token}/x")
        self.assertEqual(loaded["routes"], ["GET /f/{f_token}/x", "GET /mail/{email}", "GET /reset/{reset_token}"])
        self.assertNotIn(token, text)
        self.assertNotIn("anna", text)
        self.assertEqual(len(loaded["tests"]), 3)

    def test_hostile_text_stays_in_its_comment(self):
        odd = ("%1b[31m", "%c2%85", "%e2%80%a8", "a%23b:%20c", "{id}", "%ff", "%0a%2d%20evil:%20yes", "%22%27")
        text, loaded = self.learn(*(f"GET /a/{one}/b/{two}" for one in odd for two in odd))
        self.assertEqual(loaded["routes"], ["GET /a/{a_name}/b/{b_name}"])
        self.assertNotIn("evil: yes", text)
        self.assertTrue(text.isascii())
        self.assertTrue(all(c == "\n" or c.isprintable() for c in text))
        self.assertEqual(set(loaded), {"version", "format", "routes", "tests"})

    def test_nothing_to_learn(self):
        self.assertEqual(self.rules(("GET /x", 404)), [])
        self.assertEqual(self.learn(log=b"")[1]["routes"], [])
        self.assertIn(b"cannot open", run("learn", "/nowhere.log", check=2).stderr)

    def test_output_file_several_logs_and_gzip(self):
        with tempfile.TemporaryDirectory() as folder:
            one, two, out = (os.path.join(folder, name) for name in ("1.log", "2.log.gz", "out.yaml"))
            with open(one, "wb") as f:
                f.write(log_of("GET /items/1", "GET /items/2"))
            with gzip.open(two, "wb") as f:
                f.write(log_of("GET /items/3", "GET /orders"))
            self.assertEqual(run("learn", "-o", out, one, two, check=0).stdout, b"")
            with open(out) as f:
                text = f.read()
        self.assertEqual(yaml.safe_load(text)["routes"], ["GET /items/{item_id}", "GET /orders"])
        self.assertIn("3 item_id: 1, 2", text)

    def test_memory_is_bounded_whatever_comes(self):
        r = random.Random(1)
        word = lambda n: "".join(r.choice("abcdefghijklmnop") for _ in range(n))
        requests = ["GET /items/7"] * 2000 + ["GET /" + "/".join(word(r.randrange(1, 4)) for _ in range(r.randrange(1, 30)))
                                             for _ in range(60000)]
        r.shuffle(requests)
        text, loaded = self.learn(*requests, overlap=True)
        self.assertIn("GET /items/{item_id}", loaded["routes"])
        self.assertIn("merged before all were seen", text)


class Found(unittest.TestCase):
    """Against the true routes of the generator: 200 of them, unevenly asked for, 30 % noise."""

    def test_f1(self):
        for app, seed in (("varied", 3), ("varied", 8), ("plain", 2)):
            with self.subTest(app=app, seed=seed), tempfile.TemporaryDirectory() as folder:
                log, true, learned, _ = learn_score.run(os.environ["GENERATE"], BINARY, folder, seed, 60000, app)
                precision, recall, f1, missed, wrong = learn_score.score(log, true, learned)
                self.assertGreater(recall * len(true), 150)
                self.assertGreaterEqual(f1, 0.95, f"precision {precision}, recall {recall}\n{missed}\n{wrong}")

    def test_same_bytes_again(self):
        with tempfile.TemporaryDirectory() as folder:
            log, *_ = learn_score.run(os.environ["GENERATE"], BINARY, folder, 1, 5000)
            self.assertEqual(run("learn", log, check=0).stdout, run("learn", log, check=0).stdout)


if __name__ == "__main__":
    main()
