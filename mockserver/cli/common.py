"""What the commands share: the contract they are about, and how they fail."""

import sys
from pathlib import Path
from typing import NoReturn

import click

from mockserver.reading.errors import BrokenContract, count
from mockserver.settings import default_fixtures

BROKEN = 2
"""Exit status when the contract or an option is wrong."""

CONTRACT = click.argument(
    "contract", required=False, type=click.Path(path_type=Path), envvar="MOCKSERVER_CONTRACT", metavar="[CONTRACT]"
)


def fail(*lines: str) -> NoReturn:
    """End with what is wrong."""
    for line in lines:
        click.echo(line, err=True)
    sys.exit(BROKEN)


def broken_contract(broken: BrokenContract) -> NoReturn:
    """End with everything that is wrong with a contract."""
    fail(*map(str, broken.errors), f"{count(len(broken.errors), 'mistake')} found; nothing was started.")


def fixtures_of(contract: Path | None) -> Path | None:
    """The folder of fixtures that goes with a contract: the packaged one, or `fixtures` beside it."""
    if contract is None:
        return default_fixtures()
    beside = contract.parent / "fixtures"
    return beside if beside.is_dir() else None
