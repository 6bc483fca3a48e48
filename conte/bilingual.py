"""A text in Korean and in English, written `한국어 | English` in files that people edit."""

from typing import Annotated, Any

from pydantic import BeforeValidator, StringConstraints

from conte.frozen import Frozen, Paragraph
from conte.vocabulary import Language

_Said = Annotated[Paragraph, StringConstraints(min_length=1)]


class BilingualText(Frozen):
    ko: _Said
    en: _Said

    def of(self, language: Language) -> str:
        return self.ko if language == "ko" else self.en


def _parted(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    ko, bar, en = value.partition(" | ")
    if not bar:
        raise ValueError(f"wanted 'Korean | English', got {value[:60]!r}")
    return {"ko": ko, "en": en}


Bilingual = Annotated[BilingualText, BeforeValidator(_parted)]
