"""Compares our server with Prism and with a bare Starlette route, side by side in one run.

Examples:
  python bench/compare.py                              all of it, about four minutes
  python bench/compare.py --rounds 3 --seconds 1       a quick look
  python bench/compare.py --prism-options '-m false -v error'   Prism in one process that logs errors only

Prism: npm install --prefix DIR @stoplight/prism-cli, then --prism DIR/node_modules/.bin/prism
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import servers
import workload
from client import AnswerError, ask, build, drive
from servers import Server
from workload import HEADERS, Listing, Operation

WARM_UP = 0.5
"""Seconds of traffic before each measurement that do not count."""
SAMPLE = 60
"""How many lists are checked row by row."""


@dataclass
class Figures:
    """What was measured, by row and server name."""

    rates: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    starts: dict[str, list[float]] = field(default_factory=dict)
    fresh: dict[str, float] = field(default_factory=dict)
    filled: dict[str, float] = field(default_factory=dict)


def arguments() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each operation (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=2, help="length of a measurement (default: %(default)s)")
    parser.add_argument("--starts", type=int, default=5, help="cold starts of each server (default: %(default)s)")
    parser.add_argument("--customers", type=int, default=10_000, help="customers in the list (default: %(default)s)")
    parser.add_argument("--queries", type=int, default=1_200, help="different list queries (default: %(default)s)")
    parser.add_argument("--connections", type=int, default=8, help="connections of the client (default: %(default)s)")
    parser.add_argument("--prism", default="prism", help="the executable (default: %(default)s, from PATH)")
    parser.add_argument("--prism-options", default="", help="more options for `prism mock` (default: none)")
    return parser.parse_args()


def say(text: str) -> None:
    """Tell the progress."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def running(asked: argparse.Namespace, figures: Figures) -> Iterator[list[Server]]:
    """The three servers, started as often as asked in turn, and left running."""
    executable = shutil.which(asked.prism)
    if executable is None:
        raise SystemExit(f"There is no {asked.prism}. Install it and name it with --prism; see --help.")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for body in ("read", "list", "create"):
            (folder / f"{body}.json").write_text("{}")
        get = {base: build("GET", base + workload.READ, HEADERS) for base in ("", "/v1")}
        mine = servers.ours(build("GET", "/health", {}), folder)
        three = [mine, servers.prism(executable, asked.prism_options, get[""], folder), servers.bare(get["/v1"], folder)]
        try:
            cold_starts(three, asked.starts, figures)
            three[2].stop()
            fill(mine, asked.customers - 1)
            write_bodies(mine, folder)  # creates the last one
            three[2].start()
            yield three
        finally:
            for one in three:
                one.stop()


def cold_starts(three: list[Server], starts: int, figures: Figures) -> None:
    """Start each server in turn; the first start, which fills the caches of the disk, does not count."""
    for number in range(starts + 1):
        for one in three:
            one.stop()
            seconds = one.start()
            say(f"start {number} {one.name}: {seconds:.3f} s")
            if number:
                figures.starts.setdefault(one.name, []).append(seconds)
    figures.fresh = {one.name: one.memory() for one in three}


def fill(server: Server, customers: int) -> None:
    """Create customers until there are as many as asked."""
    have = ask(server.port, build("GET", f"{server.base}/customers?limit=1", HEADERS)).json["pagination"]["total"]
    rate = drive(server.port, (workload.creation(server.base, workload.customer(n)) for n in range(customers - have)))
    say(f"{customers - have} customers created, {rate:.0f}/s")


def write_bodies(server: Server, folder: Path) -> None:
    """Keep what our server answers, for the bare routes to answer the same bytes."""
    listing = f"{server.base}/customers?status=active&sort=name:asc&limit={workload.PAGE}"
    read = build("GET", server.base + workload.READ, HEADERS)
    create = workload.creation(server.base, {**workload.customer(999_999), "status": "blocked"})
    wanted = {"read": read, "list": build("GET", listing, HEADERS), "create": create}
    for name, request in wanted.items():
        (folder / f"{name}.json").write_bytes(ask(server.port, request).body)


def verified(server: Server, asked: list[Listing]) -> list[Listing]:
    """The lists to ask for, some at their second page, after a sample was checked row by row."""
    asked = workload.followed(server.port, server.base, asked)
    customers = workload.everyone(server.port, server.base)
    sample = asked[:: max(1, len(asked) // SAMPLE + 1)]
    if wrong := workload.mistakes(server.port, server.base, sample, customers):
        raise SystemExit("Our lists do not hold what they must:\n  " + "\n  ".join(wrong))
    say(f"{len(customers)} customers; {len(sample)} of {len(asked)} different lists checked row by row")
    return asked


def measure(three: list[Server], operation: Operation, asked: argparse.Namespace, figures: Figures) -> None:
    """Rounds of one operation, the servers in turn."""
    rates = figures.rates[operation.name] = {one.name: [] for one in three}
    streams = {one.name: operation.requests(one.base, one.name == "ours") for one in three}
    for number in range(asked.rounds):
        for one in three:
            drive(one.port, streams[one.name], WARM_UP, asked.connections)
            rate = drive(one.port, streams[one.name], asked.seconds, asked.connections)
            rates[one.name].append(rate)
            say(f"{operation.name}, round {number + 1}, {one.name}: {rate:.0f}/s")


def report(three: list[Server], figures: Figures) -> str:
    """The table."""
    names = [one.name for one in three]
    lines = [
        f"| | {' | '.join(names)} | {' | '.join(f'ours / {name}' for name in names[1:])} |",
        f"|---|{'---:|' * (2 * len(names) - 1)}",
    ]
    rows = [(f"{name}, requests/s", "{:,.0f}", found) for name, found in figures.rates.items()]
    rows.append(("cold start, s", "{:.2f}", figures.starts))
    rows.append(("memory after the start, MiB", "{:.0f}", {name: [size] for name, size in figures.fresh.items()}))
    rows.append(("memory after the lists, MiB", "{:.0f}", {name: [size] for name, size in figures.filled.items()}))
    for title, form, found in rows:
        middle = [median(found[name]) for name in names]
        cells = [*(form.format(value) for value in middle), *(f"{middle[0] / value:.2f}" for value in middle[1:])]
        lines.append(f"| {title} | {' | '.join(cells)} |")
    return "\n".join(lines)


def compare(asked: argparse.Namespace) -> str:
    """Everything, in the order that keeps the lists at their length while they are measured."""
    figures = Figures()
    with running(asked, figures) as three:
        *others, creating = workload.operations(verified(three[0], workload.listings(asked.queries)))
        for operation in others:
            measure(three, operation, asked, figures)
        figures.filled = {one.name: one.memory() for one in three}
        measure(three, creating, asked, figures)
        return report(three, figures)


def main() -> None:
    """Run, and print the table."""
    asked = arguments()
    os.sched_setaffinity(0, {servers.CLIENT_CORE})
    try:
        print(compare(asked))
    except AnswerError as wrong:
        raise SystemExit(f"A server answered something else than it should: {wrong}") from None


if __name__ == "__main__":
    main()
