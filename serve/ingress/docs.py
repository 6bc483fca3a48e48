"""/docs: the OpenAPI document as one readable page, without other hosts.

Swagger UI would load its scripts from another host, which a closed network cannot reach.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from html import escape
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.responses import HTMLResponse

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8882; }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto;
  padding: 0 1rem; }
code, .path { font-family: ui-monospace, monospace; font-size: .93em; }
section { border-top: 1px solid var(--line); padding: .3rem 0 1rem; }
h2 { font-size: 1.05rem; margin: 1rem 0 .2rem; }
.method { display: inline-block; min-width: 4.5rem; font-weight: 700; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
td, th { text-align: left; vertical-align: top; padding: .2rem .8rem .2rem 0;
  border-bottom: 1px solid var(--soft); overflow-wrap: anywhere; }
pre { background: var(--soft); padding: .8rem; overflow-x: auto; }
"""
_CSP = "default-src 'none'; frame-ancestors 'none'; style-src 'sha256-{}'"

_EXAMPLE = """\
curl -X POST http://127.0.0.1:8000/v1/productions \\
  -H 'Content-Type: application/json' -H 'Idempotency-Key: first-film' \\
  -d '{"brief": {"product": {"name": "윈터그립 타이어"}, "duration_s": 30}, "seed": 7}'
curl -N http://127.0.0.1:8000/v1/productions/ID/events
curl -o film.mp4 http://127.0.0.1:8000/v1/productions/ID/versions/1/film"""


def docs(app: FastAPI) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/docs")
    def page() -> HTMLResponse:
        digest = b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
        return HTMLResponse(
            _page(app.openapi()), headers={"Content-Security-Policy": _CSP.format(digest)}
        )

    return routes


def _page(document: dict[str, Any]) -> str:
    info, schemas = document["info"], document["components"]["schemas"]
    parts = [
        f"<h1>{escape(info['title'])} {escape(info['version'])}</h1>",
        *(f"<p>{escape(text)}</p>" for text in info["description"].split("\n\n")),
        f"<pre>{escape(_EXAMPLE)}</pre>",
        '<p>For programs: <a href="openapi.json">openapi.json</a></p>',
    ]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            parts += _operation(method, path, operation)
    parts.append("<h1>Types</h1>")
    for name, schema in sorted(schemas.items()):
        parts += _schema(name, schema)
    body = "\n".join(parts)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(info['title'])}</title><style>{_STYLE}</style></head>"
        f"<body><main>{body}</main></body></html>"
    )


def _operation(method: str, path: str, operation: dict[str, Any]) -> Iterator[str]:
    yield f'<section><h2><span class="method">{method.upper()}</span>'
    yield f'<span class="path">{escape(path)}</span></h2><p>{escape(operation["summary"])}.</p>'
    rows = [
        (parameter["name"], parameter["in"], _type(parameter["schema"]),
         parameter.get("description", ""))
        for parameter in operation.get("parameters", ())
    ]  # fmt: skip
    if body := operation.get("requestBody"):
        rows += [
            ("body", media, _type(kind["schema"]), "") for media, kind in body["content"].items()
        ]
    yield from _table(("Parameter", "In", "Type", ""), rows)
    answers = [
        (status, answer["description"], ", ".join(answer.get("content", {})))
        for status, answer in sorted(operation["responses"].items())
    ]
    yield from _table(("Status", "Meaning", "As"), answers)
    yield "</section>"


def _schema(name: str, schema: dict[str, Any]) -> Iterator[str]:
    yield f'<section id="{escape(name)}"><h2>{escape(name)}</h2>'
    if text := schema.get("description"):
        yield f"<p>{escape(text)}</p>"
    if values := schema.get("enum"):
        yield f"<p><code>{escape(', '.join(map(str, values)))}</code></p>"
    required = schema.get("required", ())
    rows = [
        (field, _type(part), "required" if field in required else f"default {part.get('default')}")
        for field, part in schema.get("properties", {}).items()
    ]
    yield from _table(("Field", "Type", ""), rows)
    yield "</section>"


def _type(schema: dict[str, Any]) -> str:
    if reference := schema.get("$ref"):
        return str(reference).rpartition("/")[2]
    for union in ("anyOf", "oneOf", "allOf"):
        if union in schema:
            return " | ".join(_type(part) for part in schema[union])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("format") == "binary":
        return "bytes"
    if fields := schema.get("properties"):
        return f"{{{', '.join(fields)}}}"
    kind = str(schema.get("type", "any"))
    if kind == "array" and "items" in schema:
        kind = f"[{_type(schema['items'])}]"
    limits = [
        f"{sign}{schema[name]}"
        for name, sign in (("minimum", "≥ "), ("maximum", "≤ "), ("maxLength", "to "),
                           ("minItems", "from "), ("maxItems", "to "))
        if name in schema
    ]  # fmt: skip
    return f"{kind} ({', '.join(limits)})" if limits else kind


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    if not rows:
        return
    yield "<table><tr>" + "".join(f"<th>{escape(head)}</th>" for head in heads) + "</tr>"
    for first, *others in rows:
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in others)
        yield f"<tr><td><code>{escape(first)}</code></td>{cells}</tr>"
    yield "</table>"
