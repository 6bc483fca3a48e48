"""The caption job's stages without Ray in one process, the baseline for Ray's overhead.

python -m tests.bench.captions_by_hand MANIFEST OUT
"""

import sys
from pathlib import Path

from crawl.caption.captioning import Captioner
from crawl.caption.cutting import Cutter
from crawl.caption.dataset_run import DatasetRun
from crawl.caption.manifest import read_manifest
from crawl.caption.measuring import Measurer
from crawl.caption.settings import CaptionJobSettings
from crawl.caption.work import CaptionWork
from crawl.dataset import publish
from crawl.duplicates import DuplicateMarker
from crawl.records.database import open_records


def main(manifest: Path, out: Path) -> None:
    settings = CaptionJobSettings(out=out)
    records = open_records(settings.records_url)
    with DatasetRun.begin(records, "clips", settings.round, settings.shaping()) as run:
        work = CaptionWork(settings, "clips", run.id)
        context = work.open()
        for videos in read_manifest(manifest):
            context.rows.enlist(videos)
        end = context.rows.last_position() + 1
        for state, worker in (
            ("waiting", Measurer),
            ("analysed", Captioner),
            ("captioned", Cutter),
        ):
            stage = worker(work)
            for video in context.rows.left(state, 0, end):
                stage([video])
            if state == "waiting":
                DuplicateMarker(records, "clips", settings.duplicates).mark(context.rows, 0, end)
        publish(records, context.vault, settings.datasets, "clips", lambda done, total: None)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
