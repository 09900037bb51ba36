"""A browser that is on this machine, for what only a browser can tell.

It is spoken to as its developer tools do (https://chromedevtools.github.io/devtools-protocol), over a pipe: JSON, with
a NUL behind each message. It opens no port.
"""

from __future__ import annotations

import base64
import io
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")

#: Pixels of the window.
WIDTH, HEIGHT = 900, 600

#: Seconds in which a page has to come up: a browser that takes longer hangs.
_HANGS = 60


#: It reads descriptor 3 and writes to 4.
_AS_3_AND_4 = """
import os, sys
from fcntl import F_DUPFD, fcntl
for number, given in enumerate([fcntl(int(one), F_DUPFD, 10) for one in sys.argv[1:3]], start=3):
    os.dup2(given, number)
os.execv(sys.argv[3], sys.argv[3:])
"""


@cache
def program() -> str | None:
    """The browser's program; None where there is none."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


class Browser:
    """A window without a screen. Ends with ``close``. ``folder`` is for its own files."""

    def __init__(self, folder: Path) -> None:
        name = program()
        assert name
        (read, self._requests), (self._answers, write) = os.pipe(), os.pipe()
        options = [
            *("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"),
            *("--disable-background-networking", "--disable-component-update", "--force-device-scale-factor=1"),
            *(f"--user-data-dir={folder}", f"--window-size={WIDTH},{HEIGHT}", "--remote-debugging-pipe", "about:blank"),
        ]
        self._process = subprocess.Popen(
            [sys.executable, "-c", _AS_3_AND_4, str(read), str(write), name, *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(read, write),
        )
        os.close(read)
        os.close(write)
        self._buffer, self._number, self._session = b"", 0, ""
        try:
            target = self._ask("Target.createTarget", url="about:blank")["targetId"]
            self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            size = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
            self._ask("Emulation.setDeviceMetricsOverride", **size)
        except AssertionError:
            self.close()
            raise

    def open(self, url: str, *, scrolls: bool) -> NDArray[np.uint8]:
        """What the window shows of a page, as if its address had been typed: rows, columns, red green blue. ``scrolls``
        says whether the page is to go somewhere, which is waited for."""
        from PIL import Image

        self._ask("Page.navigate", url="about:blank")
        self._ask("Page.navigate", url=url)
        self._until("document.readyState == 'complete' && location.pathname == '/page'")
        if scrolls:
            self._until("scrollY > 0")
        self._value(
            "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 300))))"
        )
        picture = base64.b64decode(self._ask("Page.captureScreenshot", format="png")["data"])
        return np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"))

    def close(self) -> None:
        """Ends the browser."""
        self._process.kill()
        self._process.wait()
        os.close(self._requests)
        os.close(self._answers)

    def _value(self, expression: str) -> Any:
        answer = self._ask("Runtime.evaluate", expression=expression, awaitPromise=True)
        return answer["result"].get("value")

    def _until(self, condition: str) -> None:
        end = time.monotonic() + _HANGS
        while not self._value(condition):
            assert time.monotonic() < end, f"the browser hangs before: {condition}"
            time.sleep(0.02)

    def _ask(self, method: str, **parameters: object) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        session = {"sessionId": self._session} if self._session else {}
        os.write(self._requests, json.dumps(message | session).encode() + b"\0")
        while True:
            answer = json.loads(self._message())
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return dict(answer["result"])

    def _message(self) -> bytes:
        while b"\0" not in self._buffer:
            piece = os.read(self._answers, 1 << 20)
            assert piece, "the browser has ended"
            self._buffer += piece
        message, _, self._buffer = self._buffer.partition(b"\0")
        return message


@contextmanager
def served(page: bytes) -> Iterator[str]:
    """The address under which the page is, on this machine alone."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/page"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
