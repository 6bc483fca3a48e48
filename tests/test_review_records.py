"""Comments, reviews, share links and approvals in the ledger, on both databases."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from conte.events import CommentAdded, CommentChanged
from conte.production import EventData, State
from conte.revision.approval import Approver, Check, VaultFile
from conte.revision.comments import Comment, Misplaced, Placed
from conte.revision.review import STEPS, ReviewState
from conte.revision.share import Right
from serve.ledger import approvals as approvals_module
from serve.ledger import comments as comments_module
from serve.ledger.comments import NewComment
from serve.ledger.errors import IllegalStep, LimitReached, NotFound, OfferLapsed
from serve.ledger.ledger import Ledger
from tests import databases
from tests.on_ledger import accept, claim, film, finish, write_conte
from tests.on_ledger import clip as a_clip


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """One ledger for all tests of this file, on each database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('ledger')}/ledger.db"
    return databases.new_schema(request.getfixturevalue("postgresql_url"))


@pytest.fixture(scope="module")
def ledger(ledger_url: str) -> Iterator[Ledger]:
    ledger = Ledger.open(ledger_url)
    yield ledger
    ledger.close()


DRAFT, IN_REVIEW = ReviewState.DRAFT, ReviewState.IN_REVIEW
CHANGES, APPROVED = ReviewState.CHANGES_REQUESTED, ReviewState.APPROVED
DAY_S = 86_400.0


def done(ledger: Ledger, tenant: str = "a") -> str:
    """A production with a film."""
    production = accept(ledger, tenant)
    held = claim(ledger)
    write_conte(ledger, held)
    for cut in (1, 2, 3, 4):
        ledger.record_clip(held, 1, a_clip(cut, shot=str(cut)), "fake@1", 0.0)
    finish(ledger, held)
    return production


def cut_id(ledger: Ledger, production: str, number: int = 1) -> str:
    return ledger.version(production, 1).conte.cuts[number - 1].id


def say(
    ledger: Ledger, production: str, said: str = "더 크게", at: int = 3, **more: Any
) -> Comment:
    given: dict[str, Any] = {"author": "민지", "audience": "client", **more}
    if "reply_to" not in given:
        given["place"] = Placed(cut=cut_id(ledger, production), frame=at)
    return ledger.reviewing.comment(production, 1, NewComment(text=said, **given), "a")


def altered(url: str, statement: str, **values: Any) -> None:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        assert connection.execute(text(statement), values).rowcount
    engine.dispose()


# Comments.


def test_a_comment_is_kept_with_the_take_that_was_seen_and_listed_in_order(ledger: Ledger) -> None:
    production = done(ledger)
    first, second = say(ledger, production), say(ledger, production, "더 짧게", 5)
    found, following = ledger.reviewing.threads(production, 1, "a")
    assert [thread.comment for thread in found] == [first, second]
    assert following is None
    clip = ledger.get(production).cuts[0].clip
    assert clip is not None and first.take == clip.take


def test_pages_of_comments_follow_each_other(ledger: Ledger) -> None:
    production = done(ledger)
    every = [say(ledger, production, str(at)).id for at in range(5)]
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        page, after = ledger.reviewing.threads(production, 1, "a", after=after, limit=2)
        seen += [thread.comment.id for thread in page]
    assert seen == every


def test_replies_stand_below_their_comment_and_have_none_of_their_own(ledger: Ledger) -> None:
    production = done(ledger)
    first = say(ledger, production, at=7)
    reply = say(ledger, production, "네", reply_to=first.id)
    assert (reply.cut, reply.frame) == (first.cut, 7)
    [thread] = ledger.reviewing.threads(production, 1, "a")[0]
    assert thread.replies == (reply,)
    with pytest.raises(Misplaced, match=f"wanted {first.id}"):
        say(ledger, production, "네", reply_to=reply.id)
    with pytest.raises(NotFound):
        say(ledger, production, "네", reply_to="cmt_" + "1" * 26)


def test_what_answers_an_internal_comment_is_internal(ledger: Ledger) -> None:
    production = done(ledger)
    secret = say(ledger, production, audience="internal")
    assert say(ledger, production, "네", reply_to=secret.id).audience == "internal"
    with pytest.raises(NotFound):
        say(ledger, production, "네", reply_to=secret.id, guest="gst_1")
    open_ = say(ledger, production)
    say(ledger, production, "우리끼리", reply_to=open_.id, audience="internal")
    [thread] = ledger.reviewing.threads(production, 1, client_only=True)[0]
    assert thread.comment == open_ and thread.replies == ()


def test_a_comment_is_resolved_and_opened_again(ledger: Ledger) -> None:
    production = done(ledger)
    one = say(ledger, production)
    for resolved in (True, False):
        assert ledger.reviewing.resolve(production, one.id, resolved, "a").resolved is resolved
        [thread] = ledger.reviewing.threads(production, 1, "a")[0]
        assert thread.comment.resolved is resolved


def test_every_comment_and_what_becomes_of_it_is_told_once_with_who_may_see_it(
    ledger: Ledger,
) -> None:
    production = done(ledger)
    seen = ledger.get(production).last_event
    first = say(ledger, production)
    reply = say(ledger, production, "네", reply_to=first.id, audience="internal")
    for resolved in (True, True, False):  # the second changes nothing
        ledger.reviewing.resolve(production, first.id, resolved, "a")
    told = [event.data for event in ledger.events(production, seen)]
    known: dict[str, Any] = {"version": 1, "comment": first.id, "state": State.DONE}
    added: dict[str, Any] = {**known, "cut": first.cut}
    replied: dict[str, Any] = {**added, "comment": reply.id}
    assert told == [
        CommentAdded(**added, reply_to="", audience="client"),
        CommentAdded(**replied, reply_to=first.id, audience="internal"),
        CommentChanged(**known, audience="client", resolved=True),
        CommentChanged(**known, audience="client", resolved=False),
    ]
    # Words and names are with the comments alone, and a story that has ended stays ended.
    assert all(data.ends for data in told if isinstance(data, EventData))
    assert ledger.get(production).last_event == seen + 4
    of_tenant = [one.event.data for one in ledger.tenant_events("a", 0)][-4:]
    assert of_tenant == told


def test_a_place_that_the_version_does_not_have_is_refused(ledger: Ledger) -> None:
    production = done(ledger)
    with pytest.raises(Misplaced, match="frame"):
        say(ledger, production, at=9_999)
    place = Placed(cut=cut_id(ledger, production), frame=0, take="t_" + "0" * 12)
    new = NewComment(text="x", author="y", audience="client", place=place)
    with pytest.raises(Misplaced, match="take"):
        ledger.reviewing.comment(production, 1, new, "a")


@pytest.mark.parametrize("bound", ["MAX_PER_VERSION", "MAX_PER_TENANT", "MAX_REPLIES"])
def test_comments_are_bounded(ledger: Ledger, monkeypatch: pytest.MonkeyPatch, bound: str) -> None:
    production = done(ledger)
    first = say(ledger, production)
    say(ledger, production, "네", reply_to=first.id)
    monkeypatch.setattr(comments_module, bound, 1)
    with pytest.raises(LimitReached):
        say(ledger, production, "네", reply_to=first.id)


# Reviews.


def test_every_step_of_the_table_and_no_other_can_be_taken(ledger: Ledger) -> None:
    way = {
        DRAFT: (),
        IN_REVIEW: (IN_REVIEW,),
        CHANGES: (IN_REVIEW, CHANGES),
    }
    for state, steps in way.items():
        for to in ReviewState:
            production = done(ledger)
            for step in steps:
                ledger.reviewing.step(production, 1, step, "민지", "", "a")
            if to in STEPS[state] and to is not APPROVED:
                assert ledger.reviewing.step(production, 1, to, tenant="a").state is to
                continue
            with pytest.raises(IllegalStep) as refused:
                ledger.reviewing.step(production, 1, to, tenant="a")
            if to not in STEPS[state]:
                assert all(allowed in str(refused.value) for allowed in STEPS[state])
            assert ledger.reviewing.review(production, 1, "a").state is state


def test_the_history_of_a_review_says_who_and_why(ledger: Ledger) -> None:
    production = done(ledger)
    ledger.reviewing.step(production, 1, IN_REVIEW, "민지", "1차 시안", "a")
    ledger.reviewing.step(production, 1, CHANGES, "김대표", "제품을 더 크게", "a")
    history = ledger.reviewing.review(production, 1, "a").history
    assert [(step.state, step.by, step.note) for step in history] == [
        (IN_REVIEW, "민지", "1차 시안"), (CHANGES, "김대표", "제품을 더 크게")
    ]  # fmt: skip


# Share links.


def test_a_link_is_found_by_its_token_alone_and_the_token_is_not_kept(
    ledger: Ledger, ledger_url: str
) -> None:
    production = done(ledger)
    share, token = ledger.reviewing.share(production, 1, [Right.VIEW], "고객", DAY_S, "a")
    assert len(token) == 32  # 24 random bytes
    found = ledger.reviewing.shared(token)
    assert (found.share, found.version, found.tenant) == (share, 1, "a")
    engine = create_engine(ledger_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        assert token not in str(connection.execute(text("SELECT * FROM shares")).all())
    engine.dispose()
    with pytest.raises(NotFound):
        ledger.reviewing.shared(token[:-1] + ("A" if token[-1] != "A" else "B"))


def test_a_link_ends_by_time_and_by_revocation(ledger: Ledger) -> None:
    production = done(ledger)
    _, over = ledger.reviewing.share(production, 1, [Right.VIEW], "", -1.0, "a")
    share, token = ledger.reviewing.share(production, 1, [Right.VIEW], "", DAY_S, "a")
    revoked = ledger.reviewing.revoke(production, share.id, "a")
    assert ledger.reviewing.revoke(production, share.id, "a") == revoked
    for dead in (over, token):
        with pytest.raises(NotFound):
            ledger.reviewing.shared(dead)
    assert len(ledger.reviewing.shares(production, "a")) == 2


def test_a_link_to_the_newest_in_review_follows_and_shows_no_draft(ledger: Ledger) -> None:
    production = done(ledger)
    _, token = ledger.reviewing.share(production, None, [Right.VIEW], "", DAY_S, "a")
    assert ledger.reviewing.shared(token).version is None
    ledger.reviewing.step(production, 1, IN_REVIEW, tenant="a")
    assert ledger.reviewing.shared(token).version == 1
    ledger.reviewing.step(production, 1, CHANGES, tenant="a")
    assert ledger.reviewing.shared(token).version == 1
    ledger.reviewing.step(production, 1, IN_REVIEW, tenant="a")
    ledger.reviewing.step(production, 1, DRAFT, tenant="a")
    assert ledger.reviewing.shared(token).version is None


def test_a_guest_is_known_at_one_link_only(ledger: Ledger) -> None:
    production = done(ledger)
    (one, _), (other, _) = (
        ledger.reviewing.share(production, 1, [Right.COMMENT], "", DAY_S, "a") for _ in range(2)
    )
    guest, token = ledger.reviewing.enter(one.id, "김대표")
    assert ledger.reviewing.guest(one.id, token) == guest
    assert ledger.reviewing.guest(other.id, token) is None
    assert ledger.reviewing.guest(one.id, token[::-1]) is None


def test_nothing_of_a_production_is_there_for_another_tenant(ledger: Ledger) -> None:
    production = done(ledger)
    records = ledger.reviewing
    comment, share = say(ledger, production), None
    share, _ = records.share(production, 1, [Right.VIEW], "", DAY_S, "a")
    new = NewComment(text="x", author="y", audience="client")
    calls: list[Callable[[], object]] = [
        lambda: records.comment(production, 1, new, "b"),
        lambda: records.threads(production, 1, "b"),
        lambda: records.resolve(production, comment.id, True, "b"),
        lambda: records.review(production, 1, "b"),
        lambda: records.step(production, 1, IN_REVIEW, tenant="b"),
        lambda: records.share(production, 1, [Right.VIEW], "", DAY_S, "b"),
        lambda: records.shares(production, "b"),
        lambda: records.revoke(production, share.id, "b"),
        lambda: records.subject(production, 1, "b"),
        lambda: records.confirm(production, 1, "0" * 64, "x", Approver(name="x"), "b"),
        lambda: records.approvals(production, "b"),
        lambda: records.manifest(production, 1, "b"),
        lambda: records.prove(production, 1, "b"),
    ]
    for call in calls:
        with pytest.raises(NotFound):
            call()


# Approvals.


def offered(ledger: Ledger, production: str) -> tuple[str, str]:
    """The hash that is shown, and the token that confirms it."""
    subject = ledger.reviewing.subject(production, 1, "a")
    files = [VaultFile(what=what, key=key, sha256="0" * 64, size=1) for what, key in subject.files]
    content = subject.content(files)
    return content.hash, ledger.reviewing.offer(production, 1, content, "a")


def approved(ledger: Ledger) -> str:
    production = done(ledger)
    ledger.reviewing.step(production, 1, IN_REVIEW, tenant="a")
    hash_, token = offered(ledger, production)
    ledger.reviewing.confirm(production, 1, hash_, token, Approver(name="김대표"), "a")
    return production


def changed(ledger: Ledger, production: str) -> list[Check]:
    checks = ledger.reviewing.prove(production, 1, "a").checks
    return [check for check in checks if check.verdict != "intact"]


def test_an_approval_takes_a_version_in_review_with_a_film(ledger: Ledger) -> None:
    production = done(ledger)
    with pytest.raises(IllegalStep, match="version 1 is draft"):
        ledger.reviewing.subject(production, 1, "a")
    running = accept(ledger)
    held = claim(ledger)
    write_conte(ledger, held)
    ledger.reviewing.step(running, 1, IN_REVIEW, tenant="a")
    with pytest.raises(IllegalStep, match="not finished"):
        ledger.reviewing.subject(running, 1, "a")
    ledger.record_film(held, 1, film(), "editor")
    with pytest.raises(IllegalStep, match="not finished"):
        ledger.reviewing.subject(running, 1, "a")


def test_an_approval_is_final_and_a_repeated_confirmation_is_the_same_one(ledger: Ledger) -> None:
    production = done(ledger)
    ledger.reviewing.step(production, 1, IN_REVIEW, tenant="a")
    hash_, token = offered(ledger, production)
    by = Approver(name="김대표")
    approval = ledger.reviewing.confirm(production, 1, hash_, token, by, "a")
    assert ledger.reviewing.confirm(production, 1, hash_, token, by, "a") == approval
    assert ledger.reviewing.review(production, 1, "a").state is APPROVED
    for to in ReviewState:
        with pytest.raises(IllegalStep, match="needs a new version"):
            ledger.reviewing.step(production, 1, to, tenant="a")
    assert changed(ledger, production) == []


def test_another_hash_another_token_or_another_version_of_things_confirms_nothing(
    ledger: Ledger, ledger_url: str
) -> None:
    production, other = done(ledger), done(ledger)
    for one in (production, other):
        ledger.reviewing.step(one, 1, IN_REVIEW, tenant="a")
    hash_, token = offered(ledger, production)
    by = Approver(name="김대표")
    for wrong_hash, wrong_token, at in (
        ("0" * 64, token, production), (hash_, "x", production), (hash_, token, other)
    ):  # fmt: skip
        with pytest.raises(OfferLapsed):
            ledger.reviewing.confirm(at, 1, wrong_hash, wrong_token, by, "a")
    altered(ledger_url, "UPDATE approval_offers SET offered_at = offered_at - 3601")
    with pytest.raises(OfferLapsed):
        ledger.reviewing.confirm(production, 1, hash_, token, by, "a")
    assert ledger.reviewing.review(production, 1, "a").state is IN_REVIEW


def test_offers_that_nobody_confirms_give_way_to_new_ones(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(approvals_module, "MAX_OFFERS", 2)
    production = done(ledger)
    ledger.reviewing.step(production, 1, IN_REVIEW, tenant="a")
    tokens = [offered(ledger, production) for _ in range(3)]
    by = Approver(name="김대표")
    with pytest.raises(OfferLapsed):
        ledger.reviewing.confirm(production, 1, *tokens[0], by, "a")
    assert ledger.reviewing.confirm(production, 1, *tokens[1], by, "a").number == 1


def test_what_changed_between_showing_and_confirming_is_not_approved(
    ledger: Ledger, ledger_url: str
) -> None:
    production = done(ledger)
    ledger.reviewing.step(production, 1, IN_REVIEW, tenant="a")
    hash_, token = offered(ledger, production)
    other = "UPDATE versions SET conte = replace(conte, 'view 1', 'view 9') WHERE production = :one"
    altered(ledger_url, other, one=production)
    with pytest.raises(OfferLapsed, match="as it is now"):
        ledger.reviewing.confirm(production, 1, hash_, token, Approver(name="김대표"), "a")


CHANGED = (
    ("versions.conte", "replace(conte, ',\"', ', \"')"),  # the same conte, in other bytes
    ("versions.findings", "replace(findings, '}', '} ')"),
    ("versions.provenance", "replace(provenance, 'fake', 'real')"),
    ("versions.created_at", "created_at + 1"),
    ("productions.brief", "replace(brief, '시안', '시한')"),
    ("productions.seed", "seed + 1"),
    ("reviews.state", "'draft'"),
    ("clips.clip", "replace(clip, 'clips/', 'clips/f')"),
    ("films.film", "replace(film, 'films/', 'films/f')"),
    ("approvals.manifest", "replace(manifest, '김대표', '이대표')"),
    ("approvals.manifest", "'{}'"),
    ("approvals.manifest", "'x'"),
    ("approvals.hash", "content_hash"),
    ("approvals.content_hash", "hash"),
    ("approvals.previous", "hash"),
    ("approvals.approver", "'이대표'"),
    ("approvals.at", "at + 1"),
    ("approvals.offer", "hash"),
    ("approvals.version", "2"),
    ("approvals.number", "2"),
)
NO_TEXT = tuple(
    (column, f"CAST(CAST({column.partition('.')[2]} AS BLOB) || x'ff' AS TEXT)")
    for column in ("versions.conte", "productions.brief", "approvals.manifest", "approvals.hash",
                   "approvals.approver", "clips.clip", "reviews.state")
)  # fmt: skip


def test_a_row_that_was_changed_is_found(ledger: Ledger, ledger_url: str) -> None:
    for column, value in CHANGED + NO_TEXT * ledger_url.startswith("sqlite"):
        production = approved(ledger)
        assert changed(ledger, production) == []
        table, _, name = column.partition(".")
        its = "id" if table == "productions" else "production"
        where = f"{its} = :one" + (" AND state = 'approved'" if table == "reviews" else "")
        altered(ledger_url, f"UPDATE {table} SET {name} = {value} WHERE {where}", one=production)
        assert changed(ledger, production), f"{column} = {value} was not found"


def test_an_approval_that_is_gone_is_missed(ledger: Ledger, ledger_url: str) -> None:
    production = approved(ledger)
    altered(ledger_url, "DELETE FROM approvals WHERE production = :one", one=production)
    assert [check.verdict for check in changed(ledger, production)] == ["missing"]


def test_who_was_never_approved_has_nothing_to_prove(ledger: Ledger) -> None:
    production = done(ledger)
    with pytest.raises(NotFound, match="not approved"):
        ledger.reviewing.prove(production, 1, "a")
    with pytest.raises(NotFound, match="not approved"):
        ledger.reviewing.manifest(production, 1, "a")
