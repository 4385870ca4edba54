"""A server in a process of its own, started as a user starts it."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

HANGS = 60
"""Seconds after which a process that does not end is taken for hung."""

PATIENT = 10
"""Seconds that a server may take to end when its test is over."""


@dataclass
class Running:
    """A server that listens."""

    process: subprocess.Popen[str]
    greeting: str

    @property
    def address(self) -> str:
        """Where it listens, with the base path."""
        return re.search(r"http://\S+", self.greeting)[0]

    @property
    def root(self) -> str:
        """Where it listens."""
        return self.address.partition("/v1")[0]

    def end(self) -> int:
        """Tell it to end; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(HANGS)


def unmeasured() -> dict[str, str]:
    """The environment of a process that is asked so much that measuring its coverage would take minutes."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}


def command(*arguments: str) -> list[str]:
    """The command line of the server."""
    return [sys.executable, "-m", "mockserver.cli", *arguments]


@contextmanager
def running(*arguments: str, lines: int = 3, rate_limit: str = "off", **how: object) -> Iterator[Running]:
    """A server on a free port; its greeting has been read when it is ready."""
    options = ("--port", "0", "--rate-limit", rate_limit)
    process = subprocess.Popen(
        command("serve", *arguments, *options), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **how
    )
    try:
        greeting = "".join(process.stdout.readline() for _ in range(lines))
        if "http://" not in greeting:
            raise AssertionError(process.stderr.read())
        yield Running(process, greeting)
    finally:
        _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    """As a user would, so that it can say what of it was run; one that hangs is killed."""
    process.terminate()
    try:
        process.communicate(timeout=PATIENT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
