"""What the HTTP side of `serve` promises: dialects, pages, hostile clients."""

import http.client
import json
import os
import socket
import subprocess
import time

from harness import BINARY, SANITIZED, Serve, TempDirTest, main, parse, prometheus, promtool, total, wait_for

RULES = """version: 1
format: combined
routes: [GET /, 'GET /items/{item_id}', 'POST /items']
"""
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
TEXT = "text/plain; version=0.0.4; charset=utf-8"


def line(target, status=200):
    return f'127.0.0.1 - - [01/Jan/2024:00:00:01 +0000] "GET {target} HTTP/1.1" {status} 11 "-" "test"\n'


def strict_openmetrics(text):
    """The names of the families in the page, as the Python client's strict parser reads them."""
    done = subprocess.run(
        ["/usr/bin/python3", "-c",
         "import sys; from prometheus_client.openmetrics import parser\n"
         "for family in parser.text_fd_to_metric_families(sys.stdin): print(family.name, family.type, family.unit)"],
        input=text, capture_output=True, timeout=60)
    if done.returncode != 0:
        raise AssertionError(done.stderr.decode())
    return dict((name, (kind, unit)) for name, kind, unit in
                (row.split(" ") for row in done.stdout.decode().splitlines()))


class ExposerTest(TempDirTest):
    def setUp(self):
        super().setUp()
        self.rules = self.write("rules.yaml", RULES)
        self.log = self.write("access.log", line("/") + line("/items/1") + line("/\xff<script>", 404))


class Dialects(ExposerTest):
    def test_both_dialects_say_the_same(self):
        with Serve("--rules", self.rules, self.log) as serve:
            status, headers, text = serve.get()
            self.assertEqual((status, headers["Content-Type"]), (200, TEXT))
            promtool(text.decode())
            for accept in ("application/openmetrics-text", "application/openmetrics-text;version=1.0.0,*/*;q=0.1"):
                status, headers, page = serve.get(headers={"Accept": accept})
                self.assertEqual((status, headers["Content-Type"]), (200, OPENMETRICS))
            families = strict_openmetrics(page)
            self.assertEqual(families["http_requests"], ("counter", ""))
            self.assertEqual(families["http_response_size_bytes"][0], "summary")
            self.assertEqual(families["routemeter_build_info"][0], "gauge")
            self.assertTrue(page.endswith(b"\n# EOF\n"))
            def requests(samples):
                return {key: value for key, value in samples.items()
                        if key[0].startswith("http_") and not key[0].endswith("_created")}

            self.assertEqual(requests(parse(page.decode())), requests(parse(text.decode())))

    def test_prometheus_takes_openmetrics(self):
        with Serve("--rules", self.rules, self.log) as serve, prometheus(self.dir, serve.port) as query:
            (up,) = wait_for(lambda: query("up == 1"), "a scrape")
            self.assertEqual(up["metric"]["job"], "routemeter")
            (found,) = wait_for(lambda: query("sum(http_requests_total)"), "requests")
            self.assertEqual(found["value"][1], "3")
            # No error on the way, and it did ask for OpenMetrics: the text format has no units.
            port = query.port
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", "/api/v1/targets/metadata?metric=http_response_size_bytes")
            (metadata,) = json.loads(connection.getresponse().read())["data"]
            self.assertEqual((metadata["type"], metadata["unit"]), ("summary", "bytes"))
            connection.request("GET", "/api/v1/targets")
            (target,) = json.loads(connection.getresponse().read())["data"]["activeTargets"]
            connection.close()
            self.assertEqual((target["health"], target["lastError"]), ("up", ""))


class Crowd:
    """Hostile clients of one kind, kept at a number: whoever is cut comes again."""

    def __init__(self, serve, count, first):
        self.serve, self.count, self.first, self.clients = serve, count, first, []

    def open(self):
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(10)
        client.connect((self.serve.host, self.serve.port))
        if self.first:
            client.sendall(self.first)
        client.setblocking(False)
        return client

    def refill(self, read=0):
        """Drops those that were cut, reads up to `read` bytes from the others. Returns how many came again."""
        alive = []
        for client in self.clients:
            try:
                if client.recv(read or 4096, 0 if read else socket.MSG_PEEK):
                    alive.append(client)
                    continue
            except BlockingIOError:
                alive.append(client)
                continue
            except OSError:
                pass
            client.close()
        again = self.count - len(alive)
        self.clients = alive + [self.open() for _ in range(again)]
        return again

    def close(self):
        for client in self.clients:
            client.close()


class HostileClients(ExposerTest):
    SECONDS = int(os.environ.get("ROUTEMETER_HOSTILE_SECONDS", "12"))

    def serve_many_series(self):
        """A page of about 400 KB, with more than 1,000 series."""
        routes = "".join(f"  - GET /r{n}/{{id}}\n" for n in range(330))
        rules = self.write("many.yaml", f"version: 1\nformat: combined\nroutes:\n{routes}")
        return Serve("--rules", rules, self.write("many.log", "".join(line(f"/r{n}/1") for n in range(330))))

    def test_half_open_slow_and_idle_clients(self):
        with self.serve_many_series() as serve:
            serve.scrape()
            half = Crowd(serve, 1000, b"GET /metrics HTTP/1.1\r\nHost: x\r\nX-A: ")
            slow = Crowd(serve, 64, b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            idle = Crowd(serve, 2000, b"GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n")
            crowds = (half, slow, idle)
            times, memory, again = [], [], 0
            try:
                for crowd in crowds:
                    crowd.refill()
                self.assertEqual([len(crowd.clients) for crowd in crowds], [1000, 64, 2000])
                for n in range(self.SECONDS):
                    end = time.monotonic() + 1
                    start = time.monotonic()
                    samples = serve.scrape()
                    times.append(time.monotonic() - start)
                    memory.append(total(samples, "process_resident_memory_bytes"))
                    self.assertEqual(total(samples, "http_requests_total"), 330)
                    again += half.refill() + idle.refill()
                    slow.refill(read=512)
                    time.sleep(max(0, end - time.monotonic()))
            finally:
                for crowd in crowds:
                    crowd.close()
            print(f"\n{len(times)} scrapes with 1000 half-open, 64 slow and 2000 idle clients: slowest "
                  f"{max(times) * 1e3:.1f} ms, RSS {max(memory) / 1e6:.1f} MB, {again} came again")
            self.assertLess(max(times), 1.0 if SANITIZED else 0.1)
            self.assertLess(max(memory), 1e9 if SANITIZED else 64e6)

    def test_connection_flood(self):
        with Serve("--rules", self.rules, self.log) as serve:
            clients, times = [], []
            try:
                for n in range(5000):
                    client = socket.create_connection((serve.host, serve.port), timeout=10)
                    if n % 5 == 4:  # connect and reset
                        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
                        client.close()
                    else:
                        clients.append(client)
                    if n % 500 == 499:
                        start = time.monotonic()
                        serve.scrape()
                        times.append(time.monotonic() - start)
            finally:
                for client in clients:
                    client.close()
            print(f"\n{len(times)} scrapes during 5000 connects: slowest {max(times) * 1e3:.1f} ms")
            self.assertLess(max(times), 1.0)

    def test_few_descriptors(self):
        command = f"ulimit -n 200; exec {BINARY} \"$@\""
        with Serve("--rules", self.rules, self.log, prefix=["bash", "-c", command, "serve"]) as serve:
            clients = [socket.create_connection((serve.host, serve.port), timeout=10) for _ in range(600)]
            try:
                for _ in range(10):
                    self.assertEqual(total(serve.scrape(), "http_requests_total"), 3)
            finally:
                for client in clients:
                    client.close()


if __name__ == "__main__":
    main()
