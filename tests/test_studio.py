"""The Studio's page: how it is served, that it is what its source says, and small enough."""

import logging
import re
import subprocess
import sys
from pathlib import Path

import pytest

from serve.ingress.studio import PAGE
from serve.studio import words
from tests.front_door import House

ROOT = Path(__file__).parent.parent


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "home")


@pytest.mark.parametrize("path", ["/", "/p/prd_1", "/projects/prj_1", "/s/a-token"])
async def test_every_view_answers_with_the_page_under_a_strict_policy(
    house: House, path: str
) -> None:
    async with house.client() as client:
        answer = await client.get(path, headers={"Accept-Encoding": "identity"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "require-trusted-types-for 'script'" in policy
    assert "trusted-types svelte-trusted-html" in policy.split("; ")
    assert "unsafe" not in policy
    assert '<script type="module"' in answer.text and "<style" not in answer.text


async def test_assets_come_compressed_to_who_takes_it_and_stay_in_the_browser(house: House) -> None:
    script = next((PAGE / "assets").glob("*.js"))
    async with house.client() as client:
        small = await client.get(f"/assets/{script.name}", headers={"Accept-Encoding": "gzip, br"})
        plain = await client.get(f"/assets/{script.name}", headers={"Accept-Encoding": "br;q=0"})
    assert small.headers["content-encoding"] == "br"
    assert "content-encoding" not in plain.headers
    assert plain.content == script.read_bytes()
    assert "immutable" in small.headers["cache-control"]


@pytest.mark.parametrize(
    "name", ["nothing.js", "..%2findex.html", "%2e%2e", "index.html.br", "a%00.js"]
)
async def test_nothing_but_the_page_s_own_assets_is_answered(house: House, name: str) -> None:
    async with house.client() as client:
        assert (await client.get(f"/assets/{name}")).status_code == 404
        assert (await client.get(f"/fonts/{name}")).status_code == 404


async def test_a_font_is_there_for_machines_without_a_korean_one(house: House) -> None:
    async with house.client() as client:
        font = await client.get("/fonts/Pretendard-Medium.otf")
    assert font.headers["content-type"] == "font/otf"
    assert len(font.content) > 1_000_000


async def test_the_log_has_no_token_of_a_share_link(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        async with house.client() as client:
            await client.get("/s/very-secret-token")
    ours = [record for record in caplog.records if record.name.startswith("sian")]
    assert ours
    assert "very-secret-token" not in "".join(str(record.__dict__) for record in ours)


def test_the_first_view_is_small() -> None:
    sent = list(PAGE.rglob("*.br"))
    assert sum(path.stat().st_size for path in sent) <= 150_000


def test_every_request_of_the_page_goes_through_one_place() -> None:
    source = ROOT / "serve" / "studio" / "src"
    asking = [
        path.relative_to(source).as_posix()
        for path in source.rglob("*")
        if path.suffix in (".ts", ".svelte")
        and not path.name.endswith(".test.ts")
        and re.search(r"(?<![\w.])fetch\(", path.read_text())
    ]
    assert asking == ["api/client.ts"]


def test_the_page_calls_terms_and_fields_what_the_language_calls_them() -> None:
    assert words.TABLE.read_text() == words.text()


def test_the_page_is_what_its_source_builds_and_its_own_checks_pass(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "serve.studio"]
    built = tmp_path / "page"
    for step in (["build", str(built)], ["check"]):
        ran = subprocess.run([*command, *step], cwd=ROOT, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stdout + ran.stderr
    assert _files(built) == _files(PAGE)


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
