"""The components as a browser gets them: accessible, without inline styles, in three languages."""

import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client

pytestmark = [pytest.mark.urls("tests.web.gallery")]

ROOT = Path(__file__).parents[2]
CRITERIA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What passes is not written down node by node, which takes longer than looking.
AXE = {"runOnly": {"type": "tag", "values": CRITERIA}, "resultTypes": ["violations"]}
LANGUAGES = ["en", "fi", "sv"]


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_component_is_drawn_in_every_language(client: Client, language: str) -> None:
    response = client.get("/gallery/", headers={"accept-language": language})
    text = response.content.decode()
    assert response.status_code == 200
    assert f'<html lang="{language}"' in text
    assert text.count("<h1>") == 1
    assert re.findall(r' aria-current="true">(\w\w)</button>', text) == [language.upper()] * 2


@pytest.mark.django_db
def test_no_page_carries_inline_style_or_script(client: Client) -> None:
    text = client.get("/gallery/").content.decode()
    assert not re.search(r"\sstyle\s*=|<style|\son\w+\s*=|hx-on", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


@pytest.mark.django_db
def test_every_id_on_a_page_is_its_own_and_every_reference_leads_to_one(client: Client) -> None:
    text = client.get("/gallery/").content.decode()
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    for names in re.findall(r'aria-(?:labelledby|describedby)="([^"]+)"', text):
        assert set(names.split()) <= set(ids), names
    for name in re.findall(r'href="#([^"]+)"', text):
        assert name in ids


@pytest.mark.django_db
def test_sorting_and_paging_are_links_that_keep_the_rest_of_the_query(client: Client) -> None:
    text = client.get("/gallery/?sort=-count&late=1&page=4").content.decode()
    assert 'aria-sort="descending"' in text
    sort_links = re.findall(r'class="sort" href="([^"]+)"', text)
    assert sort_links
    assert all("late=1" in link and "page=" not in link for link in sort_links)
    assert "?sort=-count&amp;late=1&amp;page=5" in text


@pytest.mark.django_db
def test_the_language_is_switched_by_a_plain_form_that_stays_on_the_page(client: Client) -> None:
    response = client.post("/language/", {"language": "fi", "next": "/gallery/?late=1"})
    assert response["Location"] == "/gallery/?late=1"
    assert '<html lang="fi"' in client.get("/gallery/").content.decode()


@pytest.mark.django_db
def test_an_error_in_the_summary_leads_to_an_input(client: Client) -> None:
    text = client.get("/gallery/").content.decode()
    targets = re.findall(r'<li><a href="#(id_\w+)">', text)
    assert "id_measured_on" in targets
    for target in targets:
        assert re.search(rf'<(input|select|textarea)[^>]* id="{target}"', text)


@pytest.mark.browser
@pytest.mark.parametrize("width", [1440, 768, 390, 320])
def test_the_gallery_has_no_accessibility_fault_and_does_not_scroll_sideways(
    page: Any, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/gallery/")
    page.evaluate("document.querySelectorAll('details.dt').forEach(d => d.open = true)")
    # The focused summary scrolls the page, and what lies under the sticky bar counts as too small.
    page.evaluate("document.fonts.ready.then(() => window.scrollTo(0, 0))")
    found = Axe().run(page, options=AXE)
    faults = [(v["id"], [n["html"] for n in v["nodes"]]) for v in found.response["violations"]]
    assert faults == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
def test_the_summary_has_the_focus_and_leads_to_the_field(page: Any) -> None:
    page.goto("/gallery/")
    assert page.evaluate("document.activeElement.id") == "error-summary"
    page.click("#error-summary a")
    assert page.evaluate("document.activeElement.id") == "id_measured_on"


@pytest.mark.browser
def test_a_second_click_does_not_send_a_form_again(page: Any) -> None:
    page.goto("/gallery/")
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if is_post(request) else None)
    page.evaluate(
        "const b = document.querySelector('#record button[type=submit]'); b.click(); b.click();"
    )
    page.wait_for_load_state("networkidle")
    assert len(posts) == 1


def is_post(request: Any) -> bool:
    return bool(request.method == "POST")


def test_vendored_files_come_with_their_licences() -> None:
    for folder in ("static/vendor/designsystemet", "static/vendor/inter", "web/icons"):
        assert (ROOT / "sibportal" / folder / "LICENSE").stat().st_size > 500
        assert (ROOT / "sibportal" / folder / "README.md").exists()


def test_style_sheets_load_nothing_from_elsewhere_and_every_file_they_name_exists() -> None:
    for sheet in (ROOT / "sibportal/static").rglob("*.css"):
        for target in re.findall(r"url\(([^)]+)\)", sheet.read_text(encoding="utf-8")):
            assert (sheet.parent / target.strip("\"'")).exists(), (sheet.name, target)
