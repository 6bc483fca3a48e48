"""Events of a production -> bars on a terminal, or lines on a pipe. Knows no HTTP."""

from collections.abc import Callable
from types import TracebackType
from typing import Any, Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from conte.brief import Brief
from conte.production import EventKind
from serve.ingress.views import EventView

Say = Callable[[str], None]


class Teller(Protocol):
    """Somebody who tells a person how a film goes."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None: ...

    def tell(self, event: EventView) -> None: ...

    def say(self, text: str) -> None: ...


def teller(console: Console, brief: Brief) -> Teller:
    """Bars where somebody looks on, lines where a file or another program does."""
    return Bars(console, brief) if console.is_terminal else Lines(console, brief)


class Bars:
    """One bar for the conte, one for each cut's clip, one for the film."""

    def __init__(self, console: Console, brief: Brief) -> None:
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=32),
            TextColumn("{task.percentage:>3.0f}%"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[note]}", style="dim", markup=False),
            console=console,
        )
        self._brief = brief
        self._written: dict[int, int] = {}
        self._conte = self._bar("conte", total=brief.num_frames, start=False)
        self._clips: dict[int, TaskID] = {}
        self._film: TaskID | None = None

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def say(self, text: str) -> None:
        self._progress.console.print(Text(text))

    def tell(self, event: EventView) -> None:
        data = event.data
        match event.event:
            case EventKind.CONTE_STARTED:
                self._written.clear()
                self._progress.start_task(self._conte)
                self._progress.update(self._conte, completed=0, note=_engine(data))
            case EventKind.CUT_WRITTEN:
                number, cut = cut_of(data), data["cut"]
                self._written[number] = int(cut["num_frames"])
                note = f"cut {number} written"
                self._progress.update(self._conte, completed=sum(self._written.values()), note=note)
                self._clip(number)
            case EventKind.CONTE_READY:
                self._progress.update(self._conte, completed=self._brief.num_frames)
            case EventKind.CLIP_STARTED:
                clip = self._clip(cut_of(data))
                self._progress.reset(clip, note=_tier(data))
            case EventKind.CLIP_PROGRESS:
                self._progress.update(self._clip(cut_of(data)), completed=float(data["progress"]))
            case EventKind.CLIP_RETRIED | EventKind.CLIP_FAILED:
                self._progress.update(self._clip(cut_of(data)), note=_reason(data))
            case EventKind.CLIP_READY:
                note = "from the vault" if _within(data, "clip", "reused") else _tier(data)
                self._progress.update(self._clip(cut_of(data)), completed=1, note=note)
            case EventKind.FILM_STARTED:
                self._progress.reset(self._film_bar(), note=_tier(data))
            case EventKind.FILM_PROGRESS:
                self._progress.update(self._film_bar(), completed=float(data["progress"]))
            case EventKind.FILM_READY:
                self._progress.update(self._film_bar(), completed=1, note=_tier(data))
            case EventKind.TAKEN_OVER:
                self.say("another director took the production over")
            case EventKind.CANCEL_ASKED:
                self.say("cancelling")
            case _:
                pass

    def _bar(self, name: str, total: float = 1, *, start: bool = True) -> TaskID:
        return self._progress.add_task(name, total=total, start=start, note="")

    def _clip(self, number: int) -> TaskID:
        if number not in self._clips:
            self._clips[number] = self._bar(f"cut {number}", start=False)
        return self._clips[number]

    def _film_bar(self) -> TaskID:
        if self._film is None:
            self._film = self._bar("film")
        return self._film


class Lines:
    """A line for what has come about; nothing for what is under way."""

    def __init__(self, console: Console, brief: Brief) -> None:
        self._console, self._brief = console, brief

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        pass

    def say(self, text: str) -> None:
        self._console.print(Text(text), soft_wrap=True)

    def tell(self, event: EventView) -> None:
        line = self._line(event.event, event.data)
        if line:
            self.say(line)

    def _line(self, kind: EventKind, data: dict[str, Any]) -> str | None:
        match kind:
            case EventKind.CONTE_STARTED:
                instead = _within(data, "provenance", "instead_of")
                return f"conte: being written by {_engine(data)}" + (
                    f", instead of {instead}" if instead else ""
                )
            case EventKind.CUT_WRITTEN:
                cut = data["cut"]
                seconds = cut["num_frames"] / self._brief.fps
                return f"cut {cut['number']}: written, {seconds:.1f} s, {cut['size']}"
            case EventKind.CLIP_READY:
                reused = ", from the vault" if _within(data, "clip", "reused") else ""
                return f"cut {cut_of(data)}: {_tier(data)} clip ready{reused}"
            case EventKind.CLIP_RETRIED:
                return f"cut {cut_of(data)}: tried again: {_reason(data)}"
            case EventKind.CLIP_FAILED:
                return f"cut {cut_of(data)}: failed: {_reason(data)}"
            case EventKind.FILM_READY:
                return f"film: {_tier(data)} ready"
            case EventKind.TAKEN_OVER:
                return "another director took the production over"
            case EventKind.CANCEL_ASKED:
                return "cancelling"
            case _:
                return None


def _within(data: dict[str, Any], *path: str) -> Any:
    found: Any = data
    for step in path:
        found = found.get(step) if isinstance(found, dict) else None
    return found


def cut_of(data: dict[str, Any]) -> int:
    """The cut an event is about: `cut` is its number, or the cut itself, or the clip has it."""
    for found in (data.get("cut"), _within(data, "cut", "number"), _within(data, "clip", "cut"),
                  _within(data, "failure", "cut")):  # fmt: skip
        if isinstance(found, int):
            return found
    return 0


def _tier(data: dict[str, Any]) -> str:
    found = data.get("tier") or _within(data, "clip", "tier") or _within(data, "film", "tier")
    return str(found or "")


def _reason(data: dict[str, Any]) -> str:
    return str(data.get("reason") or _within(data, "failure", "reason") or "no reason given")


def _engine(data: dict[str, Any]) -> str:
    return str(_within(data, "provenance", "engine", "label") or "an engine")
