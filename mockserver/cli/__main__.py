"""The command as a module: `python -m mockserver.cli`."""

from mockserver.cli import main

main(prog_name="mockserver")
