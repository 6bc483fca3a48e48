"""Every HTML report, small, with one text wherever a report shows what came from outside."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from conte.bilingual import BilingualText
from conte.brief import Brief, Product
from conte.cut import DialogueLine
from deployments.knowledge.product_types import product_types
from serve.pages.line_chart import line_chart
from serve.pages.page import page
from serve.registry.interval import Interval
from tests.three_rounds import FIRST, edited, in_order

ROOT = Path(__file__).parents[1]
PICTURE = "data:image/jpeg;base64,AAAA"
SURE = Interval(mean=0.5, low=0.4, high=0.6, num=4, groups=2)


def of_a_dataset(text: str, folder: Path) -> str:
    from crawl.dataset.outcomes import BoundBroken, Outcomes, Quarantined, Repeated
    from crawl.dataset.report_page import page
    from crawl.dataset.samples import SampleClip
    from crawl.dataset.statistics import BucketSum, Statistics
    from serve.dataset import BucketFacts, DatasetManifest

    manifest = DatasetManifest(
        dataset=text, version=1, content="", asked="", num_clips=2, num_videos=1, duration_s=3.5,
        left_out={text: 1}, parts=(f"{text}.parquet",), files={},
        buckets={text: BucketFacts(num_clips=2, shards=(text,))},
    )  # fmt: skip
    statistics = Statistics()
    for counts in (statistics.sizes, statistics.moves, statistics.joints, statistics.aspects,
                   statistics.languages, statistics.permissions):  # fmt: skip
        counts[text] = 1
    for texts in (statistics.evidence, statistics.styles, statistics.subjects,
                  statistics.product_types):  # fmt: skip
        texts.add(text)
    statistics.engines[(text, text)] = 1
    statistics.buckets[text] = BucketSum(2, 3.5, 9000)
    outcomes = Outcomes(
        videos={"done": 1, text: 1}, clips={"captioned": 2, text: 1}, videos_left_out={text: 1},
        bounded=(BoundBroken(figure=text, sign=">", bound=0.1, clips=1, least=0.2, most=0.3),),
        num_bounded=1, uncaptioned={f"caption: {text}": 1}, seconds={text: 61},
        quarantined=(Quarantined(video=text, reason=text, attempts=1, interruptions=0),),
        num_quarantined=1,
        repeated=(Repeated(clip=text, video=text, times=2, short=text, picture="AAAA"),),
        settings={text: {text: text}}, begun_at=None,
    )  # fmt: skip
    sample = SampleClip(
        clip=text, video=text, language=text, short=text, long=f"{text} long", size=text,
        move=text, style=text, subjects=(text,), duration_s=2, width=64, height=36,
        picture="AAAA",
    )  # fmt: skip
    return page(manifest, statistics, outcomes, (sample,), 1.7e9, 1.8e9)


def of_products(text: str, folder: Path) -> str:
    from crawl.products.crawling import Crawled, Origin
    from crawl.products.extending import SourceRows, TypeChange
    from crawl.products.job import Result, SourceResult
    from crawl.products.report import write_report
    from crawl.products.row import DroppedRow
    from crawl.products.sources import SourceEntry
    from crawl.products.table import Remark
    from crawl.products.versions import TypesManifest

    line = text.replace("\n", " ")
    entry = SourceEntry.model_validate(
        {"id": "toys", "urls": ["https://a.kr/" + "toys"], "format": "csv", "document": line,
         "publisher": line, "licence": "KOGL-1", "attribution": line, "date": "2025-06-04",
         "columns": {"industry": "a", "item": "b", "name": "c"}}
    )  # fmt: skip
    dropped = (DroppedRow(text, text, text, text),)
    crawled = Crawled(
        "toys", "read", dropped=dropped, documents=(Origin("u", "u", "0", 1, 1.7e9),), tables=1,
        remarks=(Remark(text, text, text),), why=BilingualText(ko=text, en=text),
    )  # fmt: skip
    table = product_types()
    manifest = TypesManifest(
        version=text, file="product-types-0123456789ab.json", sha256=text, num_types=1,
        num_standards=1, at=1.7e9, previous=text,
    )  # fmt: skip
    told = SourceResult(entry, crawled, SourceRows("toys", 1, 1, 1, 0, dropped), stands_in=True)
    changes = (TypeChange(text, text, "changed", (text, "name")),)
    result = Result(manifest, None, table, (told,), changes)
    return write_report(folder, result).read_text("utf-8")


def of_videos(text: str, folder: Path) -> str:
    from crawl.videos.candidate import Candidate
    from crawl.videos.gathered import Gathered
    from crawl.videos.report import write_report
    from crawl.videos.searching import Searched
    from crawl.videos.video_list import Decision
    from tests.videos_home import Home

    home = Home.at(folder)
    try:
        home.context.seen.add([Candidate(id="a:1", url="https://a.kr/1", product_type=text)])
        home.context.seen.decide([Decision("a:1", None, text)])
        did = Gathered(
            given=1, searched=[Searched(text, text, 1, 1, 0, reason=text)], notes=[text],
            ended=Counter(downloaded=1), cancelled=True,
        )  # fmt: skip
        return write_report(home.context, did, 0).read_text("utf-8")
    finally:
        home.context.close()


def of_films(text: str, folder: Path) -> str:
    from training.films.evaluation import FilmEvaluation, Scores
    from training.films.film_clip import FilmClip
    from training.films.judging import ACROSS, DIMENSIONS
    from training.films.report import report

    names = (*DIMENSIONS, *ACROSS)
    scores: dict[str, float | None] = dict.fromkeys(names, 0.5)
    clips = [FilmClip(id=f"{text}{n}", path=folder, prompt=text, film=text * n) for n in (0, 1)]
    evaluation = FilmEvaluation(
        methods=dict.fromkeys(names, text),
        clips=tuple(
            Scores(id=one.id, film=one.film, scores=scores, why={DIMENSIONS[0]: text}, flow=0.25,
                   cut_off=True)
            for one in clips
        ),
        films=(Scores(id=text, film=text, scores=dict.fromkeys(names), why={ACROSS[0]: text}),),
        means={DIMENSIONS[0]: SURE},
    )  # fmt: skip
    return report(evaluation, clips, {clips[0].id: (PICTURE, PICTURE)})


def of_prompts(text: str, folder: Path) -> str:
    from training.prompts.adapter import Trial
    from training.prompts.prompt_text import PromptText
    from training.prompts.reflection import PromptProposal
    from training.prompts.report import report
    from training.prompts.result import ComparedFigure, Result
    from training.prompts.search import Accepted, Found
    from training.prompts.task import Example, JudgedAnswer, Task

    def trials(value: float) -> tuple[Trial[str], ...]:
        return (Trial(Example(text, text, text), text, JudgedAnswer(value, (text, "second"))),)

    parent = PromptText("ko", 1, {"system": f"same\n{text}", "brief": text})
    child = parent.with_sections({"system": f"same\nother\n{text}!"})
    both = (trials(0.2), trials(0.8))
    found = Found[str](
        accepted=(Accepted(parent, (), 0.2), Accepted(child, (0,), 0.8)), best=1, trials=both,
        proposals=(PromptProposal("system", text, text), PromptProposal("brief", text, text, (text,))),
        rounds=2, stopped=f"budget: {text}", reflection=text,
    )  # fmt: skip
    figures = {"value": ComparedFigure(SURE, SURE, SURE), text: ComparedFigure(SURE, SURE, SURE)}
    result = Result(text, text, text, figures, figures)
    task = cast(Task[Any], SimpleNamespace(name=text, language="ko"))
    return report(found, both, result, task, {"settings": {text: text, "none": None}})


def of_scripts(text: str, folder: Path) -> str:
    from training.scripts.card import Made, card
    from training.scripts.selection import Selection

    made = Made(
        name=text, writer=text, prompts=(text,), product_types=text, ordered=3, stopped=text
    )
    return card(made, Selection((), {"a": (text, text), "b": ("checks", "schema: it")}))[
        "card.html"
    ].decode()


def of_the_conte_model(text: str, folder: Path) -> str:
    from training.loop.report import NAMES, report_html
    from training.whole_folder import whole_folder, write_lines

    said = {"title": text, "slogan": text, "cuts": [
        {"action": text, "narration": text, "dialogue": [{"text": text}], "caption": ""}
    ]}  # fmt: skip
    roles = ("system", "user", "assistant")
    row = {
        "id": "a", "mood": text, "product_type": text, "brief": a_brief(text).model_dump_json(),
        "messages": [{"role": role, "content": json.dumps(said)} for role in roles],
    }  # fmt: skip
    with whole_folder(folder / "scripts", {}) as making:
        write_lines(making / "test.jsonl", [row])
    with whole_folder(folder / "model", {"samples": text, "steps": 5}) as making:
        (making / "curve_loss.svg").write_text(f"<svg>{text}</svg>")
    sure = SURE.model_dump()
    parts = [{"name": text, "ok": False}]
    judged = {
        "ids": ["a"], "groups": ["g"], "scores": [{"parts": parts}], "passed": sure,
        "value": sure, "parts": dict.fromkeys(NAMES, sure),
    }  # fmt: skip
    found = {
        "model": judged, "against": judged, "better": dict.fromkeys(NAMES, sure),
        "written": {"a": json.dumps(said)}, "written_against": {"a": text},
        "judge": {"model": text, "won": sure, "agreement": sure, "first_preferred": 0.5,
                  "unanswered": 0},
    }  # fmt: skip
    (folder / "evaluation.json").write_text(json.dumps(found))
    return report_html(folder / "scripts", folder / "model", folder / "evaluation.json")


def of_the_loop(text: str, folder: Path) -> str:
    file = f"films/{text}"
    engine = SimpleNamespace(name=text)
    return page(
        ROOT / "training/loop/page.html",
        steps=[(text, 61.4, text)], total=61.4, conte=[(text, SURE)], video=[(text, SURE)],
        goals=[SimpleNamespace(what=text, got=0.5, least=1, most=1, met=False)],
        conte_curves=[PICTURE], video_curve=line_chart(text, {"bar": [(0, 1.0), (9, 0.5)]}),
        brief=a_brief(text), film={"by": {"engine": engine, "prompt_version": text}},
        film_file=file, sheet_file=file, poster_file=file, conte_file=file, filmed=3, ordered=4,
    )  # fmt: skip


def of_the_video_model(text: str, folder: Path) -> str:
    cell = {"path": f"clips/{text}", "measured": {"motion_smoothness": 0.9}}
    return page(
        ROOT / "training/video_model/report.html",
        family=text, settings=SimpleNamespace(method="lora", seed=1, steps=2000), result=text,
        learnt=3, kept=1, shapes=[(SimpleNamespace(width=64, height=36, num_frames=9), 4)],
        left_out={text: 1, "too short": 2}, curve=line_chart(text, {"kept": [(0, 1.0), (2000, 0.5)]}),
        losses=[("fixed_loss_kept", 1.0, 0.5)], told=text, step_heads=[("", "0"), ("", "2,000")],
        clips=[{"prompt": text, "cells": [cell, None]}],
    )  # fmt: skip


def of_changes(text: str, folder: Path) -> str:
    from conte.revision.changes import changes
    from serve.ingress.change_page import change_page

    line = " ".join(text.split())
    base = edited(FIRST, conte={"slogan": line}, driver={"name": line, "prompt": line})
    new = edited(
        in_order(base, "c_home", "c_rain", "c_stop", "c_grip"),
        conte={"slogan": f"{line} {line}"},
        driver={"prompt": f"{line} second"},
        c_grip={"dialogue": (DialogueLine(speaker=line, text=line),), "caption": line},
    )
    causes = {("c_grip", "caption"): text, ("", "slogan"): text}
    return change_page(
        changes(base, new, causes), product=text, advertiser=text, title=text, base=1, new=4,
        at=1.7e9, internal=True,
    )  # fmt: skip


def a_brief(text: str) -> Brief:
    line = " ".join(text.split())
    return Brief(product=Product(name=line, category=line), tone=line)


REPORTS: Mapping[str, Callable[[str, Path], str]] = {
    "serve/ingress/change_page.html": of_changes,
    "crawl/dataset/report.html": of_a_dataset,
    "crawl/products/report.html": of_products,
    "crawl/videos/report.html": of_videos,
    "training/films/report.html": of_films,
    "training/prompts/report.html": of_prompts,
    "training/scripts/card.html": of_scripts,
    "training/loop/report.html": of_the_conte_model,
    "training/loop/page.html": of_the_loop,
    "training/video_model/report.html": of_the_video_model,
}
"""By their templates."""
