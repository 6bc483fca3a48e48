"""Manners of the crawler: its identity, its pace, its limits, and where it may go."""

import ipaddress
import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from serve.settings import Part

CRAWL = "SIAN_CRAWL_"
"""Prefix of the environment variables of all jobs that fetch."""
MIB = 1024 * 1024
_CONTACT = re.compile(r"(https?://|mailto:)[!-'*-~]+")


def _reachable(contact: str) -> str:
    """Check the contact, which is sent in brackets in a header: no line ends, no brackets."""
    if not _CONTACT.fullmatch(contact):
        raise ValueError(
            "a URL (https://...) or mailto: address where the owner of a site reaches you is "
            "wanted: set SIAN_CRAWL_CONTACT, or a job's crawl.contact"
        )
    return contact


def _network(text: str) -> str:
    return str(ipaddress.ip_network(text))


class CrawlSettings(Part):
    """Manners as part of a job's settings. A job that fetches nothing needs no contact."""

    contact: str = ""
    """URL or mailto: address at which the owner of a site can reach you."""
    agent: str = Field(default="SianBot", pattern=r"^[A-Za-z_-]{1,40}$")
    """The product token of RFC 9309 that sites' robots.txt may name."""

    interval_s: float = Field(default=2.0, ge=0)
    """Seconds between two requests to a host, over all workers; a Crawl-delay may lengthen it."""
    max_wait_s: float = Field(default=120.0, ge=0)
    """Seconds; a caller whose turn is later does not wait, but gets the time of the next
    attempt."""
    attempts: int = Field(default=3, ge=1)
    """Attempts at one URL before the failure is returned."""
    back_off_s: float = Field(default=5.0, gt=0)
    """Seconds without requests after a host's first failure; doubled by every further one."""
    max_back_off_s: float = Field(default=3600.0, gt=0)
    stop_after: int = Field(default=6, ge=1)
    """Consecutive 429 answers, each after its back-off, after which the host is stopped."""

    connect_timeout_s: float = Field(default=10.0, gt=0)
    silence_timeout_s: float = Field(default=30.0, gt=0)
    total_timeout_s: float = Field(default=300.0, gt=0)
    """Seconds for one response, from the request to the last byte."""
    max_bytes: int = Field(default=32 * MIB, gt=0)
    """Size of one response, compressed and decompressed."""
    max_hops: int = Field(default=5, ge=0, le=10)

    private_networks: tuple[Annotated[str, AfterValidator(_network)], ...] = ()
    """Private networks that may be requested nevertheless, such as a test's 127.0.0.0/8."""

    cache: Path = Path(".sian/crawl/cache")
    max_cache_bytes: int = Field(default=4096 * MIB, gt=0)
    fresh_s: float = Field(default=24 * 3600.0, ge=0)
    """Seconds for which a cached document is used without a request, if its server does not say."""

    def manners(self) -> "Manners":
        """Return the manners; the environment of the node fills in what these settings do not set.

        Raises:
            ValidationError: if there is no contact.
        """
        return Manners(**self.model_dump(exclude_unset=True))


class Manners(CrawlSettings, BaseSettings):
    """Manners, read once at the start of the job and passed whole to workers. Defaults come from
    `SIAN_CRAWL_...`."""

    model_config = SettingsConfigDict(env_prefix=CRAWL, extra="forbid", frozen=True)

    contact: Annotated[str, AfterValidator(_reachable)] = Field(default="", validate_default=True)
    """Contact without a default: a crawler whose owner cannot be reached is not polite."""

    @property
    def user_agent(self) -> str:
        return f"{self.agent}/1.0 (+{self.contact})"
