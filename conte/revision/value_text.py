"""A value of a conte or brief -> its text for people: vocabulary labels, seconds and frames."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from conte.cut import Cut, DialogueLine
from conte.field_words import CUT_FIELDS, field_label
from conte.revision.working import Working
from conte.sound import SOUND_WORDS, Sound
from conte.staging import Staging
from conte.vocabulary import Language, ShotSize, Term

_SAID = ("narration", "dialogue", "sound_effect", "music", "caption", "legal")
_LANGUAGES: Mapping[Any, tuple[str, str]] = {"ko": ("한국어", "Korean"), "en": ("영어", "English")}


@dataclass(frozen=True)
class Reader:
    """The reader of a text, and the data needed to write a version's values."""

    language: Language
    fps: int
    names: Mapping[str, str]
    """Names of the sheet entries, by their ids."""

    @classmethod
    def of(cls, version: Working, language: Language) -> "Reader":
        names = {entry.id: entry.name for entry in version.conte.sheet}
        return cls(language, version.brief.fps, names)

    def say(self, ko: str, en: str) -> str:
        return ko if self.language == "ko" else en


def value_text(field: str, value: Any, reader: Reader) -> str:
    """Return the text of a field's value; "" for a value that says nothing."""
    if written := _BY_FIELD.get(field):
        return written(value, reader)
    if isinstance(value, bool):
        return reader.say("예", "yes") if value else reader.say("아니요", "no")
    if isinstance(value, ShotSize):
        return f"{value.value} {value.label(reader.language)}"
    if isinstance(value, Term):
        return value.label(reader.language)
    if isinstance(value, BaseModel):
        named = ((name, getattr(value, name)) for name in type(value).model_fields)
        return " · ".join(text for name, one in named if (text := value_text(name, one, reader)))
    if isinstance(value, tuple | list):
        texts = [value_text(field, one, reader) for one in value]  # pyright: ignore[reportUnknownVariableType]
        parts = any(isinstance(one, BaseModel) for one in value)  # pyright: ignore[reportUnknownVariableType]
        return ("\n" if parts else " · ").join(text for text in texts if text)
    return "" if value is None else str(value)


def frames_text(num_frames: int, reader: Reader) -> str:
    """Return a length as seconds, with the frames beside them: 3.5초 (105프레임)."""
    seconds = _seconds(num_frames / reader.fps)
    frames = "frame" if num_frames == 1 else "frames"
    return reader.say(f"{seconds}초 ({num_frames}프레임)", f"{seconds} s ({num_frames} {frames})")


def place_text(number: int, reader: Reader) -> str:
    return reader.say(f"{number}번째", f"no. {number}")


def sound_text(sound: Sound, cut: int, reader: Reader) -> str:
    """Return a recording's text with the number of the cut in which it begins."""
    return reader.say(f"컷 {cut}", f"Cut {cut}") + f" · {_sound(sound, reader)}"


def cut_text(cut: Cut, reader: Reader) -> str:
    """Return a whole cut in a few lines: shot, place, picture, what is heard and read, length."""
    shot = [value_text(name, getattr(cut, name), reader) for name in ("size", "angle", "move")]
    where = cut.place or value_text("setting", cut.setting, reader)
    when = value_text("time_of_day", cut.time_of_day, reader)
    lines = [" · ".join(shot), f"{where} · {when}", cut.action]
    for name in _SAID:
        if text := value_text(name, getattr(cut, name), reader):
            lines.append(f"{field_label(CUT_FIELDS, name, reader.language)}: {text}")
    lines.append(frames_text(cut.num_frames, reader))
    return "\n".join(line for line in lines if line)


def _seconds(seconds: float) -> str:
    return f"{seconds:.2f}".rstrip("0").rstrip(".")


def _dialogue(lines: tuple[DialogueLine, ...], reader: Reader) -> str:
    return "\n".join(f"{line.speaker}: “{line.text}”" for line in lines)


def _sounds(sounds: tuple[Sound, ...], reader: Reader) -> str:
    return "\n".join(_sound(one, reader) for one in sounds)


def _sound(one: Sound, reader: Reader) -> str:
    """Return the recording's kind, file name, place, level and audible part."""
    kind = SOUND_WORDS[one.kind].of(reader.language)
    # The first digits of its key: enough to tell two files of one name apart.
    digits = one.upload.removeprefix("sounds/")[:6]
    begins = reader.say(f"{one.frame}프레임부터", f"from frame {one.frame}")
    words = [f"{one.name} ({digits})" if one.name else digits, begins]
    if one.gain_db:
        words.append(f"{one.gain_db:+g} dB")
    if one.skip:
        left_out = frames_text(one.skip, reader)
        words.append(reader.say(f"앞 {left_out} 제외", f"without its first {left_out}"))
    if one.lasts is not None:
        lasts = frames_text(one.lasts, reader)
        words.append(reader.say(f"{lasts} 동안", f"for {lasts}"))
    return f"{kind}: {' · '.join(words)}"


def _shows(entries: tuple[str, ...], reader: Reader) -> str:
    return " · ".join(reader.names.get(entry, entry) for entry in entries)


def _staging(staging: Staging | None, reader: Reader) -> str:
    """Return one line per person, then the props and the weather."""
    if staging is None:
        return ""

    def named(word: str) -> str:
        found = word.label(reader.language) if isinstance(word, Term) else None
        return found or reader.names.get(word, word)

    lines: list[str] = []
    for one in staging.who:
        words = (one.pose, one.holds, one.seat, one.facing, one.expression)
        lines.append(f"{named(one.who)}: {', '.join(named(word) for word in words if word)}")
    around = (*staging.props, staging.spot, staging.weather, staging.moves)
    lines.append(" · ".join(named(word) for word in around if word))
    return "\n".join(line for line in lines if line)


def _image(image: str, reader: Reader) -> str:
    # The first digits of its hash: enough to tell two pictures apart.
    digits = image.removeprefix("images/")[:8]
    return digits and reader.say(f"사진 {digits}", f"picture {digits}")


def _take(take: str, reader: Reader) -> str:
    newest = reader.say("가장 최근 테이크", "the newest take")
    digits = take.removeprefix("t_")[:6]
    return reader.say(f"테이크 {digits}", f"take {digits}") if take else newest


def _cuts(cuts: int | None, reader: Reader) -> str:
    return reader.say("정하지 않음", "open") if cuts is None else str(cuts)


_BY_FIELD: Mapping[str, Callable[[Any, Reader], str]] = {
    "num_frames": frames_text,
    "start": frames_text,
    "dialogue": _dialogue,
    "sounds": _sounds,
    "shows": _shows,
    "staging": _staging,
    "image": _image,
    "product.image": _image,
    "take": _take,
    "cuts": _cuts,
    "duration_s": lambda seconds, reader: _seconds(seconds) + reader.say("초", " s"),
    "language": lambda language, reader: reader.say(*_LANGUAGES[language]),
}
