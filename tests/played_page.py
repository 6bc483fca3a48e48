"""`python -m tests.played_page URL [MINUTES]`: what the Studio holds and costs while a film plays on.

A production of 8 cuts, 5 versions and 200 comments plays in a loop. Every sample follows a forced
collection. Wall time on a shared machine says nothing about a page, so what the page does is measured
in processor time of its main thread, from Chromium's own trace.
"""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, expect

from tests import trend
from tests.front_door import eventually
from tests.studio_browser import Window, chromium, window

CUTS, VERSIONS, COMMENTS = 8, 5, 200
BRIEF = {
    "product": {"name": "First Light"},
    "language": "en",
    "duration_s": 15,
    "cuts": CUTS,
}
EACH_S = 20
"""Seconds between two samples."""
_SETTLING = 0.25
"""Share of the samples at the start that say nothing yet: code is compiled, caches are filled."""
_COUNTED = "videos", "nodes", "listeners", "detached"
_CATEGORIES = ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline"]


@dataclass(frozen=True)
class Sample:
    at_min: float
    heap_kib: float
    """JavaScript heap in use."""
    renderer_mib: float
    """Proportional set size of the page's process: decoders and pictures are in it."""
    videos: int
    """Video elements of the document."""
    nodes: int
    """DOM nodes that are alive, attached or not."""
    detached: int
    """Roots of trees that are alive without being in the document."""
    listeners: int
    frames: int
    """Video frames that were decoded, of all elements."""


def made(url: str) -> str:
    """Return a production of 8 cuts, 5 versions and 200 comments; make it if there is none."""
    with httpx.Client(base_url=url, timeout=60) as client:
        body = {"brief": BRIEF, "seed": 7}
        key = {"Idempotency-Key": "played-page"}
        one = client.post("/v1/productions", json=body, headers=key).json()["id"]
        path = f"/v1/productions/{one}"
        while (version := _done(client, path)) < VERSIONS:
            cut = client.get(f"{path}/draft").json()["conte"]["cuts"][version - 1]
            after = {"after": f"Morning, {version + 1} ways", "before": cut["caption"]}
            edit = {"op": "edit", "cut": cut["id"], "field": "caption", **after}
            body = {"message": f"round {version + 1}", "operations": [edit]}
            client.post(f"{path}/versions", json=body).raise_for_status()
        of_version = f"{path}/versions/{VERSIONS}"
        cuts = client.get(of_version).json()["conte"]["cuts"]
        most = {"limit": COMMENTS}
        said = len(client.get(f"{of_version}/comments", params=most).json()["comments"])
        for k in range(said, COMMENTS):
            cut = cuts[k % CUTS]
            where = {"cut": cut["id"], "frame": (7 * k) % cut["num_frames"]}
            body = {"text": f"{k + 1}. Could this be a touch warmer?", "author": "Mina", **where}
            client.post(f"{of_version}/comments", json=body).raise_for_status()
        return one


def _done(client: httpx.Client, path: str) -> int:
    eventually(lambda: client.get(path).json()["state"] == "done")
    return client.get(path).json()["version"]


def opened(browser: Browser, url: str, production: str) -> Window:
    """The production with its comments in sight, and its film there."""
    maker = window(browser, url, "en")
    maker.go(f"/p/{production}?panel=comments")
    expect(maker.page.get_by_role("article")).to_have_count(CUTS)
    expect(maker.page.get_by_role("tabpanel").get_by_role("listitem")).to_have_count(COMMENTS)
    eventually(lambda: maker.page.evaluate("document.querySelector('video')?.readyState > 1"))
    return maker


def played(browser: Browser, maker: Window, minutes: float) -> Iterator[Sample]:
    """Play the film in a loop, and yield a sample now and then."""
    page = maker.page
    for _ in range(CUTS):
        page.keyboard.press("ArrowUp")
    expect(page.get_by_role("slider", name="Position")).to_have_value("0")
    page.keyboard.press("i")
    page.keyboard.press("k")
    begun = time.monotonic()
    while (at_min := (time.monotonic() - begun) / 60) < minutes:
        page.wait_for_timeout(1000 * EACH_S)
        yield _sample(browser, page, at_min)


def _sample(browser: Browser, page: Page, at_min: float) -> Sample:
    session = page.context.new_cdp_session(page)
    for _ in range(2):  # what a finalizer lets go of is collected the second time
        session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    told = session.send("Performance.getMetrics")["metrics"]
    metrics = {one["name"]: one["value"] for one in told}
    session.send("DOM.enable")
    detached = len(session.send("DOM.getDetachedDomNodes")["detachedNodes"])
    session.detach()
    frames, videos = page.evaluate(
        """(videos => [videos.reduce((sum, one) =>
            sum + one.getVideoPlaybackQuality().totalVideoFrames, 0), videos.length])(
            [...document.querySelectorAll('video')])"""
    )
    return Sample(
        at_min=round(at_min, 2),
        heap_kib=metrics["JSHeapUsedSize"] / 1024,
        renderer_mib=_renderer_mib(browser),
        videos=videos,
        nodes=int(metrics["Nodes"]),
        detached=detached,
        listeners=int(metrics["JSEventListeners"]),
        frames=frames,
    )


def _renderer_mib(browser: Browser) -> float:
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    kib = 0
    for process in processes:
        if process["type"] == "renderer":
            rolled = Path(f"/proc/{process['id']}/smaps_rollup").read_text().splitlines()
            kib += next(int(line.split()[1]) for line in rolled if line.startswith("Pss:"))
    return kib / 1024


def settled(samples: Sequence[Sample]) -> Sequence[Sample]:
    return samples[int(_SETTLING * len(samples)) :]


def slope(samples: Sequence[Sample], field: str) -> float:
    """Return what a field grows by in a minute."""
    return trend.slope((one.at_min, getattr(one, field)) for one in samples)


@dataclass(frozen=True)
class Work:
    """What one kind of use costs the page's main thread, in processor time."""

    name: str
    tasks: int
    total_ms: float
    longest_ms: float
    dearest: str
    """What the longest task did most, as Chromium calls it."""


def worked(browser: Browser, maker: Window) -> list[Work]:
    """Scroll, play, scrub and drag; the processor time of each task, not the time that passed."""
    page = maker.page
    edge = page.get_by_role("slider", name="Between cuts 3 and 4")

    def scroll() -> None:
        page.mouse.move(400, 600)
        for k in range(40):
            page.mouse.wheel(0, 200 if k < 20 else -200)
            page.wait_for_timeout(30)

    def scroll_comments() -> None:
        page.mouse.move(1300, 500)
        for k in range(40):
            page.mouse.wheel(0, 400 if k < 20 else -400)
            page.wait_for_timeout(30)

    def play() -> None:
        page.keyboard.press("k")
        page.wait_for_timeout(6000)
        page.keyboard.press("k")

    def step() -> None:
        for _ in range(40):
            page.keyboard.press("Shift+ArrowRight")

    def drag() -> None:
        edge.scroll_into_view_if_needed()
        box = edge.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        for k in range(60):
            page.mouse.move(x + (k % 20) - 10, y)
            page.wait_for_timeout(15)
        page.keyboard.press("Escape")
        page.mouse.move(x, y)
        page.mouse.up()

    acts = {
        "scrolling the board": scroll,
        "scrolling 200 comments": scroll_comments,
        "playing": play,
        "stepping by ten frames": step,
        "dragging a boundary": drag,
    }
    return [_traced(browser, page, name, act) for name, act in acts.items()]


def _traced(browser: Browser, page: Page, name: str, act: Any) -> Work:
    act()  # once for the compiler
    browser.start_tracing(page=page, categories=_CATEGORIES)
    act()
    events = json.loads(browser.stop_tracing())["traceEvents"]
    main = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    own = [
        event
        for event in events
        if event.get("ph") == "X" and (event["pid"], event["tid"]) in main and "tdur" in event
    ]
    tasks = [event for event in own if event["name"].endswith("RunTask")]
    longest = max(tasks, key=lambda event: event["tdur"])
    ends = longest["ts"] + longest["dur"]
    within = [
        event
        for event in own
        if event["pid"] == longest["pid"]
        and longest["ts"] < event["ts"] < ends
        and not event["name"].endswith("RunTask")
    ]
    dearest = max(within, key=lambda event: event["tdur"], default=longest)
    return Work(
        name,
        len(tasks),
        sum(event["tdur"] for event in tasks) / 1000,
        longest["tdur"] / 1000,
        f"{dearest['name']} {dearest['tdur'] / 1000:.0f}",
    )


def main(url: str, minutes: float = 30.0) -> None:
    production = made(url)
    with chromium() as browser:
        maker = opened(browser, url, production)
        print("| use | tasks | CPU ms in all | longest task, CPU ms | most of it |")
        print("|---|---|---|---|---|")
        for one in worked(browser, maker):
            figures = f"{one.tasks} | {one.total_ms:.0f} | {one.longest_ms:.0f}"
            print(f"| {one.name} | {figures} | {one.dearest} |", flush=True)
        samples: list[Sample] = []
        for sample in played(browser, maker, minutes):
            samples.append(sample)
            print(sample, flush=True)
        steady = settled(samples)
        for field in ("heap_kib", "renderer_mib", *_COUNTED, "frames"):
            first, last = getattr(steady[0], field), getattr(steady[-1], field)
            grows = f"{slope(steady, field):+.2f} a minute"
            print(f"| {field} | {first:.0f} | {last:.0f} | {grows} |", flush=True)
        assert maker.wrong == [], maker.wrong


if __name__ == "__main__":
    main(sys.argv[1], *(float(one) for one in sys.argv[2:]))
