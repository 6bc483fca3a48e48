"""A checkpoint's folder -> its pipeline, without some parts, and with others passed in.

`DiffusionPipeline.from_pretrained` cannot do this: for a part that is optional in its class, such
as Wan's transformer, it ignores both None and another module, and silently loads the folder's own
part (diffusers 0.42).
"""

import inspect
import json
from collections.abc import Collection, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import torch

from deployments.engines.diffusion.loading import diffusers

LOCAL: Mapping[str, bool] = {"local_files_only": True, "use_safetensors": True}


def assemble(
    folder: Path,
    dtypes: Mapping[str, torch.dtype],
    *,
    without: Collection[str] = (),
    given: Mapping[str, Any] | None = None,
) -> Any:
    """Build the folder's pipeline.

    Args:
        dtypes: by component, and `default` for the others.
        without: components that are left out.
        given: components that replace those of the folder.

    Raises:
        ValueError: if a part cannot be loaded.
    """
    index = index_of(folder)
    kind: Any = getattr(diffusers, index["_class_name"])
    named = inspect.signature(kind.__init__).parameters.keys() & index.keys()
    told: dict[str, Any] = {}
    for name in named:
        value = index[name]
        if not isinstance(value, list):
            told[name] = value
        elif value[0] is None or name in without:
            told[name] = None
        elif given and name in given:
            told[name] = given[name]
        else:
            told[name] = load_part(folder, name, dtypes.get(name, dtypes["default"]))
    pipe = kind(**told)
    pipe.set_progress_bar_config(disable=True)
    return pipe


def load_part(folder: Path, name: str, dtype: torch.dtype) -> Any:
    """Load one component of a pipeline's folder.

    Raises:
        ValueError: if its files are missing, broken, or lack a tensor.
    """
    library, class_name = index_of(folder)[name]
    if library not in ("diffusers", "transformers"):
        raise ValueError(f"base: its {name} is code of its own ({library}.{class_name}), never run")
    kind: Any = getattr(import_module(library), class_name)
    path = str(folder / name)
    try:
        if torch.nn.Module not in kind.__mro__:
            return kind.from_pretrained(path, local_files_only=True)
        part, found = kind.from_pretrained(path, dtype=dtype, output_loading_info=True, **LOCAL)
    # A library may raise any exception for a broken file.
    except Exception as error:
        reason = str(error).strip().split("\n")[0] or type(error).__name__
        raise ValueError(f"base: its {name} cannot be loaded: {reason}") from error
    # Missing tensors would be initialised at random, with only a log line. Text encoders do not use
    # the head for the next word.
    if lost := sorted(key for key in found["missing_keys"] if "lm_head" not in key):
        raise ValueError(f"base: its {name} lacks {len(lost)} tensors, such as {lost[0]}")
    return part


def index_of(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "model_index.json").read_text("utf-8"))
