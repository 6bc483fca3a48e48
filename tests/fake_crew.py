"""A crew without engines: writes a plain conte, renders and joins nothing, fails on request."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field

from conte.brief import Brief
from conte.clip import Clip, EngineId, Film, Shot, Tier
from conte.conte import Conte, Look, ProductEntry, Treatment
from conte.cut import Cut, cut_seed
from conte.production import Provenance
from conte.timing import min_cut_frames, share_frames
from conte.upload import UPLOADED
from conte.variant import VariantOf
from conte.vocabulary import Angle, CameraMove, ProductForm, Setting, ShotSize, TimeOfDay
from deployments.conte_writer import ContePart

ENGINE = EngineId(name="fake", revision="1", label="fake (for tests)")


def plain_treatment(brief: Brief) -> Treatment:
    name = brief.product.name
    return Treatment(
        title=name,
        structure="product_hero",
        concept="",
        slogan=name,
        look=Look(
            style="", lighting="", lens="", palette=("#111111", "#222222", "#333333"), prompt="x"
        ),
        sheet=(
            ProductEntry(
                id="product", name=name, form=ProductForm.PACKAGE, description="", prompt="a box"
            ),
        ),
    )


def plain_cut(number: int, num_frames: int, action: str = "the box") -> Cut:
    return Cut(
        number=number,
        num_frames=num_frames,
        size=list(ShotSize)[number % 8],
        angle=Angle.EYE_LEVEL,
        move=CameraMove.STATIC,
        setting=Setting.STUDIO,
        place="studio",
        time_of_day=TimeOfDay.DAY,
        action=action,
        video_prompt=f"a box, view {number}",
        shows=("product",),
    )


def plain_cuts(brief: Brief) -> tuple[Cut, ...]:
    count = brief.cuts or 4
    frames = share_frames(brief.num_frames, [1.0] * count, min_cut_frames(brief.fps))
    return tuple(plain_cut(i, n) for i, n in enumerate(frames, start=1))


def plain_conte(brief: Brief) -> Conte:
    return Conte.of(plain_treatment(brief), plain_cuts(brief))


_SCENES = ("the box", "a lake at dawn", "three dancers", "an empty street", "smoke over roofs")


async def _nothing() -> None:
    await asyncio.sleep(0)


@dataclass
class FakeCrew:
    """Counts what it is asked for. `trouble(step, number, attempt)` may return an error to raise."""

    tiers: Sequence[Tier] = ("draft",)
    trouble: Callable[[str, int, int], Exception | None] = lambda *_: None
    before_cut: Callable[[int], asyncio.Future[None] | None] = lambda _: None
    during_clip: Callable[[int], asyncio.Future[None] | None] = lambda _: None
    during_cutting: Callable[[], asyncio.Future[None] | None] = lambda: None
    rewrite: Callable[[Cut, int], Cut] = lambda cut, _: cut
    story: list[str] = field(default_factory=list)
    directions: list[tuple[int, tuple[str, ...]]] = field(
        default_factory=list[tuple[int, tuple[str, ...]]]
    )
    variants: list[VariantOf | None] = field(default_factory=list[VariantOf | None])
    other_ideas: bool = True
    """False: every direction is written as the first."""
    cut_ahead_with: list[list[int]] = field(default_factory=list[list[int]])
    shots: dict[tuple[Tier, int], Shot] = field(default_factory=dict)
    attempts: dict[tuple[str, int], int] = field(default_factory=dict)

    def _try(self, step: str, number: int) -> int:
        attempt = self.attempts[step, number] = self.attempts.get((step, number), 0) + 1
        return attempt

    def _stumble(self, step: str, number: int) -> None:
        if error := self.trouble(step, number, self.attempts[step, number]):
            raise error

    async def write(
        self, brief: Brief, seed: int, production: str = ""
    ) -> AsyncGenerator[ContePart]:
        attempt = self._try("write", 0)
        yield Provenance(engine=ENGINE, seed=seed)
        yield plain_treatment(brief)
        for cut in plain_cuts(brief):
            if (wait := self.before_cut(cut.number)) is not None:
                await wait
            self.story.append(f"wrote {cut.number}")
            yield self.rewrite(cut, attempt)
            await _nothing()
        self._stumble("write", 0)
        self.story.append("wrote all")

    async def write_direction(
        self,
        brief: Brief,
        seed: int,
        production: str,
        index: int,
        before: Sequence[Treatment],
        variant_of: VariantOf | None = None,
    ) -> AsyncGenerator[ContePart]:
        self.directions.append((index, tuple(one.title for one in before)))
        self.variants.append(variant_of)
        async for part in self.write(brief, seed, production):
            if isinstance(part, Treatment) and self.other_ideas:
                part = part.model_copy(update={"structure": f"idea_{index}"})
            if isinstance(part, Cut) and self.other_ideas:
                part = part.model_copy(update={"action": _SCENES[index % len(_SCENES)]})
            yield part

    async def render(self, shot: Shot, cut: int, tier: Tier) -> AsyncGenerator[float | Clip]:
        self._try(f"render {tier}", cut)
        self.story.append(f"rendering {cut}")
        self.shots[tier, cut] = shot
        try:
            yield 0.5
            if (wait := self.during_clip(cut)) is not None:
                await wait
            self._stumble(f"render {tier}", cut)
        except BaseException:
            self.story.append(f"stopped {cut}")
            raise
        self.story.append(f"rendered {cut}")
        yield Clip(
            cut=cut,
            tier=tier,
            key=shot.key(ENGINE),
            num_frames=shot.num_frames,
            engine=ENGINE,
            seed=cut_seed(shot.seed, cut),
            render_s=1.0,
            reused=False,
            adapter=shot.adapter,
        )

    async def bring_in(
        self, upload: str, shot: Shot, cut: int, tier: Tier
    ) -> AsyncGenerator[float | Clip]:
        self._try(f"bring in {tier}", cut)
        yield 0.5
        self._stumble(f"bring in {tier}", cut)
        yield Clip(
            cut=cut,
            tier=tier,
            key=upload.replace("uploads/", "clips/").replace(".png", ".mp4"),
            num_frames=shot.num_frames,
            engine=UPLOADED,
            seed=shot.seed,
            render_s=0,
            reused=False,
            head=shot.head,
            tail=shot.tail,
            source="uploaded",
        )

    async def cut_ahead(
        self, conte: Conte, brief: Brief, clips: Sequence[Clip]
    ) -> AsyncGenerator[int]:
        self.cut_ahead_with.append([clip.cut for clip in clips])
        if (wait := self.during_cutting()) is not None:
            await wait
        if error := self.trouble("cut ahead", 0, 1):
            raise error
        for clip in clips:
            yield clip.cut

    async def join(
        self, conte: Conte, brief: Brief, clips: Sequence[Clip], version: int
    ) -> AsyncGenerator[float | Film]:
        tier = clips[0].tier
        self._try(f"join {tier}", 0)
        self.story.append(f"joining {tier} {[clip.cut for clip in clips]}")
        yield 0.5
        self._stumble(f"join {tier}", 0)
        digits = "0" * 63 + str(len(tier))
        yield Film(
            tier=tier,
            key=f"films/{digits}.mp4",
            sheet_key=f"sheets/{digits}.png",
            poster_key=f"posters/{digits}.png",
            num_frames=conte.num_frames,
            fps=brief.fps,
            width=128,
            height=72,
            edit_s=0,
            labelled_ai=True,
        )
