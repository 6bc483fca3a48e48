"""Counts of one run of the videos job."""

from collections import Counter
from dataclasses import dataclass, field

from crawl.videos.searching import Searched


@dataclass
class Gathered:
    given: int = 0
    withdrawn: int = 0
    searched: list[Searched] = field(default_factory=list[Searched])
    permitted: int = 0
    denied: int = 0
    ended: Counter[str] = field(default_factory=Counter[str])
    num_bytes: int = 0
    notes: list[str] = field(default_factory=list[str])
    """Reasons that stopped a part of the run, such as a quota or a host."""
    cancelled: bool = False
