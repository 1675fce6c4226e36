"""What `serve` tells systemd (sd_notify(3)): a datagram socket of ours plays the service manager."""

import os
import re
import signal
import socket
import time
import unittest

from harness import TIMEOUT, Serve, TempDirTest, main, total, wait_for

LINE = '127.0.0.1 - - [01/Jan/2024:00:00:01 +0000] "GET / HTTP/1.1" 200 11 "-" "test"\n'
RULES = "version: 1\nformat: combined\nroutes: [GET /]\n"
RELOADING = re.compile(r"RELOADING=1\nMONOTONIC_USEC=(\d+)")


class Notify(TempDirTest):
    def setUp(self):
        super().setUp()
        self.log = self.write("access.log", LINE)
        self.rules = self.write("rules.yaml", RULES)
        self.name = f"routemeter-notify-test-{os.getpid()}"
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.manager.close)
        self.manager.bind("\0" + self.name)
        self.manager.settimeout(TIMEOUT)

    def serve(self, *args, **env):
        return Serve("--rules", self.rules, *args, self.log, env={"NOTIFY_SOCKET": "@" + self.name, **env})

    def next_state(self):
        """The next message that is neither a sign of life nor a text for people."""
        while True:
            message = self.manager.recv(4096).decode()
            if message != "WATCHDOG=1" and not message.startswith("STATUS="):
                return message

    def reload(self, serve):
        """SIGHUP; returns when serve says that it is done."""
        before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        serve.process.send_signal(signal.SIGHUP)
        reloading = RELOADING.fullmatch(self.next_state())
        self.assertTrue(reloading)
        self.assertLessEqual(before, int(reloading[1]))
        self.assertLessEqual(int(reloading[1]), time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000)
        self.assertEqual(self.next_state(), "READY=1")

    def test_from_start_to_stop(self):
        with self.serve() as serve:
            self.assertEqual(self.next_state(), "READY=1")
            wait_for(lambda: serve.get("/-/ready")[0] == 200, "the first look at the logs")
            self.reload(serve)
            self.assertEqual(total(serve.scrape(), "http_requests_total"), 1)
            serve.process.send_signal(signal.SIGTERM)
            self.assertEqual(self.next_state(), "STOPPING=1")
            self.assertEqual(serve.stop(), 0)

    def test_a_reload_that_fails_is_over_too(self):
        with self.serve() as serve:
            self.assertEqual(self.next_state(), "READY=1")
            self.write("rules.yaml", "version: 1\nrutes: []\n")
            self.reload(serve)
            self.assertEqual(total(serve.scrape(), "routemeter_config_last_reload_successful"), 0)
            self.assertEqual(total(serve.scrape(), "http_requests_total"), 1)
            self.write("rules.yaml", RULES)
            self.reload(serve)
            self.assertEqual(total(serve.scrape(), "routemeter_config_last_reload_successful"), 1)

    def test_signs_of_life(self):
        # The pid is known only to serve's parent, as with systemd; without one the watchdog is everybody's.
        with self.serve(WATCHDOG_USEC="3000000"):
            times = []
            while len(times) < 4:
                if self.manager.recv(4096) == b"WATCHDOG=1":
                    times.append(time.monotonic())
        # How often is for the unit test, which has a clock of its own.
        print(f"\nsigns of life for a watchdog of 3 s: {', '.join(f'{b - a:.1f}' for a, b in zip(times, times[1:]))} s apart")

    def test_another_process_s_watchdog_is_not_fed(self):
        with self.serve(WATCHDOG_USEC="300000", WATCHDOG_PID="1") as serve:
            self.assertEqual(self.next_state(), "READY=1")
            serve.process.send_signal(signal.SIGTERM)
            messages = []
            while "STOPPING=1" not in messages:
                messages.append(self.manager.recv(4096).decode())
            self.assertNotIn("WATCHDOG=1", messages)

    def test_a_manager_that_never_reads_stops_nothing(self):
        with self.serve(WATCHDOG_USEC="100000") as serve:
            for n in range(20):
                with open(self.log, "a", encoding="utf-8") as log:
                    log.write(LINE)
                self.assertEqual(total(serve.scrape(), "http_requests_total"), n + 2)
            self.assertEqual(serve.stop(), 0)

    def test_a_manager_that_is_not_there(self):
        self.manager.close()
        with self.serve(WATCHDOG_USEC="100000") as serve:
            self.assertEqual(total(serve.scrape(), "http_requests_total"), 1)
            self.assertEqual(serve.stop(), 0)


if __name__ == "__main__":
    main()
