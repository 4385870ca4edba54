"""Proves that the same requests give the same bytes before and after a change.

Examples:
  python bench/session.py record before.jsonl.gz --checkout ../before
  python bench/session.py record after.jsonl.gz --requests before.jsonl.gz
  python bench/session.py compare before.jsonl.gz after.jsonl.gz
"""

import argparse
import gzip
import hashlib
import http.client
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any, TextIO

import servers
from client import HOST, PATIENCE, build
from session_play import NOW, play

MASKED_HEADERS = {
    "date": "the wall clock's time",
    "x-response-time": "how long the answer took",
}
"""Headers whose values say something of the moment, and what."""
MASKED_FIELDS: dict[str, str] = {}
"""Members of JSON bodies that do."""
LONGEST = 200_000
"""Bytes of a body that is kept as text; of longer ones and of binary ones length and SHA-256 are kept."""
SHOWN = 20
"""How many differences are shown."""


@dataclass
class Recorder:
    """Sends requests over one connection to a server, and writes each with its answer as a line."""

    port: int
    output: TextIO
    count: int = 0
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection(HOST, self.port, timeout=PATIENCE)

    def transmit(self, operation: str, method: str, target: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        """Send a request and write it with its answer; the answer's status and body."""
        length = {"Content-Length": str(len(body))} if body else {}
        sent = {"Host": "localhost", "Accept-Encoding": "identity", **length, **headers}
        encoded = {name: value.encode() for name, value in sent.items()}
        self.connection.request(method, target, body or None, encoded)
        response = self.connection.getresponse()
        content = response.read()
        if response.will_close:
            self.connection.close()
        exchange = {
            "operation": operation,
            "request": {"method": method, "target": target, "headers": headers, "body": body.decode("latin-1")},
            "status": response.status,
            "headers": [[name, _masked(name, value)] for name, value in response.getheaders()],
            "body": _kept(content),
        }
        self.output.write(json.dumps(exchange, ensure_ascii=False) + "\n")
        self.count += 1
        return response.status, content


def _masked(name: str, value: str) -> str:
    return "*" if name.lower() in MASKED_HEADERS else value


def _kept(content: bytes) -> str | dict[str, Any]:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = ""
    for name in MASKED_FIELDS:
        text = re.sub(rf'("{name}":)[^,}}\]]+', r'\1"*"', text)
    if len(content) <= LONGEST and (text or not content):
        return text
    return {"length": len(content), "sha256": hashlib.sha256(text.encode() or content).hexdigest()}


def record(output: Path, checkout: Path, requests: Path | None) -> None:
    """Record the session of a checkout's server: the sequence that its documents give, or the requests of a recording."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        server = _server(checkout.resolve(), Path(folder))
        server.start()
        try:
            with output.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed, _text(packed) as lines:
                recorder = Recorder(server.port, lines)
                if requests is None:
                    play(recorder.transmit)
                else:
                    _replay(recorder, requests)
        finally:
            server.stop()
    print(f"{recorder.count} exchanges in {time.perf_counter() - began:.0f} s")


def _text(packed: gzip.GzipFile) -> TextIO:
    import io

    return io.TextIOWrapper(packed, encoding="utf-8", newline="\n")  # type: ignore[arg-type]


def _server(checkout: Path, folder: Path) -> servers.Server:
    port = servers.free_port()
    options = ["--port", str(port), "--seed", "0", "--now", NOW, "--rate-limit", "off"]
    command = [sys.executable, "-P", "-m", "mockserver.cli", "serve", *options]
    for name in [name for name in os.environ if name.startswith("MOCKSERVER_")]:
        del os.environ[name]
    environment = {"PYTHONPATH": str(checkout), "PYTHONDONTWRITEBYTECODE": "1"}
    return servers.Server(str(checkout), command, port, "/v1", build("GET", "/health", {}), environment, folder / "log")


def _replay(recorder: Recorder, requests: Path) -> None:
    for exchange in read(requests):
        request = exchange["request"]
        body = request["body"].encode("latin-1")
        recorder.transmit(exchange["operation"], request["method"], request["target"], request["headers"], body)


def read(recording: Path) -> Iterator[dict[str, Any]]:
    """The exchanges of a recording."""
    with gzip.open(recording, "rt", encoding="utf-8", newline="\n") as lines:
        yield from map(json.loads, lines)


def compare(before: Path, after: Path) -> int:
    """Show what two recordings hold and where they differ; how many exchanges do."""
    statuses: dict[str, set[int]] = {}
    count = differing = 0
    for old, new in zip_longest(read(before), read(after)):
        count += 1
        if old is not None:
            statuses.setdefault(old["operation"], set()).add(old["status"] // 100)
        if old != new:
            differing += 1
            if differing <= SHOWN:
                _show(count, old, new)
    never = sorted(name for name, classes in statuses.items() if 2 not in classes)
    print(f"{count} exchanges of {len(statuses)} operations; without any 2xx: {', '.join(never) or 'none'}")
    print(f"{differing} exchanges differ")
    return differing


def _show(number: int, old: dict[str, Any] | None, new: dict[str, Any] | None) -> None:
    request = (old or new or {})["request"]
    print(f"#{number} {request['method']} {request['target']} {request['headers']} {request['body'][:500]}")
    if old is None or new is None:
        print(f"  only in the {'second' if old is None else 'first'} recording")
        return
    for part in ("operation", "request", "status", "headers", "body"):
        if old[part] != new[part]:
            print(f"  {part}\n    - {_excerpt(old[part], new[part])}\n    + {_excerpt(new[part], old[part])}")


def _excerpt(value: Any, other: Any) -> str:
    if isinstance(value, list) and isinstance(other, list):
        return str([pair for pair in value if pair not in other] or value)
    text, reference = str(value), str(other)
    start = max(0, len(os.path.commonprefix([text, reference])) - 60)
    return text[start : start + 300]


def arguments() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    recording = commands.add_parser("record", help="play the session on a checkout's server")
    recording.add_argument("output", type=Path, metavar="OUT.jsonl.gz")
    recording.add_argument(
        "--checkout", type=Path, default=servers.ROOT, help="the checkout that serves (default: this one)"
    )
    recording.add_argument("--requests", type=Path, help="send the requests of this recording instead of making them")
    comparison = commands.add_parser("compare", help="show where two recordings differ; 1 when they do")
    comparison.add_argument("before", type=Path)
    comparison.add_argument("after", type=Path)
    return parser.parse_args()


def main() -> int:
    """Do what the command line says."""
    options = arguments()
    if options.command == "compare":
        return 1 if compare(options.before, options.after) else 0
    record(options.output, options.checkout, options.requests)
    return 0


if __name__ == "__main__":
    sys.exit(main())
