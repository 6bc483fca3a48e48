"""Editions to export: contes that the composer wrote, with drawn stills; and one that is full."""

import asyncio
from functools import cache
from pathlib import Path
from typing import Any

from conte.brief import Brief
from conte.clip import Clip, EngineId, Shot
from conte.conte import Conte, Treatment
from conte.cut import Cut, DialogueLine
from conte.edition import Edition
from conte.vocabulary import Transition
from deployments.contact_sheet import png
from deployments.engines.animatic import Animatic
from deployments.engines.composer import Composer
from serve.cli.brief_file import read_brief

EXAMPLES = Path(__file__).parent.parent / "examples"
AT = 1_796_000_000.0
ENGINE = EngineId(name="animatic", revision="3", label="animatic")


@cache
def written(name: str, **changes: Any) -> Edition:
    """The edition of an example's brief, as the composer writes it."""
    brief = read_brief(EXAMPLES / f"{name}.yaml").model_copy(update=changes)
    conte = asyncio.run(_written(brief)).born(7)
    clips = tuple(
        Clip(
            cut=cut.number,
            tier="draft",
            key=f"clips/{cut.number:064}.mp4",
            num_frames=cut.num_frames,
            engine=ENGINE,
            seed=7,
            render_s=1.0,
            reused=False,
            cut_id=cut.id,
        )
        for cut in conte.cuts
    )
    return Edition(
        production="prd_01h00000000000000000000000",
        version=2,
        created_at=AT,
        brief=brief,
        conte=conte,
        clips=clips,
    )


async def _written(brief: Brief) -> Conte:
    parts = [part async for part in Composer().write(brief, 7)]
    treatment = next(part for part in parts if isinstance(part, Treatment))
    return Conte.of(treatment, tuple(part for part in parts if isinstance(part, Cut)))


def full(edition: Edition) -> Edition:
    """The same with as much in its cuts as a person may write, and a dissolve after each."""
    first, second, *rest = edition.conte.cuts
    spoken = tuple(
        DialogueLine(speaker=name, text=text * 3)
        for name, text in (
            ("김하늘 과장", "아니, 이 빗길에 이렇게 조용히 멈춘다고요? 정말 믿기지 않네요. "),
            ("수리 기사", "네, 물길을 가르는 홈이 셋이나 있거든요. 직접 한번 보시겠어요? "),
            ("김하늘 과장", "그럼 오늘 바로 바꿔야겠네요! "),
            ("내비게이션 음성", "안전 운전 하십시오. "),
        )
    )
    long = first.model_copy(
        update={
            "action": " ".join([first.action] * 5)[:1200],
            "narration": "비가 그치지 않는 밤에도, 가족을 태운 당신의 길은 늘 조용하고 단단해야 하니까.",
            "dialogue": spoken,
            "sound_effect": "빗소리, 와이퍼 소리, 멀리서 지나가는 트럭 소리",
            "legal": "본 연출은 실제 주행 조건과 다를 수 있습니다.\n제동 거리는 노면과 기온에 따라 달라집니다.",
            "transition": Transition.DISSOLVE,
        }
    )
    other = second.model_copy(
        update={
            "place": "https://example.com/a/very/long/address/that/no-column-holds-in-one-line",
            "caption": "우리나라에서가장긴이름을가진도로위에서도흔들리지않는타이어",
        }
    )
    conte = edition.conte.model_copy(update={"cuts": (long, other, *rest)})
    return edition.model_copy(update={"conte": conte})


def stills_of(edition: Edition, folder: Path) -> dict[int, Path]:
    """A drawn frame of each cut, by its number."""
    found: dict[int, Path] = {}
    for cut in edition.conte.cuts:
        shot = Shot.of(cut, edition.conte.treatment, edition.brief, 7, 360)
        one = shot.model_copy(update={"num_frames": 1})
        frame = next(iter(Animatic().render(one, lambda _: None, lambda: False).frames))
        found[cut.number] = folder / f"{cut.number}.png"
        found[cut.number].write_bytes(png(frame))
    return found
