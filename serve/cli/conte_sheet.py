"""Conte -> a sheet for people, in an agency's columns. Terminal or file."""

from io import StringIO

from rich import box
from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from conte.brief import Brief
from conte.cut import Cut
from conte.field_words import BRIEF_FIELDS, CONTE_FIELDS, CUT_FIELDS
from conte.production import Provenance
from conte.vocabulary import Language
from serve.ingress.views import VersionView

_WORDS: dict[str, dict[Language, str]] = {
    "version": {"ko": "콘티 {n}", "en": "Conte {n}"},
    "writer": {"ko": "작성", "en": "Written by"},
    "adapter": {"ko": "어댑터 {0}", "en": "adapter {0}"},
    "instead": {"ko": "대신 씀: {0}", "en": "instead of {0}"},
    "cut": {"ko": "컷", "en": "Cut"},
    "time": {"ko": "초수", "en": "Time"},
    "shot": {"ko": "화면", "en": "Shot"},
    "audio": {"ko": "오디오", "en": "Audio"},
    "legal": {"ko": "고지", "en": "Legal"},
    "seconds": {"ko": "{s:.1f}초", "en": "{s:.1f} s"},
    "cuts": {"ko": "{n}컷", "en": "{n} cuts"},
    "frames": {"ko": "{n}프레임", "en": "{n} frames"},
    "next": {"ko": "→ {t}", "en": "→ {t}"},
    "end": {"ko": "끝: {t}", "en": "ends: {t}"},
    "findings": {"ko": "점검 의견", "en": "Findings"},
    "none": {"ko": "지적 사항 없음", "en": "Nothing to say"},
}
_FIELDS = {
    "client": BRIEF_FIELDS["advertiser"],
    "product": CONTE_FIELDS["product"],
    "audience": BRIEF_FIELDS["audience"],
    "tone": BRIEF_FIELDS["tone"],
    "length": BRIEF_FIELDS["duration_s"],
    "concept": CONTE_FIELDS["concept"],
    "slogan": CONTE_FIELDS["slogan"],
    "look": CONTE_FIELDS["look"],
    "sheet": CUT_FIELDS["shows"],
    "action": CUT_FIELDS["action"],
    "caption": CUT_FIELDS["caption"],
}

FILE_WIDTH = 140


def sheet(brief: Brief, version: VersionView) -> RenderableType:
    """Render the whole sheet: the film's data, its cuts and the findings."""
    return Group(
        _head(brief, version), Text(), _cuts(brief, version), Text(), _findings(brief, version)
    )


def sheet_text(brief: Brief, version: VersionView) -> str:
    """Return the sheet as plain text, for a file."""
    console = Console(file=StringIO(), width=FILE_WIDTH, color_system=None, legacy_windows=False)
    with console.capture() as captured:
        console.print(sheet(brief, version))
    return "\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n"


def _words(language: Language) -> dict[str, str]:
    fields = {name: label.of(language) for name, label in _FIELDS.items()}
    return fields | {name: labels[language] for name, labels in _WORDS.items()}


def _head(brief: Brief, version: VersionView) -> RenderableType:
    words, conte = _words(brief.language), version.conte
    seconds = words["seconds"].format(s=conte.num_frames / brief.fps)
    length = (
        f"{seconds} · {words['cuts'].format(n=len(conte.cuts))} · "
        f"{words['frames'].format(n=conte.num_frames)} · {brief.fps} fps · {brief.aspect_ratio}"
    )
    rows = {
        "client": brief.advertiser,
        "product": " · ".join(filter(None, (brief.product.name, brief.product.category))),
        "audience": brief.audience,
        "tone": brief.tone,
        "length": length,
        "concept": conte.concept,
        "slogan": conte.slogan,
        "look": " · ".join(filter(None, (conte.look.style, conte.look.lighting, conte.look.lens))),
        "sheet": "\n".join(
            ": ".join(filter(None, (entry.name, entry.description))) for entry in conte.sheet
        ),
        "writer": _writer(version.provenance, words),
    }
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in rows.items():
        if value:
            table.add_row(Text(words[name]), Text(value))
    title = Text(f"{words['version'].format(n=version.number)}  {conte.title}", style="bold")
    return Group(title, Text("─" * cell_len(title.plain)), table)


def _writer(by: Provenance, words: dict[str, str]) -> str:
    said = [by.engine.label, f"seed {by.seed}"]
    if by.prompt_version:
        said.append(f"prompt {by.prompt_version}")
    if by.adapter:
        said.append(words["adapter"].format(by.adapter))
    if by.instead_of:
        said.append(words["instead"].format(by.instead_of))
    return ", ".join(said)


def _cuts(brief: Brief, version: VersionView) -> RenderableType:
    words = _words(brief.language)
    table = Table(box=box.SQUARE, show_lines=True, expand=True)
    table.add_column(words["cut"], justify="right", no_wrap=True)
    table.add_column(words["time"], justify="right", no_wrap=True)
    table.add_column(words["shot"], ratio=3, overflow="fold")
    table.add_column(words["action"], ratio=6, overflow="fold")
    table.add_column(words["audio"], ratio=5, overflow="fold")
    table.add_column(words["caption"], ratio=3, overflow="fold")
    began = 0
    for cut in version.conte.cuts:
        last = cut.number == len(version.conte.cuts)
        length = words["seconds"].format(s=cut.num_frames / brief.fps)
        table.add_row(
            str(cut.number),
            Text(f"{_clock(began, brief.fps)}\n{length}"),
            Text(_shot(cut, brief.language, last=last)),
            Text(f"[{_where(cut, brief.language)}]\n{cut.action}"),
            Text(_audio(cut, brief.language)),
            _caption(cut, words),
        )
        began += cut.num_frames
    return table


def _clock(frames: int, fps: int) -> str:
    seconds, rest = divmod(frames, fps)
    return f"{seconds // 60:02}:{seconds % 60:02}:{rest:02}"


def _shot(cut: Cut, language: Language, *, last: bool) -> str:
    transition = cut.transition.label(language)
    leads = _words(language)["end" if last else "next"].format(t=transition)
    return "\n".join((cut.size.value, cut.angle.label(language), cut.move.label(language), leads))


def _where(cut: Cut, language: Language) -> str:
    return f"{cut.place or cut.setting.label(language)}, {cut.time_of_day.label(language)}"


def _audio(cut: Cut, language: Language) -> str:
    lines = [f"{line.speaker}: {line.text}" for line in cut.dialogue]
    for name, text in (("NA", cut.narration), ("SE", cut.sound_effect), ("BGM", cut.music)):
        if text:
            lines.append(f"{name}: {text}")
    return "\n".join(lines)


def _caption(cut: Cut, words: dict[str, str]) -> Text:
    legal = f"({words['legal']}) {cut.legal}" if cut.legal else ""
    return Text("\n\n".join(text for text in (cut.caption, legal) if text))


def _findings(brief: Brief, version: VersionView) -> RenderableType:
    words = _words(brief.language)
    lines = [Text(words["findings"], style="bold")]
    for finding in version.findings:
        place = (
            f"{words['cut']} {finding.cut}"
            if finding.cut
            else words["version"].format(n=version.number)
        )
        lines.append(Text(f"- [{finding.severity}] {place}, {finding.field}: {finding.message}"))
        if finding.proposal:
            lines.append(Text(f"  → {finding.proposal}"))
    if not version.findings:
        lines.append(Text(words["none"]))
    return Group(*lines)
