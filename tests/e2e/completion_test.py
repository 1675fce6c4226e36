"""completion: what the real shells offer after a few keys, and that every command and option is among it."""

import os
import pty
import re
import select
import shutil
import subprocess
import tempfile
import time
import unittest

from harness import BINARY, TIMEOUT, main, run

LONG = re.compile(r"--[a-z][a-z0-9.-]*")
BASH = r"""
source "$SCRIPT"
COMP_WORDS=("$@")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_routemeter
printf '%s\n' "${COMPREPLY[@]}"
"""


def commands():
    found = re.search(r"Subcommands:\n((?: +\S+ .*\n)+)", run("--help", check=0).stdout.decode())
    return re.findall(r"^ +(\S+)", found[1], re.MULTILINE)


def options_of(command):
    lines = re.findall(r"^ +(-.*)$", run(command, "--help", check=0).stdout.decode(), re.MULTILINE)
    return {LONG.search(line.split("  ")[0])[0] for line in lines}


class Shell:
    """A folder with files to complete, and the scripts. `offers` is the shell's: what may stand for the last word."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        for name in ("shop.yaml", "shop.json", "shop.log", "access.log"):
            with open(os.path.join(self.folder, name), "w"):
                pass
        os.mkdir(os.path.join(self.folder, "shop.d"))
        self.script = os.path.join(self.folder, ".script")
        with open(self.script, "wb") as f:
            f.write(run("completion", self.shell, check=0).stdout)
        self.env = dict(os.environ, SCRIPT=self.script, PATH=f"{os.path.dirname(BINARY)}:{os.environ['PATH']}",
                        HOME=self.folder, XDG_CONFIG_HOME=self.folder, XDG_DATA_HOME=self.folder, TERM="dumb")

    def test_commands(self):
        self.assertLessEqual(set(commands()), self.offers(""))
        self.assertEqual(self.offers("rep"), {"replay"})

    def test_options(self):
        for command in commands():
            self.assertEqual({o for o in self.offers(command, "--") if o.startswith("--")}, options_of(command), command)
        self.assertEqual(self.offers("serve", "--web.tel"), {"--web.telemetry-path"})

    def test_words(self):
        self.assertEqual(self.offers("check", "--format", ""), {"text", "json", "sarif"})
        self.assertEqual(self.offers("serve", "--log.level", "w"), {"warn"})
        self.assertEqual(self.offers("learn", "--format", "uv"), {"uvicorn"})
        self.assertEqual(self.offers("completion", "z"), {"zsh"})

    def test_files(self):
        self.assertEqual(self.offers("replay", "acc"), {"access.log"})
        self.assertEqual(self.offers("serve", "--state-dir", "sh"), {"shop.d"})
        self.assertLessEqual({"shop.yaml", "shop.json", "shop.log"}, self.offers("learn", "-o", "sh"))


class Bash(Shell, unittest.TestCase):
    shell = "bash"

    def offers(self, *words):
        done = subprocess.run(["bash", "--norc", "-c", BASH, "bash", "routemeter", *words], cwd=self.folder, env=self.env,
                              capture_output=True, timeout=TIMEOUT, check=True, text=True)
        self.assertEqual(done.stderr, "")
        return set(done.stdout.split())

    def test_rule_files(self):
        for words in (("replay", "--rules", "sh"), ("check", "sh"), ("import", "--merge", "sh"), ("test", "sh")):
            self.assertEqual(self.offers(*words), {"shop.yaml", "shop.json", "shop.d"}, words)

    def test_value_behind_an_equals_sign(self):
        self.assertEqual(self.offers("check", "--format", "=", "js"), {"json"})
        self.assertEqual(self.offers("check", "--format", "="), {"text", "json", "sarif"})


class Fish(Shell, unittest.TestCase):
    shell = "fish"

    def offers(self, *words):
        line = " ".join(("routemeter", *words))
        done = subprocess.run(["fish", "--no-config", "-c", f'source $SCRIPT; complete -C "{line}"'], cwd=self.folder,
                              env=self.env, capture_output=True, timeout=TIMEOUT, check=True, text=True)
        self.assertEqual(done.stderr, "")
        return {offer.split("\t")[0].rstrip("/") for offer in done.stdout.splitlines()}

    def test_rule_files(self):
        self.assertEqual(self.offers("replay", "--rules", "sh"), {"shop.yaml", "shop.json", "shop.d"})


class Typed:
    """An interactive shell at a terminal."""

    def __init__(self, argv, cwd, env):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(cwd)
            os.execvpe(argv[0], argv, env)

    def type(self, keys, until):
        """Everything the shell shows until `until` is there."""
        os.write(self.fd, keys.encode())
        seen = ""
        end = time.monotonic() + TIMEOUT
        while until not in seen and time.monotonic() < end:
            if select.select([self.fd], [], [], 0.2)[0]:
                seen += os.read(self.fd, 65536).decode(errors="replace")
        if until not in seen:
            raise AssertionError(f"{keys!r}: no {until!r} in {seen!r}")
        return seen

    def close(self):
        os.close(self.fd)
        os.waitpid(self.pid, 0)


class Zsh(Shell, unittest.TestCase):
    """zsh completes only at a terminal: this asks its completion system to print the matches instead."""

    shell = "zsh"

    def setUp(self):
        super().setUp()
        self.start("autoload -Uz compinit && compinit -D -u && source $SCRIPT")

    def start(self, load):
        self.zsh = Typed(["zsh", "-f", "-i"], self.folder, self.env)
        self.addCleanup(self.zsh.close)
        self.zsh.type("unsetopt zle_bracketed_paste; PROMPT='%# '; LISTMAX=9999; stty cols 4000; echo RE''ADY\n", "READY")
        self.zsh.type(load + "; echo LOAD''ED\n", "LOADED")
        # Instead of a menu: each match on a line of its own, between marks.
        with open(os.path.join(self.folder, ".capture"), "w") as f:
            f.write(CAPTURE)
        self.zsh.type("source .capture; echo CAPT''URED\n", "CAPTURED")

    def offers(self, *words):
        seen = self.zsh.type(" ".join(("routemeter", *words)) + "\t", "<<END>>")
        self.zsh.type("\x15echo NE''XT\n", "NEXT")
        return set(re.search(r"<<BEGIN>>(.*)<<END>>", seen, re.DOTALL)[1].split())

    def test_rule_files(self):
        self.assertEqual(self.offers("replay", "--rules", "sh"), {"shop.yaml", "shop.json", "shop.d"})

    def test_installed(self):
        os.mkdir(os.path.join(self.folder, "functions"))
        shutil.copy(self.script, os.path.join(self.folder, "functions", "_routemeter"))
        self.start("fpath=($PWD/functions $fpath); autoload -Uz compinit && compinit -D -u")
        for _ in range(2):  # the first time it is loaded
            self.assertEqual(self.offers("check", "--format", "t"), {"text"})


CAPTURE = r"""
typeset -ga captured
compadd() {
  # Only what is asked for: the matches that the real one would add.
  if [[ ${@[(I)-(O|A|D)]} -gt 0 ]]; then builtin compadd "$@"; return; fi
  local -a matches
  builtin compadd -O matches "$@"
  captured+=("${matches[@]}")
  builtin compadd "$@"
}
capture() {
  captured=()
  zle complete-word
  print -r -- "<<BEGIN>>"
  print -rl -- "${captured[@]%%[=/]}"
  print -r -- "<<END>>"
}
zle -N capture
bindkey '^I' capture
"""


class Installed(unittest.TestCase):
    def test_written_file_is_what_is_printed(self):
        for shell in ("bash", "zsh", "fish"):
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, "script")
                self.assertEqual(run("completion", shell, "-o", path, check=0).stdout, b"")
                with open(path, "rb") as f:
                    self.assertEqual(f.read(), run("completion", shell, check=0).stdout)
        self.assertIn(b"bash,zsh,fish", run("completion", "tcsh", check=2).stderr.replace(b" ", b""))


if __name__ == "__main__":
    main()
