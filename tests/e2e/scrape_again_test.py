"""Scrapes that find nothing new share what the first has written: it must not show, in any form that there is."""

import gzip
import threading

from harness import Serve, TempDirTest, main, parse, promtool, total

FORMS = [(accept, encoding) for accept in ("text/plain", "application/openmetrics-text")
         for encoding in ("identity", "gzip")]
OWN = ("routemeter_", "process_")


def line(target, method="GET"):
    return f'127.0.0.1 - - [01/Jan/2024:00:00:01 +0000] "{method} {target} HTTP/1.1" 200 11 "-" "test"\n'


class ScrapeAgainTest(TempDirTest):
    def setUp(self):
        super().setUp()
        self.rules = self.write("rules.yaml", "version: 1\nformat: combined\nroutes: [GET /, 'GET /items/{id}']\n")
        self.log = self.write("access.log", line("/") + line("/items/1"))

    def append(self, text):
        with open(self.log, "a") as f:
            f.write(text)

    def page(self, serve, form):
        accept, encoding = form
        status, headers, body = serve.get(headers={"Accept": accept, "Accept-Encoding": encoding})
        self.assertEqual(status, 200)
        self.assertEqual(headers.get("Content-Encoding", "identity"), encoding)
        self.assertIn(accept, headers["Content-Type"])
        text = (gzip.decompress(body) if encoding == "gzip" else body).decode()
        self.assertEqual(text.count("# EOF\n"), 1 if "openmetrics" in accept else 0)
        self.assertEqual(text.endswith("# EOF\n"), "openmetrics" in accept)
        return text

    def requests(self, text):
        """Without what changes by itself."""
        return [each for each in text.splitlines() if not each.removeprefix("# HELP ").removeprefix("# TYPE ")
                .startswith(OWN)]

    def scrapes(self, text):
        return parse(text)[("routemeter_scrape_duration_seconds_count", ())]

    def test_every_form_again_and_after_a_line(self):
        with Serve("--rules", self.rules, self.log) as serve:
            scrapes = 0
            for count in range(2, 6):
                first = {}
                for n in range(3):
                    for form in FORMS:
                        text = self.page(serve, form)
                        scrapes += 1
                        self.assertEqual(self.scrapes(text), scrapes - 1)  # those finished before this one
                        self.assertEqual(total(parse(text), "http_requests_total"), count)
                        self.assertEqual(self.requests(text), self.requests(first.setdefault(form, text)))
                for accept in ("text/plain", "application/openmetrics-text"):
                    self.assertEqual(self.requests(first[accept, "identity"]), self.requests(first[accept, "gzip"]))
                promtool(first["text/plain", "gzip"])
                self.append(line(f"/items/{count}"))

    def test_a_reload_is_seen_without_a_new_line(self):
        with Serve("--rules", self.rules, "--web.enable-lifecycle", self.log) as serve:
            for form in FORMS:
                self.assertNotIn('handler="/new"', self.page(serve, form))
            self.write("rules.yaml", "version: 1\nformat: combined\nroutes: [GET /, 'GET /items/{id}', GET /new]\n")
            self.assertEqual(serve.get("/-/reload", method="POST")[0], 200)
            for form in FORMS:
                text = self.page(serve, form)
                self.assertIn('handler="/new"', text)
                self.assertEqual(total(parse(text), "http_requests_total"), 2)

    def test_many_at_once_while_lines_come_and_rules_are_reloaded(self):
        with Serve("--rules", self.rules, "--web.enable-lifecycle", self.log) as serve:
            errors = []

            def scrape(number):
                last = 0
                try:
                    for n in range(60):
                        now = total(parse(self.page(serve, FORMS[(n + number) % 4])), "http_requests_total")
                        self.assertGreaterEqual(now, last)
                        last = now
                except Exception as error:  # told by the main thread
                    errors.append(error)

            threads = [threading.Thread(target=scrape, args=(number,)) for number in range(6)]
            for thread in threads:
                thread.start()
            written = 2
            while any(thread.is_alive() for thread in threads):
                self.append(line("/") * 50)
                written += 50
                if written % 500 == 2:
                    self.assertEqual(serve.get("/-/reload", method="POST")[0], 200)
            for thread in threads:
                thread.join()
            self.assertEqual(errors, [])
            self.assertEqual(total(serve.scrape(), "http_requests_total"), written)
            self.assertEqual(serve.stop(), 0)


if __name__ == "__main__":
    main()
