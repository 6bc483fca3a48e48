"""Words of the composer's library against its data: particles, hours, and who does what where."""

import re
from collections.abc import Iterator

import pytest

from conte.staging_vocabulary import Pose
from conte.vocabulary import Setting, TimeOfDay
from deployments.engines.composer.library import Story, industries
from deployments.engines.composer.notation import MomentSeen, PlaceName
from tests.test_staging import moments

HOURS = {
    r"아침": {TimeOfDay.MORNING, TimeOfDay.DAWN},
    r"한낮|정오|점심": {TimeOfDay.DAY},
    r"해 질 녘|해 지는|노을": {TimeOfDay.SUNSET},
}
"""Words of a place's name -> the hours at which it looks so."""


def told() -> Iterator[tuple[str, MomentSeen, PlaceName, TimeOfDay]]:
    """Every moment of a story, with its place and its hour."""
    for industry in industries():
        for story in industry.stories:
            for name in ("need", "strain", "use", "proof", "change", "joy"):
                moment: MomentSeen = getattr(story, name)
                at, when = moment.at or story.at, moment.when or story.when
                yield f"{industry.id}.{story.id}.{name}", moment, at, when


def test_a_name_is_followed_by_a_particle_that_fits_it():
    """수정와 동욱: a particle that is written without its other form fits half of all names."""
    bare = re.compile(r"\$(?:who|mate|it)(?:와|과|을|를|은|는|이|가|으로|아|야)(?=[\s,.]|$)")
    wrong = [(name, moment.see.ko) for name, moment in moments() if bare.search(moment.see.ko)]
    for industry in industries():
        for story in industry.stories:
            pairs = (story.title, *story.turn, *story.ask)
            wrong += [(story.id, pair.ko) for pair in pairs if bare.search(pair.ko)]
    assert wrong == []


def test_a_place_is_seen_at_the_hour_of_its_name():
    wrong = [
        (name, at.name.ko, when.value)
        for name, _, at, when in told()
        for words, hours in HOURS.items()
        if re.search(words, at.name.ko) and "밤" not in at.name.ko and when not in hours
    ]
    assert wrong == []


def test_people_drive_where_cars_are():
    """A child with a toy car in the living room was drawn as a car there."""
    roads = {Setting.VEHICLE, Setting.ROAD, Setting.STREET, Setting.MOUNTAIN}
    wrong = [
        name
        for name, moment, at, _ in told()
        if moment.staging is not None and at.setting not in roads
        for one in moment.staging.who
        if one.pose is Pose.DRIVE
    ]
    assert wrong == []


@pytest.mark.parametrize("story", [s for i in industries() for s in i.stories], ids=lambda s: s.id)
def test_a_quotation_ends_once(story: Story):
    for name in ("need", "strain", "use", "proof", "change", "joy"):
        for line in getattr(story, name).say:
            assert not re.search(r"[.!?…][’”'\"]\.$", re.sub(r"[\[\]]", "", line.ko)), line.ko
