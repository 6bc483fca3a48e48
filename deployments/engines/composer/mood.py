"""Tone -> mood, look and music."""

import random

from conte.brief import Brief
from conte.conte import Look
from conte.vocabulary import Language
from deployments.engines.composer.library import (
    Industry,
    LookChoice,
    MoodKit,
    MoodName,
    Shade,
    moods,
    shades,
)


def mood_of(brief: Brief, industry: Industry) -> MoodName:
    """Return the mood whose words the tone has most, else its shade's, else the industry's."""
    tone = brief.tone.lower()
    if (shade := shade_of(tone)) is not None:
        return shade.mood
    said: dict[MoodName, int] = {
        name: sum(word in tone for word in kit.words) for name, kit in moods().items()
    }
    best: MoodName = max(said, key=lambda name: said[name])
    return best if said[best] else industry.mood


def shade_of(tone: str) -> Shade | None:
    """Return the shade that the tone names first; None if it names a mood only, or neither."""
    low = tone.lower()
    named = [
        (low.find(word), one) for one in shades().values() for word in one.words if word in low
    ]
    return min(named, key=lambda of: of[0])[1] if named else None


def is_heard(tone: str) -> bool:
    """Return whether anything in the tone is understood; True for a brief without a tone."""
    low = tone.lower().strip()
    known = any(word in low for kit in moods().values() for word in kit.words)
    return not low or known or shade_of(low) is not None


def kit(name: MoodName) -> MoodKit:
    return moods()[name]


def look(
    chosen: MoodKit,
    choice: int,
    language: Language,
    rng: random.Random,
    shade: Shade | None = None,
) -> Look:
    style, lighting, lens = (
        rng.choice(chosen.style),
        rng.choice(chosen.lighting),
        rng.choice(chosen.lens),
    )
    colours = chosen.looks[choice]
    if shade is not None:
        style, lighting = shade.style, shade.lighting
        colours = LookChoice(palette=shade.palette, colour=shade.colour)
    return Look(
        style=style.of(language),
        lighting=lighting.of(language),
        lens=lens.of(language),
        palette=colours.palette,
        prompt=(
            f"{style.en}; {lighting.en}; {lens.en}; muted palette with {colours.colour} accents;"
            " consistent colour grade, photographic realism, fine film grain"
        ),
    )
