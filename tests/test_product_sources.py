"""The products job: sources -> the table's next version, whatever happens on the way."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from conte.product_types import ProductTypes
from crawl.products.extending import Extending, changes
from crawl.products.licences import LICENCES, why_refused
from crawl.products.row import Row
from crawl.products.sources import KnowledgeError, SourceEntry, read_sources
from crawl.products.versions import NotWhole, latest, publish
from deployments.knowledge.product_types import product_types
from tests.job_cluster import AUTH
from tests.local_site import Answers, Page, Site, local_site
from tests.test_product_documents import HEAD, TOY, an_entry, xlsx_of

CSV = "text/csv; charset=euc-kr"


def csv_page(*rows: list[str], **page: Any) -> Page:
    lines = (",".join(f'"{cell}"' for cell in row) for row in (HEAD, *rows))
    return Page("\n".join(lines).encode("cp949"), CSV, **page)


def extended(*rows: Row, base: ProductTypes | None = None, **entry: Any) -> Any:
    extending = Extending(base or product_types())
    taken = extending.add(an_entry("csv", **entry), rows)
    return extending.table(), taken


# The entries


def write_sources(path: Path, *entries: Mapping[str, Any]) -> Path:
    path.write_text(yaml.safe_dump({"sources": list(entries)}, allow_unicode=True))
    return path


def an_entry_of(site: Site | str, path: str, **fields: Any) -> dict[str, Any]:
    url = (site if isinstance(site, str) else site.url) + path
    file_format = path.rsplit(".", 1)[-1]
    entry = an_entry(file_format, urls=[url], id=fields.pop("id", path[1:].split(".")[0]))
    return entry.model_dump(mode="json", exclude_defaults=True) | fields


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"licence": "KOGL-1"}, "source 'a': attribution is missing; KOGL-1"),
        ({"licence": "KOGL-4"}, "source 'a': attribution is missing; KOGL-4"),
        ({"licence": "CC-BY"}, "sources.0.licence"),
        ({"urls": ["file:///etc/passwd"]}, "source 'a': urls:"),
        ({"urls": []}, "sources.0.urls"),
        ({"columns": {"name": "이름"}}, "source 'a': say industry"),
        ({"format": "docx"}, "sources.0.format"),
        ({"date": "2025/06/04"}, "sources.0.date"),
        ({"colums": {}}, "sources.0.colums"),
        ({"id": "Kats!"}, "sources.0.id"),
    ],
)
def test_an_entry_that_is_wrong_is_told_by_line_and_field(
    tmp_path: Path, fields: dict[str, Any], said: str
) -> None:
    path = write_sources(tmp_path / "sources.yaml", an_entry_of("https://a.kr", "/a.csv") | fields)
    with pytest.raises(KnowledgeError) as error:
        read_sources(path)
    assert said in str(error.value)
    assert f"{path}:" in str(error.value)


def test_two_sources_of_one_name_are_refused(tmp_path: Path) -> None:
    one = an_entry_of("https://a.kr", "/a.csv")
    with pytest.raises(KnowledgeError, match="source 'a' stands there twice"):
        read_sources(write_sources(tmp_path / "sources.yaml", one, one))


def test_licences_that_forbid_commerce_or_changes_are_refused_unless_accepted() -> None:
    refused = {name for name in LICENCES if why_refused(name)}
    assert refused == {"KOGL-2", "KOGL-3", "KOGL-4", "unknown"}
    why = why_refused("KOGL-4")
    assert why is not None and "상업적" in why.ko and "변경" in why.ko and "commercial" in why.en
    assert why_refused("KOGL-3", {"KOGL-3"}) is None


# The table


def test_a_row_becomes_a_type_that_names_its_source() -> None:
    row = Row(
        "우주복 헬멧", "우주용품", "33402", name_en="space helmets", labels=("재질", "제조국")
    )
    table, taken = extended(row)
    (kind,) = (kind for kind in table.types if kind.name.ko == "우주복 헬멧")
    source = table.source(kind.source)
    assert (source.id, source.licence, source.date, source.basis) == (
        "kats",
        "law",
        "2025-06-04",
        "fetched",
    )
    assert kind.id == "space_helmets" and kind.name.en == "space helmets"
    (standard,) = table.labelling(kind)
    assert [item.ko for item in standard.items] == ["재질", "제조국"]
    assert standard.source == "kats" and standard.law.ko == "안전기준"
    assert (taken.rows, taken.types, taken.labelled, taken.untranslated) == (1, 1, 1, 0)
    # Its code has no name in the table: the nearest one above it has.
    assert "33402".startswith(kind.industry)


def test_a_row_that_the_table_has_brings_its_labelling_and_keeps_the_type() -> None:
    base = product_types()
    known = base.types[0]
    row = Row(known.name.ko, known.item.ko, known.industry, labels=("원산지 표시",))
    table, taken = extended(row)
    kind = next(kind for kind in table.types if kind.id == known.id)
    assert kind.standards[:-1] == known.standards
    assert kind.name == known.name and kind.source == known.source
    assert taken.types == 0 and taken.labelled == 1
    (change,) = changes(base, table)
    assert (change.id, change.kind, change.fields) == (known.id, "changed", ("standards",))


def test_a_name_that_means_something_else_in_another_industry_is_dropped() -> None:
    known = product_types().types[0]
    other = "26" if known.industry[:2] != "26" else "10"
    _, taken = extended(Row(known.name.ko, "품목", other))
    assert taken.rows == 0
    assert "같은 이름이 다른 산업에" in taken.dropped[0].ko


def test_rows_that_give_an_item_each_make_one_standard() -> None:
    rows = [Row("우주복 헬멧", "우주용품", "33", labels=(label,), place=label) for label in ("재질", "치수", "재질")]  # fmt: skip
    table, taken = extended(*rows)
    (kind,) = (kind for kind in table.types if kind.name.ko == "우주복 헬멧")
    assert [item.ko for item in table.labelling(kind)[0].items] == ["재질", "치수"]
    assert taken.rows == 2 and "앞의 행과 같습니다" in taken.dropped[0].ko


def test_types_labelled_alike_share_a_standard() -> None:
    rows = [Row(name, "우주용품", "33", labels=("재질", "치수")) for name in ("우주복 헬멧", "우주복 장갑")]  # fmt: skip
    table, _ = extended(*rows)
    found = [kind for kind in table.types if kind.item.ko == "우주용품"]
    assert len(found) == 2 and found[0].standards == found[1].standards


def test_an_industry_is_named_by_its_column_or_by_what_is_above_it() -> None:
    named = Row("로켓 연료", "우주용품", "19229", industry_name="로켓 연료 제조업")
    table, _ = extended(named, Row("우라늄 정광", "광물", "06100"))
    names = {industry.code: industry.name.ko for industry in table.industries}
    assert names["19229"] == "로켓 연료 제조업"
    assert names["06"] == "금속 광업" and "06100" not in names
    (mined,) = (kind for kind in table.types if kind.name.ko == "우라늄 정광")
    assert mined.industry == "06"


def test_the_same_rows_make_the_same_table() -> None:
    rows = [Row(f"우주용품 {n}호기", "우주용품", "33", labels=("재질",)) for n in range(5)]
    one, _ = extended(*rows)
    assert one == extended(*rows)[0]
    assert one.version.startswith(product_types().version + "+")
    assert extended()[0] == product_types()
    assert one.version != extended(*rows[:4])[0].version


WORD = st.sampled_from(
    ["이불", "타이어", "우주복", "헬멧", "soap", "비누", "①", "-", "가", "키보드 A", "A 키보드"]
)


SMALL = ProductTypes.model_validate(
    product_types().model_dump()
    | {"types": [kind for kind in product_types().types if kind.industry[:2] == "13"]}
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.builds(
            Row,
            name=WORD,
            item=WORD,
            industry=st.sampled_from(["22", "221", "13", "20423", "06", "33"]),
            industry_name=st.sampled_from(["", "어느 제조업"]),
            name_en=st.sampled_from(["", "soap", "tyres", "helmet"]),
            synonyms=st.lists(WORD, max_size=3).map(tuple),
            labels=st.lists(WORD, max_size=3).map(tuple),
        ),
        max_size=12,
    )
)
def test_whatever_the_rows_are_the_table_is_whole(rows: list[Row]) -> None:
    table, taken = extended(*rows, base=SMALL)
    ProductTypes.model_validate(table.model_dump())
    assert taken.rows + len(taken.dropped) == len(rows)


# Versions


def test_a_version_is_a_file_of_its_own_and_the_manifest_names_the_last(tmp_path: Path) -> None:
    base = product_types()
    first = publish(tmp_path, base, {}, 1.0, None)
    table, _ = extended(Row("우주복 헬멧", "우주용품", "33"))
    second = publish(tmp_path, table, {"kats": ["0" * 64]}, 2.0, first)
    assert second.previous == first.file
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [first.file, second.file, "manifest.json"]
    )
    assert latest(tmp_path) == (second, table)
    assert publish(tmp_path, table, {}, 3.0, second) == second


def test_a_table_that_was_changed_or_lost_is_told(tmp_path: Path) -> None:
    assert latest(tmp_path) is None
    manifest = publish(tmp_path, product_types(), {}, 1.0, None)
    path = tmp_path / manifest.file
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(NotWhole, match="was changed"):
        latest(tmp_path)
    path.unlink()
    with pytest.raises(NotWhole, match="which is not there"):
        latest(tmp_path)


# The job, on a Ray cluster


def command(tmp_path: Path, *more: str) -> tuple[list[str], dict[str, str]]:
    environment = os.environ | AUTH | {
        "SIAN_CRAWL_CONTACT": "https://example.kr/bot",
        "SIAN_CRAWL_PRIVATE_NETWORKS": '["127.0.0.0/8"]',
        "SIAN_CRAWL_INTERVAL_S": "0.05",
        "SIAN_CRAWL_BACK_OFF_S": "0.05",
        "SIAN_CRAWL_CACHE": str(tmp_path / "cache"),
    }  # fmt: skip
    line = [sys.executable, "-m", "crawl.products", "--sources", str(tmp_path / "sources.yaml"),
            "--out", str(tmp_path / "out"), *more]  # fmt: skip
    return line, environment


def run(tmp_path: Path, *more: str) -> tuple[int, str]:
    line, environment = command(tmp_path, *more)
    done = subprocess.run(line, env=environment, capture_output=True, text=True, timeout=600)
    return done.returncode, done.stdout + done.stderr


def reported(tmp_path: Path) -> dict[str, Any]:
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    report["by_id"] = {source["id"]: source for source in report["sources"]}
    return report


@pytest.mark.cluster
def test_the_job_from_a_site_to_a_table_and_what_changes_when_the_site_does(
    tmp_path: Path, job_address: str
) -> None:
    def toys(book: Any) -> None:
        sheet = book.active
        sheet.append(HEAD)
        sheet.append(["C33402", "완구", "우주 블록 완구", "사용연령\n주의사항"])
        sheet.append([None, None, "우주 작동 완구", "사용연령"])
        sheet.merge_cells("A2:A3")
        sheet.merge_cells("B2:B3")

    xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    pages: dict[str, Answers] = {
        "/robots.txt": Page(b"User-agent: *\nDisallow: /no", "text/plain"),
        "/toys.xlsx": Page(xlsx_of(toys), xlsx, etag='"1"'),
        "/audio.csv": csv_page(
            ["26529", "음향기기", "<b>우주</b> 이어폰", "정격전압"], ["04", "", "", ""]
        ),
        "/tagged.csv": csv_page(TOY, headers={"X-Robots-Tag": "none"}),
        "/broken.csv": Page(b"a,b\n1,2\n", "text/csv"),
    }
    with local_site(pages) as site:
        kogl = {"licence": "KOGL-2", "attribution": "어느 기관, 2025"}
        write_sources(
            tmp_path / "sources.yaml",
            an_entry_of(site, "/toys.xlsx"),
            an_entry_of(site, "/audio.csv", licence="KOGL-1", attribution="어느 기관, 2025, 공공누리 제1유형"),
            an_entry_of(site, "/no/rules.csv", id="rules"),
            an_entry_of(site, "/tagged.csv"),
            an_entry_of(site, "/commerce.csv", **kogl),
            an_entry_of(site, "/broken.csv"),
        )  # fmt: skip
        code, said = run(tmp_path, "--address", job_address)
        assert code == 1, said  # one source could not be read
        report = reported(tmp_path)
        states = {name: source["state"] for name, source in report["by_id"].items()}
        assert states == {
            "toys": "read", "audio": "read", "rules": "refused", "tagged": "refused",
            "commerce": "refused", "broken": "unreadable",
        }  # fmt: skip
        assert report["counts"] == {"new": 3, "changed": 0, "gone": 0}
        assert report["by_id"]["audio"]["num_dropped"] == 1
        assert report["attributions"] == ["어느 기관, 2025, 공공누리 제1유형"]
        # What must not be asked for was not.
        assert set(site.paths()) == {"/robots.txt", "/toys.xlsx", "/audio.csv", "/tagged.csv", "/broken.csv"}  # fmt: skip
        page = (tmp_path / "out" / "report.html").read_text()
        assert f"product_types: {tmp_path / 'out'}/product-types-" in page
        assert "&lt;b&gt;우주&lt;/b&gt; 이어폰" in page and "<b>우주</b>" not in page
        found = latest(tmp_path / "out")
        assert found is not None and found[1].source("audio").attribution

        # Again: nothing that is fresh is asked for, and nothing new is published.
        asked = site.times("/toys.xlsx"), site.times("/audio.csv"), site.times("/robots.txt")
        assert run(tmp_path, "--address", job_address)[0] == 1
        assert (site.times("/toys.xlsx"), site.times("/audio.csv"), site.times("/robots.txt")) == asked  # fmt: skip
        again = latest(tmp_path / "out")
        assert again is not None and again[0] == found[0]

        # A month later a document has changed, and a host is gone: its rows stand in.
        pages["/audio.csv"] = site.pages["/audio.csv"] = Page(status=404)
        site.pages["/toys.xlsx"] = Page(xlsx_of(toys), xlsx, headers={"X-Robots-Tag": "noindex"})
        for path in (tmp_path / "cache").rglob("*"):
            if path.is_file():
                path.unlink()
        assert run(tmp_path, "--address", job_address)[0] == 1
        report = reported(tmp_path)
        assert report["by_id"]["audio"]["stands_in"] and report["by_id"]["audio"]["rows"] == 1
        assert report["by_id"]["toys"]["state"] == "refused"
        assert report["counts"] == {"new": 0, "changed": 0, "gone": 2}
        assert not (tmp_path / "out" / "sources" / "toys.json").exists()


@pytest.mark.cluster
def test_a_job_that_is_killed_leaves_nothing_half_written_and_goes_on(
    tmp_path: Path, job_address: str
) -> None:
    pages: dict[str, Answers] = {
        f"/s{n}.csv": csv_page(["33", "우주용품", f"우주 완구 {n}호기", "재질"]) for n in range(4)
    }
    with local_site(pages) as site:
        entries = [an_entry_of(site, path) for path in pages]
        write_sources(tmp_path / "sources.yaml", *entries)
        line, environment = command(tmp_path, "--address", job_address)
        job = subprocess.Popen(line, env=environment, stdout=subprocess.PIPE, text=True)
        assert job.stdout is not None
        job.stdout.readline()  # one source is through
        job.send_signal(signal.SIGKILL)
        job.communicate()
        assert latest(tmp_path / "out") is None
        _quiet(site)
        before = {path: site.times(path) for path in pages if site.times(path)}
        assert before
        code, said = run(tmp_path, "--address", job_address)
        assert code == 0, said
        # What had come whole was not asked for again.
        assert max(site.times(path) for path in pages) <= 2
        assert any(site.times(path) == 1 for path in before)
        found = latest(tmp_path / "out")
        assert found is not None
        assert sum("우주 완구" in kind.name.ko for kind in found[1].types) == 4


@pytest.mark.cluster
def test_a_job_that_is_told_to_stop_stops_and_publishes_nothing(tmp_path: Path) -> None:
    # On a cluster of its own, as on a machine that has none.
    pages: dict[str, Answers] = {"/a.csv": csv_page(TOY), "/b.csv": csv_page(TOY)}
    pages["/robots.txt"] = Page(b"User-agent: *\nCrawl-delay: 60", "text/plain")
    with local_site(pages) as site:
        entries = [an_entry_of(site, path) for path in ("/a.csv", "/b.csv")]
        write_sources(tmp_path / "sources.yaml", *entries)
        line, environment = command(tmp_path)
        job = subprocess.Popen(line, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # fmt: skip
        assert job.stdout is not None
        job.stdout.readline()
        job.send_signal(signal.SIGTERM)
        _, said = job.communicate(timeout=600)
        assert job.returncode == 128 + signal.SIGTERM
        assert "cancelled: nothing was published" in said
        assert not (tmp_path / "out" / "manifest.json").exists()


def _quiet(site: Site) -> None:
    """Wait until the processes of a killed job send no more requests."""
    asked = -1
    while asked != len(site.log):
        asked = len(site.log)
        time.sleep(1)


@pytest.mark.parametrize("missing", ["contact", "sources"])
def test_what_is_missing_is_told_before_anything_starts(
    tmp_path: Path, missing: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from typer.testing import CliRunner

    from crawl.products.__main__ import app

    monkeypatch.delenv("SIAN_CRAWL_CONTACT", raising=False)
    if missing == "sources":
        monkeypatch.setenv("SIAN_CRAWL_CONTACT", "https://example.kr/bot")
    else:
        write_sources(tmp_path / "sources.yaml", an_entry_of("https://a.kr", "/a.csv"))
    given = ["--sources", str(tmp_path / "sources.yaml"), "--out", str(tmp_path / "out")]
    ran = CliRunner().invoke(app, given)
    assert ran.exit_code == 2
    said = (ran.output + capfd.readouterr().err).replace("\n", "")  # as wide as a terminal
    assert ("SIAN_CRAWL_CONTACT" if missing == "contact" else "sources.yaml") in said


def test_an_entry_goes_through_json_unchanged() -> None:
    entry = an_entry("pdf", pages="3-12", law="법 | law", item="품목 | item", english={"가": "a"})
    assert SourceEntry.model_validate(entry.model_dump(mode="json")) == entry
