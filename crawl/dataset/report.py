"""The reports of a version: report.html for people, report.json for programs.

report.json also holds what the rows lack, so that a removal can write both reports again.
"""

import json
from collections.abc import Iterable

from conte.frozen import Frozen
from crawl.dataset.making import Making
from crawl.dataset.outcomes import Outcomes
from crawl.dataset.report_page import page
from crawl.dataset.samples import SampleClip
from crawl.dataset.statistics import Statistics
from serve.dataset import DatasetManifest, FileFacts
from serve.pages.fonts import FONTS, font_bytes

REPORT, FACTS = "report.html", "report.json"


class VersionFacts(Frozen):
    """Facts of a version that cannot be computed from its rows."""

    published_at: float
    outcomes: Outcomes
    samples: tuple[SampleClip, ...]
    removed_at: float | None = None
    """Time of the last removal of a video; None if there was none."""

    @property
    def videos(self) -> set[str]:
        """Ids of all videos that the report names."""
        return self.outcomes.named | {sample.video for sample in self.samples}

    def without(self, video: str) -> "VersionFacts":
        return self.model_copy(
            update={
                "outcomes": self.outcomes.without(video),
                "samples": tuple(sample for sample in self.samples if sample.video != video),
            }
        )


def write_reports(
    making: Making, manifest: DatasetManifest, statistics: Statistics, facts: VersionFacts
) -> dict[str, FileFacts]:
    """Write both reports, and the page's fonts if the manifest lacks them; return facts by name."""
    told = {**_counted(manifest, statistics), "facts": facts.model_dump(mode="json")}
    written = {
        FACTS: json.dumps(told, ensure_ascii=False, indent=1).encode(),
        REPORT: page(
            manifest,
            statistics,
            facts.outcomes,
            facts.samples,
            facts.published_at,
            facts.removed_at,
        ).encode(),
    }
    files = {name: _written(making, name, data, facts.videos) for name, data in written.items()}
    for name in FONTS:
        if name not in manifest.files:
            files[name] = _written(making, name, font_bytes(name), ())
    return files


def read_facts(report: bytes) -> VersionFacts:
    """Read the facts from a report.json."""
    return VersionFacts.model_validate(json.loads(report)["facts"])


def _written(making: Making, name: str, data: bytes, videos: Iterable[str]) -> FileFacts:
    with making.writing(name, "", videos) as path:
        path.write_bytes(data)
    return making.facts(name)


def _counted(manifest: DatasetManifest, statistics: Statistics) -> dict[str, object]:
    return {
        "dataset": manifest.dataset,
        "version": manifest.version,
        "revision": manifest.revision,
        "num_clips": statistics.num_clips,
        "num_videos": len(statistics.videos),
        "duration_s": manifest.duration_s,
        "num_bytes": statistics.num_bytes,
        "num_frames": statistics.num_frames,
        "left_out": dict(manifest.left_out),
        "histograms": {
            name: {"edges": one.edges, "counts": one.counts, "mean": round(one.mean, 6)}
            for name, one in statistics.histograms.items()
        },
        "sizes": dict(statistics.sizes),
        "moves": dict(statistics.moves),
        "joints": dict(statistics.joints),
        "aspects": dict(statistics.aspects),
        "languages": dict(statistics.languages),
        "styles": dict(statistics.styles.most(200)),
        "subjects": dict(statistics.subjects.most(200)),
        "product_types": dict(statistics.product_types.most(500)),
        "permissions": dict(statistics.permissions),
        "engines": [
            {"engines": engines, "clips": n} for engines, n in statistics.engines.most_common()
        ],
        "buckets": {name: vars(one) for name, one in sorted(statistics.buckets.items())},
    }
