"""The Studio in a browser on a real cluster: from one sentence to an approved film, in two languages."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.cluster import TestCluster
from tests.cut_proxy import CutProxy
from tests.first_visit import STEPS, Visit
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
    for number, step in enumerate(STEPS, 1):
        try:
            step.act(visit)
        except Exception as error:
            raise AssertionError(
                f"step {number}: wants {step.wants}; {step.does}; does not see {step.sees}"
            ) from error
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
    assert maker.axe() == []

    # A boundary: both pictures, and where it begins to cost.
    maker.go(f"/p/{production}")
    boundary = page.get_by_role("slider", name="컷 1과 2 사이")
    boundary.focus()
    expect(page.get_by_text("컷 1 끝")).to_be_visible()
    expect(page.get_by_text("다시 그리지 않음", exact=True)).to_be_visible()
    expect(page.get_by_role("group", name="NA")).to_be_visible()
    assert maker.axe() == []
    boundary.blur()
    page.keyboard.press("s")
    expect(page.get_by_role("combobox", name="매체")).to_have_value("tv_title")

    # Another ratio, quoted and made.
    page.keyboard.press("Control+k")
    page.keyboard.type("ㄷㄹ ㄱㅇㅇ")
    expect(page.get_by_role("option", name="다른 길이와 화면비 만들기")).to_be_visible()
    page.keyboard.press("Enter")
    page.get_by_role("checkbox", name="6초 9:16").press("Space")
    expect(page.get_by_role("region", name="6초 9:16").get_by_role("listitem")).to_have_count(4)
    assert maker.axe() == []
    page.get_by_role("button", name=re.compile("^1가지 만들기")).press("Enter")
    made = page.get_by_role("link", name=re.compile("6초 9:16"))
    expect(made.get_by_text("완성")).to_be_visible()

    page.keyboard.press("Control+k")
    page.keyboard.type("ㅇㅇ ㅎㅁ")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="클러스터")).to_be_visible()
    expect(page.get_by_text("2 / 2").first).to_be_visible()
    assert maker.axe() == []
    page.get_by_role("button", name="실증").press("Enter")
    with page.expect_download() as saved:
        page.get_by_role("button", name="CSV로 받기").press("Enter")
    assert "브리프에서 승인까지" in Path(saved.value.path()).read_text(encoding="utf-8-sig")
    assert maker.axe() == []
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
    assert maker.axe() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert maker.wrong == []
