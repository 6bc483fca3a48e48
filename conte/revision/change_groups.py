"""Change table -> rows as documents show them: grouped by cut, with the words that were changed.

Labels are those of documents for clients; no document is known here.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from conte.revision.change import Change, ChangeKind, Untouched
from conte.revision.words import Run, shortened
from conte.vocabulary import Language

CHANGE_WORDS: Mapping[Language, Mapping[str, str]] = {
    "ko": {
        "table": "수정대조표", "advertiser": "광고주", "product": "제품", "title": "제목",
        "versions": "버전", "conte": "콘티 {0}", "date": "작성일", "cuts": "컷 수",
        "cut": "컷", "field": "항목", "before": "수정 전", "after": "수정 후", "cause": "사유",
        "changes": "수정 항목", "untouched": "그대로인 컷", "shared": "공통",
        "none": "없음", "count": "{0}개", "rows": "{0}건",
        "same": "두 콘티는 같습니다.", "removed": "삭제", "added": "추가", "number": "{0}컷",
        "split": "나눔", "merged": "합침",
        "left_out": "영상 프롬프트 같은 제작용 항목 {0}건은 싣지 않았습니다.",
        "now": "{0}컷(현재 {1}컷)", "ellipsis": "… 바뀌지 않아 줄인 부분",
    },
    "en": {
        "table": "Change table", "advertiser": "Advertiser", "product": "Product",
        "title": "Title", "versions": "Versions", "conte": "Conte {0}", "date": "Date",
        "cuts": "Cuts", "cut": "Cut", "field": "Field", "before": "Before", "after": "After",
        "cause": "Reason", "changes": "Changes", "untouched": "Cuts untouched", "shared": "All",
        "none": "none", "count": "{0}", "rows": "{0}",
        "same": "The two contes are the same.", "removed": "removed", "added": "added",
        "number": "{0}", "split": "split", "merged": "merged",
        "left_out": "Not listed: changes for makers only, such as video prompts ({0}).",
        "now": "{0} (now {1})", "ellipsis": "… unchanged words left out",
    },
}  # fmt: skip
CHANGE_KINDS: Mapping[Language, Mapping[ChangeKind, str]] = {
    "ko": {"picture": "화면", "words": "문구", "time": "시간", "order": "구성"},
    "en": {"picture": "picture", "words": "words", "time": "time", "order": "order"},
}


class Row(NamedTuple):
    change: Change
    before: Sequence[Run]
    """Words kept and removed; one kept run if the words are not compared."""
    after: Sequence[Run]


class Group(NamedTuple):
    """Rows of one cut, or all rows that belong to no cut."""

    number: str
    remark: str
    rows: Sequence[Row]


def groups_of(rows: Sequence[Change], words: Mapping[str, str]) -> list[Group]:
    groups: list[Group] = []
    for _, together in groupby(rows, key=lambda row: (row.part == "cut", row.cut)):
        of_one = list(together)
        number, remark = _number(of_one[0], words)
        groups.append(Group(number, remark, [_row(row) for row in of_one]))
    return groups


def _number(row: Change, words: Mapping[str, str]) -> tuple[str, str]:
    """Return the cut's number (two if it changed), and whether it was added or removed."""
    if row.part != "cut":
        return words["shared"], ""
    if row.number_before is None or row.number_after is None:
        return str(row.number_before or row.number_after), words[row.happened]
    if row.number_before == row.number_after:
        return str(row.number_after), ""
    return f"{row.number_before} → {row.number_after}", ""


def _row(row: Change) -> Row:
    if not is_compared(row):
        return Row(row, _plain(row.text_before), _plain(row.text_after))
    runs = shortened(row.runs)
    return Row(
        row,
        [run for run in runs if run.fate != "added"],
        [run for run in runs if run.fate != "removed"],
    )


def is_compared(row: Change) -> bool:
    """Return whether some words are kept, so that it helps to mark those that are not."""
    return any(run.fate == "kept" for run in row.runs)


def _plain(text: str) -> tuple[Run, ...]:
    return (Run(fate="kept", text=text),) if text else ()


def untouched_text(one: Untouched, words: Mapping[str, str]) -> str:
    if one.number_before == one.number_after:
        return words["number"].format(one.number_after)
    return words["now"].format(one.number_before, one.number_after)
