"""Recognises bot checks. A host that sends one is not requested again."""

from crawl.polite.answer import HttpAnswer

LOOK_AT_BYTES = 64 * 1024
REFUSALS = frozenset({401, 403, 429, 503})
"""Statuses that come with bot checks; the bodies of such responses are searched."""

_HEADERS = {"cf-mitigated": "challenge", "x-amzn-waf-action": "", "x-datadome": ""}
"""Header -> text in it that marks a bot check; empty: any text does."""
# Found in any page: only a bot check contains these.
_ALWAYS = (b"window._cf_chl_opt", b"awswafcookiedomainlist", b'id="px-captcha"',
           b"captcha-delivery.com")  # fmt: skip
# Found in a page with a refusing status; an ordinary page may well have a form with a captcha.
_REFUSED = (b"captcha", b"_incapsula_resource", b"are you a robot", b"are you human",
            b"not a bot", b"unusual traffic",
            *(words.encode(charset) for charset in ("utf-8", "cp949") for words in (
                "자동입력 방지", "자동 등록 방지", "로봇이 아닙니다", "비정상적인 접근",
                "비정상적인 트래픽", "자동화된 접근")))  # fmt: skip


def bot_check(answer: HttpAnswer, body: bytes) -> str | None:
    """Return the sign of a bot check, or None. `body`: the beginning of the body, as far as
    read."""
    for header, value in _HEADERS.items():
        said = answer.headers.get(header)
        if said is not None and value in said.lower() and answer.status in REFUSALS | {202, 405}:
            return f"the header {header}"
    low = body[:LOOK_AT_BYTES].lower()
    for sign in _ALWAYS if answer.status not in REFUSALS else _ALWAYS + _REFUSED:
        if sign in low:
            return repr(sign.decode("utf-8", "replace"))
    return None
