"""The closed loop, step by step: what each step runs, and what it passes to the next.

Scripts -> conte model -> gate -> its films -> captions -> video adapter -> gate -> a film by both
models. Every step is a command that the data team uses as well; the loop only runs them in order.
"""

import json
import os
import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import yaml

from serve import cluster
from training.conte_model.chats import ChatSample, samples_of
from training.conte_model.evaluate import spread
from training.loop.commands import run
from training.loop.filming import filmed
from training.loop.goals import Goal, goals_of
from training.loop.recipe import LoopRecipe, recipe_in
from training.loop.steps import StepFailed, Steps, Told
from training.measured import read_measured

GRAPH = Path(__file__).with_name("graph.yaml")
CONTE, FILMS, CAPTIONS, VIDEO, FILM = "conte", "films", "captions", "video", "film"
LEAST_FILMED = 2 / 3
"""Share of the briefs that must become films."""

Say = Callable[[str], None]


class Loop:
    def __init__(
        self, recipe: LoopRecipe, conte_recipe: Path, home: Path, port: int, jobs_port: int,
        say: Say,
    ) -> None:  # fmt: skip
        self._recipe, self._conte_recipe = recipe, conte_recipe
        self._home, self._port, self._jobs_port, self._say = home, port, jobs_port, say
        self._log = home / "loop.log"
        self.steps = Steps(home, recipe.model_dump_json() + conte_recipe.read_text("utf-8"), say)

    def run(self) -> None:
        """Run the steps that are not done yet.

        Raises:
            StepFailed: results of earlier steps are kept.
        """
        step = self.steps.step
        step("conte", "conte model: scripts, training, evaluation", self._conte)
        conte = step("conte-entry", "conte model: registered", self._conte_entry)
        step("conte-gate", "conte model: promoted", lambda: self._promoted(conte["entry"]))
        step("tiny", "video model: a small one, of random weights", self._tiny)
        if not {"films", "captions"} <= self.steps.done.keys():
            with self._cluster(final=False) as url:
                step(
                    "films",
                    f"video model: {self._recipe.films} films to learn from",
                    lambda: self._films(url),
                )
                step("captions", "video model: their clips, captioned", self._captions)
        step("video", "video model: an adapter is trained", self._video)
        step(
            "video-judged", "video model: judged on films that were not learnt", self._video_judged
        )
        video = step("video-entry", "video model: registered", self._video_entry)
        step("video-gate", "video model: promoted", lambda: self._promoted(video["entry"]))
        if "film" not in self.steps.done:
            with self._cluster(final=True) as url:
                step("film", "film of a brief that was held out", lambda: self._film(url))

    # The conte model

    def _conte(self) -> Told:
        command = ["training.loop.conte", "--settings", str(self._conte_recipe)]
        self._run(*command, "--home", str(self._home / CONTE))
        found = json.loads(self._evaluation.read_text("utf-8"))
        judging = recipe_in(self._conte_recipe).evaluate
        goals = goals_of(
            self._home / CONTE / "scripts", self._evaluation, judging.valid, judging.passes
        )
        return {
            name: found[name]["passed"] for name in ("model", "against", "better") if name in found
        } | {"goals": [goal.model_dump() for goal in goals]}

    @property
    def missed(self) -> list[str]:
        """Goals that the conte model has not met; call it after the step "conte"."""
        goals = [Goal.model_validate(told) for told in self.steps.done["conte"]["goals"]]
        return [f"{goal.what}: {goal.got:.3f}" for goal in goals if not goal.met]

    def _conte_entry(self) -> Told:
        return self._registered("conte-model", self._home / CONTE / "model", self._evaluation)

    @property
    def _evaluation(self) -> Path:
        return self._home / CONTE / "evaluation.json"

    # Training data of the video model

    def _tiny(self) -> Told:
        self._run("deployments.engines.tiny", str(self._home / "tiny"), "--family", "wan")
        return {}

    def _films(self, url: str) -> Told:
        learnt = samples_of(self._home / CONTE / "scripts", "train")
        briefs = [one.brief for one in spread(learnt, self._recipe.films)]
        found = filmed(url, briefs, self._home / FILMS, "learnt", self._say)
        made = [one for one in found if "folder" in one]
        if len(made) < LEAST_FILMED * len(found):
            reasons = "; ".join(sorted({one["reason"] for one in found if one["reason"]}))
            raise StepFailed(f"{len(made)} of {len(found)} briefs became films: {reasons}")
        videos = self._home / "videos"
        shutil.rmtree(videos, ignore_errors=True)
        videos.mkdir()
        for at, one in enumerate(found, 1):
            if "folder" in one:
                # Named by position, so that the same clips are held out each time.
                shutil.copyfile(
                    self._home / FILMS / one["folder"] / "film.mp4", videos / f"{at:02d}.mp4"
                )
        return {"films": found}

    def _captions(self) -> Told:
        manifest = self._home / "videos.jsonl"
        self._run(
            "crawl.caption.folder", str(self._home / "videos"), "--evidence", "made by this loop",
            "--out", str(manifest),
        )  # fmt: skip
        self._run(
            "serve", "job", "--home", str(self._home), "--", "python", "-m", "crawl.caption",
            "--manifest", str(manifest), "--out", str(self._home / CAPTIONS),
        )  # fmt: skip
        return {}

    # The video model

    def _video(self) -> Told:
        settings = self._home / "video.yaml"
        settings.write_text(yaml.safe_dump(self._recipe.video.model_dump(mode="json")), "utf-8")
        self._run(
            "training.video_model", "--dataset", str(self._home / CAPTIONS / "datasets" / "clips"),
            "--base", str(self._home / "tiny" / "wan"), "--out", str(self._home / VIDEO),
            "--settings", str(settings),
        )  # fmt: skip
        return {}

    @property
    def _adapter(self) -> Path:
        return self._home / VIDEO / f"adapter-{self._recipe.video.steps:08d}"

    def _video_judged(self) -> Told:
        told = self._run(
            "training.video_model.evaluate", "--run", str(self._home / VIDEO),
            "--model", str(self._adapter), "--base", str(self._home / "tiny" / "wan"),
            "--out", str(self._home / "video-evaluation.json"),
        )  # fmt: skip
        return {"told": told[-1].strip()}

    def _video_entry(self) -> Told:
        return self._registered(
            "video-adapter", self._adapter, self._home / "video-evaluation.json",
            "--set", "licence=none: made here",
        )  # fmt: skip

    # Both models

    def _registered(self, what: str, folder: Path, evaluation: Path, *more: str) -> Told:
        said = self._run(
            "training.register", what, str(folder), "--evaluation", str(evaluation),
            "--use", "commercial", "--home", str(self._home), "--graph", str(GRAPH), *more,
        )  # fmt: skip
        return {"entry": said[-1].strip()}

    def _promoted(self, entry: str) -> Told:
        told = self._run(
            "serve", "promote", entry, "--home", str(self._home), "--graph", str(GRAPH)
        )
        return {"told": "\n".join(told)}

    def _film(self, url: str) -> Told:
        sample = self.held_out()
        (found,) = filmed(url, [sample.brief], self._home / FILM, "held-out", self._say, clips=True)
        if "folder" not in found:
            raise StepFailed(f"{found['product']}: {found['reason']}")
        return {"film": found, "sample": sample.id}

    def held_out(self) -> ChatSample:
        """Return the held-out brief with the best score, so that the film shows the model at its
        best."""
        found, _ = read_measured(self._evaluation)
        scores = dict(zip(found.ids, found.scores["value"], strict=True))
        best = max(sorted(scores), key=lambda id_: scores[id_])
        samples = samples_of(self._home / CONTE / "scripts", "test")
        return next(one for one in samples if one.id == best)

    # Commands and cluster

    def _run(self, *command: str) -> list[str]:
        return run(self._log, command)

    @contextmanager
    def _cluster(self, *, final: bool) -> Generator[str]:
        """Start the cluster with the promoted models; `final`: with the video model as well."""
        self._say("starting the cluster ...")
        os.environ["SIAN_FINAL__ENABLED"] = str(final).lower()
        try:
            with cluster.running(
                GRAPH, self._home, self._port, jobs_port=self._jobs_port
            ) as running:
                yield running.url
        finally:
            del os.environ["SIAN_FINAL__ENABLED"]
