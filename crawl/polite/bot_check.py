"""Recognises bot checks. A host that sends one is not asked again."""

from crawl.polite.answer import HttpAnswer

LOOK_AT_BYTES = 64 * 1024
REFUSALS = frozenset({401, 403, 429, 503})
"""Statuses that bot checks come with; their bodies are looked at."""

_HEADERS = {"cf-mitigated": "challenge", "x-amzn-waf-action": "", "x-datadome": ""}
"""Header -> what it says where there is a check (anything, if empty)."""
# In any page: nothing but a check contains these.
_ALWAYS = (b"window._cf_chl_opt", b"awswafcookiedomainlist", b'id="px-captcha"',
           b"captcha-delivery.com")  # fmt: skip
# In a page that comes with a refusal; a page that is shown may well have a form with a captcha.
_REFUSED = (b"captcha", b"_incapsula_resource", b"are you a robot", b"are you human",
            b"not a bot", b"unusual traffic",
            *(words.encode(charset) for charset in ("utf-8", "cp949") for words in (
                "자동입력 방지", "자동 등록 방지", "로봇이 아닙니다", "비정상적인 접근",
                "비정상적인 트래픽", "자동화된 접근")))  # fmt: skip


def bot_check(answer: HttpAnswer, body: bytes) -> str | None:
    """Return the sign of a bot check, or None. `body`: its beginning, as far as it was read."""
    for header, value in _HEADERS.items():
        said = answer.headers.get(header)
        if said is not None and value in said.lower() and answer.status in REFUSALS | {202, 405}:
            return f"the header {header}"
    low = body[:LOOK_AT_BYTES].lower()
    for sign in _ALWAYS if answer.status not in REFUSALS else _ALWAYS + _REFUSED:
        if sign in low:
            return repr(sign.decode("utf-8", "replace"))
    return None
