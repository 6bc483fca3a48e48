"""Values <-> the JSON text that databases store: written strictly, read leniently.

Text outlives the code that wrote it. Input rules (lengths, patterns, combinations) apply to new
values only: a stored value stays readable when a rule is tightened, or when a newer release has
added a field. docs/upgrading.md lists what is promised.
"""

from serve.stored.text import Unreadable, data_of, read, read_all, text_of, value_of

__all__ = ["Unreadable", "data_of", "read", "read_all", "text_of", "value_of"]
