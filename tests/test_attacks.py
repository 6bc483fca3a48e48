"""The ingress withstands attacks and accidents, on a real cluster with two tenants.

Each test prints its figures: `python -m tests attacks -m prove`.
"""

import os
import random
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from statistics import median

import httpx
import pytest

from serve.client import Problem
from serve.keys import key_digest
from serve.settings import IngressSettings
from tests import attack_bodies as odd
from tests import forged_pictures as forge
from tests.front_door import eventually
from tests.test_hostile_pictures import PROGRESSIVE, REFUSED, plain, truncated
from tests.test_media_cluster import followed, memory
from tests.two_tenants import Besieged, Tenant, small_disk, two_tenants

pytestmark = [pytest.mark.cluster, pytest.mark.prove]

MIB = 1 << 20
KEYS = 40
MUTATIONS = 500
STREAMS = 1000
PICTURES_AT_ONCE = 4
KILLS = 12
FILMS = 60
CANCELS = 60
WITHOUT_ROOM_S = 5
UNFINISHED_EACH = 100
LOCKED_FILMS = 6
LEDGER_ROWS = 20_000
OPEN_TO_ALL = {"/healthz", "/readyz"}


@pytest.fixture(scope="module")
def besieged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Besieged]:
    home, folder = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("disk")
    with small_disk(folder) as disk, two_tenants(home, disk) as running:
        yield running


Say = Callable[[str], None]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Prints figures of tests that pass, too."""

    def say(figures: str) -> None:
        with capsys.disabled():
            print(f"\n{figures}", end="", flush=True)

    return say


def counted(what: str, statuses: Counter[int]) -> str:
    failed = [status for status in statuses if status >= 500]
    assert not failed, f"{what}: {statuses}"
    return f"{what}: n={statuses.total()} {dict(sorted(statuses.items()))}"


def test_nothing_is_open_without_a_key_or_to_another_tenant(besieged: Besieged, say: Say) -> None:
    a, b = besieged.a, besieged.b
    made = a.order()
    assert a.story(made.id)["production.done"] == 1
    video = a.ask("POST", "/v1/videos", json={"prompt": "a road", "seconds": "4"}).json()["id"]
    schema = httpx.get(f"{besieged.url}/openapi.json", timeout=60)
    assert schema.status_code == 200
    rest = {"n": "1", "k": "1", "model": "none"}
    routes = [
        (method, path, target)
        for method, path, target in odd.targets(schema.json(), rest)
        if path not in OPEN_TO_ALL
    ]
    routes = [(m, p, t.replace("{id}", video if "videos" in p else made.id)) for m, p, t in routes]
    chance = random.Random(1)
    heads: list[dict[str, str]] = [{}, {"Authorization": f"Basic {a.key}"}, {"Cookie": a.key}]
    heads += [
        {"Authorization": "Bearer"},
        {"Authorization": a.key},
        {"X-API-Key": key_digest(a.key)},
    ]
    heads += [{"X-API-Key": a.key[:-1]}, {"X-API-Key": a.key.upper()}, {"X-API-Key": "\xff" * 9}]
    heads += [{"Authorization": f"Bearer {b.key}{a.key}"}, {"X-API-Key": "a" * 5000}]
    heads += [{"X-API-Key": "sian_" + chance.randbytes(24).hex()} for _ in range(KEYS)]
    wire, keyless, across = odd.Wire(besieged.url), Counter[int](), Counter[int]()
    through: list[str] = []
    for head in heads:
        for method, _, target in routes:
            status, _ = wire.send(method, target, head)
            keyless[status] += 1
            if status not in (400, 401, 405):
                through.append(f"{method} {target[:80]} {head}: {status}")
    for method, path, target in routes:
        asked = b'{"prompt": "a road"}' if method == "POST" else None
        status, body = wire.send(method, target, b.headers | {"Content-Type": odd.JSON}, asked)
        across[status] += 1
        shown = made.id.encode() in body or video.encode() in body
        if ("{id}" in path and status < 400) or (shown and status < 400):
            through.append(f"{method} {target} as b: {status}")
    say(counted("without a valid key", keyless))
    say(counted("across tenants", across))
    assert not through, through
    assert a.ask("GET", f"/v1/productions/{made.id}").json()["state"] == "done"


def test_odd_bodies_and_paths_end_in_no_error_of_ours(besieged: Besieged, say: Say) -> None:
    b, wire, chance = besieged.b, odd.Wire(besieged.url), random.Random(2)
    bodies, paths, heads = Counter[int](), Counter[int](), Counter[int]()
    posts = ("/v1/productions", "/v1/videos", "/v1/images", "/v1/chat/completions")
    for path in posts:
        for body in odd.ODD_BODIES.values():
            for kind in (odd.JSON, "multipart/form-data; boundary=x"):
                status, _ = wire.send("POST", path, b.headers | {"Content-Type": kind}, body)
                bodies[status] += 1
        for kind in odd.MEDIA_TYPES:
            status, _ = wire.send("POST", path, b.headers | {"Content-Type": kind}, odd.GOOD)
            bodies[status] += 1
    for _ in range(MUTATIONS):
        head = b.headers | {"Content-Type": odd.JSON}
        status, _ = wire.send("POST", chance.choice(posts), head, odd.mutated(chance))
        bodies[status] += 1
    say(counted("odd bodies", bodies))
    schema = httpx.get(f"{besieged.url}/openapi.json", timeout=60).json()
    for segment in odd.ODD_SEGMENTS:
        for place in ("id", "n", "k", "model"):
            values = {"id": "p", "n": "1", "k": "1", "model": "m"} | {place: segment}
            for method, path, target in odd.targets(schema, values):
                if "{" + place + "}" in path:
                    status, body = wire.send(method, target, b.headers)
                    paths[status] += 1
                    assert b"root:" not in body and status not in (201, 202), target
    say(counted("odd paths", paths))
    for what, raw in odd.odd_requests(b.key).items():
        answers = odd.statuses_of(besieged.url, raw)
        heads.update(answers or [0])
        if what in ("CL.TE", "TE.CL", "two lengths"):
            assert answers[1:] == [], f"{what}: {answers}"
    say(counted("odd requests over a socket", heads))
    besieged.works()


def test_one_tenant_s_hostile_pictures_keep_no_other_from_its_own(
    besieged: Besieged, say: Say
) -> None:
    bad = [make() for make, _ in (REFUSED | truncated()).values()]
    bad.append(forge.with_scans(forge.encoded(".jpg", plain(), *PROGRESSIVE), 5000))
    bad += [forge.gif(20_000), forge.apng(2000), forge.animated_webp(2000)]
    good = forge.encoded(".png", plain(1200, 800))
    doors = besieged.cluster.replicas("Ingress")
    for pid in doors:
        Path(f"/proc/{pid}/clear_refs").write_text("5")  # the peak is counted from here
    before = {pid: memory(pid, "VmRSS") for pid in doors}

    def upload(tenant: Tenant, data: bytes) -> int:
        head = {"Content-Type": "image/png"}
        return tenant.ask("POST", "/v1/images", content=data, headers=head).status_code

    times: list[float] = []
    with ThreadPoolExecutor(PICTURES_AT_ONCE) as uploads:
        sent = [uploads.submit(upload, besieged.a, data) for data in bad * 2]
        while not times or not all(one.done() for one in sent):
            began = time.monotonic()
            assert upload(besieged.b, good) == 201
            times.append(time.monotonic() - began)
    say(counted("hostile pictures", Counter(one.result() for one in sent)))
    say(f"b's picture: n={len(times)}, median {median(times):.2f} s, at most {max(times):.2f} s")
    for pid, mib in before.items():
        grown = memory(pid, "VmHWM") - mib
        say(f"Ingress replica: {mib} MiB, at its peak {grown} MiB more")
        assert grown < 300


def test_a_thousand_streams_of_one_tenant_close_the_api_to_nobody(
    besieged: Besieged, say: Say
) -> None:
    made = besieged.a.order("slow")
    statuses, times = Counter[int](), list[float]()
    with ExitStack() as held:
        for count in range(1, STREAMS + 1):
            key = f"X-API-Key: {besieged.a.key}"
            statuses[int(followed(besieged.url, made.id, held, key))] += 1
            if count % 100 == 0:
                began = time.monotonic()
                for path in ("/healthz", "/readyz", "/v1/productions"):
                    assert besieged.b.ask("GET", path).status_code == 200
                times.append(time.monotonic() - began)
    say(counted("streams of one tenant", statuses))
    say(f"three answers to b: median {median(times):.2f} s, at most {max(times):.2f} s")
    assert set(statuses) == {200, 429}
    assert statuses[200] <= 2 * IngressSettings().streams_at_once
    with besieged.a.client() as client:
        client.cancel(made.id)
        assert client.wait(made.id).state == "cancelled"


def test_requests_that_are_never_finished_close_the_api_to_nobody_and_are_cut_off(
    besieged: Besieged, say: Say
) -> None:
    times, began = list[float](), time.monotonic()
    with ExitStack() as held:
        kinds = list(odd.UNFINISHED.values()) * UNFINISHED_EACH
        left = [held.enter_context(odd.begun(besieged.url, raw)) for raw in kinds]
        while left:
            asked = time.monotonic()
            for path in ("/healthz", "/readyz", "/v1/productions"):
                assert besieged.b.ask("GET", path).status_code == 200
            times.append(time.monotonic() - asked)
            left = [client for client in left if not odd.is_closed(client)]
            time.sleep(1)
    say(f"{len(kinds)} requests that end nowhere: all cut off in {time.monotonic() - began:.0f} s")
    say(f"three answers to b: median {median(times):.2f} s, at most {max(times):.2f} s")


def test_no_film_is_lost_or_published_twice_whatever_is_killed(
    besieged: Besieged, say: Say
) -> None:
    cluster, chance = besieged.cluster, random.Random(5)
    seeds, killed, made = iter(range(10_000)), Counter[str](), list[str]()
    began = time.monotonic()
    for _ in range(KILLS):
        victim = chance.choice(("Director", "DraftRenderer", "Ingress"))
        eventually(lambda victim=victim: len(cluster.replicas(victim)) == 2)
        # Ordered last, or they would be films before anything is killed.
        made += [besieged.a.order(seed=1000 + next(seeds)).id for _ in range(FILMS // KILLS)]
        time.sleep(chance.uniform(0, 0.5))
        os.kill(chance.choice(cluster.replicas(victim)), signal.SIGKILL)
        killed[victim] += 1
    stories = [besieged.a.story(one) for one in made]
    say(f"{len(made)} films, SIGKILL: {dict(killed)}, {time.monotonic() - began:.0f} s")
    retried, over = (
        sum(s[kind] for s in stories) for kind in ("clip.retried", "production.taken_over")
    )
    say(f"clips tried again: {retried}; taken over by another director: {over}")
    assert len(set(made)) == FILMS
    for one in stories:
        assert one["film.ready"] == one["production.done"] == 1
        assert one["clip.ready"] == 4


def test_cancels_at_any_moment_leave_a_whole_story(besieged: Besieged, say: Say) -> None:
    chance, ends = random.Random(6), Counter[str]()

    def cancelled(pause_s: float) -> str:
        made = besieged.a.order(chance.choice(("", "slow")))
        time.sleep(pause_s)
        with besieged.a.client() as client:
            with suppress(Problem):  # it was done before
                client.cancel(made.id)
            state = client.wait(made.id).state.value
        kinds = besieged.a.story(made.id)
        assert kinds[f"production.{state}"] == 1
        assert kinds["film.ready"] == (state == "done")
        return state

    with ThreadPoolExecutor(4) as orders:
        ends.update(orders.map(cancelled, [chance.uniform(0, 3) for _ in range(CANCELS)]))
    say(f"{CANCELS} cancels: {dict(ends)}")
    assert set(ends) <= {"cancelled", "done"}


def filled(disk: Path, database: sqlite3.Connection) -> Callable[[], None]:
    """Leaves no byte of it free; the function that comes back frees it again."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as out, suppress(OSError):
        while out.write(bytes(MIB)):
            pass
    with suppress(sqlite3.OperationalError):  # busy: the room it has is used up by the orders
        # Else the ledger writes on into the room that its log has already.
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    with ballast.open("ab", buffering=0) as out, suppress(OSError):
        while out.write(bytes(4096)):
            pass
    return ballast.unlink


def test_a_full_disk_is_told_and_nothing_is_lost(besieged: Besieged, say: Say) -> None:
    if not besieged.disk.is_mount():
        pytest.skip("no file system may be mounted here: wanted root, or CAP_SYS_ADMIN")
    a, hold = besieged.a, besieged.cluster.home / "room"
    under_way = a.order("hold room")
    eventually(lambda: a.ask("GET", "/v1/productions?state=rendering").json()["productions"])
    database = sqlite3.connect(besieged.disk / "ledger.db")
    free = filled(besieged.disk, database)
    taken: list[str] = []
    try:
        while (answer := a.ask("POST", "/v1/productions", json=odd.ORDER)).status_code == 202:
            taken.append(answer.json()["id"])
        assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0
        detail = answer.json()["detail"]
        eventually(lambda: a.ask("GET", "/readyz").status_code == 503)
        ready = a.ask("GET", "/readyz").json()
        assert a.ask("GET", "/healthz").status_code == 200
        hold.touch()
        time.sleep(WITHOUT_ROOM_S)  # what is rendered meanwhile finds no room
    finally:
        free()
        database.close()
        hold.touch()
    say(f"{len(taken)} orders taken, then 503: {detail}; readyz: {ready['detail']}")
    eventually(lambda: a.ask("GET", "/readyz").status_code == 200)
    stories = [a.story(one) for one in (under_way.id, *taken)]
    say(f"clips tried again: {sum(story['clip.retried'] for story in stories)}")
    with a.client() as client:
        for one in (under_way.id, *taken):
            if (failure := client.get(one).failure) is not None:
                say(f"failed, and is tried again: {failure.reason}")
                assert "is full" in failure.reason and failure.cut is not None
                client.retry_cut(one, 1, failure.cut)
            assert client.wait(one).state == "done"
    besieged.works()


def test_a_locked_ledger_is_waited_for_and_nothing_is_taken_over(
    besieged: Besieged, say: Say
) -> None:
    a = besieged.a
    made = [a.order("hold unlocked", seed=7000 + at).id for at in range(LOCKED_FILMS)]
    database = sqlite3.connect(besieged.disk / "ledger.db", timeout=60, isolation_level=None)
    began = time.monotonic()
    try:
        database.execute("BEGIN IMMEDIATE")
        # Longer than a lease lasts.
        answer = a.ask("POST", "/v1/productions", json=odd.ORDER)
        assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0
        assert besieged.b.ask("GET", "/v1/productions").status_code == 200
        database.execute("ROLLBACK")
    finally:
        database.close()
        (besieged.cluster.home / "unlocked").touch()
    say(f"locked for {time.monotonic() - began:.0f} s: {answer.json()['detail']}")
    stories = [a.story(one) for one in made]
    taken = sum(story["production.taken_over"] for story in stories)
    say(f"{len(made)} films under way: {taken} taken over")
    assert all(story["production.done"] == story["film.ready"] == 1 for story in stories)
    assert taken == 0


def test_a_long_ledger_is_listed_as_fast_as_a_short_one(besieged: Besieged, say: Say) -> None:
    """The last one here: it writes into the ledger behind its back."""
    template = besieged.b.order()
    assert besieged.b.story(template.id)["production.done"] == 1

    def listed() -> float:
        times: list[float] = []
        for _ in range(30):
            began = time.monotonic()
            answer = besieged.b.ask("GET", "/v1/productions?limit=20")
            assert answer.status_code == 200
            times.append(time.monotonic() - began)
        return median(times)

    short = listed()
    database = sqlite3.connect(besieged.disk / "ledger.db", timeout=60)
    columns = [str(row[1]) for row in database.execute("PRAGMA table_info(productions)")]
    changed: dict[str, str] = {
        "id": "printf('p%039d', n)",
        "idempotency_key": "NULL",
        "created_at": "created_at - n",
    }
    values = ", ".join(changed.get(name, name) for name in columns)
    with database:
        database.execute(
            f"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)"
            f" INSERT INTO productions ({', '.join(columns)})"
            f" SELECT {values} FROM productions, numbers WHERE id = ?",
            (LEDGER_ROWS, template.id),
        )
    database.close()
    long = listed()
    say(f"list of 20: median {1000 * short:.0f} ms; {LEDGER_ROWS} more: {1000 * long:.0f} ms")
    assert long < 10 * short + 0.5
