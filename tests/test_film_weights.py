"""Measures of films by the features of a DINOv2 and a CLIP, of random weights."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import (
    BitImageProcessorPil,
    CLIPConfig,
    CLIPImageProcessorPil,
    CLIPModel,
    Dinov2Config,
    Dinov2Model,
    PreTrainedTokenizerFast,
)

from tests.drawn_clips import BLUE, FPS, ROOM, clip, write
from training.films.clip_frames import Shown
from training.films.evaluation import evaluate_films
from training.films.film_clip import clips_in
from training.films.judging import Judge
from training.films.vision_models import ClipFeatures, DinoFeatures


def told(line: str) -> None:
    assert line


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A DINOv2 and a CLIP of random weights, as `transformers` saves them."""
    folder = tmp_path_factory.mktemp("weights")
    torch.manual_seed(0)
    sizes: dict[str, Any] = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    size: dict[str, Any] = {"size": {"shortest_edge": 56}, "crop_size": {"height": 56, "width": 56}}
    Dinov2Model(Dinov2Config(**sizes, image_size=56, patch_size=14)).save_pretrained(
        folder / "dino"
    )
    BitImageProcessorPil(**size).save_pretrained(folder / "dino")
    words = ["[UNK]", "[PAD]", "[EOS]", "a", "red", "blue", "disc"]
    text: dict[str, Any] = {
        **sizes, "vocab_size": len(words), "intermediate_size": 64, "eos_token_id": 2,
        "pad_token_id": 1, "bos_token_id": 0, "max_position_embeddings": 16,
    }  # fmt: skip
    seen = {**sizes, "intermediate_size": 64, "image_size": 56, "patch_size": 14}
    CLIPModel(CLIPConfig(text_config=text, vision_config=seen, projection_dim=16)).save_pretrained(
        folder / "clip"
    )
    CLIPImageProcessorPil(**size).save_pretrained(folder / "clip")
    tokenizer = Tokenizer(
        models.WordLevel({word: at for at, word in enumerate(words)}, unk_token="[UNK]")
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="[UNK]", pad_token="[PAD]", eos_token="[EOS]"
    ).save_pretrained(folder / "clip")
    return folder


def test_with_weights_at_hand_the_features_are_theirs(weights: Path, tmp_path: Path) -> None:
    judge = Judge(DinoFeatures(weights / "dino"), ClipFeatures(weights / "clip"))
    for name, speed in (("1", 1), ("2", 2)):
        write(tmp_path / f"{name}.mp4", clip(speed=speed))
    clips = [one.model_copy(update={"prompt": "a red disc " * 30}) for one in clips_in([tmp_path])]
    found = evaluate_films(clips, judge, told)
    assert found.methods["subject_consistency"] == "Dinov2Model dino: cosine of the first token"
    assert found.methods["overall_consistency"].startswith("CLIPModel clip: cosine of the prompt")
    for one in found.clips:
        assert one.why == {}
        agreement = one.scores["overall_consistency"]
        assert agreement is not None and -1 <= agreement <= 1
    still = judge.judge(Shown(clip(), FPS)).scores
    assert still["subject_consistency"] == pytest.approx(1, abs=1e-5)
    assert still["background_consistency"] == pytest.approx(1, abs=1e-5)
    with pytest.raises(ValueError, match="by 'Dinov2Model"):
        found.better_than(evaluate_films(clips, Judge(), told))


def test_features_do_not_depend_on_what_stands_beside_a_frame(weights: Path) -> None:
    frames = np.concatenate([clip(18, speed=1), clip(2, colour=BLUE, where=ROOM)])
    for features in (DinoFeatures(weights / "dino"), ClipFeatures(weights / "clip")):
        whole = features.of(frames)
        assert whole.shape[0] == 20
        assert np.linalg.norm(whole, axis=1) == pytest.approx(np.ones(20), abs=1e-5)
        assert features.of(frames[19:]) == pytest.approx(whole[19:], abs=1e-4)


def test_a_folder_without_the_model_wanted_is_told(weights: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no config\.json"):
        DinoFeatures(tmp_path)
    with pytest.raises(ValueError, match="knows no words: wanted CLIP"):
        ClipFeatures(weights / "dino")
