"""Whether the program under test is a sanitizer's build: slow, and its memory tells nothing."""

import os
import subprocess

from harness import BINARY


def is_sanitized():
    if "ROUTEMETER_SANITIZED" in os.environ:
        return os.environ["ROUTEMETER_SANITIZED"] not in ("", "0")
    done = subprocess.run(["ldd", BINARY], capture_output=True, text=True)
    if "libasan" in done.stdout or "libtsan" in done.stdout:
        return True
    with open(BINARY, "rb") as f:  # clang links its runtime statically
        return b"__asan_init" in (whole := f.read()) or b"__tsan_init" in whole


SANITIZED = is_sanitized()
