"""Captioned clips -> a published dataset: parquet, WebDataset shards, a report, the manifest."""

from crawl.dataset.publishing import Published, Unsettled, publish
from crawl.dataset.removing import remove_video

__all__ = ["Published", "Unsettled", "publish", "remove_video"]
