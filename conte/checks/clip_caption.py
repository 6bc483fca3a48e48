"""Faults because of which a caption, although it has the right type, must not be used for
training."""

import re
import unicodedata
from collections.abc import Iterator

from conte.camera import agrees, moves_said, sentences
from conte.clip_caption import ClipCaption
from conte.loop import looped
from conte.vocabulary import Language

OWN_SCRIPT = {"ko": 0.5, "en": 0.9}
"""Smallest share of letters in the language's own script. Korean also writes brands and cameras in
Latin letters."""
OTHER_SCRIPT = 0.1
"""Largest share of letters that are neither Hangul nor Latin: models drift into Chinese."""

_MARKUP = (
    (r"\b(?:https?|ftp|file)://|\bdata:\w+/|\bwww\.\w", "an address of the web"),
    (r"\b[\w-]+\.(?:com|net|org|io|kr)\b", "an address of the web"),
    (r"</?[A-Za-z!][^>]*>|&(?:[a-z]+|#\d+);", "HTML"),
    (r"<\|[^|]*\||\[/?INST\]|</?s>", "a model's own mark"),
    (r"```|\*\*|^\s*#|^\s*[-*]\s", "Markdown"),
    (r'[{}\\]|"\s*:', "JSON"),
)
_NO_CAPTION = re.compile(
    r"\bas an? (?:AI|language model|assistant)\b|\bI(?:'m| am) (?:sorry|unable)\b"
    r"|\bI (?:can(?:no|')t|could not)\b|죄송|(?:저는|나는) (?:AI|인공지능)|도와드릴|제공해 주시면",
    re.IGNORECASE,
)
_UNREADABLE = "\ufffd"


def caption_faults(caption: ClipCaption) -> tuple[str, ...]:
    """Return each fault as one sentence, for the model that wrote the caption and for people;
    empty: none."""
    return tuple(dict.fromkeys(_faults(caption)))


def _faults(caption: ClipCaption) -> Iterator[str]:
    language = caption.language
    texts = {"short": caption.short, "long": caption.long, "style": caption.style}
    texts |= {"motion": caption.motion}
    texts |= {f"subjects {at}": subject for at, subject in enumerate(caption.subjects, 1)}
    for name, text in texts.items():
        if text:
            yield from _unsound(name, text)
    for name in ("short", "long"):
        yield from _foreign(name, texts[name], language)
    if caption.subjects:
        yield from _foreign("subjects", " ".join(caption.subjects), language)
    if len(caption.long) < len(caption.short):
        yield "long is shorter than short: it has to tell the same in full"
    for name in ("short", "long", "motion"):
        for said in moves_said(texts[name], language):
            if not agrees(said, caption.move):
                move = caption.move and caption.move.label(language)
                yield f"{name} says {said.label(language)}, move says {move}"


def _unsound(name: str, text: str) -> Iterator[str]:
    for pattern, what in _MARKUP:
        if re.search(pattern, text, re.IGNORECASE | re.MULTILINE):
            yield f"{name} has {what} in it: wanted plain sentences"
    if _UNREADABLE in text or "\n" in text:
        yield f"{name} has characters that are no part of a sentence"
    if not any(character.isalnum() for character in text):
        yield f"{name} says nothing"
    if _NO_CAPTION.search(text):
        yield f"{name} speaks of itself: wanted what the clip shows"
    if phrase := looped(text) or _twice(text):
        yield f"{name} says “{phrase[:40]}” over and over"


def _twice(text: str) -> str:
    """Return the first sentence that a text repeats; "" if there is none."""
    seen: set[str] = set()
    for sentence in sentences(text):
        bare = "".join(c for c in sentence.casefold() if c.isalnum())
        if len(bare) >= 8 and bare in seen:
            return sentence
        seen.add(bare)
    return ""


def _foreign(name: str, text: str, language: Language) -> Iterator[str]:
    scripts = [_script(character) for character in text if character.isalpha()]
    if not scripts:
        return
    own = scripts.count("ko" if language == "ko" else "en") / len(scripts)
    other = scripts.count("other") / len(scripts)
    if own < OWN_SCRIPT[language] or other > OTHER_SCRIPT:
        yield f"{name} is not in {'Korean' if language == 'ko' else 'English'}"


def _script(letter: str) -> str:
    name = unicodedata.name(letter, "")
    if name.startswith("HANGUL"):
        return "ko"
    return "en" if name.startswith(("LATIN", "FULLWIDTH LATIN")) else "other"
