"""`/`: the Studio's built page. The path of each of its views answers with the same page."""

import re
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, Response

from serve.ingress.problems import NOT_FOUND, Problem
from serve.ingress.review_views import GUEST_PAGE
from serve.pages.fonts import FONTS, font_bytes

PAGE = Path(__file__).parent.parent / "studio" / "page"
_NAME = re.compile(r"[A-Za-z0-9_-]+\.[a-z0-9]+")
_KINDS = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".otf": "font/otf",
    ".woff2": "font/woff2",
}
_CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "media-src 'self' blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types svelte-trusted-html",
    )
)


def studio(page: Path = PAGE) -> APIRouter:
    """Return the routes of the page. Its assets never change: their names contain their hash."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/")
    @routes.get("/p/{_}")
    @routes.get("/projects/{_}")
    @routes.get("/operate")
    @routes.get(GUEST_PAGE + "/{_}")
    def view(request: Request) -> Response:
        return _answer(request, page / "index.html", "no-cache")

    @routes.get("/fonts/{name}")
    def font(name: str) -> Response:
        if f"fonts/{name}" not in FONTS:
            raise Problem(NOT_FOUND, f"there is no font {name[:80]!r}")
        return Response(
            font_bytes(f"fonts/{name}"),
            media_type=_KINDS.get(Path(name).suffix, "text/plain; charset=utf-8"),
            headers={"Cache-Control": "public, max-age=604800"},
        )

    @routes.get("/assets/{name}")
    def asset(request: Request, name: str) -> Response:
        path = page / "assets" / name
        if not _NAME.fullmatch(name) or path.suffix not in _KINDS or not path.is_file():
            raise Problem(NOT_FOUND, f"there is no asset {name[:80]!r}")
        return _answer(request, path, "public, max-age=31536000, immutable")

    return routes


def _answer(request: Request, path: Path, kept: str) -> Response:
    """Return the file, compressed if the browser accepts it."""
    headers = {
        "Cache-Control": kept,
        "Content-Security-Policy": _CSP,
        "Vary": "Accept-Encoding",
    }
    small = path.with_name(f"{path.name}.br")
    if "br" in _encodings(request) and small.is_file():
        headers["Content-Encoding"] = "br"
        return FileResponse(small, headers=headers, media_type=_KINDS[path.suffix])
    return FileResponse(path, headers=headers, media_type=_KINDS[path.suffix])


def _encodings(request: Request) -> set[str]:
    wanted = request.headers.get("accept-encoding", "").split(",")
    return {name.split(";")[0].strip() for name in wanted if not name.endswith(";q=0")}
