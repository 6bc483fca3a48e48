"""The shot list as CSV: a line a cut, for spreadsheets. Texts never become formulas."""

import csv
import io

from deployments.deliverables.maker import Material
from deployments.deliverables.sheets.lines import lines_of

BOM = "\ufeff"
"""Byte order mark: without it Excel reads UTF-8 in the machine's own encoding."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def shot_list(material: Material) -> bytes:
    """Return the list, its header first."""
    sheet = lines_of(material.edition)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(sheet.labels.values())
    for line in sheet.lines:
        writer.writerow([guarded(line[name]) for name in sheet.labels])
    return (BOM + text.getvalue()).encode()


def guarded(value: str | int | float) -> str | int | float:
    """Put an apostrophe before a text that a spreadsheet would run as a formula."""
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA):
        return f"'{value}"
    return value
