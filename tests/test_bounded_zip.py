"""A ZIP from outside is bounded before anything in it is unzipped."""

import io
import warnings
import zipfile

import pytest

from deployments.recent import Recent
from serve.bounded_zip import BoundedZip, UnreadableZip
from serve.returned.otio import NoTimeline, content_of


def _zip(*entries: tuple[str, bytes]) -> bytes:
    made = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # zipfile warns of names that stand twice
        for name, data in entries:
            archive.writestr(name, data)
    return made.getvalue()


def test_two_entries_of_one_name_are_refused_for_programs_differ_in_which_they_read() -> None:
    twice = _zip(("content.otio", b"{}"), ("content.otio", b"[]"))
    with pytest.raises(UnreadableZip, match="two entries of one name"):
        BoundedZip(twice, 10)
    with pytest.raises(NoTimeline, match="two entries of one name"):
        content_of(twice)


def test_a_directory_is_measured_before_it_is_read() -> None:
    long_names = _zip(*((f"{at:02}{'x' * 60_000}", b"") for at in range(20)))
    with pytest.raises(UnreadableZip, match="its directory has 12"):
        BoundedZip(long_names, 100)
    with pytest.raises(UnreadableZip, match="it has 20 entries, wanted at most 19"):
        BoundedZip(long_names, 19)


def test_an_entry_is_read_up_to_a_size_and_refused_if_it_is_packed_too_tightly() -> None:
    bundle = BoundedZip(_zip(("a", b"12345"), ("b", b" " * 1_000_000)), 10)
    assert bundle.read("a", 3, "a") == b"123"
    bundle.check_ratio("a", "a")
    with pytest.raises(UnreadableZip, match="b is packed more than 200 times"):
        bundle.check_ratio("b", "b")


def test_a_memory_forgets_what_was_used_longest_ago() -> None:
    made: list[str] = []

    def make(name: str) -> str:
        made.append(name)
        return name.upper()

    memory = Recent[str](2)
    for name in "abacabb":
        assert memory.get(name, lambda name=name: make(name)) == name.upper()
    assert made == ["a", "b", "c", "b"]
