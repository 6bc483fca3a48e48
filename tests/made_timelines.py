"""Versions of random lengths, dissolves, handles and words, as cut lists. Seeded."""

import random
from collections.abc import Sequence
from dataclasses import replace

from conte.brief import Brief
from conte.clip import Clip, EngineId
from conte.conte import Conte
from conte.cut import Cut, DialogueLine
from conte.revision.working import Working
from conte.timing import film_frames, min_cut_frames, share_frames
from conte.vocabulary import Transition
from deployments.deliverables.timelines.cut_list import Comment, CutList, cut_list
from tests.sound_conte import a_brief, a_cut, a_treatment

ENGINE = EngineId(name="fake", revision="1", label="fake")
PRODUCTION = "prd_01jt0000000000000000000000"
_SAID = ("", "비 오는 밤, 젖은 길.", 'A < B & "C"', "첫 줄\n둘째 줄", "→ 끝까지 --> 간다")


def a_version(lots: random.Random, fps: int) -> Working:
    num = lots.randint(4, 8)
    duration_s = lots.choice([10.0, 15.0, 20.0, 30.0, 12.34])
    brief: Brief = a_brief(duration_s=duration_s, fps=fps)
    weights = [lots.uniform(0.4, 2) for _ in range(num)]
    lengths = share_frames(film_frames(duration_s, fps), weights, min_cut_frames(fps))
    cuts = tuple(_cut(lots, at, frames) for at, frames in enumerate(lengths, 1))
    return Working(conte=Conte.of(a_treatment(), cuts).born(5), brief=brief)


def _cut(lots: random.Random, number: int, num_frames: int) -> Cut:
    dialogue = lots.choice([(), (DialogueLine(speaker="운전자", text="멈춰: 지금."),)])
    return a_cut("ko", 1 + number % 5).model_copy(
        update={
            "number": number,
            "num_frames": num_frames,
            "id": f"c_{lots.getrandbits(48):012x}",
            "transition": lots.choice(list(Transition)),
            "narration": lots.choice(_SAID[:3]),
            "caption": lots.choice(_SAID),
            "music": lots.choice(["", "피아노", "피아노", "록"]),
            "sound_effect": lots.choice(["", "빗소리"]),
            "legal": lots.choice(["", "광고입니다\n자세한 내용은 누리집에"]),
            "dialogue": dialogue,
            "start": lots.choice([0, 0, 5, -3]),
        }
    )


HANDLES = ((0, 0), (12, 12), (12, 12), (3, 9))


def clips_of(
    lots: random.Random, working: Working, handles: Sequence[tuple[int, int]] = HANDLES
) -> tuple[Clip, ...]:
    """A clip for each cut, with handles or without."""
    made: list[Clip] = []
    for cut in working.conte.cuts:
        head, tail = lots.choice(handles)
        made.append(
            Clip(
                cut=cut.number, tier="final", key=f"clips/{cut.id}.mp4",
                num_frames=head + cut.num_frames + tail, engine=ENGINE, seed=1, render_s=1,
                reused=False, cut_id=cut.id, start=cut.start, head=head, tail=tail,
                width=1280, height=720,
            )
        )  # fmt: skip
    return tuple(made)


def a_cut_list(seed: int, fps: int) -> CutList:
    lots = random.Random(seed)
    working = a_version(lots, fps)
    return listed(lots, working)


def listed(lots: random.Random, working: Working, version: int = 3) -> CutList:
    clips = clips_of(lots, working)
    remarks = [
        Comment(
            cut.id,
            lots.randrange(cut.num_frames),
            lots.choice([1, 9]),
            "더 밝게\n해 주세요",
            "이서연",
        )
        for cut in lots.sample(working.conte.cuts, 2)
    ]
    return cut_list(PRODUCTION, version, working, clips, remarks)


def as_of(cuts: CutList, exported: CutList) -> CutList:
    """The same film as a program saves it that opened `exported`: with its media and its base."""
    media = {cut.id: cut for cut in exported.cuts}
    renamed = tuple(
        replace(cut, media=media[cut.id].media, number=media[cut.id].number) for cut in cuts.cuts
    )
    return replace(cuts, cuts=renamed, base=exported.base)
