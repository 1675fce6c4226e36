"""`routemeter doctor`: what it finds wrong with a log, what it says to do, and that doing it helps."""

import gzip
import http.client
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import unittest

from harness import BINARY, TIMEOUT, Serve, free_port, main, parse, run, total, wait_for

NOBODY = 65534
LINE = '192.0.2.7 - - [%s] "GET /items/%d HTTP/1.1" 200 %d "-" "curl/8.1"'


def clf(seconds_ago=0):
    return time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(time.time() - seconds_ago))


def lines(count=20, tail="", **kwargs):
    return "".join(LINE % (clf(**kwargs), i % 5, 100 + i) + tail + "\n" for i in range(count))


class Doctor(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)
        os.chmod(self.dir, 0o755)
        self.write("none.conf", "")

    def path(self, name):
        return os.path.join(self.dir, name)

    def write(self, name, text):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb" if isinstance(text, bytes) else "w") as f:
            f.write(text)
        return path

    def arguments(self, *args):
        """With configurations of our own, so that this machine's say nothing."""
        given = " ".join(args)
        out = ["doctor", *args]
        for flag in ("--nginx-config", "--logrotate-config"):
            if flag not in given:
                out += [flag, self.path("none.conf")]
        return out

    def text(self, *args, check=None, stdin=None):
        return run(*self.arguments(*args), check=check, stdin=stdin).stdout.decode()

    def examine(self, *args, check=None, stdin=None):
        """The only log of the report, and its findings by code."""
        done = run(*self.arguments("--json", *args), check=check, stdin=stdin)
        report = json.loads(done.stdout)
        self.assertEqual(len(report["logs"]), 1)
        log = report["logs"][0]
        self.assertEqual(done.returncode, 1 if report["problems"] else 0, log)
        return log, {finding["code"]: finding for finding in log["findings"]}

    def as_nobody(self, *args):
        """As a user without rights. Needs root itself."""
        done = subprocess.run([BINARY, *self.arguments("--json", *args)], user=NOBODY, group=NOBODY, extra_groups=[],
                              capture_output=True, timeout=TIMEOUT)
        return {finding["code"]: finding for finding in json.loads(done.stdout)["logs"][0]["findings"]}


class Access(Doctor):
    def test_what_is_not_there(self):
        self.write("log/access.log", lines())
        _, found = self.examine(self.path("log/acess.log"), check=1)
        self.assertIn("did you mean " + self.path("log/access.log"), found["not-found"]["advice"])
        _, found = self.examine(self.path("log/shop.txt"), check=1)
        self.assertIn("access.log", found["not-found"]["advice"])
        _, found = self.examine(self.path("nowhere/access.log"), check=1)
        self.assertIn("no directory", found["not-found"]["message"])

    def test_a_directory_and_a_link_to_nothing(self):
        self.write("log/access.log", lines())
        _, found = self.examine(self.path("log"), check=1)
        self.assertIn("/*.log", found["directory"]["advice"])
        self.assertIn("access.log", found["directory"]["advice"])
        os.symlink("gone.log", self.path("link.log"))
        _, found = self.examine(self.path("link.log"), check=1)
        self.assertIn("gone.log", found["dangling-link"]["message"])

    def test_empty_binary_and_compressed_with_something_else(self):
        _, found = self.examine(self.write("empty.log", ""), check=0)
        self.assertEqual(found["empty"]["level"], "note")
        _, found = self.examine(self.write("noise.log", bytes(range(256)) * 8), check=1)
        self.assertIn("binary", found["binary"]["message"])
        _, found = self.examine(self.write("old.log.zst", b"\x28\xb5\x2f\xfd" + bytes(60)), check=1)
        self.assertIn("zstdcat", found["compressed"]["advice"])

    def test_a_hole_of_nul_is_no_binary_file(self):
        log, found = self.examine(self.write("hole.log", bytes(5000) + lines().encode()))
        self.assertEqual(log["format"], "combined")
        self.assertEqual(log["requests"], 20)
        self.assertNotIn("binary", found)

    @unittest.skipIf(os.geteuid() != 0, "needs another user")
    def test_the_directory_without_x_and_the_group_to_join(self):
        log = self.write("shut/in/access.log", lines())
        shut = self.path("shut")
        shutil.chown(shut, "root", "adm")
        os.chmod(shut, 0o750)
        found = self.as_nobody(log)["no-permission"]
        self.assertIn(f"the directory {shut} (mode 0750, root:adm)", found["message"])
        self.assertIn("usermod -aG adm nobody", found["advice"])
        os.chmod(shut, 0o700)
        self.assertIn(f"setfacl -m u:nobody:x {shut}", self.as_nobody(log)["no-permission"]["advice"])
        os.chmod(shut, 0o755)
        shutil.chown(log, "root", "adm")
        os.chmod(log, 0o640)
        found = self.as_nobody(log)["no-permission"]
        self.assertIn(f"may not read {log} (mode 0640, root:adm)", found["message"])
        self.assertIn("SupplementaryGroups=adm", found["advice"])
        os.chmod(log, 0o644)
        self.assertIn("readable", self.as_nobody(log))

    def test_gzip_and_standard_input(self):
        log, _ = self.examine(self.write("access.log.1.gz", gzip.compress(lines().encode())))
        self.assertEqual(log["requests"], 20)
        self.assertTrue(log["command"].startswith("routemeter replay "))
        log, _ = self.examine("-", stdin=lines().encode())
        self.assertEqual(log["requests"], 20)


class Format(Doctor):
    def test_a_combined_log_lacks_two_fields(self):
        log, found = self.examine(self.write("nginx/access.log", lines()), check=1)
        self.assertEqual((log["format"], log["lines"], log["requests"]), ("combined", 20, 20))
        self.assertEqual(log["missing"], ["duration", "request_size"])
        self.assertIn("http_request_duration_highr_seconds", found["missing-duration"]["message"])
        self.assertIn("http_request_size_bytes", found["missing-request_size"]["message"])

    def test_metrics_that_need_no_more_are_no_problem(self):
        rules = self.write("rules.yaml", "version: 1\nformat: auto\nroutes: ['GET /items/{id}']\nmetrics: [requests]\n")
        log, _ = self.examine("--rules", rules, self.write("access.log", lines()), check=0)
        self.assertEqual(log["missing"], [])
        self.assertIn(f"serve --rules {rules} ", log["command"])

    def test_everything_is_there(self):
        tail = " rt=0.021 uht=0.020 urt=0.021 cl=- ucl=100"
        out = self.text(self.write("access.log", lines(tail=tail)), check=0)
        self.assertIn("\n0 problems, 0 warnings\nroutemeter serve ", out)

    def test_the_caret_stands_under_the_first_wrong_character(self):
        bad = LINE.replace("[%s]", "%s") % (clf(), 1, 5)
        out = self.text(self.write("access.log", lines(200) + bad + "\n" + lines(200)))
        found = re.search(r'the first is line 201 \(no_match\): expected " \[" behind \$remote_user\n( *)(.*)\n( *)\^\n',
                          out)
        self.assertTrue(found, out)
        column = len(found[3]) - len(found[1])
        self.assertEqual(found[2][:column], "192.0.2.7 - - ")

    def test_requests_that_are_none_ask_for_nothing(self):
        hello = '192.0.2.9 - - [%s] "\\x16\\x03\\x01" 400 0 "-" "-"\n' % clf()
        _, found = self.examine(self.write("access.log", lines() + hello))
        self.assertEqual(found["lines"]["level"], "ok")
        self.assertIn("1 bad_request", found["lines"]["message"])
        self.assertIn("nothing to do", found["lines"]["advice"])

    def test_a_format_of_ones_own_is_proposed_and_works(self):
        path = self.write("access.log", lines(tail=' "shop.example.org" 10.0.0.5:8000 200 0.020 0.021'))
        log, found = self.examine(path, check=1)
        self.assertEqual(log["requests"], 20)
        self.assertEqual(log["missing"], ["request_size"])
        rules = self.write("rules.yaml", "\n".join(found["format"]["paste"]) + "\n")
        _, again = self.examine("--rules", rules, path, check=1)
        self.assertEqual(again["format"]["level"], "ok")
        # The command line that doctor names runs as it stands.
        command = log["command"].replace("routemeter serve", f"{BINARY} replay", 1)
        done = subprocess.run(["sh", "-c", command], capture_output=True, timeout=TIMEOUT)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(b"http_requests_total", done.stdout)

    def test_a_proposal_with_fields_is_a_rule_file(self):
        w3c = ("#Software: Microsoft Internet Information Services 10.0\n"
               "#Fields: date time cs-method cs-uri-stem sc-status sc-bytes cs-bytes time-taken\n"
               + "2026-11-24 10:00:00 GET /items/7 200 5000 120 20\n" * 9)
        path = self.write("u_ex.log", w3c)
        log, found = self.examine(path, check=1)
        self.assertEqual((log["format"], log["missing"]), ("IIS (W3C extended log)", []))
        rules = self.write("rules.yaml", "\n".join(found["format"]["paste"]) + "\n")
        out = run("replay", "--rules", rules, path, check=0).stdout.decode()
        self.assertIn("http_request_duration_highr_seconds_sum 0.18", out)

    def test_a_number_that_may_be_the_duration_is_pointed_at(self):
        _, found = self.examine(self.write("access.log", lines(tail=" 1234")), check=1)
        self.assertIn("{duration: {field: field_3, unit: us}}", found["format"]["advice"])

    def test_the_wrong_format_is_named_with_the_right_one(self):
        rules = self.write("rules.yaml", "version: 1\nformat: json\n")
        log, found = self.examine("--rules", rules, self.write("access.log", lines()), check=1)
        self.assertIn("format json fits 0 of the first 20 lines; combined fits 20", found["format"]["message"])
        self.assertEqual(found["format"]["shown"][0], "expected a JSON object:")
        # What is said behind it is about the log.
        self.assertEqual((log["format"], log["requests"]), ("combined", 20))
        self.assertIn(f"--rules {rules} --format combined ", log["command"])

    def test_nothing_fits(self):
        log, found = self.examine(self.write("app.log", "something went wrong\n" * 5), check=1)
        self.assertIsNone(log["format"])
        self.assertIsNone(log["command"])
        self.assertIn("expects", found["format"]["shown"][0])

    def test_json_with_its_own_keys(self):
        record = {"verb": "GET", "resource": {"path": "/items/7"}, "outcome_status": 200, "elapsed_ms": 20}
        path = self.write("app.log", (json.dumps(record) + "\n") * 9)
        log, found = self.examine(path, check=1)
        self.assertEqual(log["missing"], ["request_size", "response_size"])
        self.assertIn("  duration: {field: elapsed_ms, unit: ms}", found["format"]["paste"])

    def test_no_control_byte_reaches_the_terminal(self):
        hostile = LINE % (clf(), 1, 5) + "\x1b]0;title\x07"
        out = self.text(self.write("bad\x1bname.log", lines(3) + hostile + "\n"))
        self.assertNotRegex(out, r"[\x00-\x08\x0b-\x1f\x7f]")
        self.assertIn("\\x1B", out)


class Numbers(Doctor):
    def test_milliseconds_logged_as_seconds(self):
        tail = " rt=35.0 uht=30.0 urt=35.0 cl=0 ucl=100"
        _, found = self.examine(self.write("access.log", lines(tail=tail)), check=0)
        self.assertEqual(found["unit"]["level"], "warning")
        self.assertIn("is it milliseconds?", found["unit"]["message"])

    def test_a_clock_that_is_ahead(self):
        _, found = self.examine(self.write("access.log", lines(seconds_ago=-7300)))
        self.assertIn("2 hours in the future", found["time-ahead"]["message"])


class Machine(Doctor):
    def test_copytruncate_loses_lines(self):
        log = self.write("access.log", lines())
        conf = self.write("logrotate.conf", "%s {\n  daily\n  copytruncate\n}\n" % log)
        _, found = self.examine("--logrotate-config", conf, log)
        self.assertEqual(found["copytruncate"]["level"], "warning")
        self.assertIn(conf + ":1", found["copytruncate"]["message"])
        conf = self.write("logrotate.conf", "%s {\n  rotate 3\n  compress\n}\n" % log)
        _, found = self.examine("--logrotate-config", conf, log)
        self.assertIn("tells nobody", found["no-postrotate"]["message"])
        conf = self.write("logrotate.conf", "%s {\n  rotate 3\n  postrotate\n  true\n  endscript\n}\n" % log)
        _, found = self.examine("--logrotate-config", conf, log)
        self.assertEqual(found["rotation"]["level"], "ok")

    def test_files_beside_it(self):
        log = self.write("access.log", lines())
        _, found = self.examine(log)
        self.assertIn("not-rotated", found)
        self.write("access.log.1", lines())
        self.write("access.log.2.xz", "x")
        _, found = self.examine(log)
        self.assertIn("2 rotated files", found["rotation"]["message"])
        self.assertIn("access.log.2.xz", found["foreign-archives"]["message"])

    def test_nginx_says_its_own_format(self):
        log = self.write("access.log", "".join(f"GET /items/{i} HTTP/1.1|200|0.02{i}|-|9\n" for i in range(9)))
        conf = self.write("nginx.conf", "http {\n  log_format bars '$request|$status|$request_time|$content_length|'\n"
                                        "                  '$body_bytes_sent';\n"
                                        f"  access_log {log} bars buffer=64k;\n}}\n")
        report, found = self.examine("--nginx-config", conf, log, check=1)
        self.assertEqual((report["format"], report["missing"]), ("nginx log_format bars", []))
        self.assertIn(conf + ":2", found["format"]["advice"])
        self.assertEqual(found["nginx-buffer"]["level"], "warning")
        rules = self.write("rules.yaml", "version: 1\nformat: '$request|$status|$request_time|$body_bytes_sent'\n")
        _, found = self.examine("--nginx-config", conf, "--rules", rules, log, check=1)
        self.assertIn("another string", found["nginx-format"]["message"])
        rules = self.write("rules.yaml", "\n".join(["version: 1", *found["nginx-format"]["paste"]]) + "\n")
        _, found = self.examine("--nginx-config", conf, "--rules", rules, log, check=0)
        self.assertEqual(found["nginx-format"]["level"], "ok")

    def test_options_of_access_log(self):
        log = self.write("access.log", lines())
        conf = self.write("nginx.conf", f"access_log {log} combined gzip flush=5m if=$loggable;\n")
        _, found = self.examine("--nginx-config", conf, log, check=1)
        self.assertEqual(found["nginx-gzip"]["level"], "problem")
        self.assertIn("if=$loggable", found["nginx-if"]["message"])
        conf = self.write("nginx.conf", f"access_log {log};\naccess_log {log} other;\nlog_format other '$status';\n")
        _, found = self.examine("--nginx-config", conf, log, check=1)
        self.assertIn("combined, other", found["nginx-mixed"]["message"])


class Rules(Doctor):
    def test_shares_and_the_paths_without_a_rule(self):
        log = self.write("access.log", lines(10) + (LINE % (clf(), 1, 5)).replace("/items/1", "/nothing") + "\n")
        rules = self.write("rules.yaml", "version: 1\nroutes: ['GET /items/{id}', GET /other]\nexclude: [zzz]\n")
        _, found = self.examine("--rules", rules, log)
        self.assertIn("90.9 % of the requests match a rule, 9.1 % match none", found["matched"]["message"])
        self.assertIn("  1  /nothing", found["matched"]["shown"])
        self.assertIn(f"routemeter explain --rules {rules}", found["matched"]["advice"])
        rules = self.write("rules.yaml", "version: 1\nroutes: [GET /other]\n")
        _, found = self.examine("--rules", rules, log)
        self.assertEqual(found["matched"]["level"], "warning")

    def test_too_many_series(self):
        log = self.write("access.log", "".join(LINE % (clf(), i, 5) + "\n" for i in range(50)))
        rules = self.write("rules.yaml",
                           "version: 1\noptions: {group_untemplated: false}\nlimits: {max_series: 10}\n")
        _, found = self.examine("--rules", rules, log)
        self.assertEqual(found["series"]["level"], "warning")

    def test_a_rule_file_that_does_not_load(self):
        rules = self.write("rules.yaml", "version: 2\n")
        done = run(*self.arguments("--rules", rules, self.write("access.log", lines())), check=2)
        self.assertIn(b"version", done.stderr)
        self.assertEqual(done.stdout, b"")


class Remedies(Doctor):
    def test_what_is_added_to_a_string_of_ones_own(self):
        text = "$request|$status|$body_bytes_sent"
        log = self.write("access.log", "GET /items/1 HTTP/1.1|200|5\n" * 9)
        _, found = self.examine("--format", text, log, check=1)
        paste = found["missing-request_size"]["paste"]
        self.assertEqual(paste[1], "  ' $request_time $content_length'")
        self.write("access.log", "GET /items/1 HTTP/1.1|200|5 0.020 -\n" * 9)
        rules = self.write("rules.yaml", "version: 1\n" + paste[3].strip() + "\n")
        report, _ = self.examine("--rules", rules, log, check=0)
        self.assertEqual(report["missing"], [])
        log = self.write("httpd.log", "10.0.0.7 \"GET / HTTP/1.1\" 200 5\n" * 9)
        _, found = self.examine("--format", '%h "%r" %>s %B', log, check=1)
        self.assertIn("  ' %D %{Content-Length}i'", found["missing-request_size"]["paste"])

    def test_the_middleware_for_uvicorn(self):
        log = self.write("uvicorn.log", 'INFO:     127.0.0.1:5000 - "GET / HTTP/1.1" 200 OK\n' * 3)
        _, found = self.examine(log, check=1)
        paste = found["missing-response_size"]["paste"]
        middleware = [line[2:] for line in paste[1:paste.index("in the rule file:")]]
        os.unlink(log)
        self.write("app.py", "from fastapi import FastAPI, Response\napp = FastAPI()\n"
                             "@app.post('/items/{item_id}')\ndef item(item_id):\n    return Response('x' * 100)\n"
                             "@app.get('/fail')\ndef fail():\n    raise ValueError\n" + "\n".join(middleware) + "\n")
        port = free_port()
        server = subprocess.Popen(["/usr/bin/python3", "-m", "uvicorn", "app:app", "--no-access-log", "--port", str(port)],
                                  cwd=self.dir, stderr=subprocess.DEVNULL)
        try:
            def ask(method, path, body=None):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
                connection.request(method, path, body)
                connection.getresponse().read()
                connection.close()
                return True

            def answers():
                try:
                    return ask("GET", "/fail")
                except OSError:
                    return False

            wait_for(answers, "uvicorn")
            for i in range(9):
                ask("POST", f"/items/{i}%20x?x=1", b"body!")
        finally:
            server.terminate()
            server.wait(timeout=TIMEOUT)
        rules = self.write("rules.yaml", "version: 1\nformat: json\nroutes:\n- POST /items/{id}\n")
        report, _ = self.examine("--rules", rules, log, check=0)
        self.assertEqual((report["missing"], report["requests"]), ([], report["lines"]))
        samples = parse(run("replay", "--rules", rules, log, check=0).stdout.decode())
        handler = "/items/{id}"
        self.assertEqual(total(samples, "http_response_size_bytes_sum", handler=handler), 900)
        self.assertEqual(total(samples, "http_request_size_bytes_sum", handler=handler), 45)
        self.assertGreaterEqual(total(samples, "http_requests_total", status="5xx"), 1)
        self.assertGreater(total(samples, "http_request_duration_seconds_sum", handler=handler), 0)


class AtTheStartOfServe(Doctor):
    def warnings(self, *args):
        """What `serve` has warned of when it listens, in the words of doctor."""
        with Serve(*args) as serve:
            return [record for record in serve.records if record["level"] == "warn" and "log" in record]

    def test_doubtful_units_are_warned_of_once(self):
        log = self.write("access.log", lines(tail=" rt=35.0 uht=30.0 urt=35.0 cl=0 ucl=100"))
        told = [record["msg"] for record in self.warnings(log)]
        self.assertEqual(len([message for message in told if "is it milliseconds?" in message]), 2, told)
        self.assertTrue(any("unit: ms" in message for message in told))

    def test_a_good_log_and_a_lacking_one_have_no_further_warning(self):
        good = self.write("good.log", lines(tail=" rt=0.021 uht=0.020 urt=0.021 cl=- ucl=100"))
        self.assertEqual(self.warnings(good), [])
        self.assertEqual(self.warnings(self.write("access.log", lines())), [])

    @unittest.skipIf(os.geteuid() != 0, "needs another user")
    def test_a_directory_that_may_not_be_passed_is_named_with_the_way_in(self):
        log = self.write("shut/access.log", lines())
        os.chmod(self.path("shut"), 0o700)
        prefix = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", os.path.abspath(BINARY))
        with Serve(log, prefix=prefix) as serve:
            self.assertTrue(any(f"setfacl -m u:nobody:x {self.path('shut')}" in record["msg"]
                                for record in serve.records), serve.records)

    def test_each_service_of_a_configuration(self):
        slow = self.write("slow.log", lines(tail=" rt=35.0 uht=- urt=- cl=0 ucl=100"))
        good = self.write("good.log", lines(tail=" rt=0.021 uht=0.020 urt=0.021 cl=- ucl=100"))
        conf = self.write("routemeter.yaml",
                          f"services:\n- {{name: a, logs: [{good}], labels: {{service: a}}}}\n"
                          f"- {{name: b, logs: [{slow}], labels: {{service: b}}}}\n")
        self.assertEqual({record["log"] for record in self.warnings("--config.file", conf)}, {slow})


if __name__ == "__main__":
    main()
