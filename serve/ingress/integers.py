"""One rule for every integer of the API.

In JSON `true`, `1.0`, `1e3` and `"7"` are none. Where everything is text (a path, a query, a form),
only the digits that JSON would have are accepted: `+7`, `07`, `1_000` and `7.0` are none.
"""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Strict

_DIGITS = re.compile(r"-?(0|[1-9][0-9]{0,18})", re.ASCII)


def of_digits(value: Any) -> Any:
    """Return the integer of a text of digits; any other value unchanged, for the validator."""
    return int(value) if isinstance(value, str) and _DIGITS.fullmatch(value) else value


JsonInteger = Annotated[int, Strict()]
"""Integer of a JSON body."""
TextInteger = Annotated[int, BeforeValidator(of_digits), Strict()]
"""Integer of a path, a query or a form."""
