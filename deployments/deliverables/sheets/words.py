"""Labels of the sheets, in the words of Korean agencies and in English."""

from collections.abc import Mapping

from conte.field_words import BRIEF_FIELDS, CONTE_FIELDS, CUT_FIELDS
from conte.vocabulary import Language

_WORDS: Mapping[Language, Mapping[str, str]] = {
    "ko": {
        "cut": "컷", "picture": "화면", "audio": "오디오", "time": "초수", "version": "버전",
        "conte": "콘티 {0}", "date": "작성일", "length": "총 초수", "total": "합계",
        "seconds": "{0}초", "sum": "누적 {0}초", "frames": "{0}프레임", "number": "{0}컷",
        "none": "-", "next": "다음 컷으로: {0}", "end": "끝: {0}", "no_picture": "그림 없음",
        "alt": "{0}컷 화면: {1}", "made_by": "영상: {0}", "said": "대사",
        "direction": "{0}안", "sheet": "콘티", "remark": "의견",
        "comments": "코멘트", "comment": "내용", "author": "작성자", "second": "초",
        "approval": "콘티 승인서",
        "approves": "위 콘티의 내용을 확인하였으며, 이대로 제작을 진행하는 데 동의합니다.",
        "approver": "승인자", "approved_at": "승인 일시", "approval_number": "승인 번호",
        "hash": "확인 값",
        "hash_note": "승인한 콘티와 영상, 사용된 모든 파일의 기록에서 계산한 값입니다. "
        "승인 뒤에 하나라도 바뀌면 이 값과 맞지 않습니다.",
        "signature": "서명", "name": "성명", "signed_on": "날짜", "party": "구분",
        "advertiser_party": "광고주", "agency_party": "대행사", "maker_party": "제작사",
        "cuts": "컷 구성", "not_yet": "아직 승인되지 않았습니다.", "changes": "수정대조표",
    },
    "en": {
        "cut": "Cut", "picture": "Picture", "audio": "Audio", "time": "Time", "version": "Version",
        "conte": "Conte {0}", "date": "Date", "length": "Length", "total": "Total",
        "seconds": "{0} s", "sum": "at {0} s", "frames": "{0} fr", "number": "{0}",
        "none": "-", "next": "To the next: {0}", "end": "Ends: {0}", "no_picture": "no picture",
        "alt": "Picture of cut {0}: {1}", "made_by": "Clips: {0}",
        "said": "DIA", "direction": "Direction {0}", "sheet": "Conte",
        "remark": "Remarks", "comments": "Comments", "comment": "Comment", "author": "By",
        "second": "Second",
        "approval": "Approval",
        "approves": "I have read the conte above and agree that it is produced as it is.",
        "approver": "Approved by", "approved_at": "Approved on", "approval_number": "Approval no.",
        "hash": "Check value",
        "hash_note": "Computed from the record of the approved conte, its film and every file "
        "of it. If one of them changes, it no longer matches.",
        "signature": "Signature", "name": "Name", "signed_on": "Date", "party": "Party",
        "advertiser_party": "Advertiser", "agency_party": "Agency", "maker_party": "Production",
        "cuts": "Cuts", "not_yet": "Not approved yet.", "changes": "Change table",
    },
}  # fmt: skip
_FIELDS = {
    "advertiser": BRIEF_FIELDS["advertiser"],
    "product": CONTE_FIELDS["product"],
    "ratio": BRIEF_FIELDS["aspect_ratio"],
    "title": CONTE_FIELDS["title"],
    "concept": CONTE_FIELDS["concept"],
    "slogan": CONTE_FIELDS["slogan"],
    "action": CUT_FIELDS["action"],
    "caption": CUT_FIELDS["caption"],
}


def words_of(language: Language) -> Mapping[str, str]:
    fields = {name: label.of(language) for name, label in _FIELDS.items()}
    return {**fields, **_WORDS[language]}
