"""The door for recordings: bounded before anything is decoded, kept in one form, owned and swept."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from conte.revision.operations import Edit
from conte.sound import Recording
from deployments.sound.recordings import blocks_of
from serve.bounded import Bounded, Unusable
from serve.ingress.upload_files import sweep
from serve.ledger.errors import NotTakable
from serve.ledger.uploads import LEFT_AFTER_S, ORDERED_WITHIN_S
from serve.settings import UploadSettings
from serve.uploads.recordings import LIMITS, Recorded, RecordingBounds, format_of, recorded
from tests.fake_crew import FakeCrew
from tests.front_door import House, accept
from tests.made_sounds import RATE, encoded, speech
from tests.test_produce import direct
from tests.test_revision_rounds import PLAN
from tests.test_takes_killed import begun_earlier

BOUNDS = RecordingBounds(max_s=5)
VOICE = speech(1.5)
WAV = {"Content-Type": "audio/wav"}


def taken(tmp_path: Path, data: bytes, bounds: RecordingBounds = BOUNDS) -> tuple[Recorded, bytes]:
    (tmp_path / "sound").write_bytes(data)
    result = recorded(str(tmp_path / "sound"), bounds)
    [flac] = result.blobs
    return Recorded.model_validate_json(result.text), flac


@pytest.mark.parametrize(
    ("kind", "codec", "rate", "lost"),
    [
        ("wav", "pcm_s16le", 48_000, 1e-4),
        ("wav", "pcm_f32le", 48_000, 1e-6),
        ("flac", "flac", 48_000, 1e-4),
        ("mp3", "libmp3lame", 48_000, 0.1),
        ("mp4", "aac", 48_000, 0.1),
        ("adts", "aac", 48_000, 0.1),
        ("ogg", "libopus", 48_000, 0.3),
        ("wav", "mono:pcm_s16le", 44_100, None),
    ],
)
def test_every_kind_is_kept_as_48_khz_stereo_flac_without_its_tags(
    tmp_path: Path, kind: str, codec: str, rate: int, lost: float | None
) -> None:
    data = encoded(VOICE, kind, codec, rate, title="비밀", artist="성우 이름")
    assert format_of(data[:12]) is not None
    found, flac = taken(tmp_path, data)
    assert (found.rate, found.channels) == (rate, 1 if "mono" in codec else 2)
    wanted = VOICE.shape[1] * RATE / rate
    # Codecs of packets fill up their last one.
    assert -50 <= found.num_samples - wanted <= 2500
    assert "성우".encode() not in flac
    (tmp_path / "kept.flac").write_bytes(flac)
    with av.open(tmp_path / "kept.flac") as source:
        stream = source.streams.audio[0]
        assert (stream.rate, stream.channels) == (RATE, 2)
        assert set(source.metadata) <= {"encoder"}
    kept = np.concatenate(list(blocks_of(tmp_path / "kept.flac")), axis=1)
    assert kept.shape == (2, found.num_samples)
    if lost is None:
        assert np.array_equal(kept[0], kept[1])
    elif lost < 0.01:
        assert np.abs(kept - VOICE).max() < lost
    else:
        # Lossy ones may be late by their encoder's delay.
        delays = range(0, 2400, 8) if kind in ("adts", "ogg") else (0,)
        size = VOICE.shape[1] - 2400
        errors = [np.abs(kept[:, at : at + size] - VOICE[:, :size]).mean() for at in delays]
        assert min(errors) < lost * np.abs(VOICE).mean()


def test_what_is_no_recording_or_too_much_of_one_is_refused_and_says_why(tmp_path: Path) -> None:
    def why(data: bytes, bounds: RecordingBounds = BOUNDS) -> str:
        with pytest.raises(Unusable) as refused:
            taken(tmp_path, data, bounds)
        return str(refused.value)

    wav = encoded(VOICE)
    assert "neither WAV" in why(b"#EXTM3U\nfile:///etc/passwd\n")
    assert "neither WAV" in why(b"")
    assert "it lasts 1.5 s" in why(wav, RecordingBounds(max_s=1))
    # A header that says less than there is: counted while it is decoded.
    lying = bytearray(encoded(speech(3), "adts", "aac"))
    assert "more than 1 s" in why(bytes(lying), RecordingBounds(max_s=1)) or "it lasts" in why(
        bytes(lying), RecordingBounds(max_s=1)
    )
    fast = bytearray(wav)
    fast[24:28] = (400_000).to_bytes(4, "little")
    assert "400000 samples a second" in why(bytes(fast))
    many = bytearray(wav)
    many[22:24] = (60).to_bytes(2, "little")
    assert "channels" in why(bytes(many)) or "cannot be decoded" in why(bytes(many))
    assert "decoded" in why(wav[:44])
    assert str(tmp_path) not in why(wav[:44])
    assert "decoded" in why(b"ID3" + bytes(500))
    assert "decoded" in why(b"OggS" + bytes(range(200)))


def test_a_long_silence_in_a_small_file_stops_at_the_bound_within_memory(tmp_path: Path) -> None:
    silent = np.zeros((2, RATE * 20), np.float32)
    data = encoded(silent, "flac", "flac")
    path = tmp_path / "quiet"
    path.write_bytes(data)
    child = Bounded(LIMITS, foreground=True)
    try:
        with pytest.raises(Unusable, match="it lasts"):
            child.call(recorded, str(path), BOUNDS)
        answer = child.call(recorded, str(path), RecordingBounds(max_s=120))
    finally:
        child.close()
    assert answer.peak_bytes < 512 << 20
    assert len(answer.blobs[0]) < 1 << 20


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "home")
    yield house
    house.ledger.close()


async def test_an_uploaded_recording_is_placed_by_its_owner_alone_and_renders_nothing(
    house: House,
) -> None:
    production = accept(house)
    await direct(house.ledger, FakeCrew(), production, PLAN)
    cuts = house.ledger.version(production, 1).conte.cuts
    draft = f"/v1/productions/{production}/draft"
    async with house.client() as client:
        sent = await client.post("/v1/sounds?name=voice.wav", content=encoded(VOICE), headers=WAV)
        assert sent.status_code == 201, sent.text
        view = sent.json()
        assert (view["duration_s"], view["channels"], view["sample_rate"]) == (1.5, 2, 48_000)
        assert await house.vault.has(view["upload"])
        assert house.ledger.uploading.left_behind() == ()
        listed = (await client.get("/v1/sounds")).json()["sounds"]
        assert [one["upload"] for one in listed] == [view["upload"]]

        def op(upload: str, **more: Any) -> dict[str, Any]:
            sound = {"kind": "na", "upload": upload, "frame": 3, "num_samples": 5, **more}
            placed = {"op": "place_sound", "cut": cuts[1].id, "sound": sound}
            return {"operations": [placed]}

        placed = await client.post(f"{draft}/operations", json=op(view["upload"], gain_db=-3))
        assert placed.status_code == 200, placed.text
        (one,) = placed.json()["conte"]["cuts"][1]["sounds"]
        # The ledger's word counts for what the file is, not the caller's.
        assert (one["num_samples"], one["name"]) == (72_000, "voice.wav")
        quoted = (await client.post(f"{draft}/quote")).json()
        assert (quoted["renders"], quoted["gpu_s"]) == (0, 0)
        foreign = f"sounds/{'0' * 64}.flac"
        refused = await client.post(f"{draft}/operations", json=op(foreign))
        assert refused.status_code == 422
        assert "POST /v1/sounds" in refused.text
        odd = await client.post(f"{draft}/operations", json=op(view["upload"], gain_db=90))
        assert (odd.status_code, "gain_db" in odd.text) == (422, True)
        new = {"op": "add", "after": None,
               "cut": {**cuts[0].model_dump(mode="json", exclude={"id", "seed"}),
                       "sounds": [{"kind": "na", "upload": view["upload"]}]}}  # fmt: skip
        refused = await client.post(f"{draft}/operations", json={"operations": [new]})
        assert (refused.status_code, "place_sound" in refused.text) == (422, True)
        back = (await client.post(f"{draft}/undo")).json()
        assert "sounds" not in back["conte"]["cuts"][1]
        again = (await client.post(f"{draft}/redo")).json()
        assert again["conte"]["cuts"][1]["sounds"] == [one]
        sealed = await client.post(f"/v1/productions/{production}/versions", json={})
        assert sealed.status_code == 202, sealed.text
        crew = FakeCrew()
        await direct(house.ledger, crew, production, PLAN)
        assert crew.shots == {}
        url = f"/v1/productions/{production}/versions/2/changes"
        (row,) = (await client.get(url)).json()["changes"]["rows"]
        assert (row["field"], row["cut"]) == ("sounds", cuts[1].id)
    # The next version inherits it.
    edit = Edit(cut=cuts[0].id, field="caption", before=cuts[0].caption, after="새 자막")
    changed = house.ledger.operate(production, [edit])
    assert (
        changed.draft.working.conte.cuts[1].sounds
        == house.ledger.version(production, 2).conte.cuts[1].sounds
    )


async def test_what_is_refused_or_left_behind_leaves_no_file(house: House) -> None:
    async with house.client() as client:
        bad = await client.post("/v1/sounds", content=b"RIFF....WAVE", headers=WAV)
        assert (bad.status_code, "wanted a WAV, MP3" in bad.text) == (422, True)
        words = await client.post("/v1/sounds", content=b"{}", headers={"Content-Type": "text/css"})
        assert words.status_code == 415
        house.settings = house.settings.model_copy(update={"upload": UploadSettings(max_bytes=100)})
    async with house.client() as client:
        large = await client.post("/v1/sounds", content=encoded(VOICE), headers=WAV)
        assert large.status_code == 413
        house.settings = house.settings.model_copy(update={"upload": UploadSettings()})
    # Too late: its file may be swept at any moment.
    late = Recording(key=f"sounds/{'1' * 64}.flac", name="late.wav", num_samples=5)
    house.ledger.uploading.begin(late.key)
    begun_earlier(house, ORDERED_WITHIN_S)
    with pytest.raises(NotTakable, match="took too long"):
        house.ledger.own_sound("local", late)
    assert house.ledger.sounds("local") == ()
    # Killed between the file and its record: the sweep finds the file.
    await house.vault.publish_bytes(late.key, b"fLaC")
    begun_earlier(house, LEFT_AFTER_S)
    await sweep(house.ledger, house.vault)
    assert not await house.vault.has(late.key)
    assert [path for path in house.settings.home.rglob("*.flac") if path.is_file()] == []
