"""Access keys: from the environment, else short-lived keys of the server's role."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from serve.ncp.errors import Unreachable

METADATA_URL = "http://169.254.169.254/latest/meta-data"
_CREDENTIALS = "iam/security-credentials"
_AHEAD_S = 300
"""Seconds before their expiry at which keys are renewed."""


@dataclass(frozen=True)
class Keys:
    access: str
    secret: str = field(repr=False)


KeySource = Callable[[], Keys]


class RoleKeys:
    """Keys of this server's role, renewed before they expire."""

    def __init__(
        self,
        http: httpx.Client,
        url: str = METADATA_URL,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._http, self._url, self._now = http, url, now
        self._keys, self._until = Keys("", ""), 0.0

    def __call__(self) -> Keys:
        """Return valid keys.

        Raises:
            Unreachable: if there are no keys; the message names both ways to provide them.
        """
        if self._now() >= self._until - _AHEAD_S:
            try:
                self._renew()
            except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
                raise Unreachable(
                    "no access key: set SIAN_NCP_ACCESS_KEY and SIAN_NCP_SECRET_KEY, or give this"
                    f" server a role ({type(error).__name__}: {error})"
                ) from error
        return self._keys

    def _renew(self) -> None:
        role = self._http.get(f"{self._url}/{_CREDENTIALS}").raise_for_status().text.strip()
        found: Any = self._http.get(f"{self._url}/{_CREDENTIALS}/{role}").raise_for_status().json()
        until = datetime.fromisoformat(found["Expiration"]).timestamp()
        self._keys, self._until = Keys(found["AccessKeyId"], found["SecretAccessKey"]), until


def key_source(http: httpx.Client, environment: Mapping[str, str] | None = None) -> KeySource:
    known = os.environ if environment is None else environment
    access, secret = known.get("SIAN_NCP_ACCESS_KEY", ""), known.get("SIAN_NCP_SECRET_KEY", "")
    if access and secret:
        keys = Keys(access, secret)
        return lambda: keys
    return RoleKeys(http)
