"""A real headless Chromium, driven through chromedriver: W3C WebDriver needs no more than http.client."""

import http.client
import json
import shutil
import subprocess
import tempfile
import time

from harness import TIMEOUT, free_port

# Without them Chromium looks for its maker's servers, which a test machine does not reach.
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-dev-shm-usage"]


class Browser:
    """One session. `with Browser() as browser: browser.open(url); browser.run("return document.title")`."""

    def __init__(self):
        self.port = free_port()
        self.profile = tempfile.mkdtemp(prefix="routemeter-browser-")
        self.driver = subprocess.Popen(["chromedriver", f"--port={self.port}"], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
        self.session = None
        try:
            self._wait_for_driver()
            options = {"binary": shutil.which("chromium"), "args": [*FLAGS, "--user-data-dir=" + self.profile]}
            capabilities = {"browserName": "chrome", "goog:chromeOptions": options,
                            "unhandledPromptBehavior": "ignore"}
            made = self._call("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}})
            self.session = "/session/" + made["sessionId"]
        except BaseException:
            self.close()
            raise

    def _wait_for_driver(self):
        deadline = time.monotonic() + TIMEOUT
        while True:
            try:
                if self._call("GET", "/status")["ready"]:
                    return
            except OSError:
                pass
            if time.monotonic() > deadline or self.driver.poll() is not None:
                raise AssertionError("chromedriver does not start")
            time.sleep(0.05)

    def _call(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        try:
            connection.request(method, path, None if body is None else json.dumps(body),
                               {"Content-Type": "application/json"})
            value = json.loads(connection.getresponse().read())["value"]
        finally:
            connection.close()
        if isinstance(value, dict) and "error" in value:
            raise BrowserError(value["error"], value["message"])
        return value

    def open(self, url):
        self._call("POST", self.session + "/url", {"url": url})

    def run(self, script, *args):
        """What the script returns. It runs from outside: the page's own policy has no say in it."""
        return self._call("POST", self.session + "/execute/sync", {"script": script, "args": list(args)})

    def dialog(self):
        """The text of an open alert(), or None."""
        try:
            return self._call("GET", self.session + "/alert/text")
        except BrowserError as error:
            if error.args[0] == "no such alert":
                return None
            raise

    def look_like(self, width, height=900, scheme="light"):
        """A screen of that width in CSS pixels (a phone's when narrow), with that colour scheme."""
        self._devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                       mobile=width < 600)
        self._devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def _devtools(self, command, **params):
        return self._call("POST", self.session + "/goog/cdp/execute", {"cmd": command, "params": params})

    def close(self):
        if self.session is not None:
            try:
                self._call("DELETE", self.session)
            except (OSError, BrowserError):
                pass  # it is gone already
        self.driver.terminate()
        self.driver.wait()
        shutil.rmtree(self.profile, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()


class BrowserError(Exception):
    """What chromedriver answers: the W3C error code, the message."""
