"""Filters for what is sent over the network: keyed digests, and what an address says of where it leads."""

import base64
import hashlib
import hmac as hashing
import re
import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Literal
from urllib.parse import urlsplit

from mockserver.json import Json
from mockserver.language.scope import ExpressionError

NETWORKS = ("loopback", "private", "link_local", "reserved", "local", "public")

NUMERIC = re.compile(r"0x[0-9a-f]*|[0-9]+")
"""A last label that says that a host is an IPv4 address, or none."""
NUMBERS = re.compile(r"(0x[0-9a-f]*|[0-9]+)(\.(0x[0-9a-f]*|[0-9]+)){0,3}\.?")

TRANSLATED = ip_network("64:ff9b::/96")

LOCAL_ENDINGS = (".local", ".internal", ".test", ".lan", ".home.arpa")


def hmac(text: str, key: str, form: Literal["hex", "base64"] = "hex", encoded: str = "") -> str:
    """The HMAC-SHA256 of a text, with a key that is text, or, where it begins with `encoded`, base64 after that.

    >>> hmac("Emma", "secret")[:16]
    'e1c29e0dad3f33f9'
    >>> hmac("Emma", "key_c2VjcmV0", "hex", "key_") == hmac("Emma", "secret")
    True
    """
    secret = key.encode()
    if encoded and key.startswith(encoded):
        try:
            secret = base64.b64decode(key.removeprefix(encoded), validate=True)
        except ValueError:
            secret = key.encode()
    digest = hashing.new(secret, text.encode(), hashlib.sha256).digest()
    if form not in ("hex", "base64"):
        raise ExpressionError(f"hmac gives hex or base64, not {form}")
    return digest.hex() if form == "hex" else base64.b64encode(digest).decode()


def url_parts(text: str | None) -> dict[str, Json] | None:
    """The parts of an absolute address and the network it leads to; null of what is none.

    `network` is loopback, private, link_local, reserved, public, or local for names that the public internet does not know.

    >>> url_parts("https://example.com/hook")
    {'scheme': 'https', 'user': None, 'host': 'example.com', 'port': 443, 'path': '/hook', 'network': 'public'}
    >>> [url_parts(f"http://{host}/")["network"] for host in ("localhost", "[::1]", "10.0.0.1", "169.254.169.254", "app")]
    ['loopback', 'loopback', 'private', 'link_local', 'local']
    >>> url_parts("http://:80/") is url_parts("http://a:99999/") is url_parts("mailto:x") is None
    True
    >>> [url_parts(f"http://{host}/")["host"] for host in ("127.1", "0x7f000001", "LOCALHOST", "caf\u00e9.example")]
    ['127.0.0.1', '127.0.0.1', 'localhost', 'xn--caf-dma.example']
    """
    try:
        parts = urlsplit(text or "")
        port, host = parts.port, canonical_host(parts.hostname or "")
    except ValueError:
        return None
    if not parts.scheme or not host or any(letter.isspace() or ord(letter) < 32 for letter in text or ""):
        return None
    user = parts.netloc.rpartition("@")[0] if "@" in parts.netloc else None
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return {
        "scheme": parts.scheme,
        "user": user,
        "host": host,
        "port": usual if port is None else port,
        "path": parts.path,
        "network": network(host),
    }


def canonical_host(host: str) -> str:
    """A host as it is compared: names in ASCII and small letters, addresses written out (WHATWG URL, host parsing).

    An IPv4 address may have fewer parts, in hexadecimal or octal too, and a dot at its end. ValueError for what ends in a
    number and is no address.

    >>> canonical_host("2130706433"), canonical_host("0177.0.0.1"), canonical_host("::FFFF:10.0.0.1")
    ('127.0.0.1', '127.0.0.1', '::ffff:a00:1')
    """
    if ":" in host:
        return str(ip_address(host))
    name = host.encode("idna").decode().lower()
    if not NUMERIC.fullmatch(name.rstrip(".").rpartition(".")[2]):
        return name
    if not NUMBERS.fullmatch(name):
        raise ValueError(f"{host} is no IPv4 address")
    try:
        return socket.inet_ntoa(socket.inet_aton(name.rstrip(".")))
    except OSError:
        raise ValueError(f"{host} is no IPv4 address") from None


def network(host: str) -> str:
    """The network that a host's name or address is in, as far as that can be told without asking anyone."""
    try:
        address = _embedded(ip_address(canonical_host(host)))
    except ValueError:
        host = host.lower().rstrip(".")
        if host == "localhost" or host.endswith(".localhost"):
            return "loopback"
        return "local" if "." not in host or host.endswith(LOCAL_ENDINGS) else "public"
    kinds = {
        "loopback": address.is_loopback,
        "link_local": address.is_link_local,
        "reserved": address.is_unspecified or address.is_multicast or address.is_reserved,
        "private": not address.is_global,
    }
    return next((kind for kind, holds in kinds.items() if holds), "public")


def _embedded(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address stands for, mapped or translated (RFC 6052), or the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address
