"""Events of a production -> bars on a terminal, or lines on a pipe. Knows no HTTP."""

from collections.abc import Callable
from types import TracebackType
from typing import Any, Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from conte.brief import Brief
from conte.events import (
    CancelAsked,
    ClipFailed,
    ClipProgress,
    ClipRetried,
    ClipStarted,
    ConteReady,
    ConteStarted,
    CutWritten,
    DirectionPicked,
    FilmProgress,
    FilmStarted,
    FinalWaiting,
    ProductionTakenOver,
)
from conte.production import EventData
from serve.ingress.event_views import ClipReadyView, EventView, FilmReadyView

Say = Callable[[str], None]


class Teller(Protocol):
    """Reports a film's progress to a person."""

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
    """Return bars on a terminal, or lines for a file or another program."""
    return Bars(console, brief) if console.is_terminal else Lines(console, brief)


class Bars:
    """Shows one bar for the conte, one for each cut's clip and one for the film."""

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
        update = self._progress.update
        match event.data:
            case ConteStarted(provenance=provenance):
                self._written.clear()
                self._progress.start_task(self._conte)
                update(self._conte, completed=0, note=provenance.engine.label)
            case CutWritten(cut=cut):
                self._written[cut.number] = cut.num_frames
                note = f"cut {cut.number} written"
                update(self._conte, completed=sum(self._written.values()), note=note)
                self._clip(cut.number)
            case ConteReady():
                update(self._conte, completed=self._brief.num_frames)
            case FinalWaiting(cut=cut):
                update(self._clip(cut), note=_waits(event.data))
            case ClipStarted(cut=cut, tier=tier):
                self._progress.reset(self._clip(cut), note=tier)
            case ClipProgress(cut=cut, progress=progress):
                update(self._clip(cut), completed=progress)
            case ClipRetried(cut=cut, reason=reason):
                update(self._clip(cut), note=reason)
            case ClipFailed(cut=cut, failure=failure):
                update(self._clip(cut), note=failure.reason)
            case ClipReadyView(cut=cut, tier=tier, clip=clip):
                update(self._clip(cut), completed=1, note="from the vault" if clip.reused else tier)
            case FilmStarted(tier=tier):
                self._progress.reset(self._film_bar(), note=tier)
            case FilmProgress(progress=progress):
                update(self._film_bar(), completed=progress)
            case FilmReadyView(tier=tier):
                update(self._film_bar(), completed=1, note=tier)
            case ProductionTakenOver():
                self.say("another director took the production over")
            case CancelAsked():
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
    """Prints one line for each completed step, none for steps in progress."""

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
        line = self._line(event.data)
        if line:
            self.say(line)

    def _line(self, data: EventData | dict[str, Any]) -> str | None:
        match data:
            case ConteStarted(provenance=by):
                instead = f", instead of {by.instead_of}" if by.instead_of else ""
                return f"conte: being written by {by.engine.label}{instead}"
            case CutWritten(cut=cut):
                seconds = cut.num_frames / self._brief.fps
                return f"cut {cut.number}: written, {seconds:.1f} s, {cut.size}"
            case FinalWaiting(cut=cut):
                return f"cut {cut}: {_waits(data)}"
            case ClipReadyView(cut=cut, tier=tier, clip=clip):
                reused = ", from the vault" if clip.reused else ""
                return f"cut {cut}: {tier} clip ready{reused}"
            case ClipRetried(cut=cut, reason=reason):
                return f"cut {cut}: tried again: {reason}"
            case ClipFailed(cut=cut, failure=failure):
                return f"cut {cut}: failed: {failure.reason}"
            case FilmReadyView(tier=tier):
                return f"film: {tier} ready"
            case ProductionTakenOver():
                return "another director took the production over"
            case DirectionPicked(picked=True):
                return "this direction is picked"
            case CancelAsked():
                return "cancelling"
            case _:
                return None


def _waits(data: FinalWaiting) -> str:
    what = "for a GPU" if data.reason == "gpu" else "until the budget of the day is new"
    return f"the final waits {what}{_within(data.eta_s)}"


def _within(eta_s: float | None) -> str:
    if eta_s is None:
        return ""
    minutes = max(1, round(eta_s / 60))
    hours, minutes = divmod(minutes, 60)
    return f", about {hours} h {minutes} min" if hours else f", about {minutes} min"
