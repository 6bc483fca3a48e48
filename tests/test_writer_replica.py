"""The writer's replica: which prompt writes, and what happens where a promoted one is lost."""

import asyncio
import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from conte.brief import Brief
from conte.production import Provenance
from graphs.replicas.writer import Writer
from serve.opened import open_registry, open_vault
from serve.registry.applied import SERVINGS
from serve.registry.entry import Entry, EntryKind
from serve.registry.files import publish
from serve.registry.registry import Serving
from serve.settings import Adapter, Settings
from tests.openai_server import Act, openai_server
from tests.scripted_chat import a_manuscript
from tests.sound_conte import a_brief

REWRITER = (files("deployments.engines.rewriter") / "prompts" / "en.md").read_text("utf-8")
SERVED = (files("deployments.engines.scriptwriter") / "prompts" / "ko.md").read_text("utf-8")


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    with openai_server(Act(json.dumps(a_manuscript(), ensure_ascii=False))) as server:
        openai = {"url": server.url, "model": "m", "api_key": "k", "fall_back": False}
        conte = {"engine": "openai", "openai": openai}
        yield Settings.model_validate({"home": tmp_path, "conte": conte})


def promoted(settings: Settings, folder: Path, text: str, rewrites: bool = False) -> str:
    folder.mkdir()
    (folder / ("en.md" if rewrites else "ko.md")).write_text(text, "utf-8")
    entry = Entry(
        kind=EntryKind.REWRITER_PROMPT if rewrites else EntryKind.CONTE_PROMPT, name="2",
        language=None if rewrites else "ko", licence="MIT", use="commercial", code="c",
        files=asyncio.run(publish(open_vault(settings), folder)),
    )  # fmt: skip
    return open_registry(settings).add(entry)


def told(entry: str, slot: str = "conte_prompt/ko") -> dict[str, object]:
    serving = Serving(slot=slot, number=1, entry=entry, share=1, other="", returns_to=0, at=0)
    return {SERVINGS: [serving.model_dump(mode="json")]}


def provenance(writer: Writer, production: str, brief: Brief) -> Provenance:
    async def first() -> Provenance:
        async for part in writer.write(brief, 11, production):
            if isinstance(part, Provenance):
                return part
        raise AssertionError("nobody said who wrote")

    return asyncio.run(first())


def version(writer: Writer) -> str:
    return provenance(writer, "p", a_brief()).prompt_version or ""


def test_a_promoted_prompt_writes_from_the_next_conte_on(
    settings: Settings, tmp_path: Path
) -> None:
    writer = Writer(settings, None, None)
    assert version(writer).startswith("ko/2-")
    entry = promoted(settings, tmp_path / "p", SERVED.replace("version: 2", "version: 3"))
    writer.reconfigure(told(entry))
    assert version(writer).startswith("ko/3-")
    writer.reconfigure({})
    assert version(writer).startswith("ko/2-")


@pytest.mark.parametrize("lost", ["entry", "file", "prompt"])
def test_a_promoted_prompt_that_is_lost_costs_no_conte(
    settings: Settings, tmp_path: Path, lost: str
) -> None:
    writer = Writer(settings, None, None)
    text = "no prompt at all" if lost == "prompt" else SERVED.replace("version: 2", "version: 3")
    entry = promoted(settings, tmp_path / "p", text)
    if lost == "file":
        for path in (tmp_path / "vault" / "models").rglob("*.bin"):
            path.unlink()
    writer.reconfigure(told("nobody" if lost == "entry" else entry))
    assert version(writer).startswith("ko/2-"), "the one of the settings writes"


def test_a_promoted_prompt_of_the_rewriter_rewrites(settings: Settings, tmp_path: Path) -> None:
    conte = settings.conte.model_dump() | {"rewriter": settings.conte.openai.model_dump(
        exclude={"fall_back"})}  # fmt: skip
    settings = Settings.model_validate({"home": tmp_path, "conte": conte})
    writer = Writer(settings, None, None)
    assert "+rewriter/en/1-" in version(writer)
    text = REWRITER.replace("version: 1", "version: 2")
    writer.reconfigure(told(promoted(settings, tmp_path / "p", text, True), "rewriter_prompt"))
    assert version(writer).startswith("ko/2-")
    assert "+rewriter/en/2-" in version(writer)
    broken = promoted(settings, tmp_path / "q", "no prompt at all", True)
    writer.reconfigure(told(broken, "rewriter_prompt"))
    assert "+rewriter/en/1-" in version(writer), "the one of the settings rewrites"


def test_a_share_of_productions_is_written_with_an_adapter_and_says_so(settings: Settings) -> None:
    adapters = {
        "tires": Adapter(path="/t", categories=("타이어",)),
        "new": Adapter(path="/n", everyone=True, share=0.5),
    }
    conte = settings.conte.model_copy(update={"adapters": adapters})
    writer = Writer(settings.model_copy(update={"conte": conte}), None, None)
    serving = Serving(
        slot="conte_adapter", number=1, entry="new", share=0.5, other="", returns_to=0, at=0
    )
    productions = [f"p{n}" for n in range(20)]
    plain = a_brief(product={"name": "그립 맥스", "category": "음료"})
    got = [provenance(writer, one, plain).adapter or "" for one in productions]
    assert got == [serving.of(one) for one in productions]
    assert set(got) == {"new", ""}
    tires = a_brief(product={"name": "그립 맥스", "category": "타이어"})
    assert {provenance(writer, one, tires).adapter for one in productions} == {"tires"}
