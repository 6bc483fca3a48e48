"""Texts -> lines of words, divided where a page may divide them; how many lines they take."""

import unicodedata

from conte.glyphs import lettered

Word = tuple[str, ...]
"""Pieces of a word, between which a line may break: one, if the word is kept whole."""

Lines = list[list[Word]]
"""A text for the page: lines of words."""

_AFTER = "/.,_&=?@:"
_BEFORE = "-"
"""After a hyphen a break would be taken for hyphenation, by readers and by programs."""
_PIECE = 8
_SPACE, _THIN = 0.25, frozenset(".,:;·!'‘’ijltfI()[]|/")
_OPENING, _CLOSING = ("Ps", "Pi"), ("Pe", "Pf", "Po")
_FLAGS = frozenset(map(chr, range(0x1F1E6, 0x1F200)))
"""Letters that make a flag by twos."""


def lines(text: str, most_em: float = 9) -> Lines:
    """Return the lines of a text, without characters that the fonts do not have.

    `most_em`: width of the narrowest column for it. A wider word may be broken: anywhere between
    Hangul, elsewhere after some punctuation.
    """
    return [_words_of(line, most_em) for line in _lines_in(text)]


def _words_of(line: str, most_em: float) -> list[Word]:
    words: list[Word] = []
    for word in line.split():
        # No line begins with the dot of a list.
        if word == "·" and words and len(words[-1]) == 1:
            words[-1] = (f"{words[-1][0]} ·",)
        else:
            words.append(word_of(word, most_em))
    return words


def _lines_in(text: str) -> list[str]:
    return [line for line in lettered(text).split("\n") if line.strip()]


def word_of(word: str, most_em: float) -> Word:
    """Return the word, in pieces if it is wider than `most_em`.

    Pieces and no zero-width spaces: an address that is copied with those leads nowhere.
    """
    word = lettered(word)
    if width_em(word) <= most_em:
        return (word,)
    pieces, piece = list[str](), ""
    for character in word:
        if piece and _may_break(piece, character):
            pieces.append(piece)
            piece = ""
        piece += character
    return (*pieces, piece)


def _may_break(piece: str, character: str) -> bool:
    """Return whether a line may break between the piece and the character."""
    before, kind = piece[-1], unicodedata.category(character)
    # Marks and the parts of an emoji stay with what they follow.
    if (
        before == "\u200d"
        or kind[0] in "MC"
        or kind == "Sk"
        or (before in _FLAGS and len(piece) % 2)
    ):
        return False
    if len(piece) >= 2 * _PIECE:
        return True
    # A price is read as a whole.
    if character.isdecimal() and (before.isdecimal() or before in ".,"):
        return False
    if kind in _CLOSING or unicodedata.category(before) in _OPENING:
        return len(piece) >= _PIECE
    if character in _BEFORE or before in _AFTER or _is_wide(before) or _is_wide(character):
        return True
    return len(piece) >= _PIECE


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def width_em(text: str) -> float:
    """Estimate the width of a text in em of Pretendard, rounded up."""
    wide = sum(map(_is_wide, text))
    return 0.92 * wide + 0.6 * (len(text) - wide)


def num_lines(text: str, width_em_: float) -> int:
    """Estimate the number of lines that a text takes in a column."""
    return sum(_num_lines(line.split(), width_em_) for line in _lines_in(text))


def _num_lines(words: list[str], width: float) -> int:
    num, used = 1, 0.0
    for word in words:
        taken = sum(map(_advance_em, word))
        if used and used + _SPACE + taken > width:
            num, used = num + 1, 0.0
        used += (_SPACE if used else 0) + taken
        # A word that is wider than the column goes on.
        num, used = num + int(used // width), used % width
    return num


def _advance_em(character: str) -> float:
    """Return about the advance of a character in Pretendard, in em."""
    if _is_wide(character):
        return 0.88 if character < "\U00010000" else 1.27
    if character in _THIN:
        return 0.3
    return 0.66 if character.isupper() or character.isdecimal() else 0.56
