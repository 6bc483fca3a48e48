"""The typed client of a guest: a link is enough to see, comment, approve and download."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from conte.revision.review import ReviewState
from conte.revision.share import Right
from serve.client import Client, Problem
from serve.guest_client import GuestClient
from tests.front_door import CLIP_BYTES, FILM_BYTES, House, accept, served


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "house")
    yield house
    house.ledger.close()


@pytest.fixture
def url(house: House) -> Iterator[str]:
    with served(house.app()) as address:
        yield address


def shared(house: House, url: str, *rights: Right) -> tuple[str, str]:
    """Return a production in review, and the page of a link to it."""
    production = accept(house)
    house.film(production)
    for state in house.ledger.get(production).cuts:
        assert state.clip is not None
        house.publish(state.clip.key, CLIP_BYTES)
    with Client(url) as client:
        client.review(production, 1, ReviewState.IN_REVIEW)
        made = client.share(production, rights, label="한빛타이어")
    return production, f"{url}/s/{made.token}"


def test_a_guest_sees_comments_approves_in_two_steps_and_downloads(
    house: House, url: str, tmp_path: Path
) -> None:
    production, link = shared(house, url, *Right)
    with GuestClient(link) as guest, Client(url) as client:
        assert guest.allowed().rights == tuple(Right)
        guest.enter("김대표")
        shown = guest.conte()
        cut = shown.conte.cuts[1]
        said = guest.comment({"cut": cut.id, "frame": 3, "text": "로고를 더 크게"})
        assert (said.author, said.by_guest) == ("김대표", True)
        assert guest.comments().comments == (said,)
        assert client.comments(production, 1).comments[0].text == "로고를 더 크게"
        assert client.resolve(production, said.id).resolved
        film = guest.download("film", tmp_path / "out" / "film.mp4")
        clip = guest.download("cuts/2/clip", tmp_path / "out" / "clip.mp4")
        assert (film.read_bytes(), clip.read_bytes()) == (FILM_BYTES, CLIP_BYTES)
        approval = guest.approve(guest.offer())
        assert approval.name == "김대표"
        assert [one.hash for one in client.approvals(production)] == [approval.hash]


def test_a_guest_asks_for_changes_and_is_then_shown_out(house: House, url: str) -> None:
    production, link = shared(house, url, Right.VIEW, Right.COMMENT)
    with GuestClient(link) as guest, Client(url) as client:
        guest.enter("김대표")
        asked = guest.ask_for_changes("3컷을 다시")
        assert asked.state is ReviewState.CHANGES_REQUESTED
        assert client.review(production, 1).history[-1].note == "3컷을 다시"
        (share,) = client.shares(production)
        assert client.revoke(production, share.id).revoked_at is not None
        with pytest.raises(Problem, match="revoked") as gone:
            guest.conte()
        assert gone.value.status == 404


@pytest.mark.parametrize("right", list(Right))
def test_what_the_link_does_not_allow_is_a_problem(
    house: House, url: str, tmp_path: Path, right: Right
) -> None:
    _, link = shared(house, url, right)
    with GuestClient(link) as guest:
        guest.enter("김대표")
        for takes, does in (
            ({Right.VIEW}, guest.conte),
            ({Right.COMMENT}, guest.comments),
            ({Right.APPROVE}, guest.offer),
            ({Right.DOWNLOAD}, lambda: guest.download("film", tmp_path / "film.mp4")),
        ):
            if right in takes:
                does()
                continue
            with pytest.raises(Problem) as refused:
                does()
            assert refused.value.status == 403
    assert (tmp_path / "film.mp4").exists() == (right is Right.DOWNLOAD)


@pytest.mark.parametrize(
    "link", ["", "https://sian.example", "https://sian.example/s/short", "/s/" + "a" * 32]
)
def test_what_is_no_link_is_said(link: str) -> None:
    with pytest.raises(ValueError, match="wanted the address of a share link"):
        GuestClient(link)
