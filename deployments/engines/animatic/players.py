"""A shot's staging -> a reading in the animatic's terms: who does what. Guesses nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeGuard, cast

from conte.clip import Shot
from conte.conte import CastMember, ProductEntry
from conte.staging import Acting, Staging
from conte.staging_vocabulary import Expression, Extra, Facing, Motion, Pose, Prop, Seat, Spot
from conte.vocabulary import ProductForm, Setting
from deployments.engines.animatic import reading
from deployments.engines.animatic.people.extras import ANIMALS, BEHIND, members_of
from deployments.engines.animatic.props import SHAPES, fits_a_hand
from deployments.engines.animatic.reading import Mood, Reading, Weather

_OF_A_POSE: dict[Pose, Prop] = {
    Pose.PHONE: Prop.PHONE,
    Pose.READ: Prop.BOOK,
    Pose.DRINK: Prop.CUP,
    Pose.EAT: Prop.BOWL,
    Pose.COOK: Prop.PAN,
}
"""Pose -> the prop in the person's hand if the staging names none."""
_AS: dict[Pose, reading.Pose] = {Pose.EAT: "drink", Pose.READ: "hold"}
"""Pose -> another pose whose drawing it uses."""
_SITS = (Pose.SIT, Pose.TYPE, Pose.DRIVE)
_MAY_SIT = (Pose.EAT, Pose.DRINK, Pose.READ, Pose.PHONE, Pose.THINK, Pose.HOLD)
_AT_TABLE = (Pose.EAT, Pose.READ)
"""Poses in which people sit if there is a table."""
NO_HANDS = ("drive", "cycle", "lie", "type")
"""Drawn poses that leave no hand free to hold something."""
_MOVING = ("walk", "run", "drive", "cycle")


@dataclass(frozen=True)
class Player:
    """One person or animal."""

    member: CastMember | None
    """Cast member or extra; None: an animal."""
    animal: Extra | None
    pose: Pose
    drawn: reading.Pose
    mood: Mood
    facing: Facing | None
    holds: Prop | ProductEntry | None
    seat: Seat | None
    sits: bool
    behind: bool = False
    """True: a member of the crowd in the background."""


@dataclass(frozen=True)
class Played(Reading):
    """A reading made from staging data instead of words, with all people and things."""

    players: tuple[Player, ...] = ()
    props: tuple[Prop, ...] = ()
    spot: Spot | None = None
    moves: Motion | None = None
    held: frozenset[str] = field(default_factory=frozenset[str])
    """Ids of sheet entries that a person holds."""


def played(shot: Shot, staging: Staging) -> Played:
    sheet = {entry.id: entry for entry in shot.shows}
    table = any(SHAPES[prop].stand == "table" for prop in staging.props)
    players = [
        player
        for one in staging.who
        for player in _players(one, sheet, table and one.pose in _AT_TABLE)
    ]
    front = [player for player in players if not player.behind]
    product = next((entry for entry in shot.shows if isinstance(entry, ProductEntry)), None)
    lead = front[0] if front else None
    pose: reading.Pose = lead.drawn if lead else "hold" if product is not None else "stand"
    people = [player.member for player in front if player.member is not None]
    held = {p.holds.id for p in players if isinstance(p.holds, ProductEntry)}
    return Played(
        cast=tuple(people[:2]),
        product=product,
        pose=pose,
        mood=lead.mood if lead else "smile",
        weather=cast("Weather", staging.weather.value) if staging.weather is not None else "",
        packshot=product is not None and not players and shot.setting is Setting.STUDIO,
        moving=pose in _MOVING,
        holding=bool(held),
        players=tuple(players),
        props=tuple(dict.fromkeys((*staging.props, *_put_down(players)))),
        spot=staging.spot,
        moves=staging.moves,
        held=frozenset(held),
    )


def _put_down(players: Sequence[Player]) -> Iterator[Prop]:
    """Yield the props that somebody holds without a hand for them, or that are too large: they
    lie or stand beside."""
    for one in players:
        ridden = one.holds is Prop.SCOOTER or (one.holds, one.drawn) == (Prop.BICYCLE, "cycle")
        if not isinstance(one.holds, Prop) or ridden or one.behind:
            continue
        if one.drawn in NO_HANDS or one.animal is not None or not fits_a_hand(one.holds):
            yield one.holds


def behind_the_lens(front: Sequence[Player]) -> Player | None:
    """Return whose shoulder an over-the-shoulder shot looks over: the second person in front."""
    return next((one for one in front[1:] if one.member is not None), None)


def _players(
    one: Acting, sheet: dict[str, CastMember | ProductEntry], at_table: bool
) -> list[Player]:
    entry = sheet.get(str(one.who))
    if isinstance(entry, CastMember):
        return [_player(one, entry, sheet, at_table)]
    if not isinstance(one.who, Extra):
        return []
    if one.who in ANIMALS:
        return [_player(one, None, sheet, at_table)]
    return [_player(one, member, sheet, at_table) for member in members_of(one.who)]


def _is_on_a_phone(entry: CastMember | ProductEntry) -> TypeGuard[ProductEntry]:
    phones = (ProductForm.APP, ProductForm.PHONE)
    return isinstance(entry, ProductEntry) and entry.form in phones


def _player(
    one: Acting,
    member: CastMember | None,
    sheet: dict[str, CastMember | ProductEntry],
    at_table: bool,
) -> Player:
    holds = one.holds
    thing = sheet.get(str(holds)) if holds is not None else None
    held: Prop | ProductEntry | None = _OF_A_POSE.get(one.pose) if holds is None else None
    if held is Prop.PHONE:
        # A person who looks at a phone looks at the product, if the phone shows it.
        held = next((entry for entry in sheet.values() if _is_on_a_phone(entry)), Prop.PHONE)
    if isinstance(thing, ProductEntry):
        held = thing
    elif isinstance(holds, Prop):
        held = holds
    # A scooter is ridden upright; `cycle` draws a bicycle of its own.
    rides = isinstance(held, ProductEntry) and held.form is ProductForm.KICK_SCOOTER
    upright = one.pose is Pose.CYCLE and (rides or held is Prop.SCOOTER)
    # Expressions and moods, poses and drawn poses share their names: a test compares them.
    mood = cast("Mood", (one.expression or Expression.SMILE).value)
    return Player(
        member=member,
        animal=one.who if member is None and isinstance(one.who, Extra) else None,
        pose=one.pose,
        drawn="reach" if upright else _AS.get(one.pose) or cast("reading.Pose", one.pose.value),
        mood=mood,
        facing=one.facing,
        holds=held,
        seat=one.seat,
        sits=one.pose in _SITS or (one.pose in _MAY_SIT and (one.seat is not None or at_table)),
        behind=one.who in BEHIND,
    )
