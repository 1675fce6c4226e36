"""The man pages say what the program does: every option, every key of the rule file, every reason, no lint."""

import glob
import json
import os
import re
import subprocess
import unittest

from harness import SOURCE, main, run

MAN = os.path.join(SOURCE, "man")
LONG = re.compile(r"--[a-z][a-z0-9.-]*")
# Behind these macros stands the head of a paragraph: an option, a key, a reason.
HEAD = re.compile(r"^\.T[PQ].*\n(.*)", re.MULTILINE)


def source(page):
    with open(os.path.join(MAN, page)) as f:
        return f.read()


def heads(text):
    """The words of all heads, without macros, quotes, fonts and escapes."""
    words = set()
    for head in HEAD.findall(text):
        head = re.sub(r"^\.[A-Z]+ ", "", head)
        head = re.sub(r"\\f[A-Z]", "", head).replace("\\-", "-")
        words.update(re.findall(r"[^\s\",|]+", head))
    return words


def section(text, name):
    """The source of one .SH section."""
    found = re.search(rf"^\.SH {re.escape(name)}\n(.*?)(?=^\.SH |\Z)", text, re.MULTILINE | re.DOTALL)
    if not found:
        raise AssertionError(f"no section {name}")
    return found[1]


def help_of(*command):
    return run(*command, "--help", check=0).stdout.decode()


def options_of_help(text):
    """The long options that a help text offers: only where a line begins with an option."""
    lines = re.findall(r"^ +(-.*)$", text, re.MULTILINE)
    return {LONG.search(line.split("  ")[0])[0] for line in lines}


def commands():
    found = re.search(r"Subcommands:\n((?: +\S+ .*\n)+)", help_of())
    return re.findall(r"^ +(\S+)", found[1], re.MULTILINE)


def schema_words():
    """Every key that the schema has, and every word of its enums."""
    with open(os.path.join(SOURCE, "rules", "routemeter-rules.schema.json")) as f:
        schema = json.load(f)
    keys, words = set(), set()

    def walk(node):
        if isinstance(node, list):
            for item in node:
                walk(item)
        elif isinstance(node, dict):
            for key, value in node.items():
                if key == "properties":
                    keys.update(value)
                elif key == "enum":
                    words.update(value)
                walk(value)

    walk(schema)
    return keys, words


def reasons():
    with open(os.path.join(SOURCE, "src", "model", "vocabulary.h")) as f:
        names = re.search(r"kReasonNames = \{(.*?)\}", f.read(), re.DOTALL)[1]
    return [name for name in re.findall(r'"(\w+)"', names) if name != "none"]


class ManPages(unittest.TestCase):
    def test_lint(self):
        pages = sorted(glob.glob(os.path.join(MAN, "*.[0-9]")))
        self.assertGreaterEqual(len(pages), 4)
        for page in pages:
            done = subprocess.run(["mandoc", "-Tlint", page], capture_output=True, timeout=60)
            self.assertEqual(done.stdout + done.stderr, b"", page)

    def test_every_command_has_its_page_and_the_pages_name_each_other(self):
        overview = source("routemeter.1")
        self.assertEqual(heads(section(overview, "COMMANDS")), set(commands()))
        self.assertEqual(LONG.findall(" ".join(sorted(heads(section(overview, "OPTIONS"))))), ["--help", "--version"])
        pages = {os.path.basename(page) for page in glob.glob(os.path.join(MAN, "*.[0-9]"))}
        self.assertEqual(
            pages, {"routemeter.1", "routemeter-rules.5"} | {f"routemeter-{command}.1" for command in commands()})
        for page in pages:
            see = section(source(page), "SEE ALSO").replace("\\-", "-")
            for name, number in re.findall(r"(routemeter[a-z-]*) \((\d)\)", see):
                self.assertIn(f"{name}.{number}", pages, page)
            self.assertRegex(see, r"routemeter", page)

    def test_options(self):
        for command in commands():
            with self.subTest(command):
                offered = options_of_help(help_of(command))
                self.assertIn("--help", offered)
                described = {word for word in heads(section(source(f"routemeter-{command}.1"), "OPTIONS"))
                             if LONG.fullmatch(word)}
                self.assertEqual(described, offered)

    def test_other_pages_name_only_options_that_exist(self):
        every = {"--version"}.union(*(options_of_help(help_of(command)) for command in commands()))
        for page in glob.glob(os.path.join(MAN, "*.[0-9]")):
            text = source(page).replace("\\-", "-")
            self.assertLessEqual(set(LONG.findall(text)), every, page)

    def test_keys_of_the_rule_file(self):
        text = source("routemeter-rules.5")
        keys, words = schema_words()
        self.assertIn("exclude_streaming_duration", keys)
        self.assertEqual(keys - heads(text), set())
        plain = re.sub(r"\\-", "-", text)
        for word in words:
            self.assertRegex(plain, rf"(?<![\w-]){re.escape(word)}(?![\w-])")

    def test_formats(self):
        formats = re.search(r"Log format[^:]*: (.*?);", help_of("replay"), re.DOTALL)[1].split(", ")
        self.assertIn("combined", formats)
        names = section(source("routemeter-rules.5"), "LOG FORMATS")
        self.assertEqual(set(formats) - heads(names), set())

    def test_reasons(self):
        self.assertIn("bad_envelope", reasons())
        self.assertEqual(heads(section(source("routemeter-rules.5"), "REASONS")), set(reasons()))

    def test_exit_codes(self):
        overview = heads(section(source("routemeter.1"), "EXIT STATUS"))
        self.assertEqual(overview, {"0", "1", "2", "3"})


if __name__ == "__main__":
    main()
