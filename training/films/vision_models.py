"""DINO and CLIP from local folders, by transformers: the features of VBench's dimensions.

Only safetensors are loaded, nothing is downloaded, and no code from the folder is run.
"""

from pathlib import Path
from typing import Any

import numpy as np

from training.films.clip_frames import Frames
from training.films.features import Vectors, unit

_AT_ONCE = 16


class DinoFeatures:
    """DINO, DINOv2 or any vision transformer whose first token represents the picture."""

    def __init__(self, folder: Path, device: str = "cpu") -> None:
        """Load the model.

        Raises:
            ValueError: if the folder has no model or image processor that can be loaded.
        """
        self._model, self._processor = _loaded(folder, "AutoImageProcessor", device)
        self._device = device
        self.method = f"{_name(folder, self._model)}: cosine of the first token"

    def of(self, frames: Frames) -> Vectors:
        return np.concatenate([self._some(part) for part in _parts(frames)])

    def _some(self, frames: Frames) -> Vectors:
        import torch

        with torch.inference_mode():
            pixels = self._processor(images=list(frames), return_tensors="pt").to(self._device)
            found = self._model(**pixels).last_hidden_state[:, 0]
        return unit(found.float().cpu().numpy())


class ClipFeatures:
    """CLIP: features of pictures, and the agreement of pictures with a prompt."""

    def __init__(self, folder: Path, device: str = "cpu") -> None:
        """Load the model.

        Raises:
            ValueError: if the folder has no CLIP, or lacks its processor or tokenizer.
        """
        self._model, self._processor = _loaded(folder, "AutoImageProcessor", device)
        if not hasattr(self._model, "get_text_features"):
            raise ValueError(f"{folder}: {type(self._model).__name__} knows no words: wanted CLIP")
        self._words = _tokenizer(folder)
        self._device = device
        name = _name(folder, self._model)
        self.method = f"{name}: cosine of pictures"
        self.text_method = f"{name}: cosine of the prompt and each frame, the mean (not ViCLIP's)"

    def of(self, frames: Frames) -> Vectors:
        return np.concatenate([self._some(part) for part in _parts(frames)])

    def agreement(self, vectors: Vectors, prompt: str) -> float:
        """Return the mean cosine of the frames with the prompt: about 0.2 to 0.35 if they agree."""
        import torch

        told = self._words(
            [prompt], return_tensors="pt", truncation=True, padding=True,
            max_length=self._model.config.text_config.max_position_embeddings,
        ).to(self._device)  # fmt: skip
        with torch.inference_mode():
            words = _projected(self._model.get_text_features(**told))
        return float((vectors @ unit(words.float().cpu().numpy())[0]).mean())

    def _some(self, frames: Frames) -> Vectors:
        import torch

        with torch.inference_mode():
            pixels = self._processor(images=list(frames), return_tensors="pt").to(self._device)
            found = _projected(self._model.get_image_features(**pixels))
        return unit(found.float().cpu().numpy())


def _projected(found: Any) -> Any:
    """Return the projection, which transformers 5 wraps in an output as `pooler_output`."""
    return found if hasattr(found, "shape") else found.pooler_output


def _loaded(folder: Path, processor: str, device: str) -> tuple[Any, Any]:
    import transformers

    if not (folder / "config.json").is_file():
        raise ValueError(f"{folder} has no config.json: wanted a folder of a vision model")
    try:
        model = transformers.AutoModel.from_pretrained(
            folder, local_files_only=True, use_safetensors=True, trust_remote_code=False
        )
        # The other backend needs torchvision, which is no dependency of this project.
        pictures = getattr(transformers, processor).from_pretrained(
            folder, local_files_only=True, trust_remote_code=False, backend="pil"
        )
    except (OSError, ValueError, ImportError, KeyError) as error:
        raise ValueError(f"{folder}: {_first_line(error)}") from None
    return model.to(device).eval(), pictures


def _tokenizer(folder: Path) -> Any:
    import transformers

    try:
        return transformers.AutoTokenizer.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False
        )
    except (OSError, ValueError, ImportError, KeyError) as error:
        raise ValueError(f"{folder}: {_first_line(error)}") from None


def _name(folder: Path, model: Any) -> str:
    return f"{type(model).__name__} {folder.resolve().name}"


def _parts(frames: Frames) -> list[Frames]:
    return [frames[at : at + _AT_ONCE] for at in range(0, len(frames), _AT_ONCE)]


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).split("\n")[0][:300]
