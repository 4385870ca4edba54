"""What the commands share: the contract they are about, and how they fail."""

import sys
from pathlib import Path
from typing import NoReturn

import click

from mockserver.reading.errors import BrokenContract

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
    count = len(broken.errors)
    noun = "mistake" if count == 1 else "mistakes"
    fail(*map(str, broken.errors), f"{count} {noun} found; nothing was started.")
