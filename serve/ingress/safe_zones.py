"""`GET /v1/safe-zones`: where lettering may stand on each platform, with source and date."""

from collections.abc import Callable

from fastapi import APIRouter

from conte.formats.safe_zones import SafeZones

ZONES = "/v1/safe-zones"


def safe_zones(zones: Callable[[], SafeZones | None]) -> APIRouter:
    """Return the routes. `zones`: called at the first request; None: this server has no zones."""
    routes = APIRouter(tags=["formats"])

    @routes.get(ZONES, summary="List the safe zones of platforms")
    def listed() -> SafeZones | None:
        return zones()

    return routes
