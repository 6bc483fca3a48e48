"""A beat's role -> its moment, place and time, from the story, a scene, or the product's form."""

import random

from conte.frozen import Frozen
from conte.proportions import HELD
from conte.staging import Staging
from conte.vocabulary import ProductForm, Setting, ShotSize, TimeOfDay
from deployments.engines.composer.library import Beat, FormKit, Scene, Story, form_kits
from deployments.engines.composer.notation import MomentSeen, PairText, PlaceName

_STUDIO = PlaceName(
    setting=Setting.STUDIO,
    name=PairText(ko="단색 배경의 스튜디오", en="a single-colour studio"),
)
_SHOWN_BY_HAND = HELD - {ProductForm.FOOD}
_INTERVIEWS: tuple[tuple[Setting, PairText], ...] = (
    (Setting.LIVING_ROOM, PairText(ko="의자를 둔 창가 거실", en="a room by the window")),
    (Setting.CAFE, PairText(ko="손님 없는 오전의 카페", en="a quiet café before opening")),
    (Setting.STUDIO, PairText(ko="의자 하나만 둔 인터뷰 세트", en="an interview set, one chair")),
)  # fmt: skip
_ASKED = PairText(
    ko="의자에 앉은 $who(이/가) 카메라 옆의 질문자를 보며 생각을 고르다 말문을 연다.",
    en="$who sits on a chair, looks past the camera, thinks for a moment and begins to speak.",
)
_SURE = PairText(
    ko="같은 자리의 $who(이/가) 한결 편한 얼굴로 말하고, 미소 짓는다.",
    en="In the same chair $who speaks with an easier face, and smiles.",
)
_SURE_HOLDING = PairText(
    ko="같은 자리의 $who(이/가) $it(을/를) 들어 보이며 말하고, 미소 짓는다.",
    en="In the same chair $who holds up $it while speaking, and smiles.",
)
_SEATED = Staging.model_validate({"who": ["who sit on chair calm"]})
_HOLDING = Staging.model_validate({"who": ["who sit with it on chair smile"]})


class SeenAt(Frozen):
    moment: MomentSeen
    place: PlaceName
    when: TimeOfDay


class Interview(Frozen):
    """Place of an interview, the same in both of its cuts."""

    place: PlaceName
    verdict: PairText

    @classmethod
    def of(cls, form: ProductForm, rng: random.Random) -> "Interview":
        setting, name = rng.choice(_INTERVIEWS)
        verdict = _SURE_HOLDING if form in _SHOWN_BY_HAND else _SURE
        return cls(place=PlaceName(setting=setting, name=name), verdict=verdict)


def moment_of(
    beat: Beat,
    story: Story,
    scene: Scene | None,
    form: ProductForm,
    interview: Interview,
    choice: int,
    kit: FormKit | None = None,
) -> SeenAt:
    """Return the moment of a beat. `choice`: index among the product's closing moments.

    `kit`: moments of the product, if they are not the usual ones of its form.
    """
    if beat.role in ("interview", "verdict"):
        see = _ASKED if beat.role == "interview" else interview.verdict
        return SeenAt(
            moment=MomentSeen(
                see=see,
                staging=_HOLDING if see == _SURE_HOLDING else _SEATED,
                sizes=(ShotSize.MCU, ShotSize.MS),
            ),
            place=interview.place,
            when=TimeOfDay.DAY,
        )
    if beat.role in ("heart", "heart_end", "gag", "gag_end", "ask", "answer"):
        if scene is None:
            raise ValueError(f"a structure has the beat {beat.role!r}, its industry no such scene")
        first = beat.role in ("heart", "gag", "ask")
        moment = scene.first if first else scene.last
        return SeenAt(moment=moment, place=moment.at or scene.at, when=moment.when or scene.when)
    kit = kit or form_kits()[form]
    if beat.role == "pack":
        moment = kit.pack[choice % len(kit.pack)]
        return SeenAt(
            moment=moment,
            place=moment.at or _STUDIO,
            when=moment.when or story.joy.when or story.when,
        )
    if beat.role == "meet" and kit.meet.at is None:
        # It enters where it is then used: nobody leaves a ward for a moment.
        moment = kit.meet
        return SeenAt(
            moment=moment,
            place=story.use.at or story.at,
            when=moment.when or story.use.when or story.when,
        )
    moment = getattr(
        kit if beat.role in ("meet", "glimpse", "detail", "detail2") else story, beat.role
    )
    return SeenAt(moment=moment, place=moment.at or story.at, when=moment.when or story.when)
