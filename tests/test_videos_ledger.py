"""Videos on the ledger: accepted once, leased with a fence, reported, deleted. On both
databases."""

import pytest

from conte.clip import Clip
from conte.production import Failure
from conte.video import OrderedVideo, VideoOrder, VideoState
from serve.ledger.errors import IdempotencyConflict, LeaseLost, NotFound, QueueFull
from serve.ledger.ledger import Ledger
from serve.ledger.videos import VideoClaim
from tests.fake_crew import ENGINE

ORDER = VideoOrder(prompt="a cat", model="fake", seconds=4, width=1280, height=720, seed=1)


def accept(
    ledger: Ledger, tenant: str = "a", key: str | None = None, **more: object
) -> OrderedVideo:
    order = ORDER.model_copy(update=more)
    video, _ = ledger.accept_video(
        tenant=tenant,
        order=order,
        tier="draft",
        idempotency_key=key,
        body_hash=order.model_dump_json()[:60],
        max_queued=100,
    )
    return video


def claimed(ledger: Ledger, owner: str = "d", lease_s: float = 60) -> VideoClaim:
    claim = ledger.claim_video(owner, lease_s)
    assert claim is not None
    return claim


def a_clip() -> Clip:
    return Clip(
        cut=1, tier="draft", key="clips/" + 64 * "0" + ".mp4", num_frames=96, engine=ENGINE,
        seed=1, render_s=2.5, reused=False,
    )  # fmt: skip


def test_a_video_is_queued_then_in_progress_then_completed(ledger: Ledger) -> None:
    video = accept(ledger)
    assert video.id.startswith("video_")
    assert (video.state, video.progress) == (VideoState.QUEUED, 0)
    claim = claimed(ledger)
    # Its director may wait long for a renderer.
    assert ledger.video(video.id, "a").state is VideoState.QUEUED
    assert ledger.video_progress(claim, 0.4) is False
    shown = ledger.video(video.id, "a")
    assert (shown.state, shown.progress) == (VideoState.IN_PROGRESS, 0.4)
    ledger.complete_video(claim, a_clip())
    done = ledger.video(video.id, "a")
    assert (done.state, done.progress, done.clip) == (VideoState.COMPLETED, 1, a_clip())
    assert done.completed_at is not None
    assert done.completed_at >= done.created_at
    assert done.order == ORDER


def test_a_video_that_cannot_be_made_says_why(ledger: Ledger) -> None:
    video = accept(ledger)
    failure = Failure(stage="clip", reason="too long", attempts=3)
    ledger.fail_video(claimed(ledger), failure)
    failed = ledger.video(video.id, "a")
    assert (failed.state, failed.failure) == (VideoState.FAILED, failure)
    assert ledger.claim_video("e", 60) is None


def test_one_key_makes_one_video(ledger: Ledger) -> None:
    first = accept(ledger, key="k")
    assert accept(ledger, key="k").id == first.id
    assert accept(ledger, tenant="b", key="k").id != first.id
    with pytest.raises(IdempotencyConflict):
        accept(ledger, key="k", prompt="a dog")


def test_a_full_queue_refuses_and_another_tenant_s_does_not(ledger: Ledger) -> None:
    accept(ledger, tenant="b")
    ledger.accept_video(
        tenant="a", order=ORDER, tier="draft", idempotency_key=None, body_hash="", max_queued=1
    )
    with pytest.raises(QueueFull, match="1 videos wait, at most 1 may"):
        ledger.accept_video(
            tenant="a", order=ORDER, tier="draft", idempotency_key=None, body_hash="",
            max_queued=1,
        )  # fmt: skip


def test_another_tenant_s_video_is_not_there(ledger: Ledger) -> None:
    video = accept(ledger, tenant="a")
    for look in (ledger.video, ledger.delete_video):
        with pytest.raises(NotFound):
            look(video.id, "b")
    assert ledger.videos("b", limit=10, after=None, newest_first=True) == ((), False)


@pytest.mark.parametrize("newest_first", [True, False])
def test_pages_tell_every_video_once(ledger: Ledger, newest_first: bool) -> None:
    ids = {accept(ledger, prompt=f"{i}").id for i in range(5)}
    whole, _ = ledger.videos("a", limit=10, after=None, newest_first=newest_first)
    told: list[str] = []
    after, more = None, True
    while more:
        page, more = ledger.videos("a", limit=2, after=after, newest_first=newest_first)
        told += [video.id for video in page]
        after = told[-1]
    # Those of one tick of the clock are in the order of their ids: the same on every page.
    assert told == [video.id for video in whole]
    assert set(told) == ids
    times = [video.created_at for video in whole]
    assert times == sorted(times, reverse=newest_first)


def test_a_deleted_video_is_out_of_sight_and_whoever_renders_it_is_told(ledger: Ledger) -> None:
    waiting, rendered = accept(ledger, prompt="1"), accept(ledger, prompt="2")
    ledger.delete_video(waiting.id, "a")
    claim = claimed(ledger)
    assert claim.video.id == rendered.id
    ledger.delete_video(rendered.id, "a")
    assert ledger.deleted_videos("d") == (rendered.id,)
    assert ledger.renew_video(claim, 60) is True
    assert ledger.video_progress(claim, 0.5) is True
    for video in (waiting, rendered):
        with pytest.raises(NotFound):
            ledger.video(video.id, "a")
    with pytest.raises(NotFound):
        ledger.delete_video(rendered.id, "a")
    ledger.fail_video(claim, Failure(stage="clip", reason="deleted"))
    assert ledger.deleted_videos("d") == ()
    assert ledger.claim_video("d", 60) is None


def test_a_deleted_video_whose_director_died_is_not_rendered_again(ledger: Ledger) -> None:
    video = accept(ledger)
    claimed(ledger, lease_s=0)
    ledger.delete_video(video.id, "a")
    assert ledger.claim_video("e", 60) is None


def test_who_lost_the_lease_can_write_nothing(ledger: Ledger) -> None:
    accept(ledger)
    lost = claimed(ledger, "d", lease_s=0)
    kept = claimed(ledger, "e")
    assert kept.video.id == lost.video.id
    for write in (
        lambda: ledger.renew_video(lost, 60),
        lambda: ledger.video_progress(lost, 0.5),
        lambda: ledger.complete_video(lost, a_clip()),
        lambda: ledger.release_video(lost),
    ):
        with pytest.raises(LeaseLost):
            write()
    ledger.complete_video(kept, a_clip())
    with pytest.raises(LeaseLost):
        ledger.complete_video(kept, a_clip())


def test_a_video_that_kills_every_director_fails_in_the_end(ledger: Ledger) -> None:
    video = accept(ledger)
    for _ in range(3):
        claimed(ledger, lease_s=0)
    assert ledger.claim_video("d", 0, max_takeovers=2) is None
    failed = ledger.video(video.id, "a")
    assert failed.state is VideoState.FAILED
    assert failed.failure is not None
    assert "3 directors" in failed.failure.reason


def test_what_is_taken_over_waits_again(ledger: Ledger) -> None:
    video = accept(ledger)
    ledger.video_progress(claimed(ledger, "d", lease_s=0), 0.9)
    claimed(ledger, "e")
    shown = ledger.video(video.id, "a")
    assert (shown.state, shown.progress) == (VideoState.QUEUED, 0)


def test_the_key_of_a_deleted_video_is_not_given_again(ledger: Ledger) -> None:
    video = accept(ledger, key="k")
    ledger.delete_video(video.id, "a")
    with pytest.raises(IdempotencyConflict, match="deleted"):
        accept(ledger, key="k")


def test_a_ledger_opened_anew_remembers_every_video(ledger_url: str) -> None:
    before = Ledger.open(ledger_url)
    video = accept(before)
    before.video_progress(claimed(before, lease_s=0), 0.5)
    before.close()
    after = Ledger.open(ledger_url)
    assert after.video(video.id, "a").order == ORDER
    assert claimed(after, "e").video.id == video.id
    after.close()


def test_what_is_handed_back_is_queued_and_claimed_at_once(ledger: Ledger) -> None:
    video = accept(ledger)
    ledger.release_video(claimed(ledger))
    assert ledger.video(video.id, "a").state is VideoState.QUEUED
    assert claimed(ledger, "e").video.id == video.id


def test_the_tenant_with_the_fewest_at_work_goes_first(ledger: Ledger) -> None:
    for prompt in "123":
        accept(ledger, "a", prompt=prompt)
    accept(ledger, "b")
    assert [claimed(ledger).video.tenant for _ in range(4)] == ["a", "b", "a", "a"]


def test_a_picture_belongs_to_the_tenant_that_uploaded_it(ledger: Ledger) -> None:
    key = "images/" + 64 * "1" + ".png"
    assert not ledger.owns_image("a", key)
    ledger.own_image("a", key)
    ledger.own_image("a", key)
    assert ledger.owns_image("a", key)
    assert not ledger.owns_image("b", key)
