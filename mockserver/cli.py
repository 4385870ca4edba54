"""The command `mockserver`."""

import asyncio
import logging
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from mockserver import __version__
from mockserver.contract.errors import BrokenContract
from mockserver.json import Json
from mockserver.settings import Settings, default_contract, default_fixtures

if TYPE_CHECKING:
    from mockserver.sandbox import Sandbox

BROKEN = 2
"""Exit status when the contract or an option is wrong."""

LEVELS = ("critical", "error", "warning", "info", "debug")

CONTRACT = click.argument(
    "contract", required=False, type=click.Path(path_type=Path), envvar="MOCKSERVER_CONTRACT", metavar="[CONTRACT]"
)


def _pairs(_: click.Context, option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """NAME=VALUE options as names and values."""
    for value in values:
        if "=" not in value:
            raise click.BadParameter(f"{value} has no value. Write NAME=VALUE.", param=option)
    return dict(value.split("=", 1) for value in values)


def _fail(*lines: str) -> NoReturn:
    for line in lines:
        click.echo(line, err=True)
    sys.exit(BROKEN)


def _broken(broken: BrokenContract) -> NoReturn:
    count = len(broken.errors)
    noun = "mistake" if count == 1 else "mistakes"
    _fail(*map(str, broken.errors), f"{count} {noun} found; nothing was started.")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="mockserver")
def main() -> None:
    r"""A stateful sandbox of an API, read from its OpenAPI document.

    \b
    Examples:
      mockserver serve                          the packaged contract on http://127.0.0.1:8080
      mockserver serve library.yaml --port 0    another contract, on any free port
      mockserver check library.yaml             say everything that is wrong with a contract
    """


@main.command()
@CONTRACT
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    envvar="MOCKSERVER_HOST",
    show_envvar=True,
    help="Address to listen on; 0.0.0.0 for every one.",
)
@click.option(
    "--port",
    default=8080,
    show_default=True,
    type=click.IntRange(0, 65535),
    envvar="MOCKSERVER_PORT",
    show_envvar=True,
    help="Port to listen on; 0 for any free one.",
)
@click.option(
    "--fixtures",
    type=click.Path(path_type=Path),
    envvar="MOCKSERVER_FIXTURES",
    show_envvar=True,
    help="Folder of API keys and documents to start with; by default the packaged one, or `fixtures` beside CONTRACT.",
)
@click.option(
    "--seed",
    default=0,
    show_default=True,
    type=int,
    envvar="MOCKSERVER_SEED",
    show_envvar=True,
    help="The same seed and the same calls give the same answers.",
)
@click.option(
    "--now",
    metavar="TIME",
    envvar="MOCKSERVER_NOW",
    show_envvar=True,
    help="Freeze the clock, e.g. 2024-01-15 or 2024-01-15T10:30:00Z.",
)
@click.option(
    "--data",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="MOCKSERVER_DATA",
    show_envvar=True,
    help="Keep documents in DIR; fixtures are replayed only when nothing is kept there yet. By default in memory.",
)
@click.option(
    "--data-sync",
    default="always",
    show_default=True,
    type=click.Choice(["always", "off"]),
    envvar="MOCKSERVER_DATA_SYNC",
    show_envvar=True,
    help="Whether each change in DIR is on the disk before its answer leaves; off survives a kill but no power cut.",
)
@click.option(
    "--rate-limit",
    default="on",
    show_default=True,
    type=click.Choice(["on", "off"]),
    envvar="MOCKSERVER_RATE_LIMIT",
    show_envvar=True,
    help="Refuse the requests that a key makes too many; off for test suites, and where --now freezes the clock: "
    "its hour and its second never end.",
)
@click.option(
    "--set",
    "chosen",
    multiple=True,
    callback=_pairs,
    metavar="NAME=VALUE",
    envvar="MOCKSERVER_SET",
    show_envvar=True,
    help="Choose a setting of the contract, and repeat it for others; `mockserver check` lists them.",
)
@click.option(
    "--log-level",
    default="info",
    show_default=True,
    type=click.Choice(LEVELS),
    envvar="MOCKSERVER_LOG_LEVEL",
    show_envvar=True,
    help="How much to log; debug logs every request.",
)
@click.option(
    "--reload",
    is_flag=True,
    envvar="MOCKSERVER_RELOAD",
    show_envvar=True,
    help="Follow changes: a new contract keeps what is stored, new fixtures start anew.",
)
@click.option(
    "--webhook-allow",
    default="any",
    show_default=True,
    type=click.Choice(["any", "public"]),
    envvar="MOCKSERVER_WEBHOOK_ALLOW",
    show_envvar=True,
    help="Where webhooks may be sent; public shuts out loopback, private and link-local addresses.",
)
def serve(contract: Path | None, fixtures: Path | None, data_sync: str, **options: Json) -> None:
    r"""Serve CONTRACT, by default the packaged one.

    \b
    Examples:
      mockserver serve
      mockserver serve --port 9000 --now 2024-01-31 --rate-limit off
      mockserver serve --data ./data
      MOCKSERVER_PORT=9000 mockserver serve --reload --log-level debug
    """
    found = contract or default_contract()
    sync = data_sync == "always"
    settings = Settings(contract=found, fixtures=fixtures or _fixtures(contract), sync=sync, **options)
    _serve(settings)


def _fixtures(contract: Path | None) -> Path | None:
    if contract is None:
        return default_fixtures()
    beside = contract.parent / "fixtures"
    return beside if beside.is_dir() else None


def _serve(settings: Settings) -> None:
    from mockserver.contract.settings import UnfitSetting
    from mockserver.sandbox import build
    from mockserver.server import CannotListen, end_quietly, listen, serve
    from mockserver.store.base import NotKept
    from mockserver.store.kept import CannotKeep

    logging.basicConfig(level=settings.log_level.upper(), format="%(levelname)s %(message)s", stream=sys.stderr)
    for library in ("httpx", "watchfiles"):
        logging.getLogger(library).setLevel(logging.WARNING)
    end_quietly()
    try:
        sock = listen(settings.host, settings.port)
        with closing(build(settings)) as sandbox:
            asyncio.run(serve(sandbox, settings, sock, lambda: _greet(sandbox, settings, sock.getsockname()[1])))
    except BrokenContract as broken:
        _broken(broken)
    except (CannotListen, CannotKeep, NotKept, UnfitSetting) as error:
        _fail(str(error))
    except ValueError as error:
        if settings.now is None:
            raise
        _fail(f"--now {settings.now} is not a time ({error}). Give one such as 2024-01-15T10:30:00Z.")
    except KeyboardInterrupt:
        pass


def _greet(sandbox: "Sandbox", settings: Settings, port: int) -> None:
    from mockserver.store.kept import KeptStore

    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = f"http://{'localhost' if host in ('0.0.0.0', '[::]') else host}:{port}"  # noqa: S104
    base, clock = sandbox.plan.sandbox.base_paths[0], sandbox.engine.clock
    frozen = f"frozen at {clock.now()}" if clock.frozen else "running"
    click.echo(f"{sandbox.plan.title} sandbox on {address}{base}  (explorer: {address}{base}/ui)")
    limits = _limits(settings, clock.frozen) if sandbox.plan.sandbox.rate_limit else ""
    click.echo(f"  {sandbox.plan.summary()}; seed {settings.seed}; clock {frozen}{limits}")
    store = sandbox.engine.store
    if isinstance(store, KeptStore):
        noun = "document" if sandbox.documents == 1 else "documents"
        click.echo(f"  kept in {store.folder} since {store.since}: {sandbox.documents} {noun}")
    click.echo(f"  try: {_example(sandbox, address + base)}")


def _limits(settings: Settings, frozen: bool) -> str:
    if settings.rate_limit == "off":
        return "; no rate limits"
    return "; rate limits whose windows never end (--rate-limit off lifts them)" if frozen else "; rate limits"


def _example(sandbox: "Sandbox", address: str) -> str:
    """A ready curl line: the first list, with a key and a tenant that may see it."""
    operations = sandbox.plan.operations.values()
    first = next((one for one in operations if one.kind == "list" and "{" not in one.path), None)
    key = next((one for one in sandbox.gate.keys.values() if one.status == "active"), None)
    header = sandbox.plan.sandbox.security.tenant_header
    secured = sandbox.plan.sandbox.security.key is not None
    credentials = f" -H 'Authorization: Bearer {key.key if key else 'any'}'" if secured else ""
    tenant = f" -H '{header}: {key.tenants[0] if key and key.tenants else '…'}'" if header else ""
    return f"curl{credentials}{tenant} '{address}{first.path if first else '/'}'"


@main.command()
@CONTRACT
def check(contract: Path | None) -> None:
    r"""Say everything that is wrong with CONTRACT; exit status 0 when nothing is, 2 otherwise.

    \b
    Examples:
      mockserver check
      mockserver check library.yaml
    """
    from mockserver.contract.compiler import load

    try:
        plan = load(contract or default_contract())
    except BrokenContract as broken:
        _broken(broken)
    click.echo(f"{plan.title} {plan.version}: {plan.summary()}. No mistakes found.")
    for one in plan.sandbox.settings.values():
        click.echo(f"  --set {one.name}={_text(one.default)}  {one.description}".rstrip())


def _text(value: Json) -> str:
    """A setting's value as it is written on the command line."""
    return str(value).lower() if isinstance(value, bool) else str(value)


@main.command()
@CONTRACT
def routes(contract: Path | None) -> None:
    r"""List the operations of CONTRACT: method, path, kind, what they work on, and the permission they need.

    \b
    Examples:
      mockserver routes
      mockserver routes library.yaml | grep POST
    """
    from mockserver.contract.compiler import load

    try:
        plan = load(contract or default_contract())
    except BrokenContract as broken:
        _broken(broken)
    rows = [
        (one.method, one.path, one.kind, one.resource.name if one.resource else "-", one.id, " ".join(one.scopes) or "-")
        for one in plan.operations.values()
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(6)]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@main.command()
@CONTRACT
@click.option(
    "--format", "form", type=click.Choice(["yaml", "json"]), default="yaml", show_default=True, help="What to write."
)
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="A file to write to instead of the terminal."
)
def bundle(contract: Path | None, form: str, output: Path | None) -> None:
    r"""Write CONTRACT as one plain OpenAPI document, without the sandbox's own keys.

    \b
    Examples:
      mockserver bundle > openapi.yaml
      mockserver bundle --format json -o openapi.json
    """
    from mockserver import json
    from mockserver.contract.document import read
    from mockserver.contract.served import served, yaml_text

    try:
        document = read(contract or default_contract())
    except BrokenContract as broken:
        _broken(broken)
    whole = served(document)
    text = yaml_text(whole) if form == "yaml" else json.write(whole).decode() + "\n"
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
        click.echo(f"{output}: {len(text):,} characters", err=True)


if __name__ == "__main__":
    main()
