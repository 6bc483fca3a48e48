"""The exporter as the ingress calls it: an unreachable replica is retried later, not a 500."""

from collections.abc import Sequence

from ray.exceptions import RayActorError
from ray.serve.handle import DeploymentHandle

from conte.edition import Edition
from conte.export import ExportOptions
from deployments.deliverables.exporter import formats_of
from serve.exporting import FormatLine, NotMade, Outcome


class ExportDesk:
    def __init__(self, exporter: DeploymentHandle) -> None:
        self._exporter = exporter
        self._formats = formats_of()

    @property
    def formats(self) -> Sequence[FormatLine]:
        return self._formats

    async def make(
        self,
        tenant: str,
        edition: Edition,
        format: str,  # noqa: A002
        options: ExportOptions,
    ) -> Outcome:
        try:
            return await self._exporter.make.remote(tenant, edition, format, options)
        except RayActorError:
            return NotMade(why="busy", detail="the exporter is being restarted; try again")
