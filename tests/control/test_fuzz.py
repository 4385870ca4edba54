"""schemathesis on the control plane, with its own strict defaults: what the document allows is accepted."""

import subprocess
import sys
from pathlib import Path

from tests.running import HANGS, running, unmeasured


def test_schemathesis_finds_nothing(tmp_path):
    with running("--now", "2024-06-15", env=unmeasured()) as server:
        done = subprocess.run(
            [str(Path(sys.executable).parent / "schemathesis"), "run", f"{server.root}/_sandbox/openapi.json", "-n", "15", "--seed", "1"],
            cwd=tmp_path, capture_output=True, text=True, check=False, timeout=HANGS * 10, env=unmeasured(),
        )  # fmt: skip
    assert done.returncode == 0, done.stdout[-8000:]
    assert "10 selected / 10 total" in done.stdout
