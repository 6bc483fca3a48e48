"""The platform's API, its servers and what a node reads of itself, against a fake on loopback."""

import json
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import httpx
import pytest

from serve.ncp import node
from serve.ncp.api import Api, signature
from serve.ncp.backoff import Backoff
from serve.ncp.errors import Busy, ListNotWhole, QuotaExceeded, Refused, Unreachable, Unsure
from serve.ncp.keys import Keys, RoleKeys, key_source
from serve.ncp.provider import NcpNodeProvider
from serve.ncp.servers import Place, Servers, new_name
from serve.ncp.specs import Need, NoSuchSpec, chosen, specs_of
from serve.ncp.tags import Tags, tags_of
from tests.fake_ncp import KEYS, FakeNcp, served
from tests.loopback import answering
from tests.ncp_cluster import cluster_config

PLACE = Place(vpc="vpc", subnet="1", acgs=("2", "3"), login_key="key", image="4", init_script="5")
TAGS = Tags(cluster="sian", type="gpu1", head="10.0.0.5:6379", resources={"CPU": 0, "GPU": 1})


def api_of(fake: FakeNcp, keys: Keys = KEYS) -> Api:
    return Api(fake.client(), lambda: keys, now=fake.now)


def fake(first_page: int = 1) -> FakeNcp:
    return FakeNcp(lambda: 1_700_000_000.0, first_page=first_page)


def test_a_signature_is_the_one_of_the_documentation() -> None:
    """Computed once with openssl: method, path with query, time in ms and access key."""
    keys = Keys("D78BB444D6D3C84CA38D", "WTPItrmMIfLUk/UyUIyoQbA/z5hq9o3G8eQMolUzTEo=")
    signed = signature("GET", "/photos/puppy.jpg?query1=&query2", 1505290625682, keys)
    assert signed == "lGTNCUysOZ1NlL1P0MhkxmYxKFPaKNbY9l8AmCHgDdU="
    assert signed != signature("POST", "/photos/puppy.jpg?query1=&query2", 1505290625682, keys)
    assert "WTPI" not in repr(keys)


@pytest.mark.parametrize("first_page", [0, 1])
def test_every_page_of_a_list_is_read_whatever_number_the_first_one_has(first_page: int) -> None:
    ncp = fake(first_page)
    for number in range(230):
        ncp.add(f"server-{number}", {"sian": 1, "cluster": "sian", "type": "cpu"})
    found = Servers(api_of(ncp), PLACE).listed()
    assert len({server.id for server in found}) == 230


@pytest.mark.parametrize("total", [3, 1, None, "2"])
def test_a_list_that_is_not_as_long_as_it_says_is_an_error(total: object) -> None:
    rows = [{"serverInstanceNo": str(number)} for number in range(2)]
    said = {"getServerInstanceListResponse": {"totalRows": total, "serverInstanceList": rows}}
    http = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200, json=said)))
    with pytest.raises(ListNotWhole, match="totalRows"):
        Servers(Api(http, lambda: KEYS), PLACE).listed()


def test_a_clock_that_is_an_hour_wrong_is_corrected_by_the_platform_s() -> None:
    ncp = fake()
    ncp.slow_date_s = 3600
    assert Servers(api_of(ncp), PLACE).listed() == []
    with pytest.raises(Refused, match="Authentication Failed"):
        Servers(api_of(ncp, Keys("access", "another")), PLACE).listed()


def error_body(code: str) -> bytes:
    return json.dumps({"responseError": {"returnCode": code, "returnMessage": "no"}}).encode()


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, error_body("1300010"), QuotaExceeded),
        (500, error_body("1300010"), QuotaExceeded),
        (400, error_body("23006"), Busy),
        (500, error_body("25013"), Busy),
        (400, error_body("1100"), Refused),
        (404, b"<html>", Refused),
        (500, error_body("900"), Unsure),
        (503, b"", Unsure),
        (429, b'{"error": {"errorCode": "410", "message": "Throttle"}}', Unsure),
        (200, b"<html>", Unsure),
        (200, b"{}", Unsure),
        (200, b'{"stopServerInstancesResponse": {"returnCode": "23003"}}', Busy),
    ],
)
def test_an_error_says_whether_anything_was_done(
    status: int, body: bytes, kind: type[Exception]
) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(status, content=body))
    with pytest.raises(kind) as raised:
        Api(httpx.Client(transport=transport), lambda: KEYS).change("stopServerInstances", {})
    assert type(raised.value) is kind


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ConnectError, Unreachable),
        (httpx.ConnectTimeout, Unreachable),
        (httpx.ReadTimeout, Unsure),
        (httpx.RemoteProtocolError, Unsure),
    ],
)
def test_what_was_not_sent_was_not_done(
    error: type[httpx.TransportError], kind: type[Exception]
) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        raise error("no")

    with pytest.raises(kind):
        Api(httpx.Client(transport=httpx.MockTransport(answer)), lambda: KEYS).read("x")


@pytest.mark.parametrize("fault", ["500", "429", "lost answer"])
def test_a_server_is_made_once_whatever_the_answers_are(fault: str) -> None:
    ncp = FakeNcp(time.time, seed=3)
    with served(ncp) as url, httpx.Client(trust_env=False) as http:
        servers = Servers(Api(http, lambda: KEYS, url), PLACE)
        ncp.faults = {fault: 0.6}
        for number in range(6):
            name, asked = f"sian-gpu1-{number}", False
            while True:
                try:
                    made = servers.create_once(name, "gp-h100-1-g3", TAGS, asked_before=asked)
                    break
                except Unsure:
                    asked = True
            assert made.name == name
            assert made.tags == TAGS
        assert sorted(one.name for one in ncp.servers.values()) == [
            f"sian-gpu1-{number}" for number in range(6)
        ]


def test_what_is_asked_of_the_platform_is_what_it_documents() -> None:
    asked: list[dict[str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(dict(httpx.QueryParams(request.content.decode())))
        rows = [{"serverInstanceNo": "1", "serverName": "sian-gpu1-1"}]
        said = {"createServerInstancesResponse": {"totalRows": 1, "serverInstanceList": rows}}
        return httpx.Response(200, json=said)

    api = Api(httpx.Client(transport=httpx.MockTransport(answer)), lambda: KEYS)
    Servers(api, PLACE).create_once("sian-gpu1-1", "code", TAGS)
    described = asked[0].pop("serverDescription")
    assert tags_of(described) == TAGS
    assert asked == [
        {
            "regionCode": "KR",
            "vpcNo": "vpc",
            "subnetNo": "1",
            "serverImageNo": "4",
            "serverSpecCode": "code",
            "serverName": "sian-gpu1-1",
            "loginKeyName": "key",
            "initScriptNo": "5",
            "serverCreateCount": "1",
            "networkInterfaceList.1.networkInterfaceOrder": "0",
            "networkInterfaceList.1.accessControlGroupNoList.1": "2",
            "networkInterfaceList.1.accessControlGroupNoList.2": "3",
            "isPreInstallGpuDriver": "true",
            "responseFormatType": "json",
        }
    ]


def test_names_are_unique_and_as_the_platform_wants_them() -> None:
    names = {new_name("Sian_Production", "gpu8-with-a-long-name") for _ in range(50)}
    names |= {new_name("시안", "gpu1"), new_name("s", "c")}
    assert len(names) == 52
    for name in names:
        assert 3 <= len(name) <= 30
        assert name.replace("-", "a").isalnum()
        assert name == name.lower()
        assert name.isascii()


@pytest.mark.parametrize(
    "said", [None, "", "web server", "[1]", '{"cluster": "x"', '{"a": 1}', "3"]
)
def test_a_server_with_another_description_is_not_ours(said: object) -> None:
    assert tags_of(said) is None


def test_tags_that_do_not_fit_a_description_are_refused() -> None:
    with pytest.raises(ValueError, match="1000"):
        Tags(cluster="c", type="t", ray={"a": "가" * 400}).text()


@pytest.mark.parametrize(
    ("need", "code"),
    [
        (Need(gpus=1, gpu_memory_gib=80), "gp-h100-1-g3"),
        (Need(gpus=1, gpu_memory_gib=16), "gp-t4-g3"),
        (Need(gpus=1, gpu_memory_gib=16, memory_gib=100), "gp-h100-1-g3"),
        (Need(gpus=8, gpu_memory_gib=80), "gp-h100-8-g3"),
        (Need(cpus=4), "c16-g3"),
    ],
)
def test_a_spec_is_found_by_need(need: Need, code: str) -> None:
    assert chosen(specs_of(api_of(fake()), "4", "KVM"), need).code == code


def test_a_need_that_the_region_cannot_meet_names_what_there_is() -> None:
    specs = specs_of(api_of(fake()), "4", "KVM")
    with pytest.raises(NoSuchSpec, match=r"1 GPUs of 141 GiB.*gp-t4-g3 .*H?h100-1-g3"):
        chosen(specs, Need(gpus=1, gpu_memory_gib=141))
    with pytest.raises(NoSuchSpec, match="no spec with 4 GPUs"):
        chosen(specs, Need(gpus=4))


def test_a_make_of_gpu_that_is_not_known_meets_no_need_of_memory() -> None:
    known = {"H100": 80.0}
    specs = specs_of(api_of(fake()), "4", "KVM", known)
    assert {spec.code: spec.gpu_memory_gib for spec in specs}["gp-t4-g3"] is None
    assert chosen(specs, Need(gpus=1, gpu_memory_gib=1)).code == "gp-h100-1-g3"
    assert chosen(specs, Need(gpus=1)).code == "gp-t4-g3"


def test_keys_of_the_server_s_role_are_renewed_before_they_end() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        if request.url.path.endswith("security-credentials"):
            return httpx.Response(200, text="role-1\n")
        said = {"AccessKeyId": f"a{len(asked)}", "SecretAccessKey": "s"}
        return httpx.Response(200, json={**said, "Expiration": "2023-11-14T23:13:20Z"})

    now = [1_700_000_000.0]  # an hour before that
    keys = RoleKeys(httpx.Client(transport=httpx.MockTransport(answer)), now=lambda: now[0])
    assert keys() == keys()
    assert len(asked) == 2
    now[0] += 3400
    assert keys().access == "a4"
    assert asked[1] == "/latest/meta-data/iam/security-credentials/role-1"


def test_without_keys_the_error_names_both_ways_to_have_some() -> None:
    gone = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(404)))
    with pytest.raises(Unreachable, match=r"SIAN_NCP_ACCESS_KEY.*role"):
        key_source(gone, {})()
    given = {"SIAN_NCP_ACCESS_KEY": "a", "SIAN_NCP_SECRET_KEY": "s"}
    assert key_source(gone, given)() == Keys("a", "s")


def test_a_type_waits_longer_after_each_failure_and_one_goes_ahead() -> None:
    backoff, now, waits = Backoff(), 0.0, list[float]()
    assert backoff.turn("gpu1", now) == 0
    assert backoff.turn("gpu1", now) > 0, "a second one waits for the first one's end"
    assert backoff.turn("gpu2", now) == 0
    for _ in range(8):
        backoff.failed("gpu1", now)
        waits.append(backoff.turn("gpu1", now))
        now += waits[-1]
        assert backoff.turn("gpu1", now) == 0
    assert waits == [5, 10, 20, 40, 80, 160, 300, 300]
    backoff.succeeded("gpu1", now)
    assert [backoff.turn("gpu1", now) for _ in range(3)] == [0, 0, 0]
    for _ in range(3):  # at once: one failure
        backoff.failed("gpu1", now)
    assert backoff.turn("gpu1", now) == 5


@contextmanager
def metadata(pages: dict[str, str]) -> Generator[str]:
    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path, "").encode()
            self.send_response_only(200 if body else 404)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
            pass

    with answering(Door) as url:
        yield url


def test_a_node_reads_its_number_and_type_and_joins_with_what_was_announced(tmp_path: Path) -> None:
    tags = TAGS.model_copy(update={"resources": {"CPU": 16, "house": 1000}, "type": "cpu"})
    pages = {"/serverInstanceNo": "4711\n", "/serverDescription": tags.text()}
    with metadata(pages) as url, httpx.Client(trust_env=False) as http:
        itself = node.itself(http, url)
    assert node.ray_start(itself, "python")[3:] == [
        "start", "--block", "--address=10.0.0.5:6379", "--num-cpus=16", "--num-gpus=0",
        "--node-name=4711",
        '--resources={"house":1000}',
    ]  # fmt: skip
    assert "--num-gpus=1" in node.ray_start(node.Itself("1", TAGS))
    assert "--num-cpus=0" in node.ray_start(node.Itself("1", TAGS))
    found = node.environment(itself, {"PATH": "/bin"}, tmp_path / "token")
    assert found["RAY_CLOUD_INSTANCE_ID"] == "4711"
    assert found["RAY_NODE_TYPE_NAME"] == "cpu"
    assert found["RAY_AUTH_MODE"] == "token"
    assert int(found["RAY_gcs_rpc_server_reconnect_timeout_s"]) >= 600, "a reboot takes minutes"
    assert found["PATH"] == "/bin"


def test_a_server_that_is_no_node_says_so() -> None:
    with metadata({"/serverInstanceNo": "4711", "/serverDescription": "mail"}) as url:
        http = httpx.Client(trust_env=False)
        with pytest.raises(node.NoNode, match=r"4711.*mail"):
            node.itself(http, url)
        with pytest.raises(Unreachable):
            node.itself(http, f"{url}/nothing")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda config: config["place"].pop("vpc"), "provider.place.vpc"),
        (lambda config: config.update(head_address="10.0.0.5"), "provider.head_address"),
        (lambda config: config["place"].update(password="x"), "provider.place.password"),
    ],
)
def test_a_wrong_provider_setting_is_named(
    change: Callable[[dict[str, Any]], object], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = cluster_config()["provider"]
    monkeypatch.delenv("RAY_CLOUD_INSTANCE_ID", raising=False)
    with pytest.raises(ValueError, match="RAY_CLOUD_INSTANCE_ID"):
        NcpNodeProvider(config, "sian", start=False)
    monkeypatch.setenv("RAY_CLOUD_INSTANCE_ID", "1001")
    NcpNodeProvider(config, "sian", start=False)
    change(config)
    with pytest.raises(ValueError, match=said):
        NcpNodeProvider(config, "sian", start=False)
