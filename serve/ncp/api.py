"""Signed and paged calls to the platform's server API, over HTTPS. Knows no server's meaning.

Signature: version 2, the base64 of HMAC-SHA256 over method, path with query, time and access key.
"""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping, Sequence
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import httpx

from serve.ncp.errors import ListNotWhole, Refused, Unreachable, Unsure, refusal
from serve.ncp.keys import Keys, KeySource

BASE = "https://ncloud.apigw.ntruss.com"
SERVICE = "/vserver/v2"
TIMEOUT = httpx.Timeout(30, connect=10)
PAGE = 100
_SKEW_S = 30
"""Seconds between the clocks from which a refused signature is renewed with the platform's time.

The platform refuses more than 5 minutes.
"""

Row = Mapping[str, Any]


def signature(method: str, path: str, timestamp_ms: int, keys: Keys) -> str:
    signed = f"{method} {path}\n{timestamp_ms}\n{keys.access}"
    digest = hmac.new(keys.secret.encode(), signed.encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


class Api:
    """Calls the actions of one region. Every method may be called from any thread."""

    def __init__(
        self,
        http: httpx.Client,
        keys: KeySource,
        base: str = BASE,
        region: str = "KR",
        now: Callable[[], float] = time.time,
    ) -> None:
        self._http, self._keys, self._now = http, keys, now
        self._base, self._region = base.rstrip("/"), region
        self._skew_s = 0.0

    def read(self, action: str, parameters: Mapping[str, str] | None = None) -> Row:
        """Call an action that changes nothing.

        Raises:
            NcpError: in the subclass that says whether the platform responded.
        """
        return self._call("GET", action, parameters or {})

    def change(self, action: str, parameters: Mapping[str, str]) -> Row:
        """Call an action that changes something.

        Raises:
            NothingDone: if it certainly had no effect.
            Unsure: if it may have had an effect.
        """
        return self._call("POST", action, parameters)

    def rows(
        self, action: str, of: str, key: str, parameters: Mapping[str, str] | None = None
    ) -> list[Row]:
        """Read every page of a list: the response's field `of`, its rows identified by `key`.

        The documentation allows pages to count from 0 or from 1: rows are counted, not pages.

        Raises:
            ListNotWhole: if there are fewer rows than the platform says.
            NcpError: if a page cannot be read.
        """
        found: dict[str, Row] = {}
        page = 0
        while True:
            asked = {**(parameters or {}), "pageNo": str(page), "pageSize": str(PAGE)}
            answer = self.read(action, asked)
            rows: Any = answer.get(of)
            total: Any = answer.get("totalRows")
            if not isinstance(rows, list) or not isinstance(total, int):
                raise ListNotWhole(f"{action}: wanted {of} and totalRows, got {sorted(answer)}")
            before = len(found)
            found |= {str(row[key]): row for row in rows if isinstance(row, dict) and key in row}
            if len(found) == total:
                return list(found.values())
            if len(found) > total or (page > 1 and len(found) == before):
                raise ListNotWhole(f"{action}: {len(found)} rows, totalRows says {total}")
            page += 1

    def _call(self, method: str, action: str, parameters: Mapping[str, str]) -> Row:
        try:
            return self._once(method, action, parameters)
        except _SignatureRefused as refused:
            if abs(refused.skew_s - self._skew_s) < _SKEW_S:
                raise
            self._skew_s = refused.skew_s
            return self._once(method, action, parameters)

    def _once(self, method: str, action: str, parameters: Mapping[str, str]) -> Row:
        given = {"regionCode": self._region, **parameters, "responseFormatType": "json"}
        url = f"{self._base}{SERVICE}/{action}"
        request = (
            self._http.build_request("GET", url, params=given)
            if method == "GET"
            else self._http.build_request("POST", url, data=given)
        )
        keys, stamp = self._keys(), int((self._now() + self._skew_s) * 1000)
        path = request.url.raw_path.decode("ascii")
        request.headers["x-ncp-apigw-timestamp"] = str(stamp)
        request.headers["x-ncp-iam-access-key"] = keys.access
        request.headers["x-ncp-apigw-signature-v2"] = signature(method, path, stamp, keys)
        try:
            response = self._http.send(request)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise Unreachable(f"{action}: {error or type(error).__name__}") from error
        except httpx.HTTPError as error:
            raise Unsure(f"{action}: {error or type(error).__name__}") from error
        return self._answer(action, response)

    def _answer(self, action: str, response: httpx.Response) -> Row:
        body = _body(response)
        code, message = _error_of(body)
        status = response.status_code
        if status == HTTPStatus.UNAUTHORIZED:
            raise _SignatureRefused(code, f"{action}: {message}", self._skew(response))
        if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_TIMEOUT):
            raise Unsure(f"{action}: the platform answers {status}")
        refused = refusal(code, f"{action}: {message}")
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR and type(refused) is Refused:
            raise Unsure(f"{action}: the platform answers {status} {message}".rstrip())
        if status >= HTTPStatus.BAD_REQUEST:
            raise refused
        answer: Any = body.get(f"{action}Response")
        if not isinstance(answer, dict):
            raise Unsure(f"{action}: an answer that cannot be read")
        if str(answer.get("returnCode", "0")) != "0":
            said = str(answer.get("returnMessage", ""))
            raise refusal(str(answer["returnCode"]), f"{action}: {said}")
        return answer

    def _skew(self, response: httpx.Response) -> float:
        """Return by how many seconds the platform's clock is ahead of this one."""
        try:
            there = parsedate_to_datetime(response.headers["date"]).timestamp()
        except (KeyError, ValueError):
            return self._skew_s
        return there - self._now()


class _SignatureRefused(Refused):
    def __init__(self, code: str, message: str, skew_s: float) -> None:
        super().__init__(code, message)
        self.skew_s = skew_s


def numbered(name: str, values: Sequence[str]) -> dict[str, str]:
    """Return a list as the platform's parameters: `name.1`, `name.2`."""
    return {f"{name}.{number}": value for number, value in enumerate(values, 1)}


def _body(response: httpx.Response) -> dict[str, Any]:
    try:
        body: Any = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _error_of(body: Mapping[str, Any]) -> tuple[str, str]:
    """Return code and message of the service (responseError) or of the gateway in front of it."""
    service, gateway = body.get("responseError"), body.get("error")
    if isinstance(service, dict):
        return str(service.get("returnCode", "")), str(service.get("returnMessage", ""))
    if isinstance(gateway, dict):
        said = f"{gateway.get('message', '')} {gateway.get('details', '')}".strip()
        return str(gateway.get("errorCode", "")), said
    return "", ""
