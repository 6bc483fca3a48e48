"""A name given twice in any YAML that people write is refused: neither value is taken in silence."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawl.caption.settings import SETTINGS as CAPTIONS
from crawl.videos.channel_hash import ChannelHash
from crawl.videos.channels import Channels
from serve.cluster.graph_settings import settings_at
from serve.cluster.serving import read_graph
from serve.doctor.settings_read import read as examined
from serve.ncp.rendering import loaded
from serve.yaml_text import NameTwice, yaml_value
from training.scripts.archive.consent import files_of


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: 2\na: 3\n", "line 3: 'a' is given twice, wanted once"),
        ("a: {b: 1, b: 1}", "line 1: 'b' is given twice, wanted once"),
        ("- c: 1\n  'c': 2\n", "line 2: 'c' is given twice, wanted once"),
    ],
)
def test_a_name_given_twice_is_named_with_its_line(text: str, said: str) -> None:
    with pytest.raises(NameTwice, match=said):
        yaml_value(text)


def test_what_a_merge_brings_may_be_said_otherwise() -> None:
    text = "a: &a {x: 1, y: 1}\nb: &b {<<: *a, x: 2}\nc: {<<: *b, y: 3}\nd: [{x: 4}, {x: 5}]\n"
    found = yaml_value(text)
    assert found["b"] == {"x": 2, "y": 1}
    assert found["c"] == {"x": 2, "y": 3}
    assert found["d"] == [{"x": 4}, {"x": 5}]


def doctor(file: Path) -> None:
    settings, line = examined(file, file.parent)
    assert settings is None
    raise ValueError(line.said)


def consents(file: Path) -> None:
    list(files_of(file.parent))


GRAPH = "applications: []\napplications: []\n"
CONSENT = "source: s\nowner: a\nconsent: 2026-01-01\nowner: b\n"
CHANNEL = "- {name: c, site: a.kr, channel: b, kind: owned, until: 2026-01-01, until: 2030-01-01}\n"
READERS: dict[str, tuple[str, Callable[[Path], Any]]] = {
    "a job's settings": ("workers: 1\nworkers: 2\n", lambda file: CAPTIONS.read(file, None)),
    "a job's --set": ("", lambda _: CAPTIONS.read(None, ["caption={attempts: 1, attempts: 2}"])),
    "channels": (CHANNEL, lambda file: Channels.read(file, ChannelHash(b"k" * 32))),
    "an archive's consent": (CONSENT, consents),
    "a graph that is served": (GRAPH, read_graph),
    "a graph's settings": (GRAPH, lambda file: settings_at(file.parent, file)),
    "a graph that is examined": (GRAPH, doctor),
    "the nodes": (GRAPH, lambda file: loaded(file.read_text("utf-8"))),
}


@pytest.mark.parametrize("reader", READERS)
def test_every_reader_of_settings_and_consent_refuses_it(reader: str, tmp_path: Path) -> None:
    text, read = READERS[reader]
    (tmp_path / "given.pptx").touch()
    file = tmp_path / "given.pptx.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(Exception, match="is given twice, wanted once"):
        read(file)
