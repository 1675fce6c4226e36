"""kill -9 at every system call of a commit, and errors injected into each of them (74, 78, 79 in tests/RELIABILITY.md).

Drives tests/support/state_writer.cc under strace; skipped where processes cannot be traced.
"""

import errno
import os
import shutil
import subprocess
import tempfile
import unittest

WRITER = os.environ.get("STATE_WRITER", "build/release/tests/state_writer")
# LeakSanitizer cannot work below ptrace.
ENV = dict(os.environ, ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0")
KILLED = (-9, 137)
# Everything that a start or a commit asks of the kernel about its files.
CALLS = ["mkdir", "mkdirat", "openat", "newfstatat", "flock", "pread64", "fallocate", "pwrite64", "fdatasync", "renameat",
         "renameat2", "linkat", "unlinkat", "fsync", "close"]


def writer(directory, count, *inject):
    """Runs the writer, under strace if something is injected: (exit code, lines printed)."""
    command = [WRITER, directory, str(count)]
    if inject:
        options = [word for spec in inject for word in ("-e", f"inject={spec}")]
        command = ["strace", "-f", "-o", "/dev/null", *options, *command]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=ENV)
    return done.returncode, done.stdout.split("\n")[:-1]


def can_trace():
    command = ["strace", "-f", "-o", "/dev/null", "-e", "inject=close:delay_enter=1", "true"]
    return shutil.which("strace") is not None and subprocess.run(command, capture_output=True).returncode == 0


@unittest.skipUnless(can_trace(), "strace does not work here")
class StateCrash(unittest.TestCase):
    def setUp(self):
        self.place = tempfile.TemporaryDirectory()
        self.dir = os.path.join(self.place.name, "state")
        self.addCleanup(self.place.cleanup)

    def start_from(self, commits, spoil):
        """A directory with that many commits behind it; spoil: names of files to damage."""
        shutil.rmtree(self.dir, ignore_errors=True)
        if commits:
            self.assertEqual(writer(self.dir, commits)[0], 0)
        for name in spoil:
            with open(os.path.join(self.dir, name), "r+b") as file:
                file.write(b"spoilt")

    def enumerate_kills(self, commits, spoil, before, results, *always):
        """Kills the writer at every call; it must then load a number that it had, or was about to have."""
        kills = 0
        for call in CALLS:
            for when in range(1, 200):
                self.start_from(commits, spoil)
                code, lines = writer(self.dir, 3, f"?{call}:signal=SIGKILL:when={when}", *always)
                if code == 0:
                    break
                self.assertIn(code, KILLED, (call, when))
                kills += 1
                last = int(lines[-1].split()[-1]) if lines else before
                code, loaded = writer(self.dir, 0)
                self.assertEqual(code, 0, (call, when))
                result, number = loaded[0].split()
                self.assertIn(int(number), (last, last + 1), (call, when, lines, loaded))
                # A new snapshot beside a damaged state may be whole before it is the state.
                new = ("ok", "previous") if spoil else ("ok",)
                self.assertIn(result, results if int(number) == before else new, (call, when, lines, loaded))
                # And it goes on.
                code, lines = writer(self.dir, 2)
                self.assertEqual((code, lines[-1]), (0, str(int(number) + 2)), (call, when))
                self.assertEqual(writer(self.dir, 0)[1], [f"ok {int(number) + 2}"], (call, when))
            else:
                self.fail(f"{call} fired {when} times")
        return kills

    def test_first_start(self):
        kills = self.enumerate_kills(0, [], 0, ("missing",))
        print(f"first start: {kills} kills, 0 states lost")
        self.assertGreater(kills, 60)

    def test_running(self):
        kills = self.enumerate_kills(5, [], 5, ("ok",))
        print(f"running: {kills} kills, 0 states lost")
        self.assertGreater(kills, 60)

    def test_state_damaged(self):
        kills = self.enumerate_kills(5, ["state"], 4, ("previous", "ok"))
        print(f"state damaged: {kills} kills, 0 states lost")

    def test_both_damaged(self):
        kills = self.enumerate_kills(5, ["state", "state.prev"], 0, ("corrupt",))
        print(f"both damaged: {kills} kills, 0 states taken for a first start")

    def test_without_exchange(self):
        """A file system that cannot let two files change places."""
        for reason in ("EINVAL", "ENOSYS"):
            self.start_from(0, [])
            code, lines = writer(self.dir, 6, f"renameat2:error={reason}")
            self.assertEqual((code, lines[1:]), (0, ["1", "2", "3", "4", "5", "6"]))
            self.assertEqual(sorted(os.listdir(self.dir)), ["lock", "state", "state.prev"])
            with open(os.path.join(self.dir, "state"), "wb"):
                pass
            self.assertEqual(writer(self.dir, 0)[1], ["previous 5"])
        kills = self.enumerate_kills(5, [], 5, ("ok",), "renameat2:error=EINVAL")
        print(f"without exchange: {kills} kills, 0 states lost")

    def test_errors(self):
        """Each error in each call of some commits: they say so, the old state holds, the later ones succeed."""
        cases = [(call, error) for error in ("ENOSPC", "EIO", "EROFS", "EDQUOT")
                 for call in ("pwrite64", "fdatasync", "renameat2", "fsync")]
        cases += [("fallocate", "ENOSPC"), ("fallocate", "EDQUOT"), ("fallocate", "EIO")]
        for call, error in cases:
            first_start = call == "fallocate"
            self.start_from(0 if first_start else 5, [])
            # The first pwrite64 leaves our process id in the lock; a call per commit fails three times.
            span = "1..4" if call in ("pwrite64", "fallocate") else "1..3"
            code, lines = writer(self.dir, 8, f"{call}:error={error}:when={span}")
            self.assertEqual(code, 0, (call, error))
            base = 0 if first_start else 5
            failed = [line for line in lines if line.startswith("fail")]
            self.assertTrue(failed, (call, error))
            for i, line in enumerate(failed):
                self.assertEqual(line, f"fail {base + 1 + i} {getattr(errno, error)}", (call, lines))
            self.assertEqual(lines[1 + len(failed):], [str(base + n) for n in range(len(failed) + 1, 9)])
            self.assertEqual(writer(self.dir, 0)[1], [f"ok {base + 8}"], (call, error))

    def test_errors_until_the_end(self):
        """No commit succeeds any more: what is loaded is the last good one, or a later one that was whole."""
        for call in ("pwrite64", "fdatasync", "renameat2", "fsync"):
            self.start_from(5, [])
            code, lines = writer(self.dir, 3, f"{call}:error=EIO:when=1+")
            self.assertEqual(code, 0)
            self.assertEqual(lines[1:], [f"fail {n} {errno.EIO}" for n in (6, 7, 8)])
            result, number = writer(self.dir, 0)[1][0].split()
            self.assertEqual(result, "ok")
            self.assertIn(int(number), (5, 6, 7, 8) if call != "pwrite64" else (5,))

    def test_interrupts(self):
        """EINTR is no error."""
        for call in ("pwrite64", "fallocate"):
            self.start_from(0 if call == "fallocate" else 5, [])
            code, lines = writer(self.dir, 3, f"{call}:error=EINTR:when=1..5+2")
            self.assertEqual(code, 0)
            self.assertFalse([line for line in lines if line.startswith("fail")], (call, lines))


if __name__ == "__main__":
    unittest.main(verbosity=2)
