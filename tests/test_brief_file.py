"""A brief's file is read as editors write it, and refused at once in a sentence that names it."""

import os
from pathlib import Path

import pytest

from serve.cli.brief_file import BriefFileError, pictures_of, read_brief

NAME = "product: {name: 시안}\n"
BOMB = "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9 if before else ['x'] * 9)}]\n"
    for before, name in zip(["", *"abcdefgh"], "abcdefghi", strict=True)
)


def refusal(path: Path) -> str:
    with pytest.raises(BriefFileError) as refused:
        read_brief(path)
    (line,) = refused.value.lines
    return line


def refusal_of(folder: Path, content: str | bytes, name: str = "brief.yaml") -> str:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    line = refusal(path)
    assert line.startswith(f"{path}:")
    return line.removeprefix(f"{path}:")


@pytest.mark.parametrize(
    ("name", "text"),
    [("brief.yaml", NAME), ("brief.json", '{"product": {"name": "시안"}}\r\n')],
)
def test_a_byte_order_mark_of_utf_8_is_skipped(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert read_brief(tmp_path / name).product.name == "시안"


@pytest.mark.parametrize("name", ["brief.yaml", "brief.json"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-16-le"])
def test_other_encodings_are_named(tmp_path: Path, name: str, encoding: str) -> None:
    said = refusal_of(tmp_path, '{"product": {"name": "x"}}'.encode(encoding), name)
    assert ("NUL" if encoding == "utf-16-le" else encoding.upper()) in said
    assert "save it as UTF-8" in said


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("brief.yaml", NAME + "fps: 24\nfps: 25\n", "3:1: 'fps' is given twice"),
        ("brief.yaml", "product: {name: a, name: b}", "1:20: 'name' is given twice"),
        ("brief.json", '{"product": {"name": "a", "name": "a"}}', "product.name: given twice"),
        ("brief.json", '{"cuts": 4, "cuts": 5}', "cuts: given twice"),
        (
            "brief.json",
            '{"product": {"name": "x"}, "characters": [{"name": "a"}, {"name": 1, "name": 2}]}',
            "characters[1].name: given twice",
        ),
    ],
)
def test_a_field_given_twice_is_refused(tmp_path: Path, name: str, text: str, said: str) -> None:
    assert refusal_of(tmp_path, text, name).startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BOMB + NAME, "2:8: *a is an alias; wanted the value itself"),
        ("product: &it {name: *it}", "1:21: *it is an alias; wanted the value itself"),
        (NAME + "duration_s: " + "9" * 6000, "2:13: a number of 6000 digits"),
        (NAME + "duration_s: 1." + "9" * 6000, "2:13: a number of 6002 digits"),
        (NAME + 'duration_s: "' + "9" * 6000 + '"', "duration_s: a valid number"),
        ("product: " + "[" * 30, "1:29: wanted at most 1000 values, nested at most 20 deep"),
        ("- a\n" * 2000, "1000:3: wanted at most 1000 values, nested at most 20 deep"),
        ("a: " + "x" * 300_000, " larger than a brief can be: a brief has at most 256 KiB"),
        ('product: {name: "a\0b"}', " has a NUL character at 18"),
        ('product: {name: "a\\0b"}', "product.name: character U+0000"),
        ('product: {name: "\\ud800"}', "1:17: half of a surrogate pair"),
        ("product: {name: !!int abc}", "1:17: 'abc' is no int"),
        ("product: {name: !!bool maybe}", "1:17: 'maybe' is no bool"),
        ("product: {name: !!timestamp now}", "1:17: the tag tag:yaml.org,2002:timestamp"),
        ("? [a]\n: x", "1:3: a field's name is a text"),
        (NAME + "cuts: true", "cuts: a valid integer (got true)"),
        (NAME + "fps: 24.0", "fps: a whole number"),
        (NAME + "duration_s: 1.0e999", "duration_s: a finite number"),
    ],
    ids=lambda value: str(value)[-20:],
)
def test_hostile_yaml_is_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    assert refusal_of(tmp_path, text).startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"duration_s": ' + "9" * 6000 + "}", "1:4317: a number of more digits"),
        ("[" * 100_000, "1:202: nested too deeply"),
        ('{"duration_s": NaN}', "1:16: expected value"),
        ('{"duration_s": 1e999}', " the number 1e999 is out of range"),
        ('{"tone": "\\ud800"}', "1:17: half of a surrogate pair"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_hostile_json_is_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    assert refusal_of(tmp_path, text, "brief.json").startswith(said)


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    assert "is a pipe, wanted a YAML or JSON file" in refusal(tmp_path / "pipe.yaml")
    assert "is a directory, wanted a YAML or JSON file" in refusal(tmp_path)
    assert "is a device, wanted a YAML or JSON file" in refusal(Path("/dev/zero"))


def test_a_path_that_is_too_long_is_named_in_short(tmp_path: Path) -> None:
    said = refusal(Path("x" * 5000 + ".yaml"))
    assert said.startswith("xxx")
    assert said.endswith("xxx.yaml: File name too long")
    assert len(said) < 200
    path = tmp_path / "brief.yaml"
    path.write_text("product: {name: x, image: " + "y" * 5000 + "}")
    with pytest.raises(BriefFileError, match=r"product\.image: there is no file"):
        pictures_of(path)


def test_plain_yaml_is_read_as_before(tmp_path: Path) -> None:
    path = tmp_path / "brief.yaml"
    path.write_text('product: &it\n  name: !!str 7\nduration_s: 15\ncuts: 4\ntone: "a\\tb"\n')
    assert "tone: character U+0009" in refusal(path)
    path.write_text("product: &it\n  name: !!str 7\nduration_s: 15\ncuts: 4\n")
    brief = read_brief(path)
    assert (brief.product.name, brief.duration_s, brief.cuts) == ("7", 15, 4)
