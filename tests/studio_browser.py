"""Debian's Chromium on the Studio, as a person uses it; what the page must never do is collected."""

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Request,
    ViewportSize,
    sync_playwright,
)

AXE = Path("serve/studio/node_modules/axe-core/axe.min.js")
PATIENCE_MS = 300_000
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1440, "height": 900}


@dataclass
class Window:
    """One page of one browser context, with all that went wrong in it."""

    page: Page
    url: str
    wrong: list[str] = field(default_factory=list[str])

    def go(self, path: str) -> None:
        self.page.goto(self.url + path)

    def hear(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.wrong.append(said.text)

    def watch(self, asked: Request) -> None:
        if not asked.url.startswith((self.url, "blob:")):
            self.wrong.append(f"asked another host: {asked.url}")

    def axe(self) -> list[str]:
        """What a screen reader's user would stumble over, serious and above."""
        self.page.evaluate(AXE.read_text())
        found: dict[str, Any] = self.page.evaluate("axe.run()")
        return [
            f"{one['id']}: {node['html'][:200]}"
            for one in found["violations"]
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
        ]


@contextmanager
def chromium() -> Generator[Browser]:
    program = shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def window(
    browser: Browser,
    url: str,
    language: Literal["ko", "en"] = "ko",
    size: ViewportSize = DESK,
    scheme: Literal["light", "dark"] = "light",
) -> Window:
    """A new context: no cookies, no storage."""
    tag = {"ko": "ko-KR", "en": "en-US"}[language]
    page = browser.new_context(locale=tag, viewport=size, color_scheme=scheme).new_page()
    page.set_default_timeout(PATIENCE_MS)
    opened = Window(page, url)
    page.on("console", opened.hear)
    page.on("pageerror", lambda error: opened.wrong.append(str(error)))
    page.on("request", opened.watch)
    return opened
