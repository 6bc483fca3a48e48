"""Name of an act in the table -> the function that performs it."""

from collections.abc import Callable, Mapping

from deployments.engines.feedback import film, framing, joints, people, scenes, texts
from deployments.engines.feedback.cut_wish import CutWish, Outcome

ACTS: Mapping[str, Callable[..., Outcome]] = {
    act.__name__: act
    for act in (
        framing.step, framing.size, framing.full_body, framing.size_named, framing.product_size,
        framing.product_whole, framing.product_closeup, framing.face, framing.angle, framing.move,
        framing.turn, scenes.time, scenes.other_time, scenes.weather, scenes.other_weather,
        scenes.place, scenes.place_named, scenes.other_place, people.note, people.no_people,
        people.add_person, people.show_product, people.hold, people.use, people.no_product,
        people.product_earlier, texts.replace_word, texts.other_word, texts.remove_word,
        texts.new_caption, texts.new_narration, texts.new_sound, texts.named_sound, texts.clear,
        texts.shorten,
        texts.narration_as_caption, texts.price, texts.say_name, texts.slogan, texts.other_music,
        texts.mood_music, film.retime, film.seconds, film.drop, joints.split,
        joints.merge, joints.add_cut, film.swap, film.to_front,
        film.to_end, film.beside, film.transition, film.continues, film.ending,
    )
}  # fmt: skip


def act(asked: CutWish) -> Outcome:
    """Perform the act of a wish on its cut.

    Raises:
        Unable: if it cannot be done, with the reason.
    """
    name, *arguments = asked.wish.kind.act.split()
    return ACTS[name](asked, *arguments)
