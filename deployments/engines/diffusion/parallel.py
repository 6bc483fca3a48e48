"""One clip on several GPUs of one machine: every rank denoises its share of the tokens.

Rank 0 is the replica. The others are its child processes: each loads the same checkpoint, receives
every call of a pipeline, and takes no step before rank 0 has. They communicate by pipes and, for
tensors, by torch.distributed (NCCL on GPUs, gloo on CPUs), both on 127.0.0.1 only.

Tested with two processes on a CPU, where the shares come out bit for bit as the whole. NCCL between
GPUs has not been run, nor have shares of different lengths, which gloo cannot gather: on CPUs the
tokens of a clip must divide by the number of ranks. Wan only: see `check_parallel`.
"""

import multiprocessing
import multiprocessing.connection as mpc
import os
import tempfile
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import torch
from diffusers.models._modeling_parallel import ContextParallelConfig
from torch.distributed.device_mesh import init_device_mesh

from deployments.engines.diffusion.plan import RenderPiece, RenderPlan
from deployments.engines.diffusion.prompting import VideoPrompt
from deployments.engines.diffusion.speed import denoisers_of
from deployments.engines.protocols import Cancelled, Frame, RenderError
from serve.settings import DiffusersSettings

dist: Any = import_module("torch.distributed")

GO, STOP, JOIN, DONE = "go", "stop", "join", "done"


@dataclass(frozen=True)
class Call:
    """One call of a pipeline, from which every rank computes the same."""

    piece: RenderPiece
    planned: RenderPlan
    words: VideoPrompt
    picture: Frame | None
    num_steps: int
    """Denoising steps; 0: the settings' number."""
    adapter: str | None


def check_parallel(pipe: Any, settings: DiffusersSettings, device: str) -> None:
    """Check that the model supports this number of ranks.

    LTX-Video's plan in diffusers 0.42 fails in its first block: its mask is repeated for all heads,
    but a rank has only some.

    Raises:
        ValueError: if it does not, naming the setting.
    """
    wanted = f"diffusers.context_parallel: {settings.context_parallel}"
    for denoiser in denoisers_of(pipe):
        kind = type(denoiser).__name__
        if denoiser._cp_plan is None or kind == "LTXVideoTransformer3DModel":
            raise ValueError(f"{wanted} GPUs cannot share a {kind} in diffusers 0.42; Wan can be")
    here = torch.cuda.device_count()
    if device != "cpu" and here < settings.context_parallel:
        raise ValueError(f"{wanted} GPUs are wanted and this replica has {here}")
    if settings.cache == "first_block":
        # Each rank would decide by its own tokens, and wait for others that have skipped a block.
        raise ValueError(f"{wanted}: with diffusers.cache first_block ranks would disagree")


class Ranks:
    """Rank 0's handle on the others. If one dies, all end, and the replica must be restarted."""

    def __init__(self, pipe: Any, settings: DiffusersSettings, device: str) -> None:
        """Start the other ranks, which takes as long as loading the checkpoint once more.

        Raises:
            ValueError: if one of them cannot start, with its error message.
        """
        count = settings.context_parallel
        self._folder = tempfile.TemporaryDirectory(prefix="sian-ranks-")
        store = str(Path(self._folder.name) / "store")
        self._broken = ""
        self._stepping = False
        self.children: list[Any] = []
        self._pipes: list[Connection] = []
        # A forked child could not use CUDA.
        spawn = multiprocessing.get_context("spawn")
        for rank in range(1, count):
            ours, theirs = spawn.Pipe()
            child = spawn.Process(
                target=_follow,
                args=(rank, count, settings, device, store, torch.get_num_threads(), theirs),
                daemon=True,
            )
            child.start()
            theirs.close()
            self.children.append(child)
            self._pipes.append(ours)
        try:
            self._replies()
            self._tell(JOIN)
            _share(pipe, 0, count, device, store)
            self._replies()
        except (RenderError, ValueError) as error:
            self.close()
            raise ValueError(f"diffusers.context_parallel: {error}") from error
        except BaseException:
            self.close()
            raise
        threading.Thread(target=self._watch, args=(device,), daemon=True).start()

    def check_health(self) -> None:
        """Check that every rank lives.

        Raises:
            RenderError: if a rank has died: this process has to be restarted.
        """
        if self._broken:
            raise RenderError(f"{self._broken}; this replica has to be restarted")

    @contextmanager
    def together(self, call: Call, pipe: Any) -> Generator[None]:
        """Within the block, run a call of `pipe` on every rank. An error or cancel here ends it on
        all.

        Raises:
            RenderError: if a rank fails, after which none can be used.
        """
        self.check_health()
        hooks: list[Any] = []
        for denoiser in denoisers_of(pipe):
            hooks.append(denoiser.register_forward_pre_hook(self._step))
            hooks.append(denoiser.register_forward_hook(self._stepped))
        self._tell(call)
        try:
            yield
        except RenderError:
            if not self._broken:
                self._tell(STOP)
                self._replies()
            raise
        # On any exception: the other ranks wait.
        except BaseException as error:
            if self._stepping or self._broken:
                # They wait in a step for rank 0, which will not come.
                raise self._ended(f"rank 0 failed in a step: {error}") from error
            self._tell(STOP)
            self._replies()
            raise
        else:
            self._replies()
        finally:
            self._stepping = False
            for hook in hooks:
                hook.remove()

    def close(self) -> None:
        """End the other ranks."""
        self._broken = self._broken or "the ranks were ended"
        for pipe in self._pipes:
            pipe.close()
        for child in self.children:
            child.kill()
            child.join()
        if dist.is_initialized():
            dist.destroy_process_group()
        self._folder.cleanup()

    def _step(self, *_: Any) -> None:
        for rank, pipe in enumerate(self._pipes, 1):
            if pipe.poll():
                self._reply(rank, pipe)
        self._tell(GO)
        self._stepping = True

    def _stepped(self, *_: Any) -> None:
        self._stepping = False

    def _tell(self, message: Any) -> None:
        for rank, pipe in enumerate(self._pipes, 1):
            try:
                pipe.send(message)
            except OSError as error:
                raise self._ended(f"rank {rank} has died") from error

    def _replies(self) -> None:
        for rank, pipe in enumerate(self._pipes, 1):
            self._reply(rank, pipe)

    def _reply(self, rank: int, pipe: Connection) -> None:
        try:
            said = pipe.recv()
        except (EOFError, OSError) as error:
            raise self._ended(f"rank {rank} has died") from error
        if said != DONE:
            raise self._ended(f"rank {rank}: {said}")

    def _ended(self, why: str) -> RenderError:
        self._broken = self._broken or why
        for child in self.children:
            child.kill()
        return RenderError(f"{self._broken}; this replica has to be restarted")

    def _watch(self, device: str) -> None:
        """Abort NCCL when a rank dies: gloo's sockets break, but NCCL would wait for ever."""
        mpc.wait([child.sentinel for child in self.children])
        if not self._broken:
            self._ended("a rank has died")
            if device != "cpu" and dist.is_initialized():
                dist.distributed_c10d._abort_process_group()


def _follow(
    rank: int,
    count: int,
    settings: DiffusersSettings,
    device: str,
    store: str,
    num_threads: int,
    pipe: Connection,
) -> None:
    """Run another rank: load, join, and follow rank 0 until it has ended."""
    # Another number of threads would encode a picture to other bits than rank 0's.
    torch.set_num_threads(num_threads)
    threading.Thread(target=_die_with_parent, daemon=True).start()
    if device != "cpu":
        # Before CUDA is used: the rank's own GPU is then the first one, in diffusers and PyTorch
        # alike.
        seen = os.environ.get("CUDA_VISIBLE_DEVICES")
        os.environ["CUDA_VISIBLE_DEVICES"] = seen.split(",")[rank] if seen else str(rank)
    try:
        from deployments.engines.diffusion.engine import DiffusersEngine

        alone = {"context_parallel": 1, "warm_up": False}
        engine = DiffusersEngine(settings.model_copy(update=alone))
        pipe.send(DONE)
        pipe.recv()
        _share(engine.pipe, rank, count, device, store)
        pipe.send(DONE)
        while True:
            call = pipe.recv()
            # After the last step there is nothing left to stop.
            if isinstance(call, Call):
                _do(engine, call, pipe)
                pipe.send(DONE)
    except EOFError:
        return
    # Sent to rank 0, which reports it.
    except Exception as error:
        pipe.send(str(error).strip().split("\n")[0] or type(error).__name__)
        # At once: no rank may wait for collectives that do not come.
        os._exit(1)


def _do(engine: Any, call: Call, pipe: Connection) -> None:
    def ask(*_: Any) -> None:
        if pipe.recv() == STOP:
            raise Cancelled

    hooks = [part.register_forward_pre_hook(ask) for part in denoisers_of(engine.pipe)]
    try:
        engine.follow(call)
    except Cancelled:
        pass
    finally:
        for hook in hooks:
            hook.remove()


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    mpc.wait([parent.sentinel])
    os._exit(1)


def _share(pipe: Any, rank: int, count: int, device: str, store: str) -> None:
    """Join the group, and split the tokens of every denoiser over its ranks, heads within
    attention.

    Ulysses "anything": on GPUs the tokens of a clip need not divide by the number of ranks.
    """
    # The ranks meet in a file, so that no port is opened; the backends' ports are on loopback.
    os.environ["GLOO_SOCKET_IFNAME"] = os.environ["NCCL_SOCKET_IFNAME"] = "lo"
    dist.init_process_group(
        "gloo" if device == "cpu" else "cpu:gloo,cuda:nccl",
        store=dist.FileStore(store, count),
        rank=rank,
        world_size=count,
        device_id=None if device == "cpu" else torch.device("cuda", 0),
    )
    # One mesh for both of Wan 2.2's denoisers: with one each, the second waits for ever.
    mesh = init_device_mesh(device, (1, count), mesh_dim_names=("ring", "ulysses"))
    for denoiser in denoisers_of(pipe):
        config = ContextParallelConfig(ulysses_degree=count, ulysses_anything=True, mesh=mesh)
        with _a_device():
            denoiser.enable_parallelism(config=config)


@contextmanager
def _a_device() -> Generator[None]:
    """Report one accelerator on a CPU: diffusers 0.42 divides by the number of accelerators."""
    count: Callable[[], int] = torch.accelerator.device_count
    if count() == 0:
        torch.accelerator.device_count = lambda: 1
    try:
        yield
    finally:
        torch.accelerator.device_count = count
