"""Decides which URLs and addresses may be requested: those that are certainly public."""

import asyncio
import ipaddress
import re
import socket
from collections.abc import Sequence
from typing import Protocol

import httpx

from crawl.polite.outcome import Refusal, Why

MAX_URL = 4096
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
# RFC 6052 and RFC 8215: the last 32 bits are an IPv4 address.
_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
# A public address that belongs to the cloud: Azure's wire server returns a machine's secrets.
_METADATA = ipaddress.IPv4Network("168.63.129.16/32")
# Reserved for protocols or documentation, though Python 3.11 counts them as public.
_SET_ASIDE = tuple(
    map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "3fff::/20"))
)
_LABELS = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")
# Other spellings of IPv4 that inet_aton, and so a resolver, accepts: 0177.1, 2130706433,
# 0x7f.0.0.1.
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")


class Resolver(Protocol):
    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """Return the addresses of a name. Raises OSError if there are none."""
        ...


async def system_resolver(host: str, port: int) -> Sequence[str]:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def checked_url(url: str) -> httpx.URL:
    """Return the URL as it will be requested: host in ASCII, no fragment.

    Raises:
        Refusal: if its spelling alone rules out a request.
    """

    def no(reason: str) -> Refusal:
        return Refusal(Why.URL, f"{url[:200]!r}: {reason}")

    if len(url) > MAX_URL:
        raise no(f"longer than {MAX_URL} characters")
    # Browsers read \\ as /, and strip tabs and line ends, so two parsers would see two hosts.
    if any(character in "\\\x7f" or character <= " " for character in url.strip(" ")):
        raise no("blanks, control characters and backslashes must be percent-encoded")
    try:
        parsed = httpx.URL(url.strip(" "))
        host = parsed.raw_host.decode("ascii").lower().rstrip(".")
    except (httpx.InvalidURL, UnicodeError) as error:
        raise no(str(error)) from error
    if parsed.scheme not in ("http", "https"):
        raise no(f"the scheme is {parsed.scheme or 'missing'}, http or https is wanted")
    if parsed.userinfo:
        raise no("a user name or password in a URL is not sent")
    if not host:
        raise no("there is no host")
    literal = _literal(host)
    if literal is None:
        if _NUMBER.fullmatch(host.rsplit(".", 1)[-1]):
            raise no("a host that is a number must be four decimal ones, 192.0.2.1")
        if len(host) > 253 or not _LABELS.fullmatch(host):
            raise no("not a host name")
    port = parsed.port
    if port is not None and not (port in (80, 443) or 1024 <= port < 65536):
        raise no(f"port {port} is not one of web servers")
    # The path is set again, so that an empty path and `/` have the same spelling.
    return parsed.copy_with(
        host=f"[{host}]" if ":" in host else host, raw_path=parsed.raw_path, fragment=None
    )


def _literal(host: str) -> Address | None:
    """Return the address that the host spells; None for a name. One with a zone fails later, as a
    name."""
    try:
        return None if "%" in host else ipaddress.ip_address(host)
    except ValueError:
        return None


def why_not_public(address: Address) -> str | None:
    """Return the kind of an address that is not on the public internet; None if it is."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address.teredo is not None:
            return "a Teredo tunnel"
        if inner is None and any(address in network for network in _NAT64):
            inner = ipaddress.IPv4Address(address.packed[-4:])
        if inner is not None:
            kind = why_not_public(inner)
            return kind and f"{kind} within IPv6 ({inner})"
    if address in _METADATA:
        return "a cloud's metadata server"
    public = address.is_global and not address.is_multicast
    if address.version == 6:
        public = public and address in _GLOBAL_UNICAST
    if public and not any(address in network for network in _SET_ASIDE):
        return None
    for name in ("loopback", "link_local", "multicast", "unspecified", "private", "reserved"):
        if getattr(address, f"is_{name}"):
            return name.replace("_", "-")
    return "not public"


class Doorkeeper:
    """Resolves a name once, and returns only addresses that may be connected to."""

    def __init__(
        self, private_networks: Sequence[str] = (), resolve: Resolver = system_resolver
    ) -> None:
        self._allowed: tuple[Network, ...] = tuple(map(ipaddress.ip_network, private_networks))
        self._resolve = resolve

    async def addresses(self, host: str, port: int) -> Sequence[str]:
        """Return the host's addresses, in the resolver's order; all of them may be connected to.

        Raises:
            Refusal: if any address is not public; a name with both kinds may be an attack.
            OSError: if the name has no address.
        """
        literal = _literal(host.strip("[]"))
        found = [str(literal)] if literal else list(await self._resolve(host, port))
        if not found:
            raise OSError(f"{host} has no address")
        for text in found:
            self._check(host, ipaddress.ip_address(text.partition("%")[0]))
        return found

    def look_at(self, url: httpx.URL) -> None:
        """Raise Refusal if the host is spelled as an address that must not be connected to.

        Names are checked when they are resolved; literal addresses are refused before they wait for
        a turn.
        """
        if (literal := _literal(url.host)) is not None:
            self._check(url.host, literal)

    def _check(self, host: str, address: Address) -> None:
        kind = why_not_public(address)
        if kind and not any(address in network for network in self._allowed):
            at = "" if str(address) == host else f" is at {address}, which"
            raise Refusal(Why.ADDRESS, f"{host}{at} is {kind}")
