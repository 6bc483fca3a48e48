"""The real path with small models: vLLM writes, diffusers renders, the film is exact all the same."""

import asyncio
import json
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import av
import jsonschema
import pytest

from conte.brief import Brief, Idea
from conte.checks.ideas_kept import check_ideas_kept
from conte.checks.timefit import Rates
from conte.clip import frame_size
from conte.conte import Conte, Treatment
from conte.cut import Cut
from conte.events import ClipProgress
from conte.ideas import with_built_on
from conte.likeness import likeness
from conte.production import Provenance, State
from conte.schema import conte_schema
from deployments.conte_writer import ConteWriter
from deployments.engines.openai_chat import OpenAIChat
from deployments.engines.scriptwriter import Scriptwriter
from serve.client import Client
from serve.ingress.event_views import ClipReadyView
from serve.ingress.views import ProductionView
from serve.settings import ConteSettings, OpenAISettings
from tests.cluster import TestCluster
from tests.hostile_feedback import HOSTILE

pytestmark = pytest.mark.cluster

SHORT_SIDE = 144
KOREAN = Brief.model_validate(
    {
        "product": {"name": "아우라 그립", "category": "타이어"},
        "advertiser": "한울타이어",
        "duration_s": 6,
    }
)
ENGLISH = Brief.model_validate(
    {
        "product": {"name": "Harbor"},
        "language": "en",
        "duration_s": 7,
        "fps": 24,
        "aspect_ratio": "9:16",
        "cuts": 4,
    }
)


PROVE = pytest.mark.prove


@pytest.fixture(scope="module")
def client(models: TestCluster) -> Iterator[Client]:
    with Client(models.url) as client:
        yield client


@pytest.fixture(scope="module")
def korean(client: Client) -> ProductionView:
    """The Korean brief's production, ended. Written and rendered once for all that look at it."""
    return client.wait(client.create(KOREAN, seed=3).id)


@pytest.fixture(scope="module")
def english(client: Client) -> ProductionView:
    return client.wait(client.create(ENGLISH, seed=3).id)


@pytest.mark.parametrize(("brief", "of"), [(KOREAN, "korean"), (ENGLISH, "english")])
def test_a_brief_becomes_a_film_of_exactly_its_frames(
    brief: Brief, of: str, request: pytest.FixtureRequest, client: Client, tmp_path: Path
) -> None:
    production: ProductionView = request.getfixturevalue(of)
    assert production.state is State.DONE, production.failure
    film = client.download(production.id, 1, "film", tmp_path / "film.mp4")
    with av.open(str(film)) as opened:
        stream = opened.streams.video[0]
        frames = sum(1 for _ in opened.decode(stream))
        size = stream.width, stream.height
    assert (frames, *size) == (brief.num_frames, *frame_size(brief.aspect_ratio, SHORT_SIDE))


def test_a_version_tells_what_wrote_it_and_a_clip_what_rendered_it(
    client: Client, korean: ProductionView
) -> None:
    version = client.conte(korean.id, 1)
    written = version.provenance
    assert written.engine.name == "vllm"
    assert written.engine.revision.startswith("conte@")
    assert written.prompt_version is not None
    assert written.prompt_version.startswith("ko/")
    assert written.adapter == "tires"
    assert written.sampling is not None
    assert written.sampling.max_tokens == 6000
    told = [event.data for event in client.events(korean.id)]
    ready = [data.clip for data in told if isinstance(data, ClipReadyView)]
    assert len(ready) == len(version.conte.cuts)
    engines = {clip.engine.name for clip in ready}
    assert engines == {"diffusers"}


def test_every_denoising_step_moves_the_progress_of_a_clip(client: Client) -> None:
    brief = KOREAN.model_copy(update={"duration_s": 40.0, "cuts": 4})
    production = client.create(brief, seed=21)
    told: list[float] = []
    for event in client.events(production.id):
        data = event.data
        if isinstance(data, ClipProgress) and data.cut == 1:
            told.append(data.progress)
        if isinstance(data, ClipReadyView) and data.cut == 1:
            break
    client.cancel(production.id)
    assert len(told) > 3
    assert told == sorted(told)


@pytest.mark.parametrize("seeds", [6, pytest.param(50, marks=PROVE)])
def test_every_conte_of_many_seeds_is_valid(models: TestCluster, seeds: int) -> None:
    """Through our own front door, so that both engines' ways of asking are walked."""
    told = OpenAISettings(url=f"{models.url}/v1", model="conte", timeout_s=300, max_retries=60)
    settings = ConteSettings(engine="openai", openai=told)
    writer = Scriptwriter(OpenAIChat(told), settings, Rates())
    at_once = asyncio.Semaphore(12)

    async def written(seed: int) -> Conte:
        brief = (KOREAN, ENGLISH)[seed % 2]
        async with at_once:
            parts = [part async for part in writer.write(brief, seed)]
        assert isinstance(parts[0], Provenance)
        treatment = next(part for part in parts if isinstance(part, Treatment))
        cuts = tuple(part for part in parts if isinstance(part, Cut))
        conte = Conte.of(treatment, cuts).check_fits(brief)
        jsonschema.validate(json.loads(conte.model_dump_json()), conte_schema(brief))
        return conte

    async def all_of_them() -> list[Conte]:
        return list(await asyncio.gather(*(written(seed) for seed in range(seeds))))

    contes = asyncio.run(all_of_them())
    assert len(contes) == seeds
    assert len({conte.title for conte in contes}) > 0.8 * seeds


IDEAS = {
    "ko": ("첫 장면: 비 오는 골목에서 할머니가 우산을 편다", "“오늘도 무사히” 자막으로 끝난다"),
    "en": ("Opens on a dog running on the beach", 'A man whispers "I knew you would come"'),
}


@pytest.mark.parametrize(
    ("brief", "count"),
    [
        pytest.param(KOREAN, 2, id="ko"),
        pytest.param(ENGLISH, 2, id="en"),
        pytest.param(KOREAN, 3, id="ko-3", marks=PROVE),
    ],
)
def test_directions_of_a_language_model_share_no_more_than_a_quarter(
    models: TestCluster, brief: Brief, count: int
) -> None:
    """And every idea that must be in them is, verbatim where it is quoted, or a finding says why."""
    ideas = tuple(Idea(text=text, need="must") for text in IDEAS[brief.language])
    brief = brief.model_copy(update={"ideas": ideas})
    told = OpenAISettings(url=f"{models.url}/v1", model="conte", timeout_s=300, max_retries=60)
    settings = ConteSettings(engine="openai", openai=told)
    writer = ConteWriter(Scriptwriter(OpenAIChat(told), settings, Rates()))

    async def directions() -> list[Conte]:
        contes: list[Conte] = []
        for index in range(count):
            writing = writer.write(brief, 3, index, [conte.treatment for conte in contes])
            parts = [part async for part in writing]
            treatment = next(part for part in parts if isinstance(part, Treatment))
            cuts = tuple(part for part in parts if isinstance(part, Cut))
            contes.append(with_built_on(Conte.of(treatment, cuts), brief))
        return contes

    contes = asyncio.run(directions())
    for one, other in combinations(contes, 2):
        measured = likeness(one, other, brief)
        assert measured.of >= 3
        assert measured.is_another_idea, measured
    for conte in contes:
        lacking = [f for f in check_ideas_kept(conte, brief, Rates()) if f.severity == "error"]
        assert len(conte.built_on) + len(lacking) == len(ideas)


ONE_OF_EACH_KIND = tuple(HOSTILE[at] for at in (0, 3, 11, 13, 20))
"""An order to ignore orders, another cut by its number, operations, a closing tag, a number."""


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(ONE_OF_EACH_KIND, id="one of each kind"),
        pytest.param(HOSTILE, id="all", marks=PROVE),
    ],
)
def test_hostile_feedback_to_the_language_model_reaches_no_other_cut(
    client: Client, korean: ProductionView, texts: tuple[str, ...]
) -> None:
    production = korean
    before = client.draft(production.id)
    own, other = before.conte.cuts[1].id, before.conte.cuts[-1].id
    for text in texts:
        said = {"cut": own, "text": text.replace("OTHER", other)}
        (proposal,) = client.feedback(production.id, [said]).proposals
        if not proposal.operations:
            continue
        after = client.operate(production.id, proposal.operations)
        # A cut that takes or gives time may last otherwise; nothing else of it changes.
        assert [untimed(cut) for cut in after.conte.cuts if cut.id != own] == [
            untimed(cut) for cut in before.conte.cuts if cut.id != own
        ]
        assert after.brief.model_copy(update={"cuts": before.brief.cuts}) == before.brief
        assert after.conte.look == before.conte.look
        client.drop_draft(production.id)
    assert client.draft(production.id).conte == before.conte


def untimed(cut: Cut) -> Cut:
    return cut.model_copy(update={"number": 1, "num_frames": 1, "start": 0})
