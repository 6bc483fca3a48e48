"""Film grammar: whether cuts join, viewers keep their bearings and the product is seen in time.

Rules: the 30-degree rule (neighbours of one size and angle jump), the 180-degree rule (left against
right across a cut), and of advertising: the product early, its name said, a packshot last. Sources:
Arijon, "Grammar of the Film Language" (1976); Mascelli, "The Five C's of Cinematography" (1965).
"""

from collections import Counter
from itertools import accumulate, pairwise

from conte.brief import Brief
from conte.checks.finding import Finding, Severity
from conte.conte import Conte, ProductEntry
from conte.cut import Cut
from conte.phrases import says
from conte.vocabulary import Angle, CameraMove, ScreenDirection, ShotSize

PRODUCT_BY = 0.6
"""Share of the film before which the product must be seen."""
LONGEST_CUT_S = 8.0
LONGEST_SHARE = 0.4
WIDEST_STEP = 5
"""Shot sizes between two neighbours in one place; a wider step loses the viewer."""
PACKSHOT_SIZES = (ShotSize.ECU, ShotSize.CU, ShotSize.MCU, ShotSize.MS, ShotSize.MLS, ShotSize.FS)
_OPPOSITES = [
    {CameraMove.PAN_LEFT, CameraMove.PAN_RIGHT},
    {CameraMove.TILT_UP, CameraMove.TILT_DOWN},
    {CameraMove.DOLLY_IN, CameraMove.DOLLY_OUT},
    {CameraMove.TRACK_LEFT, CameraMove.TRACK_RIGHT},
    {CameraMove.CRANE_UP, CameraMove.CRANE_DOWN},
    {CameraMove.ZOOM_IN, CameraMove.ZOOM_OUT},
]


def check_grammar(conte: Conte, brief: Brief) -> tuple[Finding, ...]:
    """Every break of the rules, in the brief's language."""
    say = _Sayer(brief)
    for before, cut in pairwise(conte.cuts):
        _check_join(before, cut, say)
    _check_product(conte, brief, say)
    _check_pacing(conte, brief, say)
    dutch = [cut.number for cut in conte.cuts if cut.angle is Angle.DUTCH]
    if len(dutch) > 2:
        say(
            "dutch", dutch[-1], "angle", "note",
            f"더치 앵글이 {len(dutch)}컷입니다", "불안이 필요한 한 컷에만 쓰세요",
            f"{len(dutch)} cuts are Dutch", "keep it for the one cut that should unsettle",
        )  # fmt: skip
    return tuple(say.findings)


class _Sayer:
    """Collects findings; takes each sentence in both languages and keeps the brief's."""

    def __init__(self, brief: Brief) -> None:
        self.findings: list[Finding] = []
        self._ko = brief.language == "ko"

    def __call__(
        self,
        rule: str,
        cut: int | None,
        field: str,
        severity: Severity,
        ko: str,
        ko_proposal: str,
        en: str,
        en_proposal: str,
    ) -> None:
        self.findings.append(
            Finding(
                check=f"grammar.{rule}",
                cut=cut,
                field=field,
                severity=severity,
                message=ko if self._ko else en,
                proposal=ko_proposal if self._ko else en_proposal,
            )
        )


def _check_join(before: Cut, cut: Cut, say: _Sayer) -> None:
    number = cut.number
    same_place = (before.setting, before.place) == (cut.setting, cut.place)
    if (before.size, before.angle) == (cut.size, cut.angle):
        say(
            "same_size", number, "size", "warning",
            f"앞 컷과 사이즈와 앵글이 같습니다 ({cut.size.ko}, {cut.angle.ko})",
            "사이즈를 두 단계 이상 바꾸거나 앵글을 30도 이상 옮기세요",
            f"same size and angle as the cut before ({cut.size.en}, {cut.angle.en})",
            "change the size by two steps, or move the camera by 30 degrees or more",
        )  # fmt: skip
    step = abs(before.size.distance - cut.size.distance)
    if same_place and step > WIDEST_STEP:
        say(
            "size_jump", number, "size", "note",
            f"같은 장소에서 {before.size.value}에서 {cut.size.value}로 {step}단계 뜁니다",
            "사이에 미디엄 샷을 두거나 사이즈 차이를 줄이세요",
            f"{step} steps from {before.size.value} to {cut.size.value} in the same place",
            "put a medium shot between them, or narrow the step",
        )  # fmt: skip
    facing = {before.direction, cut.direction}
    if before.setting == cut.setting and facing == {ScreenDirection.LEFT, ScreenDirection.RIGHT}:
        say(
            "screen_direction", number, "direction", "warning",
            "앞 컷과 화면 방향이 반대입니다 (180도 규칙)",
            "방향을 앞 컷에 맞추거나 정면 컷을 사이에 두세요",
            "screen direction flips against the cut before (180-degree rule)",
            "keep the direction, or put a neutral cut between them",
        )  # fmt: skip
    if {before.move, cut.move} in _OPPOSITES:
        say(
            "opposite_moves", number, "move", "warning",
            f"{before.move.ko} 바로 뒤에 {cut.move.ko}입니다",
            "한 컷을 고정으로 두거나 같은 쪽으로 움직이세요",
            f"{cut.move.en} right after {before.move.en}",
            "hold one of them, or keep moving the same way",
        )  # fmt: skip


def _check_product(conte: Conte, brief: Brief, say: _Sayer) -> None:
    products = {entry.id for entry in conte.sheet if isinstance(entry, ProductEntry)}
    shown = [cut for cut in conte.cuts if products & set(cut.shows)]
    last = conte.cuts[-1]
    if not shown:
        say(
            "product_unseen", None, "cuts", "error",
            "제품이 어느 컷에도 보이지 않습니다", "제품 컷을 넣고 패키지 샷으로 끝내세요",
            "no cut shows the product", "add a product cut, and end on a packshot",
        )  # fmt: skip
    else:
        starts = (0, *accumulate(cut.num_frames for cut in conte.cuts))
        seen = starts[shown[0].number - 1] / conte.num_frames
        if seen > PRODUCT_BY:
            say(
                "product_late", shown[0].number, "shows", "warning",
                f"제품이 {seen:.0%} 지점에서야 처음 보입니다",
                f"{PRODUCT_BY:.0%} 전에 제품을 보여 주세요",
                f"the product is first seen after {seen:.0%} of the film",
                f"show it before {PRODUCT_BY:.0%}",
            )  # fmt: skip
        if last not in shown or last.size not in PACKSHOT_SIZES:
            say(
                "packshot", last.number, "shows", "warning",
                "마지막 컷이 패키지 샷이 아닙니다", "제품을 풀 샷보다 가깝게 보여 주며 끝내세요",
                "the last cut is no packshot", "end on the product, full shot or nearer",
            )  # fmt: skip
    if not _is_named(conte, brief.product.name):
        say(
            "name_unsaid", None, "narration", "warning",
            "제품 이름이 말로도 자막으로도 나오지 않습니다",
            "내레이션이나 자막에 제품 이름을 넣으세요",
            "the product's name is neither said nor captioned",
            "say the name, or caption it",
        )  # fmt: skip


def _is_named(conte: Conte, name: str) -> bool:
    return any(
        says(text, name)
        for cut in conte.cuts
        for text in (cut.narration, cut.caption, *(line.text for line in cut.dialogue))
    )


def _check_pacing(conte: Conte, brief: Brief, say: _Sayer) -> None:
    for cut in conte.cuts:
        lasts = cut.num_frames / brief.fps
        share = cut.num_frames / conte.num_frames
        # 8 cuts of 120 s last 15 s each: what the brief's own length asks for is no finding.
        even_s = brief.duration_s / len(conte.cuts)
        if lasts > max(LONGEST_CUT_S, 1.8 * even_s) or share > LONGEST_SHARE:
            say(
                "long_cut", cut.number, "num_frames", "note",
                f"{lasts:.1f}초로 전체의 {share:.0%}입니다", "컷을 나누거나 줄이세요",
                f"lasts {lasts:.1f} s, {share:.0%} of the film", "split it, or shorten it",
            )  # fmt: skip
    lengths = Counter(cut.num_frames for cut in conte.cuts)
    if len(conte.cuts) > 5 and len(lengths) == 1:
        say(
            "even_pacing", None, "cuts", "note",
            "모든 컷의 길이가 같아 리듬이 없습니다", "훅은 짧게, 제품 컷은 길게 하세요",
            "all cuts last equally long, there is no rhythm",
            "make the hook short and the product long",
        )  # fmt: skip
