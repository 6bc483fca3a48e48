"""Observations in English."""

from collections.abc import Sequence

from conte.vocabulary import CameraMove
from deployments.engines.measured.observed import Observed
from deployments.engines.measured.pick import Pick

_VERBS = {
    CameraMove.PAN_LEFT: ("pans", "to the left"),
    CameraMove.PAN_RIGHT: ("pans", "to the right"),
    CameraMove.TILT_UP: ("tilts", "up"),
    CameraMove.TILT_DOWN: ("tilts", "down"),
    CameraMove.ZOOM_IN: ("zooms", "in"),
    CameraMove.ZOOM_OUT: ("zooms", "out"),
}
_PACES = {"slow": "slowly ", "steady": "", "fast": "quickly "}
_LIGHT = {"black": "almost black", "dark": "dark", "dim": "dimly lit", "bright": "bright"}
_COLOUR = {"none": "nearly colourless", "muted": "muted", "vivid": "vivid"}
_MOTION = {
    "none": ("Hardly anything in the picture moves.", "What is in the picture hardly moves."),
    "little": (
        "Movement in the picture is small and slow.",
        "Things in the picture move a little.",
    ),
    "some": ("Things in the picture keep moving.", "There is steady movement in the picture."),
    "much": ("Things in the picture move fast.", "Movement in the picture is large and fast."),
}
_BRIGHTNESS = {"black": "almost black", "dark": "dark", "dim": "dim", "bright": "bright"}
_CONTRAST = {"low": "with little contrast", "high": "with strong contrast"}
_SHADES = {
    "none": ("There is almost no colour in it.", "It looks black and white."),
    "muted": ("The colours are muted.", "Its colours are soft and muted."),
    "vivid": ("The colours are vivid.", "Its colours are strong and vivid."),
}
_TEXT = {
    "some": ("Some text can be seen.", "Text appears in part of the picture."),
    "much": ("Text covers much of the picture.", "Large text stands in the picture."),
}
_SOFT = ("Outlines are soft throughout.", "Edges look soft.")
_STYLE_COLOUR = {"none": "black and white", "muted": "muted colours", "vivid": "vivid colours"}
_STYLE_CONTRAST = {"low": "low contrast", "high": "high contrast"}


def short(seen: Observed, pick: Pick) -> str:
    scene = _scene(seen, pick)
    match seen.move:
        case None:
            return pick((f"{_with_article(scene)}.", f"A view of {_with_article(scene, 'an')}."))
        case CameraMove.STATIC:
            return pick(
                (
                    f"A static shot of {_with_article(scene, 'an')}.",
                    f"A static camera looks at {_with_article(scene, 'an')}.",
                )
            )
        case CameraMove.HANDHELD:
            return pick(
                (
                    f"A handheld shot of {_with_article(scene, 'an')}.",
                    f"A handheld camera follows {_with_article(scene, 'an')}.",
                )
            )
        case _:
            moves = _moving(seen)
            return pick(
                (
                    f"The camera {moves} over {_with_article(scene, 'an')}.",
                    f"{_with_article(scene)}, as the camera {moves}.",
                )
            )


def sentences(seen: Observed, pick: Pick) -> list[str]:
    """Return the full description, one sentence per fact; unknown facts are left out."""
    found = [_camera(seen, pick), pick(_MOTION[seen.motion]), _lit(seen), _coloured(seen, pick)]
    found += [pick(_SHADES.get(seen.colour, ("",))), pick(_TEXT.get(seen.text, ("",)))]
    found += [pick(_SOFT) if seen.soft else ""]
    return [sentence for sentence in found if sentence]


def style(seen: Observed) -> str:
    words = (
        _LIGHT.get(seen.light),
        _STYLE_CONTRAST.get(seen.contrast),
        _STYLE_COLOUR.get(seen.colour),
    )
    return ", ".join(word for word in words if word)


def motion(seen: Observed, pick: Pick) -> str:
    return " ".join(filter(None, (pick(_MOTION[seen.motion]), _camera(seen, pick))))


def _scene(seen: Observed, pick: Pick) -> str:
    """Return a noun phrase such as "bright, vivid scene of blue and white"."""
    shade = "" if seen.light == "black" else _COLOUR.get(seen.colour, "")
    kind = ", ".join(filter(None, (_LIGHT.get(seen.light), shade)))
    colours = [name.en for name in seen.colours[:2]]
    palette = ""
    if colours and seen.colour != "none":
        palette = pick((" of ", " in ", " dominated by ")) + _listed(colours)
    return f"{kind or ('' if palette else 'evenly lit')} scene{palette}".strip()


def _with_article(scene: str, first: str = "An") -> str:
    article = first if scene[0] in "aeiou" else first[0]
    return f"{article} {scene}"


def _moving(seen: Observed) -> str:
    verb, way = _VERBS[seen.move or CameraMove.PAN_LEFT]
    return f"{verb} {_PACES[seen.pace]}{way}"


def _camera(seen: Observed, pick: Pick) -> str:
    match seen.move:
        case None:
            return ""
        case CameraMove.STATIC:
            return pick(("The camera is static.", "The camera stays still."))
        case CameraMove.HANDHELD:
            return pick(("The camera is handheld and shakes.", "The handheld camera sways."))
        case _:
            return f"The camera {_moving(seen)}."


def _lit(seen: Observed) -> str:
    light = _BRIGHTNESS.get(seen.light)
    contrast = "" if seen.light == "black" else _CONTRAST.get(seen.contrast, "")
    if light is None:
        return f"The picture is evenly lit{contrast and ' ' + contrast}."
    return f"The picture is {light} overall{contrast and ' ' + contrast}."


def _coloured(seen: Observed, pick: Pick) -> str:
    names = [name.en for name in seen.colours]
    if not names:
        return ""
    if len(names) < 3:
        return f"Its main {'colours are' if names[1:] else 'colour is'} {_listed(names)}."
    first, *rest = names
    return pick(
        (
            f"{first.capitalize()} covers the most, then {_listed(rest)}.",
            f"Its main colours are {_listed(names)}.",
        )
    )


def _listed(names: Sequence[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
