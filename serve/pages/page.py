"""A report's template and its values -> the page. Every value is escaped; none may be missing."""

from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from serve.pages import figures

_BASE = Path(__file__).parent


def page(template: Path, /, **values: Any) -> str:
    """The whole document. The template extends `base.html`; `parts.html` has macros for it."""
    return page_template(template).render(values)


@cache
def page_template(template: Path) -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader([template.parent, _BASE]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(figures.FILTERS)
    environment.get_template("base.html")
    environment.get_template("parts.html")
    return environment.get_template(template.name)
