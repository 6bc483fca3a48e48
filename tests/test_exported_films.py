"""A version's film as a file: with captions or clean, cut from pieces that stand."""

from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from conte.checks.timefit import Rates
from conte.clip import Clip, Film
from conte.edition import Edition
from conte.export import ExportOptions
from deployments import film_editor
from deployments.clip_renderer import ClipRenderer
from deployments.deliverables.exporter import Exporter
from deployments.film_editor import FilmEditor
from serve.exporting import Made, NotMade, Outcome
from serve.settings import ExportSettings, FilmSettings
from serve.vault import Vault
from tests.fake_video import FakeVideoEngine, conte_and_brief, rendered


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault.open(str(tmp_path / "vault"))


async def filmed(vault: Vault, *, burned: bool) -> tuple[Edition, Film]:
    """A version whose film the graph has cut, burned or clean."""
    conte, brief = conte_and_brief()
    first = conte.cuts[0].model_copy(update={"caption": "빗길에서도"})
    conte = conte.model_copy(update={"cuts": (first, *conte.cuts[1:])})
    clips: list[Clip] = [
        *await rendered(ClipRenderer(FakeVideoEngine(), vault, "draft"), conte, brief)
    ]
    editor = FilmEditor(vault, FilmSettings(burn_captions=burned), Rates())
    steps = [step async for step in editor.join(conte, brief, clips, 1)]
    film = steps[-1]
    assert isinstance(film, Film)
    edition = Edition(
        production="prd_x", version=1, created_at=0, brief=brief, conte=conte,
        clips=tuple(clips), film=film,
    )  # fmt: skip
    return edition, film


async def exported(vault: Vault, edition: Edition, **options: Any) -> Outcome:
    exporter = Exporter(vault, ExportSettings())
    try:
        return await exporter.make("local", edition, "mp4", ExportOptions(**options))
    finally:
        exporter.close()


async def bytes_of(vault: Vault, outcome: Outcome) -> bytes:
    assert isinstance(outcome, Made), outcome
    async with vault.local(outcome.key) as path:
        return path.read_bytes()


def luma(data: bytes, folder: Path) -> Any:
    """[frames, height, width]"""
    (folder / "film.mp4").write_bytes(data)
    with av.open(folder / "film.mp4") as source:
        frames = [frame.to_ndarray() for frame in source.decode(video=0)]
    return np.stack(frames).astype(np.int16)


async def test_both_films_come_from_one_version_whatever_the_graph_burns(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition, film = await filmed(vault, burned=False)
    cut: list[int] = []
    real = film_editor.cut_piece

    def counted(order: Any, k: int, *rest: Any) -> Any:
        cut.append(k)
        return real(order, k, *rest)

    monkeypatch.setattr(film_editor, "cut_piece", counted)
    variants: dict[str, bytes] = {}
    for captions in ("burned", "clean"):
        variants[captions] = await bytes_of(
            vault, await exported(vault, edition, captions=captions)
        )
    # Only the cut with a caption differs between the two: the others' pieces stand.
    assert cut == [0]
    async with vault.local(film.key) as path:
        assert variants["clean"] == path.read_bytes()
    shown = {name: luma(data, tmp_path) for name, data in variants.items()}
    first = edition.conte.cuts[0].num_frames
    differs = np.abs(shown["burned"] - shown["clean"]).max(axis=(1, 2)) > 40
    assert len(differs) == edition.brief.num_frames
    assert differs[: first // 2].any()
    assert not differs[first:].any()


async def test_a_version_whose_clips_are_not_all_there_says_which(vault: Vault) -> None:
    edition, _ = await filmed(vault, burned=True)
    outcome = await exported(vault, edition.model_copy(update={"clips": edition.clips[:2]}))
    assert isinstance(outcome, NotMade)
    assert (outcome.why, outcome.detail.startswith("cut 3, 4 has no clip")) == ("nothing", True)
    refused = await exported(vault, edition, layout="portrait")
    assert refused == NotMade(why="option", detail="layout: mp4 takes captions and loudness")


def test_an_export_recorded_before_films_had_a_choice_is_still_the_same() -> None:
    assert ExportOptions().model_dump() == {"layout": "landscape", "document": "sheet"}
    assert ExportOptions(captions="clean").chosen == {"captions": "clean"}
