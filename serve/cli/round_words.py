"""Words of the commands of a round, in the brief's language: what a client may look at, too."""

from collections.abc import Mapping
from typing import Self

from conte.brief import Brief
from conte.revision.share import Right
from conte.vocabulary import Language

_WORDS: Mapping[str, Mapping[Language, str]] = {
    "no_cut": {
        "ko": "-m: 컷 {number}: 없는 컷입니다. 이 콘티는 {cuts}컷입니다",
        "en": "-m: there is no cut {number}, the conte has {cuts}",
    },
    "nothing_to_change": {
        "ko": "바꿀 것이 없습니다. 다른 말로 적어 주세요",
        "en": "nothing to change; say it in other words",
    },
    "one_version": {
        "ko": "콘티가 하나뿐이라 견줄 것이 없습니다",
        "en": "the production has one version; there is nothing to compare",
    },
    "run_it": {"ko": "이대로 만들까요?", "en": "run it?"},
    "not_run": {
        "ko": "만들지 않았습니다. 수정안은 남아 있습니다: sian quote {production}",
        "en": "nothing was run; the draft keeps it: sian quote {production}",
    },
    "make_them": {"ko": "만들까요?", "en": "make them?"},
    "make_production": {"ko": "이대로 제작을 만들까요?", "en": "make it a production?"},
    "nothing_made": {"ko": "만들지 않았습니다", "en": "nothing was made"},
    "format_made": {"ko": "{format}  제작 {id}", "en": "{format}  production {id}"},
    "own_films": {
        "ko": "저마다 영상이 만들어집니다: sian show ID, sian download ID",
        "en": "each has a film of its own: sian show ID, sian download ID",
    },
    "not_asked": {"ko": "실행하지 않았습니다", "en": "not run"},
    "say_yes": {
        "ko": "묻지 않고 실행하려면 --yes를 붙이세요",
        "en": "say --yes to run it without being asked",
    },
    "in_review": {
        "ko": "콘티 {number}: 검토 중입니다. 링크는 지금 한 번만 보입니다:",
        "en": "콘티 {number} is in review; the link, shown this once:",
    },
    "allows": {
        "ko": "{until}까지 할 수 있는 것: {rights}",
        "en": "it allows {rights} until {until}",
    },
    "offer": {
        "ko": "  파일 {files}개, 남은 검토 의견 {findings}건",
        "en": "  {files} files, {findings} findings are open",
    },
    "hash": {"ko": "  해시 {hash}", "en": "  hash {hash}"},
    "approve_it": {
        "ko": "승인할까요? 되돌릴 수 없습니다",
        "en": "approve it? It cannot be taken back",
    },
    "not_approved": {"ko": "승인하지 않았습니다", "en": "not approved"},
    "approved": {
        "ko": "승인: {name}, {number}번째 승인",
        "en": "approved by {name}, approval {number}",
    },
    "manifest": {"ko": "  승인서 해시 {hash}", "en": "  manifest {hash}"},
    "intact": {
        "ko": "모두 승인된 그대로입니다",
        "en": "every byte is as it was approved",
    },
    "not_intact": {"ko": "승인된 것과 다릅니다", "en": "NOT as it was approved"},
    "version": {"ko": "콘티", "en": "version"},
    "made": {"ko": "만든 때", "en": "made"},
    "changes": {"ko": "바뀐 것", "en": "changes"},
    "renders": {"ko": "렌더링", "en": "renders"},
    "message": {"ko": "내용", "en": "message"},
}
_VERDICTS: Mapping[str, Mapping[Language, str]] = {
    "intact": {"ko": "그대로", "en": "intact"},
    "changed": {"ko": "바뀜", "en": "changed"},
    "missing": {"ko": "없음", "en": "missing"},
}
_RIGHTS: Mapping[Right, Mapping[Language, str]] = {
    Right.VIEW: {"ko": "보기", "en": "view"},
    Right.COMMENT: {"ko": "댓글", "en": "comment"},
    Right.APPROVE: {"ko": "승인", "en": "approve"},
    Right.DOWNLOAD: {"ko": "내려받기", "en": "download"},
}


class RoundWords:
    """The words of one production's rounds, in a language."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language

    @classmethod
    def of(cls, brief: Brief | None) -> Self:
        """Return the words for a brief; without one that can be read, in English."""
        return cls("en" if brief is None else brief.language)

    def say(self, name: str, /, **values: object) -> str:
        return _WORDS[name][self.language].format(**values)

    def verdict(self, verdict: str) -> str:
        return _VERDICTS[verdict][self.language]

    def rights(self, rights: list[Right]) -> str:
        return ", ".join(_RIGHTS[right][self.language] for right in rights)
