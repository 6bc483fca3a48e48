"""Words of the vocabularies and fields -> the table that the page shows them by.

`python -m serve.studio.words` writes `src/words/vocabulary.json`; a test compares it.
"""

import json
from pathlib import Path
from typing import Any

from conte import vocabulary
from conte.field_words import BRIEF_FIELDS, CONTE_FIELDS, CUT_FIELDS

TABLE = Path(__file__).parent / "src" / "words" / "vocabulary.json"
_TERMS: tuple[type[vocabulary.Term], ...] = (
    vocabulary.ShotSize,
    vocabulary.Angle,
    vocabulary.CameraMove,
    vocabulary.ScreenDirection,
    vocabulary.Transition,
    vocabulary.Setting,
    vocabulary.TimeOfDay,
)
_FIELD_OF = {
    "ShotSize": "size",
    "CameraMove": "move",
    "ScreenDirection": "direction",
    "TimeOfDay": "time_of_day",
}


def table() -> dict[str, Any]:
    """Return labels in both languages: of terms by field and value, of fields by name or path."""
    terms = {
        _FIELD_OF.get(kind.__name__, kind.__name__.lower()): {
            term.value: {"ko": term.ko, "en": term.en} for term in kind
        }
        for kind in _TERMS
    }
    fields = {
        name: {"ko": text.ko, "en": text.en}
        for words in (BRIEF_FIELDS, CONTE_FIELDS, CUT_FIELDS)
        for name, text in words.items()
    }
    return {"terms": terms, "fields": fields}


def text() -> str:
    return json.dumps(table(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    TABLE.write_text(text())
