"""Settings of the products job, read once at the start."""

from pydantic import Field

from conte.product_types import Licence
from crawl.polite.manners import CRAWL, CrawlSettings
from serve.job_settings import JobSettings
from serve.settings import Part


class ProductJobSettings(Part):
    """All settings of the job; the sources and the table's folder are options of the command."""

    records: str = ""
    """SQLAlchemy URL of the jobs' database; empty is SQLite in the table's folder."""
    accepted_licences: tuple[Licence, ...] = ()
    """Additional licences whose rows are accepted, because the user has cleared them."""
    patience_s: float = Field(default=900, ge=0)
    """Seconds that the job waits for hosts that asked for a pause."""
    crawl: CrawlSettings = CrawlSettings()


SETTINGS = JobSettings(
    ProductJobSettings, "SIAN_PRODUCTS_", {"crawl": CRAWL}, {"accept_licence": "accepted_licences"}
)
