"""What the command says of itself."""

import pytest
from click.testing import CliRunner

from mockserver.cli import main


def helped(*names):
    """The help text of a command."""
    return CliRunner().invoke(main, [*names, "--help"], terminal_width=100).output


@pytest.mark.parametrize("names", [(), *((name,) for name in main.commands)], ids=lambda names: "-".join(names) or "main")
def test_examples_stand_in_lines_of_their_own(names):
    lines = helped(*names).splitlines()
    first = lines.index("  Examples:") + 1
    assert lines[first].startswith("    ")
    assert not [line for line in lines if "\\b" in line or "\b" in line]
