"""Rounds: 콘티 1, feedback, 콘티 2. A version renders what was changed and nothing else."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, event

from conte.clip import EngineId, Tier
from conte.production import State
from graphs.crew import Plan
from tests.fake_crew import FakeCrew
from tests.front_door import House
from tests.test_produce import direct

BRIEF = {"product": {"name": "시안"}, "duration_s": 30, "cuts": 8}
PLAN = Plan(
    short_side={"draft": 128, "final": 256},
    clip_timeout_s={"draft": 30, "final": 30},
    handles={"draft": 12, "final": 12},
)
TIERS: tuple[Tier, ...] = ("draft", "final")
NEWER = EngineId(name="fake", revision="2", label="promoted since")


@dataclass
class Rounds:
    """A production of one tenant, its front door, and the crew that films it."""

    house: House
    rendered: list[tuple[int, int]] = field(default_factory=list)
    """(version, cut) of every clip that the engine made, in order."""
    id: str = ""

    async def film(self, version: int) -> None:
        crew = FakeCrew(tiers=TIERS)
        await direct(self.house.ledger, crew, self.id, PLAN)
        self.rendered += [(version, cut) for tier, cut in crew.shots if tier == "final"]
        assert self.house.ledger.get(self.id).state is State.DONE
        # In both tiers alike.
        assert {cut for tier, cut in crew.shots if tier == "draft"} == {
            cut for tier, cut in crew.shots if tier == "final"
        }

    async def first(self, client: httpx.AsyncClient) -> None:
        made = await client.post("/v1/productions", json={"brief": BRIEF, "seed": 7})
        self.id = made.json()["id"]
        await self.film(1)

    def cuts(self, version: int) -> list[dict[str, Any]]:
        conte = self.house.ledger.version(self.id, version).conte
        return [cut.model_dump(mode="json") for cut in conte.cuts]

    def keys(self, version: int) -> dict[str, str]:
        """Vault key of each cut's final clip, by cut id."""
        ids = {cut["number"]: cut["id"] for cut in self.cuts(version)}
        states = self.house.ledger.get(self.id, version=version).cuts
        return {ids[one.cut]: one.clip.key for one in states if one.clip is not None}

    async def revise(
        self, client: httpx.AsyncClient, version: int, *operations: dict[str, Any]
    ) -> dict[str, Any]:
        """Change, quote, seal and film; return the quote."""
        url = f"/v1/productions/{self.id}"
        changed = await client.post(f"{url}/draft/operations", json={"operations": operations})
        assert changed.status_code == 200, changed.text
        quote = (await client.post(f"{url}/draft/quote")).json()
        sealed = await client.post(f"{url}/versions", json={"quote": quote["hash"]})
        assert sealed.status_code == 202, sealed.text
        assert sealed.json()["sealed"] == version
        await self.film(version)
        made = [cut for of, cut in self.rendered if of == version]
        shown = (await client.get(f"{url}/versions/{version}")).json()
        assert shown["revision"]["quote"]["renders"] == shown["actual"]["renders"]
        assert shown["actual"]["seconds"] >= 0
        assert quote["renders"] == len(made) * len(TIERS)
        return quote


@pytest.fixture
def rounds(tmp_path: Path) -> Iterator[Rounds]:
    house = House(tmp_path / "home")
    on = house.settings.draft.model_copy(update={"enabled": True})
    house.settings = house.settings.model_copy(update={"final": on})
    yield Rounds(house)
    house.ledger.close()


def edit(cut: dict[str, Any], name: str, after: Any) -> dict[str, Any]:
    return {"op": "edit", "cut": cut["id"], "field": name, "before": cut[name], "after": after}


async def test_three_rounds_render_what_they_changed_and_keep_the_rest(rounds: Rounds) -> None:
    async with rounds.house.client() as client:
        await rounds.first(client)
        cuts = rounds.cuts(1)
        await rounds.revise(
            client, 2, edit(cuts[2], "action", "다른 동작"), edit(cuts[4], "caption", "다른 자막")
        )
        assert [cut for of, cut in rounds.rendered if of == 2] == [3]
        before, after = rounds.keys(1), rounds.keys(2)
        assert {cut for cut in after if after[cut] != before[cut]} == {cuts[2]["id"]}
        await rounds.revise(client, 3, {"op": "move", "cut": cuts[6]["id"], "after": cuts[0]["id"]})
        assert [cut for of, cut in rounds.rendered if of == 3] == []
        assert rounds.keys(3) == after
        assert [cut["id"] for cut in rounds.cuts(3)][1] == cuts[6]["id"]


@pytest.mark.parametrize(
    "operation",
    [
        lambda cuts: edit(cuts[3], "caption", "새 자막"),
        lambda cuts: {"op": "move", "cut": cuts[6]["id"], "after": cuts[0]["id"]},
        lambda cuts: {
            "op": "retime", "cut": cuts[2]["id"], "frames": cuts[2]["num_frames"] + 12,
            "from": cuts[3]["id"],
        },
    ],
    ids=["a caption", "cut 7 to place 2", "a boundary within the handles"],
)  # fmt: skip
async def test_after_a_promotion_what_is_not_seen_renders_nothing(
    rounds: Rounds, operation: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with rounds.house.client() as client:
        await rounds.first(client)
        monkeypatch.setattr("tests.fake_crew.ENGINE", NEWER)
        quote = await rounds.revise(client, 2, operation(rounds.cuts(1)))
        assert quote["renders"] == 0
        assert rounds.keys(2) == rounds.keys(1)


async def test_one_frame_more_than_the_handles_renders_both_cuts(rounds: Rounds) -> None:
    async with rounds.house.client() as client:
        await rounds.first(client)
        cuts = rounds.cuts(1)
        frames = cuts[2]["num_frames"] + 13
        longer = {"op": "retime", "cut": cuts[2]["id"], "frames": frames, "from": cuts[3]["id"]}
        quote = await rounds.revise(client, 2, longer)
        why = {(one["number"], one["why"]) for one in quote["cuts"] if one["what"] == "rendered"}
        assert why == {(3, "too_short")}
        assert {one["number"] for one in quote["cuts"] if one["what"] == "trimmed"} == {4}


async def test_a_text_sent_again_in_decomposed_form_changes_nothing(rounds: Rounds) -> None:
    async with rounds.house.client() as client:
        await rounds.first(client)
        name = rounds.cuts(1)[0]
        again = unicodedata.normalize("NFD", "가나다")
        url = f"/v1/productions/{rounds.id}/draft"
        for text in ("가나다", again):
            stands = (await client.get(url)).json()["conte"]["cuts"][0]["action"]
            op = {**edit(name, "action", text), "before": stands}
            draft = (await client.post(f"{url}/operations", json={"operations": [op]})).json()
            assert draft["conte"]["cuts"][0]["action"] == "가나다"


async def test_older_versions_keep_their_clips_and_their_film(rounds: Rounds) -> None:
    async with rounds.house.client() as client:
        await rounds.first(client)
        await rounds.revise(client, 2, edit(rounds.cuts(1)[0], "action", "다른 동작"))
        one, two = (rounds.house.ledger.get(rounds.id, version=n) for n in (1, 2))
        assert one.film is not None
        assert two.film is not None
        changed = {a.cut for a, b in zip(one.cuts, two.cuts, strict=True) if a.clip != b.clip}
        assert changed == {1}
        found = await client.get(f"/v1/productions/{rounds.id}/versions")
        assert [line["number"] for line in found.json()["versions"]] == [1, 2]


async def test_every_version_s_view_has_the_urls_of_its_own_clips_and_film(rounds: Rounds) -> None:
    async with rounds.house.client() as client:
        await rounds.first(client)
        await rounds.revise(client, 2, edit(rounds.cuts(1)[2], "action", "다른 동작"))
        url = f"/v1/productions/{rounds.id}"
        first, second = [(await client.get(f"{url}/versions/{n}")).json() for n in (1, 2)]
        newest = (await client.get(url)).json()
        assert second["cuts"] == newest["cuts"] and second["film"] == newest["film"]
        assert first["film"]["url"].startswith(f"{url}/versions/1/film?tag=")
        clips = [[cut["clip"]["url"] for cut in view["cuts"]] for view in (first, second)]
        tags = [[clip.partition("?")[2] for clip in view] for view in clips]
        assert all(clip.startswith(f"{url}/versions/1/cuts/") for clip in clips[0])
        assert [at for at in range(8) if tags[0][at] != tags[1][at]] == [2]


async def test_a_view_reads_the_clips_of_the_version_that_it_shows_and_no_others(
    rounds: Rounds,
) -> None:
    async with rounds.house.client() as client:
        await rounds.first(client)
        await rounds.revise(client, 2, edit(rounds.cuts(1)[2], "caption", "다른 자막"))
    asked: list[str] = []

    def seen(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.extend([statement] if "FROM clips" in statement else [])

    event.listen(Engine, "before_cursor_execute", seen)
    try:
        rounds.house.ledger.list("local", limit=10, after=None, state=None)
    finally:
        event.remove(Engine, "before_cursor_execute", seen)
    (statement,) = asked
    assert "clips.version = ?" in statement


async def test_two_people_at_once_the_second_sees_what_stands(rounds: Rounds) -> None:
    async with rounds.house.client() as client:
        await rounds.first(client)
        cut = rounds.cuts(1)[0]
        url = f"/v1/productions/{rounds.id}/draft/operations"
        mine, theirs = (edit(cut, "caption", text) for text in ("내 자막", "네 자막"))
        assert (await client.post(url, json={"operations": [mine]})).status_code == 200
        late = await client.post(url, json={"operations": [theirs]})
        assert late.status_code == 409
        assert late.json()["stands"] == "내 자막"
        assert late.json()["type"] == "urn:sian:conflict"


async def test_a_broken_rule_is_refused_with_its_numbers_and_changes_nothing(
    rounds: Rounds,
) -> None:
    async with rounds.house.client() as client:
        await rounds.first(client)
        cuts = rounds.cuts(1)
        url = f"/v1/productions/{rounds.id}/draft"
        good = edit(cuts[0], "caption", "자막")
        short = {"op": "retime", "cut": cuts[2]["id"], "frames": 15, "from": cuts[3]["id"]}
        refused = await client.post(f"{url}/operations", json={"operations": [good, short]})
        assert refused.status_code == 422
        assert refused.json()["detail"] == "컷 3의 길이가 0.5초가 됩니다. 적어도 0.8초여야 합니다"
        assert refused.json()["errors"][0]["field"].startswith("operations[1].")
        assert (await client.get(url)).json()["revision"] == 0


async def test_undo_and_redo_walk_through_the_draft(rounds: Rounds) -> None:
    async with rounds.house.client() as client:
        await rounds.first(client)
        cuts = rounds.cuts(1)
        url = f"/v1/productions/{rounds.id}/draft"
        first = (await client.get(url)).json()["conte"]
        remove = {"op": "remove", "cut": cuts[4]["id"]}
        split = {"op": "split", "cut": cuts[1]["id"], "at": 50}
        seen = [first]
        for operation in (remove, split):
            changed = await client.post(f"{url}/operations", json={"operations": [operation]})
            seen.append(changed.json()["conte"])
        undone = [(await client.post(f"{url}/undo")).json()["conte"] for _ in range(2)]
        assert undone == [seen[1], first]
        assert (await client.post(f"{url}/undo")).status_code == 409
        redone = [(await client.post(f"{url}/redo")).json()["conte"] for _ in range(2)]
        assert redone == seen[1:]
        assert (await client.delete(url)).status_code == 204
        assert (await client.get(url)).json()["conte"] == first


async def test_a_version_is_sealed_once_for_its_key(rounds: Rounds) -> None:
    async with rounds.house.client() as client:
        await rounds.first(client)
        url = f"/v1/productions/{rounds.id}/versions"
        body = {"operations": [edit(rounds.cuts(1)[0], "caption", "자막")], "message": "자막"}
        answers = [
            await client.post(url, json=body, headers={"Idempotency-Key": "k"}) for _ in range(2)
        ]
        assert [answer.status_code for answer in answers] == [202, 202]
        assert [answer.json()["sealed"] for answer in answers] == [2, 2]
        assert answers[1].headers["Idempotency-Replayed"] == "true"
        other = await client.post(
            url, json={**body, "message": "x"}, headers={"Idempotency-Key": "k"}
        )
        assert other.status_code == 422
        busy = await client.post(url, json={**body, "operations": []})
        assert busy.status_code == 409


async def test_what_was_not_quoted_is_not_run(rounds: Rounds) -> None:
    async with rounds.house.client() as client:
        await rounds.first(client)
        url = f"/v1/productions/{rounds.id}"
        one, two = (edit(cut, "action", "다른 동작") for cut in rounds.cuts(1)[:2])
        await client.post(f"{url}/draft/operations", json={"operations": [one]})
        quote = (await client.post(f"{url}/draft/quote")).json()
        assert (quote["price"], quote["renders"]) == (None, 2)
        await client.post(f"{url}/draft/operations", json={"operations": [two]})
        refused = await client.post(f"{url}/versions", json={"quote": quote["hash"]})
        assert refused.status_code == 409
        assert rounds.house.ledger.get(rounds.id).version == 1


async def test_a_killed_director_leaves_a_sealed_version_that_another_one_films(
    rounds: Rounds,
) -> None:
    async with rounds.house.client() as client:
        await rounds.first(client)
        url = f"/v1/productions/{rounds.id}/versions"
        operations = [edit(cut, "action", "다른 동작") for cut in rounds.cuts(1)[:3]]
        await client.post(url, json={"operations": operations})
        claim = rounds.house.ledger.claim("gone", 0.0)
        assert claim is not None
        await rounds.film(2)
        assert sorted(cut for of, cut in rounds.rendered if of == 2) == [1, 2, 3]


async def test_the_whole_conte_is_rendered_again_for_another_look(rounds: Rounds) -> None:
    async with rounds.house.client() as client:
        await rounds.first(client)
        look = {"op": "edit_look", "field": "prompt", "before": "x", "after": "warm light"}
        quote = await rounds.revise(client, 2, look)
        assert {one["why"] for one in quote["cuts"]} == {"content"}
        assert {tuple(one["fields"]) for one in quote["cuts"]} == {("look",)}


async def test_the_change_table_of_two_rounds_is_json_and_a_page(rounds: Rounds) -> None:
    async with rounds.house.client() as client:
        await rounds.first(client)
        cuts = rounds.cuts(1)
        await rounds.revise(client, 2, edit(cuts[0], "caption", "첫 자막"))
        await rounds.revise(client, 3, {"op": "move", "cut": cuts[6]["id"], "after": cuts[0]["id"]})
        url = f"/v1/productions/{rounds.id}/versions/3/changes"
        table = (await client.get(url, params={"from": 1})).json()
        rows = [(row["cut"], row["happened"], row["field"]) for row in table["changes"]["rows"]]
        assert rows == [(cuts[0]["id"], "edited", "caption"), (cuts[6]["id"], "moved", "order")]
        assert table["changes"]["num_untouched"] == 6
        page = await client.get(f"{url}.html", params={"from": 1})
        assert page.status_code == 200
        assert "수정대조표" in page.text
        assert "첫 자막" in page.text
        font = await client.get("/fonts/Pretendard-Medium.otf")
        assert (font.status_code, font.headers["content-type"]) == (200, "font/otf")
        assert (await client.get(url, params={"from": 3})).status_code == 422


async def test_feedback_in_words_becomes_operations_with_their_cause(rounds: Rounds) -> None:
    async with rounds.house.client() as client:
        await rounds.first(client)
        cuts = rounds.cuts(1)
        url = f"/v1/productions/{rounds.id}/draft"
        said = [{"cut": cuts[2]["id"], "text": "자막 빼 주세요"}, {"text": "3컷을 더 길게"}]
        answer = await client.post(f"{url}/feedback", json={"items": said})
        assert answer.status_code == 200, answer.text
        proposals = answer.json()["proposals"]
        assert len(proposals) == 2
        assert proposals[1]["verdict"] == "understood"
        operations = [one for proposal in proposals for one in proposal["operations"]]
        assert {one["op"] for one in operations} == {"retime"}
        before = (await client.get(url)).json()
        assert before["revision"] == 0
        causes = [said[1]["text"] for _ in operations]
        body = {"operations": operations, "causes": causes}
        assert (await client.post(f"{url}/operations", json=body)).status_code == 200
        await client.post(f"/v1/productions/{rounds.id}/versions", json={})
        await rounds.film(2)
        table = await client.get(f"/v1/productions/{rounds.id}/versions/2/changes")
        rows = table.json()["changes"]["rows"]
        assert {row["cause"] for row in rows if row["cut"] == cuts[2]["id"]} == {"3컷을 더 길게"}
        strange = await client.post(
            f"{url}/feedback", json={"items": [{"cut": "c_000000000000", "text": "더 밝게"}]}
        )
        assert strange.status_code == 422
