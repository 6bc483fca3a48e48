"""Proposed ideas as JSON. The client reads the same types; no HTTP here."""

from conte.clip import EngineId
from conte.proposed import ProposedIdea
from serve.ingress.views import View

IDEAS = "/v1/ideas"


class IdeasView(View):
    """Ideas, each unlike the others; fewer than requested if the engine has no more."""

    ideas: tuple[ProposedIdea, ...]
    engine: EngineId
