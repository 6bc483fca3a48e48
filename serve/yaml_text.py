"""YAML of ours and of operators -> its values. Pure. serve/cli/brief_file.py has narrower rules.

A duplicate name in a mapping is refused: PyYAML would take the last one without a word.
"""

from typing import Any

import yaml

_MERGE = "tag:yaml.org,2002:merge"


class NameTwice(yaml.YAMLError):
    """A mapping has a duplicate name; the message is one line that names it."""


class _Loader(yaml.SafeLoader):
    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        # Here, not where values are made: until then `<<` has mixed the names of two mappings.
        node = super().compose_mapping_node(anchor)
        seen = set[str]()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag == _MERGE:
                continue
            if key.value in seen:
                line = key.start_mark.line + 1
                raise NameTwice(f"line {line}: {key.value[:40]!r} is given twice, wanted once")
            seen.add(key.value)
        return node


def yaml_value(text: str) -> Any:
    """Parse YAML into plain values.

    Raises:
        yaml.YAMLError: if it is not YAML; NameTwice, which is one, for a duplicate name.
    """
    return yaml.load(text, Loader=_Loader)  # noqa: S506  # a SafeLoader
