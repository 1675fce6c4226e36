"""The status page in a real browser, over a log in which everything is hostile."""

from browser import Browser
from harness import Serve, TempDirTest, main

RULES = """version: 1
format: combined
routes:
  - GET /
  - GET /items/{item_id}
  - {handler: "</code><script>alert('rule')</script>", pattern: '/never/<b>.*'}
  - GET /admin/{page}
exclude: [/admin]
"""
SCRIPT = b"<script>alert(1)</script>"
IMAGE = b"\"><img src=x onerror=alert(1)>"
ESCAPES = b"\x1b[2J\x1b]0;owned\x07\x9b"
NOT_UTF8 = b"\xff\xfe\xc0\xaf"


def line(target, method=b"GET", agent=b"test", status=b"200"):
    return (b'127.0.0.1 - - [01/Jan/2024:00:00:01 +0000] "' + method + b" " + target + b' HTTP/1.1" ' + status
            + b' 11 "-" "' + agent + b'"\n')


def poisoned_log():
    """Requests that no rule matches, requests that are none, and lines that are no log lines."""
    log = line(b"/") + line(b"/items/1") * 1234 + line(b"/admin/x")
    for poison in (SCRIPT, IMAGE, IMAGE.replace(b'"', rb"\x22"), ESCAPES, NOT_UTF8, b"\xe2\x80\xaegpj.exe",
                   b"javascript:alert(1)", b"</style></pre></code>", b"&lt;b&gt;", b"x" * 5000, b"\xe2\x82\xac" * 300):
        log += line(b"/" + poison, status=b"404") + line(b"/" + poison + b"?secret=1", status=b"404")
        log += line(b"/items/2", method=poison)
        log += line(b"/items/3", agent=poison)
        log += poison + b"\n"
    return log


class StatusPageTest(TempDirTest):
    @classmethod
    def setUpClass(cls):
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.close)

    def setUp(self):
        super().setUp()
        self.log = self.write("<b>access.log", poisoned_log())
        rules = self.write("rules.yaml", RULES)
        self.serve = Serve("--rules", rules, self.log)
        self.addCleanup(self.serve.stop)
        self.serve.scrape()  # everything is read now

    def show(self, width=1400, scheme="light"):
        self.browser.look_like(width, scheme=scheme)
        self.browser.open(f"http://127.0.0.1:{self.serve.port}/")
        self.browser.run("for (const d of document.querySelectorAll('details')) d.open = true")

    def text(self):
        return self.browser.run("return document.body.innerText")

    def test_nothing_from_the_log_is_markup(self):
        self.show()
        run = self.browser.run
        self.assertIsNone(self.browser.dialog())
        self.assertEqual(run("return [document.scripts.length, document.images.length]"), [0, 0])
        self.assertEqual(run("return performance.getEntriesByType('resource').map(r => r.name)"), [])
        self.assertEqual(run("""
            return [...document.querySelectorAll('*')].flatMap(e => [...e.attributes])
                .filter(a => a.name.startsWith('on') || /javascript:/i.test(a.value)).map(a => a.name)"""), [])
        tags = set(run("return [...document.querySelectorAll('body *')].map(e => e.tagName.toLowerCase())"))
        self.assertLessEqual(tags, {
            "a", "b", "caption", "code", "dd", "details", "div", "dl", "dt", "footer", "h1", "h2", "h3", "header",
            "li", "main", "nav", "p", "pre", "section", "small", "span", "summary", "table", "tbody", "td", "th",
            "thead", "time", "tr", "ul"})

    def test_what_was_in_the_log_is_there_as_text(self):
        self.show()
        text = self.text()
        for wanted in ("/<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", r"\x1B[2J\x1B]0;owned\x07\x9B",
                       r"\xFF\xFE\xC0\xAF", r"\u{202E}gpj.exe", "</style></pre></code>", "&lt;b&gt;", "/xxxx", "€€€",
                       "/never/<b>.*", "<b>access.log", "combined"):
            self.assertIn(wanted, text)
        self.assertNotIn("secret", text.split("Lines that are no requests")[0])
        for character in text:
            self.assertTrue(character in "\n\t" or character.isprintable() or character == "\u00a0", repr(character))

    def test_rules_and_numbers(self):
        self.show()
        rules = self.browser.run("""
            return [...document.querySelectorAll('table')].find(t => t.caption.innerText.startsWith('Rules'))
                .innerText.split('\\n')""")
        row = {text.split("\t")[0]: text for text in rules}
        self.assertIn("never hit", next(text for start, text in row.items() if "/never/<b>.*" in start))
        self.assertIn("excluded", next(text for start, text in row.items() if start.startswith("GET /admin/{page}")))
        self.assertRegex(row["GET /items/{item_id}"], r"\b1,2\d\d\b")
        samples = self.serve.scrape()
        lines = int(samples["routemeter_lines_total", (("source", self.log),)])
        self.show()
        shown = self.browser.run("return [...document.querySelectorAll('.sum dd')].map(e => e.innerText)")
        numbers = [int(text.replace(",", "")) for text in shown]
        self.assertEqual(numbers[-1], lines)
        self.assertEqual(sum(numbers[:-1]), lines)

    def test_headers_and_links(self):
        status, headers, body = self.serve.get("/")
        self.assertEqual((status, headers["Content-Type"]), (200, "text/html; charset=utf-8"))
        body.decode()  # UTF-8, whatever the log has
        self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
        self.assertEqual(self.serve.get("/", method="HEAD")[2], b"")
        self.show()
        links = self.browser.run("return [...document.links].map(a => new URL(a.href).pathname)")
        self.assertLessEqual({"/metrics", "/-/healthy", "/-/ready"}, set(links))
        for path in links:
            self.assertEqual(self.serve.get(path)[0], 200, path)

    def test_fits_every_screen(self):
        for width in (320, 400, 735, 737, 1000, 1400, 2560):
            self.show(width)
            page, window = self.browser.run(
                "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]")
            self.assertLessEqual(page, window, f"scrolls sideways at {width}")
            # Neither is anything cut off or laid over something else.
            self.assertEqual(self.browser.run(SPILLS), [], f"at {width}")

    def test_readable_in_both_colour_schemes(self):
        backgrounds = set()
        for scheme in ("light", "dark"):
            self.show(scheme=scheme)
            self.assertEqual(self.browser.run(LOW_CONTRAST), [], scheme)
            backgrounds.add(self.browser.run("return getComputedStyle(document.body).backgroundColor"))
        self.assertEqual(len(backgrounds), 2)

    def test_tables_are_tables_for_everybody(self):
        for width in (400, 1400):  # stacked, too
            self.show(width)
            tables = self.browser.run("""
                return [...document.querySelectorAll('table')].map(t => [t.caption.innerText.length > 0,
                    [...t.querySelectorAll('th')].every(h => h.scope && h.getAttribute('role').endsWith('header')),
                    [...t.rows].every(r => r.getAttribute('role') == 'row')])""")
            self.assertGreaterEqual(len(tables), 4)
            for table in tables:
                self.assertEqual(table, [True, True, True])
        self.assertEqual(self.browser.run("return [document.documentElement.lang, document.querySelectorAll('h1').length]"),
                         ["en", 1])


# Cells and boxes whose content is wider than they are, or that overlap their neighbour.
SPILLS = """
const bad = [];
for (const row of document.querySelectorAll('tbody tr')) {
  const boxes = [...row.children].map(c => [c, c.getBoundingClientRect()]);
  for (const [cell, box] of boxes) {
    if (cell.scrollWidth > cell.clientWidth + 1) bad.push('spills: ' + cell.innerText.slice(0, 40));
    for (const [other, o] of boxes) {
      if (other !== cell && box.left < o.right - 1 && o.left < box.right - 1 &&
          box.top < o.bottom - 1 && o.top < box.bottom - 1) bad.push('overlaps: ' + cell.innerText.slice(0, 40));
    }
  }
}
return bad;
"""
# Texts whose contrast with what is behind them is below 4.5 to 1 (WCAG 2.2, 1.4.3).
LOW_CONTRAST = """
const parse = c => c.match(/[\\d.]+/g).map(Number);
const channel = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
const light = c => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
const behind = e => {
  for (; e; e = e.parentElement) {
    const c = parse(getComputedStyle(e).backgroundColor);
    if (c.length < 4 || c[3] === 1) return c;
  }
  return [255, 255, 255];
};
const bad = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
let seen = 0;
while (walker.nextNode()) {
  if (!walker.currentNode.data.trim()) continue;
  ++seen;
  const e = walker.currentNode.parentElement;
  const [a, b] = [light(parse(getComputedStyle(e).color)), light(behind(e))];
  const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (contrast < 4.5) bad.push(contrast.toFixed(2) + ': ' + walker.currentNode.data.slice(0, 40));
}
return seen > 20 ? bad : ['no text'];
"""


if __name__ == "__main__":
    main()
