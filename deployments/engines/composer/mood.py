"""Tone -> mood, look and music."""

import random

from conte.brief import Brief
from conte.conte import Look
from conte.vocabulary import Language
from deployments.engines.composer.library import Industry, MoodKit, MoodName, moods


def mood_of(brief: Brief, industry: Industry) -> MoodName:
    """The mood whose words the tone says most; the industry's, where it says none."""
    tone = brief.tone.lower()
    said: dict[MoodName, int] = {
        name: sum(word in tone for word in kit.words) for name, kit in moods().items()
    }
    best: MoodName = max(said, key=lambda name: said[name])
    return best if said[best] else industry.mood


def kit(name: MoodName) -> MoodKit:
    return moods()[name]


def look(chosen: MoodKit, choice: int, language: Language, rng: random.Random) -> Look:
    style, lighting, lens = (
        rng.choice(chosen.style),
        rng.choice(chosen.lighting),
        rng.choice(chosen.lens),
    )
    colours = chosen.looks[choice]
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
