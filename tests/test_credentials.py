"""Exports say what made them, in a signature that finds any changed byte."""

import stat
import zipfile
from pathlib import Path

import numpy as np
import pypdf
import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from conte.clip import Clip, EngineId
from conte.export import ExportOptions
from conte.sound import Sound
from conte.upload import UPLOADED
from deployments.contact_sheet import png
from deployments.deliverables.credentials import certificates
from deployments.deliverables.credentials.certificates import NoSigner, Signer, signer_of
from deployments.deliverables.credentials.manifest import (
    ALGORITHMIC,
    COMPOSITE,
    TRAINED,
    manifest_of,
    source_type,
)
from deployments.deliverables.credentials.signing import sign
from deployments.deliverables.exporter import Exporter
from deployments.encoding import count_frames
from graphs.replicas import exporter as replica
from serve.cli.commands import app
from serve.credentials import credential_of
from serve.exporting import Made
from serve.settings import ExportSettings, Settings
from serve.vault import Vault
from tests.exported_editions import written
from tests.pdf_accessibility import faults_of
from tests.test_exported_films import filmed

TYPES = {"pdf": "application/pdf", "mp4": "video/mp4", "png": "image/png"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def signer(home: Path) -> Signer:
    return signer_of(home)


def changed(path: Path, at: float) -> Path:
    """The file with one bit of one byte turned, somewhere in it but in the credential: the room
    that it leaves for its signature is not covered, nor is its entry in the list of a PDF's files.
    """
    data = bytearray(path.read_bytes())
    box = data.index(b"jumb") - 4
    length = int.from_bytes(data[box : box + 4]) + 512
    place = int((len(data) - length) * at)
    place += length if place >= box else 0
    data[place] ^= 1
    other = path.with_name(f"changed-{path.name}")
    other.write_bytes(data)
    return other


async def test_pdf_and_mp4_of_the_exporter_are_valid_until_a_byte_is_changed(
    home: Path, signer: Signer, tmp_path: Path
) -> None:
    vault = Vault.open(str(tmp_path / "vault"))
    edition, film = await filmed(vault, burned=True)
    clip = edition.clips[0]
    async with vault.local(film.key) as path, vault.local(clip.key) as whole:
        before = path.read_bytes(), whole.read_bytes()
    drawn = edition.model_copy(
        update={
            "clips": tuple(
                c.model_copy(update={"engine": _named("animatic")}) for c in edition.clips
            )
        }
    )
    exporter = Exporter(vault, ExportSettings(), signer=signer)
    try:
        made = {
            kind: await exporter.make("local", drawn, kind, ExportOptions())
            for kind in ("pdf", "mp4")
        }
        again = await exporter.make("local", drawn, "pdf", ExportOptions())
    finally:
        exporter.close()
    assert again == made["pdf"]
    root = (home / "credentials" / "root.pem").read_text()
    for kind, outcome in made.items():
        assert isinstance(outcome, Made), outcome
        file = tmp_path / f"signed.{kind}"
        async with vault.local(outcome.key) as path:
            file.write_bytes(path.read_bytes())
        found = credential_of(file, TYPES[kind])
        assert (found.state, found.source_type) == ("valid", ALGORITHMIC)
        assert found.problems == ("signingCredential.untrusted",)
        assert credential_of(file, TYPES[kind], root).state == "trusted"
        for at in (0.1, 0.5, 0.9):
            assert credential_of(changed(file, at), TYPES[kind]).state == "invalid"
    assert len(pypdf.PdfReader(tmp_path / "signed.pdf").pages) > 0
    assert faults_of((tmp_path / "signed.pdf").read_bytes()) == []
    assert count_frames(tmp_path / "signed.mp4") == edition.brief.num_frames
    data = (tmp_path / "signed.mp4").read_bytes()
    # A player begins before it has all of it.
    assert data.index(b"moov") < data.index(b"mdat")
    # Never in what other films are made of.
    async with vault.local(film.key) as path, vault.local(clip.key) as whole:
        assert (path.read_bytes(), whole.read_bytes()) == before


def test_a_png_is_signed_in_its_place(signer: Signer, tmp_path: Path) -> None:
    file = tmp_path / "poster.png"
    file.write_bytes(png(np.random.default_rng(1).integers(0, 255, (90, 160, 3), np.uint8)))
    assert credential_of(file, TYPES["png"]).state == "none"
    sign(file, TYPES["png"], manifest_of(written("tire", cuts=8)), signer)
    assert credential_of(file, TYPES["png"]).state == "valid"
    assert credential_of(changed(file, 0.5), TYPES["png"]).state == "invalid"
    assert [one.name for one in tmp_path.iterdir() if "signed" in one.name] == []


def test_the_source_is_named_by_what_made_the_clips() -> None:
    clips = written("tire", cuts=8).clips

    def of(*names: str) -> list[Clip]:
        pairs = zip(clips, names, strict=False)
        return [clip.model_copy(update={"engine": _named(name)}) for clip, name in pairs]

    assert source_type(of("animatic", "animatic")) == ALGORITHMIC
    assert source_type(of("animatic", "diffusers")) == TRAINED
    assert source_type(of("diffusers", UPLOADED.name)) == COMPOSITE
    assert source_type(()) == COMPOSITE
    said = str(manifest_of(written("tire", cuts=8)))
    assert "prd_" not in said


def _named(name: str) -> EngineId:
    return EngineId(name=name, revision="1", label=name)


def test_certificates_are_made_once_and_their_key_is_the_owners_alone(tmp_path: Path) -> None:
    first = signer_of(tmp_path)
    assert signer_of(tmp_path) == first
    place = tmp_path / "credentials" / "signer.pem"
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert first.chain.count("BEGIN CERTIFICATE") == 2
    root = (tmp_path / "credentials" / "root.pem").read_text()
    assert first.chain.endswith(root)
    assert "KEY" not in root
    assert first.key not in repr(first)
    place.write_text("nothing")
    with pytest.raises(NoSigner, match="move it away"):
        signer_of(tmp_path)


def test_ones_own_certificate_is_used_by_setting_and_only_with_its_key(tmp_path: Path) -> None:
    own = certificates.made()
    (tmp_path / "own.pem").write_text(own.chain)
    (tmp_path / "own.key").write_text(own.key)
    pair = ExportSettings(
        certificate=str(tmp_path / "own.pem"), private_key=str(tmp_path / "own.key")
    )
    assert replica.signer_for(Settings(home=tmp_path / "home", export=pair)) == own
    assert not (tmp_path / "home" / "credentials").exists()
    with pytest.raises(ValidationError, match="private_key"):
        ExportSettings(certificate="own.pem")
    lost = pair.model_copy(update={"private_key": str(tmp_path / "gone.key")})
    with pytest.raises(NoSigner, match="cannot be read"):
        replica.signer_for(Settings(home=tmp_path / "home", export=lost))


def test_without_the_library_or_by_setting_exports_are_not_signed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    off = Settings(home=tmp_path, export=ExportSettings(credentials=False))
    assert replica.signer_for(off) is None
    monkeypatch.setattr(replica, "find_spec", lambda _: None)
    assert replica.signer_for(Settings(home=tmp_path)) is None
    assert not (tmp_path / "credentials").exists()


async def test_panels_and_poster_are_signed_one_by_one_each_by_what_made_it(
    signer: Signer, tmp_path: Path
) -> None:
    vault = Vault.open(str(tmp_path / "vault"))
    edition, _ = await filmed(vault, burned=True)
    first = edition.clips[0].model_copy(update={"engine": _named("animatic")})
    edition = edition.model_copy(update={"clips": (first, *edition.clips[1:])})
    exporter = Exporter(vault, ExportSettings(), signer=signer)
    try:
        made = await exporter.make("local", edition, "png", ExportOptions())
    finally:
        exporter.close()
    assert isinstance(made, Made), made
    async with vault.local(made.key) as path:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(tmp_path / "panels")
    panels = sorted((tmp_path / "panels").iterdir())
    wanted = [*(f"cut-{n:02}.png" for n in range(1, 5)), "poster.png"]
    assert [panel.name for panel in panels] == wanted
    for panel in panels:
        found = credential_of(panel, TYPES["png"])
        assert (found.state, found.signer) == ("valid", "Sian exports")
        assert found.source_type == (ALGORITHMIC if panel.name == "cut-01.png" else TRAINED)
        data = panel.read_bytes()
        picture = (data.index(b"IDAT") + 12) / len(data)
        assert credential_of(changed(panel, picture), TYPES["png"]).state == "invalid"
    exporter = Exporter(vault, ExportSettings())
    try:
        plain = await exporter.make("local", edition, "png", ExportOptions())
    finally:
        exporter.close()
    assert isinstance(plain, Made)
    assert plain.key != made.key


def test_verify_says_in_words_what_holds_and_what_no_trust_list_means(
    home: Path, signer: Signer, tmp_path: Path
) -> None:
    file = tmp_path / "poster.png"
    file.write_bytes(png(np.random.default_rng(2).integers(0, 255, (90, 160, 3), np.uint8)))
    plain = tmp_path / "plain.png"
    plain.write_bytes(file.read_bytes())
    sign(file, TYPES["png"], manifest_of(written("tire", cuts=8)), signer)
    other = changed(file, 0.5)
    root = home / "credentials" / "root.pem"

    def said(*args: object) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["verify", *map(str, args)])
        return result.exit_code, " ".join(result.output.split())

    code, text = said(file)
    assert code == 0
    assert "valid, signed as Sian exports. Not a byte has changed since." in text
    assert "rules made it, without a model (animatic)" in text
    assert "on no trust list: anybody can make a certificate of that name" in text
    code, text = said(file, "--root", root)
    assert (code, "comes from the root that you trust" in text) == (0, True)
    code, text = said(file, other)
    assert code == 1
    assert "NOT VALID. It was changed after it was signed" in text
    assert said(plain) == (1, f"{plain}: no content credential. Nothing can be said about where it"
                              " comes from.")  # fmt: skip
    code, text = said(tmp_path / "nothing.zip")
    assert code == 2


def test_a_film_with_a_recording_of_ones_own_is_a_composite_and_its_panels_are_not() -> None:
    edition = written("tire", cuts=8)
    own = Sound(id="s_0001", kind="bgm", upload=f"sounds/{'0' * 64}.flac", num_samples=48_000)
    cuts = (edition.conte.cuts[0].model_copy(update={"sounds": (own,)}), *edition.conte.cuts[1:])
    scored = edition.model_copy(update={"conte": edition.conte.model_copy(update={"cuts": cuts})})
    assert COMPOSITE in str(manifest_of(scored, heard=True))
    assert ALGORITHMIC in str(manifest_of(scored))
    assert ALGORITHMIC in str(manifest_of(edition, heard=True))
