"""Webhooks of a running server: every event arrives, in time and signed, though receivers fail and the server is killed."""

import json
import signal
import threading
from collections import defaultdict
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
from standardwebhooks import Webhook

from tests.conftest import KEY, TENANT
from tests.running import HANGS, running

POLICY = {"maxRetries": 5, "retryDelay": 5, "backoffMultiplier": 2}
DELAYS = [5, 10, 20, 40, 80]
"""Seconds between the attempts, as documented and as the policy says."""
EVENTS = 40
"""Events in each of the two lives of the server."""


class Listener(ThreadingHTTPServer):
    """A server whose clients may be killed."""

    request_queue_size = 256

    def handle_error(self, *_):
        pass


class Receiver:
    """Listens for webhooks, and fails one attempt in three."""

    def __init__(self):
        receiver, self.attempts, self._lock = self, defaultdict(list), threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                length = int(self.headers["Content-Length"])
                body = self.rfile.read(length)
                if len(body) < length:  # its sender was killed
                    self.close_connection = True
                    return
                self.send_response(receiver.take(dict(self.headers), body))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.moved = 0
        """How often the clock was moved."""
        self.server = Listener(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hooks"

    def take(self, headers, body):
        """The status for a delivery: what is attempted is noted by the id of its event."""
        with self._lock:
            id = headers["webhook-id"]
            status = 503 if sum(len(one) for one in self.attempts.values()) % 3 == 0 else 200
            self.attempts[id].append((self.moved, status, headers, body))
            return status

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class Api:
    """A client of one server."""

    def __init__(self, server, http):
        self.server = server
        self.http = http

    def data(self, method, path, **how):
        headers = {"Authorization": f"Bearer {KEY}", "X-Company-Id": TENANT}
        answer = self.http.request(method, self.server.address + path, headers=headers, **how)
        assert answer.is_success, answer.text
        return answer.json()["data"]

    def steer(self, path, body=None):
        how = {"method": "GET"} if body is None else {"method": "POST", "json": body}
        answer = self.http.request(url=f"{self.server.root}/_sandbox{path}", **how)
        assert answer.is_success, answer.text
        return answer.json()

    def create(self, first, count):
        """So many customers, in bulk."""
        numbers = range(first, first + count)
        rows = [{"operation": "create", "data": {"name": f"C{n}", "email": f"c{n}@deliveries.example"}} for n in numbers]
        for start in range(0, count, 100):
            assert self.data("POST", "/bulk/customers", json={"operations": rows[start : start + 100]})["failed"] == 0

    def rest(self):
        """Wait until nothing is to be attempted at this time of the clock."""
        while any(one["nextRetryAt"] <= self.steer("/clock")["now"] for one in self.due()):
            pass

    def due(self):
        return self.steer("/deliveries?due=true&limit=10000")["deliveries"]


@contextmanager
def living(folder):
    """A server that keeps what is stored, and its client."""
    with running("--data", str(folder), "--data-sync", "off", lines=4) as server, httpx.Client(timeout=HANGS) as http:
        yield Api(server, http)


def test_every_event_arrives_signed_and_on_schedule_whatever_fails_and_whenever_the_server_is_killed(tmp_path):
    with Receiver() as receiver:
        with living(tmp_path) as api:
            api.steer("/clock/freeze", {"at": "2024-01-15T10:30:00Z"})  # far from the time that receivers compare with
            asked = {"url": receiver.url, "events": ["customer.created"], "retryPolicy": POLICY}
            hook = api.data("POST", "/webhooks/subscribe", json=asked)
            api.create(0, EVENTS)
            api.server.process.send_signal(signal.SIGKILL)
            api.server.process.wait(HANGS)
        with living(tmp_path) as api:
            api.create(EVENTS, EVENTS)
            for seconds in DELAYS:
                api.rest()
                receiver.moved += 1
                api.steer("/clock/advance", {"by": f"PT{seconds}S"})
            api.rest()
            assert api.due() == []
            told = {one["id"] for one in api.steer("/events?event=customer.created&limit=10000")["events"]}
            statistics = api.data("GET", f"/webhooks/{hook['id']}/statistics")
    verify(receiver, hook["secret"])
    taken = {id for id, attempts in receiver.attempts.items() if 200 in [status for _, status, *_ in attempts]}
    assert len(taken) == 2 * EVENTS
    assert taken <= told
    assert (statistics["totalDelivered"], statistics["totalFailed"]) == (2 * EVENTS, 0)


def verify(receiver, secret):
    """Signatures hold, bodies stay, and an attempt after a failure comes when the schedule says."""
    hook = Webhook(secret)
    for id, attempts in receiver.attempts.items():
        assert len({body for *_, body in attempts}) == 1
        assert json.loads(attempts[0][3])["id"] == id
        for _, _, headers, body in attempts:
            hook.verify(body, headers)
        moved = list(dict.fromkeys(moved for moved, *_ in attempts))
        assert moved == list(range(len(moved))), attempts
