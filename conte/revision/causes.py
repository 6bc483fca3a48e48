"""Operations and the comments behind them -> the causes that a change table names."""

from collections.abc import Iterable, Iterator, Sequence

from pydantic import TypeAdapter, ValidationError

from conte.production import Revision, Version
from conte.revision.applying import apply
from conte.revision.change import ORDER, ChangeKey
from conte.revision.changes import changes
from conte.revision.operations import Move, Operation
from conte.revision.refusals import NotApplied
from conte.revision.working import Working

_OPERATION: TypeAdapter[Operation] = TypeAdapter(Operation)


def causes_between(versions: Sequence[Version]) -> dict[ChangeKey, str]:
    """Return the causes of the changes from the first of these versions to the last.

    Each version's operations apply to the version it was made from. Operations have no cause if
    that base is not among these versions, or if they cannot be read.
    """
    known = {
        version.number: Working(conte=version.conte, brief=version.brief)
        for version in versions
        if version.brief is not None
    }
    found: list[tuple[ChangeKey, str]] = []
    for version in versions[1:]:
        if version.revision is not None and version.revision.base in known:
            found += _causes(known[version.revision.base], _asked(version.revision))
    return _joined(found)


def causes_of(base: Working, asked: Iterable[tuple[Operation, str]]) -> dict[ChangeKey, str]:
    """Return the causes of settled operations, given each operation with its comment or feedback
    ("" for none).

    Side effects, such as the cuts that share a removed cut's time, have the operation's cause too.
    A field with several causes names each once, in order. An operation that does not apply has no
    cause.
    """
    return _joined(_causes(base, asked))


def _causes(
    base: Working, asked: Iterable[tuple[Operation, str]]
) -> Iterator[tuple[ChangeKey, str]]:
    for operation, text in asked:
        try:
            new = apply(base, operation)
        except NotApplied:
            continue
        if text:
            own = {(operation.cut, ORDER): text} if isinstance(operation, Move) else {}
            for row in changes(base, new, own).rows:
                yield row.key, text
        base = new


def _asked(revision: Revision) -> Iterator[tuple[Operation, str]]:
    """Yield the operations that can be read, with their causes."""
    for at, operation in enumerate(revision.operations):
        try:
            read = _OPERATION.validate_python(operation)
        except ValidationError:
            continue
        yield read, revision.causes[at] if at < len(revision.causes) else ""


def _joined(found: Iterable[tuple[ChangeKey, str]]) -> dict[ChangeKey, str]:
    causes: dict[ChangeKey, list[str]] = {}
    for key, text in found:
        causes.setdefault(key, []).append(text)
    return {key: "\n".join(dict.fromkeys(texts)) for key, texts in causes.items()}
