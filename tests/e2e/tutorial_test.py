"""README's tutorial, word for word: its blocks run in one shell, with Debian's FastAPI behind a real nginx, and the
handler labels are what the application's own routes say."""

import collections
import http.client
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import unittest

from harness import BINARY, SOURCE, TempDirTest, free_port, main, parse, wait_for

TITLE = "From a FastAPI app and an nginx log to metrics"
SAMPLE = os.path.join(SOURCE, "samples", "tutorial")
DONE = "-- block done --"


def blocks():
    """The fenced blocks of the section, as (language, text)."""
    with open(os.path.join(SOURCE, "README.md")) as f:
        section = re.search(rf"^## {re.escape(TITLE)}\n(.*?)^## ", f.read(), re.MULTILINE | re.DOTALL)[1]
    return re.findall(r"^```(\w*)\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


class Shell:
    """A bash that gets block after block, as a person types them. Stops at the first command that fails."""

    def __init__(self, directory):
        # Debian's python3 and nginx, and the program under test.
        path = f"{os.path.dirname(os.path.abspath(BINARY))}:/usr/bin:/bin:/usr/sbin"
        self.process = subprocess.Popen(
            ["bash", "-e", "-o", "pipefail"], cwd=directory, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, start_new_session=True, env=dict(os.environ, PATH=path))

    def run(self, block):
        self.process.stdin.write(f"{block}\necho; echo '{DONE}'\n")
        self.process.stdin.flush()
        lines = []
        for line in self.process.stdout:
            if line.strip() == DONE:
                return "".join(lines).strip()
            lines.append(line)
        raise AssertionError(f"exit {self.process.wait()} in:\n{block}\n{''.join(lines)}")

    def stop(self):
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
        except ProcessLookupError:
            pass
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


def load_app():
    """The sample's application in this process, to ask its routes."""
    before = os.getcwd()
    os.chdir(SAMPLE)  # its static files
    try:
        spec = importlib.util.spec_from_file_location("tutorial_app", os.path.join(SAMPLE, "app.py"))
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.app
    finally:
        os.chdir(before)


def library_label(app, method, path):
    """The label of prometheus-fastapi-instrumentator 8: the first route with path and method, else the first with
    the path, else the same with the slash toggled, else "none"."""
    from starlette.routing import Match

    def find(candidate):
        partial = None
        for route in app.routes:
            match, _ = route.matches({"type": "http", "method": method, "path": candidate, "root_path": "", "headers": []})
            if match == Match.FULL:
                return route.path
            if match == Match.PARTIAL and partial is None:
                partial = route.path
        return partial

    label = find(path)
    if label is None and path != "/":
        label = find(path[:-1] if path.endswith("/") else path + "/")
        if label is not None:
            label = label.rstrip("/") + ("/" if path.endswith("/") else "")
    return label or "none"


# Method, path as it is sent, path as the application sees it.
REQUESTS = [(method, path, path) for method, path in (
    ("GET", "/"), ("GET", "/items"), ("POST", "/items"), ("PUT", "/items"), ("HEAD", "/items"), ("GET", "/items/1"),
    ("GET", "/items/abc"), ("DELETE", "/items/2"), ("PATCH", "/items/2"), ("GET", "/items/1/"), ("GET", "/items/"),
    ("GET", "/orders/123e4567-e89b-12d3-a456-426614174000/lines/1"), ("GET", "/orders/1/lines/x"), ("GET", "/orders/1"),
    ("GET", "/files/a"), ("GET", "/files/a/b/c.txt"), ("GET", "/files/"), ("GET", "/files"), ("GET", "/users/me"),
    ("GET", "/users/you"), ("GET", "/users/me/orders/"), ("GET", "/users/me/orders"), ("GET", "/users/"), ("GET", "/users"),
    ("GET", "/docs"), ("HEAD", "/docs"), ("GET", "/docs/"), ("GET", "/docs/oauth2-redirect"), ("GET", "/redoc"),
    ("GET", "/openapi.json"), ("GET", "/static/site.css"), ("GET", "/static/none.css"), ("GET", "/static/a/b"),
    ("GET", "/nowhere"), ("GET", "/admin/items/1"))]
REQUESTS += [("GET", "/items/1?q=/users/me", "/items/1"), ("GET", "/users/j%C3%BCrgen", "/users/jürgen"),
             ("GET", "/users/a%2Fb", "/users/a/b"), ("GET", "/users/a%20b", "/users/a b"), ("GET", "/files/%3F", "/files/?")]


class Tutorial(TempDirTest):
    def setUp(self):
        super().setUp()
        self.folder = self.path("samples/tutorial")
        shutil.copytree(SAMPLE, self.folder)
        self.app_port, self.nginx_port, self.serve_port = free_port(), free_port(), free_port()
        # All that is not word for word: ports that are free here. `serve` has its port by default, not by a word.
        self.mapping = {":8000": f":{self.app_port}", "--port 8000": f"--port {self.app_port}",
                        ":8080": f":{self.nginx_port}", ":10040": f":{self.serve_port}",
                        "routemeter serve": f"routemeter serve --web.listen-address 127.0.0.1:{self.serve_port}"}
        config = os.path.join(self.folder, "nginx.conf")
        with open(config) as f:
            text = self.mapped(f.read())
        with open(config, "w") as f:
            f.write(text)
        if os.getuid() == 0:  # nginx's workers are another user then
            os.chmod(self.dir, 0o755)
        self.shell = Shell(self.dir)
        self.addCleanup(self.shell.stop)
        self.addCleanup(self.stop_nginx)

    def mapped(self, text):
        for words, ours in self.mapping.items():
            text = text.replace(words, ours)
        return text

    def stop_nginx(self):
        try:
            with open(os.path.join(self.folder, "nginx.pid")) as f:
                os.kill(int(f.read()), signal.SIGTERM)
        except (FileNotFoundError, ProcessLookupError):
            pass

    @staticmethod
    def request(port, method, path):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            return answer.status, answer.getheader("X-Route"), answer.read().decode()
        finally:
            connection.close()

    def listens(self, port):
        """A person does not type faster than a program starts."""
        def answers():
            try:
                return self.request(port, "GET", "/metrics")[0]
            except OSError:
                return None
        wait_for(answers, f"port {port}")

    def counted(self):
        samples = parse(self.request(self.serve_port, "GET", "/metrics")[2])
        return collections.Counter({
            (pairs["handler"], pairs["method"], pairs["status"]): int(value)
            for name, labels in samples if name == "http_requests_total"
            for pairs, value in [(dict(labels), samples[name, labels])] if value})

    def test_word_for_word(self):
        all_blocks = blocks()
        self.assertGreaterEqual(len(all_blocks), 7)
        output = ""
        for language, text in all_blocks:
            if language == "sh":
                command = self.mapped(text)
                output = self.shell.run(command)
                if "uvicorn" in text:
                    self.listens(self.app_port)
                if "serve" in text:
                    self.listens(self.serve_port)
            else:
                # nginx writes a request to its log after it has answered; the last block may be early.
                wait_for(lambda: output == text.strip() or self.shell.run(command) == text.strip(),
                         f"this output:\n{text}of\n{command}it is:\n{output}")

        # Everything that the application can be asked for.
        app = load_app()
        before, wanted = self.counted(), collections.Counter()
        for method, sent, path in REQUESTS:
            with self.subTest(f"{method} {sent}"):
                status, route, _ = self.request(self.nginx_port, method, sent)
                label = library_label(app, method, path)
                if route is not None:
                    self.assertEqual(route, label)
                wanted[label, method, f"{status // 100}xx"] += 1
        self.assertGreater(len({label for label, _, _ in wanted}), 15)
        lines = len(REQUESTS) + sum(before.values())
        wait_for(lambda: sum(self.counted().values()) == lines, "all requests in the metrics")
        self.assertEqual(self.counted() - before, wanted)


if __name__ == "__main__":
    main()
