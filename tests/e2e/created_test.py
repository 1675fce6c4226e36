"""OpenMetrics' `_created`: since when a series counts, the same over restarts as the counts are."""

import os
import time

from harness import Serve, TempDirTest, main

LINE = '127.0.0.1 - - [24/Nov/2026:09:00:00 +0000] "GET /a HTTP/1.1" 200 2\n'
ACCEPT = {"Accept": "application/openmetrics-text; version=1.0.0"}


class Created(TempDirTest):
    def created(self, serve, headers):
        page = serve.get(headers=headers)[2].decode()
        return {float(line.split()[-1]) for line in page.splitlines()
                if "_created" in line.split("{")[0].split(" ")[0] and not line.startswith("#")}

    def test_openmetrics_only_and_over_restarts(self):
        log = os.path.join(self.dir, "access.log")
        with open(log, "w") as out:
            out.write(LINE)
        args = ("--format", "common", "--state-dir", os.path.join(self.dir, "state"), log)
        before = time.time()
        with Serve(*args) as serve:
            (first,) = self.created(serve, ACCEPT)
            self.assertEqual(self.created(serve, {}), set())
            self.assertEqual(serve.stop(), 0)
        self.assertTrue(before - 1 <= first <= time.time(), first)
        with Serve(*args) as serve:
            self.assertEqual(self.created(serve, ACCEPT), {first})


if __name__ == "__main__":
    main()
