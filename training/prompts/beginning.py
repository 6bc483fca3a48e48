"""The first prompt of a search: the packaged one, a file, or the one that a cluster serves."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from serve.cluster import settings_at
from serve.opened import open_registry, open_vault
from serve.registry.entry import EntryKind
from serve.registry.files import fetch
from serve.settings import Settings
from training.prompts.prompt_text import PromptText
from training.prompts.task import Task, What

SERVED = "served"


def beginning(given: str, task: Task[What], home: Path, graph: Path | None) -> PromptText:
    """Return the prompt to start from. `given`: a file, `served` (by the cluster of `home`), or
    empty for the packaged one.

    Raises:
        ValueError: if it is no prompt for this task, or the served one is broken.
        OSError, DatabaseUnavailable, VaultUnavailable, Missing
    """
    packaged = task.parent()
    if not given:
        return packaged
    if given == SERVED:
        text = _served(task, settings_at(home, graph))
    else:
        text = Path(given).read_text("utf-8")
    if not text:
        return packaged
    return PromptText.read(packaged.name, text, tuple(packaged.sections))


def _served(task: Task[What], settings: Settings) -> str:
    """Return the text of the prompt that most productions use: the promoted one, or the one in the
    settings; empty for the packaged one."""
    rewrites = task.name == "rewriter"
    slot = (
        EntryKind.REWRITER_PROMPT.value if rewrites else f"{EntryKind.CONTE_PROMPT}/{task.language}"
    )
    registry = open_registry(settings)
    serving = registry.serving().get(slot)
    entry = (serving.entry if serving.share == 1 else serving.other) if serving else ""
    if entry:
        with TemporaryDirectory() as folder:
            found = asyncio.run(fetch(open_vault(settings), registry.get(entry), Path(folder)))
            return (found / f"{task.language}.md").read_text("utf-8")
    rewriter = settings.conte.rewriter
    named = (
        rewriter.prompt if rewrites and rewriter else settings.conte.prompts.get(task.language, "")
    )
    return (settings.home / named).read_text("utf-8") if named else ""
