"""Reads a server's `/readyz`."""

import http.client
import json
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass

_TIMEOUT_S = 5
# Bypasses the environment's proxy: the server is on this machine.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Answer:
    ready: bool
    answered: bool
    """False: there was no response at all."""
    reason: str = ""
    """Reason why the server is not ready."""


def ask(url: str) -> Answer:
    try:
        with _opener.open(f"{url}/readyz", timeout=_TIMEOUT_S) as answer:
            if answer.status == 200:
                return Answer(ready=True, answered=True)
            return Answer(False, True, f"it answers {answer.status}")
    except urllib.error.HTTPError as error:
        detail = ""
        with suppress(OSError, ValueError, AttributeError, http.client.HTTPException):
            detail = str(json.loads(error.read()).get("detail") or "")
        return Answer(False, True, detail or f"it answers {error.code}")
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        return Answer(False, False, f"it does not answer ({reason})")
