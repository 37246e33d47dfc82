"""How soon a page can be read on a bad network, how soon an edit shows, and how long a large site takes to build. Prints tables.

The network is Chromium's own throttle: 1.6 Mbit/s, 150 ms. The builds run cold, one after the other, on the same Markdown: with
the plugin, by Material alone with a navigation as small, and by zensical from the staged folder. CPU is of user and system.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

sys.path.insert(0, str(Path(__file__).resolve().parent))
from lint import ROOT, measured, repository

COUNTS = (100, 1000)
EDITS = 5
PAGES = ("fraud-accuracy-drop", "assistant-behaviour-regression", "gpu-capacity-exhaustion")
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
OURS = ("drillbook.css", "drillbook-page.js", "drillbook-incident.js", "drillbook-find.js")
_ENV = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "DRILLBOOK_AS_OF": "2026-11-22"}
_SEEN = """() => new Promise((resolve) => new PerformanceObserver((list) => {
  const found = list.getEntries().find((each) => each.name === "first-contentful-paint");
  if (found) resolve(found.startTime / 1000);
}).observe({ type: "paint", buffered: true }))"""


class _Zipped(SimpleHTTPRequestHandler):
    """Texts go compressed, as every server of a site sends them."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if path.suffix not in (".html", ".css", ".js", ".json") or not path.is_file():
            super().do_GET()
            return
        data = gzip.compress(path.read_bytes(), 6)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Cache-Control", "max-age=600")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _slowed(page: Page) -> CDPSession:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW)
    return session


def _read(browser: Browser, address: str, scripts: bool) -> tuple[float, float]:
    """Seconds until the first action is painted: cold, and a second time."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, java_script_enabled=scripts, service_workers="block"
    )
    page = context.new_page()
    _slowed(page)
    seconds = []
    for _ in range(2):
        page.goto(address, wait_until="load")
        seconds.append(float(page.evaluate(_SEEN)))
        box = page.locator(".db-first a").bounding_box()
        if not box or box["y"] + box["height"] > 844:
            raise SystemExit(f"{address}: the first action is below the first screen of a phone")
    context.close()
    return seconds[0], seconds[1]


def pages(site: Path) -> Iterator[str]:
    """One line for each page: seconds cold and warm, and kilobytes of HTML with our own styles and scripts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Zipped, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    own = sum(len(gzip.compress(next(site.rglob(name)).read_bytes(), 6)) for name in OURS)
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for name in PAGES:
            runs = [_read(browser, f"http://127.0.0.1:{server.server_port}/runbooks/{name}/", True) for _ in range(3)]
            cold, warm = (sorted(each)[1] for each in zip(*runs, strict=True))
            whole = len(gzip.compress((site / "runbooks" / name / "index.html").read_bytes(), 6)) + own
            yield f"{name:36} {cold:8.2f} s {warm:8.2f} s {whole / 1000:8.1f} kB"
        browser.close()
    server.shutdown()


BARE = """site_name: Bare
theme: {name: material, font: false, features: [navigation.indexes]}
plugins: [search]
markdown_extensions:
  - admonition
  - attr_list
  - def_list
  - tables
  - toc: {permalink: true, toc_depth: 3}
  - pymdownx.highlight: {anchor_linenums: false}
  - pymdownx.superfences
nav: [{Start: index.md}, {Runbooks: runbooks/index.md}]
not_in_nav: "*"
"""


def _site(temporary: str, count: int) -> Path:
    """A repository of ``count`` runbooks with a site."""
    (Path(temporary) / "top").mkdir()
    top = repository(Path(temporary) / "top", count)
    (top / "docs").mkdir()
    (top / "docs" / "note.md").write_text("# Note\n", encoding="utf-8")
    config = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    begin, end = config.index("  - Docs:"), config.index("  - Rules:")
    (top / "mkdocs.yml").write_text(config[:begin] + config[end:], encoding="utf-8")
    return top


def edits(count: int) -> str:
    """How long an edit takes to stand in a page that is open in the browser, the slowest of several."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        top = _site(temporary, count)
        book = sorted((top / "runbooks").glob("*.md"))[count // 2]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [str(Path(sys.executable).parent / "drillbook"), "serve", book.stem, "--port", str(port)]
        begun = time.monotonic()
        server = subprocess.Popen(command, cwd=top, env=_ENV, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        try:
            page = browser.new_page()
            _opened(page, f"http://127.0.0.1:{port}/runbooks/{book.stem}/")
            first, took = time.monotonic() - begun, []
            for number in range(EDITS):
                page.wait_for_timeout(2000)  # somebody reads what came of the edit before
                text = book.read_text(encoding="utf-8")
                book.write_text(
                    re.sub(r"(?m)^title: .*$", f"title: Edit number {number}", text, count=1), encoding="utf-8"
                )
                begun = time.monotonic()
                page.get_by_role("heading", level=1, name=f"Edit number {number}").wait_for(timeout=60_000)
                took.append(time.monotonic() - begun)
        finally:
            server.terminate()
            server.wait(timeout=30)
            browser.close()
    shown = f"{EDITS} edits showed after {min(took):.2f} to {max(took):.2f} s"
    return f"{count:6} runbooks: the page stood after {first:.2f} s, {shown}"


def _opened(page: Page, address: str) -> None:
    """Open a page that is still being made."""
    end = time.monotonic() + 120
    while True:
        try:
            page.goto(address)
        except PlaywrightError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return


def builds(count: int) -> Iterator[str]:
    """One line for each way to build a site of ``count`` runbooks."""
    with tempfile.TemporaryDirectory() as temporary:
        top = _site(temporary, count)
        here = Path(sys.executable).parent
        staged, bare = top / "staged", top / "bare"
        whole = measured("drillbook", count, [str(here / "mkdocs"), "build", "-q", "-d", "site"], top)
        subprocess.run(
            [str(here / "drillbook"), "site", "stage", "staged"], cwd=top, env=_ENV, check=True, capture_output=True
        )
        (bare / "docs").mkdir(parents=True)
        for path in (staged / "docs").rglob("*.md"):
            target = bare / "docs" / path.relative_to(staged / "docs")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
        (bare / "mkdocs.yml").write_text(BARE, encoding="utf-8")
        alone = measured("Material alone", count, [str(here / "mkdocs"), "build", "-q", "-d", "site"], bare)
        other = measured("zensical, staged", count, [str(here / "zensical"), "build"], staged)
        for run in (whole, alone, other):
            yield f"{run.name:20} {count:6} {run.cpu:9.1f} s {run.wall:9.1f} s {run.memory:8.0f} MB   {run.cpu / alone.cpu:5.2f}"


def main() -> None:
    os.environ.update(_ENV)
    with tempfile.TemporaryDirectory() as temporary:
        command = [str(Path(sys.executable).parent / "mkdocs"), "build", "-q", "-d", temporary]
        subprocess.run(command, cwd=ROOT, env=_ENV, check=True, capture_output=True)
        print(f"{'page, 1.6 Mbit/s and 150 ms':36} {'cold':>10} {'again':>10} {'weight':>11}")
        for line in pages(Path(temporary)):
            print(line, flush=True)
    print("\ndrillbook serve RUNBOOK, in an open page:")
    for count in COUNTS:
        print(edits(count), flush=True)
    print(f"\n{'build':20} {'books':>6} {'CPU':>11} {'clock':>11} {'memory':>11}   of Material alone")
    for count in COUNTS:
        for line in builds(count):
            print(line, flush=True)


if __name__ == "__main__":
    main()
