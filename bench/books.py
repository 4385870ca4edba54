"""Times the books: invoices made and sent, then a trial balance over all of them, in the engine and without HTTP.

Examples:
  python bench/books.py                   1,000 invoices of 5 lines
  python bench/books.py --invoices 200
"""

import argparse
import statistics
import time
from collections.abc import Callable

from mockserver.engine.call import Call, Caller
from mockserver.engine.engine import Engine
from mockserver.json import Json
from mockserver.sandbox import build
from mockserver.settings import Settings, default_contract, default_fixtures

CALLER = Caller("company_abc123", user="user_demo")
LINES = [{"description": f"Line {n}", "quantity": n, "unitPrice": 10, "taxCode": "SST"} for n in range(1, 6)]


def run(engine: Engine, operation: str, input: Json = None, **path: str) -> Json:
    """The result of one operation."""
    return engine.calls.run(Call(engine.plan.operations[operation], CALLER, path, input=input)).result


def timed(times: list[float], work: Callable[[], Json]) -> Json:
    """What some work gives; its milliseconds join the others."""
    began = time.perf_counter()
    result = work()
    times.append((time.perf_counter() - began) * 1000)
    return result


def measure(invoices: int) -> dict[str, list[float]]:
    """The milliseconds of each call, by operation."""
    engine = build(Settings(default_contract(), default_fixtures(), now="2024-12-31T12:00:00Z")).engine
    times: dict[str, list[float]] = {}

    def call(operation: str, input: Json = None, **path: str) -> Json:
        return timed(times.setdefault(operation, []), lambda: run(engine, operation, input, **path))

    for _ in range(invoices):
        made = call("createInvoice", {"customerId": "cust_456", "items": LINES})
        call("sendInvoice", {}, invoiceId=made["id"])
        call("recordInvoicePayment", {"amount": 10}, invoiceId=made["id"])
    for report in ("getTrialBalance", "getBalanceSheet", "getProfitLoss", "getAgedReceivables"):
        for _ in range(5):
            call(report)
    return times


def main() -> None:
    """Measure and print a table of medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--invoices", type=int, default=1000, help="how many invoices (default: 1000)")
    arguments = parser.parse_args()
    print("| operation | median ms | first 50 | last 50 |\n|---|---:|---:|---:|")
    for name, times in measure(arguments.invoices).items():
        ends = statistics.median(times[:50]), statistics.median(times[-50:])
        print(f"| {name} | {statistics.median(times):.2f} | {ends[0]:.2f} | {ends[1]:.2f} |")


if __name__ == "__main__":
    main()
