"""Two processes share each clip, over gloo on a CPU: the same frames, stopped and ended alike."""

import os
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.distributed as dist

from deployments.engines.diffusion import DiffusersEngine
from deployments.engines.diffusion.parallel import Ranks
from deployments.engines.protocols import Cancelled, Frame, RenderError
from deployments.engines.tiny.video import TinyFamily
from serve.settings import Adapter, DiffusersSettings
from tests.tiny_checkpoints import checkered, frames_of, ignore, never, settings, shot, stops_after
from tests.tiny_lora import lora

torch.set_num_threads(1)

SHORT = shot(seconds=0.5)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> DiffusersSettings:
    """Wan 2.2's two transformers, an adapter, and a cache on which all ranks agree."""
    path = lora(tmp_path_factory.mktemp("acme"), "wan_14b")
    return settings(
        "wan_14b",
        num_inference_steps=6,
        cache="taylorseer",
        adapters={"acme": Adapter(path=str(path))},
    )


@pytest.fixture(scope="module")
def both(served: DiffusersSettings) -> Generator[DiffusersEngine]:
    made = DiffusersEngine(served.model_copy(update={"context_parallel": 2}))
    yield made
    ranks(made).close()


@pytest.fixture(scope="module")
def alone(served: DiffusersSettings) -> DiffusersEngine:
    return DiffusersEngine(served)


def ranks(engine: DiffusersEngine) -> Ranks:
    assert engine.ranks is not None
    return engine.ranks


def frames(engine: DiffusersEngine, asked: Any = SHORT) -> list[Frame]:
    return frames_of(engine.render(asked, ignore, never))


def same(some: list[Frame], others: list[Frame]) -> bool:
    return np.array_equal(np.stack(some), np.stack(others))


def test_two_ranks_make_the_frames_of_one(both: DiffusersEngine, alone: DiffusersEngine):
    assert dist.get_world_size() == 2
    assert same(frames(both), frames(alone))


def test_two_ranks_use_the_adapter_of_a_shot(both: DiffusersEngine, alone: DiffusersEngine):
    asked = SHORT.model_copy(update={"adapter": "acme@1"})
    adapted = frames(both, asked)
    assert same(adapted, frames(alone, asked))
    assert not same(adapted, frames(both))


def test_two_ranks_go_on_from_a_frame(both: DiffusersEngine, alone: DiffusersEngine):
    asked = SHORT.model_copy(update={"follows": "clips/1.mp4"})
    made, wanted = (
        frames_of(one.render(asked, ignore, never, checkered())) for one in (both, alone)
    )
    assert same(made, wanted)


def test_a_stop_stops_both_wherever_it_comes(both: DiffusersEngine):
    wanted = frames(both)
    for asked in range(1, 12, 2):
        with pytest.raises(Cancelled):
            both.render(SHORT, ignore, stops_after(asked))
    assert same(frames(both), wanted)


def test_rank_0_out_of_memory_while_decoding_tries_again_with_both(both: DiffusersEngine):
    wanted, left = frames(both), [1]

    def lack(*_: Any) -> None:
        if left[0]:
            left[0] -= 1
            raise torch.OutOfMemoryError("tried to allocate 20.00 GiB")

    hook = both.pipe.vae.decoder.register_forward_hook(lack)
    made = both.render(SHORT, ignore, never)
    hook.remove()
    assert made.remarks == ("out of memory: decoded in tiles",)
    assert same(frames_of(made), wanted)


def test_nothing_listens_but_on_loopback(both: DiffusersEngine):
    processes = [os.getpid(), *(child.pid for child in ranks(both).children)]
    assert set().union(*map(listening, processes)) == {"127.0.0.1"}


def listening(process: int) -> set[str]:
    """The addresses that a process listens on."""
    links = [str(link.readlink()) for link in Path(f"/proc/{process}/fd").iterdir() if there(link)]
    found: set[str] = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            (
                _,
                local,
                _,
                state,
                *_,
            ) = line.split()[:4]
            if state == "0A" and f"socket:[{line.split()[9]}]" in links:
                hexes = local.split(":")[0]
                v4 = table == "tcp"
                raw = bytes.fromhex(hexes)
                found.add(".".join(str(byte) for byte in reversed(raw)) if v4 else hexes)
    return found


def there(link: Path) -> bool:
    try:
        link.readlink()
    except OSError:
        return False
    return True


@pytest.mark.parametrize(
    ("family", "changes", "why"),
    [
        ("cogvideox", {}, "2 GPUs cannot share a CogVideoXTransformer3DModel"),
        ("hunyuan", {}, "2 GPUs cannot share a HunyuanVideoTransformer3DModel"),
        ("ltx", {}, "2 GPUs cannot share a LTXVideoTransformer3DModel"),
        ("wan", {"cache": "first_block"}, "first_block ranks would disagree"),
    ],
)
def test_what_cannot_be_shared_is_refused_at_start(
    family: TinyFamily, changes: dict[str, Any], why: str
):
    with pytest.raises(ValueError, match=rf"^diffusers\.context_parallel: .*{why}"):
        DiffusersEngine(settings(family, context_parallel=2, **changes))


def test_ranks_end_with_rank_0(tmp_path: Path):
    code = f"""
import os, time
from deployments.engines.diffusion import DiffusersEngine
from serve.settings import DiffusersSettings
if __name__ == "__main__":
    engine = DiffusersEngine(DiffusersSettings(**{settings("wan", context_parallel=2).model_dump()}))
    print(engine.ranks.children[0].pid, flush=True)
    time.sleep(60)
"""
    (tmp_path / "rank_0.py").write_text(code)
    command = [sys.executable, str(tmp_path / "rank_0.py")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as rank_0:
        assert rank_0.stdout is not None
        other = Path(f"/proc/{int(rank_0.stdout.readline())}")
        assert running(other)
        rank_0.kill()
    while running(other):
        time.sleep(0.05)


def running(process: Path) -> bool:
    try:
        return "State:\tZ" not in (process / "status").read_text()
    except OSError:
        return False


def test_a_rank_that_dies_ends_the_clip_and_the_replica_says_so(both: DiffusersEngine):
    """The last of this file: nothing is rendered by these two after it."""
    others = ranks(both)
    both.check_health()

    def kill(_fraction: float) -> None:
        others.children[0].kill()

    with pytest.raises(RenderError, match="this replica has to be restarted"):
        both.render(SHORT, kill, never)
    with pytest.raises(RenderError, match="this replica has to be restarted"):
        both.render(SHORT, ignore, never)
    with pytest.raises(RenderError):
        both.check_health()
