"""A draft has a temporary track: from what the conte says, on the beat, at -24 LKFS, and labelled."""

import asyncio
import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from conte.brief import Brief
from conte.checks.timefit import Rates
from conte.conte import Conte
from conte.frozen import digest
from deployments.clip_renderer import ClipRenderer
from deployments.engines.composer import Composer, sound
from deployments.engines.composer.library import moods
from deployments.film_editor import FilmEditor
from deployments.sound.beats import on_the_beat
from deployments.sound.effect_words import SOUNDS, kinds_of
from deployments.sound.effects import EFFECTS
from deployments.sound.instruments import DRUMS, TIMBRES, note
from deployments.sound.loudness import loudness, true_peak
from deployments.sound.mix import mixed
from deployments.sound.music_words import Music, music_of
from deployments.sound.signals import RATE
from deployments.sound.styles import STYLES
from deployments.sound.track import LABEL, Score, score_of, track_of
from serve.ingress.views import FilmView
from serve.settings import FilmSettings
from serve.vault import Vault
from tests.ebur128 import measured
from tests.fake_video import FakeVideoEngine, conte_and_brief, rendered
from tests.test_film_editor import edited

LENGTHS = (40, 31, 42, 26)
"""Frames at 25 a second: 5.6 s."""
COMPOSER = Path(sound.__file__).parent


def a_score(mood: str = "warm", effects: tuple[str, ...] = ("빗소리", "", "웃음", ""), seed: int = 3,
            fps: int = 25) -> Score:  # fmt: skip
    music = Music(mood=mood, lead="", figure=None, turn=2, late=False, breath=False)  # type: ignore[arg-type]
    return Score("1", seed, fps, LENGTHS, effects, music)


@pytest.mark.parametrize("mood", STYLES)
def test_the_music_of_every_mood_has_the_films_length_and_the_loudness_of_broadcasts(
    mood: str,
) -> None:
    mix = track_of(a_score(mood))
    assert mix.sum.shape == (2, sum(LENGTHS) * RATE // 25)
    assert mix.sum.dtype == np.float32
    loud, peak = measured(mix.sum)
    assert loud == pytest.approx(-24, abs=0.15)
    assert peak <= -1
    # The stems are what it is made of, and both are heard.
    assert np.array_equal(mix.music + mix.effects, mix.sum)
    assert -40 < loudness(mix.effects) < loudness(mix.music) < -20
    assert np.abs(mix.sum[:, -48:]).max() < 0.01, "it ends in silence"


def test_the_same_conte_sounds_the_same_and_another_seed_otherwise() -> None:
    def heard(score: Score) -> str:
        return hashlib.sha256(track_of(score).sum.tobytes()).hexdigest()

    first = a_score("future")
    assert heard(first) == heard(a_score("future"))
    assert len({heard(first), heard(replace(first, seed=4)), heard(replace(first, effects=("",) * 4)),
                heard(replace(first, lengths=(31, 40, 42, 26)))}) == 4  # fmt: skip


def test_every_cut_begins_on_a_beat_and_the_turn_and_the_packshot_are_struck() -> None:
    for slowest, fastest in (style.tempo for style in STYLES.values()):
        lengths = (75, 60, 83, 52, 91)
        bars = on_the_beat(lengths, 25, slowest, fastest)
        starts = [0, *np.cumsum(lengths)[:-1]]
        assert [bar.at(0) for bar in bars] == [int(start) * RATE // 25 for start in starts]
        assert [bar.at(bar.num_beats) for bar in bars[:-1]] == [bar.start for bar in bars[1:]]
        tempi = [60 / bar.beat_s for bar in bars]
        assert max(tempi) < 1.14 * min(tempi)
    mix = track_of(a_score("tender", effects=("",) * 4))
    hop = RATE // 50
    power = (mix.sum**2).sum(axis=0)
    level = np.sqrt(power[: len(power) // hop * hop].reshape(-1, hop).mean(axis=1))
    rises = level[4:] - level[:-4]
    for cut in (2, 3):
        at = round(sum(LENGTHS[:cut]) / 25 * 50)
        assert rises[at - 4 : at + 4].max() > 3 * np.median(np.abs(rises))


def test_a_breath_before_the_turn_is_silent() -> None:
    score = a_score("tense", effects=("",) * 4)
    assert score.music is not None
    held = track_of(replace(score, music=replace(score.music, breath=True))).music
    turn = sum(LENGTHS[:2]) * RATE // 25
    before, after = held[:, turn - RATE // 6 : turn - 400], held[:, turn : turn + RATE // 2]
    assert np.sqrt((before**2).mean()) < 0.15 * np.sqrt((after**2).mean())


def library_sounds() -> Iterator[str]:
    for path in sorted(COMPOSER.rglob("*.yaml")):
        for line in path.read_text("utf-8").splitlines():
            if match := re.match(r"\s*~ (.*)", line):
                yield from (part.strip() for part in match[1].split("|"))
    for pairs in (sound._AMBIENCE.values(), sound._SIGN_OFFS):  # pyright: ignore[reportPrivateUsage]
        for pair in pairs:
            yield from pair


def test_every_sound_and_every_music_of_the_library_is_heard() -> None:
    texts = list(library_sounds())
    assert len(texts) > 600
    assert [text for text in texts if not kinds_of(text)] == []
    assert set(SOUNDS) == set(EFFECTS)
    heard = {kind for text in texts for kind in kinds_of(text)}
    assert len(heard) > 60
    for name, kit in moods().items():
        for opening in kit.opening:
            for line in (opening.ko, opening.en):
                music = music_of(with_sound(music=line), "")
                assert music is not None
                assert music.mood == name, line
                assert music.lead or music.late or name == "fresh", line


def with_sound(**first: str) -> Conte:
    conte, _ = conte_and_brief()
    return Conte.of(conte.treatment, (conte.cuts[0].model_copy(update=first), *conte.cuts[1:]))


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("창을 두드리는 빗소리", ("knock", "rain")),
        ("캔 따는 소리, 탄산", ("can", "fizz")),
        ("a train departs past a window", ("road",)),
        ("rain on the window, a doorbell", ("rain", "bell")),
        ("노트북 덮는 소리", ("set",)),
        ("하나, 둘, 셋", ()),
    ],
)
def test_a_sound_is_found_by_its_words(text: str, kinds: tuple[str, ...]) -> None:
    assert kinds_of(text) == kinds


def test_every_instrument_and_every_effect_is_a_signal() -> None:
    rng = np.random.default_rng(1)
    sounds = [effect.make(rng, RATE // 2) for effect in EFFECTS.values()]
    sounds += [note(name, 60.0, 0.2) for name in TIMBRES]
    sounds += [drum(rng) for drum in DRUMS.values()]
    for made in sounds:
        assert made.dtype == np.float32
        assert np.isfinite(made).all()
    loud = [np.abs(made).max() > 0.05 for made in sounds]
    assert loud.count(False) == 1, "silence alone is silent"


def noises() -> Iterator[NDArray[np.float32]]:
    rng, t = np.random.default_rng(2), np.arange(3 * RATE) / RATE
    for mono in (
        0.1 * np.sin(2 * np.pi * 997 * t),
        0.3 * np.sin(2 * np.pi * 60 * t),
        0.08 * rng.standard_normal(len(t)),
        0.2 * rng.standard_normal(len(t)) * (t > 2.0),
        0.9 * np.sign(np.sin(2 * np.pi * 440 * t)),
    ):
        yield np.stack([mono, 0.6 * mono]).astype(np.float32)


def test_our_loudness_and_peak_are_those_of_ebur128() -> None:
    for signal in noises():
        loud, peak = measured(signal)
        assert loudness(signal) == pytest.approx(loud, abs=0.1)
        assert true_peak(signal) == pytest.approx(peak, abs=0.6)
    assert loudness(np.zeros((2, RATE), np.float32)) == -np.inf


def test_a_mix_with_a_blow_is_turned_down_only_there_and_its_stems_still_sum_to_it() -> None:
    rng = np.random.default_rng(3)
    quiet = (0.01 * rng.standard_normal((2, 5 * RATE))).astype(np.float32)
    blow = np.zeros_like(quiet)
    blow[:, 2 * RATE : 2 * RATE + 200] = 0.9 * np.sign(np.sin(np.arange(200)))
    mix = mixed(quiet, blow)
    loud, peak = measured(mix.sum)
    assert loud == pytest.approx(-24, abs=1)
    assert peak <= -1
    assert np.array_equal(mix.music + mix.effects, mix.sum)
    silent = mixed(np.zeros_like(quiet), np.zeros_like(quiet))
    assert not silent.sum.any()


def test_a_conte_without_sound_has_none() -> None:
    conte, brief = conte_and_brief()
    assert score_of(conte, brief) is None
    only = score_of(with_sound(sound_effect="빗소리"), brief)
    assert only is not None
    assert only.music is None
    assert loudness(track_of(only).sum) == pytest.approx(-24, abs=0.1)


async def test_a_draft_sounds_and_a_final_film_does_not_and_no_picture_is_encoded_again(
    tmp_path: Path,
) -> None:
    vault = Vault.open(str(tmp_path))
    plain, brief = conte_and_brief(fps=24)
    conte = Conte.of(plain.treatment, (
        plain.cuts[0].model_copy(update={"music": "잔잔한 피아노", "sound_effect": "빗소리"}),
        *plain.cuts[1:],
    ))  # fmt: skip
    clips = await rendered(ClipRenderer(FakeVideoEngine(), vault, "draft"), conte, brief)
    finals = tuple(clip.model_copy(update={"tier": "final"}) for clip in clips)
    sounding = FilmEditor(vault, FilmSettings(), Rates())
    silent = FilmEditor(vault, FilmSettings(audio="silent"), Rates())
    heard, still = [await edited(each, conte, brief, clips) for each in (sounding, silent)]
    assert (heard.sound, still.sound) == (LABEL["ko"], "")
    assert heard.key != still.key
    assert (await edited(sounding, conte, brief, finals)).sound == ""
    assert packets(tmp_path / heard.key) == packets(tmp_path / still.key)
    with av.open(tmp_path / heard.key) as source:
        audio = source.streams.audio[0]
        assert float(audio.duration * audio.time_base) == pytest.approx(5, abs=0.001)  # type: ignore[operator]
        assert LABEL["ko"] in source.metadata["comment"]
        decoded = np.concatenate([frame.to_ndarray() for frame in source.decode(audio)], axis=1)
    decoded = decoded.astype(np.float32)
    assert decoded.shape[1] >= 5 * RATE
    loud, peak = measured(decoded[:, : 5 * RATE])
    assert loud == pytest.approx(-24, abs=0.5)
    assert peak <= -1
    named = FilmView.model_validate({**heard.model_dump(), "url": "", "sheet_url": "",
                                     "poster_url": "", "duration_s": 5})  # fmt: skip
    assert named.model_dump()["sound"] == LABEL["ko"]
    assert "sound" not in still.model_dump()


def packets(path: Path) -> str:
    with av.open(path) as source:
        return digest([bytes(packet).hex() for packet in source.demux(video=0)])


def test_the_composers_own_conte_sounds_for_its_whole_length_and_turns() -> None:
    brief = Brief.model_validate(
        {"product": {"name": "그립온", "category": "타이어"}, "duration_s": 9.5, "fps": 30}
    )

    async def parts() -> list[object]:
        return [part async for part in Composer().write(brief, 3)]

    treatment, *cuts = asyncio.run(parts())
    score = score_of(Conte.of(treatment, tuple(cuts)), brief)  # type: ignore[arg-type]
    assert score is not None
    assert score.music is not None
    assert score.music.turn > 0
    assert track_of(score).sum.shape == (2, 19 * RATE // 2)
