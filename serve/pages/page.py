"""A report's template and values -> the page. Escapes every value; a missing one is an error."""

from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from serve.pages import figures

_BASE = Path(__file__).parent


def page(template: Path, /, **values: Any) -> str:
    """Return the whole document. The template extends `base.html` and may use `parts.html`'s
    macros.
    """
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
