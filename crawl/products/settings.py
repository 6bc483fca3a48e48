"""Settings of the products job: read once at its door."""

from pydantic import Field

from conte.product_types import Licence
from crawl.polite.manners import CRAWL, CrawlSettings
from serve.job_settings import JobSettings
from serve.settings import Part


class ProductJobSettings(Part):
    """All of them; the sources and the table's folder are options of the command."""

    records: str = ""
    """SQLAlchemy URL of the jobs' database; empty is SQLite in the table's folder."""
    accepted_licences: tuple[Licence, ...] = ()
    """Licences under which rows are taken as well, because somebody cleared them."""
    patience_s: float = Field(default=900, ge=0)
    """How long a host that asked for quiet is waited for."""
    crawl: CrawlSettings = CrawlSettings()


SETTINGS = JobSettings(
    ProductJobSettings, "SIAN_PRODUCTS_", {"crawl": CRAWL}, {"accept_licence": "accepted_licences"}
)
