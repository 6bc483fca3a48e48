"""Refuses a graph that was not deployed by the owner of what is served, while that one lives."""

import ray

from serve.database.errors import DatabaseUnavailable
from serve.opened import open_ledger
from serve.settings import Settings


def refuse_another_owner(settings: Settings) -> None:
    """Return if these settings may be served here: see `serve.cluster.serving`.

    Raises:
        ValueError: naming the owner, or why the ledger cannot say who it is.
    """
    if settings.owned or not ray.is_initialized():
        return  # by the owner; or the graph is only looked at
    try:
        ledger = open_ledger(settings)
        try:
            owner = ledger.operating.owner()
        finally:
            ledger.close()
    except DatabaseUnavailable as error:
        raise ValueError(f"whether another process owns what is served: {error}") from error
    if owner:
        raise ValueError(
            f"{owner} owns what is served (sian cluster start): change its graph and reload it"
            " (systemctl reload sian-api), or stop it first"
        )
