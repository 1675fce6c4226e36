"""samples/systemd/routemeter.service: hardened, correct, and not so hardened that routemeter cannot do its work.

No systemd runs here, so what the unit forbids is compared with what `serve` does under strace, and what its user
may read is tried with the same credentials. Skips only what needs a tool or rights that are not there.
"""

import os
import re
import shutil
import signal
import subprocess
import unittest

from harness import BINARY, SOURCE, TIMEOUT, Serve, TempDirTest, main, total
from sanitized import SANITIZED

UNIT = os.path.join(SOURCE, "samples", "systemd", "routemeter.service")
HIGHEST_EXPOSURE = 2.0
ADM = 4  # Debian's static group of those who read logs
NOBODY = 64999
LINE = '127.0.0.1 - - [01/Jan/2024:00:00:01 +0000] "GET / HTTP/1.1" 200 11 "-" "test"\n'


def analyze(*args):
    return subprocess.run(["systemd-analyze", "--no-pager", *args], capture_output=True, text=True,
                          env=dict(os.environ, LC_ALL="C.UTF-8", SYSTEMD_COLORS="0"), check=False)


def settings():
    """The unit's settings: {name: [values in order]}."""
    out = {}
    with open(UNIT, encoding="utf-8") as unit:
        for line in unit:
            if "=" in line and not line.startswith(("#", ";")):
                name, value = line.strip().split("=", 1)
                out.setdefault(name, []).append(value)
    return out


def system_call_sets():
    """systemd's named sets: {"@file-system": {"open", ..., "@other-set"}}."""
    sets = {}
    for line in analyze("syscall-filter").stdout.splitlines():
        if line.startswith("@"):
            current = sets.setdefault(line.strip(), set())
        elif line.startswith("    ") and not line.strip().startswith("#"):
            current.add(line.strip())
    return sets


def allowed_system_calls():
    sets = system_call_sets()

    def expand(names):
        out = set()
        for name in names:
            out |= expand(sets[name]) if name.startswith("@") else {name}
        return out

    allowed = set()
    for value in settings()["SystemCallFilter"]:
        if value.startswith("~"):
            allowed -= expand(value[1:].split())
        else:
            allowed |= expand(value.split())
    return allowed


def can_trace():
    return shutil.which("strace") is not None and subprocess.run(
        ["strace", "-f", "-o", "/dev/null", "true"], capture_output=True, check=False).returncode == 0


@unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not installed")
class Unit(TempDirTest):
    def test_exposure(self):
        done = analyze("security", "--offline=yes", UNIT)
        found = re.search(r"Overall exposure level for routemeter.service: ([0-9.]+)", done.stdout)
        self.assertTrue(found, done.stdout + done.stderr)
        self.assertLess(float(found[1]), HIGHEST_EXPOSURE, done.stdout)

    def test_verify_has_nothing_to_say(self):
        with open(UNIT, encoding="utf-8") as unit:
            text = unit.read()
        installed = text.replace("ExecStart=routemeter ", f"ExecStart={os.path.abspath(BINARY)} ")
        self.assertNotEqual(installed, text)
        path = self.write("routemeter.service", installed)
        done = analyze("verify", "--man=no", path)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))
        # That it says something when there is something to say.
        path = self.write("routemeter.service", installed.replace("NoNewPrivileges", "NoNewPrivilege"))
        self.assertIn("NoNewPrivilege", analyze("verify", "--man=no", path).stderr)

    def test_what_the_issue_asks_for(self):
        unit = settings()
        self.assertEqual(unit["Type"], ["notify"])
        self.assertEqual(unit["ExecReload"], ["/bin/kill -HUP $MAINPID"])
        self.assertEqual(unit["SupplementaryGroups"], ["adm"])
        self.assertEqual((unit["StateDirectory"], unit["StateDirectoryMode"]), (["routemeter"], ["0700"]))
        self.assertEqual((unit["Restart"], unit["StartLimitIntervalSec"]), (["always"], ["0"]))
        self.assertEqual(unit["CapabilityBoundingSet"], [""])

    def test_the_example_flags_are_flags(self):
        with open(os.path.join(SOURCE, "samples", "systemd", "routemeter.default"), encoding="utf-8") as default:
            lines = re.findall(r'^#?ROUTEMETER_ARGS="(.*)"$', default.read(), re.M)
        self.assertGreaterEqual(len(lines), 3)
        known = subprocess.run([BINARY, "serve", "--help"], capture_output=True, text=True, check=True).stdout
        for flag in {word for line in lines for word in line.split() if word.startswith("--")}:
            self.assertRegex(known, rf"{re.escape(flag)}\b")


@unittest.skipUnless(can_trace(), "strace does not work here")
@unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not installed")
class Sandbox(TempDirTest):
    def trace(self):
        """What a whole life of `serve` asks of the kernel: follow, rotate, scrape, reload, stop."""
        log = self.write("access.log", LINE)
        rules = self.write("rules.yaml", "version: 1\nformat: combined\nroutes: [GET /]\n")
        out = self.path("trace")
        os.mkdir(self.path("state"), 0o700)
        # LeakSanitizer cannot work below ptrace.
        no_leaks = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
        with Serve("--rules", rules, log, prefix=("strace", "-f", "-o", out, BINARY),
                   env={"STATE_DIRECTORY": self.path("state"), "ASAN_OPTIONS": no_leaks}) as serve:
            self.assertEqual(total(serve.scrape(), "http_requests_total"), 1)
            os.rename(log, log + ".1")
            self.write("access.log", LINE)
            serve.get("/metrics", {"Accept-Encoding": "gzip"})
            serve.get("/")
            # To the traced program: strace itself does not pass it on.
            with open(out, encoding="utf-8") as trace:
                os.kill(int(trace.readline().split()[0]), signal.SIGTERM)
            serve.process.wait(TIMEOUT)
        with open(out, encoding="utf-8") as trace:
            return trace.read()

    @unittest.skipIf(SANITIZED, "the sanitizer asks for more than routemeter")
    def test_serve_asks_for_nothing_that_is_forbidden(self):
        trace = self.trace()
        used = set(re.findall(r"^\d+ +([a-z0-9_]+)\(", trace, re.M))
        self.assertGreater(len(used), 20)
        self.assertIn("inotify_add_watch", used)
        self.assertEqual(used - allowed_system_calls(), set())
        families = set(re.findall(r"^\d+ +socket\((AF_[A-Z0-9]+)", trace, re.M))
        self.assertLessEqual(families, set(settings()["RestrictAddressFamilies"][0].split()))
        self.assertNotRegex(trace, r"(mmap|mprotect|pkey_mprotect)\([^\n]*PROT_WRITE\|PROT_EXEC")


@unittest.skipUnless(os.geteuid() == 0 and shutil.which("setpriv"), "needs root and setpriv")
class User(TempDirTest):
    """The unit's user: no capability, group adm as its only further one, its own user namespace if that works."""

    def serve_as_nobody(self, *args, groups):
        binary = shutil.copy(BINARY, self.path("routemeter"))  # the build folder may be closed to others
        namespace = ("unshare", "--user")  # PrivateUsers=yes
        if subprocess.run([*namespace, "true"], capture_output=True, check=False).returncode != 0:
            namespace = ()
        return Serve(*args, prefix=("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", groups, "--bounding-set=-all",
                                    "--inh-caps=-all", "--no-new-privs", *namespace, binary))

    def setUp(self):
        super().setUp()
        # As Debian has them: /var/log/nginx 0755 root:adm, access.log 0640 www-data:adm, rules 0644 root.
        os.chmod(self.dir, 0o755)
        self.log = self.write("access.log", LINE * 3)
        os.chown(self.log, 33, ADM)
        os.chmod(self.log, 0o640)
        self.rules = self.write("rules.yaml", "version: 1\nformat: combined\nroutes: [GET /]\n")
        os.chmod(self.rules, 0o644)

    def test_group_adm_reads_nginx_logs(self):
        with self.serve_as_nobody("--rules", self.rules, self.log, groups=f"--groups={ADM}") as serve:
            self.assertEqual(total(serve.scrape(), "http_requests_total", handler="/"), 3)
            with open(self.log, "a", encoding="utf-8") as log:
                log.write(LINE)
            self.assertEqual(total(serve.scrape(), "http_requests_total", handler="/"), 4)
            self.assertEqual(serve.stop(), 0)

    def test_without_the_group_it_cannot(self):
        """That the test above tries what it says."""
        try:
            with self.serve_as_nobody("--rules", self.rules, self.log, groups="--clear-groups") as serve:
                self.assertEqual(total(serve.scrape(), "http_requests_total", handler="/"), 0)
        except AssertionError as refused:  # as good: it says so and ends
            self.assertIn("Permission denied", str(refused))


if __name__ == "__main__":
    main()
