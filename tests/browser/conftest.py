"""A report in a real Chromium that reaches no network; skipped, with the reason, where one of them is missing."""

import shutil

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 180_000  # milliseconds: a machine may be busy
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser():
    """Give a browser for all tests."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs the extra `browser`")
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("needs Chromium (Debian: apt-get install chromium)")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=found, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def opened(browser):
    """Give a function that opens a file or address; what it asked for, logged and popped up is in ``page.seen``."""
    contexts = []

    def open_page(path, **options):
        contexts.append(browser.new_context(**options))
        contexts[-1].set_default_timeout(PATIENCE)
        page = contexts[-1].new_page()
        page.seen = []
        page.on("request", lambda request: page.seen.append(f"request {request.url[:200]}"))
        page.on("console", lambda said: page.seen.append(f"console {said.text}"))
        page.on("pageerror", lambda error: page.seen.append(f"error {error}"))
        page.on("dialog", lambda dialog: (page.seen.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.goto(path if isinstance(path, str) else path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
