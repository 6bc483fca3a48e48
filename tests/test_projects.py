"""Directions of one order: A안, B안, C안, each a production of its own."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import httpx
import pytest

from conte.brief import Brief
from conte.conte import Conte
from conte.direction import LETTERS
from conte.events import DirectionPicked
from conte.production import State
from deployments.conte_writer import ContePart
from graphs.job import Job
from tests.fake_crew import FakeCrew
from tests.front_door import BRIEF, House
from tests.test_produce import direct


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "home")


async def test_an_order_for_three_directions_makes_three_productions(house: House) -> None:
    async with house.client() as client:
        order = {"brief": BRIEF, "seed": 7, "directions": 3}
        headers = {"Idempotency-Key": "one"}
        made = [
            (await client.post("/v1/productions", json=order, headers=headers)).json()
            for _ in range(2)
        ]
        assert made[0]["id"] == made[1]["id"]
        project = (await client.get(made[0]["direction"]["project"])).json()
        letters = [one["direction"]["letter"] for one in project["directions"]]
        assert letters == ["A", "B", "C"]
        assert project["directions"][0]["id"] == made[0]["id"]
        page = (await client.get("/v1/productions")).json()
        assert len(page["productions"]) == 3


async def test_each_direction_is_written_as_its_own_with_the_earlier_ones_known(
    house: House,
) -> None:
    async with house.client() as client:
        made = await client.post("/v1/productions", json={"brief": BRIEF, "directions": 2})
        found = (await client.get(made.json()["direction"]["project"])).json()["directions"]
        crew = FakeCrew()
        for one in found:
            await direct(house.ledger, crew, one["id"])
            assert house.ledger.get(one["id"]).state is State.DONE
        # The first director claims both and may be stopped while it writes the second.
        assert {index for index, _ in crew.directions} == {1}


async def test_a_project_of_another_tenant_is_not_found(house: House) -> None:
    async with house.client() as client:
        assert (await client.get("/v1/projects/prj_0")).status_code == 404
        one = await client.post("/v1/productions", json={"brief": BRIEF})
        assert one.json()["direction"] is None


async def test_directions_that_find_no_room_make_none(tmp_path: Path) -> None:
    house = House(tmp_path / "home", max_queued=2)
    async with house.client() as client:
        order = {"brief": BRIEF, "directions": 3}
        assert (await client.post("/v1/productions", json=order)).status_code == 429
        assert (await client.get("/v1/productions")).json()["productions"] == []
        wrong = await client.post("/v1/productions", json={**order, "directions": 5})
        assert wrong.status_code == 422
        assert "directions" in wrong.json()["detail"]


async def directed(house: House, client: httpx.AsyncClient, count: int) -> list[dict[str, Any]]:
    """Film an order's directions, and return them."""
    order = {"brief": BRIEF, "seed": 7, "directions": count}
    made = (await client.post("/v1/productions", json=order)).json()
    found = (await client.get(made["direction"]["project"])).json()["directions"]
    for one in found:
        await direct(house.ledger, FakeCrew(), one["id"])
    return found


async def test_a_s_opening_with_c_s_ending_is_one_operation_on_a_s_draft(house: House) -> None:
    async with house.client() as client:
        a, _, c = await directed(house, client, 3)
        ids = [cut.id for cut in house.ledger.version(c["id"], 1).conte.cuts]
        op = {
            "op": "borrow", "production": c["id"], "version": 1, "cuts": ids[2:],
            "after": ids[1], "replacing": ids[2:],
        }  # fmt: skip
        url = f"/v1/productions/{a['id']}"
        draft = await client.post(f"{url}/draft/operations", json={"operations": [op]})
        assert draft.status_code == 200, draft.text
        cuts = draft.json()["conte"]["cuts"]
        assert [cut["id"] for cut in cuts[:2]] == ids[:2]
        assert not {cut["id"] for cut in cuts[2:]} & set(ids)
        back = await client.post(f"{url}/draft/undo")
        assert [cut["id"] for cut in back.json()["conte"]["cuts"]] == ids
        sealed = await client.post(f"{url}/versions", json={"operations": [op]})
        assert sealed.json()["sealed"] == 2, sealed.text
        rows = (await client.get(f"{url}/versions/2/changes")).json()["changes"]["rows"]
        told = [row["origin"] for row in rows if row["happened"] == "added"]
        assert [(one["production"], one["letter"], one["number"]) for one in told] == [
            (c["id"], "C", 3), (c["id"], "C", 4),
        ]  # fmt: skip
        assert (await client.get(f"/v1/productions/{c['id']}")).json()["version"] == 1


def shown_by(house: House, production: str, version: int) -> list[tuple[str, str]]:
    """The id and the clip's key of each of its cuts."""
    cuts = house.ledger.version(production, version).conte.cuts
    states = house.ledger.get(production, version=version).cuts
    clips = [one.clip for one in states if one.clip is not None]
    return [(cut.id, clip.key) for cut, clip in zip(cuts, clips, strict=True)]


async def test_borrowed_cuts_bring_their_takes_and_what_is_rendered_is_what_was_quoted(
    house: House,
) -> None:
    async with house.client() as client:
        a, b = await directed(house, client, 2)
        ids = [cut.id for cut in house.ledger.version(b["id"], 1).conte.cuts]
        # A second take of the ending, and a version in another look.
        await client.post(f"/v1/productions/{b['id']}/cuts/{ids[3]}/takes", json={})
        await direct(house.ledger, FakeCrew(), b["id"])
        look = {"op": "edit_look", "field": "lighting", "before": "", "after": "달빛"}
        await client.post(f"/v1/productions/{b['id']}/versions", json={"operations": [look]})
        await direct(house.ledger, FakeCrew(), b["id"])

        url = f"/v1/productions/{a['id']}"
        dusk = {**look, "after": "노을"}
        last, theirs = ids[2:], [key for _, key in shown_by(house, b["id"], 1)]
        for number, version, more, why, rendered in (
            (2, 1, [], "borrowed", []),
            # A look that B had before, and one that it never had.
            (3, 2, [], "borrowed", []),
            (4, 2, [dusk], "differs", [1, 2, 3, 4]),
        ):
            op = {
                "op": "borrow", "production": b["id"], "version": version, "cuts": ids[2:],
                "after": ids[1], "replacing": last,
            }  # fmt: skip
            await client.post(f"{url}/draft/operations", json={"operations": [*more, op]})
            quote = (await client.post(f"{url}/draft/quote")).json()
            ends = [(one["why"], one["fields"]) for one in quote["cuts"][2:]]
            assert ends == [(why, ["look"] if rendered else [])] * 2
            assert quote["renders"] == len(rendered)
            sealed = await client.post(f"{url}/versions", json={"quote": quote["hash"]})
            assert sealed.json()["sealed"] == number, sealed.text
            crew = FakeCrew()
            await direct(house.ledger, crew, a["id"])
            assert sorted(cut for _, cut in crew.shots) == rendered
            shown = (await client.get(f"{url}/versions/{number}")).json()
            assert shown["actual"]["renders"] == len(rendered)
            last, keys = zip(*shown_by(house, a["id"], number)[2:], strict=True)
            assert (list(keys) == theirs[2:]) == (not rendered)

        # A take that was ordered beside a version is none of its renders.
        shown = (await client.get(f"/v1/productions/{b['id']}/versions/1")).json()
        assert shown["actual"]["renders"] == 4
        # It came along with its cut, and can be picked.
        cut = house.ledger.version(a["id"], 2).conte.cuts[3].id
        takes = (await client.get(f"{url}/takes")).json()["takes"]
        assert len([take for take in takes if take["cut"] == cut]) == 2


async def test_only_another_direction_of_the_same_project_lends_its_cuts(house: House) -> None:
    async with house.client() as client:
        a, b = await directed(house, client, 2)
        (stranger,) = [(await client.post("/v1/productions", json={"brief": BRIEF})).json()]
        await direct(house.ledger, FakeCrew(), stranger["id"])
        cut = house.ledger.version(a["id"], 1).conte.cuts[0].id
        for change, field in (
            ({"production": stranger["id"]}, "production"), ({"production": a["id"]}, "production"),
            ({"production": "p_none"}, "production"), ({"version": 2}, "version"),
            ({"cuts": ["c_nothere"]}, "cuts"),
        ):  # fmt: skip
            op = {"op": "borrow", "production": b["id"], "version": 1, "cuts": [cut],
                  "after": None} | change  # fmt: skip
            url = f"/v1/productions/{a['id']}/draft/operations"
            refused = await client.post(url, json={"operations": [op]})
            assert refused.status_code == 422
            assert refused.json()["errors"][0]["field"] == f"operations[0].{field}"
        forged = {"op": "borrow", "production": b["id"], "version": 1, "cuts": [cut], "after": None,
                  "written": [], "letter": "B", "numbers": [1]}  # fmt: skip
        assert (await client.post(url, json={"operations": [forged]})).status_code == 422


async def test_another_like_b_but_funnier_is_a_further_direction(house: House) -> None:
    async with house.client() as client:
        _, b = await directed(house, client, 2)
        url = f"/v1/productions/{b['id']}/directions"
        headers = {"Idempotency-Key": "funnier"}
        made = [await client.post(url, json={"differ": "더 웃기게"}, headers=headers)
                for _ in range(2)]  # fmt: skip
        assert [one.status_code for one in made] == [202, 202]
        assert made[0].json()["id"] == made[1].json()["id"]
        view = made[0].json()
        assert view["seed"] == b["seed"]
        place = view["direction"]
        assert (place["letter"], place["like"], place["differ"]) == ("C", "B", "더 웃기게")
        crew = FakeCrew()
        await direct(house.ledger, crew, view["id"])
        assert [index for index, _ in crew.directions] == [2]
        (asked,) = crew.variants
        assert asked is not None and asked.variation.differ == "더 웃기게"
        assert asked.conte == house.ledger.version(b["id"], 1).conte
        other = await client.post(url, json={"differ": "차분하게"}, headers=headers)
        assert other.status_code == 422
        for wrong in ({"differ": ""}, {}, {"differ": "x" * 301}, {"differ": "x", "version": 0}):
            assert (await client.post(url, json=wrong)).status_code == 422
        assert (await client.post(url, json={"differ": "x", "version": 2})).status_code == 404


async def test_a_production_that_was_ordered_alone_becomes_direction_a(house: House) -> None:
    async with house.client() as client:
        one = (await client.post("/v1/productions", json={"brief": BRIEF})).json()
        url = f"/v1/productions/{one['id']}"
        unwritten = await client.post(f"{url}/directions", json={"differ": "밤으로"})
        assert unwritten.status_code == 409
        assert "아직 콘티가 없습니다" in unwritten.json()["detail"]
        assert (await client.post(f"{url}/pick")).status_code == 404
        await direct(house.ledger, FakeCrew(), one["id"])
        made = (await client.post(f"{url}/directions", json={"differ": "밤으로"})).json()
        assert made["direction"]["letter"] == "B"
        assert (await client.get(url)).json()["direction"]["letter"] == "A"


async def test_a_project_has_twelve_directions_at_most(house: House) -> None:
    async with house.client() as client:
        (one, *_) = await directed(house, client, 4)
        url = f"/v1/productions/{one['id']}/directions"
        made = [await client.post(url, json={"differ": f"{n}"}) for n in range(9)]
        assert [answer.status_code for answer in made] == [202] * 8 + [409]
        assert "A안부터 L안까지" in made[-1].json()["detail"]
        project = (await client.get(one["direction"]["project"])).json()
        assert "".join(view["direction"]["letter"] for view in project["directions"]) == LETTERS


async def test_one_is_picked_and_the_others_stay_and_can_be_picked_later(house: House) -> None:
    async with house.client() as client:
        a, b = await directed(house, client, 2)
        for one, other in ((b, a), (a, b), (a, b)):
            found = (await client.post(f"/v1/productions/{one['id']}/pick")).json()
            picked = {view["id"]: view["direction"]["picked"] for view in found["directions"]}
            assert picked == {one["id"]: True, other["id"]: False}
        told: dict[str, list[bool]] = {}
        for one in (a, b):
            story = house.ledger.events(one["id"], 0)
            told[one["id"]] = [e.data.picked for e in story if isinstance(e.data, DirectionPicked)]
            # It had ended, and its stream ends after what was picked.
            url = f"/v1/productions/{one['id']}/events"
            rest = await client.get(url, params={"after": story[-2].id})
            assert rest.text.count("event: direction.picked") == 1
            assert '"state": "done"' in rest.text.replace('":"', '": "')
            assert (await client.get(url, params={"after": story[-1].id})).status_code == 204
        assert told == {a["id"]: [True], b["id"]: [True, False]}
        assert (await client.get(f"/v1/productions/{b['id']}/versions/1")).status_code == 200


async def test_what_two_directions_share_is_measured_and_said(house: House) -> None:
    async with house.client() as client:
        a, _ = await directed(house, client, 2)
        (pair,) = (await client.get(a["direction"]["project"])).json()["alike"]
        assert pair == {"letters": ["A", "B"], "shared": 0, "of": 4, "structure": False}
        await client.post(f"/v1/productions/{a['id']}/directions", json={"differ": "x"})
        (_,) = (await client.get(a["direction"]["project"])).json()["alike"]


async def test_a_direction_that_repeats_another_is_written_again_and_then_says_so(
    house: House,
) -> None:
    async with house.client() as client:
        made = await client.post("/v1/productions", json={"brief": BRIEF, "directions": 2})
        a, b = (await client.get(made.json()["direction"]["project"])).json()["directions"]

        class After(FakeCrew):
            async def write_direction(
                self, brief: Brief, *args: Any, **kwargs: Any
            ) -> AsyncGenerator[ContePart]:
                while not house.ledger.get(a["id"]).version:
                    await asyncio.sleep(0.005)
                async for part in super().write_direction(brief, *args, **kwargs):
                    yield part

        crew = After(other_ideas=False)
        await direct(house.ledger, crew, b["id"])
        assert len(crew.directions) == 3
        assert house.ledger.get(b["id"]).state is State.DONE
        (found,) = [f for f in house.ledger.version(b["id"], 1).findings
                    if f.check == "direction.repeats"]  # fmt: skip
        assert found.message == "화면 문장 4개 가운데 4개가 A안과 같습니다, 구조도 같습니다"


async def test_two_directions_that_end_at_the_same_moment_are_compared_all_the_same(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, read = asyncio.Barrier(2), Job.other_ideas

    async def together(job: Job) -> dict[str, Conte]:
        found = await read(job)
        if not found:  # and neither is stored before both have looked
            await both.wait()
        return found

    monkeypatch.setattr(Job, "other_ideas", together)
    async with house.client() as client:
        made = await client.post("/v1/productions", json={"brief": BRIEF, "directions": 2})
        found = (await client.get(made.json()["direction"]["project"])).json()["directions"]
        crews = [FakeCrew(other_ideas=False) for _ in found]
        await asyncio.gather(
            *(
                direct(house.ledger, *one)
                for one in zip(crews, [f["id"] for f in found], strict=True)
            )
        )
        assert {house.ledger.get(one["id"]).state for one in found} == {State.DONE}
        repeats = [
            "direction.repeats" in {f.check for f in house.ledger.version(one["id"], 1).findings}
            for one in found
        ]
        # The one that was stored second was written again, and at last says what it repeats.
        assert sorted(repeats) == [False, True]


async def test_a_direction_asked_to_be_like_another_may_repeat_it(house: House) -> None:
    async with house.client() as client:
        a, _ = await directed(house, client, 2)
        url = f"/v1/productions/{a['id']}/directions"
        made = (await client.post(url, json={"differ": "밤으로"})).json()
        crew = FakeCrew(other_ideas=False)
        await direct(house.ledger, crew, made["id"])
        assert len(crew.directions) == 1
