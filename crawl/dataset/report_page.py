"""report.html: a version's figures and samples on one page, Korean first. No network, no script.

The template escapes everything from outside (captions, ids, reasons, evidence).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conte.vocabulary import CameraMove, ShotSize
from crawl.dataset import report_words as words
from crawl.dataset.outcomes import Outcomes
from crawl.dataset.samples import SampleClip
from crawl.dataset.statistics import Statistics
from deployments.knowledge.product_types import product_types
from serve.dataset import DatasetManifest
from serve.pages.page import page_template

TEMPLATE = Path(__file__).with_name("report.html")
_MOST_BARS = 12
_MOST_BUCKETS = 40
_CLIP_FIGURES = (
    "duration_s", "num_frames", "side", "fps", "motion", "brightness", "contrast",
    "colourfulness", "sharpness", "text_area", "short", "long",
)  # fmt: skip


@dataclass(frozen=True)
class Bar:
    ko: str
    en: str
    count: int
    share: float
    """Share of all, 0 to 1."""
    width: float
    """Share of the longest bar of its chart, 0 to 1."""


def page(
    manifest: DatasetManifest,
    statistics: Statistics,
    outcomes: Outcomes,
    samples: Sequence[SampleClip],
    published_at: float,
    removed_at: float | None,
) -> str:
    clips = statistics.num_clips
    return page_template(TEMPLATE).render(
        manifest=manifest,
        statistics=statistics,
        outcomes=outcomes,
        samples=samples,
        published_at=published_at,
        removed_at=removed_at,
        video_funnel=list(_video_funnel(manifest, outcomes)),
        clip_funnel=list(_clip_funnel(manifest, outcomes)),
        videos_left_out=_reasons(outcomes.videos_left_out),
        clips_left_out=_reasons({**outcomes.uncaptioned, **manifest.left_out}),
        histograms=[(*words.FIGURES[name], statistics.histograms[name]) for name in _CLIP_FIGURES],
        sizes=_terms(statistics.sizes, ShotSize, clips),
        moves=_terms(statistics.moves, CameraMove, clips),
        joints=_known(statistics.joints, words.JOINTS, clips),
        aspects=_plain(statistics.aspects.most_common(), clips),
        languages=_known(statistics.languages, words.LANGUAGES, clips),
        styles=_plain(statistics.styles.most(_MOST_BARS), clips),
        subjects=_plain(statistics.subjects.most(_MOST_BARS), clips),
        product_types=_product_types(statistics.product_types.most(_MOST_BARS), clips),
        permissions=_known(statistics.permissions, words.PERMISSIONS, clips),
        evidence=statistics.evidence.most(_MOST_BARS),
        engines=statistics.engines.most_common(_MOST_BARS),
        settings=_settings(outcomes.settings),
        figures=words.FIGURES,
        states=words.VIDEO_STATES,
        stages=words.STAGES,
        size_words=_labels(ShotSize),
        move_words=_labels(CameraMove),
        buckets=sorted(statistics.buckets.items(), key=lambda one: (-one[1].clips, one[0])),
        most_buckets=_MOST_BUCKETS,
    )


def _video_funnel(manifest: DatasetManifest, outcomes: Outcomes) -> Iterator[Bar]:
    states = outcomes.videos
    listed = sum(states.values())
    left_out = states.get("filtered", 0)
    given_up = states.get("quarantined", 0) + states.get("removed", 0)
    yield _step("목록에 있는 영상", "videos listed", listed, listed)
    yield _step("끝까지 처리한 영상", "neither given up nor removed", listed - given_up, listed)
    kept = listed - given_up - left_out
    yield _step("쓸 만한 클립이 있는 영상", "with clips worth keeping", kept, listed)
    yield _step("이 판에 실린 영상", "videos in this version", manifest.num_videos, listed)


def _clip_funnel(manifest: DatasetManifest, outcomes: Outcomes) -> Iterator[Bar]:
    found = sum(outcomes.clips.values())
    passed = found - outcomes.num_bounded
    unlike = passed - outcomes.clips.get("duplicate", 0)
    captioned = outcomes.clips.get("captioned", 0)
    yield _step("찾은 클립", "clips found", found, found)
    yield _step("기준을 지킨 클립", "within all bounds", passed, found)
    yield _step("거의 같은 것을 뺀 클립", "without near-duplicates", unlike, found)
    yield _step("캡션이 있는 클립", "captioned", captioned, found)
    yield _step("이 판에 실린 클립", "clips in this version", manifest.num_clips, found)


def _step(ko: str, en: str, count: int, first: int) -> Bar:
    share = count / first if first else 0.0
    return Bar(ko, en, count, share, min(share, 1.0))


def _reasons(counts: Mapping[str, int]) -> list[Bar]:
    told: list[tuple[str, str, int]] = []
    for reason, count in counts.items():
        # A failed clip's reason begins with its stage.
        stage, found, rest = reason.partition(": ")
        figure = reason.partition(" ")[0]
        if found and stage in words.STAGES:
            ko, en = words.STAGES[stage]
            told.append((f"{ko} 실패", f"{en}: {rest}", count))
        elif figure in words.FIGURES:
            ko, en = words.FIGURES[figure]
            bound = reason.removeprefix(figure)
            told.append(
                (f"모든 클립이 기준 밖: {ko}{bound}", f"no clip within: {en}{bound}", count)
            )
        else:
            told.append((*words.words_of(words.REASONS, reason), count))
    return _bars(told, sum(counts.values()))


def _known(counts: Mapping[str, int], known: Mapping[str, words.Words], total: int) -> list[Bar]:
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return _bars([(*words.words_of(known, word), n) for word, n in ranked], total)


def _product_types(counts: Iterable[tuple[str, int]], total: int) -> list[Bar]:
    """Label product types with the table's names; a manifest may contain any text there."""
    names = {kind.id: (kind.name.ko, kind.name.en) for kind in product_types().types}
    return _bars([(*words.words_of(names, id_), n) for id_, n in counts], total)


def _plain(counts: Iterable[tuple[str, int]], total: int) -> list[Bar]:
    return _bars([("", text, n) for text, n in counts], total)


def _terms(counts: Mapping[str, int], terms: Any, total: int) -> list[Bar]:
    """Return bars in the order of the vocabulary (sizes by distance); unknown terms last."""
    told = [(term.ko, term.en, counts[term]) for term in terms if counts.get(term)]
    if untold := counts.get("", 0):
        told.append((*words.NOBODY_COULD_TELL, untold))
    return _bars(told, total)


def _bars(told: Sequence[tuple[str, str, int]], total: int) -> list[Bar]:
    most = max((count for _, _, count in told), default=1)
    return [
        Bar(ko, en, count, count / max(total, 1), count / max(most, 1)) for ko, en, count in told
    ]


def _labels(terms: Any) -> dict[str, words.Words]:
    return {str(term.value): (term.ko, term.en) for term in terms}


def _settings(settings: Mapping[str, Any]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return for each setting its Korean name, its English name and its values by name."""
    return [
        (*words.words_of(words.SETTINGS, name), list(_flat(value)))
        for name, value in settings.items()
    ]


def _flat(value: Any, at: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, f"{at}.{key}" if at else str(key))
    else:
        yield at, "–" if value is None else str(value)
