"""Debian's Chromium on the Studio, as a person uses it; what the page must never do is collected."""

import re
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import httpx
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Dialog,
    Page,
    Request,
    ViewportSize,
    expect,
    sync_playwright,
)

from tests import read_page
from tests.cluster import TestCluster
from tests.front_door import eventually

AXE = Path("serve/studio/node_modules/axe-core/axe.min.js")
PATIENCE_MS = 300_000
PHOTO = Path("docs/tire-sheet.png")
HOSTILE = "<img src=x onerror=alert(1)>\u202e&amp;🙂.png"
"""A file's name that is shown as it is, and never read as HTML."""
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1440, "height": 900}


@dataclass
class Window:
    """One page of one browser context, with all that went wrong in it."""

    page: Page
    url: str
    language: Literal["ko", "en"] = "ko"
    wrong: list[str] = field(default_factory=list[str])

    def go(self, path: str) -> None:
        self.page.goto(self.url + path)

    def hear(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.wrong.append(said.text)

    def stop(self, asked: Dialog) -> None:
        """Nothing of ours asks so: words of somebody's were run."""
        self.wrong.append(f"a script asked: {asked.message}")
        asked.dismiss()

    def watch(self, asked: Request) -> None:
        if not asked.url.startswith((self.url, "blob:")):
            self.wrong.append(f"asked another host: {asked.url}")

    def faults(self) -> list[str]:
        """What a screen reader's user would stumble over: by axe, serious and above, and read
        through."""
        self.page.evaluate(AXE.read_text())
        self.page.evaluate(SETTLED)
        found: dict[str, Any] = self.page.evaluate("axe.run()")
        by_axe = [
            f"{one['id']}: {node['html'][:200]}"
            for one in found["violations"]
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
        ]
        return [*by_axe, *read_page.faults(read_page.read(self.page), self.language)]


SETTLED = """() => Promise.allSettled(
    document.getAnimations()
        .filter(one => one.effect?.getComputedTiming().endTime !== Infinity)
        .map(one => one.finished)
)"""
"""Returns when colours no longer change: halfway through a transition they have less contrast."""


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
    opened = Window(page, url, language)
    page.on("console", opened.hear)
    page.on("pageerror", lambda error: opened.wrong.append(str(error)))
    page.on("request", opened.watch)
    page.on("dialog", opened.stop)
    return opened


def filmed(cluster: TestCluster) -> str:
    """A production of four cuts that is done, in Korean, without a draft; made if there is none.

    Others' may be approved or have fields that are locked, and formats are made of it.
    """
    with httpx.Client(base_url=cluster.url, timeout=300) as client:
        page = client.get("/v1/productions", params={"state": "done"}).json()
        for one in page["productions"]:
            film = one["brief"]
            of = (film["product"]["name"], film["duration_s"], film["aspect_ratio"])
            if of == ("윈터그립 시승용", 6, "16:9") and len(one["cuts"]) == 4:
                client.delete(f"/v1/productions/{one['id']}/draft")
                return one["id"]
        brief = {"product": {"name": "윈터그립 시승용"}, "duration_s": 6, "cuts": 4}
        made = client.post("/v1/productions", json={"brief": brief, "seed": 7}).json()["id"]
        url = f"/v1/productions/{made}"
        eventually(lambda: client.get(url).json()["state"] == "done")
        return made


def approved(cluster: TestCluster, production: str) -> None:
    """Approve its newest version, if nobody has."""
    with httpx.Client(base_url=cluster.url, timeout=300) as client:
        n = client.get(f"/v1/productions/{production}").json()["version"]
        url = f"/v1/productions/{production}/versions/{n}"
        if client.get(f"{url}/review").json()["state"] == "approved":
            return
        client.post(f"{url}/review", json={"to": "in_review"})
        offer = client.post(f"{url}/approval").json()
        body = {"hash": offer["hash"], "confirm": offer["confirm"], "name": "김대표"}
        assert client.post(f"{url}/approval/confirm", json=body).status_code == 200


def draft_of(cluster: TestCluster, production: str) -> dict[str, Any]:
    return httpx.get(f"{cluster.url}/v1/productions/{production}/draft", timeout=300).json()


def retyped(page: Page, cut: int, label: str, text: str, *, lands: bool = True) -> None:
    """Type a field of a cut anew; `lands`: wait until it stands there."""
    article = page.get_by_role("article", name=f"컷 {cut}")
    article.get_by_role("button", name=re.compile(f"^{label}:")).click()
    article.get_by_role("textbox", name=label).fill(text)
    page.keyboard.press("Enter")
    if lands:
        expect(article.get_by_role("button", name=f"{label}: {text}")).to_be_visible()
