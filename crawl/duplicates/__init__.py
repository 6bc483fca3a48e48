"""Near-duplicates: clips of a job that show nothing but what an earlier clip shows."""

from crawl.duplicates.clips import DuplicateSettings, NearDuplicates
from crawl.duplicates.marking import DuplicateMarker

__all__ = ["DuplicateMarker", "DuplicateSettings", "NearDuplicates"]
