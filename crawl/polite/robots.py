"""robots.txt by RFC 9309: what may be requested from a site, and how fast.

If it does not exist (4xx), everything may be requested; if it cannot be fetched (5xx, 429, no
answer), nothing may, for now. It is kept for a day at most (2.4), read up to 500 KiB (2.5), and
fetched through up to five redirects (2.3.1.2).
"""

import codecs
import re
from dataclasses import dataclass

import httpx
from protego import Protego

MAX_BYTES = 500 * 1024
MAX_HOPS = 5
MAX_AGE_S = 24 * 3600.0
MIN_AGE_S = 60.0
MAX_DELAY_S = 24 * 3600.0
_AGENT_LINE = re.compile(r"^\s*user[- ]?agent(?:\s*:|\s)\s*([^#]*).*$", re.IGNORECASE)
_TOKEN = re.compile(r"\*|[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class RobotsRules:
    """A site's rules for one robot."""

    _parsed: Protego | None
    agent: str

    @classmethod
    def read(cls, text: bytes, agent: str) -> "RobotsRules":
        """Parse a robots.txt in UTF-8, or UTF-16 with a byte order mark; other bytes are
        replaced."""
        utf16 = text.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        lines = text.decode("utf-16" if utf16 else "utf-8-sig", "replace").splitlines()
        tokens = (_AGENT_LINE.sub(_product_tokens, line) for line in lines)
        return cls(Protego.parse("\n".join(tokens)), agent)

    @classmethod
    def none(cls, agent: str) -> "RobotsRules":
        """Return the rules of a site without a robots.txt: everything is allowed."""
        return cls(None, agent)

    def allow(self, url: httpx.URL) -> bool:
        return self._parsed is None or self._parsed.can_fetch(str(url), self.agent)

    @property
    def delay_s(self) -> float:
        """Seconds between two requests that the site demands by Crawl-delay or Request-rate."""
        if self._parsed is None:
            return 0.0
        delay_s = self._parsed.crawl_delay(self.agent) or 0.0
        rate = self._parsed.request_rate(self.agent)
        if rate is not None and rate.requests > 0:
            delay_s = max(delay_s, rate.seconds / rate.requests)
        return min(max(delay_s, 0.0), MAX_DELAY_S) if delay_s == delay_s else 0.0


def _product_tokens(line: re.Match[str]) -> str:
    """Rewrite `User-agent` lines to one product token each, as the parser requires (RFC 9309,
    2.2.1).

    Some sites copy `SianBot/1.0 (+https://...)` from their logs, or name several robots in one
    line.
    """
    names = (_TOKEN.match(name.strip()) for name in line.group(1).split(","))
    return "\n".join(f"User-agent: {name.group()}" for name in names if name) or line.group()


def place(url: httpx.URL) -> httpx.URL:
    """Return the URL of the robots.txt of a URL's site."""
    return url.copy_with(raw_path=b"/robots.txt", fragment=None)
