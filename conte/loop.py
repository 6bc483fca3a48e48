"""Loop: a phrase that a text repeats, as a language model does when it fails."""

import re
import unicodedata


def looped(text: str) -> str:
    """Return the phrase that is repeated; empty: none.

    Four times in a row over at least 24 characters, or three times from 20 characters on: a
    jingle's "딩동 딩동 딩동" does not count.
    """
    flat = " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold())) + " "
    for pattern, least in ((r"(.{1,60}?)\1{3,}", 24), (r"(.{20,120}?)\1{2,}", 60)):
        # Most texts are shorter than any loop, and the search is slow.
        for found in re.finditer(pattern, flat) if len(flat) >= least else ():
            if len(found.group()) >= least:
                return found.group(1).strip()
    return ""
