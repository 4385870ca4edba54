"""The command `mockserver`."""

import click

from mockserver import __version__
from mockserver.cli.contracts import bundle, check, routes, schema
from mockserver.cli.serve import serve


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="mockserver")
def main() -> None:
    """A stateful sandbox of an API, read from its OpenAPI document.

    \b
    Examples:
      mockserver serve                          the packaged contract on http://127.0.0.1:8080
      mockserver serve library.yaml --port 0    another contract, on any free port
      mockserver check library.yaml             say everything that is wrong with a contract
    """


for command in (serve, check, routes, bundle, schema):
    main.add_command(command)
