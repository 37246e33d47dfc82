"""A runbook whose texts are hostile, in Chromium: they are read as they were written, and nothing in them happens.

Beside it, the page over plain HTTP, where the browser gives no clipboard.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.site.conftest import build, program, serve
from tests.site.test_build import copy as copy
from tests.site.test_build import spoil

pytestmark = pytest.mark.browser
PAGE = "runbooks/fraud-accuracy-drop/"
DOES = "<img src=x onerror=boom=1><script>boom=2</script></p>"
HOSTILE = f"{DOES} {{{{7*7}}}} [[[b]]] ${{b}} *c* \u05d0\u05d1 1"
LONG = f"{HOSTILE} [[% boom %]] `c` 'r' &lt; &amp; </div>"
COMMAND = f"echo '{DOES} {{{{ 7*7 }}}} ${{{{x}}}} [ [[ 1 ]] ] \u05d0\u05d1 1' \"a  b\" | cat"


@pytest.fixture
def hostile(copy: Path, tmp_path: Path, chromium: Browser) -> Iterator[Page]:
    """The page of the spoiled runbook."""
    quoted, long = f'"{HOSTILE}"', f'"{LONG}"'
    old = "summary: >-\n  The fraud model blocks good payments, or lets fraudulent ones through, more often than\n"
    spoil(copy, "title: Fraud scores no longer match confirmed fraud", f"title: {quoted}")
    spoil(copy, f"{old}  it used to. Customers cannot pay, or lose money.", f"summary: {long}")
    spoil(copy, "title: Ask whether the model moved or the payments did", f"title: {quoted}")
    spoil(copy, "expect: exported 10000 rows", f"expect: {long}")
    spoil(copy, "  - Support reports more wrong declines than usual", f"  - {quoted}")
    run = 'run: flagctl set fraud.model_share 0 --env "${environment}"\nexpect: fraud.model_share = 0\n'
    undo = 'undo: flagctl set fraud.model_share 100 --env "${environment}"\n'
    then = "then: restore-bundle"
    spoil(copy, run + undo + then, f"run: |\n  {COMMAND}\nexpect: none\n{undo}{then}")
    build(copy / "mkdocs.yml", tmp_path / "site")
    server, address = serve(tmp_path / "site")
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    page = context.new_page()
    page.goto(f"{address}/{PAGE}")
    yield page
    context.close()
    server.shutdown()


def words(found: Locator) -> str:
    return " ".join((found.text_content() or "").split())


def test_every_text_is_read_as_it_was_written(hostile: Page) -> None:
    page, told = hostile, " ".join(HOSTILE.split())
    assert told in words(page.get_by_role("heading", level=1))
    assert told in page.title()
    expect(page.locator("article")).to_contain_text("[[[b]]]")
    whole = words(page.locator("article"))
    assert whole.count(told) >= 5, "title, summary, symptom, the step's title and what it expects"
    page.get_by_role("button", name="Start incident mode").click()
    expect(page.get_by_role("region", name="Incident")).to_be_visible()
    assert page.evaluate("window.boom") is None
    assert page.locator("article img[src=x], nav img[src=x]").count() == 0
    address = page.url.partition("/runbooks/")[0]
    for path in ("", "summaries/", "by/symptom/", "changes/"):
        if page.goto(f"{address}/{path}").ok:  # type: ignore[union-attr]
            assert page.evaluate("window.boom") is None, path
            assert page.locator("img[src=x]").count() == 0, path
    page.goto(f"{address}/")
    page.get_by_role("searchbox", name="What are you seeing?").fill("boom")
    page.wait_for_timeout(500)
    assert page.evaluate("window.boom") is None


def test_a_command_is_copied_as_it_was_written(hostile: Page) -> None:
    block = hostile.locator("[data-step=rules-only] > .db-command").first
    assert COMMAND in (block.locator("code").text_content() or "")
    block.get_by_role("button", name="Copy").click()
    expect(block.get_by_role("status")).to_have_text("Copied.")
    assert str(hostile.evaluate("navigator.clipboard.readText()")).strip() == COMMAND
    assert hostile.evaluate("window.boom") is None


def test_over_plain_http_a_command_is_copied_all_the_same(chromium: Browser, address: str) -> None:
    """A host that is not this machine is no secure context, and has no clipboard of its own."""
    rule = "--host-resolver-rules=MAP runbooks.example.com 127.0.0.1"
    other = chromium.browser_type.launch(executable_path=program(), args=["--no-sandbox", "--disable-gpu", rule])
    page = other.new_page()
    page.goto(f"http://runbooks.example.com:{urlsplit(address).port}/{PAGE}")
    assert page.evaluate("[window.isSecureContext, 'clipboard' in navigator]") == [False, False]
    block = page.locator("[data-step=restore-bundle] > .db-command").first
    page.get_by_label("Environment").select_option("prod")
    block.get_by_role("button", name="Copy").click()
    expect(block.get_by_role("status")).to_have_text("Copied.")
    page.get_by_label("Folder for the evidence of this incident").focus()
    page.keyboard.press("Control+v")
    pasted = 'modelctl restore fraud-scorer --bundle previous-good --env "prod"'
    assert page.get_by_label("Folder for the evidence of this incident").input_value() == pasted
    other.close()
