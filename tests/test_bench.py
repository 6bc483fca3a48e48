"""Every arm of every bench runs: once and small. How fast it is decides nothing here."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from importlib import import_module
from pathlib import Path

import av
import httpx
import pytest
import yaml
from fastapi import FastAPI
from ray.serve import Application
from ray.serve.schema import ServeDeploySchema

from conte.brief import Brief
from deployments.clip_renderer import ClipRenderer
from graphs.replicas.writer import Writer
from serve.keys import key_digest, new_key
from serve.settings import ConteSettings, Settings
from tests import (
    databases,
    test_bench_clips,
    test_bench_jobs,
    test_bench_models,
    test_bench_scale,
)
from tests.bench import (
    animatic,
    beside,
    caption_arms,
    caption_job,
    captions,
    clip_quality,
    closing,
    exports,
    film,
    graph,
    models,
    processor,
    renderers,
    revisions,
    stub_graph,
    treatments,
    video_list,
)
from tests.bench.__main__ import BENCHES, main
from tests.bench.stubs import StubEditor, StubRenderer, StubWriter
from tests.bench_smoke import COMMAND, smoked_in, smokes
from tests.front_door import House, served
from tests.generated_videos import Made, make_videos
from tests.one_process import directed, handle

HERE = Path(animatic.__file__).parent
NOTHING = graph.Job(0.0, (0.0,) * 4)
BRIEF = Brief.model_validate(NOTHING.brief)


def test_every_arm_of_every_bench_has_a_smoke_run() -> None:
    arms = {(name, arm) for name, one in BENCHES.items() for arm in one.arms}
    started = {
        file.stem for file in HERE.glob("*.py") if '__name__ == "__main__"' in file.read_text()
    }
    commands = {(COMMAND, name) for name in started - {"__main__"}}
    here = sys.modules[__name__]
    elsewhere = (test_bench_clips, test_bench_models, test_bench_jobs, test_bench_scale)
    assert smoked_in((here, *elsewhere)) == arms | commands


def test_a_bench_that_there_is_not_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["bench", "films"])
    with pytest.raises(SystemExit):
        main()
    assert f"['films']: there is {', '.join(BENCHES)}" in capsys.readouterr().err


GRAPHS = [path for path in sorted(HERE.glob("*.yaml")) if path.stem != "briefs"]


@pytest.mark.parametrize("file", GRAPHS, ids=lambda path: path.stem)
def test_every_graph_of_a_bench_can_be_built(file: Path, tmp_path: Path) -> None:
    config = ServeDeploySchema.model_validate(yaml.safe_load(file.read_text()))
    for application in config.applications:
        module, _, name = application.import_path.partition(":")
        make = getattr(import_module(module), name)
        settings = Settings.model_validate(application.args | {"home": tmp_path})
        if settings.conte.engine == "vllm":  # as in tests/test_graphs.py
            settings = settings.model_copy(update={"conte": ConteSettings()})
        if settings.final.engine == "diffusers":
            assert settings.final.diffusers.checkpoint == "tiny/wan"  # made before it boots
        assert isinstance(make(settings), Application), application.name


KEYS = {"a": new_key(), "b": new_key()}


@asynccontextmanager
async def stubbed(home: Path, keys: Mapping[str, str]) -> AsyncGenerator[House]:
    """A house with the stubs of `tests/bench/stub_graph.py` at work in it."""
    house = House(home, api_keys={key_digest(key): tenant for tenant, key in keys.items()})
    renderer, editor = StubRenderer(house.vault, "draft"), StubEditor(house.vault)
    async with directed(house, StubWriter(), renderer, editor):
        yield house


def with_the_peers(house: House) -> FastAPI:
    """The door, and the peers' where the bench's graph has theirs."""
    renderer, editor = StubRenderer(house.vault, "draft"), StubEditor(house.vault)
    crew = handle(StubWriter()), handle(renderer), handle(editor)
    films = stub_graph.AwaitedFilms(house.settings, *crew)
    app = FastAPI()
    for arm in graph.ARMS:
        if arm != "sian":
            app.post(f"/{arm}/films")(films.film)
    app.mount("/", house.app())
    return app


@smokes("graph", graph.ARMS)
async def test_each_arm_of_the_graph_makes_its_films(tmp_path: Path) -> None:
    async with stubbed(tmp_path, KEYS) as house:
        headers = {"Authorization": f"Bearer {KEYS['a']}"}
        async with house.client(headers, with_the_peers(house)) as client:
            small = {"small": ([graph.Job(0.01, (0.01,) * 4)], 1.05)}
            (row,) = await graph.compare(client, 1, small)
            assert row.startswith("| small |")
            first = await graph.first_clip(client, 1, NOTHING)
            assert [row.split(" | ")[0] for row in first] == [f"| {arm}" for arm in graph.ARMS]
            (row,) = await graph.fairness(client, KEYS, 1, NOTHING, crowd=2)
            assert row.endswith("| <= 1.5 |")
            cost = await graph.overhead(client, 1, lambda: processor.used_ms(()), films=1)
            assert len(cost.rows) == 1
            assert cost.cpu_rows[-1].startswith("| all | ")
            assert cost.cpu_rows[-1].count("|") == 2 + len(graph.ARMS)


@smokes(COMMAND, ["beside"])
async def test_two_graphs_are_measured_in_turn(tmp_path: Path) -> None:
    headers = {"Authorization": f"Bearer {KEYS['a']}"}
    async with AsyncExitStack() as stack:
        sides: list[beside.Side] = []
        for name in ("before", "after"):
            house = await stack.enter_async_context(stubbed(tmp_path / name, KEYS))
            url = stack.enter_context(served(house.app()))
            client = httpx.AsyncClient(base_url=url, headers=headers, timeout=None)
            await stack.enter_async_context(client)
            ledger = house.settings.home / "ledger.db"
            sides.append(beside.Side(name, client, lambda: processor.used_ms(()), ledger))
        assert len(await beside.idle_rows(sides, 0.01)) == 2
        small = {"small": ([graph.Job(0.01, (0.01,) * 4)], 1.05)}
        (row,) = await beside.makespans(sides, 1, small)
        assert row.startswith("| small | ")
        (row,) = await beside.fairness(sides, KEYS, 1, NOTHING, crowd=2)
        assert row.endswith(" | <= 1.5 |")
        (row,), cpu = await beside.overhead(sides, 1, films=1)
        assert row.endswith(" | >= 150 |")
        assert cpu[-1].startswith("| all | ")


@smokes("film", ["film"])
async def test_a_film_is_ordered_and_followed_to_its_end(tmp_path: Path) -> None:
    async with stubbed(tmp_path, {}) as house:
        with served(house.app()) as url:
            found = await asyncio.to_thread(
                film.measure, url, 1, lambda: processor.used_ms(()), BRIEF
            )
    assert found.cuts == 4
    assert {row.split(" | ")[0] for row in found.rows} == {
        "| the conte's last cut", "| the first clip", "| the last clip", "| the film"
    }  # fmt: skip
    assert found.cpu_rows[-1].startswith("| all | ")


@smokes("exports", exports.ARMS)
def test_each_format_is_exported_and_its_processor_time_is_read() -> None:
    rows = exports.measure(1, short_side=96, cuts=4)
    assert [row.split(" | ")[0] for row in rows] == [f"| {arm}" for arm in exports.ARMS]


@smokes("revisions", revisions.ARMS)
async def test_each_kind_of_revision_is_followed_until_it_plays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIAN_DRAFT__HANDLES", str(revisions.HANDLES))
    async with stubbed(tmp_path, {}) as house:
        with served(house.app()) as url:
            found = await asyncio.to_thread(
                revisions.measure, url, 1, lambda: processor.used_ms(()), BRIEF, 4
            )
    assert [row.split(" | ")[0] for row in found.rows] == [f"| {kind}" for kind in revisions.KINDS]
    assert [found.renders[kind] for kind in revisions.KINDS] == [1, 0, 0, 0, 0]
    (row,) = found.operation_rows
    assert row.startswith("| 4 | ")


@smokes("revisions", [treatments.ARM])
async def test_the_treatments_of_three_directions_are_waited_for(tmp_path: Path) -> None:
    alone = treatments.in_one_process(1)
    assert alone.row.startswith("| in one process | ")
    house = House(tmp_path)
    writer = Writer(house.settings, None, None)
    renderer, editor = StubRenderer(house.vault, "draft"), StubEditor(house.vault)
    async with directed(house, writer, renderer, editor):
        with served(house.app()) as url:
            found = await asyncio.to_thread(
                treatments.over_http, url, 1, lambda: processor.used_ms(()), BRIEF
            )
    assert len(found.seconds) == 1
    assert found.row.startswith("| over HTTP, cluster up | ")


@smokes("clips", ["graph"])
async def test_clips_go_through_the_graph_or_there_is_no_figure(tmp_path: Path) -> None:
    ordered = models.CLIPS_BRIEF | {"product": NOTHING.brief["product"]}
    async with stubbed(tmp_path, {}) as house:
        with served(house.app()) as url:
            assert await asyncio.to_thread(models.clips_per_s, url, 8, 1, ordered) > 0
            with pytest.raises(RuntimeError, match="has failed: no figure"):
                await asyncio.to_thread(models.clips_per_s, url, 4, 1)


@smokes("closing", ["closing"])
async def test_the_time_from_a_brace_to_its_render_call_is_found_for_every_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIAN_HOME", str(tmp_path))
    model, house = await asyncio.to_thread(closing.Model, 0.0), House(tmp_path)
    with closing.served(model) as url, served(house.app()) as door:
        told = {"engine": "openai", "openai": {"url": url, "model": "paced", "fall_back": False}}
        conte = ConteSettings.model_validate(told)
        writer = Writer(house.settings.model_copy(update={"conte": conte}), None, None)
        renderer = ClipRenderer(closing.Renderer(), house.vault, "draft")
        async with directed(house, writer, renderer, StubEditor(house.vault)):
            found = await asyncio.to_thread(closing.measure, door, tmp_path, model, 1)
    assert len(found) == 8
    assert min(found) > 0


@smokes("animatic", animatic.ARMS)
@pytest.mark.parametrize("arm", animatic.ARMS)
def test_each_arm_draws_its_clip(arm: str, tmp_path: Path) -> None:
    if arm != "animatic":
        pytest.importorskip("moviepy", reason="it comes with the extra `bench`")
    animatic.ARMS[arm](animatic.Scene.made(tmp_path, num_frames=3), tmp_path / "clip.mp4")
    with av.open(tmp_path / "clip.mp4") as clip:
        assert len(list(clip.decode(video=0))) == 3


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Made:
    (made,) = make_videos(tmp_path_factory.mktemp("videos"), captions.UNUSED, 1)
    return made


@smokes("captions", caption_arms.ARMS)
@pytest.mark.parametrize("arm", caption_arms.ARMS)
def test_each_arm_looks_at_a_video(arm: str, video: Made) -> None:
    if arm.startswith("scenedetect"):
        pytest.importorskip("scenedetect", reason="it comes with the extra `bench`")
    joints = caption_arms.ARMS[arm](video.path)
    if arm.startswith("sian"):
        assert len(joints) >= len(video.joints) / 2
    if arm.startswith("decode"):
        assert not joints


@smokes(COMMAND, ["caption_arms"])
def test_an_arm_runs_in_a_process_of_its_own(video: Made) -> None:
    ran = captions.run("decode", [video.path])
    assert ran.cpu_s > 0
    assert ran.peak_bytes > 0


@pytest.mark.prove
@smokes("captions", [captions.DATA_JUICER])
@smokes(COMMAND, ["data_juicer_arm"])
def test_data_juicer_runs_in_an_environment_that_is_made_for_it(video: Made) -> None:
    assert captions.run(captions.DATA_JUICER, [video.path]).cpu_s > 0


@smokes("jobs", ["by hand"])
@smokes(COMMAND, ["captions_by_hand"])
def test_the_caption_job_s_stages_run_by_hand(video: Made, tmp_path: Path) -> None:
    manifest = caption_job.manifest_over(video.path.parent, 1, tmp_path)
    assert caption_job.by_hand(manifest, tmp_path / "out") > 0


@smokes(COMMAND, ["clip_quality"])
def test_the_quality_of_clips_is_measured_by_preset(
    video: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    clip_quality.main([str(video.path)])
    assert len(capsys.readouterr().out.splitlines()) == len(clip_quality.ARMS)


@smokes(COMMAND, ["video_list"])
def test_the_list_of_videos_is_measured_on_each_database(
    tmp_path: Path, postgresql_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    urls = {
        "SQLite": f"sqlite:///{tmp_path}/records.db",
        "PostgreSQL": databases.new_schema(postgresql_url),
    }
    for database in video_list.ARMS:
        video_list.measure(database, urls[database], 200, tmp_path, downloads=1)
    assert capsys.readouterr().out.count("claimed and ended") == len(video_list.ARMS)


def test_processor_time_is_told_by_role_for_each_cut() -> None:
    before = {(1, "idle"): 10.0, (2, "raylet"): 100.0}
    after = {(1, "film:Director"): 50.0, (2, "raylet"): 104.0, (3, "film:Editor"): 8.0}
    spent = processor.spent_ms(before, after)
    assert spent == {"film:Director": 40.0, "raylet": 4.0, "film:Editor": 8.0}
    assert processor.rows({"sian": [spent], "plain": [{"raylet": 2.0}]}, per=4) == [
        "| film:Director | 10.00 | 0.00 |",
        "| film:Editor | 2.00 | 0.00 |",
        "| raylet | 1.00 | 0.50 |",
        "| all | 13.00 | 0.50 |",
    ]


@smokes("renderers", renderers.ARMS)
def test_every_policy_renders_every_film_of_a_day() -> None:
    orders = renderers.a_day(films=60, tenants=5)
    days = {arm: renderers.day_of(arm, orders) for arm in renderers.ARMS}
    for arm, day in days.items():
        assert len(day.waits_s) == 60, arm
        assert day.gpu_hours >= day.least_hours, arm
        assert 0 < day.jain <= 1 + 1e-9, arm
        assert day.row(arm).count("|") == len(renderers.COLUMNS) + 1
    assert days["64 all day"].gpu_hours == pytest.approx(64 * 24, rel=0.01)
    # Nothing is there before somebody asks, and nothing stays when nobody does.
    assert days["backlog"].gpu_hours < days["32 all day"].gpu_hours / 4
    again = renderers.day_of("backlog", orders)
    assert again.waits_s == days["backlog"].waits_s
