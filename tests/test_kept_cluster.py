"""`sian up --keep` on a real cluster: whatever dies under a production, the production is done."""

import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from conte.production import State
from serve import cluster
from serve.client import Client
from serve.cluster import processes
from serve.ingress.views import ProductionView
from tests.cluster import part_of
from tests.front_door import eventually
from tests.ports import free_port
from tests.studio_browser import PATIENCE_MS, chromium, window

# A minute each: a cluster starts, is killed, and starts again.
pytestmark = [pytest.mark.cluster, pytest.mark.prove]
GRAPH = Path(__file__).parent / "trouble.yaml"
expect.set_options(timeout=PATIENCE_MS)


class Keeper:
    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._said = home / "said.txt"
        home.mkdir()
        command = [sys.executable, "-m", "serve", "up", "--keep", "--graph", str(GRAPH)]
        command += ["--home", str(home), "--port", str(self.port)]
        with self._said.open("w") as file:
            self.process = subprocess.Popen(command, stdout=file, stderr=file)

    @property
    def lines(self) -> list[str]:
        return self._said.read_text().splitlines()

    def serves(self, times: int) -> None:
        """Wait until it has said so that often."""
        while sum(line.startswith("serving on") for line in self.lines) < times:
            assert self.process.poll() is None, self.lines
            time.sleep(0.1)

    def pid_of(self, part: str) -> int:
        if part == "holder":
            running = cluster.find(self.home)
            assert running is not None
            return running.pid
        return part_of(self.home, part)


@pytest.fixture(scope="module")
def keeper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keeper]:
    keeper = Keeper(tmp_path_factory.mktemp("kept") / "home")
    try:
        yield keeper
    finally:
        cluster.down(keeper.home)
        keeper.process.wait(timeout=300)


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("raylet", "the raylet (signal 9) died"),
        ("gcs_server", "the GCS (signal 9) died"),
        ("holder", "its holder died"),
    ],
)
def test_a_production_outlives_what_nothing_in_the_cluster_starts_again(
    keeper: Keeper, part: str, said: str
) -> None:
    served = sum(line.startswith("serving on") for line in keeper.lines)
    keeper.serves(max(1, served))
    with Client(keeper.url) as client:
        brief = {"product": {"name": "시안"}, "duration_s": 5, "cuts": 4, "fps": 24}
        seed = secrets.randbelow(2**31)
        begun = _rendered(keeper.home)
        made = client.create(brief | {"tone": f"hold go-{part}"}, seed=seed)
        held = [f"hold go-{part}"]
        # One renderer is held, perhaps with the next clip behind it; the other makes the rest.
        while len(ready := _clips(client.get(made.id))) < 2 or held != _held(keeper.home, part):
            time.sleep(0.1)
    os.kill(keeper.pid_of(part), signal.SIGKILL)
    died = time.monotonic()
    keeper.serves(max(1, served) + 1)
    print(f"{part}: serving again {time.monotonic() - died:.0f} s after it was killed")
    (keeper.home / f"go-{part}").touch()
    with Client(keeper.url) as client:
        done = client.wait(made.id)
        told = list(client.events(made.id))
    assert done.state is State.DONE
    assert any(f"the cluster has ended: {said}" in line for line in keeper.lines)
    assert [event.id for event in told] == list(range(1, len(told) + 1))
    kinds = Counter(str(event.event) for event in told)
    assert kinds["clip.ready"] == 4
    assert kinds["film.ready"] == kinds["production.done"] == 1
    # What was being rendered is rendered again; what was ready is what it was, and is not.
    assert ready.items() <= _clips(done).items()
    rendered = _rendered(keeper.home) - begun
    assert [rendered[f"{seed} a box"] for _, seed in ready.values()] == [1] * len(ready)
    assert _held(keeper.home, part) == 2 * held


def _clips(production: ProductionView) -> dict[int, tuple[str, int]]:
    """Address and seed of the clip of each cut that has one."""
    return {cut.cut: (cut.clip.url, cut.clip.seed) for cut in production.cuts if cut.clip}


def _held(home: Path, part: str) -> list[str]:
    lines = _rendered(home).elements()
    return [f"hold go-{part}" for line in lines if line.endswith(f"hold go-{part}")]


def _rendered(home: Path) -> Counter[str]:
    file = home / "rendered.txt"
    return Counter(file.read_text().splitlines() if file.exists() else ())


@pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed")
def test_a_page_outlives_its_cluster_with_half_typed_words_and_a_film_that_is_being_rendered(
    keeper: Keeper,
) -> None:
    served = sum(line.startswith("serving on") for line in keeper.lines)
    keeper.serves(max(1, served))
    with Client(keeper.url) as client, chromium() as browser:
        brief = {"product": {"name": "시안"}, "duration_s": 5, "cuts": 4, "fps": 24}
        made = client.create(brief | {"tone": "hold go-page"})
        maker = window(browser, keeper.url)
        page = maker.page
        maker.go(f"/p/{made.id}")
        expect(page.get_by_role("article")).to_have_count(4)
        feedback = page.get_by_label("컷 1", exact=True).last
        feedback.fill("아직 보내지 않은 말")
        card = page.get_by_role("article", name="컷 3")
        card.get_by_role("button", name=re.compile("^자막:")).click()
        half = card.get_by_role("textbox", name="자막")
        half.fill("반쯤")
        eventually(lambda: _held(keeper.home, "page") == ["hold go-page"])
        os.kill(keeper.pid_of("raylet"), signal.SIGKILL)
        lost = page.get_by_text("서버에 연결되지 않습니다")
        expect(lost).to_be_visible()
        page.keyboard.type(" 적은 말")
        keeper.serves(max(1, served) + 1)
        expect(lost).to_be_hidden()
        expect(half).to_be_focused()
        expect(half).to_have_value("반쯤 적은 말")
        expect(feedback).to_have_value("아직 보내지 않은 말")
        page.keyboard.press("Enter")
        expect(card.get_by_role("button", name="자막: 반쯤 적은 말")).to_be_visible()
        assert client.get(made.id).state is State.RENDERING
        (keeper.home / "go-page").touch()
        expect(page.get_by_text("완성", exact=True)).to_be_visible()
        expect(page.get_by_role("button", name="재생", exact=True)).to_be_visible()
        stands = client.draft(made.id).conte.cuts[2].caption
    assert stands == "반쯤 적은 말"


def test_down_ends_the_kept_cluster_and_all_of_its_processes(keeper: Keeper) -> None:
    keeper.serves(1)
    assert cluster.down(keeper.home)
    assert keeper.process.wait(timeout=300) == 0
    assert keeper.lines[-1] == "stopping"
    assert processes.of(keeper.home) == []
    assert not any((keeper.home / name).exists() for name in ("cluster.json", "ray-folder"))
