"""The first visit of a creator to the Studio, in twenty steps: what they want, do and see.

They read nothing but the page. Its words are looked for as they stand there, in Korean.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from tests.front_door import eventually
from tests.returned_sheets import cell, edited_workbook
from tests.studio_browser import PHONE, PHOTO, Window, window

_TIMES = "[...document.querySelectorAll('video')].map((film) => film.currentTime)"


@dataclass
class Visit:
    """What one step leaves for the next."""

    browser: Browser
    url: str
    maker: Window
    boundary_at: int = 0
    action: str = ""

    @property
    def page(self) -> Page:
        return self.maker.page

    @property
    def boundary(self) -> Locator:
        return self.page.get_by_role("slider", name="컷 1과 2 사이")

    @property
    def shortcuts(self) -> Locator:
        return self.page.get_by_role("button", name="단축키")  # and its key

    def cut(self, number: int) -> Locator:
        return self.page.get_by_role("article", name=f"컷 {number}")

    def shown(self, number: int) -> str:
        """What is seen in a cut."""
        action = self.cut(number).get_by_role("button", name=re.compile("^화면:"))
        return action.get_attribute("aria-label") or ""

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def panel(self, tab: str) -> Locator:
        self.page.get_by_role("tab", name=tab).click()
        return self.page.get_by_role("tabpanel")


@dataclass(frozen=True)
class Step:
    wants: str
    does: str
    sees: str
    act: Callable[[Visit], None]


STEPS: list[Step] = []


def step(wants: str, does: str, sees: str) -> Callable[[Callable[[Visit], None]], None]:
    return lambda act: STEPS.append(Step(wants, does, sees, act))


@step(
    "to know where this begins",
    "opens the address",
    "one field for one sentence, and examples to click",
)
def _(visit: Visit) -> None:
    visit.maker.go("/")
    expect(visit.page.get_by_label("한 문장으로")).to_be_visible()
    assert visit.maker.faults() == []


@step("a film of a dehumidifier", "types it as they would say it", "the brief, filled in from it")
def _(visit: Visit) -> None:
    sentence = "저소음 제습기, 30대 1인 가구, 유머, 6초, 4컷"
    visit.page.get_by_label("한 문장으로").fill(sentence)
    expect(visit.page.get_by_label("제품명")).to_have_value("저소음 제습기")
    expect(visit.page.get_by_label(re.compile("^길이"))).to_have_value("6")
    assert visit.maker.faults() == []


@step("their own product in it", "chooses a photo of it", "that it is there, and where it begins")
def _(visit: Visit) -> None:
    photo = {"name": "제습기.png", "mimeType": "image/png", "buffer": PHOTO.read_bytes()}
    visit.page.get_by_label(re.compile("^제품 사진")).set_input_files([photo])  # pyright: ignore
    expect(visit.page.get_by_text("제습기.png", exact=True)).to_be_visible()
    expect(visit.page.get_by_text("이 사진에서 시작합니다")).to_be_visible()


@step("two stories to choose from", "asks for 2, presses 콘티 만들기", "both, side by side")
def _(visit: Visit) -> None:
    visit.page.get_by_role("combobox", name=re.compile("몇 가지")).select_option("2")
    visit.button("콘티 만들기").click()
    expect(visit.page.get_by_role("article")).to_have_count(2)
    second = visit.page.get_by_role("article", name="B안")
    expect(second.get_by_role("listitem")).to_have_count(4)
    assert visit.maker.faults() == []


@step("the second", "presses B안으로 진행", "its four cuts, and a player")
def _(visit: Visit) -> None:
    visit.button("B안으로 진행").click()
    expect(visit.button("재생")).to_be_visible()
    expect(visit.page.get_by_role("article")).to_have_count(4)


@step("to watch it", "presses 재생", "the film, running")
def _(visit: Visit) -> None:
    visit.button("재생").click()
    eventually(lambda: any(at > 0 for at in visit.page.evaluate(_TIMES)))
    visit.page.evaluate("document.querySelectorAll('video').forEach((film) => film.pause())")


@step("other words on the first cut", "clicks its 자막 and types", "them on the card, as typed")
def _(visit: Visit) -> None:
    first = visit.cut(1)
    first.get_by_role("button", name=re.compile("^자막")).click()
    visit.page.get_by_role("textbox", name="자막").fill("조용하다 <b>")
    visit.page.keyboard.press("Enter")
    expect(first.get_by_role("button", name="자막: 조용하다 <b>")).to_be_visible()


@step("them to stay", "presses the lock beside them", "that no proposal may change them")
def _(visit: Visit) -> None:
    lock = visit.cut(1).get_by_role("button", name="잠그기: 자막")
    lock.click()
    expect(lock).to_have_attribute("aria-pressed", "true")


@step("the third cut before the second", "takes 앞으로 옮기기 in its menu", "it in the other place")
def _(visit: Visit) -> None:
    visit.action = visit.shown(3)
    visit.cut(3).get_by_role("button", name="이 컷에 할 일").click()
    visit.cut(3).get_by_role("button", name="앞으로 옮기기").click()
    eventually(lambda: visit.shown(2) == visit.action)


@step("the first cut a little shorter", "moves its boundary", "one frame less")
def _(visit: Visit) -> None:
    visit.boundary_at = int(visit.boundary.get_attribute("aria-valuenow") or 0)
    visit.boundary.press("ArrowLeft")
    expect(visit.boundary).to_have_attribute("aria-valuenow", str(visit.boundary_at - 1))


@step(
    "both undone",
    "presses 되돌리기 twice",
    "time and order as they were, and that it costs nothing",
)
def _(visit: Visit) -> None:
    visit.button("되돌리기").click()
    expect(visit.boundary).to_have_attribute("aria-valuenow", str(visit.boundary_at))
    visit.button("되돌리기").click()
    eventually(lambda: visit.shown(3) == visit.action)
    expect(visit.button("콘티 2 만들기 · 다시 그리는 컷 없음")).to_be_enabled()


@step("to see cut 3 once more", "orders another take", "both takes; picks the new one")
def _(visit: Visit) -> None:
    visit.cut(3).get_by_role("button", name=re.compile("^컷 3")).click()
    panel = visit.panel("테이크")
    panel.get_by_role("button", name=re.compile("^다른 테이크")).click()
    panel.get_by_role("button", name="이 테이크로").click()
    expect(panel.get_by_text("선택됨")).to_be_visible()
    expect(panel.get_by_role("listitem")).to_have_count(2)
    assert visit.maker.faults() == []


@step(
    "to know what may not be said",
    "opens 점검",
    "findings beside their words, or that there are none",
)
def _(visit: Visit) -> None:
    panel = visit.panel("점검")
    expect(
        panel.get_by_text(re.compile("걸리는 곳이 없습니다|주의|오류|참고")).first
    ).to_be_visible()


@step(
    "cut 2 at night",
    "says so in words, presses 받아들이기",
    "what would change; then that it stands",
)
def _(visit: Visit) -> None:
    visit.cut(2).get_by_role("button", name=re.compile("^컷 2")).click()
    visit.panel("피드백").get_by_label("컷 2", exact=True).fill("장소를 옥상으로")
    visit.button("어떻게 고칠지 보기").click()
    visit.button("받아들이기").click()
    expect(visit.page.get_by_text("작업본에 넣었습니다")).to_be_visible()
    assert visit.maker.faults() == []


@step("their work back", "reloads by mistake", "everything as it was, and a price of one cut")
def _(visit: Visit) -> None:
    visit.page.reload()
    expect(visit.button("콘티 2 만들기 · 1컷 다시 그림")).to_be_enabled()


@step("the next round", "presses 콘티 2 만들기", "콘티 2, and 완성")
def _(visit: Visit) -> None:
    visit.button("콘티 2 만들기 · 1컷 다시 그림").click()
    expect(visit.button("콘티 2")).to_be_visible()
    expect(visit.page.get_by_text("완성", exact=True)).to_be_visible()


@step(
    "to show what has changed",
    "opens 수정대조표, chooses 콘티 1 beside it",
    "before and after, word for word; two films at one frame, cut by cut",
)
def _(visit: Visit) -> None:
    expect(visit.panel("수정대조표").get_by_text("조용하다 <b>")).to_be_visible()
    page = visit.page
    page.get_by_role("combobox", name="나란히 보기").select_option("1")
    expect(page.get_by_role("heading", name="콘티 1과 콘티 2")).to_be_visible()
    expect(page.get_by_role("slider", name=re.compile("전과 후의 경계$"))).to_have_count(4)
    expect(page.locator("video")).to_have_count(2)
    visit.button("다음 컷").click()
    eventually(lambda: len(set(times := page.evaluate(_TIMES))) == 1 and times[0] > 0)
    seconds, frames = divmod(visit.boundary_at, 30)
    expect(page.locator("output")).to_have_text(re.compile(f"^00:{seconds:02}:{frames:02} /"))
    assert visit.maker.faults() == []
    page.get_by_role("combobox", name="나란히 보기").select_option("")


@step(
    "to point at a place",
    "presses C and an arrow; presses ? to see what other keys there are",
    "a pin, and the words on the picture; all keys on one sheet",
)
def _(visit: Visit) -> None:
    page = visit.page
    visit.shortcuts.press("c")
    page.get_by_role("button", name=re.compile("^핀. 화살표로")).press("ArrowRight")
    page.get_by_label(re.compile("^컷 2 ·.*핀 있음")).fill("여기에 빛을")
    page.get_by_label("이름").fill("한소리")
    visit.button("남기기").click()
    expect(page.get_by_role("button", name="한소리: 여기에 빛을")).to_be_visible()  # on the bar
    expect(page.locator(".screen").get_by_text("여기에 빛을")).to_be_visible()
    visit.shortcuts.press("?")
    expect(visit.page.get_by_role("dialog", name="단축키")).to_be_visible()
    visit.page.keyboard.press("Escape")


@step(
    "sheets for the meeting, and what was written into them there",
    "takes PDF and XLSX under 내보내기, gets the workbook back edited, chooses the file,"
    " sees what it changes, takes that",
    "one change in the working copy, and 콘티 3 made of it",
)
def _(visit: Visit) -> None:
    page = visit.page
    page.get_by_role("tab", name="내보내기").click()
    with page.expect_download() as saved:
        visit.button("PDF").click()
    assert Path(saved.value.path()).read_bytes().startswith(b"%PDF")
    with page.expect_download() as saved:
        visit.button("XLSX").click()
    edited = edited_workbook(Path(saved.value.path()).read_bytes(), cell(3, "자막", "엑셀에서"))
    file = {"name": "회신.xlsx", "mimeType": "application/octet-stream", "buffer": edited}
    page.get_by_label("파일 고르기").set_input_files(file)  # pyright: ignore
    expect(page.get_by_text("이 파일이 바꾸는 곳 1")).to_be_visible()
    visit.button("작업본에 넣기").click()
    expect(page.get_by_text("1곳을 작업본에 넣었습니다")).to_be_visible()
    expect(visit.cut(3).get_by_role("button", name="자막: 엑셀에서")).to_be_visible()
    visit.button("콘티 3 만들기 · 다시 그리는 컷 없음").click()
    expect(visit.button("콘티 3")).to_be_visible()
    expect(page.get_by_text("완성", exact=True)).to_be_visible()


@step(
    "the client's answer",
    "asks for a review, makes a link and sends it; the client opens it on a phone, writes a comment"
    " and approves in two steps",
    "the comment beside the cut, and who approved",
)
def _(visit: Visit) -> None:
    panel = visit.panel("공유")
    visit.button("검토 요청").click()
    expect(panel.get_by_text("검토 중")).to_be_visible()
    visit.button("검토 링크 만들기").click()
    link = visit.page.get_by_role("textbox", name="공유").input_value()
    client = window(visit.browser, visit.url, size=PHONE)
    client.page.goto(link)
    expect(client.page.locator("li img")).to_have_count(4)
    client.page.get_by_label("이름").fill("김도현")
    client.page.get_by_role("button", name="시작").click()
    client.page.get_by_label(re.compile("^컷 1 ·")).fill("첫 장면이 좋아요")
    client.page.get_by_role("button", name="남기기").click()
    expect(client.page.get_by_text("첫 장면이 좋아요")).to_be_visible()
    assert client.faults() == []
    client.page.get_by_role("button", name="승인").click()
    client.page.get_by_role("button", name="이대로 승인").click()
    expect(client.page.get_by_text("김도현 님이 승인했습니다")).to_be_visible()
    assert client.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    expect(visit.panel("코멘트").get_by_text("첫 장면이 좋아요")).to_be_visible()
    assert client.wrong == []
