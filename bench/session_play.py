"""The sequence of a session: good and bad calls of every operation that the served documents have."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from session_document import Document, Operation
from session_player import DEMO, KEY, TENANT, Player, Send, caller

OTHER_TENANT = "company_xyz789"
STRANGERS: list[dict[str, str]] = [
    {},
    {"Authorization": f"Bearer {KEY}"},
    {"Authorization": "Basic abc", "X-Company-Id": TENANT},
    {**DEMO, "X-Company-Id": "company_none"},
    {**DEMO, "X-Company-Id": OTHER_TENANT},
    *(
        {**DEMO, "Authorization": f"Bearer blg_test_sk_{name}"}
        for name in (
            "wrong",
            "readonly00000000",
            "sales00000000000",
            "pos0000000000000",
            "expired000000000",
            "revoked000000000",
        )
    ),
]
"""Callers without the rights of the demo key, and one of another tenant."""
ACCEPTS = [
    "application/xml",
    "text/csv",
    "application/pdf",
    "image/png",
    "*/*",
    "text/html;q=0.5, application/json;q=0.1",
    "x",
]
MORE: list[dict[str, str]] = [
    {"Accept-Encoding": "gzip"},
    {"Origin": "http://a.example"},
    {"X-API-Version": "1"},
    {"X-Request-ID": "mine-1"},
]
STRANGE_IDS = ["no_such_id", "%20", "a%2Fb", "..%2f..", "%C3%A4%E6%BC%A2", "%00", "%zz", "x" * 300, "a'b\"<c>"]
PAGES = [
    *("/", "//", "/health", "/none", "/favicon.ico", "/v1", "/v1/", "/v1/ui", "/v1/ui/", "/v1/none", "/V1/customers"),
    *("/v1/openapi.json", "/v1/openapi.yaml", "/v1//customers", "/v1/customers/", "/v1/customers?", "/v1/customers;x"),
    *("/_sandbox", "/_sandbox/", "/_sandbox/openapi.json", "/_sandbox/openapi.yaml", "/_sandbox/none"),
]
FILES = {
    "note.txt": b"Received in good order.",
    "x.pdf": b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n",
    "x.png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89",
    "wrong.pdf": b"\x89PNG\r\n\x1a\n",
    "empty.txt": b"",
    'd"o;d\u00e4 \u6f22.csv': b"a,b\n1,2\n",
}
RAW = [("application/json", b"{"), ("application/json", b"[1]"), ("application/json", b"\xff"), ("text/plain", b"x")]
BOUNDARY = "session-boundary"
ROUNDS = 12
"""How often the walk goes over all writing operations."""
ATTEMPTS = 40
"""How often a new document is made and moved on for an operation that has not succeeded yet."""


def play(transmit: Send) -> None:
    """The whole sequence, up to a reset and what stands after it."""
    player = Player(transmit)
    contract, control = _document(player, "/v1"), _document(player, "/_sandbox")
    operations = contract.operations()
    hooks = [operation for operation in operations if operation.path.startswith("/v1/webhooks")]
    others = [operation for operation in operations if operation not in hooks]
    writes = [operation for operation in others if operation.method != "GET"]
    lists = [operation for operation in operations if operation.method == "GET" and "{" not in operation.path]
    for path in PAGES:
        for method in ("GET", "HEAD", "POST", "OPTIONS"):
            player.send("page", method, path)
    survey(player, contract, lists)
    walk(player, contract, writes, ROUNDS)
    for operation in others:
        Cover(player, contract, operation, operations).all()
    for by in ("PT1H", "P3D", "P2M"):
        player.send("advance", "POST", "/_sandbox/clock/advance", {}, {"by": by})
        walk(player, contract, others, 1)
        survey(player, contract, lists)
    for operation in hooks:
        Cover(player, contract, operation, hooks).all()
    player.send("subscribeWebhook", "POST", "/v1/webhooks/subscribe", DEMO, {"url": "http://-", "events": ["*"]})
    walk(player, contract, operations, 1)
    survey(player, contract, lists)
    for operation in sorted(control.operations(), key=lambda each: each.name == "reset"):
        Cover(player, control, operation, []).all()
    player.send("reset", "POST", "/_sandbox/reset", {})
    survey(player, contract, lists)


def _document(player: Player, prefix: str) -> Document:
    _, content = player.transmit("document", "GET", f"{prefix}/openapi.json", {}, b"")
    return Document(json.loads(content), prefix)


def walk(player: Player, document: Document, operations: Iterable[Operation], rounds: int) -> None:
    """Good calls of operations, round after round in another order, so that documents go through their states."""
    rows = list(operations)
    for _ in range(rounds):
        player.rng.shuffle(rows)
        for operation in rows:
            if operation.method != "DELETE" or player.rng.random() < 0.3:
                player.call(document, operation)


def survey(player: Player, document: Document, lists: list[Operation]) -> None:
    """Every list and report of both tenants, and what the control plane shows."""
    for operation in lists:
        for tenant in (TENANT, OTHER_TENANT):
            player.send(operation.name, "GET", player.fill(document, operation), {**DEMO, "X-Company-Id": tenant})
    for name in ("world", "clock", "events", "deliveries"):
        player.send(name, "GET", f"/_sandbox/{name}", {})


@dataclass(frozen=True)
class Cover:
    """All kinds of calls of one operation."""

    player: Player
    document: Document
    operation: Operation
    others: list[Operation]
    """Those that may move a document on before this one is called."""

    def all(self) -> None:
        """Good calls first, then bad ones."""
        statuses = [self._send(body=body) for body in self._bodies()]
        if min(statuses) >= 300:
            self._reach()
        self._headers()
        self._paths()
        self._queries()
        self._bad_bodies()

    def _send(self, path: str = "", headers: dict[str, str] | None = None, body: Any = None) -> int:
        path = path or self.player.fill(self.document, self.operation)
        headers = {**caller(self.operation), **(headers or {})}
        return self.player.send(self.operation.name, self.operation.method, path, headers, body)

    def _bodies(self) -> list[Any]:
        return [self.player.link(body) for body in self.player.bodies(self.document, self.operation)]

    def _reach(self) -> None:
        """Make a new document and let other operations move it on, until this one succeeds."""
        top = self.operation.path.partition("/{")[0]
        around = top.rpartition("/")[0] if top.count("/") > 2 else top
        posts = [each for each in self.others if each.method == "POST" and each.path.startswith(around)]
        creates = sorted((each for each in posts if "{" not in each.path), key=lambda each: each.path == top)
        moves = [each for each in posts if "{" in each.path and each != self.operation]
        for _ in range(ATTEMPTS):
            for operation in creates:
                self.player.call(self.document, operation)
            for _ in range(self.player.rng.randint(0, 2) if moves else 0):
                self.player.call(self.document, self.player.rng.choice(moves), latest=True)
            if self.player.call(self.document, self.operation, latest=True) < 300:
                break

    def _headers(self) -> None:
        path, body = self.player.fill(self.document, self.operation), self._bodies()[0]
        for headers in STRANGERS:
            self.player.send(self.operation.name, self.operation.method, path, headers, body)
        for accept in dict.fromkeys([*self.operation.accepts, *ACCEPTS]):
            self._send(path, {"Accept": accept}, body)
        for headers in MORE:
            self._send(path, headers, body)
        if self.operation.method != "GET":
            self.player.serial += 1
            key = {"Idempotency-Key": f"session-key-{self.player.serial:05}"}
            for repeated in (body, body, {"no_such_field": 1}):
                self._send(path, key, repeated)
            self._send(path, {"Idempotency-Key": "ä b"}, body)

    def _paths(self) -> None:
        for strange in STRANGE_IDS if "{" in self.operation.path else ():
            self._send(self.player.fill(self.document, self.operation, strange))
        path = self.player.fill(self.document, self.operation)
        preflight = {"Origin": "http://a.example", "Access-Control-Request-Method": self.operation.method}
        self.player.send("OPTIONS", "OPTIONS", path, preflight)
        for method in ("HEAD", "OPTIONS", "TRACE", "BREW"):
            self.player.send(method, method, path, caller(self.operation))
        self.player.send("slash", self.operation.method, path + "/", caller(self.operation))

    def _queries(self) -> None:
        path = self.player.fill(self.document, self.operation)
        queries = ["no_such_parameter=1", "limit=0", "limit=x", "cursor=%25", "sort=no_such:up", "=&&", "fields=id"]
        for number, parameter in enumerate(self.operation.queries):
            name = parameter["name"]
            sample = self.document.sample(parameter.get("schema", {}), self.player.rng)
            queries += [urlencode(_pairs(name, value)) for value in [*self.document.examples(parameter), sample]]
            queries.append([f"{name}=", f"{name}[eq]=%27x&{name}[no]=1", f"{name}[in]=a,b&{name}=c"][number % 3])
        for query in queries:
            self._send(f"{path}?{query}")
        if any(parameter["name"] == "cursor" for parameter in self.operation.queries):
            self._pages(path)

    def _pages(self, path: str) -> None:
        query = "?limit=3"
        for _ in range(3):
            _, content = self.player.transmit(self.operation.name, "GET", path + query, DEMO, b"")
            cursor = json.loads(content).get("pagination", {}).get("nextCursor")
            if not cursor:
                break
            query = "?limit=3&" + urlencode({"cursor": cursor})

    def _bad_bodies(self) -> None:
        path = self.player.fill(self.document, self.operation)
        for media, declared in self.operation.media.items():
            example = (self.document.examples(declared) or [{}])[0]
            if media.startswith("multipart/"):
                for name, content in FILES.items():
                    self._send(path, {"Content-Type": f"{media}; boundary={BOUNDARY}"}, _multipart(example, name, content))
            elif isinstance(example, dict):
                for body in self.document.spoil(example, declared.get("schema", {})):
                    self._send(path, body=self.player.link(body))
        for kind, raw in RAW:
            self._send(path, {"Content-Type": kind}, raw)


def _pairs(name: str, value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [(f"{name}[{key}]", inner) for key, inner in value.items()]
    return [(name, ",".join(map(str, value)) if isinstance(value, list) else value)]


def _multipart(fields: dict[str, Any], name: str, content: bytes) -> bytes:
    escaped = name.replace('"', "%22").encode()
    named = [(key, str(value).encode()) for key, value in fields.items() if key != "file"]
    parts = [f'Content-Disposition: form-data; name="{key}"\r\n\r\n'.encode() + value for key, value in named]
    parts.append(b'Content-Disposition: form-data; name="file"; filename="' + escaped + b'"\r\n\r\n' + content)
    mark = b"--" + BOUNDARY.encode()
    return b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"
