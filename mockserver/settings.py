"""Where the packaged contract and fixtures are, and what a server is started with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Literal

PACKAGED = "bundled"
ROOT = "openapi:"
"""How a line begins that a root document has, and a file that it refers to has not."""


def _packaged(name: str) -> Path:
    """A folder that comes with the package: beside it in a checkout, inside it when installed."""
    package = Path(str(files("mockserver")))
    inside, beside = package / PACKAGED / name, package.parent / name
    return inside if inside.is_dir() else beside


def default_contract() -> Path:
    """The contract that comes with the package: the one document in spec/ that says its version of OpenAPI."""
    folder = _packaged("spec")
    roots = [path for path in sorted(folder.glob("*.yaml")) if _is_root(path.read_text(encoding="utf-8"))]
    return roots[0] if roots else folder / "openapi.yaml"


def _is_root(text: str) -> bool:
    # A plain search: a regular expression over the whole contract takes ten times as long, at every start.
    return text.startswith(ROOT) or f"\n{ROOT}" in text


def default_fixtures() -> Path:
    """The fixtures that come with the package."""
    return _packaged("fixtures")


def networks(trusted: Iterable[str]) -> tuple[IPv4Network | IPv6Network, ...]:
    """The networks of addresses and networks, `*` being every one; ValueError for what is neither.

    >>> networks(["127.0.0.1", "10.0.0.0/8"])
    (IPv4Network('127.0.0.1/32'), IPv4Network('10.0.0.0/8'))
    """
    everybody = ("0.0.0.0/0", "::/0")
    named = [name for entry in trusted for name in (everybody if entry == "*" else (entry,))]
    return tuple(ip_network(name, strict=False) for name in named)


@dataclass(frozen=True)
class Settings:
    """What a server is started with."""

    contract: Path
    fixtures: Path | None
    host: str = "127.0.0.1"
    port: int = 8080
    seed: int = 0
    now: str | None = None
    log_level: str = "info"
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    """The networks of proxies that are believed what they forward."""
    header_timeout: float = 30
    """Seconds in which the headers of a request have to come."""
    body_timeout: float = 60
    """Seconds in which a body has to come, and one more for each KiB of it that has come."""
    reload: bool = False
    control_token: str | None = None
    """What the control plane asks for from elsewhere than this machine."""
    data: Path | None = None
    """The folder in which documents outlive the process."""
    sync: bool = True
    """Whether what is kept is on the disk before an answer leaves."""
    data_adopt: bool = False
    """Whether documents that were kept under another contract are served."""
    webhook_allow: Literal["any", "public"] = "any"
    rate_limit: Literal["on", "off"] = "off"
    """Whether keys are held to their rates; the command says `on`."""
    chosen: Mapping[str, str] = field(default_factory=dict)
    """Values for settings of the contract, by their names."""
