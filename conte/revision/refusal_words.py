"""Refusals in words: one table, in Korean and English, for all that a draft or a review refuses.

Values stand in braces. A phrase may be the value of another one: what a refusal is about, why.
"""

from collections.abc import Mapping

from conte.bilingual import BilingualText


def _both(ko: str, en: str) -> BilingualText:
    return BilingualText(ko=ko, en=en)


PHRASES: Mapping[str, BilingualText] = {
    # What a refusal is about
    "cut_field": _both("컷 {number} {field}", "cut {number}'s {field}"),
    "conte_field": _both("{field}", "the {field}"),
    "look_field": _both("룩 {field}", "the look's {field}"),
    "entry_field": _both("{entry} {field}", "{entry}'s {field}"),
    "sheet_entry": _both("등장인물·제품 {entry}", "the sheet's {entry}"),
    "brief_field": _both("브리프 {field}", "the brief's {field}"),
    "together": _both(
        "컷 {first}·{second} 합친 {field}", "{field} of cuts {first} and {second} together"
    ),
    "next_cut": _both("컷 {number} 다음 컷", "the cut after cut {number}"),
    "cuts_or_sheet": _both("컷 순서나 등장인물·제품", "the cuts or the sheet"),
    # Cuts
    "no_cut": _both("컷 {cut}: 없는 컷입니다. 그사이 빠졌을 수 있습니다", "there is no cut {cut}"),
    "cut_exists": _both(
        "컷 {cut}: 이미 있는 컷입니다. 새 id를 쓰거나 비워 두세요",
        "there is a cut {cut} already, wanted a new id or none",
    ),
    "too_few_cuts": _both(
        "컷이 {got}개가 됩니다. 적어도 {most}개여야 합니다",
        "the film would have {got} cuts, wanted at least {most}",
    ),
    "too_many_cuts": _both(
        "컷이 {got}개가 됩니다. 많아야 {most}개입니다",
        "the film would have {got} cuts, wanted at most {most}",
    ),
    "too_short": _both(
        "컷 {number}의 길이가 {lasts:.3g}초가 됩니다. 적어도 {least:g}초여야 합니다",
        "cut {number} would last {lasts:.3g} s, wanted at least {least:g} s",
    ),
    "cannot_give": _both(
        "컷 {number}의 길이는 {lasts:.3g}초라서 {gives:.3g}초를 내줄 수 없습니다."
        " 적어도 {least:g}초는 남아야 합니다",
        "cut {number} lasts {lasts:.3g} s and cannot give {gives:.3g} s,"
        " wanted at least {least:g} s left",
    ),
    "share_too_little": _both(
        "나머지 컷 {cuts}개가 {left:.3g}초를 나누게 됩니다. 적어도 {least:.3g}초가 있어야 합니다",
        "{cuts} other cuts would share {left:.3g} s, wanted at least {least:.3g} s",
    ),
    "borrowed_too_short": _both(
        "컷 {cuts}개가 {left:.3g}초를 나누게 됩니다. 적어도 {least:.3g}초가 있어야 합니다",
        "{cuts} cuts would share {left:.3g} s, wanted at least {least:.3g} s",
    ),
    "no_such_frame": _both(
        "컷 {number}에는 0에서 {last}까지의 프레임이 있습니다(받은 값 {got})",
        "got {got}, cut {number} has frames 0 to {last}",
    ),
    "no_such_split": _both(
        "컷 {number}에는 0에서 {last}까지의 프레임이 있습니다(받은 값 {got})."
        " 나눈 두 컷은 각각 {least:g}초 이상이어야 합니다",
        "cut {number} has frames 0 to {last}, got {got}; each half lasts at least {least:g} s",
    ),
    "longer_than_film": _both(
        "{got}프레임입니다. 영상 전체가 {frames}프레임입니다",
        "got {got} frames, the film has {frames}",
    ),
    "not_the_films_length": _both(
        "{got}프레임입니다. 영상 전체는 {frames}프레임입니다",
        "last {got} frames, the film has {frames}",
    ),
    "after_itself": _both(
        "컷을 자기 뒤로 옮길 수는 없습니다. 다른 컷을 고르거나 null(맨 앞)로 하세요",
        "a cut cannot come after itself, wanted another cut or null",
    ),
    "gives_itself": _both(
        "컷이 자기에게 시간을 내줄 수는 없습니다. 다른 컷을 고르세요",
        "a cut cannot give time to itself, wanted another cut",
    ),
    "takes_itself": _both(
        "빼는 컷이 그 시간을 가져갈 수는 없습니다. 다른 컷을 고르세요",
        "the cut that is removed cannot take its time, wanted another cut",
    ),
    "place_is_replaced": _both(
        "그 컷은 바뀌어 없어집니다. 남는 컷을 고르거나 null(맨 앞)로 하세요",
        "that cut is replaced, wanted one that stays, or null",
    ),
    "locked": _both(
        "{what}: 잠겨 있습니다. 먼저 잠금을 푸세요", "{what} is locked, unlock it first"
    ),
    "locked_fields": _both(
        "컷 {number}에 잠긴 항목이 있습니다: {fields}. 먼저 잠금을 푸세요",
        "cut {number} has locked fields: {fields}; unlock them first",
    ),
    "lengths_locked": _both(
        "다른 컷의 길이가 모두 잠겨 있습니다. 먼저 하나를 푸세요",
        "the lengths of all other cuts are locked, unlock one first",
    ),
    "out_of_range": _both("{least}에서 {most}까지여야 합니다", "wanted {least} to {most}"),
    "start_out_of_range": _both(
        "{least}에서 {most}까지의 프레임이어야 합니다", "wanted {least} to {most} frames"
    ),
    "ids_alike": _both(
        "컷마다 서로 다른 id가 있어야 합니다(받은 값: {got})",
        "wanted an id for each and no two alike, got {got}",
    ),
    # The sheet, recordings, takes
    "not_of_the_sheet": _both(
        "{what}: {got}, 등장인물·제품에 없습니다. 있는 것: {known}",
        "{what}: got {got}, wanted ids of the sheet: {known}",
    ),
    "shows_unknown": _both(
        "{got}, 등장인물·제품에 없습니다. 있는 것: {known}",
        "got {got}, wanted ids of the sheet: {known}",
    ),
    "cut_shows_unknown": _both(
        "컷 {number}에 나오는 {got}, 등장인물·제품에 없습니다",
        "cut {number} shows {got}, which the sheet does not have",
    ),
    "no_entry": _both(
        "{got}, 등장인물·제품에 없습니다. 있는 것: {known}", "got {got}, the sheet has {known}"
    ),
    "another_entry": _both(
        "{what}: id가 다릅니다. 받은 값 {got}, 맞는 값 {wanted}",
        "{what}: got the id {got}, wanted {wanted}",
    ),
    "entry_shown": _both(
        "{what}: 컷 {cuts}에 나옵니다. 어느 컷에도 나오지 않아야 뺄 수 있습니다",
        "{what} is shown by cut {cuts}, wanted by none",
    ),
    "sheet_too_long": _both(
        "등장인물·제품이 {got}개가 됩니다. 많아야 {most}개입니다",
        "the sheet would have {got} entries, wanted at most {most}",
    ),
    "too_many_sounds": _both(
        "컷 {number}에서 시작하는 음원이 이미 {most}개입니다. 그보다 많이 둘 수 없습니다",
        "{most} sounds begin in cut {number}, which is the most",
    ),
    "no_sound": _both("음원 {sound}: 없는 음원입니다", "there is no sound {sound}"),
    "no_recording": _both(
        "음원 파일 {upload}: 올린 적이 없습니다. POST /v1/sounds로 먼저 올리세요",
        "there is no recording {upload}; wanted one of POST /v1/sounds",
    ),
    "sounds_of_a_new_cut": _both(
        "새 컷은 음원 없이 더합니다. 더한 다음 `place_sound`로 놓으세요",
        "`place_sound` places them, once the cut is there",
    ),
    "no_take": _both("컷 {cut}에 없는 테이크입니다: {take}", "cut {cut} has no take {take}"),
    "take_too_short": _both(
        "테이크 {take}에서 쓸 수 있는 것은 {frames}프레임인데 컷 {number}의 길이는"
        " {shown}프레임입니다. 컷을 먼저 줄이거나(retime) 다른 테이크를 고르세요",
        "take {take} has {frames} frames for the {shown} that cut {number} shows;"
        " shorten the cut first (retime), or pick another take",
    ),
    "no_picture": _both(
        "사진 {image}: 올린 적이 없습니다. POST /v1/images로 먼저 올리세요",
        "there is no picture {image}; wanted one of POST /v1/images",
    ),
    "no_direction": _both(
        "{production}: 같은 프로젝트의 다른 안이 아닙니다",
        "{production} is no other direction of the same project",
    ),
    "no_version": _both(
        "{production}: 없는 콘티입니다({number})", "production {production} has no version {number}"
    ),
    # Fields
    "changed_since": _both(
        "{what}: 그사이 바뀌었습니다. 지금 값을 보고 다시 고쳐 주세요",
        "{what} was changed since: it is no longer what `{field}` says",
    ),
    "not_taken": _both("{what}: {reason}", "{what}: {reason}"),
    "no_field": _both(
        "{got}: 고칠 수 없는 항목입니다. 고칠 수 있는 것: {known}",
        "got {got}, wanted one of {known}",
    ),
    "no_field_instead": _both(
        "{got}: 고칠 수 없는 항목입니다. {instead}", "got {got}, wanted one of {known}; {instead}"
    ),
    "instead_num_frames": _both("길이는 `retime`으로 바꿉니다", "`retime` changes a cut's length"),
    "instead_number": _both("순서는 `move`로 바꿉니다", "`move` changes a cut's place"),
    "instead_start": _both("시작점은 `retime`으로 바꿉니다", "`retime` moves where a cut begins"),
    "instead_take": _both("테이크는 `take`로 고릅니다", "`take` picks one"),
    "instead_sounds": _both(
        "음원은 `place_sound`와 `remove_sound`로 바꿉니다",
        "`place_sound` and `remove_sound` change them",
    ),
    "instead_locked": _both(
        "잠금은 `lock`과 `unlock`으로 바꿉니다", "`lock` and `unlock` change it"
    ),
    "fixed": _both("{what}: {value} 그대로 둡니다. {why}", "{what} stays {value}: {why}"),
    "fixed_format": _both(
        "다른 길이나 화면비는 승인된 콘티의 다른 포맷으로 만듭니다",
        "another one is another format of the version",
    ),
    "fixed_cuts": _both(
        "컷 수는 `add`, `remove`, `split`, `merge`로 바뀝니다",
        "`add`, `remove`, `split` and `merge` change how many there are",
    ),
    "fixed_language": _both(
        "다른 언어의 영상은 새 제작으로 만듭니다",
        "a film in another language is another production",
    ),
    "no_field_within": _both(
        "{got}: {name}에 없는 항목입니다. 있는 것: {known}",
        "got {got}, wanted for its {name} one of {known}",
    ),
    "no_item": _both(
        "{got}: {count}개뿐입니다(0부터 셉니다)", "got {got}, there are {count}, counted from 0"
    ),
    "nothing_named": _both(
        "{got}: {name}에 해당하는 것이 없습니다", "got {got}, there is nothing named {name} in it"
    ),
    # Files that come back edited
    "another_base": _both(
        "파일에 적힌 콘티와 여기 있는 콘티의 내용이 다릅니다",
        "the version that it names says something else here",
    ),
    "another_rate": _both(
        "초당 {got:g}프레임입니다. 이 영상은 {wanted}프레임입니다",
        "it has {got:g} frames a second, the film {wanted}",
    ),
    "no_exported_cut": _both("내보낸 콘티에 없는 컷입니다", "no cut of the exported version"),
    "there_twice": _both("파일에 두 번 이상 나옵니다", "the file has it more than once"),
    "sum_differs": _both(
        "합하면 {got}프레임입니다. 영상은 {frames}프레임입니다",
        "they sum to {got} frames, the film has {frames}",
    ),
    "cannot_be_removed": _both(
        "파일에는 없지만 뺄 수 없는 컷입니다: {why}",
        "it is not in the file, and cannot be removed: {why}",
    ),
    "no_retime": _both(
        "그 길이로는 만들 수 없습니다. 너무 짧아지거나 잠긴 컷이 있습니다",
        "no retime makes them: a cut would be too short, or is locked",
    ),
    "not_in_a_file": _both(
        "{what}: 파일에서는 고칠 수 없습니다", "{what} cannot be changed in a file"
    ),
    "cut_is_gone": _both(
        "{what}: 파일에서 고쳤지만 지금 콘티에는 그 컷이 없습니다",
        "{what} was changed there, and the draft has the cut no more",
    ),
    "no_place_for_sound": _both(
        "이 음원이 시작하는 컷이 지금 콘티에 없습니다",
        "the draft does not have the cut that it begins on",
    ),
    "no_frame_for_sound": _both(
        "이 음원이 시작하는 컷 {number} {frame}프레임이 지금 콘티에 없습니다",
        "the draft does not have frame {frame} of cut {number} that it begins on",
    ),
    "no_exported_recording": _both(
        "내보낸 콘티에 없는 음원입니다", "no recording of the exported version"
    ),
    "none_of_the_recordings": _both(
        "이 콘티의 음원이 파일에 하나도 없습니다. 빼려면 콘티에서 빼 주세요",
        "none of its recordings is in the file; take them out in the draft",
    ),
    "begins_on_no_cut": _both(
        "내보낸 콘티의 어느 컷에서도 시작하지 않습니다",
        "it begins on no cut of the exported version",
    ),
    "begins_after_the_end": _both(
        "영상이 끝난 뒤에 시작합니다", "it begins after the end of the film"
    ),
    "longer_than_recording": _both("음원보다 깁니다", "it is longer than its recording"),
    "level_not_there": _both(
        "파일에 음량이 없어 그대로 둡니다", "its level is not in the file, and stays"
    ),
    "level_out_of_range": _both(
        "음량이 {got:g} dB입니다. {least:g}에서 {most:g}까지여야 합니다",
        "its level is {got:g} dB, wanted {least:g} to {most:g}",
    ),
    # Comments
    "place_no_cut": _both(
        "이 콘티에 있는 컷이어야 합니다", "cut: wanted the id of a cut of this version"
    ),
    "place_no_frame": _both(
        "컷 {number}에는 0에서 {last}까지의 프레임이 있습니다",
        "frame: wanted 0 to {last}, the frames of cut {number}",
    ),
    "place_wanted": _both(
        "댓글이 달릴 컷이 있어야 합니다(답글은 제외)",
        "cut: wanted the id of a cut, unless it replies to a comment",
    ),
    "place_first_comment": _both(
        "답글이 아니라 첫 댓글이어야 합니다: {comment}",
        "wanted {comment}, the first comment of that thread",
    ),
    "place_no_take": _both(
        "이 컷의 테이크여야 합니다. 예: {take}", "take: wanted a take of this cut, such as {take}"
    ),
    "place_without_take": _both("이 컷에는 테이크가 없습니다", "take: wanted no take"),
    "comments_full": _both(
        "이 콘티에는 댓글이 {most}개 있습니다. 더 달 수 없습니다",
        "this version has {most} comments, wanted no more",
    ),
    "tenants_comments_full": _both(
        "댓글이 모두 {most}개 있습니다. 더 달 수 없습니다",
        "this tenant has {most} comments, wanted no more",
    ),
    "replies_full": _both(
        "이 댓글에는 답글이 {most}개 있습니다. 더 달 수 없습니다",
        "this comment has {most} replies, wanted no more",
    ),
    # Drafts and versions
    "no_version_yet": _both(
        "아직 콘티가 없습니다({state})", "there is no conte yet; it is {state}"
    ),
    "brief_unreadable": _both(
        "콘티 {number}의 브리프를 이 릴리스에서 읽을 수 없습니다",
        "the brief of version {number} cannot be read by this release",
    ),
    "draft_unreadable": _both(
        "수정안을 읽을 수 없습니다. 버리고 다시 시작하세요: {why}",
        "the draft cannot be read; drop it: {why}",
    ),
    "draft_full": _both(
        "수정 한 번에 바꿀 수 있는 것은 {most}가지이고, 지금 {got}가지입니다."
        " 새 콘티로 확정하고 이어서 고치세요",
        "a draft holds {most} operations, this one has {got};"
        " seal it and go on with the next version",
    ),
    "nothing_to_undo": _both("되돌릴 것이 없습니다", "there is nothing to undo"),
    "nothing_to_redo": _both("다시 할 것이 없습니다", "there is nothing to redo"),
    "nothing_changed": _both(
        "콘티 {number}에서 바뀐 것이 없습니다", "nothing was changed since version {number}"
    ),
    "another_version_came": _both(
        "콘티 {base}에서 고치는 사이에 새 콘티(콘티 {number})가 만들어졌습니다."
        " 수정안을 버리고 새 콘티에서 고치세요",
        "the draft is of version {base}, and version {number} came since",
    ),
    "still_made": _both(
        "콘티 {number}: {state}입니다. 끝난 다음 확정할 수 있습니다",
        "version {number} is {state}; the next one is sealed when it has ended",
    ),
    "not_as_quoted": _both(
        "견적을 낸 다음 수정안이나 렌더링할 것이 바뀌었습니다. 견적을 다시 확인하세요",
        "the draft, or what it renders, changed since it was quoted",
    ),
    "formats_not_as_quoted": _both(
        "견적을 낸 다음 클립이나 렌더링할 것이 바뀌었습니다. 견적을 다시 확인하세요",
        "the version's clips, or what is rendered, changed since then",
    ),
    "no_takes_yet": _both(
        "콘티 {number}: {state}입니다. 끝난 다음 테이크를 만들 수 있습니다",
        "version {number} is {state}; takes are made when it has ended",
    ),
    "upload_gone": _both(
        "올리는 데 너무 오래 걸려 파일이 지워졌습니다. 다시 올려 주세요",
        "the upload took too long, and its file is gone; send it again",
    ),
    "no_formats_yet": _both(
        "콘티 {number}: {state}입니다. 끝난 다음 다른 포맷을 만들 수 있습니다",
        "version {number} is {state}; formats are made of it when it has ended",
    ),
    "formats_when_approved": _both(
        "콘티 {number}: {state}입니다. 승인된 다음 다른 포맷을 만들 수 있습니다",
        "version {number} is {state}; formats are made of it when it is approved",
    ),
    "directions_full": _both(
        "이 프로젝트에는 A안부터 {last}안까지 {most}개 안이 있습니다. 더 만들 수 없습니다",
        "the project has {most} directions, A to {last}: all it may have",
    ),
    "productions_wait": _both(
        "제작 {got}건이 기다리고 있습니다. {most}건까지 기다릴 수 있습니다",
        "{got} productions wait, at most {most} may",
    ),
    "videos_wait": _both(
        "영상 {got}건이 기다리고 있습니다. {most}건까지 기다릴 수 있습니다",
        "{got} videos wait, at most {most} may",
    ),
    "takes_wait": _both(
        "이 제작의 테이크 {got}개가 기다리고 있습니다. {most}개까지 기다릴 수 있습니다",
        "{got} takes of this production wait, at most {most} may",
    ),
    "has_ended": _both("이미 끝난 제작입니다({state})", "the production has ended: it is {state}"),
    "no_retry_of_old": _both(
        "콘티 {number} 다음에 새 콘티(콘티 {newest})가 만들어졌습니다",
        "version {newest} has taken the place of version {number}",
    ),
    "no_retry_yet": _both(
        "제작이 {state}입니다. 실패했을 때만 컷을 다시 만들 수 있습니다",
        "the production is {state}; a cut is retried when it has failed",
    ),
    "not_failed": _both(
        "콘티 {number} 컷 {cut}: 실패한 컷이 아닙니다",
        "cut {cut} of version {number} has not failed",
    ),
    # Reviews and approvals
    "illegal_step": _both(
        "콘티 {number}: 지금 ‘{state}’ 상태여서 ‘{to}’ 상태로 바꿀 수 없습니다. {then}",
        "version {number} is {state}, not to become {to}; {then}",
    ),
    "then_allowed": _both("바꿀 수 있는 상태: {states}", "allowed is {states}"),
    "then_new": _both(
        "승인된 콘티는 바뀌지 않습니다. 새 콘티를 만드세요", "a later change needs a new version"
    ),
    "approved_in_two_steps": _both(
        "콘티 {number}의 승인은 두 단계입니다. 먼저 승인 내용을 받고, 그 해시로 확인하세요",
        "version {number} is approved in two steps: POST to its approval, then confirm",
    ),
    "no_film_to_approve": _both(
        "콘티 {number}에 승인할 영상이 없습니다", "version {number} has no film to approve"
    ),
    "not_finished": _both(
        "콘티 {number}: 아직 끝나지 않았습니다({state})",
        "version {number} is not finished, the production is {state}",
    ),
    "offer_lapsed": _both(
        "받은 적이 없거나 기한이 지난 승인 내용입니다. 다시 받아 주세요",
        "this approval was not offered, or too long ago; ask for it again",
    ),
    "another_hash": _both(
        "콘티 {number}의 지금 해시가 아닙니다. 받은 값 {got}..., 지금 {wanted}...",
        "the hash is not that of version {number} as it is now: got {got}..., wanted {wanted}...",
    ),
    "links_full": _both(
        "이 제작에는 공유 링크가 {most}개 있습니다. 더 만들 수 없습니다",
        "this production has {most} links, wanted no more",
    ),
    "guests_full": _both(
        "이 링크로 들어온 사람이 {most}명입니다. 더 들어올 수 없습니다",
        "this link has {most} guests, wanted no more",
    ),
    "steps_full": _both(
        "콘티 {number}의 검토 상태가 {most}번 바뀌었습니다. 더 바꿀 수 없습니다",
        "version {number} has had {most} steps, wanted no more",
    ),
    "review_draft": _both("검토 전", "draft"),
    "review_in_review": _both("검토 중", "in_review"),
    "review_changes_requested": _both("수정 요청", "changes_requested"),
    "review_approved": _both("승인", "approved"),
    "state_queued": _both("대기 중", "queued"),
    "state_writing": _both("작성 중", "writing"),
    "state_rendering": _both("렌더링 중", "rendering"),
    "state_editing": _both("편집 중", "editing"),
    "state_done": _both("완료", "done"),
    "state_failed": _both("실패", "failed"),
    "state_cancelled": _both("취소됨", "cancelled"),
    # Values
    "text_too_long": _both(
        "{got}자입니다. {most}자까지 쓸 수 있습니다", "{got} characters, wanted at most {most}"
    ),
    "text_too_short": _both("{least}자 이상이어야 합니다", "wanted at least {least} characters"),
    "list_too_long": _both("{most}개까지 둘 수 있습니다", "wanted at most {most} items"),
    "list_too_short": _both("{least}개 이상이어야 합니다", "wanted at least {least} items"),
    "not_a_choice": _both("쓸 수 있는 값: {expected}", "wanted {expected}"),
    "not_a_text": _both("글이어야 합니다", "wanted a text"),
    "not_a_number": _both("수여야 합니다", "wanted a number"),
    "not_an_integer": _both("정수여야 합니다", "wanted a whole number"),
    "not_true_or_false": _both("true나 false여야 합니다", "wanted true or false"),
    "not_a_list": _both("목록이어야 합니다", "wanted a list"),
    "not_an_object": _both("항목이 있는 묶음이어야 합니다", "wanted an object"),
    "missing": _both("{place} 항목이 있어야 합니다", "{place} is required"),
    "no_such_part": _both("{place}: 없는 항목입니다", "{place}: no such field"),
    "too_small": _both("{least} 이상이어야 합니다", "wanted at least {least}"),
    "too_large": _both("{most} 이하여야 합니다", "wanted at most {most}"),
    "not_its_form": _both("형식이 맞지 않습니다: {pattern}", "wanted the form {pattern}"),
    "cannot_be_shown": _both(
        "글에 쓸 수 없는 문자가 있습니다: U+{code}, {place}번째",
        "character U+{code} at {place} cannot be used in text",
    ),
    "nothing_seen": _both("보이는 글자가 없습니다", "there is nothing in it to be seen"),
    "names_alike": _both(
        "이름이 서로 달라야 합니다: {name}", "names that differ: {name} is there twice"
    ),
    "own_name_forbidden": _both(
        "“{phrase}”: 제품명에 들어 있어 쓰지 않을 표현이 될 수 없습니다."
        " 모든 영상이 제품명을 말합니다",
        "“{phrase}” is part of the product's name, which every film has to say",
    ),
    "no_pose": _both(
        "인물은 ‘who pose ...’로 적습니다(받은 값 ‘{line}’)",
        "a person is written ‘who pose ...’, got ‘{line}’",
    ),
    "not_such_a_value": _both("받을 수 없는 값입니다 ({reason})", "{reason}"),
}
