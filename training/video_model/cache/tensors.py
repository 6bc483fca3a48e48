"""A folder of named tensors by key: each file is complete or missing, and is written once."""

import re
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from serve.whole import whole_file
from training.video_model.errors import TrainingStopped

_KEY = re.compile(r"[a-z]+/[0-9a-f]{64}")


class TensorFolder:
    """Folder of tensors. Keys are `kind/<64 hex digits>`; any number of processes may write at
    once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __contains__(self, key: str) -> bool:
        return self._path(key).is_file()

    def put(self, key: str, tensors: Mapping[str, Tensor]) -> None:
        """Store named tensors under a key.

        Raises:
            OSError: if they cannot be written; then no file is left.
        """
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with whole_file(path) as new:
                save_file(
                    {name: each.detach().cpu().contiguous() for name, each in tensors.items()}, new
                )
        except SafetensorError as error:
            # Its writer wraps the error of the disk.
            raise OSError(f"{path}: {error}") from error

    def get(self, key: str) -> dict[str, Tensor]:
        """Return the named tensors of a key.

        Raises:
            TrainingStopped: if the file is missing or broken.
        """
        path = self._path(key)
        try:
            return load_file(path)
        except (OSError, SafetensorError) as error:
            raise TrainingStopped(
                f"{path} cannot be read ({error}); remove it and run again: it is made anew"
            ) from error

    def _path(self, key: str) -> Path:
        if _KEY.fullmatch(key) is None:
            raise ValueError(f"{key[:80]!r} is no key, wanted kind/64 hex digits")
        kind, _, name = key.partition("/")
        return self.folder / kind / name[:2] / f"{name}.safetensors"


def trimmed(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Remove the zeros at the end of `embeds` [1, tokens, width], most of a short caption's."""
    embeds = tensors["embeds"]
    used = embeds[0].abs().sum(-1).nonzero()
    last = int(used[-1]) + 1 if len(used) else 1
    length = torch.tensor([embeds.shape[1]])
    return {**tensors, "embeds": embeds[:, :last].clone(), "length": length}


def padded(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Undo `trimmed`: pad `embeds` with zeros again."""
    rest = dict(tensors)
    embeds, length = rest.pop("embeds"), int(rest.pop("length"))
    whole = embeds.new_zeros(embeds.shape[0], length, embeds.shape[2])
    whole[:, : embeds.shape[1]] = embeds
    return {**rest, "embeds": whole}
