"""Proposed ideas as JSON. The client reads the same types; no HTTP here."""

from conte.clip import EngineId
from conte.proposed import ProposedIdea
from serve.ingress.views import View

IDEAS = "/v1/ideas"


class IdeasView(View):
    """Ideas, none like another; fewer than asked for where the engine knows no more."""

    ideas: tuple[ProposedIdea, ...]
    engine: EngineId
