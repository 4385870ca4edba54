"""Starts the servers that are compared, each on one core, and looks at how long that takes and what they hold."""

import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from client import HOST, Request, ask

ROOT = Path(__file__).resolve().parent.parent
SLOWEST = 60.0
"""Seconds a server may take to start."""
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, CLIENT_CORE = CORES[0], CORES[-1]


@dataclass
class Server:
    """A command that serves, and the process it runs in."""

    name: str
    command: list[str]
    port: int
    base: str
    first: Request
    """What it answers as soon as it serves."""
    environment: dict[str, str] = field(default_factory=dict)
    log: Path = Path(os.devnull)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start it; seconds from exec until its first right answer."""
        with on_core(SERVER_CORE), self.log.open("wb") as log:
            began = time.perf_counter()
            self.process = subprocess.Popen(
                self.command,
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )
        while not self._answers():
            if self.process.poll() is not None or time.perf_counter() - began > SLOWEST:
                told = self.log.read_text(errors="replace")[-2000:] if self.log.is_file() else ""
                raise SystemExit(f"{self.name} does not serve: {shlex.join(self.command)}\n{told}")
            time.sleep(0.002)
        return time.perf_counter() - began

    def _answers(self) -> bool:
        with suppress(OSError):
            return ask(self.port, self.first).status == 200
        return False

    def stop(self) -> None:
        """End it and what it started."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None

    def memory(self) -> float:
        """The resident memory of it and what it started, in MiB."""
        return sum(_resident(pid) for pid in _family(self.process.pid)) / 1024 if self.process else 0.0


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """What is started within runs on this core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in _family(int(child)))]


def _resident(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as sock:
        sock.bind((HOST, 0))
        port: int = sock.getsockname()[1]
        return port


def ours(first: Request, folder: Path) -> Server:
    """Our server as `mockserver serve` starts it."""
    port = free_port()
    command = [sys.executable, "-m", "mockserver.cli", "serve", "--port", str(port), "--rate-limit", "off"]
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return Server("ours", command, port, "/v1", first, {"PYTHONPATH": path}, folder / "ours.log")


def prism(executable: str, options: str, first: Request, folder: Path) -> Server:
    """Prism on our bundled document."""
    port, document = free_port(), folder / "openapi.yaml"
    bundle = [sys.executable, "-m", "mockserver.cli", "bundle", "--output", str(document)]
    subprocess.run(bundle, check=True, cwd=ROOT, stderr=subprocess.DEVNULL)
    command = [executable, "mock", "--port", str(port), *shlex.split(options), str(document)]
    return Server("Prism", command, port, "", first, {"NODE_ENV": "production"}, folder / "prism.log")


def bare(first: Request, folder: Path) -> Server:
    """Bare Starlette routes on uvicorn, with the bodies of a folder."""
    port = free_port()
    options = ["--port", str(port), "--no-access-log", "--log-level", "warning", "--no-server-header"]
    command = [sys.executable, "-m", "uvicorn", "bare:app", "--app-dir", str(Path(__file__).parent), *options]
    return Server("Starlette", command, port, "/v1", first, {"BENCH_BODIES": str(folder)}, folder / "bare.log")
