"""Characters that films and sheets can show: those with a glyph in the bundled fonts.

A table, since this floor reads no files; a test compares it with the fonts of `deployments/fonts`.
"""

import re
import unicodedata
from functools import cache, lru_cache

_RANGES = """
20-7E A0-148 14A-1C3 1C5-31E 321-377 37A-37F 384-38A 38C 38E-3A1 3A3-3E1 3F0-49D 4A0-4FF 52F E3F
1D43 1D47-1D49 1D4D 1D4F-1D50 1D52 1D56-1D58 1D5B 1D62-1D65 1D9C 1DA0 1DBB 1DBF-1DF5 1DFC-1F15
1F18-1F1D 1F20-1F45 1F48-1F4D 1F50-1F57 1F59 1F5B 1F5D 1F5F-1F7D 1F80-1FB4 1FB6-1FC4 1FC6-1FD3
1FD6-1FDB 1FDD-1FEF 1FF2-1FF4 1FF6-1FFE 2000-200D 2010-2027 202F-2060 2070-2071 2074-208E
2090-209C 20A0-20BF 20DB-20DE 20E3 20E8 20F0 2100-2101 2103 2105-2106 2109 2113 2116-2117
211E-2123 2126 212A-212B 212E 2132 2139 213B 214D 214F 2153 215A-2188 2190-2199 21A9-21AA
21B0-21B1 21B3-21B5 21BA-21BB 21D0 21D2 21D4 21DE-21DF 21E4-21E5 21E7 21EA 2200 2202-2203
2205-2208 220B 220F 2211-2212 221A 221D-221E 2220 2225 2227-222C 222E 2234-2235 223C-223D 2248
2252 2260-2261 2264-2265 226A-226B 2282-2283 2286-2287 2299 22A5 22EF 2303 2305 2312 2318
231A-231B 2325-232B 2380 2387 238B 23CE-23CF 23E9-23F3 23F8-23FA 2423 2460-2503 250C-254B 2592
25A0-25AB 25B2-25B3 25B6-25B7 25BA-25BD 25C0-25C1 25C4-25C8 25CA-25CB 25CE-25D1 25E6 25EF
25FB-25FE 2600-2606 260E-260F 2611 2614-2615 2618 261C-261E 2620 2622-2623 2626 262A 262E-262F
2638-263A 263C 2640 2642 2648-2653 265F-2661 2663-266A 266C-266D 267B 267E-267F 2692-2697 2699
269B-269C 26A0-26A1 26A7 26AA-26AB 26B0-26B1 26BD-26BE 26C4-26C5 26C8 26CE-26CF 26D1 26D3-26D4
26E9-26EA 26F0-26F5 26F7-26FA 26FD 2702 2705 2708-270D 270F 2712-2714 2716-2717 271D 2721 2728
2733-2734 2744 2747 274C 274E 2753-2757 2763-2764 2776-2789 2795-2797 27A1 27B0 27BF 27EF
27F5-27FA 2934-2935 2985-2986 2B05-2B07 2B12-2B13 2B1B-2B1C 2B50 2B55 2C7C 2C7F 2DFF 2E18
3000-3003 3008-3011 3013-301F 3030 303D 3041-3094 3099-309E 30A1-30FE 3131-318E 3200-321E
3220-32FE 3300-332B 332D-33FF A69F A7FF A92E AC00-D7A3 E000 E002-E05E E06A-E080 E093-E096
E0A5-E0E6 E0F3-E11C E11E-E12A E131-E147 E14E-E164 EE01-EE05 F000-F057 F6C3 FE0E-FE0F FE20-FE2D
FEFF FF01-FF60 FFA1-FFBE FFC2-FFC7 FFCA-FFCF FFD2-FFD7 FFDA-FFDC FFE0-FFE3 FFE5-FFE6 1F004 1F0CF
1F10B 1F12F-1F149 1F150-1F16B 1F170-1F189 1F18E 1F191-1F19A 1F1E6-1F1FF 1F201-1F202 1F21A 1F22F
1F232-1F23A 1F250-1F251 1F300-1F321 1F324-1F393 1F396-1F397 1F399-1F39B 1F39E-1F3F0 1F3F3-1F3F5
1F3F7-1F4FD 1F4FF-1F53D 1F549-1F54E 1F550-1F567 1F56F-1F570 1F573-1F57A 1F587 1F58A-1F58D 1F590
1F595-1F596 1F5A4-1F5A5 1F5A8 1F5B1-1F5B2 1F5BC 1F5C2-1F5C4 1F5D1-1F5D3 1F5DC-1F5DE 1F5E1 1F5E3
1F5E8 1F5EF 1F5F3 1F5FA-1F64F 1F680-1F6C5 1F6CB-1F6D2 1F6D5-1F6D9 1F6DC-1F6E5 1F6E9 1F6EB-1F6EC
1F6F0 1F6F3-1F6FC 1F7E0-1F7EB 1F7F0 1F850 1F852 1F90C-1F93A 1F93C-1F945 1F947-1F9FF 1FA70-1FA7C
1FA80-1FAC6 1FAC8 1FACC-1FADD 1FADF-1FAEB 1FAEF-1FAFA E0030-E0039 E0061-E007A E007F F0000-F0002
FE4E5-FE4EE FE82C FE82E-FE837
"""
"""Code points except Hanja, in hexadecimal."""


@cache
def _lettered() -> frozenset[int]:
    points: set[int] = set()
    for piece in _RANGES.split():
        first, _, last = piece.partition("-")
        points.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(points)


def has_glyph(character: str) -> bool:
    """Return whether a bundled font has the character. Hanja: the 4,888 of KS X 1001."""
    if ord(character) in _lettered():
        return True
    hanja = unicodedata.name(character, "").startswith("CJK ")
    return hanja and character.encode("euc_kr", "ignore") != b""


def _is_unseen(character: str) -> bool:
    """Return whether the character draws nothing: a space, line break, joiner or variation
    selector.
    """
    return (
        character.isspace()
        or unicodedata.category(character) == "Cf"
        or "\ufe00" <= character <= "\ufe0f"
        or character == "\u034f"
        or "\U000e0100" <= character <= "\U000e01ef"
    )


@lru_cache(maxsize=1024)  # an edit changes one text, and the others are checked again
def without_glyphs(text: str) -> tuple[str, ...]:
    """Return the characters of a text that no font has, each once, in their order."""
    composed = unicodedata.normalize("NFC", text)
    lacking = (c for c in composed if not has_glyph(c) and not _is_unseen(c))
    return tuple(dict.fromkeys(lacking))


def lettered(text: str) -> str:
    """Return the text without the characters that no font has; unchanged if there are none."""
    lacking = without_glyphs(text)
    if not lacking:
        return text
    for character in lacking:
        text = unicodedata.normalize("NFC", text).replace(character, "")
    # A removed word leaves its spaces.
    joined = "\n".join(" ".join(line.split()) for line in text.split("\n"))
    return re.sub(r" +(?=[.,!?…])", "", joined)


def named(character: str) -> str:
    """Return a character's name for an error: 'ก' (U+0E01 THAI CHARACTER KO KAI)."""
    name = unicodedata.name(character, "")
    return f"{character!r} (U+{ord(character):04X}{' ' if name else ''}{name})"
