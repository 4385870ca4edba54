"""Commands about a contract that serve nothing: check, routes, bundle, schema."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mockserver.cli.common import CONTRACT, broken_contract, fixtures_of
from mockserver.json import Json
from mockserver.reading.errors import BrokenContract
from mockserver.settings import default_contract

if TYPE_CHECKING:  # the commands start quickly: each imports what it needs
    from mockserver.plan import Plan

OUTPUT = click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="A file to write to instead of the terminal."
)


@click.command()
@CONTRACT
def check(contract: Path | None) -> None:
    """Say everything that is wrong with CONTRACT; exit status 0 when nothing is, 2 otherwise.

    \b
    Examples:
      mockserver check
      mockserver check library.yaml
    """
    try:
        plan = _checked(contract)
    except BrokenContract as broken:
        broken_contract(broken)
    click.echo(f"{plan.title} {plan.version}: {plan.summary()}. No mistakes found.")
    for setting in plan.conventions.settings.values():
        click.echo(f"  --set {setting.name}={_text(setting.default)}  {setting.description}".rstrip())


def _checked(contract: Path | None) -> "Plan":
    """The plan of a contract without mistakes, in its fixtures' keys and its inventions neither; else BrokenContract."""
    from mockserver.compiling.compiler import compile_
    from mockserver.reading.document import read
    from mockserver.reading.locate import locate
    from mockserver.seed import fixtures as seeding
    from mockserver.seed.generate import check_providers
    from mockserver.seed.keys import check_keys

    document = read(contract or default_contract())
    plan = compile_(document, thorough=True)
    folder = fixtures_of(contract)
    keys = seeding.read(folder).keys if folder is not None else []
    mistakes = check_keys(plan.conventions.security, keys)
    for at, message in check_providers(plan):
        mistakes.add(document.origin_of(locate(document, at)), message)
    if mistakes:
        raise BrokenContract(mistakes)
    return plan


def _text(value: Json) -> str:
    """A setting's value as it is written on the command line."""
    return str(value).lower() if isinstance(value, bool) else str(value)


@click.command()
@CONTRACT
def routes(contract: Path | None) -> None:
    """List the operations of CONTRACT: method, path, kind, what they work on, and the permission they need.

    \b
    Examples:
      mockserver routes
      mockserver routes library.yaml | grep POST
    """
    from mockserver.compiling.compiler import load

    try:
        plan = load(contract or default_contract())
    except BrokenContract as broken:
        broken_contract(broken)
    rows = [
        (
            *(operation.method, operation.path, operation.kind),
            operation.resource.name if operation.resource else "-",
            operation.id,
            " ".join(operation.scopes) or "-",
        )
        for operation in plan.operations.values()
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(6)]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@click.command()
@CONTRACT
@click.option(
    "--format", "form", type=click.Choice(["yaml", "json"]), default="yaml", show_default=True, help="What to write."
)
@OUTPUT
def bundle(contract: Path | None, form: str, output: Path | None) -> None:
    """Write CONTRACT as one plain OpenAPI document, without the sandbox's own keys.

    \b
    Examples:
      mockserver bundle > openapi.yaml
      mockserver bundle --format json -o openapi.json
    """
    from mockserver import json
    from mockserver.describing.openapi import served, yaml_text
    from mockserver.reading.document import read

    try:
        document = read(contract or default_contract())
    except BrokenContract as broken:
        broken_contract(broken)
    openapi = served(document)
    _write(yaml_text(openapi) if form == "yaml" else json.write(openapi).decode() + "\n", output)


@click.command()
@OUTPUT
def schema(output: Path | None) -> None:
    """Write the JSON Schema of contracts, with which an editor completes, explains and checks them.

    \b
    A contract's first line tells the editor where it is, relative to the contract:
      # yaml-language-server: $schema=contract.schema.json

    \b
    Examples:
      mockserver schema -o contract.schema.json
    """
    from mockserver.describing.json_schema import json_schema, json_text

    _write(json_text(json_schema()), output)


def _write(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
        click.echo(f"{output}: {len(text):,} characters", err=True)
