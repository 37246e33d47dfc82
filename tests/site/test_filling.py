"""The form of a runbook page in Chromium: filled in once, in every command, and never by accident."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.site.conftest import Visit

pytestmark = pytest.mark.browser
SKEW, FAIR = "runbooks/training-serving-skew/", "runbooks/fairness-regression/"


def block(page: Page, step: str) -> Locator:
    return page.locator(f"[data-step={step}] > .db-command")


def copied(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_a_command_with_an_empty_input_is_not_copied(visit: Visit, address: str) -> None:
    page = visit.page
    page.goto(f"{address}/runbooks/fraud-accuracy-drop/")
    page.evaluate("navigator.clipboard.writeText('before')")
    command = block(page, "export-evidence")
    command.get_by_role("button", name="Copy").click()
    expect(command.get_by_role("status")).to_contain_text(
        "Not copied: fill in “Folder for the evidence of this incident” first."
    )
    command.get_by_role("link", name="Go there").click()
    expect(page.locator("#fill-evidence_dir")).to_be_focused()
    command.locator("code").select_text()
    page.keyboard.press("Control+c")
    assert copied(page) == "before"
    page.get_by_label("Folder for the evidence of this incident").fill("inc/2026-0042")
    command.get_by_role("button", name="Copy").click()
    expect(command.get_by_role("status")).to_have_text("Copied.")
    told = 'evidence-export --model fraud-scorer --rows 10000 --with-config --out "inc/2026-0042/scored-sample.parquet"'
    assert copied(page) == told
    page.evaluate("navigator.clipboard.writeText('before')")
    command.locator("code").select_text()
    page.keyboard.press("Control+c")
    assert copied(page).strip() == told
    assert (visit.elsewhere, visit.complaints) == ([], [])


def test_the_link_of_the_alert_fills_in(visit: Visit, address: str) -> None:
    page = visit.page
    page.goto(f"{address}/{FAIR}?environment=prod&segment=de-app&version=0.9.0")
    expect(page.get_by_label("Environment")).to_have_value("prod")
    expect(page.get_by_label("Segments whose groups came apart")).to_have_value("de-app")
    expect(page.locator("[data-version]")).to_contain_text("made from version 0.9.0; this page shows version 1")
    command = (
        block(page, "people-decide")
        if block(page, "people-decide").count()
        else page.locator(".db-command", has_text="for segment in").first
    )
    expect(command).to_contain_text("for segment in de-app; do")
    page.get_by_label("Segments whose groups came apart").fill("de-app fr-web")
    expect(command).to_contain_text("for segment in de-app fr-web; do")
    assert "segments=de-app+fr-web" in page.url
    page.reload()
    expect(command).to_contain_text("for segment in de-app fr-web; do")


HOSTILE = (
    '41"; rm -rf /; "',
    "41'",
    "$(reboot)",
    "`reboot`",
    "41\n42",
    "--force",
    "${HOME}",
    "<img src=x onerror=alert(1)>",
    "[[[ 1 ]]]",
    "{{ 1 }}",
    "\u202e41",
)


@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_that_does_not_fit_goes_nowhere(visit: Visit, address: str, value: str) -> None:
    page = visit.page
    page.goto(f"{address}/{SKEW}")
    field = page.locator("#fill-good_revision")
    command = page.locator(".db-command", has_text="${good_revision}").first
    raw = command.locator("code").text_content()
    field.fill(value.replace("\n", " "))
    expect(page.locator("#fill-good_revision-why")).not_to_be_empty()
    expect(field).to_have_attribute("aria-invalid", "true")
    assert command.locator("code").text_content() == raw
    command.get_by_role("button").first.click()
    expect(command.get_by_role("status")).to_contain_text("Not copied")
    assert page.locator("img[src=x]").count() == 0
    assert visit.complaints == []


def test_a_stage_has_a_button_of_its_own(visit: Visit, address: str) -> None:
    page = visit.page
    page.goto(f"{address}/runbooks/fraud-accuracy-drop/?environment=prod")
    command = page.locator("[data-stages]").first
    labels = command.get_by_role("button").all_text_contents()
    assert len(labels) > 1
    assert all(label.startswith("Copy for ") for label in labels)
    command.get_by_role("button").first.click()
    assert copied(page).strip() == f'flagctl set fraud.model_share {labels[0].removeprefix("Copy for ")} --env "prod"'


def test_without_a_script_the_page_shows_what_a_shell_reads(chromium: Browser, address: str) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{address}/{SKEW}")
    expect(page.locator(".db-fill")).to_be_hidden()
    expect(page.get_by_text("Begin with set -u")).to_be_visible()
    expect(page.get_by_text("good_revision=41")).to_be_visible()
    assert "${good_revision}" in (page.locator(".db-command", has_text="good_revision").first.text_content() or "")
    expect(page.get_by_role("link", name="First:")).to_be_in_viewport()
    context.close()


def test_the_picture_of_the_steps_leads_to_them(visit: Visit, address: str) -> None:
    page = visit.page
    page.goto(f"{address}/{SKEW}")
    page.locator(".db-picture > summary").click()
    steps = page.locator("[data-step]").count()
    links = page.locator(".db-steps a")
    assert links.count() == steps
    links.nth(steps - 1).click()
    expect(page.locator(f"[id='{page.url.partition('#')[2]}']")).to_be_in_viewport()
    page.emulate_media(media="print")
    expect(page.locator(".db-copy").first).to_be_hidden()


def test_something_is_wrong_opens_an_issue_that_says_where(visit: Visit, address: str) -> None:
    page = visit.page
    page.goto(f"{address}/{SKEW}")
    link = page.get_by_role("link", name="Something is wrong with this step").first
    address = link.get_attribute("href") or ""
    assert address.startswith("https://git.example.com/runbooks/issues/new?title=training-serving-skew%20")
    assert "body=Runbook%3A" in address
