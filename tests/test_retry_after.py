"""However a model server writes Retry-After: it is waited for as long as it asks, up to a minute."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from deployments.engines.retry_after import retry_after_s
from deployments.engines.videos_api.server import VideosServer
from serve.settings import VideosSettings


def in_(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("7", 7), ("7.5", 7.5), ("99999999999", 60), ("9" * 400, 60), ("", 0), ("soon", 0), ("nan", 0),
        ("-3", 0), ("Thu, 01 Jan 1970 00:00:00 GMT", 0), (f"Fri, 31 Dec {'9' * 30} 23:59:59 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 60), ("Fri, 31 Dec 2026 23:59:59 +99999999999999", 0),
    ],
    ids=lambda value: str(value)[:20],
)  # fmt: skip
def test_a_wait_is_read_however_it_is_written(said: str, seconds: float) -> None:
    assert retry_after_s(said) == seconds


def test_a_date_is_the_time_until_then() -> None:
    assert retry_after_s(in_(40)) == pytest.approx(38, abs=2.5)


@pytest.mark.parametrize(("said", "seconds"), [("7", 7), ("date", 60), ("soon", 0)])
def test_a_videos_server_s_date_is_waited_for_as_its_seconds_are(said: str, seconds: float) -> None:
    header = in_(3600) if said == "date" else said
    asked: Any = VideosServer(VideosSettings(url="http://site.example/v1"))
    request = httpx.Request("POST", "http://site.example/v1/videos")
    answer = httpx.Response(503, headers={"Retry-After": header}, text="busy", request=request)
    assert asked._error(answer).wait_s == seconds
