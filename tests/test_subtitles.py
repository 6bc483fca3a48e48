"""What is said can be read: in the film and in the subtitle files, in the same cards and frames."""

import random
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from conte.brief import Brief
from conte.checks.timefit import Rates, caption_width, reading_s, speaking_s
from conte.clip import frame_size
from conte.conte import Conte
from conte.cut import DialogueLine
from conte.subtitles import LINGER_S, subtitles_of
from deployments.clip_renderer import ClipRenderer
from deployments.cut_overlays import CutOverlays, Words
from deployments.deliverables.timelines.subtitles import srt
from deployments.film_editor import FilmEditor
from deployments.overlays import VOICES, Overlay, subtitle, subtitle_size
from deployments.safe_area import SafeArea
from deployments.subtitling import burned_subtitles
from serve.settings import FilmSettings
from serve.vault import Vault
from tests.fake_video import FakeVideoEngine, conte_and_brief, rendered
from tests.made_timelines import a_cut_list
from tests.test_film_editor import edited, seen

RATES = Rates()
BARE = FilmSettings(
    burn_captions=False, label_ai=False, crf=3, subtitles="none"
)  # fmt: skip
LONG = (
    "빗길에서도 흔들림 없이, 한 번 더 믿고 달립니다. 늦어도 괜찮아. 왔으니까! 어제까지는 몰랐던"
    " 길 위의 작은 차이가 오늘은 우리 집까지 이어집니다."
)


def spoken(brief_fields: dict[str, object] | None = None, **cuts: Mapping[str, object]) -> Conte:
    conte, _ = conte_and_brief(duration_s=20, **(brief_fields or {}))  # pyright: ignore[reportArgumentType]
    changed = (cut.model_copy(update=cuts.get(f"cut_{cut.number}", {})) for cut in conte.cuts)
    return Conte.of(conte.treatment, tuple(changed))


def brief_of(**fields: object) -> Brief:
    return conte_and_brief(duration_s=20, **fields)[1]  # pyright: ignore[reportArgumentType]


def test_every_word_that_is_said_stands_in_a_card_within_its_cut_long_enough_to_read() -> None:
    lots = random.Random(3)
    words = LONG.split()
    for _ in range(60):
        said = " ".join(lots.choices(words, k=lots.randint(1, 24)))
        lines = tuple(
            DialogueLine(
                speaker=lots.choice(["엄마", "아빠"]), text=" ".join(lots.choices(words, k=4))
            )
            for _ in range(lots.randint(0, 3))
        )
        conte = spoken(cut_2={"narration": said, "dialogue": lines})
        cards = subtitles_of(conte, brief_of(), RATES, captioned=True)[1]
        cut = conte.cuts[1]
        shown = "".join("".join(card.lines) for card in cards).replace(" ", "")
        assert shown == "".join([said, *(line.text for line in lines)]).replace(" ", "")
        assert all(1 <= len(card.lines) <= RATES.max_lines for card in cards)
        assert all(caption_width(line) <= RATES.line_width for card in cards for line in card.lines)
        ends = [card.start + card.num_frames for card in cards]
        assert [card.start for card in cards] == [0, *ends[:-1]]
        assert ends[-1] <= cut.num_frames
        texts = [" ".join(card.lines) for card in cards]
        needs = [max(reading_s(t, RATES), speaking_s(t, "ko", RATES)) for t in texts]
        if sum(needs) < cut.num_frames / 24:
            for card, need in zip(cards, needs, strict=True):
                lasts = card.num_frames / 24
                assert need - 0.05 < lasts < need + LINGER_S + 0.55


def test_a_card_ends_with_a_sentence_and_breaks_between_words() -> None:
    conte = spoken(cut_1={"narration": LONG})
    cards = subtitles_of(conte, brief_of(), RATES, captioned=True)[0]
    assert [card.lines for card in cards] == [
        ("빗길에서도 흔들림 없이,", "한 번 더 믿고 달립니다."),
        ("늦어도 괜찮아. 왔으니까!",),
        ("어제까지는 몰랐던 길", "위의 작은 차이가 오늘은"),
        ("우리 집까지 이어집니다.",),
    ]


def test_what_the_caption_says_word_for_word_is_not_shown_twice() -> None:
    said = {"narration": "끝까지 붙잡는 힘. 그립온.", "caption": "끝까지 붙잡는 힘\n그립온"}
    conte = spoken(cut_4=said, cut_2={"narration": "네.", "caption": "네 곁에"})
    shown = subtitles_of(conte, brief_of(), RATES, captioned=True)
    assert (len(shown[1]), len(shown[3])) == (1, 0)
    branded = spoken(cut_4={**said, "caption": "끝까지 붙잡는 힘\n한국로드 그립온"})
    assert not subtitles_of(branded, brief_of(), RATES, captioned=True)[3]
    assert len(subtitles_of(conte, brief_of(), RATES, captioned=False)[3]) == 1


def test_speakers_keep_their_colours_through_the_film() -> None:
    mother, father = (DialogueLine(speaker=name, text="응.") for name in ("엄마", "아빠"))
    conte = spoken(
        cut_1={"dialogue": (mother, father)}, cut_3={"narration": "밤.", "dialogue": (father,)}
    )
    shown = subtitles_of(conte, brief_of(), RATES, captioned=True)
    assert [(card.voice, card.speaker) for card in shown[0]] == [(1, "엄마"), (2, "아빠")]
    assert [(card.voice, card.speaker) for card in shown[2]] == [(0, ""), (2, "아빠")]
    area = SafeArea.of(1280, 720)
    drawn = [subtitle(["응."], voice, 36, area).pixels for voice in range(len(VOICES) + 1)]
    colours = [tuple(pixels[pixels[..., :3].sum(axis=2) == pixels[..., :3].sum(axis=2).max()][0])
               for pixels in drawn]  # fmt: skip
    assert len(set(colours[:-1])) == len(VOICES)
    assert colours[-1] == colours[1], "with more speakers than colours the first comes again"


@pytest.mark.parametrize("ratio", ["16:9", "9:16", "1:1", "4:5"])
@pytest.mark.parametrize("legal", ["", "본 영상은 연출된 장면이며 실제와 다를 수 있습니다."])
def test_cards_lie_in_the_safe_area_and_touch_neither_caption_nor_legal_line(
    ratio: str, legal: str
) -> None:
    size = frame_size(ratio)  # pyright: ignore[reportArgumentType]
    area = SafeArea.of(*size)
    conte = spoken(cut_1={"narration": LONG}, cut_2={"narration": "W" * 64})
    cards = burned_subtitles(conte, brief_of(), BARE.model_copy(update={"subtitles": "all"}),
                             RATES, "final")  # fmt: skip
    for own in (cards[0], cards[1]):
        overlays = CutOverlays(
            Words(legal=legal, caption=("끝까지 붙잡는 힘", "그립온"), subtitles=own,
                  subtitle_width=RATES.line_width), 100, 24, size,
        )  # fmt: skip
        notice, caption = overlays.drawn("legal"), overlays.drawn("caption")
        for card in overlays.drawn("subtitle"):
            left, top, right, bottom = box(card)
            assert area.left - 2 <= left < right <= area.right + 2
            assert area.top <= top < bottom <= area.bottom + 2
            assert all(bottom <= box(one)[1] + 2 for one in notice)
            assert all(box(one)[3] <= top + 2 for one in caption)
            # 13 px at the width of a phone, of the letters themselves; 16:9 is turned to be read.
            letters = subtitle_size(RATES.line_width, area)
            assert letters * (390 / min(size)) > 13


def box(overlay: Overlay) -> tuple[int, int, int, int]:
    height, width = overlay.pixels.shape[:2]
    return overlay.x, overlay.y, overlay.x + width, overlay.y + height


@pytest.mark.parametrize(("setting", "shown"), [("draft", True), ("all", True), ("none", False)])
async def test_a_draft_shows_what_is_said_in_its_frames_and_without_the_setting_it_is_as_before(
    tmp_path: Path, setting: str, shown: bool
) -> None:
    vault = Vault.open(str(tmp_path))
    conte, brief = conte_and_brief(duration_s=8)
    said = conte.cuts[1].model_copy(update={"narration": "멈춰야 할 때가 있습니다."})
    spoken = Conte.of(conte.treatment, (conte.cuts[0], said, *conte.cuts[2:]))
    clips = await rendered(ClipRenderer(FakeVideoEngine(), vault, "draft"), conte, brief)
    editor = FilmEditor(vault, BARE.model_copy(update={"subtitles": setting}), RATES)
    silent = await edited(editor, conte, brief, clips)
    spoke = await edited(editor, spoken, brief, clips)
    # A conte without speech has the key, and so the bytes, whatever the setting.
    assert silent.key == (await edited(FilmEditor(vault, BARE, RATES), conte, brief, clips)).key
    assert (spoke.key != silent.key) == shown
    if not shown:
        return
    before, after = [(await seen(vault, film)).luma for film in (silent, spoke)]
    changed = np.flatnonzero(np.abs(after - before).max(axis=(1, 2)) > 48)
    [card] = subtitles_of(spoken, brief, RATES, captioned=False)[1]
    first = conte.cuts[0].num_frames + card.start
    assert (changed[0], changed[-1]) == (first, first + card.num_frames - 1)


async def test_a_final_film_has_none_unless_asked_for() -> None:
    conte = spoken(cut_1={"narration": "밤."})
    for setting, wanted in (("draft", 0), ("all", 4), ("none", 0)):
        settings = BARE.model_copy(update={"subtitles": setting})
        assert len(burned_subtitles(conte, brief_of(), settings, RATES, "final")) == wanted


def test_the_subtitle_file_has_the_cards_of_the_film() -> None:
    cuts = a_cut_list(6, 25)
    assert cuts.subtitles
    text = srt(cuts).decode().replace("\r\n", "\n")
    for range_, card in cuts.subtitles:
        ms = [range_.start * 40, range_.end * 40]
        start, end = (f"00:{at // 60000:02}:{at // 1000 % 60:02},{at % 1000:03}" for at in ms)
        by = f"{card.speaker}: " if card.speaker else "(NA) "
        assert f"{start} --> {end}\n{by}" + "\n".join(card.lines) in text
