"""`python -m deployments.engines.animatic.goods.page [FILE]`: every product and prop on one page.

Each form is drawn beside a person, by day and at night, with the product types that it stands for;
each prop likewise. For people to look at: nothing reads the page.
"""

import base64
import html
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import skia

from conte.clip import Shot
from conte.conte import CastMember, Look, ProductEntry, SheetEntry
from conte.proportions import BODILESS, HEADS, HELD
from conte.staging import Acting, Staging
from conte.staging_vocabulary import Prop
from conte.vocabulary import (
    Angle,
    CameraMove,
    ProductForm,
    ScreenDirection,
    Setting,
    ShotSize,
    TimeOfDay,
)
from deployments.engines.animatic.animatic import Animatic
from deployments.engines.animatic.goods.by_form import drawing_name
from deployments.engines.animatic.props import SHAPES

HOURS = (TimeOfDay.DAY, TimeOfDay.NIGHT)
_WIDTH, _HEIGHT = 480, 270
_LOOK = Look(
    style="",
    lighting="",
    lens="",
    palette=("#e9dcc9", "#c9a27a", "#7d8f9c", "#d9552b"),
    prompt="",
)
_PERSON = CastMember(
    id="person",
    name="서연",
    description="",
    prompt="a Korean woman in her 30s, long black hair, white shirt",
)
_STYLE = (
    "body{font:13px sans-serif;margin:24px;background:#fff}"
    "main{display:grid;grid-template-columns:repeat(auto-fill,minmax(500px,1fr));gap:16px}"
    "figure{margin:0}img{width:49.5%}figcaption{color:#444;padding-top:4px}"
)


def main(path: str = "goods.html") -> int:
    figures = [*_forms(), *_props()]
    Path(path).write_text(
        f'<!doctype html><meta charset="utf-8"><title>Goods and props</title>'
        f"<style>{_STYLE}</style><main>{''.join(figures)}</main>",
        encoding="utf-8",
    )
    print(f"{path}: {len(figures)} drawings, each at {len(HOURS)} hours")
    return 0


def _forms() -> Iterator[str]:
    for form in ProductForm:
        product = ProductEntry(id="it", name=form.ko, form=form, description="", prompt="")
        # A product without a body is never beside a person.
        shows = (product,) if form in BODILESS else (_PERSON, product)
        size = ShotSize.MS if form in HELD else ShotSize.FS
        setting = Setting.STREET if HEADS[form] > 5 else Setting.LIVING_ROOM
        pictures = (_picture(shows, size, setting, hour, Staging()) for hour in HOURS)
        yield _figure(f"{form.value} · {form.ko} · {drawing_name(form)}", pictures)


def _props() -> Iterator[str]:
    for prop in Prop:
        shape = SHAPES[prop]
        holds = prop if shape.stand == "small" else None
        props = () if holds else (prop,)
        staging = Staging(who=(Acting(who="person", holds=holds),), props=props)
        size = ShotSize.MS if holds else ShotSize.FS
        setting = Setting.STREET if shape.heads > 7 else Setting.LIVING_ROOM
        pictures = (_picture((_PERSON,), size, setting, hour, staging) for hour in HOURS)
        yield _figure(f"{prop.value} · {prop.ko}", pictures)


def _figure(words: str, pictures: Iterator[bytes]) -> str:
    images = " ".join(
        f'<img loading="lazy" src="data:image/jpeg;base64,{base64.b64encode(one).decode()}">'
        for one in pictures
    )
    return f"<figure>{images}<figcaption>{html.escape(words)}</figcaption></figure>\n"


def _picture(
    shows: tuple[SheetEntry, ...],
    size: ShotSize,
    setting: Setting,
    hour: TimeOfDay,
    staging: Staging,
) -> bytes:
    """Return one frame as JPEG."""
    shot = Shot(
        size=size,
        angle=Angle.EYE_LEVEL,
        move=CameraMove.STATIC,
        direction=ScreenDirection.RIGHT,
        setting=setting,
        place="",
        time_of_day=hour,
        action="",
        video_prompt="",
        look=_LOOK,
        shows=shows,
        staging=staging if staging != Staging() else None,
        num_frames=1,
        width=_WIDTH,
        height=_HEIGHT,
        fps=24,
        seed=1,
    )
    frame = next(iter(Animatic().render(shot, lambda _: None, lambda: False).frames))
    opaque = np.dstack([frame, np.full(frame.shape[:2], 255, np.uint8)])
    image = skia.Image.fromarray(opaque, skia.kRGBA_8888_ColorType)
    return bytes(image.encodeToData(skia.kJPEG, 85))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
