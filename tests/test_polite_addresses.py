"""Which URLs and addresses are asked: only what is certainly public."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawl.polite.addresses import Doorkeeper, checked_url, why_not_public
from crawl.polite.outcome import Refusal, Why


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.kr/a",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "//example.kr/a",
        "example.kr/a",
        "http:///a",
        "http://user@example.kr/",
        "http://example.kr@127.0.0.1/",
        "http://example.kr:pass@10.0.0.1/",
        "http://example.kr\\@127.0.0.1/",
        "http://127.0.0.1\\.example.kr/",
        "http://example.kr/a\tb",
        "http://exam\nple.kr/",
        "http://%31%32%37.0.0.1/",
        "http://１２７.0.0.1/",
        "http://①②⑦.0.0.1/",
        "http://example.kr:22/",
        "http://example.kr:6/",
        "http://example.kr:0/",
        "http://example.kr:99999/",
        "http://[fe80::1%25eth0]/",
        "http://example..kr/",
        "http://" + "a" * 64 + ".kr/",
        "http://example.kr/" + "a" * 5000,
        # IPv4 in inet_aton's other spellings.
        "http://2130706433/",
        "http://0177.0.0.1/",
        "http://0x7f.0.0.1/",
        "http://0x7f000001/",
        "http://127.1/",
        "http://127.0.0.1.0x1/",
        "http://010.0.0.1/",
    ],
)
def test_a_url_whose_spelling_could_mean_another_host_is_refused(url: str) -> None:
    with pytest.raises(Refusal) as refused:
        checked_url(url)
    assert refused.value.why is Why.URL


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://example.kr", "https://example.kr/"),
        (" https://EXAMPLE.kr:443/a/../b#part ", "https://example.kr/b"),
        ("http://example.kr./a", "http://example.kr/a"),
        ("http://한국.kr/표?품목=타이어", "http://xn--3e0b707e.kr/%ED%91%9C?%ED%92%88%EB%AA%A9=%ED%83%80%EC%9D%B4%EC%96%B4"),
        ("http://[2001:4860:4860::8888]:8080/", "http://[2001:4860:4860::8888]:8080/"),
    ],
)  # fmt: skip
def test_a_url_is_asked_for_in_one_spelling(url: str, asked: str) -> None:
    assert str(checked_url(url)) == asked


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.0.1",
        "169.254.169.254", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.8",
        "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.1.2.3", "240.0.0.1", "255.255.255.255",
        "::", "::1", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1",
        "100::1", "5f00::1", "3fff::1",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1",
        "64:ff9b::127.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::10.0.0.1",
        "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    ],
)  # fmt: skip
def test_an_address_that_is_not_public_is_told_by_its_kind(address: str) -> None:
    assert why_not_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "223.130.195.95", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808",
     "2400:cb00::1"],
)  # fmt: skip
def test_a_public_address_may_be_asked(address: str) -> None:
    assert why_not_public(ipaddress.ip_address(address)) is None


@given(st.ip_addresses(v=4))
def test_no_ipv6_form_of_an_address_is_more_public_than_the_address(
    address: ipaddress.IPv4Address,
) -> None:
    for form in (f"::ffff:{address}", f"64:ff9b::{address}"):
        inner = why_not_public(ipaddress.ip_address(form))
        assert (inner is None) == (why_not_public(address) is None)


async def test_a_name_with_one_private_address_among_public_ones_is_refused() -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return ["8.8.8.8", "192.168.0.1"]

    with pytest.raises(Refusal, match=r"shop\.example is at 192\.168\.0\.1, which is private"):
        await Doorkeeper((), resolve).addresses("shop.example", 80)


async def test_a_private_network_is_asked_only_where_the_settings_name_it() -> None:
    with pytest.raises(Refusal):
        await Doorkeeper().addresses("127.0.0.1", 80)
    assert await Doorkeeper(["127.0.0.0/8"]).addresses("127.0.0.1", 80) == ["127.0.0.1"]
    with pytest.raises(Refusal):
        await Doorkeeper(["127.0.0.0/8"]).addresses("10.0.0.1", 80)
