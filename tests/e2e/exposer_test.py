"""What the HTTP side of `serve` promises: dialects, pages, hostile clients."""

import base64
import http.client
import json
import os
import socket
import ssl
import subprocess
import time
import warnings

from harness import (BINARY, TIMEOUT, Serve, TempDirTest, free_port, main, parse, prometheus, promtool, run, total,
                     wait_for)
from sanitized import SANITIZED

RULES = """version: 1
format: combined
routes: [GET /, 'GET /items/{item_id}', 'POST /items']
"""
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
TEXT = "text/plain; version=0.0.4; charset=utf-8"


with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # gone from later Pythons, not from Debian's
    import crypt


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

            def healthy():
                connection.request("GET", "/api/v1/targets")
                (target,) = json.loads(connection.getresponse().read())["data"]["activeTargets"]
                return (target["health"], target["lastError"]) == ("up", "")

            wait_for(healthy, "a scrape without an error")
            connection.close()


class Crowd:
    """Hostile clients of one kind, kept at a number: whoever is cut comes again."""

    def __init__(self, serve, count, first):
        self.serve, self.count, self.first, self.clients = serve, count, first, []

    def open(self):
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(TIMEOUT)
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
                    status, _, page = serve.get()
                    times.append(time.monotonic() - start)
                    self.assertEqual(status, 200)
                    samples = parse(page.decode())
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
            if not SANITIZED:
                self.assertLess(max(memory), 128e6)

    def test_connection_flood(self):
        with Serve("--rules", self.rules, self.log) as serve:
            clients, times = [], []
            try:
                for n in range(5000):
                    client = socket.create_connection((serve.host, serve.port), timeout=TIMEOUT)
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

    def test_few_descriptors(self):
        command = f"ulimit -n 200; exec {BINARY} \"$@\""
        with Serve("--rules", self.rules, self.log, prefix=["bash", "-c", command, "serve"]) as serve:
            clients = [socket.create_connection((serve.host, serve.port), timeout=TIMEOUT) for _ in range(600)]
            try:
                for _ in range(10):
                    self.assertEqual(total(serve.scrape(), "http_requests_total"), 3)
            finally:
                for client in clients:
                    client.close()


def bcrypt(password, rounds=32):
    return crypt.crypt(password, crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=rounds))


class WebConfig(ExposerTest):
    def openssl(self, *args):
        done = subprocess.run(["openssl", *args], capture_output=True, cwd=self.dir, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)

    def make_ca(self, name):
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                     "-keyout", f"{name}.key", "-out", f"{name}.crt", "-subj", f"/CN={name}")

    def make_cert(self, name, ca, usage, san):
        self.write(f"{name}.ext", f"subjectAltName={san}\nextendedKeyUsage={usage}\n")
        self.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key.new",
                     "-out", f"{name}.csr", "-subj", f"/CN={name}")
        self.openssl("x509", "-req", "-in", f"{name}.csr", "-CA", f"{ca}.crt", "-CAkey", f"{ca}.key", "-CAcreateserial",
                     "-days", "2", "-extfile", f"{name}.ext", "-out", f"{name}.crt.new")
        for kind in ("key", "crt"):
            os.rename(self.path(f"{name}.{kind}.new"), self.path(f"{name}.{kind}"))

    def https(self, serve, ca, path="/metrics", client=None, login=None):
        context = ssl.create_default_context(cafile=self.path(f"{ca}.crt"))
        if client:
            context.load_cert_chain(self.path(f"{client}.crt"), self.path(f"{client}.key"))
        headers = {}
        if login:
            headers["Authorization"] = "Basic " + base64.b64encode(login.encode()).decode()
        connection = http.client.HTTPSConnection("127.0.0.1", serve.port, timeout=TIMEOUT, context=context)
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read()
        finally:
            connection.close()

    def test_prometheus_with_tls_client_certificate_and_password(self):
        self.make_ca("ca")
        self.make_cert("server", "ca", "serverAuth", "IP:127.0.0.1")
        self.make_cert("prometheus", "ca", "clientAuth", "DNS:prometheus.example.org")
        self.make_cert("stranger", "ca", "clientAuth", "DNS:stranger.example.org")
        web = self.write("web.yml", f"""
tls_server_config:
  cert_file: server.crt
  key_file: server.key
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca.crt
  client_allowed_sans: [prometheus.example.org]
http_server_config:
  headers: {{X-Frame-Options: deny}}
basic_auth_users:
  scraper: {bcrypt("s3cret")}
""")
        with Serve("--rules", self.rules, self.log, "--web.config.file", web) as serve:
            good = {"ca": "ca", "client": "prometheus", "login": "scraper:s3cret"}
            status, headers, body = self.https(serve, **good)
            self.assertEqual((status, headers["X-Frame-Options"]), (200, "deny"))
            self.assertEqual(total(parse(body.decode()), "http_requests_total"), 3)
            self.assertEqual(self.https(serve, **dict(good, login="scraper:wrong"))[0], 401)
            self.assertEqual(self.https(serve, **dict(good, login=None), path="/nowhere")[0], 401)
            for client in (None, "stranger"):
                with self.assertRaises(OSError):
                    self.https(serve, **dict(good, client=client))
            with self.assertRaises((OSError, http.client.HTTPException)):
                serve.get()
            scrape = (f"scheme: https, basic_auth: {{username: scraper, password: s3cret}}, tls_config: "
                      f"{{ca_file: {self.path('ca.crt')}, cert_file: {self.path('prometheus.crt')}, "
                      f"key_file: {self.path('prometheus.key')}}}")
            with prometheus(self.dir, serve.port, extra=scrape) as query:
                wait_for(lambda: query("up == 1"), "a scrape over TLS")
                (found,) = wait_for(lambda: query("sum(http_requests_total)"), "requests")
                self.assertEqual(found["value"][1], "3")

    def test_a_new_certificate_and_a_broken_one(self):
        self.make_ca("ca")
        self.make_ca("new")
        self.make_cert("server", "ca", "serverAuth", "IP:127.0.0.1")
        text = "tls_server_config: {cert_file: server.crt, key_file: server.key}\n"
        web = self.write("web.yml", text)
        with Serve("--rules", self.rules, self.log, "--web.config.file", web) as serve:
            self.assertEqual(self.https(serve, "ca")[0], 200)
            self.write("web.yml", text.replace("key_file", "keyfile"))
            time.sleep(1.1)  # the server looks at its files once a second, when a client comes
            self.assertEqual(self.https(serve, "ca")[0], 200)
            serve.wait_record(lambda r: "web configuration not reloaded" in r["msg"] and "keyfile" in r["msg"])
            self.assertEqual(self.https(serve, "ca")[0], 200)
            self.write("web.yml", text)
            self.make_cert("server", "new", "serverAuth", "IP:127.0.0.1")

            def renewed():
                try:
                    return self.https(serve, "new")[0] == 200
                except ssl.SSLError:
                    return False

            wait_for(renewed, "the new certificate")
            with self.assertRaises(ssl.SSLError):
                self.https(serve, "ca")

    def test_what_is_wrong_ends_the_start(self):
        web = self.write("web.yml", "tls_server_config:\n  cert_file: no.crt\n  key_file: no.key\n")
        done = run("serve", "--web.listen-address", "127.0.0.1:0", "--web.config.file", web, self.log, check=2)
        self.assertIn(f"cannot read cert_file '{self.path('no.crt')}': No such file".encode(), done.stderr)
        self.write("web.yml", "basic_auth_users:\n  me: plain\n")
        done = run("serve", "--web.listen-address", "127.0.0.1:0", "--web.config.file", web, self.log, check=2)
        self.assertIn(b"web.yml:2:3: error: the user 'me' has no bcrypt hash", done.stderr)


class Addresses(ExposerTest):
    def get_unix(self, path):
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(TIMEOUT)
            client.connect(path)
            client.sendall(b"GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            got = b""
            while data := client.recv(65536):
                got += data
        return got

    def test_several_addresses_one_a_unix_socket(self):
        path = self.path("s.sock")
        with Serve("--rules", self.rules, self.log, "--web.listen-address", "[::1]:0", "--web.listen-address",
                   f"unix:{path}") as serve:
            addresses = {serve.wait_record(lambda r, start=start: r.get("address", "").startswith(start))["address"]
                         for start in ("127.0.0.1:", "[::1]:", "unix:")}
            self.assertEqual(len(addresses), 3)
            for _ in range(3):
                self.assertTrue(self.get_unix(path).startswith(b"HTTP/1.1 200 OK\r\n"))
            serve.scrape()
            serve.process.kill()
        self.assertTrue(os.path.exists(path))  # what a kill leaves does not stop the next start
        with Serve("--rules", self.rules, self.log, "--web.listen-address", f"unix:{path}"):
            self.assertTrue(self.get_unix(path).startswith(b"HTTP/1.1 200 OK\r\n"))
        self.assertFalse(os.path.exists(path))

    def test_a_socket_from_systemd(self):
        port = free_port()
        process = subprocess.Popen(["systemd-socket-activate", "-l", f"127.0.0.1:{port}", BINARY, "serve",
                                    "--web.systemd-socket", "--rules", self.rules, self.log], stderr=subprocess.DEVNULL)
        try:
            def scrape():
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
                try:
                    connection.request("GET", "/metrics")
                    return connection.getresponse().read().decode()
                except ConnectionError:
                    return ""
                finally:
                    connection.close()

            # The very first connection starts the program, and is answered by it.
            self.assertEqual(total(parse(wait_for(scrape, "an answer")), "http_requests_total"), 3)
        finally:
            process.terminate()
            self.assertEqual(process.wait(timeout=60), 0)
        done = run("serve", "--web.systemd-socket", self.log, check=2)
        self.assertIn(b"systemd passed no sockets", done.stderr)


if __name__ == "__main__":
    main()
