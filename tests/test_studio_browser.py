"""The Studio in a browser on a real cluster: from one sentence to an approved film, in two languages."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import skia
from playwright.sync_api import Browser, Page, expect

from conte.checks.timefit import Rates, wrap_caption
from conte.clip import frame_size
from deployments.lettering import Lettering
from deployments.overlays import size_within, tight
from deployments.safe_area import SafeArea
from tests import played_page
from tests.cluster import TestCluster
from tests.cut_proxy import CutProxy
from tests.first_visit import STEPS, Visit
from tests.front_door import eventually
from tests.keyboard import Keyboard
from tests.made_sounds import encoded, speech
from tests.returned_sheets import cell, edited_workbook
from tests.studio_browser import (
    HOSTILE,
    PATIENCE_MS,
    PHONE,
    PHOTO,
    approved,
    chromium,
    draft_of,
    filmed,
    retyped,
    window,
)

pytestmark = pytest.mark.cluster
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if shutil.which("chromium") is None:
        pytest.skip("no chromium here: apt-get install chromium")
    with chromium() as running:
        yield running


def test_the_first_visit_goes_from_one_sentence_to_an_approved_film(
    cluster: TestCluster, browser: Browser
) -> None:
    assert len(STEPS) == 20
    visit = Visit(browser, cluster.url, window(browser, cluster.url))
    for step in STEPS:
        step.act(visit)
    assert visit.maker.wrong == []


def test_two_creators_on_one_draft_lose_no_edit_and_no_words(
    cluster: TestCluster, browser: Browser
) -> None:
    production = filmed(cluster)
    one, other = (window(browser, cluster.url) for _ in range(2))
    for creator in (one, other):
        creator.go(f"/p/{production}")
        expect(creator.page.get_by_role("article")).to_have_count(4)
    retyped(one.page, 1, "자막", "하나가 고침")
    retyped(other.page, 2, "자막", "둘이 고침")
    # The same words at the same time: who is second sees what stands, and keeps what was typed.
    retyped(one.page, 3, "자막", "먼저 온 말")
    retyped(other.page, 3, "자막", "나중에 온 말", lands=False)
    expect(other.page.get_by_role("alert").filter(has_text="다른 사람이 먼저")).to_be_visible()
    expect(other.page.get_by_role("textbox", name="자막")).to_have_value("나중에 온 말")
    captions = [cut["caption"] for cut in draft_of(cluster, production)["conte"]["cuts"]]
    assert captions[:3] == ["하나가 고침", "둘이 고침", "먼저 온 말"]
    assert one.wrong == []


def test_a_connection_that_breaks_off_loses_nothing_that_was_typed(
    cluster: TestCluster, browser: Browser
) -> None:
    production = filmed(cluster)
    with CutProxy(cluster.url) as proxy:
        maker = window(browser, proxy.url)
        page = maker.page
        maker.go(f"/p/{production}")
        expect(page.get_by_role("article")).to_have_count(4)
        page.get_by_label("컷 1", exact=True).last.fill("아직 보내지 않은 말")
        proxy.cut()
        expect(page.get_by_text("서버에 연결되지 않습니다")).to_be_visible()
        retyped(page, 4, "자막", "끊긴 동안 적은 말", lands=False)
        expect(page.get_by_role("textbox", name="자막")).to_have_value("끊긴 동안 적은 말")
        proxy.mend()
        expect(page.get_by_text("서버에 연결되지 않습니다")).to_be_hidden()
        page.get_by_role("textbox", name="자막").press("Enter")
        expect(page.get_by_role("button", name="자막: 끊긴 동안 적은 말")).to_be_visible()
        page.reload()
        expect(page.get_by_label("컷 1", exact=True).last).to_have_value("아직 보내지 않은 말")
    assert draft_of(cluster, production)["conte"]["cuts"][3]["caption"] == "끊긴 동안 적은 말"


def test_photos_formats_trimming_and_operations_by_keyboard_with_hostile_words(
    cluster: TestCluster, browser: Browser, tmp_path: Path
) -> None:
    production = filmed(cluster)
    approved(cluster, production)
    maker = window(browser, cluster.url)
    page = maker.page
    maker.go("/")
    photo = {"name": HOSTILE, "mimeType": "image/png", "buffer": PHOTO.read_bytes()}
    page.get_by_label(re.compile("^제품 사진")).set_input_files([photo])  # pyright: ignore
    page.get_by_label(re.compile("^출연자 사진")).set_input_files(
        [photo, {"name": "a.gif", "mimeType": "image/gif", "buffer": b"GIF89a"}]  # pyright: ignore
    )
    expect(page.get_by_text("a.gif: PNG, JPEG, WebP")).to_be_visible()
    expect(page.get_by_label("콘티에서 부를 이름")).to_have_value("인물 1")
    expect(page.get_by_text(HOSTILE, exact=True)).to_be_visible()
    assert maker.faults() == []

    # A boundary: both pictures, and where it begins to cost.
    maker.go(f"/p/{production}")
    boundary = page.get_by_role("slider", name="컷 1과 2 사이")
    boundary.focus()
    expect(page.get_by_text("컷 1 끝")).to_be_visible()
    expect(page.get_by_text("다시 그리지 않음", exact=True)).to_be_visible()
    expect(page.get_by_role("group", name="NA")).to_be_visible()
    assert maker.faults() == []
    boundary.blur()

    # A recording of one's own: placed at the playhead, moved by keys, removed.
    voice = {"name": "voice.wav", "mimeType": "audio/wav", "buffer": encoded(speech(1))}
    page.get_by_label("음원 넣기").set_input_files([voice])  # pyright: ignore
    block = page.get_by_role("slider", name="NA 내레이션 voice.wav")
    expect(block).to_have_attribute("aria-valuenow", "0")
    block.press("Shift+ArrowRight")
    expect(block).to_have_attribute("aria-valuenow", "10")
    assert maker.faults() == []
    block.press("Delete")
    expect(block).to_have_count(0)
    page.keyboard.press("s")
    expect(page.get_by_role("combobox", name="매체")).to_have_value("tv_title")

    # Another ratio, quoted and made.
    page.keyboard.press("Control+k")
    page.keyboard.type("ㄷㄹ ㄱㅇㅇ")
    expect(page.get_by_role("option", name="다른 길이와 화면비 만들기")).to_be_visible()
    page.keyboard.press("Enter")
    page.get_by_role("checkbox", name="6초 9:16").press("Space")
    expect(page.get_by_role("region", name="6초 9:16").get_by_role("listitem")).to_have_count(4)
    assert maker.faults() == []
    page.get_by_role("button", name=re.compile("^1가지 만들기")).press("Enter")
    made = page.get_by_role("link", name=re.compile("6초 9:16"))
    expect(made.get_by_text("완성")).to_be_visible()

    page.keyboard.press("Control+k")
    page.keyboard.type("ㅇㅇ ㅎㅁ")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="클러스터")).to_be_visible()
    expect(page.get_by_text("2 / 2").first).to_be_visible()
    assert maker.faults() == []
    page.get_by_role("button", name="실증").press("Enter")
    with page.expect_download() as saved:
        page.get_by_role("button", name="CSV로 받기").press("Enter")
    assert "브리프에서 승인까지" in Path(saved.value.path()).read_text(encoding="utf-8-sig")
    assert maker.faults() == []
    assert maker.wrong == []


def test_the_page_speaks_english_and_works_by_keyboard_alone(
    cluster: TestCluster, browser: Browser
) -> None:
    maker = window(browser, cluster.url, "en", PHONE, "dark")
    page = maker.page
    maker.go("/")
    page.get_by_label("In one sentence").focus()
    page.keyboard.type("<i>spicy</i> cup noodles, teenagers, funny, 6 s")
    page.get_by_role("button", name="Make the storyboard").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    expect(page.get_by_text("<i>spicy</i> cup noodles").first).to_be_visible()
    narration = page.get_by_role("button", name=re.compile("^Caption:")).first
    narration.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Control+A")
    page.keyboard.type("So quick")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 edit")).to_be_visible()
    seal = page.get_by_role("button", name=re.compile("Make storyboard 2"))
    expect(seal).to_be_enabled()  # once it is quoted
    seal.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Storyboard 2", exact=True)).to_be_visible()
    expect(page.get_by_text("Done", exact=True)).to_be_visible()
    assert maker.faults() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert maker.wrong == []


def test_directions_stand_side_by_side_another_is_ordered_and_one_is_picked(
    cluster: TestCluster, browser: Browser
) -> None:
    maker = window(browser, cluster.url)
    page = maker.page
    maker.go("/")
    page.get_by_label("한 문장으로").fill("저소음 제습기, 30대 1인 가구, 유머, 6초, 4컷")
    page.get_by_role("button", name="아이디어 제안 받기").click()
    offered = page.locator(".ideas li button")
    expect(offered.first).to_be_visible()
    offered.first.click()
    expect(page.get_by_label("꼭 넣고 싶은 아이디어")).to_have_value(offered.first.inner_text())
    assert maker.faults() == []
    page.get_by_role("combobox", name=re.compile("몇 가지")).select_option("2")
    page.get_by_role("button", name="콘티 만들기").click()
    directions = page.get_by_role("article")
    expect(directions).to_have_count(2)
    second = page.get_by_role("article", name="B안")
    expect(second.get_by_role("listitem")).to_have_count(4)
    expect(second.locator("video")).to_be_visible()

    second.get_by_text("B안을 바꿔 한 안 더").click()
    second.get_by_label("무엇이 달라지면 좋을까요?").fill("밤으로")
    second.get_by_role("button", name="한 안 더 만들기").click()
    third = page.get_by_role("article", name="C안")
    expect(third.get_by_text("B안에서: 밤으로")).to_be_visible()
    expect(third.get_by_role("button", name="C안으로 진행")).to_be_enabled()
    assert maker.faults() == []
    page.get_by_role("button", name="B안으로 진행").click()
    expect(page.get_by_role("slider", name="컷 1과 2 사이")).to_be_visible()
    page.get_by_role("link", name="B안").click()
    expect(second.get_by_text("진행 중인 안")).to_be_visible()
    assert maker.wrong == []


def test_a_caption_on_a_card_has_the_film_s_lines_place_size_and_letters_and_can_be_switched_off(
    cluster: TestCluster, browser: Browser
) -> None:
    production = filmed(cluster)
    maker = window(browser, cluster.url)
    page = maker.page
    maker.go(f"/p/{production}")
    expect(page.get_by_role("article")).to_have_count(4)
    text = "빗길에서도 흔들리지 않는 믿음, 사계절 내내 조용하게"
    retyped(page, 2, "자막", text)
    card = page.get_by_role("article", name="컷 2")
    lines = wrap_caption(text, Rates())
    assert len(lines) == 2
    expect(card.locator(".caption > span")).to_have_text(list(lines))
    expect(card.locator("img")).to_be_visible()
    loaded = "[...document.fonts].filter((one) => one.status === 'loaded').length"
    eventually(
        lambda: page.evaluate(loaded) > 1 and page.evaluate("document.fonts.status") != "loading"
    )

    draft = draft_of(cluster, production)
    conte, told = draft["conte"], draft["captions"][draft["conte"]["cuts"][1]["id"]]
    captions = [wrap_caption(cut["caption"], Rates()) for cut in conte["cuts"]]
    width, height = frame_size("16:9")
    size = size_within(tight(captions, "16:9"), SafeArea.of(width, height))
    shown = card.locator(".caption").evaluate(
        """caption => {
            const range = document.createRange()
            range.selectNodeContents(caption.firstElementChild)
            const box = caption.parentElement.getBoundingClientRect()
            return [parseFloat(getComputedStyle(caption).fontSize) / box.height,
                (caption.getBoundingClientRect().top - box.top) / box.height,
                range.getBoundingClientRect().width / box.width]
        }"""
    )
    wide = Lettering("SemiBold", size, skia.Paint()).width(lines[0])
    assert shown == pytest.approx([size / height, told["top"], wide / width], rel=0.02)

    # The film without its words, at the frame where it stood.
    page.get_by_role("button", name="다음 컷").click()
    bar = page.get_by_role("slider", name="재생 위치")
    at = bar.input_value()
    page.get_by_role("button", name="자막", exact=True).press("Enter")
    expect(page.locator(".film video")).to_have_attribute("src", re.compile("captions=clean$"))
    expect(card.locator(".caption")).to_have_count(0)
    expect(bar).to_have_value(at)
    bar.press("ArrowRight")
    expect(bar).to_have_value(str(int(at) + 1))
    expect(page).to_have_url(re.compile(r"captions=off.*at=\d+|at=\d+.*captions=off"))
    page.get_by_role("button", name="되돌리기").click()
    expect(page.get_by_text("고친 곳 1")).to_have_count(0)
    assert maker.faults() == []
    assert maker.wrong == []


PANELS = ("feedback", "checks", "comments", "takes", "formats", "changes", "exchange", "share")
HARMFUL = "img[src=x], [onerror], [onclick], body script:not([src]), body style"
MARK = "<img src=x onerror=alert(1)><script>alert(2)</script>&lt;\u200f🙂"


def test_an_edited_workbook_says_what_it_changes_and_a_conflict_is_chosen(
    cluster: TestCluster, browser: Browser
) -> None:
    production = filmed(cluster)
    maker = window(browser, cluster.url)
    page = maker.page
    maker.go(f"/p/{production}?panel=exchange")
    with page.expect_download() as saved:
        page.get_by_role("button", name="XLSX", exact=True).click()
    sheet = Path(saved.value.path()).read_bytes()
    before = draft_of(cluster, production)["conte"]["cuts"][2]["caption"]

    def bring(text: str) -> None:
        book = {
            "name": "회신.xlsx",
            "mimeType": "application/octet-stream",
            "buffer": edited_workbook(sheet, cell(3, "자막", text)),
        }
        page.get_by_label("파일 고르기").set_input_files(book)  # pyright: ignore

    bring("엑셀에서")
    expect(page.get_by_text("이 파일이 바꾸는 곳 1")).to_be_visible()
    expect(page.get_by_role("tabpanel").get_by_text("→ 엑셀에서")).to_be_visible()
    assert draft_of(cluster, production)["conte"]["cuts"][2]["caption"] == before
    assert maker.faults() == []
    page.get_by_role("button", name="작업본에 넣기").click()
    expect(page.get_by_text("1곳을 작업본에 넣었습니다")).to_be_visible()
    expect(page.get_by_role("button", name="자막: 엑셀에서")).to_be_visible()
    # The same cell, changed here and in the file: nothing is done before somebody chose.
    bring("다르게")
    take = page.get_by_role("button", name="고른 대로 넣기")
    expect(take).to_be_disabled()
    page.get_by_role("radio", name="파일 다르게").check()
    take.click()
    expect(page.get_by_role("button", name="자막: 다르게")).to_be_visible()
    page.get_by_role("button", name="되돌리기").click()
    page.get_by_role("button", name="되돌리기").click()
    expect(page.get_by_text("고친 곳 2")).to_have_count(0)
    assert maker.wrong == []


def test_comments_stand_on_the_film_s_bar_and_a_link_opens_the_same_view(
    cluster: TestCluster, browser: Browser
) -> None:
    production = filmed(cluster)
    url = f"/v1/productions/{production}"
    with httpx.Client(base_url=cluster.url, timeout=60) as client:
        n = client.get(url).json()["version"]
        cuts = client.get(f"{url}/versions/{n}").json()["conte"]["cuts"]
        for k, (cut, frame) in enumerate([(cuts[1], 6), (cuts[1], 7), (cuts[3], 0)]):
            said = {"text": f"말 {k}", "author": "한소리", "audience": "internal"}
            posted = {**said, "cut": cut["id"], "frame": frame}
            client.post(f"{url}/versions/{n}/comments", json=posted).raise_for_status()
    maker = window(browser, cluster.url)
    page = maker.page
    maker.go(f"/p/{production}")
    marks = page.locator(".marks").get_by_role("button")
    # Two that are nearer to each other than a finger is wide share a mark, with their number.
    expect(marks.filter(has_text=re.compile(r"^\d+$")).first).to_be_visible()
    marks.last.click()
    expect(page.get_by_role("tab", name="코멘트", selected=True)).to_be_visible()
    expect(page.get_by_role("tabpanel").get_by_text("말 2").first).to_be_visible()
    begins = sum(cut["num_frames"] for cut in cuts[:3])
    expect(page.get_by_role("slider", name="재생 위치")).to_have_value(str(begins))
    page.get_by_role("button", name="이 컷 반복").click()
    last = sum(cut["num_frames"] for cut in cuts) - 1
    expect(page).to_have_url(re.compile(f"loop={begins}-{last}"))
    assert maker.faults() == []
    other = window(browser, cluster.url)
    other.page.goto(page.url)
    looped = other.page.get_by_role("button", name="이 컷 반복")
    expect(looped).to_have_attribute("aria-pressed", "true")
    expect(other.page.get_by_role("slider", name="재생 위치")).to_have_value(str(begins))
    assert (maker.wrong, other.wrong) == ([], [])


def test_a_finding_stands_beside_its_words_and_is_solved_there(
    cluster: TestCluster, browser: Browser
) -> None:
    production = filmed(cluster)
    maker = window(browser, cluster.url)
    page = maker.page
    maker.go(f"/p/{production}")
    # Far more than can be said in a cut of a second and a half: a rule proposes to shorten it.
    retyped(page, 2, "NA", "빗길에서도 눈길에서도 흔들리지 않습니다. " * 6)
    line = page.get_by_role("article", name="컷 2").locator(".line").filter(has_text="NA")
    expect(line.locator(".finding").first).to_be_visible()
    assert maker.faults() == []
    page.get_by_role("button", name="되돌리기").click()
    expect(line.locator(".finding")).to_have_count(0)
    assert maker.wrong == []


def test_words_full_of_markup_and_without_an_end_are_text_on_every_view(
    cluster: TestCluster, browser: Browser
) -> None:
    with httpx.Client(base_url=cluster.url, timeout=60) as client:
        made = _hostile(client)
        url = f"/v1/productions/{made}"
        wish = {"version": 2, "rights": ["view", "comment"], "label": "", "days": 1}
        token = client.post(f"{url}/shares", json=wish).json()["token"]
        project = client.get(url).json()["direction"]["project"].rpartition("/")[2]
        # More than anything may hold is refused in words that are text, too.
        said = {"text": MARK + "가" * 5000, "author": "한소리", "audience": "client"}
        assert client.post(f"{url}/versions/2/comments", json=said).status_code == 422
    views = {
        "/": "<b>굵게</b>",
        f"/projects/{project}": "<b>굵게</b>",
        f"/s/{token}": "onerror=alert(1)",
        f"/p/{made}?with=1": "onclick=alert(3)",
        "/operate": "",
        "/operate?show=worth": "",
    } | {f"/p/{made}?panel={panel}": "onerror=alert(1)" for panel in PANELS}
    seen = window(browser, cluster.url, size={"width": 360, "height": 740})
    for path, shown in views.items():
        seen.go(path)
        expect(seen.page.get_by_role("heading", level=1)).to_be_visible()
        expect(seen.page.locator("body")).to_contain_text(shown)
        if path.endswith("feedback"):
            _hostile_feedback(seen.page)
        if path == "/":
            _hostile_files(seen.page)
        assert seen.page.locator(HARMFUL).count() == 0, path
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= 360, path
        assert seen.wrong == [], path


def _hostile(client: httpx.Client) -> str:
    """A production of two versions whose every text is markup, as long as each may be."""
    brief = {
        "product": {
            "name": "<b>굵게</b>\u200f&amp;🙂",
            "description": MARK + "가" * (2000 - len(MARK)),
            "selling_points": [MARK[:80]],
        },
        "advertiser": MARK[:60],
        "ideas": [{"text": MARK + "나" * (300 - len(MARK)), "need": "must"}],
        "duration_s": 6,
        "cuts": 4,
    }
    order = client.post("/v1/productions", json={"brief": brief, "directions": 2})
    made = order.raise_for_status().json()["id"]
    url = f"/v1/productions/{made}"
    eventually(lambda: client.get(url).json()["state"] == "done")
    name = {"name": MARK[:120]}
    kind = {"Content-Type": "audio/wav"}
    sent = client.post("/v1/sounds", params=name, content=encoded(speech(1)), headers=kind)
    upload = sent.raise_for_status().json()["upload"]
    first, second, *_ = client.get(f"{url}/draft").json()["conte"]["cuts"]
    sound = {"id": "", "kind": "na", "upload": upload, "frame": 0}
    edits = [
        {"op": "edit", "cut": first["id"], "field": field, "before": first[field], "after": after}
        for field, after in {
            "action": MARK + "다" * (2000 - len(MARK)),
            "narration": MARK + "라" * (200 - len(MARK)),
            "caption": "<i onclick=alert(3)>" + "마" * 100,
            "music": "<img src=x onerror=alert(1)>",
        }.items()
    ]
    edits.append({"op": "place_sound", "cut": second["id"], "sound": sound})
    body = {"message": MARK, "operations": edits, "causes": [MARK]}
    client.post(f"{url}/versions", json=body).raise_for_status()
    eventually(lambda: client.get(url).json()["state"] == "done")
    place = {"cut": first["id"], "frame": 0, "x": 0.5, "y": 0.5}
    said = {"text": MARK + "바" * (2000 - len(MARK)), "author": MARK[:60], "audience": "client"}
    comments = f"{url}/versions/2/comments"
    comment = client.post(comments, json=said | place).raise_for_status().json()["id"]
    client.post(comments, json=said | {"reply_to": comment}).raise_for_status()
    return made


def _hostile_feedback(page: Page) -> None:
    """Words that the client wrote, read, accepted, and the cause of what stands in the draft."""
    wish = "자막을 '<b onclick=alert(4)>굵게</b>\u200f🙂'로 바꿔 주세요"
    feedback = page.get_by_label("컷 1", exact=True).last
    feedback.focus()
    page.keyboard.insert_text(MARK + "사" * 5000)  # as it is pasted
    assert feedback.evaluate("field => field.value.length") == 500
    page.get_by_role("button", name="어떻게 고칠지 보기").click()
    expect(page.get_by_role("tabpanel").get_by_text("이해하지 못함")).to_be_visible()
    feedback.fill(wish)
    page.get_by_role("button", name="어떻게 고칠지 보기").click()
    page.get_by_role("button", name="받아들이기").click()
    card = page.get_by_role("article", name="컷 1")
    expect(card.get_by_role("button", name=re.compile("<b onclick=alert"))).to_be_visible()


def _hostile_files(page: Page) -> None:
    long = f"{MARK}{'아' * 5000}.png"
    photo = {"name": long, "mimeType": "image/png", "buffer": PHOTO.read_bytes()}
    page.get_by_label(re.compile("^제품 사진")).set_input_files([photo])  # pyright: ignore
    expect(page.get_by_text(long, exact=True)).to_be_attached()
    sentence = page.get_by_label("한 문장으로")
    sentence.focus()
    page.keyboard.insert_text("<b>" * 2000)
    assert len(sentence.input_value()) == 1000
    expect(page.get_by_role("button", name="콘티 만들기")).to_be_visible()


def test_a_whole_round_is_done_with_the_keyboard_alone_and_read_through(
    cluster: TestCluster, browser: Browser
) -> None:
    maker = window(browser, cluster.url, "en", scheme="dark")
    page = maker.page
    keys = Keyboard(page)
    maker.go("/")
    keys.to("In one sentence")
    keys.type("quiet dehumidifier, people living alone, funny, 6 s, 4 cuts")
    expect(page.get_by_role("button", name="Make the storyboard")).to_be_visible()
    assert maker.faults() == []
    keys.to("Make the storyboard")
    keys.press("Enter")
    expect(page.get_by_role("article")).to_have_count(4)
    keys.stands()
    expect(page.get_by_text("Done", exact=True)).to_be_visible()
    assert "Done" in keys.announced

    # Words, order and time, and one step back.
    keys.to("Caption:")
    keys.press("Enter", "Control+A")
    keys.type("Hush")
    keys.press("Enter")
    expect(page.get_by_text("1 edit")).to_be_visible()
    expect(
        page.get_by_role("article", name="Cut 1").get_by_role("button", name="Caption: Hush")
    ).to_be_focused()
    keys.back_to("More for this cut")
    keys.press("Enter")
    keys.to("Move later")
    keys.press("Enter")
    moved = page.get_by_role("article", name="Cut 2")
    expect(moved.get_by_role("button", name="Caption: Hush")).to_be_visible()
    expect(moved.get_by_role("button", name="More for this cut")).to_be_focused()
    edge = page.get_by_role("slider", name="Between cuts 1 and 2")
    at = int(edge.get_attribute("aria-valuenow") or 0)
    keys.back_to("Between cuts 1 and 2")
    keys.press("Shift+ArrowLeft")
    expect(edge).to_have_attribute("aria-valuenow", str(at - 10))
    keys.press("Control+z")
    expect(edge).to_have_attribute("aria-valuenow", str(at))
    expect(edge).to_be_focused()
    assert "2 edits" in keys.announced

    # What the client wants, in words: proposed, accepted, quoted, made.
    keys.runs("write feedback")
    expect(page.get_by_role("tab", name="Feedback")).to_be_focused()
    # The field comes after the choice of what the words are about.
    keys.to("The whole film")
    keys.to("Cut 2")
    keys.type("take it on a rooftop")
    keys.to("Show what would change")
    keys.press("Enter")
    expect(page.get_by_role("button", name="Accept")).to_be_visible()
    keys.stands()
    assert "Accept" in keys.announced
    keys.to("Accept")
    keys.press("Enter")
    expect(page.get_by_text("Added to the draft")).to_be_visible()
    keys.stands()
    assert maker.faults() == []
    seal = page.get_by_role("button", name=re.compile("^Make storyboard 2 · render 1 cut"))
    expect(seal).to_be_enabled()
    keys.to("Make storyboard 2")
    keys.press("Enter")
    expect(page.get_by_role("button", name="Storyboard 2", exact=True)).to_be_visible()
    keys.stands()
    expect(page.get_by_text("Done", exact=True)).to_be_visible()

    # Both beside each other, and the client's link.
    keys.runs("see the change table")
    expect(page.get_by_role("tabpanel").get_by_text("Hush")).to_be_visible()
    keys.back_to("Side by side")
    keys.press("ArrowDown")
    expect(page.get_by_role("heading", name="Storyboards 1 and 2")).to_be_visible()
    keys.stands()
    assert maker.faults() == []
    keys.runs("share and approve")
    keys.to("Make a review link")
    keys.press("Enter")
    expect(page.get_by_role("textbox", name="Share")).to_have_value(re.compile("/s/"))
    keys.stands()
    assert maker.faults() == []
    assert maker.wrong == []


@pytest.mark.prove
def test_half_an_hour_of_playing_holds_no_more_than_its_beginning(
    cluster: TestCluster, browser: Browser
) -> None:
    maker = played_page.opened(browser, cluster.url, played_page.made(cluster.url))
    for one in played_page.worked(browser, maker):
        assert one.longest_ms <= 100, one
    steady = played_page.settled(list(played_page.played(browser, maker, 30)))
    assert played_page.slope(steady, "frames") > 0, "it did not play"
    # Of a heap of some MiB; a leak of one object a frame is 100 KiB a minute.
    assert played_page.slope(steady, "heap_kib") < 20
    for field in ("videos", "nodes", "listeners", "detached"):
        assert abs(played_page.slope(steady, field)) < 0.5, field
    assert maker.wrong == []
