"""Recordings are mixed with what is synthesised: ducked, at the loudness asked for, in stems."""

import asyncio
import io
import json
import wave
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from conte.checks.timefit import Rates
from conte.conte import Conte
from conte.edition import Edition
from conte.export import ExportOptions
from conte.frozen import digest
from conte.sound import Loudness, Sound
from deployments.clip_renderer import ClipRenderer
from deployments.deliverables.exporter import Exporter
from deployments.engines.protocols import RenderError
from deployments.film_editor import FilmEditor
from deployments.sound.ducking import ducked
from deployments.sound.metering import levels_of
from deployments.sound.mix import TARGETS
from deployments.sound.music_words import Music
from deployments.sound.recordings import Placed, placed_of, stems_of
from deployments.sound.signals import RATE
from deployments.sound.soundtrack import Soundtrack, soundtrack_of
from deployments.sound.track import EFFECTS_LABEL, LABEL, Score, score_of, track_of
from serve.exporting import Made
from serve.ledger.exports import HandedOut
from serve.settings import ExportSettings, FilmSettings
from serve.vault import Vault
from tests.fake_video import FakeVideoEngine, conte_and_brief, rendered
from tests.front_door import House, accept
from tests.made_sounds import Stereo, blows, encoded, music, speech, stored
from tests.sound_conte import a_conte
from tests.test_film_editor import edited

FPS, FRAMES = 25, 150
NUM = FRAMES * RATE // FPS
LENGTHS = {"na": 3, "bgm": 6, "se": 2}
SCORE = Score("1", 3, FPS, (50, 25, 25, 50), ("빗소리", "", "웃음", ""),
              Music(mood="warm", lead="", figure=None, turn=2, late=False, breath=False))  # fmt: skip


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("sounds")
    made = {"na": speech(3, 0.05), "bgm": music(6, 0.25), "se": blows(2)}
    return {name: stored(signal, folder / f"{name}.flac") for name, signal in made.items()}


def put(kind: Any, at_s: float = 0, gain_db: float = 0, skip_s: float = 0) -> Placed:
    whole = LENGTHS[kind] * RATE
    at, skip = round(at_s * RATE), round(skip_s * RATE)
    return Placed(kind, kind, at, skip, min(whole - skip, NUM - at), gain_db, whole)


MIXES: dict[str, tuple[Score | None, tuple[Placed, ...]]] = {
    "narration over music": (None, (put("na", 1.5), put("bgm"))),
    "music alone": (None, (put("bgm", gain_db=6),)),
    "blows alone": (None, (put("se", 1), put("se", 3.5))),
    "narration over the bed": (SCORE, (put("na", 1),)),
    "all of them": (SCORE, (put("na", 1), put("bgm"), put("se", 4, -3))),
    "the bed alone": (SCORE, ()),
}


def heard(name: str, loudness: Loudness = "broadcast_kr") -> Soundtrack:
    score, placed = MIXES[name]
    found = soundtrack_of(score, placed, FRAMES, FPS, loudness)
    assert found is not None
    return found


def decibels(signal: Stereo, where: NDArray[np.bool_]) -> float:
    return 10 * float(np.log10(np.mean(signal[:, where].astype(np.float64) ** 2) + 1e-12))


@pytest.mark.parametrize("loudness", TARGETS)
@pytest.mark.parametrize("name", MIXES)
def test_every_mix_reaches_its_loudness_in_the_file_that_is_handed_out(
    files: dict[str, Path], name: str, loudness: Loudness
) -> None:
    track = heard(name, loudness)
    mix = track.mix(files)
    assert mix.sum.shape == (2, NUM)
    coded = encoded(mix.sum, "mp4", "aac", bit_rate=track.bit_rate)
    with av.open(io.BytesIO(coded), "r") as source:
        parts = [frame.to_ndarray() for frame in source.decode(audio=0)]
    decoded = np.concatenate(parts, axis=1)[:, :NUM].astype(np.float32)
    for signal in (mix.sum, decoded):
        levels = levels_of(signal)
        assert levels is not None
        assert levels.lufs == pytest.approx(TARGETS[loudness], abs=0.5)
        assert levels.dbtp <= -1


def test_music_is_under_narration_by_12_db_and_back_before_long(files: dict[str, Path]) -> None:
    mix = heard("narration over music").mix(files)
    assert mix.speech is not None
    said = np.abs(mix.speech).max(axis=0) > 1e-3
    assert decibels(mix.speech, said) - decibels(mix.music, said) >= 11.5
    # Before the first word, and after the last: up again.
    at = np.arange(NUM) / RATE
    before, under, after = (at < 1.0), said, (at > 5.7)
    assert decibels(mix.music, before) - decibels(mix.music, under) >= 6
    assert decibels(mix.music, after) - decibels(mix.music, under) >= 6
    # Down before the word is heard, and no step that would click.
    gain = ducked(music(6, 0.25), stems_of((put("na", 1.5),), files, NUM)["na"])
    assert gain is not None
    first = int(np.flatnonzero(said)[0])
    assert gain[first] < 1.05 * gain.min()
    assert np.abs(np.diff(gain)).max() < 1e-3


def test_quiet_music_is_left_alone_by_no_narration_and_silence_is_silent(
    files: dict[str, Path],
) -> None:
    assert ducked(music(2), np.zeros((2, 2 * RATE), np.float32)) is None
    mix = heard("blows alone").mix(files)
    assert mix.speech is not None
    assert not mix.speech.any()
    assert not mix.music.any()
    assert np.abs(mix.effects[:, : RATE - 1]).max() == 0, "nothing sounds before the first blow"


def test_a_recording_that_is_cut_has_no_click_at_its_joints(files: dict[str, Path]) -> None:
    whole = put("bgm")
    cut = Placed("bgm", "bgm", RATE, RATE // 3, RATE, 0, whole.whole)
    stem = stems_of((cut,), files, NUM)["bgm"]
    assert not stem[:, :RATE].any()
    assert not stem[:, 2 * RATE :].any()
    joints = (np.abs(np.diff(stem[:, at - 3 : at + 3])).max() for at in (RATE, 2 * RATE))
    assert max(joints) < 0.01
    loud = stems_of((put("se", gain_db=6),), files, NUM)["se"]
    plain = stems_of((put("se"),), files, NUM)["se"]
    assert np.allclose(loud, plain * 10 ** (6 / 20), rtol=1e-5)


def test_a_sound_stands_where_its_cut_and_frame_are_and_ends_with_the_film() -> None:
    conte = a_conte("ko").born(7)  # 120, 105, 135, 110 and 130 frames at 30
    upload = f"sounds/{'ab' * 32}.flac"
    sounds = (
        Sound(id="s_0001", kind="bgm", upload=upload, num_samples=90 * RATE),
        Sound(id="s_0002", kind="na", upload=upload, frame=15, num_samples=RATE, skip=6, lasts=9),
    )
    cuts = list(conte.cuts)
    cuts[0] = cuts[0].model_copy(update={"sounds": sounds[:1]})
    cuts[2] = cuts[2].model_copy(update={"sounds": sounds[1:]})
    one, two = placed_of(conte.model_copy(update={"cuts": tuple(cuts)}), 30)
    assert (one.at, one.num_samples) == (0, 20 * RATE)
    assert (two.at, two.skip, two.num_samples) == (240 * 1600, 6 * 1600, 9 * 1600)
    # Its beginning is skipped to its end: nothing of it is heard.
    gone = sounds[1].model_copy(update={"skip": 30})
    cuts[2] = cuts[2].model_copy(update={"sounds": (gone,)})
    assert len(placed_of(conte.model_copy(update={"cuts": tuple(cuts)}), 30)) == 1


def test_a_film_without_recordings_has_the_key_and_the_samples_of_before_there_were_any() -> None:
    plain = heard("the bed alone")
    assert plain.key == asdict(SCORE)
    assert plain.bit_rate == 128_000
    assert np.array_equal(plain.mix({}).sum, track_of(SCORE).sum)
    assert heard("the bed alone", "web").key != plain.key
    assert "loudness" not in FilmSettings().model_dump()
    assert soundtrack_of(None, (), FRAMES, FPS, "web") is None


def test_what_is_synthesised_is_named_and_a_persons_own_music_is_not() -> None:
    assert heard("the bed alone").label("ko") == LABEL["ko"]
    assert heard("narration over the bed").label("ko") == LABEL["ko"]
    assert heard("all of them").label("ko") == EFFECTS_LABEL["ko"]
    assert heard("narration over music").label("en") == ""
    without = replace(SCORE, effects=("",) * 4)
    quiet = soundtrack_of(without, (put("bgm"),), FRAMES, FPS, "broadcast_kr")
    assert quiet is not None
    assert quiet.score is None


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Edition, Path]:
    folder = tmp_path_factory.mktemp("film")
    return asyncio.run(filmed(folder)), folder


@pytest.fixture
def version(made: tuple[Edition, Path]) -> tuple[Vault, Edition, Path]:
    edition, folder = made
    return Vault.open(str(folder)), edition, folder


async def filmed(folder: Path) -> Edition:
    """A film with narration and music of one's own over synthesised rain."""
    vault = Vault.open(str(folder))
    plain, brief = conte_and_brief(fps=24)
    conte = Conte.of(plain.treatment, (
        plain.cuts[0].model_copy(update={"music": "잔잔한 피아노", "sound_effect": "빗소리"}),
        *plain.cuts[1:],
    )).born(3)  # fmt: skip
    keys: list[str] = []
    for name, signal in {"na": speech(2, 0.05), "bgm": music(9, 0.2)}.items():
        path = stored(signal, folder / f"{name}.flac")
        keys.append(await vault.publish_content("sounds", path.read_bytes(), ".flac"))
    na = Sound(id="s_0001", kind="na", upload=keys[0], frame=12, num_samples=2 * RATE)
    bgm = Sound(id="s_0002", kind="bgm", upload=keys[1], num_samples=9 * RATE)
    clips = await rendered(ClipRenderer(FakeVideoEngine(), vault, "draft"), conte, brief)
    cuts = list(conte.cuts)
    cuts[0] = cuts[0].model_copy(update={"sounds": (bgm,)})
    cuts[1] = cuts[1].model_copy(update={"sounds": (na,)})
    conte = conte.model_copy(update={"cuts": tuple(cuts)})
    film = await edited(FilmEditor(vault, FilmSettings(), Rates()), conte, brief, clips)
    return Edition(
        production="prd_x", version=1, created_at=0, brief=brief, conte=conte,
        clips=tuple(clips), film=film,
    )  # fmt: skip


async def exported(vault: Vault, edition: Edition, kind: str, **options: Any) -> Made:
    exporter = Exporter(vault, ExportSettings())
    try:
        made = await exporter.make("local", edition, kind, ExportOptions(**options))
        again = await exporter.make("local", edition, kind, ExportOptions(**options))
    finally:
        exporter.close()
    assert isinstance(made, Made), made
    # Measured again where it stands.
    assert again == made
    return made


def waves(data: bytes) -> dict[str, NDArray[np.int32]]:
    """The WAV files of a ZIP, [samples, 2], and what they say of themselves."""
    found: dict[str, NDArray[np.int32]] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if not name.endswith(".wav"):
                continue
            with wave.open(io.BytesIO(archive.read(name))) as file:
                assert (file.getframerate(), file.getnchannels()) == (RATE, 2)
                raw = np.frombuffer(file.readframes(file.getnframes()), np.uint8)
                assert file.getsampwidth() == 3
            wide = np.zeros((len(raw) // 3, 4), np.uint8)
            wide[:, 1:] = raw.reshape(-1, 3)
            found[name] = (wide.view("<i4") >> 8).reshape(-1, 2)
    return found


async def test_stems_are_as_long_as_the_film_and_sum_to_its_mix(
    version: tuple[Vault, Edition, Path],
) -> None:
    vault, edition, folder = version
    made = await exported(vault, edition, "stems")
    data = (folder / made.key).read_bytes()
    stems = waves(data)
    assert set(stems) == {"NA.wav", "BGM.wav", "SE.wav", "MIX.wav"}
    num = edition.brief.num_frames * RATE // edition.brief.fps
    assert {len(stem) for stem in stems.values()} == {num}
    off = stems["NA.wav"] + stems["BGM.wav"] + stems["SE.wav"] - stems["MIX.wav"]
    assert np.abs(off).max() <= 2, "rounding of four files at 24 bits"
    assert all(np.abs(stem).max() > 1000 for stem in stems.values())
    starts = edition.starts[1] + 12
    assert not stems["NA.wav"][: starts * RATE // 24].any()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        told = json.loads(archive.read("levels.json"))
    assert made.levels is not None
    assert told["levels"]["MIX.wav"] == made.levels.model_dump()
    assert told["preset"] == "broadcast_kr"
    assert made.levels.lufs == pytest.approx(-24, abs=0.5)


async def test_a_film_is_handed_out_at_the_loudness_that_is_asked_for_and_is_measured(
    version: tuple[Vault, Edition, Path],
) -> None:
    vault, edition, folder = version
    assert edition.film is not None
    assert edition.film.sound == EFFECTS_LABEL["ko"]
    plain = await exported(vault, edition, "mp4")
    web = await exported(vault, edition, "mp4", loudness="web")
    # The graph's own film, and the same pictures at another loudness.
    assert (folder / plain.key).read_bytes() == (folder / edition.film.key).read_bytes()
    assert plain.levels is not None
    assert web.levels is not None
    assert plain.levels.lufs == pytest.approx(-24, abs=0.5)
    assert web.levels.lufs == pytest.approx(-14, abs=0.5)
    assert max(plain.levels.dbtp, web.levels.dbtp) <= -1
    assert pictures(folder / plain.key) == pictures(folder / web.key)


def pictures(path: Path) -> str:
    with av.open(path) as source:
        return digest([bytes(packet).hex() for packet in source.demux(video=0)])


async def test_a_lost_recording_is_named_and_a_silent_film_has_no_stems(
    version: tuple[Vault, Edition, Path],
) -> None:
    vault, edition, _ = version
    cut = edition.conte.cuts[0]
    lost = cut.sounds[0].model_copy(update={"upload": f"sounds/{'0' * 64}.flac"})
    cuts = (cut.model_copy(update={"sounds": (lost,)}), *edition.conte.cuts[1:])
    conte = edition.conte.model_copy(update={"cuts": cuts})
    editor = FilmEditor(vault, FilmSettings(), Rates())
    with pytest.raises(RenderError, match="recording of the film is not in the vault"):
        await edited(editor, conte, edition.brief, edition.clips)
    exporter = Exporter(vault, ExportSettings(), film=FilmSettings(audio="none"))
    try:
        made = await exporter.make("local", edition, "stems", ExportOptions())
    finally:
        exporter.close()
    assert not isinstance(made, Made)
    assert "silent" in str(made)
    assert score_of(edition.conte, edition.brief) is not None


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "home")
    yield house
    house.ledger.close()


def test_levels_stand_in_the_record_of_an_export(house: House) -> None:
    production = accept(house)
    house.film(production)
    levels = levels_of(music(2))
    options = ExportOptions(loudness="web")
    out = HandedOut(
        "stems", options, f"exports/{'0' * 64}.zip", "0" * 64, 5, "local", levels=levels
    )
    made = house.ledger.exporting.record(production, 1, out)
    (found,), _ = house.ledger.exporting.page(production, 1)
    assert found == made
    assert (found.levels, found.options.chosen) == (levels, {"loudness": "web"})
