"""A job that wants what films want waits while a final waits for a GPU, and for nothing else."""

from pathlib import Path

from crawl.caption.films_first import POLL_S, FilmsFirst
from serve.ledger.ledger import Ledger
from tests.on_ledger import claimed, write_conte


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_where_no_films_are_made_nothing_is_waited_for() -> None:
    assert not FilmsFirst("").short_of_gpus()


def test_only_a_final_that_waits_for_a_gpu_comes_first(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    ledger, clock = Ledger.open(url), Clock()
    films = FilmsFirst(url, clock)

    def short() -> bool:
        clock.now += POLL_S
        return films.short_of_gpus()

    held = claimed(ledger)
    write_conte(ledger, held)
    assert not short(), "drafts are rendered on CPUs"
    ledger.clip_waits(held, 1, 1, "final", "budget", 480.0)
    assert not short(), "it waits for money"
    ledger.clip_waits(held, 1, 2, "final", "gpu", 480.0)
    assert not films.short_of_gpus(), "it looks once a second"
    assert short()
    ledger.start_clip(held, 1, 2, "final", "renderer", 1)
    assert not short()
    ledger.clip_waits(held, 1, 2, "final", "gpu", 480.0)
    assert short()
    ledger.ask_cancel(held.production.id)
    ledger.cancelled(held, "director")
    assert not short(), "its production has ended"
