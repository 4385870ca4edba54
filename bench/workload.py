"""What is asked: customers, the requests of each operation, and a second opinion on what a list must hold."""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count, cycle
from typing import Any
from urllib.parse import urlencode

from client import Request, ask, build

KEY = "blg_test_sk_1234567890abcdef"
HEADERS = {"Authorization": f"Bearer {KEY}", "X-Company-ID": "company_abc123", "Accept": "application/json"}
READ = "/customers/cust_123"
PAGE = 20
HIGHEST = 50_000
"""The highest credit limit of the customers that are created."""
WORDS = ("Maju", "Jaya", "Bina", "Sinar", "Utama", "Perdana", "Mutiara", "Setia", "Gemilang", "Teguh", "Wawasan", "Cahaya")
STAMP = b"00000000"
"""Stands where each creation that is measured has a number of its own."""

Customer = dict[str, Any]


def customer(number: int) -> Customer:
    """The body that creates a customer; all of its values follow from the number."""
    dice = random.Random(number)
    first, second = dice.sample(WORDS, 2)
    return {
        "name": f"{first} {second} {number % 997} Sdn. Bhd.",
        "email": f"customer{number}@{first.lower()}.example",
        "phone": f"+6012{number:07}",
        "type": dice.choice(["business", "business", "individual"]),
        "status": dice.choice(["active", "active", "active", "inactive", "blocked"]),
        "paymentTerms": dice.choice([7, 14, 30, 45, 60]),
        "creditLimit": dice.randint(0, HIGHEST),
        "address": {"street": f"{number}, Jalan {second}", "city": "Klang", "state": "10", "postalCode": "41050"},
    }


@dataclass(frozen=True)
class Listing:
    """A list that is asked for, and what it must hold by this file's own filters and sorting."""

    filters: dict[str, str | int]
    sort: str
    cursor: str = field(default="", compare=False)

    @property
    def target(self) -> str:
        """The path and query, below the base path."""
        cursor = {"cursor": self.cursor} if self.cursor else {}
        query = {**self.filters, "sort": self.sort, "limit": PAGE, **cursor}
        return "/customers?" + urlencode(query, safe="[]:,")

    def expected(self, customers: list[Customer]) -> list[Customer]:
        """Everything the list holds, in its order; `customers` are in the order of creation."""
        found = [one for one in customers if all(_holds(one, name, value) for name, value in self.filters.items())]
        for part in reversed(self.sort.split(",")):
            name, _, direction = part.partition(":")
            found.sort(key=lambda one, name=name: _key(one[name]), reverse=direction == "desc")  # type: ignore[misc]
        return found


def _holds(one: Customer, name: str, want: str | int) -> bool:
    base, _, operator = name.rstrip("]").partition("[")
    value = one[base]
    tests: dict[str, Callable[[], bool]] = {
        "": lambda: bool(_key(value) == _key(want)),
        "gte": lambda: value is not None and value >= want,
        "lte": lambda: value is not None and value <= want,
        "contains": lambda: value is not None and str(want).casefold() in value.casefold(),
    }
    return tests[operator]()


def _key(value: Any) -> tuple[int, Any]:
    return (0, 0) if value is None else (1, value.casefold() if isinstance(value, str) else value)


SHAPES: tuple[Callable[[int], tuple[dict[str, str | int], str]], ...] = (
    lambda n: ({"status": "active", "creditLimit[gte]": n}, "name:asc"),
    lambda n: ({"type": "business", "creditLimit[lte]": HIGHEST - n}, "creditLimit:desc,name:asc"),
    lambda n: ({"name[contains]": WORDS[n % len(WORDS)].lower(), "creditLimit[gte]": n}, "email:desc"),
    lambda n: ({"status": "inactive", "paymentTerms[gte]": 14, "creditLimit[gte]": n}, "createdAt:desc,name:desc"),
    lambda n: ({"creditLimit[gte]": n}, "paymentTerms:asc,customerNumber:desc"),
    lambda n: ({"status": "active", "type": "individual", "creditLimit[lte]": HIGHEST - n}, "name:desc"),
)
"""Filters and sorting that differ with a number, which bounds the credit limit and hardly narrows the list."""


def listings(amount: int) -> list[Listing]:
    """Lists of which no two are the same."""
    return [Listing(*SHAPES[number % len(SHAPES)](number)) for number in range(amount)]


def followed(port: int, base: str, asked: list[Listing]) -> list[Listing]:
    """The same lists, every fourth of them at its second page."""
    return [_second(port, base, one) if place % 4 == 3 else one for place, one in enumerate(asked)]


def _second(port: int, base: str, one: Listing) -> Listing:
    page = ask(port, build("GET", base + one.target, HEADERS)).json["pagination"]
    return Listing(one.filters, one.sort, page["nextCursor"] or "")


@dataclass(frozen=True)
class Operation:
    """One thing that is measured: its name, and the requests for it."""

    name: str
    requests: Callable[[str, bool], Iterator[Request]]
    """By base path, and whether the answers must hold what the request is about."""


def operations(asked: list[Listing]) -> list[Operation]:
    """What is measured, in the order of measuring: creating comes last because it makes the lists longer."""
    serial = count(1)

    def read(base: str, stateful: bool) -> Iterator[Request]:
        return cycle([build("GET", base + READ, HEADERS, mark=b'"id":"cust_123"' if stateful else b"")])

    def every(base: str, stateful: bool) -> Iterator[Request]:
        mark = b'"limit":%d' % PAGE if stateful else b""
        return cycle([build("GET", base + one.target, HEADERS, mark=mark) for one in asked])

    def same(base: str, stateful: bool) -> Iterator[Request]:
        target = f"{base}/customers?status=active&sort=name:asc&limit={PAGE}"
        return cycle([build("GET", target, HEADERS, mark=b'"limit":%d' % PAGE if stateful else b"")])

    def create(base: str, stateful: bool) -> Iterator[Request]:
        drafts = cycle([_draft(base, number, stateful) for number in range(64)])
        return (_stamped(draft, b"%08d" % number) for draft, number in zip(drafts, serial, strict=False))

    return [
        Operation("read one", read),
        Operation("list, every query another", every),
        Operation("list, the same query again", same),
        Operation("create", create),
    ]


def creation(base: str, body: Customer, stateful: bool = True) -> Request:
    """The request that creates a customer."""
    mark = f'"email":"{body["email"]}"'.encode() if stateful else b""
    return build("POST", f"{base}/customers", HEADERS, json.dumps(body).encode(), mark)


def _draft(base: str, number: int, stateful: bool) -> Request:
    return creation(base, {**customer(number), "email": f"new{STAMP.decode()}@customer.example"}, stateful)


def _stamped(draft: Request, number: bytes) -> Request:
    """A creation with an e-mail address of its own, made of prebuilt bytes because that is fast."""
    return Request(draft.raw.replace(STAMP, number), draft.status, draft.mark.replace(STAMP, number))


def everyone(port: int, base: str) -> list[Customer]:
    """All customers, in the order of creation."""
    found: list[Customer] = []
    cursor = ""
    while True:
        page = ask(port, build("GET", f"{base}/customers?limit=100{cursor}", HEADERS)).json
        found += page["data"]
        if not page["pagination"]["hasMore"]:
            return found
        cursor = f"&cursor={page['pagination']['nextCursor']}"


def mistakes(port: int, base: str, asked: list[Listing], customers: list[Customer]) -> list[str]:
    """The lists of these that do not hold what they must, by this file's own filters and sorting."""
    found = []
    for one in asked:
        answer = ask(port, build("GET", base + one.target, HEADERS)).json
        wanted = one.expected(customers)
        start = PAGE if one.cursor else 0
        ids = [row["id"] for row in wanted[start : start + PAGE]]
        if [row["id"] for row in answer["data"]] != ids or answer["pagination"]["total"] != len(wanted):
            found.append(one.target)
    return found
