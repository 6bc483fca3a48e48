"""Clips of a production from the ledger and the vault, with what each should show."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from serve.ledger.ledger import Ledger
from serve.opened import open_vault
from serve.settings import Settings
from training.films.film_clip import FilmClip


@asynccontextmanager
async def produced(production_id: str, settings: Settings) -> AsyncGenerator[list[FilmClip]]:
    """Yield the clips as local files, which exist as long as the context.

    Raises:
        ValueError: if the production has no clip yet.
        NotFound: if there is no such production, or a clip is missing in the vault.
    """
    ledger = Ledger.open(settings.ledger_url)
    try:
        production = ledger.get(production_id)
        ready = [cut.clip for cut in production.cuts if cut.clip is not None]
        if not ready:
            raise ValueError(f"production {production_id} has no clip yet: {production.state}")
        conte = ledger.version(production_id, production.version).conte
    finally:
        ledger.close()
    vault = open_vault(settings)
    async with AsyncExitStack() as stack:
        clips: list[FilmClip] = []
        for clip in ready:
            cut = conte.cuts[clip.cut - 1]
            clips.append(
                FilmClip(
                    id=f"{production_id}/{clip.cut:02d}",
                    path=await stack.enter_async_context(vault.local(clip.key)),
                    prompt=cut.video_prompt,
                    film=production_id,
                    subjects=cut.shows,
                    place=cut.place,
                )
            )
        yield clips
