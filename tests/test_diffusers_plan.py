"""A shot becomes pieces of legal lengths at a native size, and a prompt in the family's style."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conte.video import OrderedVideo, VideoOrder, VideoState
from conte.vocabulary import CameraMove, ScreenDirection, ShotSize
from deployments.engines.diffusion.families import Family, FrameCounts
from deployments.engines.diffusion.plan import RenderPiece, plan
from deployments.engines.diffusion.prompting import prompt
from deployments.engines.protocols import CannotRender
from tests.tiny_checkpoints import shot

WORDS_ONLY = Family(
    name="words",
    label="Words",
    counts=FrameCounts(4, 1, 81),
    multiple=16,
    short_side=480,
    fps=16,
    steps=50,
    guidance=5,
    prompt_tokens=512,
    negative_prompt="ugly",
    text_pipeline="Text",
)
BOTH = replace(WORDS_ONLY, picture_pipeline="Picture", fps=24, counts=FrameCounts(8, 1, 121))
PICTURES = replace(BOTH, text_pipeline=None)


def legal(piece: RenderPiece, family: Family) -> bool:
    counts = family.counts
    return (piece.num_frames - counts.rest) % counts.step == 0 and piece.num_frames <= counts.most


@settings(deadline=None)
@given(
    family=st.sampled_from([WORDS_ONLY, BOTH, PICTURES]),
    num_frames=st.integers(1, 30 * 60),
    fps=st.sampled_from([24, 25, 30]),
    follows=st.booleans(),
)
def test_pieces_are_legal_as_few_as_can_be_and_last_as_long_as_the_shot(
    family: Family, num_frames: int, fps: int, follows: bool
):
    asked = shot(fps=fps, follows="clips/1.mp4" if follows else None)
    asked = asked.model_copy(update={"num_frames": num_frames})
    made = plan(asked, family, has_start=True)
    assert all(legal(piece, family) for piece in made.pieces)
    assert made.num_frames * fps >= num_frames * family.fps
    # The first shows all its frames unless it joins; each other one less than it has.
    shown = -(-num_frames * family.fps // fps) + follows
    assert len(made.pieces) == max(1, -(-(shown - 1) // (family.counts.longest - 1)))
    assert all(piece.drop_first for piece in made.pieces[1:])
    assert len({piece.seed for piece in made.pieces}) == len(made.pieces)


def test_a_shot_of_one_piece_is_made_with_its_own_seed():
    (piece,) = plan(shot(seconds=2), WORDS_ONLY).pieces
    assert piece == RenderPiece("text", 33, shot().seed, drop_first=False)


def test_pieces_are_about_as_long_as_each_other():
    sizes = [piece.num_frames for piece in plan(shot(seconds=6), BOTH).pieces]
    assert sizes == [73, 73]


def test_the_frame_that_two_cuts_share_is_shown_once():
    first, *_ = plan(shot(seconds=2, follows="clips/1.mp4"), BOTH, has_start=True).pieces
    assert first.drop_first
    assert first.kept >= 48
    (whole,) = plan(shot(seconds=2, reference="images/1.png"), BOTH, has_start=True).pieces
    assert not whole.drop_first


def test_a_model_of_words_is_not_shown_a_product_but_goes_on_from_a_cut():
    shown = plan(shot(reference="images/1.png"), WORDS_ONLY, has_start=True)
    assert shown.pieces[0].how == "text"
    follows = plan(shot(follows="clips/1.mp4"), WORDS_ONLY, has_start=True)
    assert follows.pieces[0].how == "held"


def test_a_model_that_starts_from_a_picture_asks_for_one():
    with pytest.raises(CannotRender, match="starts from a picture, and this shot has none"):
        plan(shot(), PICTURES)


def test_every_cut_says_look_and_sheet_in_the_same_words_and_once():
    for cut in range(1, 6):
        asked = shot(cut)
        text = prompt(asked, WORDS_ONLY).text
        for words in (asked.look.prompt, *(entry.prompt for entry in asked.shows)):
            assert text.lower().count(words.lower()) == 1


def test_what_a_cuts_own_prompt_says_already_is_not_said_twice():
    asked = shot(3)
    whole = f"Extreme close-up, slow dolly in. {asked.shows[0].prompt}. {asked.look.prompt}, road."
    text = prompt(asked.model_copy(update={"video_prompt": whole}), WORDS_ONLY).text
    assert text == whole


def test_framing_and_camera_are_said_in_plain_english():
    asked = shot(size=ShotSize.CU, move=CameraMove.PAN_LEFT)
    text = prompt(asked, WORDS_ONLY).text
    assert text.startswith("Close-up from a high angle, the camera pans slowly left.")


def test_a_side_is_said_of_people_only():
    driver, tyre = (shot(cut, direction=ScreenDirection.LEFT) for cut in (2, 3))
    assert "faces screen left" in prompt(driver, WORDS_ONLY).text
    assert "faces screen left" not in prompt(tyre, WORDS_ONLY).text


def test_no_name_is_said_that_a_model_would_try_to_letter():
    for cut in range(1, 6):
        assert "Grip Max" not in prompt(shot(cut), WORDS_ONLY).text


def test_a_short_prompt_keeps_the_cut_and_names_what_it_left_out():
    made = prompt(shot(3), replace(WORDS_ONLY, prompt_tokens=30))
    assert "a wet road at night" in made.text.lower()
    assert made.left_out


def test_a_cut_that_says_more_than_a_model_reads_is_named():
    made = prompt(shot(video_prompt="a wet road " * 200), WORDS_ONLY)
    assert "the end of the cut's own words" in made.left_out


def test_a_family_without_negative_prompts_gets_none():
    assert prompt(shot(), replace(WORDS_ONLY, negative_prompt=None), "grey").negative is None
    assert prompt(shot(), WORDS_ONLY).negative == "ugly"
    assert prompt(shot(), WORDS_ONLY, "grey").negative == "grey"


def test_a_video_is_told_in_the_words_it_was_asked_for_and_no_others():
    order = VideoOrder(prompt="A drone flies over a stormy sea at sunset.", model="diffusers",
                       seconds=2, width=1280, height=720, seed=1)  # fmt: skip
    video = OrderedVideo(id="video_1", tenant="a", state=VideoState.QUEUED, order=order, tier="final",
                  created_at=0)  # fmt: skip
    assert prompt(video.shot(), WORDS_ONLY).text == order.prompt


def test_korean_is_counted_by_its_letters_for_it_is_written_without_spaces_that_tell():
    made = prompt(shot(video_prompt="비오는밤젖은길을달리는자동차" * 40), WORDS_ONLY)
    assert "the end of the cut's own words" in made.left_out
