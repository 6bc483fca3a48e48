"""What was found by measuring the tracks of draft films: sounds of words, moods, and the close."""

import numpy as np
import pytest

from deployments.sound.beats import on_the_beat
from deployments.sound.effect_words import kinds_of
from deployments.sound.mix import mixed
from deployments.sound.music_words import Music, music_of
from deployments.sound.signals import RATE, Mono
from deployments.sound.styles import STYLES
from deployments.sound.track import Score, parts_of
from tests.ebur128 import measured
from tests.sound_conte import a_conte

LENGTHS = (72, 80, 64, 88)
"""Frames at 24 a second: 12.7 s."""


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        ("지글거리는 불판", ("sizzle",)),
        ("사각거리는 연필", ("writing",)),
        ("지직거리는 전기 소리", ("hum",)),
        ("거리 소음", ("road", "crowd")),
        ("밤거리, 먼 발소리", ("road", "steps")),
        ("운동화 마찰음, 거친 숨", ("creak", "breath")),
        ("한숨", ("breath",)),
        ("서스펜스 음악", ("music",)),
        ("열차 소리", ("road",)),
        ("horns, drills", ("horn", "machine")),
    ],
)
def test_a_sound_is_that_of_its_words_and_of_no_part_of_one(
    words: str, kinds: tuple[str, ...]
) -> None:
    """What sizzled drove past: 거리 (street) stands in every verb in -거리다."""
    assert kinds_of(words) == kinds


@pytest.mark.parametrize(
    ("tone", "music", "mood", "lead"),
    [
        ("공포", "낮은 웅웅거림, 거꾸로 감긴 오르골", "tense", "celesta"),
        ("힙하고 당당한", "베이스만 남긴 드릴 비트", "future", "bass"),
        ("뭉클한", "한 손으로 치는 피아노, 자주 멈춘다", "tender", "piano"),
        ("향수를 부르는", "멀리서 들려오는 하모니카", "tender", "clarinet"),
        ("로맨틱", "가까이서 치는 피아노, 숨소리가 들린다", "tender", "piano"),
        ("웅장한", "낮은 합창과 큰북", "tense", "voice"),
        ("B급", "싸구려 신시사이저 행진곡", "cheerful", "synth"),
        ("scary", "a music box played backwards", "tense", "celesta"),
        ("edgy", "a drill beat stripped to its bass", "future", "bass"),
        ("warm", "a ship's bell and an acoustic guitar", "warm", "guitar"),
    ],
)
def test_the_bed_has_the_mood_of_its_tone(tone: str, music: str, mood: str, lead: str) -> None:
    """Fear had a lullaby, and hip was cosy."""
    turn = "박수와 드럼이 들어온다" if mood == "cheerful" else ""
    cuts = {f"cut_{k}": {"music": ""} for k in range(2, 6)}
    conte = a_conte("ko", **{**cuts, "cut_1": {"music": music}, "cut_3": {"music": turn}})
    heard = music_of(conte, tone)
    assert heard is not None
    if mood != "cheerful":
        assert heard.mood == mood
    assert heard.lead == lead


def onsets(signal: Mono) -> Mono:
    """Return how much louder each band gets, summed, in steps of 5 ms."""
    starts = np.arange(0, len(signal) - 1024, 240)
    spectra = np.abs(np.fft.rfft(signal[starts[:, None] + np.arange(1024)] * np.hanning(1024)))
    return np.maximum(0, np.diff(np.log1p(100 * spectra), axis=0)).sum(axis=1)


@pytest.mark.parametrize("mood", STYLES)
def test_turn_and_packshot_are_struck_and_the_close_does_not_die_away(mood: str) -> None:
    """The packshot's sting was weaker than a beat, and its last second 15 dB below the film."""
    music = Music(mood=mood, lead="", figure=None, turn=1, late=False, breath=False)  # pyright: ignore[reportArgumentType]
    score = Score("2", 3, 24, LENGTHS, ("", "", "", ""), music)
    sound = mixed(*parts_of(score)).sum
    bars = on_the_beat(score.lengths, score.fps, *score.tempo)
    strength = onsets(sound.mean(axis=0))
    usual = np.percentile(strength, 90)
    for at in (bars[1].start, bars[-1].start):
        near = (at - 512) // 240
        assert strength[near - 6 : near + 7].max() > 1.5 * usual
    last, whole = (float(np.sqrt(np.mean(part**2))) for part in (sound[:, -RATE:], sound))
    assert last > 0.1 * whole
    assert np.abs(sound[:, -240:]).max() < 1e-3
    loud, peak = measured(sound)
    assert loud == pytest.approx(-24, abs=0.2) and peak <= -1


@pytest.mark.parametrize("mood", STYLES)
def test_nothing_clicks_where_a_cut_begins_and_nothing_is_silent_for_a_second(mood: str) -> None:
    music = Music(mood=mood, lead="", figure=None, turn=2, late=False, breath=False)  # pyright: ignore[reportArgumentType]
    score = Score("2", 5, 24, LENGTHS, ("빗소리", "문이 열리는 소리", "거리 소음", ""), music)
    sound = mixed(*parts_of(score)).sum
    steps = np.abs(np.diff(sound, axis=1)).max(axis=0)
    for bar in on_the_beat(score.lengths, score.fps, *score.tempo)[1:]:
        around = steps[bar.start - RATE // 2 : bar.start + RATE // 2]
        assert steps[bar.start - 4 : bar.start + 4].max() < 1.5 * np.percentile(around, 99.9)
    tenths = sound[:, : sound.shape[1] // 4800 * 4800].reshape(2, -1, 4800)
    quiet = np.sqrt((tenths**2).mean(axis=(0, 2)))[:-8] < 10 ** (-60 / 20)
    assert not quiet.any()
