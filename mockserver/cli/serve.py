"""The command that serves a contract."""

import asyncio
import gc
import logging
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from mockserver.cli.common import CONTRACT, broken_contract, fail, fixtures_of
from mockserver.json import Json
from mockserver.reading.errors import BrokenContract
from mockserver.settings import Settings, default_contract, networks

LEVELS = ("critical", "error", "warning", "info", "debug")

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def _option(name: str, *names: str, **how: Any) -> Decorator:
    """An option that may be given as an environment variable too; its default is shown."""
    variable = f"MOCKSERVER_{name.upper().replace('-', '_')}"
    return click.option(f"--{name}", *names, envvar=variable, show_envvar=True, show_default="default" in how, **how)


def _pairs(_: click.Context, option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """NAME=VALUE options as names and values."""
    for value in values:
        if "=" not in value:
            raise click.BadParameter(f"{value} has no value. Write NAME=VALUE.", param=option)
    return dict(value.split("=", 1) for value in values)


def _time(_: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """A date or an instant."""
    from mockserver.engine.clock import moment, settable

    try:
        if value is not None:
            settable(moment(value, "UTC"))
    except ValueError as error:
        fail(f"--now {value} is not a time ({error}). Give one such as 2024-01-15T10:30:00Z.")
    return value


def _networks(_: click.Context, option: click.Parameter, value: str | None) -> tuple[Any, ...]:
    """The networks of addresses and networks separated by commas."""
    try:
        return networks(part.strip() for part in (value or "").split(",") if part.strip())
    except ValueError as error:
        fail(f"--trusted-proxies {value}: {error}. Give addresses and networks such as 127.0.0.1,10.0.0.0/8, or *.")


@click.command()
@CONTRACT
@_option("host", default="127.0.0.1", help="Address to listen on; 0.0.0.0 for every one.")
@_option("port", default=8080, type=click.IntRange(0, 65535), help="Port to listen on; 0 for any free one.")
@_option(
    "fixtures",
    type=click.Path(path_type=Path),
    help="Folder of API keys and documents to start with; by default the packaged one, or `fixtures` beside CONTRACT.",
)
@_option("seed", default=0, type=int, help="The same seed and the same calls give the same answers.")
@_option("now", metavar="TIME", callback=_time, help="Freeze the clock, e.g. 2024-01-15 or 2024-01-15T10:30:00Z.")
@_option(
    "data",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep documents in DIR; fixtures are loaded only when it holds none yet. By default they are in memory.",
)
@_option(
    "data-sync",
    default="always",
    type=click.Choice(["always", "off"]),
    help="Whether each change in DIR is on the disk before its answer leaves; off survives a kill but no power cut.",
)
@_option(
    "data-adopt",
    is_flag=True,
    help="Serve the documents in DIR though they were kept under a contract of another title.",
)
@_option(
    "rate-limit",
    default="on",
    type=click.Choice(["on", "off"]),
    help="Refuse the requests of a key beyond its rate limits; off for test suites, and where --now freezes the clock: "
    "its hour and its second never end.",
)
@_option(
    "set",
    "chosen",
    multiple=True,
    callback=_pairs,
    metavar="NAME=VALUE",
    help="Choose a setting of the contract, and repeat it for others; `mockserver check` lists them.",
)
@_option(
    "webhook-allow",
    default="any",
    type=click.Choice(["any", "public"]),
    help="Where webhooks may be sent; public shuts out loopback, private and link-local addresses.",
)
@_option(
    "control-token",
    metavar="TOKEN",
    help="Answer /_sandbox (reset, clock, events, deliveries) from elsewhere than loopback too, to whoever sends TOKEN.",
)
@_option(
    "trusted-proxies",
    metavar="ADDRESSES",
    callback=_networks,
    help="Believe X-Forwarded-Proto, -Host, -Port and -Prefix and Forwarded of proxies at these addresses or networks, "
    "e.g. 127.0.0.1,10.0.0.0/8; * for any.",
)
@_option(
    "header-timeout",
    default=30.0,
    metavar="SECONDS",
    type=click.FloatRange(0, min_open=True),
    help="How long the headers of a request may take to come.",
)
@_option(
    "body-timeout",
    default=60.0,
    metavar="SECONDS",
    type=click.FloatRange(0, min_open=True),
    help="How long a body may take to come, beside a second for each KiB of it.",
)
@_option("log-level", default="info", type=click.Choice(LEVELS), help="How much to log; debug logs every request.")
@_option(
    "reload",
    is_flag=True,
    help="Reload on changes: of the contract with the documents as they are, of fixtures with those at the start.",
)
def serve(contract: Path | None, fixtures: Path | None, data_sync: str, **options: Json) -> None:
    """Serve CONTRACT, by default the packaged one.

    \b
    Examples:
      mockserver serve
      mockserver serve --port 9000 --now 2024-01-31 --rate-limit off
      mockserver serve --data ./data
      MOCKSERVER_PORT=9000 mockserver serve --reload --log-level debug
    """
    sync = data_sync == "always"
    _serve(
        Settings(contract=contract or default_contract(), fixtures=fixtures or fixtures_of(contract), sync=sync, **options)
    )


def _serve(settings: Settings) -> None:
    gc.disable()  # what is made up to the first call lives as long as the process: looking for garbage in it takes long
    from mockserver.cli.greeting import greet
    from mockserver.plan.settings import UnfitSetting
    from mockserver.sandbox import build
    from mockserver.server import CannotListen, end_quietly, listen, serve
    from mockserver.store.base import WriteFailed
    from mockserver.store.durable import StoreUnavailable

    logging.basicConfig(level=settings.log_level.upper(), format="%(levelname)s %(message)s", stream=sys.stderr)
    for library in ("httpx", "watchfiles"):
        logging.getLogger(library).setLevel(logging.WARNING)
    end_quietly()

    def ready() -> None:
        gc.freeze()
        gc.enable()
        greet(sandbox, settings, sock.getsockname()[1])

    try:
        sock = listen(settings.host, settings.port)
        with closing(build(settings)) as sandbox:
            asyncio.run(serve(sandbox, settings, sock, ready))
    except BrokenContract as broken:
        broken_contract(broken)
    except (CannotListen, StoreUnavailable, WriteFailed, UnfitSetting) as error:
        fail(str(error))
    except KeyboardInterrupt:
        pass
