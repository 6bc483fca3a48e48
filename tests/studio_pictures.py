"""`python -m tests.studio_pictures URL FOLDER`: pictures of the Studio, from a cluster that serves.

    sian up --graph graphs/local.yaml && python -m tests.studio_pictures http://127.0.0.1:8000 docs

Makes a production there if none of its name is there yet, revises it, and writes two JPEGs.
"""

import sys
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Page, ViewportSize, expect

from tests.front_door import eventually
from tests.studio_browser import chromium, window

SENTENCE = "저소음 제습기, 30대 1인 가구, 유머, 15초, 6컷"
SEED = 11
SIZE: ViewportSize = {"width": 1440, "height": 960}
QUALITY = 72
MOST_BYTES = 200_000


def main(url: str, folder: Path) -> None:
    with httpx.Client(base_url=url, timeout=300) as client:
        production = _filmed(client)
        if client.get(f"/v1/productions/{production}").json()["version"] == 1:
            _revise(client, production)
    with chromium() as browser:
        opened = window(browser, url, size=SIZE)
        page = opened.page
        opened.go(f"/p/{production}?panel=feedback")
        expect(page.get_by_role("article").first.locator("img")).to_be_visible()
        page.locator("#board").evaluate("board => board.scrollIntoView()")
        _take(page, folder / "studio-board.jpg")
        opened.go(f"/p/{production}?panel=changes&with=1")
        expect(page.locator("video")).to_have_count(2)
        for _ in range(2):
            page.get_by_role("button", name="다음 컷").click()
        _take(page, folder / "studio-compare.jpg")
        assert opened.wrong == [], opened.wrong


def _take(page: Page, path: Path) -> None:
    """What is in sight, once every picture and the frame that was asked for are there."""
    ready = """[...document.images].filter((one) => one.getBoundingClientRect().top < innerHeight)
        .every((one) => one.complete && one.naturalWidth)
        && [...document.querySelectorAll('video')].every((one) => !one.seeking && one.readyState > 1)"""
    eventually(lambda: page.evaluate(ready))
    page.mouse.move(0, 0)
    page.screenshot(path=path, type="jpeg", quality=QUALITY)
    if (size := path.stat().st_size) > MOST_BYTES:
        raise SystemExit(f"{path} has {size} bytes, wanted at most {MOST_BYTES}")


def _filmed(client: httpx.Client) -> str:
    brief = client.post("/v1/briefs/propose", json={"text": SENTENCE}).json()["brief"]
    body = {"brief": brief, "directions": 1, "seed": SEED}
    key = {"Idempotency-Key": "studio-pictures"}
    made: str = client.post("/v1/productions", json=body, headers=key).json()["id"]
    _done(client, made)
    return made


def _revise(client: httpx.Client, production: str) -> None:
    """A night scene and other words: one cut is rendered again, the others are kept."""
    url = f"/v1/productions/{production}"
    cuts: list[dict[str, Any]] = client.get(f"{url}/draft").json()["conte"]["cuts"]
    night = next(cut for cut in cuts[2:] if cut["time_of_day"] != "night")
    last = cuts[-1]
    edits = [(night, "time_of_day", "night"), (last, "caption", "조용하게, 뽀송하게")]
    operations = [
        {"op": "edit", "cut": cut["id"], "field": name, "before": cut[name], "after": after}
        for cut, name, after in edits
    ]
    sealed = client.post(f"{url}/versions", json={"message": "밤으로", "operations": operations})
    assert sealed.status_code == 202, sealed.text
    _done(client, production)


def _done(client: httpx.Client, production: str) -> None:
    eventually(lambda: client.get(f"/v1/productions/{production}").json()["state"] == "done")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
