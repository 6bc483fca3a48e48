"""data-juicer's chain, run by the Python of its own environment, which knows nothing of this project.

PYTHON data_juicer_arm.py VIDEO ... prints the same JSON as `caption_arms`: scenes split into files,
then length, size and motion measured and filtered, as far as this goes without a model.
"""

import json
import os
import resource
import sys
import tempfile
from collections.abc import Sequence
from importlib import import_module


def used() -> list[resource.struct_rusage]:
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return [resource.getrusage(who) for who in whose]


def main(paths: Sequence[str]) -> None:
    # By name: it is installed in that environment alone.
    nested_dataset = import_module("data_juicer.core.data").NestedDataset
    load_ops = import_module("data_juicer.ops.load").load_ops

    def run(path: str) -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            one = {"num_proc": 1}
            duration = {"min_duration": 2, "max_duration": 20, "video_backend": "av"}
            operators = load_ops(
                [
                    {"video_split_by_scene_mapper": {"save_dir": folder, **one}},
                    {"video_duration_filter": {**duration, **one}},
                    {"video_resolution_filter": {"min_width": 240, "min_height": 240, **one}},
                    {"video_motion_score_filter": {"min_score": 0.0, **one}},
                ]
            )
            data = nested_dataset.from_list(
                [{"text": "<__dj__video> <|__dj__eoc|>", "videos": [path]}]
            )
            for operator in operators:
                data = data.process([operator])
            return [name for row in data for name in row["videos"]]

    run(paths[0])
    videos: list[dict[str, object]] = []
    for path in paths:
        before = sum(one.ru_utime + one.ru_stime for one in used())
        clips = run(path)
        after = sum(one.ru_utime + one.ru_stime for one in used())
        videos.append({"cpu_s": after - before, "joints": [], "clips": len(clips)})
    # Of this process: `ru_maxrss` would count who started it, too.
    with open("/proc/self/status") as status:
        peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) * 1024
    print("\n" + json.dumps({"videos": videos, "peak_bytes": peak}))


if __name__ == "__main__":
    os.environ.setdefault("HF_DATASETS_OFFLINE", "1")
    main(sys.argv[1:])
