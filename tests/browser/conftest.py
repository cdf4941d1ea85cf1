"""A real Chromium before a real server; pictures go to build/screenshots."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.county import PASSWORD, Board, County, config_for, fill, served

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
PICTURES = Path("build/screenshots")
PATIENCE_MS = 20_000
"""How long a page is waited for is no promise of ours; a busy machine takes its time."""
_QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=user-gesture-required",
]


@pytest.fixture(scope="session")
def browser() -> Generator[Browser]:
    if not CHROMIUM.exists():
        reason = f"no browser at {CHROMIUM}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    PICTURES.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=str(CHROMIUM), args=_QUIET)
        yield running
        running.close()


@pytest.fixture
def county(database: str) -> County:
    return fill(database)


@pytest.fixture
def board(county: County) -> Generator[Board]:
    with served(config_for(county)) as running:
        yield running


OpenPage = Callable[..., Page]


def is_too_wide(page: Page) -> bool:
    """Say whether a page must be scrolled sideways."""
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def look(page: Page, name: str) -> None:
    """Take a picture of the whole of a page, which must not be wider than its window."""
    assert not is_too_wide(page), name
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


@pytest.fixture
def open_page(browser: Browser, board: Board, request: pytest.FixtureRequest) -> Generator[OpenPage]:
    """Open a page as somebody; what the console complains of fails the test.

    Only a test that is marked `types_wrong_values` may be answered by 422, and `may_not` by 403.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def enter(login: str | None, *, width: int = 390, height: int = 844, scheme: str = "light") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            device_scale_factor=2 if width < 700 else 1,
            has_touch=width < 700,
            is_mobile=width < 700,
            locale="zh-CN",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{board.address}/login")
        if login is not None:
            page.get_by_label("登录名").fill(login)
            page.get_by_label("密码", exact=True).fill(PASSWORD)
            page.get_by_role("button", name="登录").click()
            page.wait_for_selector('#live-pill[data-state="on"]')
        return page

    yield enter
    for context in contexts:
        context.close()
    # A 401 is how a page learns that nobody is logged in, a 409 that it must ask once more; a test may cut the network.
    expected = ["401", "409 (Conflict)", "ERR_INTERNET_DISCONNECTED"]
    if request.node.get_closest_marker("types_wrong_values"):
        expected.append("422 (Unprocessable")
    if request.node.get_closest_marker("may_not"):
        expected.append("403 (Forbidden)")
    assert [said for said in complaints if not any(each in said for each in expected)] == []
