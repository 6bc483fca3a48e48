"""An edition -> the lines of its sheets. The columns are those of `conte.sheet_lines`."""

from conte.edition import Edition
from conte.revision.working import Working
from conte.sheet_lines import Lines
from conte.sheet_lines import lines_of as lines_of_working


def lines_of(edition: Edition) -> Lines:
    return lines_of_working(Working(conte=edition.conte, brief=edition.brief))
