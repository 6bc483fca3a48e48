"""What serves and what may: entries, the gate between them, shares, and the way back."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import select, update

from deployments.engines.adapter import adapter_for, for_production
from serve import promotion
from serve.database.schema import open_database
from serve.ledger.tables import LEDGER, entries
from serve.promotion import promote, roll_back
from serve.registry.applied import with_servings
from serve.registry.entry import SHARED, Entry, EntryKind, ItemScores
from serve.registry.files import Broken, fetch, publish
from serve.registry.gate import PromotionRefused, decide
from serve.registry.keeper import Keeper
from serve.registry.place import place_of
from serve.registry.registry import Overtaken, Registry, Serving, UnknownEntry, chosen
from serve.registry.weights_cache import WeightsCache
from serve.revision import revision_of
from serve.settings import ConteSettings, Settings
from serve.stored import Unreadable
from serve.vault import Vault
from tests.sound_conte import a_brief

IDS = tuple(f"i{n}" for n in range(20))
KO, EN = "conte_prompt/ko", "conte_prompt/en"


def entry(name: str, value: float = 0.5, **more: Any) -> Entry:
    base = {
        "kind": EntryKind.CONTE_PROMPT, "name": name, "language": "ko", "base": "b", "code": "c",
        "licence": "Apache-2.0", "use": "commercial", "files": {"ko.md": f"models/{'a' * 64}.bin"},
        "measured": measured(value),
    }  # fmt: skip
    return Entry.model_validate(base | more)


def measured(value: float, fixed_set: str = "s") -> ItemScores:
    return ItemScores(fixed_set=fixed_set, ids=IDS, groups=IDS, scores={"value": (value,) * 20})


@pytest.fixture
def registry(ledger_url: str) -> Registry:
    return Registry(open_database(ledger_url, LEDGER))


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault.open(str(tmp_path / "vault"))


def published(vault: Vault, folder: Path, files: dict[str, str]) -> dict[str, str]:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return asyncio.run(publish(vault, folder))


# Entries


def test_an_entry_is_what_it_was_registered_as_and_twice_is_once(registry: Registry) -> None:
    a = registry.add(entry("ko/2"))
    assert registry.add(entry("ko/2")) == a
    assert registry.get(a) == entry("ko/2")
    assert list(registry.all()) == [a]
    assert a != registry.add(entry("ko/2", 0.6)), "other scores are another entry"


def test_an_entry_that_cannot_be_read_is_told_and_hides_no_other(ledger_url: str) -> None:
    database = open_database(ledger_url, LEDGER)
    registry = Registry(database)
    good, newer, bad = (registry.add(entry(name)) for name in ("good", "newer", "bad"))
    for id_, change in ((newer, {"card": "a field of a newer release"}), (bad, {"files": 7})):
        with database.writing() as connection:
            where = entries.c.id == id_
            text = connection.execute(select(entries.c.entry).where(where)).scalar_one()
            told = json.dumps(json.loads(text) | change)
            connection.execute(update(entries).where(where).values(entry=told))
    assert set(registry.all()) == {good, newer}
    assert registry.get(newer).name == "newer"
    assert "files" in registry.unreadable()[bad]
    with pytest.raises(Unreadable, match=r"Entry, which Sian .* cannot be read"):
        registry.get(bad)
    database.close()


def test_a_parent_that_is_none_is_refused(registry: Registry) -> None:
    with pytest.raises(UnknownEntry, match="there is no entry nobody"):
        registry.add(entry("a", parent="nobody"))
    assert not registry.all()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"language": None}, "language"),
        ({"kind": EntryKind.CONTE_MODEL}, "language"),
        ({"licence": ""}, "licence"),
        ({"use": "any"}, "use"),
        ({"measured": {"fixed_set": "s", "ids": ["a"], "groups": [], "scores": {}}}, "groups"),
    ],
)
def test_a_wrong_entry_is_told_by_its_field(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        entry("a", **wrong)


def test_a_score_that_is_no_number_is_not_registered() -> None:
    with pytest.raises(ValidationError, match="finite"):
        measured(float("nan"))


# The gate


def test_the_surely_better_one_passes() -> None:
    found = decide(entry("new", 0.9), entry("old"), "value")
    assert found is not None
    assert found.low == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("new", "more", "told"),
    [
        (entry("same"), {}, "not surely better"),
        (entry("worse", 0.4), {}, "not surely better"),
        (entry("none", measured=None), {}, "was not evaluated"),
        (entry("nc", 0.9, use="non-commercial", licence="CC-BY-NC-4.0"), {}, "CC-BY-NC-4.0"),
        (entry("other", measured=measured(0.9, "another")), {}, "same fixed set"),
        (entry("en", 0.9, language="en"), {}, "cannot be compared"),
        (entry("empty", 0.9, files={}), {}, "no files"),
        (entry("m", 0.9, kind=EntryKind.CONTE_MODEL, language=None), {"share": 0.5}, "all or none"),
        (entry("new", 0.9), {"measure": "charm"}, "no charm, only value"),
        (entry("new", 0.9), {"share": 0}, "share is 0"),
    ],
)
def test_what_does_not_pass_is_told_why(new: Entry, more: dict[str, Any], told: str) -> None:
    with pytest.raises(PromotionRefused, match=told):
        decide(new, entry("old"), more.pop("measure", "value"), **more)


@pytest.mark.parametrize("kind", sorted(SHARED))
def test_a_share_is_for_prompts_and_adapters_of_both_kinds(kind: EntryKind) -> None:
    language = "ko" if kind is EntryKind.CONTE_PROMPT else None
    new, old = (
        entry(name, at, kind=kind, language=language) for name, at in (("n", 0.9), ("o", 0.5))
    )
    assert decide(new, old, "value", share=0.5) is not None


def test_better_on_average_is_not_enough_where_the_items_disagree() -> None:
    values = (1.0,) * 11 + (0.1,) * 9
    new = entry("new", measured=ItemScores(fixed_set="s", ids=IDS, groups=IDS,
                                         scores={"value": values}))  # fmt: skip
    with pytest.raises(PromotionRefused, match="not surely better"):
        decide(new, entry("old"), "value")


def test_of_one_group_or_two_nothing_is_sure() -> None:
    groups = ("a",) * 10 + ("b",) * 10

    def of(value: float) -> ItemScores:
        return ItemScores(fixed_set="s", ids=IDS, groups=groups, scores={"value": (value,) * 20})

    with pytest.raises(PromotionRefused, match="of 2 groups, at least 3"):
        decide(entry("new", measured=of(0.9)), entry("old", measured=of(0.1)), "value")


def test_the_first_one_is_asked_for_by_name() -> None:
    with pytest.raises(PromotionRefused, match="--first"):
        decide(entry("new"), None, "value")
    assert decide(entry("new"), None, "value", first=True) is None


# Promotion and the way back


async def test_promotion_goes_through_the_gate_and_its_files(
    registry: Registry, vault: Vault, tmp_path: Path
) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "ko.md").write_text("글", "utf-8")
    files = await publish(vault, tmp_path / "p")
    old = registry.add(entry("ko/1", files={}))
    new = registry.add(entry("ko/2", 0.9, files=files, parent=old))
    worse = registry.add(entry("ko/3", 0.6, files=files))
    lost = registry.add(entry("ko/4", 0.95))
    done = await promote(registry, vault, Settings(), new)
    assert (done.against, done.serving.entry) == (old, new)
    for id_, told in ((worse, "not surely better"), (lost, "not in the vault"), (new, "already")):
        with pytest.raises(PromotionRefused, match=told):
            await promote(registry, vault, Settings(), id_)
    assert registry.serving()[KO].entry == new, "what was refused has changed nothing"


async def test_a_child_is_held_against_the_served_one_as_it_was_measured_beside_it(
    registry: Registry, vault: Vault, tmp_path: Path
) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "ko.md").write_text("글", "utf-8")
    files = await publish(vault, tmp_path / "p")
    served = registry.add(entry("ko/2", 0.99, files=files))
    await promote(registry, vault, Settings(), served, first=True)
    # The same prompt on the next search's set, which is harder.
    again = registry.add(entry("ko/2", files={}, measured=measured(0.3, "harder")))
    child = registry.add(entry("ko/3", files=files, measured=measured(0.5, "harder"), parent=again))
    assert (await promote(registry, vault, Settings(), child)).against == again


def test_rolling_back_returns_step_by_step_to_the_settings(registry: Registry) -> None:
    a, b = registry.add(entry("a")), registry.add(entry("b"))
    first = registry.serve(a, 1, None)
    registry.serve(b, 1, first)
    assert registry.roll_back(KO).entry == a
    assert registry.roll_back(KO).entry == ""
    with pytest.raises(UnknownEntry, match="nothing is promoted"):
        registry.roll_back(KO)
    # And forward again, after which the way back is as long as it was.
    registry.serve(b, 1, registry.serving()[KO])
    assert registry.roll_back(KO).entry == ""


def test_of_two_promotions_at_once_the_second_is_told(registry: Registry) -> None:
    a, b = registry.add(entry("a")), registry.add(entry("b"))
    seen = registry.serving().get(KO)
    registry.serve(a, 1, seen)
    with pytest.raises(Overtaken, match="in between"):
        registry.serve(b, 1, seen)
    assert registry.serving()[KO].entry == a


def test_languages_do_not_take_each_other_s_place(registry: Registry) -> None:
    ko, en = registry.add(entry("ko/2")), registry.add(entry("en/2", language="en"))
    registry.serve(ko, 1, None)
    registry.serve(en, 1, None)
    assert {slot: one.entry for slot, one in registry.serving().items()} == {KO: ko, EN: en}
    registry.roll_back(EN)
    assert chosen(registry.serving().values(), "p") == (ko,)


def test_a_share_is_stable_and_about_right(registry: Registry) -> None:
    a, b, c = (registry.add(entry(name)) for name in "abc")
    half = registry.serve(b, 0.1, registry.serve(a, 1, None))
    got = [half.of(f"p{n}") for n in range(5000)]
    assert got == [half.of(f"p{n}") for n in range(5000)]
    assert 400 < got.count(b) < 600
    assert got.count(a) == 5000 - got.count(b)
    more = registry.serve(c, 0.3, half)
    assert more.other == a, "another share takes the first one's place, not that of the many"
    mine = [more.of(f"p{n}") for n in range(5000)]
    assert all(now == c for now, then in zip(mine, got, strict=True) if then == b)


# What an adapter was learnt on


def folder_of(path: Path, text: str) -> Path:
    path.mkdir(parents=True)
    (path / "config.json").write_text(text, "utf-8")
    return path


def graph(tmp_path: Path, **adapters: Any) -> Settings:
    """One whose models lie there."""
    for name in ("conte", "wan"):
        if not (tmp_path / name).exists():
            folder_of(tmp_path / name, name)
    conte = {"engine": "vllm", "vllm": {"checkpoint": "conte"}, "adapters": adapters}
    final = {"engine": "diffusers", "diffusers": {"checkpoint": "wan"}}
    return Settings.model_validate({"home": tmp_path, "conte": conte, "final": final})


WEIGHTS = [
    (EntryKind.CONTE_ADAPTER, EntryKind.CONTE_MODEL, "conte"),
    (EntryKind.VIDEO_ADAPTER, EntryKind.VIDEO_MODEL, "wan"),
]


@pytest.mark.parametrize(("kind", "weights", "name"), WEIGHTS)
async def test_an_adapter_serves_on_the_weights_it_was_learnt_on_alone(
    registry: Registry, vault: Vault, tmp_path: Path, kind: EntryKind, weights: EntryKind, name: str
) -> None:
    settings = graph(tmp_path)
    files = await publish(vault, folder_of(tmp_path / "f", "f"))

    def added(of: EntryKind, called: str, base: str) -> str:
        return registry.add(entry(called, kind=of, language=None, base=base, files=files))

    async def promoted(one: str, **more: Any) -> Serving:
        return (await promote(registry, vault, settings, one, first=True, **more)).serving

    named = revision_of(tmp_path / name)
    mine = added(kind, "mine", f"moved@{named.rpartition('@')[2]}")
    other = added(kind, "other", "new@222222222222")
    new = added(weights, "new@222222222222", named)
    with pytest.raises(PromotionRefused, match=f"learnt on new@222222222222, and {named} serves"):
        await promoted(other)
    assert (await promoted(mine, share=0.1)).entry == mine
    with pytest.raises(
        PromotionRefused, match=f"{mine} serves .*, not on new@2.*sian rollback {kind}"
    ):
        await promoted(new)
    assert weights not in registry.serving(), "what was refused has changed nothing"

    assert roll_back(registry, settings, kind).entry == ""
    await promoted(new)
    with pytest.raises(PromotionRefused, match="and new@222222222222 serves"):
        await promoted(mine)
    await promoted(other)
    with pytest.raises(PromotionRefused, match=f"learnt on new@222222222222, not on {named}"):
        roll_back(registry, settings, weights)
    assert registry.serving()[weights].entry == new
    roll_back(registry, settings, kind)
    assert roll_back(registry, settings, weights).entry == ""


async def test_adapters_of_the_settings_have_to_fit_new_weights_where_they_tell_their_base(
    registry: Registry, vault: Vault, tmp_path: Path
) -> None:
    files = await publish(vault, folder_of(tmp_path / "f", "f"))
    told = folder_of(tmp_path / "told", "told")
    (told / "manifest.json").write_text('{"base": {"name": "old@1"}}')
    folder_of(tmp_path / "silent", "silent")
    new = registry.add(entry("new@2", kind=EntryKind.CONTE_MODEL, language=None, files=files))
    adapters = {name: {"path": name, "advertisers": ["a"]} for name in ("silent", "told")}
    with pytest.raises(
        PromotionRefused, match=r"conte.adapters.told serves .* old@1, not on new@2"
    ):
        await promote(registry, vault, graph(tmp_path, **adapters), new, first=True)
    del adapters["told"]
    await promote(registry, vault, graph(tmp_path, **adapters), new, first=True)


@pytest.mark.parametrize(
    ("kind", "changes", "told"),
    [
        (EntryKind.VIDEO_MODEL, {}, "final.engine is animatic, wanted diffusers"),
        (EntryKind.VIDEO_ADAPTER, {}, "final.engine is animatic, wanted diffusers"),
        (
            EntryKind.CONTE_ADAPTER,
            {"conte": {"engine": "composer"}},
            "conte.engine is composer, wanted vllm",
        ),
        (
            EntryKind.CONTE_ADAPTER,
            {"conte": {"engine": "vllm"}},
            "conte.vllm.checkpoint: there is no folder named",
        ),
        (
            EntryKind.CONTE_ADAPTER,
            {"conte": {"engine": "vllm", "vllm": {"checkpoint": "gone"}}},
            "checkpoint: there is no folder /.*gone here",
        ),
    ],
)
async def test_what_the_graph_has_no_use_for_is_refused(
    registry: Registry,
    vault: Vault,
    tmp_path: Path,
    kind: EntryKind,
    changes: dict[str, Any],
    told: str,
) -> None:
    settings = Settings.model_validate({"home": tmp_path} | changes)
    one = registry.add(entry("a", kind=kind, language=None))
    with pytest.raises(PromotionRefused, match=told):
        await promote(registry, vault, settings, one, first=True)
    assert not registry.serving()


# Files


def test_files_come_back_whole(vault: Vault, tmp_path: Path) -> None:
    keys = published(vault, tmp_path / "f", {"ko.md": "글", "deep/er.txt": "x"})
    assert list(keys) == ["deep/er.txt", "ko.md"]
    got = asyncio.run(fetch(vault, entry("p", files=keys), tmp_path / "there"))
    assert (got / "ko.md").read_text("utf-8") == "글"
    assert (got / "deep" / "er.txt").read_text() == "x"


def test_other_bytes_than_were_registered_are_never_served(vault: Vault, tmp_path: Path) -> None:
    keys = published(vault, tmp_path / "f", {"ko.md": "글"})
    (tmp_path / "vault" / keys["ko.md"]).chmod(0o644)
    (tmp_path / "vault" / keys["ko.md"]).write_text("다른 글", "utf-8")
    with pytest.raises(Broken, match=r"ko\.md has other bytes"):
        asyncio.run(fetch(vault, entry("p", files=keys), tmp_path / "there"))
    assert not list((tmp_path / "there").iterdir())


def test_a_name_that_leads_out_of_its_folder_is_not_followed(vault: Vault, tmp_path: Path) -> None:
    keys = published(vault, tmp_path / "f", {"ko.md": "글"})
    with pytest.raises(Broken, match="leads out"):
        asyncio.run(
            fetch(vault, entry("p", files={"../../out.md": keys["ko.md"]}), tmp_path / "there")
        )
    assert not (tmp_path.parent / "out.md").exists()


def test_a_link_is_not_published(vault: Vault, tmp_path: Path) -> None:
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "ko.md").symlink_to("/etc/passwd")
    with pytest.raises(ValueError, match="is a link"):
        asyncio.run(publish(vault, tmp_path / "f"))


# A cluster that takes it


def application() -> dict[str, Any]:
    return {"name": "film", "args": {"conte": {"engine": "openai"}}, "deployments": []}


def test_a_prompt_goes_to_the_writer_and_restarts_nobody(registry: Registry) -> None:
    registry.serve(registry.add(entry("ko/2")), 0.5, None)
    was = application()
    found = with_servings(was, registry.serving().values(), {}, {})
    assert found["args"] == was["args"]
    (writer,) = found["deployments"]
    assert writer["name"] == "ConteWriter"
    assert writer["user_config"]["servings"][0]["share"] == 0.5
    assert was == application(), "the given one is left as it is"


def test_weights_change_what_the_graph_is_built_from(registry: Registry, tmp_path: Path) -> None:
    more: dict[str, Any] = {"language": None}
    model = registry.add(entry("m", kind=EntryKind.CONTE_MODEL, **more))
    writes = registry.add(entry("a", kind=EntryKind.CONTE_ADAPTER, **more))
    adapter = registry.add(entry("l", kind=EntryKind.VIDEO_ADAPTER, **more))
    video = registry.add(entry("v", kind=EntryKind.VIDEO_MODEL, **more))
    for one in (model, writes, adapter, video):
        registry.serve(one, 1, None)
    folders = {one: tmp_path / one for one in (model, writes, adapter, video)}
    args = with_servings(application(), registry.serving().values(), folders, {})["args"]

    def everyone_s(name: str) -> dict[str, Any]:
        return {name: {"path": str(tmp_path / name), "everyone": True, "share": 1}}

    assert args["conte"] == {
        "engine": "vllm", "vllm": {"checkpoint": str(tmp_path / model)},
        "adapters": everyone_s(writes),
    }  # fmt: skip
    diffusers = args["final"]["diffusers"]
    assert diffusers["checkpoint"] == str(tmp_path / video)
    assert diffusers["adapters"] == everyone_s(adapter)


def test_an_engine_says_itself_what_is_promoted_in_it() -> None:
    text, video = place_of(EntryKind.CONTE_MODEL), place_of(EntryKind.VIDEO_MODEL)
    assert (text.setting, text.turned_on, text.adapters) == ("conte.vllm", True, ("conte",))
    assert (video.setting, video.turned_on) == ("final.diffusers", False)
    assert video.adapters == ("final", "diffusers")
    gate = Path(promotion.__file__)
    for source in [gate, *(gate.parent / "registry").glob("*.py")]:
        known = [one.engine for one in (text, video) if one.engine in source.read_text("utf-8")]
        assert not known, f"{source.name} knows {known} by name"


def test_an_adapter_s_share_stands_before_what_the_others_have(
    registry: Registry, tmp_path: Path
) -> None:
    old, new = (
        registry.add(entry(name, kind=EntryKind.CONTE_ADAPTER, language=None))
        for name in ("o", "n")
    )
    serving = registry.serve(new, 0.1, registry.serve(old, 1, None))
    own = {"tires": {"path": "tires", "categories": ["타이어"]}}
    was = {"name": "film", "args": {"conte": {"engine": "vllm", "adapters": own}}}
    folders = {one: tmp_path / one for one in (old, new)}
    args = with_servings(was, registry.serving().values(), folders, {})["args"]
    assert set(args) == {"conte"}, "the final tier stays as it is"
    adapters = ConteSettings.model_validate(args["conte"]).adapters
    assert list(adapters) == ["tires", old, new]
    for production in (f"p{n}" for n in range(200)):
        mine = for_production(adapters, EntryKind.CONTE_ADAPTER, production)
        assert adapter_for(a_brief(), mine) == serving.of(production)


def test_a_cluster_takes_what_serves_and_keeps_what_it_has_where_files_are_lost(
    registry: Registry, vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("serve.registry.keeper.LOOK_EVERY_S", 0)
    keys = published(vault, tmp_path / "f", {"config.json": "{}"})
    deployed: list[Any] = []
    cache = WeightsCache(tmp_path / "there", 1 << 30)
    keeper = Keeper({"applications": [application()]}, registry, vault, cache, deployed.append)
    keeper.look()
    assert deployed == [{"applications": [application()]}], "as the settings say"
    keeper.look()
    assert len(deployed) == 1, "nothing else serves: nothing is deployed"
    model = entry("m", kind=EntryKind.CONTE_MODEL, language=None, files=keys)
    first = registry.serve(registry.add(model), 1, None)
    keeper.look()
    args = deployed[1]["applications"][0]["args"]
    folder = Path(args["conte"]["vllm"]["checkpoint"])
    assert args["weights"]["files"] == {folder.name: keys}, "other machines fetch them, too"
    assert (folder / "config.json").read_text() == "{}"
    lost = entry("n", kind=EntryKind.CONTE_MODEL, language=None)
    second = registry.serve(registry.add(lost), 1, first)
    keeper.look()
    assert len(deployed) == 2, "its files are gone: what served goes on"
    assert second.entry
    registry.roll_back("conte_model")
    registry.roll_back("conte_model")
    keeper.look()
    assert deployed[2]["applications"][0]["args"] == application()["args"]


def test_an_entry_whose_files_are_lost_keeps_no_other_slot_from_its_own(
    registry: Registry, vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("serve.registry.keeper.LOOK_EVERY_S", 0)
    registry.serve(registry.add(entry("n", kind=EntryKind.CONTE_MODEL, language=None)), 1, None)
    prompt = registry.add(entry("ko/2"))
    registry.serve(prompt, 1, None)
    deployed: list[Any] = []
    cache = WeightsCache(tmp_path / "there", 1 << 30)
    keeper = Keeper({"applications": [application()]}, registry, vault, cache, deployed.append)
    keeper.look()
    (writer,) = deployed[0]["applications"][0]["deployments"]
    assert [one["entry"] for one in writer["user_config"]["servings"]] == [prompt]
    assert deployed[0]["applications"][0]["args"] == application()["args"]
    keeper.look()
    assert len(deployed) == 1, "it is tried again, and nothing else has changed"


def test_what_could_not_be_deployed_is_tried_again(
    registry: Registry, vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("serve.registry.keeper.LOOK_EVERY_S", 0)
    deployed: list[Any] = []

    def deploy(config: Any) -> None:
        deployed.append(config)
        if len(deployed) == 2:
            raise RuntimeError("the controller is away")

    cache = WeightsCache(tmp_path / "there", 1 << 30)
    keeper = Keeper({"applications": [application()]}, registry, vault, cache, deploy)
    keeper.look()
    registry.serve(registry.add(entry("ko/2")), 1, None)
    with pytest.raises(RuntimeError, match="away"):
        keeper.look()
    keeper.look()
    assert deployed[1] == deployed[2]


REGISTERING = """
import asyncio, sys
from pathlib import Path
from serve.database.engine import Database
from serve.database.schema import open_database
from serve.ledger.tables import LEDGER
from serve.ledger.tables import entries
from serve.registry.files import publish
from serve.registry.registry import Registry
from serve.vault import Vault
from tests.test_registry import entry

url, vault, folder = sys.argv[1:]
print("begins", flush=True)
for n in range(10_000):
    Path(folder, "ko.md").write_text(str(n))
    files = asyncio.run(publish(Vault.open(vault), Path(folder)))
    Registry(open_database(url, LEDGER)).add(entry(str(n), files=files))
    print(n, flush=True)
"""


def test_killed_while_registering_every_entry_that_is_there_is_whole(
    ledger_url: str, tmp_path: Path
) -> None:
    (tmp_path / "f").mkdir()
    command = [
        sys.executable,
        "-c",
        REGISTERING,
        ledger_url,
        str(tmp_path / "v"),
        str(tmp_path / "f"),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = [process.stdout.readline() for _ in range(6)]
        os.kill(process.pid, signal.SIGKILL)
    registry, vault = Registry(open_database(ledger_url, LEDGER)), Vault.open(str(tmp_path / "v"))
    found = registry.all()
    assert len(found) >= len(told) - 1, "what was said to be registered is"
    for _, one in found.values():
        assert asyncio.run(fetch(vault, one, tmp_path / "there")).is_dir()
