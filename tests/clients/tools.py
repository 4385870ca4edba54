"""Other people's tools, as `scripts/clients` installs them: without it, or without Node or Java, a test is skipped."""

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from mockserver.control.plane import CONTRACT as CONTROL
from mockserver.describing.openapi import served, yaml_text
from mockserver.reading.document import read
from mockserver.settings import default_contract

HERE = Path(__file__).parent
HOME = Path(os.environ.get("CLIENTS_HOME", "/nonexistent"))
NODE, PYTHON = HOME / "node_modules" / ".bin", HOME / "venv" / "bin"
CONTRACTS = {"api": default_contract(), "control": CONTROL}
PATIENCE = 600
"""Seconds after which a tool is taken for hung, on a machine that does much else."""


@cache
def document(name: str = "api"):
    """A document as it is served."""
    return served(read(CONTRACTS[name]))


def written(folder: Path, name: str = "api.json") -> Path:
    """A served document in a file."""
    path = folder / name
    shown = document(path.stem)
    path.write_text(json.dumps(shown) if path.suffix == ".json" else yaml_text(shown), encoding="utf-8")
    return path


def operations() -> list[str]:
    """The operations of the served API."""
    paths = document()["paths"].values()
    return [
        node["operationId"] for path in paths for node in path.values() if isinstance(node, dict) and "operationId" in node
    ]


def run(tool: Path, *arguments: object, cwd: Path, status: int | None = 0, needs: str = "") -> subprocess.CompletedProcess:
    """Run a tool of the folder, or skip the test where it is not there."""
    if not tool.exists():
        pytest.skip(f"{tool.name} is not at hand: `scripts/clients` installs it")
    if needs and shutil.which(needs) is None:
        pytest.skip(f"{tool.name} needs {needs}, which is not on this machine")
    quiet = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "SCARF_ANALYTICS": "false"}
    environment = {**os.environ, **quiet, "PATH": f"{PYTHON}:{os.environ['PATH']}"}
    done = subprocess.run(
        [tool, *map(str, arguments)], cwd=cwd, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert status in (None, done.returncode), done.stdout[-4000:] + done.stderr[-4000:]
    return done


def compile_typescript(folder: Path, *arguments: str) -> None:
    """Fail where TypeScript finds a mistake in a folder."""
    options = ["--strict", "--skipLibCheck", "--target", "es2022", "--lib", "es2022,dom,dom.iterable"]
    resolution = ["--module", "nodenext", "--moduleResolution", "nodenext"]
    files = [path.relative_to(folder) for path in sorted(folder.rglob("*.ts"))]
    assert files
    run(NODE / "tsc", *options, *resolution, *(arguments or ["--noEmit"]), *files, cwd=folder)
