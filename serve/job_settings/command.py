"""The command line of a job: `--settings FILE`, `--set a.b=value`, and `--help` lists them all."""

from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from pydantic import BaseModel
from typer.core import TyperCommand

from serve.job_settings.declared import Declared, declared, flow, is_secret
from serve.job_settings.ending import wrong
from serve.job_settings.reading import JobSettings
from serve.job_settings.sources import WrongSettings

SettingsFile = Annotated[
    Path | None, typer.Option("--settings", help="YAML file of the settings listed below")
]
Changes = Annotated[
    list[str] | None, typer.Option("--set", help="one setting, over the file's: a.b=value")
]
_SettingsModel = TypeVar("_SettingsModel", bound=BaseModel)


def settings_or_exit(
    job: JobSettings[_SettingsModel], file: Path | None, changes: list[str] | None, **options: Any
) -> _SettingsModel:
    """Return the settings of a command, or print what is wrong with them and exit."""
    try:
        return job.read(file, changes, **options)
    except WrongSettings as error:
        wrong(str(error))


def command_of(job: JobSettings[Any]) -> type[TyperCommand]:
    """Return the class of the job's command, for typer's `cls`."""

    class JobCommand(TyperCommand):
        def format_help(self, ctx: Any, formatter: Any) -> None:
            super().format_help(ctx, formatter)
            formatter.write(listing(job))

        def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
            options = {name for one in self.params for name in (*one.opts, *one.secondary_opts)}
            if moved := _moved(job, args, options | {"--help"}):
                wrong(moved)
            return super().parse_args(ctx, args)

    return JobCommand


def listing(job: JobSettings[Any]) -> str:
    """Return all settings with their defaults and meanings, one per line."""
    lines = [
        "",
        f"Settings, in the file of --settings, as {job.prefix}... in the environment, or by --set:",
    ]
    for one in declared(job.kind):
        choices = f" ({' | '.join(map(flow, one.choices))})" if len(one.choices) > 1 else ""
        default = one.default or '""'
        lines.append(f"  {f'{one.path} = {default}':<44}{choices} {one.meaning}".rstrip())
    return "\n".join([*lines, ""])


def _moved(job: JobSettings[Any], args: list[str], options: set[str]) -> str:
    """Return a sentence about options of earlier releases that are settings now; empty: there are
    none.
    """
    changes: list[str] = []
    names: list[str] = []
    for at, word in enumerate(args):
        if word == "--":
            break
        name, equals, value = word.partition("=")
        if not name.startswith("--") or name in options:
            continue
        if (setting := _setting_of(job, name)) is None:
            continue
        if not equals:
            after = args[at + 1] if at + 1 < len(args) else "--"
            value = "true" if after.startswith("--") else after
        shown = "..." if is_secret(setting.annotation) else value
        changes.append(f"--set {setting.path}={shown}")
        names.append(name)
    if not names:
        return ""
    are = "is a setting" if len(names) == 1 else "are settings"
    return (
        f"{', '.join(names)} {are} now: {' '.join(changes)}, or the same in a YAML file with"
        " --settings"
    )


def _setting_of(job: JobSettings[Any], option: str) -> Declared | None:
    name = option.removeprefix("--").removeprefix("no-").replace("-", "_")
    path = job.renamed.get(name, name)
    known = declared(job.kind)
    whole = [one for one in known if one.path == path]
    by_end = [one for one in known if one.name == path]
    return whole[0] if whole else by_end[0] if len(by_end) == 1 else None
