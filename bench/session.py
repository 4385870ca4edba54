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
import io
import json
import os
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any, TextIO

import servers
from client import HOST, PATIENCE, build
from session_play import play
from session_player import NOW

MASKED_HEADERS = {
    "date": "the wall clock's time",
    "x-response-time": "how long the answer took",
}
"""Headers whose values say something of the moment, and what."""
MASKED_FIELDS = {
    "responseTime": "how long a receiver of webhooks took, in ms",
    "averageResponseTime": "the mean of these",
}
"""Members of JSON bodies that do, once there are webhooks; Content-Length is masked with them, and then for every HEAD."""
MASKED = re.compile(rf'("(?:{"|".join(MASKED_FIELDS)})": ?)\d[\d.]*')
LONGEST = 2_000_000
"""Bytes of a body that is kept as text; of longer ones and of binary ones length and SHA-256 are kept."""
SHOWN = 20
"""How many differences are shown, each of another kind."""
SETTLE = 0.1
"""Seconds that a delivery to an address where nobody listens is given to fail."""


@dataclass
class Recorder:
    """Sends requests over one connection to a server, and writes each with its answer as a line."""

    port: int
    output: TextIO
    count: int = 0
    hooked: bool = False
    """Whether a webhook may hear of writes."""
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
        kept, masked = _kept(content, response.getheader("Content-Encoding") == "gzip", self.hooked)
        hidden = {*MASKED_HEADERS, *(["content-length"] if masked or (self.hooked and method == "HEAD") else [])}
        exchange = {
            "operation": operation,
            "request": {"method": method, "target": target, "headers": headers, "body": body.decode("latin-1")},
            "status": response.status,
            "headers": [[name, "*" if name.lower() in hidden else value] for name, value in response.getheaders()],
            "body": kept,
        }
        self.output.write(json.dumps(exchange, ensure_ascii=False) + "\n")
        self.count += 1
        self.hooked |= target.startswith("/v1/webhooks") and response.status == 201
        if self.hooked and method != "GET" and response.status < 300:
            time.sleep(SETTLE)
        return response.status, content


def _kept(content: bytes, packed: bool, hooked: bool) -> tuple[str | dict[str, Any], bool]:
    """What is kept of a body, and whether something in it is masked; a packed body is unpacked only for that."""
    try:
        text = (gzip.decompress(content) if packed else content).decode()
    except UnicodeDecodeError:
        text = ""
    if hooked and MASKED.search(text):
        return MASKED.sub(r'\1"*"', text), True
    if packed or len(content) > LONGEST or not (text or not content):
        return {"length": len(content), "sha256": hashlib.sha256(content).hexdigest()}, False
    return text, False


def record(output: Path, checkout: Path, requests: Path | None) -> None:
    """Record the session of a checkout's server: the sequence that its documents give, or the requests of a recording."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        server = _server(checkout.resolve(), Path(folder))
        server.start()
        try:
            with (
                output.open("wb") as raw,
                gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed,
                io.TextIOWrapper(packed, encoding="utf-8", newline="\n") as lines,
            ):
                recorder = Recorder(server.port, lines)
                if requests is None:
                    play(recorder.transmit)
                else:
                    _replay(recorder, requests)
        finally:
            server.stop()
    print(f"{recorder.count} exchanges in {time.perf_counter() - began:.0f} s")


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
    """Show what two recordings hold and the first of each kind of difference; how many exchanges differ."""
    successes: dict[str, bool] = {}
    kinds: Counter[str] = Counter()
    count = 0
    for old, new in zip_longest(read(before), read(after)):
        count += 1
        for exchange in filter(None, (old, new)):
            successes[exchange["operation"]] = successes.get(exchange["operation"], False) or exchange["status"] < 300
        if old != new:
            difference = _difference(old, new)
            kinds[difference] += 1
            if kinds[difference] == 1 and len(kinds) <= SHOWN:
                request = (old or new or {})["request"]
                caller = f"{request['headers']} {request['body'][:500]}"
                print(f"#{count} {request['method']} {request['target']} {caller}\n{difference}")
    never = sorted(name for name, succeeded in successes.items() if not succeeded)
    print(f"{count} exchanges of {len(successes)} operations; without any 2xx: {', '.join(never) or 'none'}")
    print(f"{kinds.total()} exchanges differ, in {len(kinds)} ways")
    return kinds.total()


def _difference(old: dict[str, Any] | None, new: dict[str, Any] | None) -> str:
    if old is None or new is None:
        return f"  only in the {'second' if old is None else 'first'} recording"
    parts = [part for part in ("operation", "request", "status", "headers", "body") if old[part] != new[part]]
    return "\n".join(
        f"  {part}\n    - {_excerpt(old[part], new[part])}\n    + {_excerpt(new[part], old[part])}" for part in parts
    )


def _excerpt(value: Any, other: Any) -> str:
    if isinstance(value, list) and isinstance(other, list):
        return str([pair for pair in value if pair not in other] or value)
    text, reference = str(value), str(other)
    pairs = enumerate(zip(text, reference, strict=False))
    start = next((number for number, (mine, theirs) in pairs if mine != theirs), min(len(text), len(reference)))
    return text[max(0, start - 60) : start + 240]


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
