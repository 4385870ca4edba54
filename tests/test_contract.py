"""schemathesis on a running server, as anyone would run it: every check on, stateful too, nothing excluded.

The bounds keep this to some minutes; run it without them against a server of your own for thousands of cases.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import HANGS, running, unmeasured

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """What schemathesis reports of the packaged contract."""
    folder = tmp_path_factory.mktemp("schemathesis")
    with running("--now", "2024-12-31", env=unmeasured()) as server:
        arguments = [
            "--phases",
            "examples,fuzzing,stateful",
            "--max-examples",
            "12",
            "--seed",
            "1",
            "-w",
            "2",
            "--report",
            "json",
        ]
        done = subprocess.run(
            [str(Path(sys.executable).parent / "schemathesis"), "run", f"{server.address}/openapi.json", *arguments, "--report-dir", str(folder)],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=HANGS * 10, env=unmeasured(),
        )  # fmt: skip
    return done, json.loads(next(folder.glob("*.json")).read_text())


def test_no_check_fails(report):
    done, _ = report
    assert done.returncode == 0, done.stdout[-8000:]


def test_lists_and_creations_accept_calls_that_are_valid(report):
    _, told = report
    assert told["test_cases"]["generated"] > 300
    told = {name: _accepted(phases) for name, phases in told["valid_rates"].items() if "{" not in name}
    assert len(told) > 5
    nothing = [name for name, accepted in told.items() if not accepted]
    assert len(nothing) <= len(told) // 10, nothing


def _accepted(phases):
    """How many valid calls were accepted: none means a contract that does not say what it wants."""
    return sum(phase["accepted"] for phase in phases.values())
