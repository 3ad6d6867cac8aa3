"""A real browser against the real pages; skipped where there is no Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.factories import PASSWORD

# Playwright runs an event loop in this thread, in which Django would refuse to touch the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
]
WIDE: ViewportSize = {"width": 1440, "height": 900}
NARROW: ViewportSize = {"width": 390, "height": 844}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LISTEN = """
addEventListener("securitypolicyviolation", event =>
    console.error(`CSP ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`))
"""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("there is no chromium on the PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


class Tab:
    """A page that remembers what went wrong on it, and takes screenshots if they are wanted."""

    def __init__(self, page: Page, base: str, look: str) -> None:
        self.page, self.base, self.look = page, base, look
        self.problems: list[str] = []
        page.add_init_script(LISTEN)
        page.on("console", self.heard)
        page.on("pageerror", lambda error: self.problems.append(f"{page.url}: {error}"))
        page.on("response", self.answered)

    def heard(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.problems.append(f"{self.page.url}: {message.text}")

    def answered(self, response: Any) -> None:
        if response.status >= 400:
            self.problems.append(f"{response.url}: {response.status}")

    def open(self, path: str) -> None:
        self.page.goto(self.base + path)

    def choose(self, action: str) -> None:
        """One of the actions above a page, which narrow windows keep behind a button."""
        link = self.page.get_by_role("link", name=action, exact=False).last
        if self.look.startswith(str(NARROW["width"])):
            self.page.get_by_text("more_horiz").first.click()
        link.click()

    def check(self, name: str) -> None:
        """Nothing went wrong so far, and the page is no wider than its window."""
        self.page.wait_for_load_state("networkidle")
        self.screenshot(name)
        width = self.page.evaluate("document.documentElement.scrollWidth")
        if width > self.page.evaluate("innerWidth"):
            self.problems.append(f"{name} is {width} px wide")
        assert self.problems == []

    def screenshot(self, name: str) -> None:
        if folder := os.environ.get("OFFRAMP_SCREENSHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{folder}/{name}-{self.look}.png", full_page=True)

    def log_in(self, person: User) -> None:
        self.open("/")
        self.page.get_by_label("Username").fill(person.username)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Log in").click()
        self.page.wait_for_url("**/admin/")


LOOKS = [(size, scheme) for size in (WIDE, NARROW) for scheme in SCHEMES]


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look[0]['width']}-{look[1]}")
def tab(
    request: pytest.FixtureRequest, chromium: Browser, live_server: LiveServer
) -> Iterator[Tab]:
    size, scheme = request.param
    context = chromium.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")
    yield Tab(context.new_page(), live_server.url, f"{size['width']}-{scheme}")
    context.close()
