"""How this crawler behaves: who it says it is, how fast it asks, what it takes, where it may go."""

import ipaddress
import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from serve.settings import Part

CRAWL = "SIAN_CRAWL_"
"""Prefix of the environment variables, of all jobs that fetch."""
MIB = 1024 * 1024
_CONTACT = re.compile(r"(https?://|mailto:)[!-'*-~]+")


def _reachable(contact: str) -> str:
    """Check the contact, which stands in brackets in a header: no line ends, no brackets."""
    if not _CONTACT.fullmatch(contact):
        raise ValueError(
            "a URL (https://...) or mailto: address where the owner of a site reaches you is "
            "wanted: set SIAN_CRAWL_CONTACT, or a job's crawl.contact"
        )
    return contact


def _network(text: str) -> str:
    return str(ipaddress.ip_network(text))


class CrawlSettings(Part):
    """How a job fetches, as part of its settings. A job that fetches nothing needs no contact."""

    contact: str = ""
    """A URL or mailto: address where the owner of a site reaches you."""
    agent: str = Field(default="SianBot", pattern=r"^[A-Za-z_-]{1,40}$")
    """The product token of RFC 9309 that sites' robots.txt may name."""

    interval_s: float = Field(default=2.0, ge=0)
    """Between two requests to a host, of all workers together; a Crawl-delay may make it longer."""
    max_wait_s: float = Field(default=120.0, ge=0)
    """No turn further off than this is waited for: the caller gets the time of the next attempt."""
    attempts: int = Field(default=3, ge=1)
    """Attempts at one URL before its caller gets the failure."""
    back_off_s: float = Field(default=5.0, gt=0)
    """After a host's first failure; doubled by every further one."""
    max_back_off_s: float = Field(default=3600.0, gt=0)
    stop_after: int = Field(default=6, ge=1)
    """So many 429 answers in a row, each after its back-off, and the host is asked no more."""

    connect_timeout_s: float = Field(default=10.0, gt=0)
    silence_timeout_s: float = Field(default=30.0, gt=0)
    total_timeout_s: float = Field(default=300.0, gt=0)
    """For one response, from the request to the last byte."""
    max_bytes: int = Field(default=32 * MIB, gt=0)
    """Size of one response, on the wire and unpacked."""
    max_hops: int = Field(default=5, ge=0, le=10)

    private_networks: tuple[Annotated[str, AfterValidator(_network)], ...] = ()
    """Networks that are not public and may be asked all the same, such as a test's 127.0.0.0/8."""

    cache: Path = Path(".sian/crawl/cache")
    max_cache_bytes: int = Field(default=4096 * MIB, gt=0)
    fresh_s: float = Field(default=24 * 3600.0, ge=0)
    """How long a document is taken from the cache without asking, where its server says nothing."""

    def manners(self) -> "Manners":
        """Return the manners; what these settings leave open, a node's environment may say.

        Raises:
            ValidationError: if nobody is named whom the owner of a site could reach.
        """
        return Manners(**self.model_dump(exclude_unset=True))


class Manners(CrawlSettings, BaseSettings):
    """Read once at the job's door, from `SIAN_CRAWL_...` where not given; goes to workers whole."""

    model_config = SettingsConfigDict(env_prefix=CRAWL, extra="forbid", frozen=True)

    contact: Annotated[str, AfterValidator(_reachable)] = Field(default="", validate_default=True)
    """No default: a crawler that nobody can be asked about is not polite."""

    @property
    def user_agent(self) -> str:
        return f"{self.agent}/1.0 (+{self.contact})"
