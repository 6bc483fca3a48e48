"""Near-duplicates: which clips of a job show what an earlier one shows already."""

from crawl.duplicates.clips import DuplicateSettings, NearDuplicates
from crawl.duplicates.marking import DuplicateMarker

__all__ = ["DuplicateMarker", "DuplicateSettings", "NearDuplicates"]
