"""The session cookie: its name and attributes, and which requests may use it. No tokens here.

Over HTTPS it is `__Host-sian`: Secure, and no other host, not even a subdomain, can set it. On
plain-HTTP loopback it is `sian`, without Secure: Safari and older browsers refuse a Secure cookie
from http://localhost. Cookies know no ports, so any server on that machine may read this one.
"""

import ipaddress
from typing import Literal
from urllib.parse import urlsplit

from fastapi import Request, Response

from serve.ingress.problems import CROSS_ORIGIN, NOT_SECURE, Problem

COOKIE = "__Host-sian"
LOOPBACK_COOKIE = "sian"
_SAFE = ("GET", "HEAD", "OPTIONS")
_STRICT: Literal["strict"] = "strict"


def token_in(request: Request) -> str | None:
    """Return the session token of a request, if its browser was given one."""
    if (found := request.cookies.get(COOKIE)) is not None:
        return found
    # Elsewhere a subdomain, or somebody on the network, could have set a cookie of this name.
    return request.cookies.get(LOOPBACK_COOKIE) if _on_loopback(request) else None


def keep(request: Request, response: Response, token: str, lasts_s: int) -> None:
    """Give the browser its cookie.

    Raises:
        Problem: 403 if the browser would drop it.
    """
    plain = _scheme(request) == "http"
    if plain and not _on_loopback(request):
        raise Problem(
            NOT_SECURE,
            "a session needs https: over http a browser keeps no such cookie, and the network "
            "could read it; send the key with each request instead",
        )
    response.set_cookie(
        LOOPBACK_COOKIE if plain else COOKIE,
        token,
        max_age=lasts_s,
        path="/",
        secure=not plain,
        httponly=True,
        samesite=_STRICT,
    )


def clear(request: Request, response: Response) -> None:
    """Remove the cookies that the request has."""
    for name, secure in ((COOKIE, True), (LOOPBACK_COOKIE, False)):
        if name in request.cookies:
            response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite=_STRICT)


def check_origin(request: Request) -> None:
    """Check that a request that changes something by cookie comes from this server's own page.

    SameSite=Strict alone lets the pages of sibling hosts and other ports in: a site is not an
    origin.

    Raises:
        Problem: 403 with what is wanted.
    """
    if request.method in _SAFE or _same_origin(request):
        return
    said = request.headers.get("sec-fetch-site")
    got = f"Sec-Fetch-Site: {said}" if said else f"Origin: {request.headers.get('origin')}"
    raise Problem(
        CROSS_ORIGIN,
        "by its cookie a session writes only from this server's own pages: wanted Sec-Fetch-Site: "
        f"same-origin or this server's Origin, got {got[:200]}; other programs send the key",
    )


def refuse_other_origins(request: Request) -> None:
    """Refuse a request from another site's page; programs other than browsers are allowed.

    Raises:
        Problem: 403 with what is wanted.
    """
    if "sec-fetch-site" in request.headers or "origin" in request.headers:
        check_origin(request)


def _same_origin(request: Request) -> bool:
    # Browsers let no page set it, and send it to secure and loopback addresses.
    if (said := request.headers.get("sec-fetch-site")) is not None:
        return said == "same-origin"
    # The scheme is not compared: behind a proxy that ends TLS, ours is always http.
    origin = request.headers.get("origin", "")
    host = request.headers.get("host", "")
    return bool(host) and _netloc(origin) == host.lower()


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _scheme(request: Request) -> str:
    """Return the scheme that the browser used, from its Origin header, which is right behind a
    proxy, too."""
    origin = request.headers.get("origin", "")
    if origin.startswith(("http://", "https://")):
        return origin.partition(":")[0]
    forwarded = request.headers.get("x-forwarded-proto", "").partition(",")[0].strip().lower()
    return forwarded if forwarded in ("http", "https") else request.url.scheme


def _on_loopback(request: Request) -> bool:
    try:
        host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    except ValueError:
        return False
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
