"""Answers of paid models by the hash of the request: paid for once, even if a process dies."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from conte.frozen import digest
from deployments.engines.chat import ChatRequest
from deployments.engines.paid.prices import Cost
from deployments.engines.paid.tables import answers
from serve.database.clock import db_now
from serve.database.engine import Database
from serve.database.upsert import insert_into
from serve.settings import PaidSettings

Removed = Callable[[Connection, str], bool]
"""Returns whether data on a clip must no longer be stored."""


@dataclass(frozen=True)
class Answer:
    """A model's answer to the request with this hash, about this clip."""

    request: str
    clip: str
    text: str


class Answers:
    """Answers in a job's own database. Synchronous and thread-safe."""

    def __init__(self, database: Database, removed: Removed = lambda *_: False) -> None:
        self._database, self._removed = database, removed

    def known(self, request: str) -> str | None:
        """Return the stored answer to the request with this hash, or None."""
        said = select(answers.c.answer).where(answers.c.request == request)
        with self._database.asking() as connection:
            return connection.execute(said).scalar_one_or_none()

    def keep(self, answer: Answer, paid: Cost) -> None:
        with self._database.writing() as connection:
            if self._removed(connection, answer.clip):
                return
            row = insert_into(connection, answers).values(
                request=answer.request,
                clip=answer.clip,
                answer=answer.text,
                tokens_in=paid.tokens_in,
                tokens_out=paid.tokens_out,
                cost=paid.money,
                at=db_now(),
            )
            # If two workers ask at once, the first answer is kept.
            connection.execute(row.on_conflict_do_nothing())


def hash_of(request: ChatRequest, settings: PaidSettings) -> str:
    """Return the hash of everything that shapes an answer; the server's address does not."""
    return digest(
        {
            "model": settings.model,
            "messages": [message.as_openai() for message in request.messages],
            "schema": request.schema,
            "guidance": settings.guidance,
            "extra": settings.extra,
            "sampling": [request.seed, request.temperature, request.top_p, request.max_tokens],
        }
    )
