"""Settings of a job from all sources: defaults, file, environment, `--set`."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from serve.job_settings.declared import found, is_secret, part_of
from serve.job_settings.effective import write_effective
from serve.job_settings.sources import (
    Values,
    WrongSettings,
    in_changes,
    in_environment,
    in_file,
    merged,
)

_SettingsModel = TypeVar("_SettingsModel", bound=BaseModel)


@dataclass(frozen=True)
class JobSettings(Generic[_SettingsModel]):
    """The settings of one job. Later sources win: defaults, file, environment, `--set`, and the
    command's own options.
    """

    kind: type[_SettingsModel]
    prefix: str
    """Prefix of its environment variables, such as `SIAN_VIDEOS_`."""
    parts: Mapping[str, str] = field(default_factory=dict[str, str])
    """Part -> prefix of its environment variables, for parts that several jobs share."""
    renamed: Mapping[str, str] = field(default_factory=dict[str, str])
    """Option of an earlier release -> the setting that replaces it, if their names differ."""

    def read(
        self, file: Path | None, changes: Sequence[str] | None, **options: Any
    ) -> _SettingsModel:
        """Return the settings. `options`: values of the command's own options; None: not given.

        Raises:
            WrongSettings: with one line for each wrong setting.
        """
        from_environment = self._environment()
        set_ = in_changes(self.kind, changes or ())
        given = {name: value for name, value in options.items() if value is not None}
        whole = merged(in_file(file) if file else {}, from_environment, set_, given)
        try:
            return self.kind.model_validate(whole)
        except ValidationError as error:
            wrong = [self._sentence(one, merged(set_, given)) for one in error.errors()]
            raise WrongSettings("\n".join(wrong)) from None

    def beside(self, output: Path, settings: BaseModel) -> None:
        """Write the settings of a run beside its output, as a file for `--settings`."""
        write_effective(output.with_name(f"{output.name}.settings.yaml"), settings)

    def within(self, folder: Path, settings: BaseModel) -> None:
        """Write the settings of a run, named after the job, into a folder shared by jobs."""
        name = self.prefix.removeprefix("SIAN_").removesuffix("_").lower()
        write_effective(folder / f"{name}.settings.yaml", settings)

    def _environment(self) -> Values:
        given = in_environment(self.kind, self.prefix)
        for part, prefix in self.parts.items():
            model = part_of(self.kind.model_fields[part].annotation)
            assert model is not None, part
            if shared := in_environment(model, prefix):
                given = merged({part: shared}, given)
        return given

    def _sentence(self, error: Any, said: Values) -> str:
        place = tuple(str(step) for step in error["loc"])
        path = ".".join(place) or "settings"
        told = str(error["msg"]).removeprefix("Value error, ")
        if error["type"] == "extra_forbidden":
            told = f"{told}; {self._near(place)}"
        elif error["type"] != "missing" and place and not self._hides(place):
            got = error["input"]
            if isinstance(got, str | int | float | bool) and error["type"] != "value_error":
                told = f"{told}, got {got!r}"[:300]
        variable = self._variable(place, said)
        return f"{path} ({variable}): {told}" if variable else f"{path}: {told}"

    def _near(self, place: tuple[str, ...]) -> str:
        """Return a suggestion for an unknown setting: a similar name, or all names."""
        *outer, last = place
        kind: type[BaseModel] | None = self.kind
        for step in outer:
            known = kind.model_fields.get(step) if kind else None
            kind = part_of(known.annotation) if known else None
        names = list(kind.model_fields) if kind else []
        near = get_close_matches(last, names, n=1)
        return f"wanted {near[0]}, perhaps" if near else f"wanted one of {', '.join(names)}"

    def _hides(self, place: tuple[str, ...]) -> bool:
        setting = found(self.kind, ".".join(place))
        return setting is not None and is_secret(setting.annotation)

    def _variable(self, place: tuple[str, ...], said: Values) -> str:
        """Return the environment variable that a wrong value came from; empty: from elsewhere."""
        if _names(said, place):
            return ""
        starts = [(self.prefix, place)]
        if place and place[0] in self.parts:
            starts.append((self.parts[place[0]], place[1:]))
        for prefix, rest in starts:
            for end in range(len(rest), 0, -1):
                name = prefix + "__".join(rest[:end]).upper()
                if name in os.environ:
                    return name
        return ""


def _names(said: Any, place: tuple[str, ...]) -> bool:
    """Return whether the values contain the setting, or an item of it."""
    for step in place:
        if not isinstance(said, Mapping):
            break
        if step not in said:
            return False
        said = said[step]
    return True
