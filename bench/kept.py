"""Times what keeping documents costs: creates with and without --data, and a start on many documents, in this process.

Examples:
  python bench/kept.py                      10,000 customers
  python bench/kept.py --documents 2000
"""

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from mockserver.engine.call import Call, Caller
from mockserver.json import Json
from mockserver.sandbox import Sandbox, build
from mockserver.settings import Settings, default_contract, default_fixtures

CALLER = Caller("company_abc123", user="user_demo")
WAYS = ("memory", "kept, --data-sync off", "kept, --data-sync always")
ROUND = 50
"""So many creates of one way follow each other before the next has its turn."""


def settings(folder: Path, way: str) -> Settings:
    """How a sandbox is built for a way of keeping."""
    data = None if way == "memory" else folder / way
    return Settings(
        default_contract(), default_fixtures(), now="2024-12-31T12:00:00Z", data=data, sync=not way.endswith("off")
    )


def create(sandbox: Sandbox, number: int) -> None:
    """One customer of the engine, without HTTP."""
    input: Json = {"name": f"Customer {number}", "email": f"kept{number}@bench.example"}
    sandbox.engine.calls.run(Call(sandbox.plan.operations["createCustomer"], CALLER, input=input))


def seconds(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """How long some work takes by a clock."""
    began = clock()
    work()
    return clock() - began


def busy(work: Callable[[], object]) -> float:
    """How many seconds of a processor some work takes: others on the machine do not count."""
    return seconds(work, time.process_time)


def creates(folder: Path, count: int) -> dict[str, list[float]]:
    """The seconds of each create by the way it is kept; the ways take turns."""
    sandboxes = {way: build(settings(folder, way)) for way in WAYS}
    times: dict[str, list[float]] = {way: [] for way in WAYS}
    for begin in range(0, count, ROUND):
        for way, sandbox in sandboxes.items():
            for number in range(begin, begin + ROUND):
                times[way].append(seconds(lambda box=sandbox, one=number: create(box, one)))
    for sandbox in sandboxes.values():
        sandbox.close()
    return times


def starts(folder: Path, count: int) -> dict[str, float]:
    """Processor seconds of building a sandbox, with fixtures, after a clean end and after a kill, and of a clean end."""
    many = settings(folder / "many", WAYS[1])
    found = {"start, fresh demo world in memory": busy(lambda: build(settings(folder, "memory")).close())}
    with_log = build(many)
    for number in range(count):
        create(with_log, number)
    shutil.copytree(folder / "many", folder / "killed", ignore=shutil.ignore_patterns("lock"))
    found[f"end, {count:,} documents more"] = busy(with_log.close)
    for name, place in (("ended", "many"), ("killed", "killed")):
        boxes: list[Sandbox] = []
        one = settings(folder / place, WAYS[1])
        found[f"start, {count:,} documents more, {name} before"] = seconds(
            lambda one=one, into=boxes: into.append(build(one))
        )
        if boxes[0].documents < count:
            raise SystemExit(f"Only {boxes[0].documents} documents came back")
        boxes[0].close()
    return found


def main() -> None:
    """Measure and print two tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=10_000, help="documents at the start (default: 10,000)")
    parser.add_argument("--creates", type=int, default=1000, help="creates of each way (default: 1,000)")
    parser.add_argument("--folder", type=Path, help="where to keep them (default: a temporary folder)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as scratch:
        times = creates(Path(scratch, "creates"), asked.creates)
        plain = statistics.median(times["memory"])
        print("| create | median ms | 95 % ms | ratio |\n|---|---:|---:|---:|")
        for way, found in times.items():
            middle, late = statistics.median(found), statistics.quantiles(found, n=20)[-1]
            print(f"| {way} | {middle * 1000:.2f} | {late * 1000:.2f} | {middle / plain:.1f} |")
        print("\n| | processor s |\n|---|---:|")
        for name, taken in starts(Path(scratch, "starts"), asked.documents).items():
            print(f"| {name} | {taken:.2f} |")


if __name__ == "__main__":
    main()
