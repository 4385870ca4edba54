"""How long the largest bulk calls take over HTTP: 200 stock adjustments, and 50 invoices. `python bench/bulk.py`"""

import subprocess
import sys
import time

import httpx

HEADERS = {"Authorization": "Bearer blg_test_sk_1234567890abcdef", "X-Company-Id": "company_abc123"}
ADJUSTMENT = {"reason": "found", "type": "positive", "items": [{"itemId": "item_widget001", "adjustmentQuantity": 1}]}
INVOICE = {"customerId": "cust_456", "items": [{"itemId": "item_laptop001", "quantity": 1}]}


def main() -> None:
    command = [sys.executable, "-m", "mockserver.cli", "serve", "--port", "0", "--rate-limit", "off"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        address = next(word for word in server.stdout.readline().split() if word.startswith("http"))
        with httpx.Client(base_url=address, headers=HEADERS, timeout=60) as http:
            location = http.get("/locations").json()["data"][0]["id"]
            calls = [("inventory-adjustments", 200, {**ADJUSTMENT, "locationId": location}), ("invoices", 50, INVOICE)]
            for path, count, data in calls:
                begun = time.perf_counter()
                answer = http.post(f"/bulk/{path}", json={"operations": [{"operation": "create", "data": data}] * count})
                done = answer.json()["data"]
                print(f"{path}: {done['successful']} of {count} in {time.perf_counter() - begun:.2f} s")
                assert done["failed"] == 0, done["results"][0]
        server.terminate()


if __name__ == "__main__":
    main()
