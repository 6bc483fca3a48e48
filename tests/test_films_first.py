"""A job that wants what films want waits while one is in the making."""

from pathlib import Path

from conte.brief import Brief
from crawl.caption.films_first import POLL_S, FilmsFirst
from serve.ledger.ledger import Ledger

BRIEF = Brief.model_validate({"product": {"name": "시안"}, "duration_s": 6})


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def accepted(ledger: Ledger) -> str:
    production, _ = ledger.accept(
        tenant="local", brief=BRIEF, seed=7, idempotency_key=None, body_hash="", max_queued=9
    )
    return production.id


def test_where_no_films_are_made_nothing_is_waited_for() -> None:
    assert not FilmsFirst("").busy()


def test_films_come_first_until_they_have_ended(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    ledger, clock = Ledger.open(url), Clock()
    films = FilmsFirst(url, clock)
    assert not films.busy()
    film = accepted(ledger)
    assert not films.busy(), "it looks once a second"
    clock.now += POLL_S
    assert films.busy()
    ledger.ask_cancel(film)
    clock.now += POLL_S
    assert not films.busy()


def test_who_is_told_to_stop_waits_for_no_film(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    accepted(Ledger.open(url))
    assert FilmsFirst(url).wait(lambda: True) < POLL_S
