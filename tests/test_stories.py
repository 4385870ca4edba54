"""Stories: each file in stories/ is a list of calls and what their answers must hold, which reads as a tutorial.

A step has `call` (method and path), `body`, `status` (200 or 201 where it is absent), `answer` (what `data` must hold),
`error` (what `error` must hold; nothing at all may have changed), `save` (names for values of the answer) and `clock` (move the time first).
The world is that of the first `clock`, and complete from the end of 2024.
Saved names stand in paths and bodies as `<name>`.
"""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from mockserver.engine import event_log
from mockserver.engine.clock import moment
from tests.conftest import COMPLETE, NOW, TENANT
from tests.dump import dump

STORIES = sorted((Path(__file__).parent / "stories").glob("*.yaml"))
SAVED = re.compile(r"<(\w+)>")


def filled(node: Any, saved: dict[str, Any]) -> Any:
    """A part of a story with its saved names filled in."""
    if isinstance(node, dict):
        return {key: filled(value, saved) for key, value in node.items()}
    if isinstance(node, list):
        return [filled(value, saved) for value in node]
    if not isinstance(node, str):
        return node
    whole = SAVED.fullmatch(node)
    return saved[whole[1]] if whole else SAVED.sub(lambda found: str(saved[found[1]]), node)


def at(node: Any, path: str) -> Any:
    """What stands at a dotted path; numbers are places in a list."""
    for step in path.split("."):
        node = node[int(step)] if isinstance(node, list) else node[step]
    return node


def differences(wanted: Any, found: Any, path: str = "") -> list[str]:
    """Where what was found does not hold what is wanted; a list must hold as many entries."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return [line for key, value in wanted.items() for line in differences(value, found.get(key), f"{path}.{key}")]
    if isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        return [line for place, value in enumerate(wanted) for line in differences(value, found[place], f"{path}[{place}]")]
    same = (
        wanted == pytest.approx(found) if isinstance(wanted, float) and isinstance(found, int | float) else wanted == found
    )
    return [] if same else [f"{path}: {found!r} instead of {wanted!r}"]


def rows(engine: Any) -> dict[Any, list[Any]]:
    """Everything that is stored, of every tenant."""
    return dump(engine.store)


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_a_story_goes_as_it_is_told(request, path):
    steps = yaml.safe_load(path.read_text())
    begins = moment(steps[0].get("clock", NOW), "UTC")
    fresh = request.getfixturevalue("complete" if begins >= moment(COMPLETE, "UTC") else "fresh")
    engine, saved = fresh.sandbox.engine, {}
    for place, step in enumerate(steps):
        if "clock" in step:
            engine.time.move(moment(step["clock"], engine.plan.conventions.timezone))
        if "call" not in step:
            continue
        method, _, address = filled(step["call"], saved).partition(" ")
        before, world = len(event_log.read_log(engine.store, TENANT)), rows(engine)
        body = {"json": filled(step["body"], saved)} if "body" in step else {}
        answer = fresh(method, address, **body)
        expected = step.get("status", 422 if "error" in step else answer.status_code if answer.is_success else 200)
        assert answer.status_code == expected, f"step {place}, {step['call']}: {answer.text}"
        assert answer.is_success or rows(engine) == world, (
            f"step {place}, {step['call']}: it was refused and changed something"
        )
        told = answer.json()
        wrong = differences(filled(step["answer"], saved), told["data"], "data") if "answer" in step else []
        wrong += differences(filled(step["error"], saved), told["error"], "error") if "error" in step else []
        events = [row["event"] for row in event_log.read_log(engine.store, TENANT)[before:]]
        wrong += [] if "events" not in step or set(step["events"]) <= set(events) else [f"events: {events}"]
        assert not wrong, f"step {place}, {step['call']}: " + "; ".join(wrong)
        saved |= {name: at(told["data"], where) for name, where in step.get("save", {}).items()}
