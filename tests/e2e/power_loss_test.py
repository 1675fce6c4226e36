"""Power loss without a power cut (76 in tests/RELIABILITY.md): ext4 in a file, shut down by EXT4_IOC_SHUTDOWN.

Drives tests/support/state_writer.cc. Skipped where loop mounts are impossible. POWER_LOSS_TRIALS: default 20.
"""

import fcntl
import os
import random
import struct
import subprocess
import tempfile
import time
import unittest

WRITER = os.environ.get("STATE_WRITER", "build/release/tests/state_writer")
TRIALS = int(os.environ.get("POWER_LOSS_TRIALS", "20"))
EXT4_IOC_SHUTDOWN = 0x8004587D
LOG_FLUSH, NO_LOG_FLUSH = 1, 2  # what the journal holds reaches the disk, or does not


class Disk:
    def __init__(self, root):
        self.image = os.path.join(root, "disk.img")
        self.at = os.path.join(root, "mnt")
        os.mkdir(self.at)
        with open(self.image, "wb") as file:
            file.truncate(32 << 20)
        subprocess.run(["mkfs.ext4", "-q", "-F", self.image], check=True, capture_output=True)

    def mount(self):
        subprocess.run(["mount", "-o", "loop", self.image, self.at], check=True, capture_output=True)

    def unmount(self):
        for _ in range(600):
            if subprocess.run(["umount", self.at], capture_output=True).returncode == 0:
                return
            time.sleep(0.1)
        subprocess.run(["umount", "-l", self.at], check=True)

    def cut_power(self, how):
        fd = os.open(self.at, os.O_RDONLY)
        try:
            fcntl.ioctl(fd, EXT4_IOC_SHUTDOWN, struct.pack("I", how))
        finally:
            os.close(fd)


class PowerLoss(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        try:
            self.disk = Disk(place.name)
            self.disk.mount()
        except (OSError, subprocess.CalledProcessError) as error:
            self.skipTest(f"no loop mounts here: {error}")
        self.addCleanup(self.disk.unmount)

    def trial(self, rng, *options):
        """Commits until the power goes: (number at the start, last number printed, result and number after)."""
        state = os.path.join(self.disk.at, "state")
        with subprocess.Popen([WRITER, state, "1000000", "20000", *options], stdout=subprocess.PIPE,
                              text=True) as writer:
            before = last = int(writer.stdout.readline().split()[-1])
            for _ in range(rng.randrange(2, 40)):  # commits that are done, whatever one takes here
                last = int(writer.stdout.readline())
            time.sleep(rng.uniform(0, 0.02))
            self.disk.cut_power(rng.choice((LOG_FLUSH, NO_LOG_FLUSH)))
            # What fails now was never promised; what was printed was.
            for line in writer.stdout:
                if line.startswith("fail"):
                    break
                last = int(line)
            writer.kill()
            writer.wait()
        self.disk.unmount()
        self.disk.mount()
        done = subprocess.run([WRITER, state, "0", "20000"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        result, number = done.stdout.split()
        return before, last, result, int(number)

    def test_committed_is_kept(self):
        seed = random.randrange(1 << 30)
        print(f"seed {seed}")
        rng = random.Random(seed)
        expected = commits = 0
        for trial in range(TRIALS):
            before, last, result, number = self.trial(rng)
            self.assertEqual(before, expected)
            self.assertIn(number, (last, last + 1), (trial, result))
            self.assertIn(result, ("ok",) if last > 0 else ("ok", "missing"), (trial, last))
            commits += number - before
            expected = number
        print(f"{TRIALS} power losses, {commits} commits, 0 lost, 0 unreadable")
        self.assertGreater(commits, TRIALS)

    def test_control(self):
        """Without fsync commits are lost: the test above can see it."""
        rng = random.Random(1)
        lost = 0
        for _ in range(5):
            _, last, _, number = self.trial(rng, "nosync")
            lost += last - number
        print(f"control without fsync: {lost} commits lost in 5 power losses")
        self.assertGreater(lost, 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
