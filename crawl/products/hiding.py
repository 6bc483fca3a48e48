"""Finds elements of a page that its styles hide."""

import re
from dataclasses import dataclass
from typing import Any, Self

_NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_AT_RULE = re.compile(r"@[^{};]*(?:;|\{(?:[^{}]*\{[^{}]*\})*[^{}]*\})")
"""At-rules, such as `@media print`, which do not decide what a screen shows."""
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SELECTOR = re.compile(r"([a-z][a-z0-9]*)?(?:([.#])([\w-]+))?", re.IGNORECASE)
_MAX_STYLE = 200_000


@dataclass(frozen=True)
class Hiding:
    selectors: frozenset[tuple[str, str, str]]
    """Selectors that hide elements, as (tag, "." or "#", name); longer selectors are ignored."""

    @classmethod
    def of(cls, root: Any) -> Self:
        found: set[tuple[str, str, str]] = set()
        for style in root.iter("style"):
            media = (style.get("media") or "all").lower()
            if not ("all" in media or "screen" in media):
                continue
            text = _AT_RULE.sub("", _COMMENT.sub("", (style.text or "")[:_MAX_STYLE]))
            for selectors, declarations in _RULE.findall(text):
                if not _NOT_SHOWN.search(declarations):
                    continue
                for selector in selectors.split(","):
                    if (parts := _SELECTOR.fullmatch(selector.strip())) and selector.strip():
                        tag, sign, name = (part or "" for part in parts.groups())
                        found.add((tag.lower(), sign, name))
        return cls(frozenset(found))

    def hides(self, element: Any) -> bool:
        """Return whether the element itself is hidden, regardless of its ancestors."""
        if element.get("hidden") is not None or _NOT_SHOWN.search(element.get("style") or ""):
            return True
        if not self.selectors:
            return False
        names = [("", ""), ("#", element.get("id") or "")]
        names += [(".", name) for name in (element.get("class") or "").split()]
        return any(
            (tag, sign, name) in self.selectors
            for sign, name in names
            for tag in (str(element.tag), "")
            if tag or sign
        )

    def within(self, element: Any) -> bool:
        """Return whether the element or one of its ancestors is hidden."""
        return self.hides(element) or any(self.hides(above) for above in element.iterancestors())
