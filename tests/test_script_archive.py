"""Scripts of an agency's archive: consent, masks, resume, and removal from all that was learnt."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from conte.storyboards.sheet import StoryboardSheet
from serve.storyboards.door import read_storyboard
from training.scripts.__main__ import app
from training.scripts.archive.__main__ import app as removing
from training.scripts.archive.consent import ArchiveError, files_of
from training.scripts.archive.masking import Masks
from training.scripts.archive.sources import Sources
from training.scripts.archive.unlearning import MARK
from training.scripts.dataset import read_samples
from training.scripts.records import Records, open_scripts
from training.scripts.split import SPLITS
from training.whole_folder import check_whole

PRODUCTS = {
    "커피": ("첫모금 커피", "따뜻한 한 잔", "cafe"),
    "라면": ("불꽃 라면", "오늘 저녁은 이걸로", "kitchen"),
    "화장품": ("물빛 크림", "맑아지는 아침", "bathroom"),
    "운동화": ("바람 운동화", "가볍게 달린다", "park"),
}
ROWS = (
    ("클로즈업", "{0} 상자를 두 손으로 들어 창가의 빛에 비춰 본다.", "아침이 조금 느리게 옵니다.", ""),
    ("바스트", "{1} 과장이 {0}를 식탁에 내려놓고 활짝 웃는다.", "잠깐 멈춰 서는 시간.", ""),
    ("풀샷", "아이가 뛰어와 {0} 옆에 앉아 엄마를 올려다본다.", "", "오늘은 같이"),
    ("미디엄샷", "세 사람이 마주 앉아 서로의 잔을 조용히 부딪친다.", "곁에 있어 고마운 날.", ""),
    ("클로즈업", "흰 배경 앞에 선 {0} 위로 빛이 천천히 흐른다.", "{0}, 오늘도 곁에.", "{0}"),
)  # fmt: skip


def csv_of(product: str, person: str, more: str = "") -> bytes:
    lines = ["컷,샷,카메라,장소,화면 설명,NA,자막,초수"]
    for at, (size, action, said, caption) in enumerate(ROWS, 1):
        cells = [text.format(product, person) for text in (action, said, caption)]
        lines.append(
            f"{at},{size},{('고정', '달리 인', '우로 팬', '틸트 업', '줌 인')[at - 1]},거실,"
            f'"{cells[0]}{more}","{cells[1]}","{cells[2]}",5'
        )
    return "\n".join(lines).encode()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    folder.mkdir()
    told = ["file,source,owner,consent,product,advertiser,kind,marks"]
    kinds = {"커피": "coffee", "라면": "ramen", "화장품": "cream", "운동화": "sneakers"}
    for name, (product, _, _) in PRODUCTS.items():
        (folder / f"{name}.csv").write_bytes(csv_of(product, "김서준"))
        owner = "누리기획" if name == "라면" else "가람기획"
        told.append(f"{name}.csv,서버,{owner},동의,{product},한빛식품,{kinds[name]},")
    (folder / "말없음.csv").write_bytes(csv_of("비밀 제품", "이도현"))
    (folder / "거부.csv").write_bytes(csv_of("거부 제품", "이도현"))
    told.append("거부.csv,서버,가람기획,거부,거부 제품,,,")
    (folder / "깨짐.pptx").write_bytes(b"PK\x03\x04 broken")
    told.append("깨짐.pptx,서버,가람기획,동의,깨짐,,,")
    (folder / "archive.csv").write_text("\n".join(told), "utf-8-sig")
    return folder


def run(archive: Path, out: Path, *more: str) -> str:
    records = f"sqlite:///{archive.parent}/training.db"
    command = [
        "--name", "own", "--out", str(out), "--archive", str(archive), "--records", records,
        "--set", "archive_alone=true", "--set", "most=9", "--set", "duplicate=1", *more,
    ]  # fmt: skip
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    return done.output


def rows_of(out: Path) -> list[dict[str, object]]:
    return [row for split in SPLITS for row in read_samples(out, split)]


def test_an_archive_is_learnt_from_by_consent_masked_and_resumed(
    archive: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert "archive 7/7 files: kept 4, left_out 3" in run(archive, out)
    check_whole(out)
    rows = rows_of(out)
    assert len(rows) == 4
    assert {row["written_by"] for row in rows} == {"imported/1"}
    told = json.dumps(rows, ensure_ascii=False) + (out / "archive.html").read_text("utf-8")
    for word in ("김서준", "첫모금", "물빛", "한빛식품", "이도현", "비밀"):
        assert word not in told, word
    owners = [
        json.loads(line)["owner"]
        for line in (out / "sources.jsonl").read_text("utf-8").splitlines()
    ]
    assert sorted(owners) == ["가람기획", "가람기획", "가람기획", "누리기획"]
    database = open_scripts(f"sqlite:///{tmp_path}/training.db")
    states = {
        one.name: (one.state, one.reason) for one in Sources(database, "own").known().values()
    }
    assert states["말없음.csv"] == ("left_out", "no consent to learn from it")
    assert states["거부.csv"] == ("left_out", "no consent to learn from it")
    assert states["깨짐.pptx"][0] == "left_out"
    assert "masked: marks" in states["커피.csv"][1]
    # A second run reads no file again: what it would find is not there.
    before = (out / "manifest.json").read_bytes()
    stamp = {path: path.stat().st_mtime_ns for path in out.iterdir()}
    assert "kept 4, left_out 3" in run(archive, out)
    assert (out / "manifest.json").read_bytes() == before
    assert stamp == {path: path.stat().st_mtime_ns for path in out.iterdir()}


def test_a_removed_owners_scripts_leave_records_and_datasets_and_mark_what_learnt_them(
    archive: Path, tmp_path: Path
) -> None:
    out, models = tmp_path / "out", tmp_path / "models"
    run(archive, out)
    learnt = json.loads((out / "manifest.json").read_text("utf-8"))["files"]
    for name, split in (("taught", "train.jsonl"), ("other", "")):
        (models / name).mkdir(parents=True)
        data = {split: learnt[split]} if split else {"train.jsonl": "0" * 64}
        about = {"kind": "conte model", "data": data, "files": {}}
        (models / name / "manifest.json").write_text(json.dumps(about), "utf-8")
    records = f"sqlite:///{tmp_path}/training.db"
    command = [
        "--owner", "가람기획", "--dataset", str(out), "--learnt", str(models), "--records", records,
    ]  # fmt: skip
    removed = CliRunner().invoke(removing, command)
    assert removed.exit_code == 0, removed.output
    assert f"{out}: 3 samples removed" in removed.output
    check_whole(out)
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert (manifest["removed"], sum(manifest["samples"].values())) == (3, 1)
    assert [row["product_type"] for row in rows_of(out)] == ["ramen"]
    assert len((out / "sources.jsonl").read_text("utf-8").splitlines()) == 1
    assert not (out / "archive.html").exists()
    assert "3 scripts were removed" in (out / "card.md").read_text("utf-8")
    assert json.loads((models / "taught" / MARK).read_text("utf-8")) == {
        "dataset": "out",
        "removed": 3,
    }
    assert not (models / "other" / MARK).exists()
    # Again: nothing more goes, and no job reads those files any more.
    again = CliRunner().invoke(removing, command)
    assert f"{out}: 0 samples removed" in again.output
    database = open_scripts(records)
    assert [order.kind for order, _ in Records(database, "own").all()] == ["ramen"]
    (archive / "archive.csv").write_text(
        (archive / "archive.csv").read_text("utf-8-sig").replace("서버,가람기획", "창고,새 이름"),
        "utf-8-sig",
    )
    told = CliRunner().invoke(
        app, ["--name", "next", "--out", str(tmp_path / "next"), "--archive", str(archive),
              "--records", records, "--set", "archive_alone=true"],
    )  # fmt: skip
    assert "removed before 5" in told.output
    assert "kept 1" in told.output


def test_names_numbers_addresses_and_marks_have_stand_ins_with_their_particles() -> None:
    data = (
        "컷,화면 설명,대사,NA,자막,초수\n"
        "1,이도현 감독이 한빛타이어를 든다.,박하늘: 네!,담당: 최유진 010-1234-5678,ask@hanbit.co.kr,3\n"
        "2,이도현은 웃는다.,,한빛타이어는 1588-1234로 문의하세요.,02-345-6789,3\n"
    ).encode()
    sheet = StoryboardSheet.model_validate_json(read_storyboard(data).text)
    masks = Masks(marks=[("한빛타이어", "가온")])
    text = masks.sheet(sheet).model_dump_json()
    for word in (
        "이도현",
        "박하늘",
        "최유진",
        "한빛타이어",
        "010-1234",
        "1588",
        "345-6789",
        "hanbit.co.kr",
    ):
        assert word not in text, word
    assert "가온을 든다" in text
    assert "가온은 전화번호로 문의하세요" in text
    assert set(masks.counts) == {"names", "phones", "emails", "marks"}
    only = Masks(["phones"], marks=[("한빛타이어", "가온")]).sheet(sheet).model_dump_json()
    assert "이도현" in only
    assert "한빛타이어" in only
    assert "010-1234" not in only


def test_a_manifest_that_cannot_be_read_names_the_file_and_the_field(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(csv_of("커피", "김서준"))
    (tmp_path / "archive.csv").write_text("file,source,owner,consent\na.csv,서버,,동의\n", "utf-8")
    with pytest.raises(ArchiveError, match=r"archive.csv a.csv: owner: Field required"):
        list(files_of(tmp_path))
    row = "a.csv,서버,누리기획,{}\n"
    table = "file,source,owner,consent\n" + row.format("동의") + row.format("")
    (tmp_path / "archive.csv").write_text(table, "utf-8")
    with pytest.raises(ArchiveError, match=r"archive.csv, line 3: a.csv is given twice"):
        list(files_of(tmp_path))
    (tmp_path / "archive.csv").unlink()
    assert [one.consent for one in files_of(tmp_path)] == [None]
    beside = tmp_path / "a.csv.yaml"
    beside.write_text("source: 서버\nowner: 누리기획\nconsent: 동의\n", "utf-8")
    [found] = files_of(tmp_path)
    assert found.consent is not None
    assert (found.consent.owner, found.consent.consent) == ("누리기획", True)
