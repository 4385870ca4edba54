"""Replays fixtures through the engine, so that they can hold only states the contract can reach."""

from base64 import b64decode
from dataclasses import dataclass, field
from pathlib import Path

from mockserver.engine.call import Call, Caller
from mockserver.engine.clock import Clock, moment
from mockserver.engine.edit import Edit
from mockserver.engine.engine import Engine
from mockserver.engine.files import Upload
from mockserver.engine.problems import Problem, Refused, worded
from mockserver.json import Json
from mockserver.language.scope import ExpressionError, Scope, TodayFunctions
from mockserver.language.template import template
from mockserver.plan import Operation
from mockserver.reading.document import pointer, read_yaml
from mockserver.reading.errors import BrokenContract, ContractError
from mockserver.seed.generate import Inventor

Step = dict[str, Json]


@dataclass(frozen=True)
class Fixtures:
    """What a sandbox starts with: API keys, and the steps that make each tenant's world."""

    keys: list[Step] = field(default_factory=list)
    worlds: list[Step] = field(default_factory=list)
    name: str = ""


def read(folder: Path) -> Fixtures:
    """The fixtures of a folder: keys.yaml, and every other YAML file as worlds."""
    if not folder.is_dir():
        raise BrokenContract([ContractError(folder.name, f"there is no folder {folder}")])
    files = sorted(path for path in folder.glob("*.yaml") if path.name != "keys.yaml")
    keys = read_yaml(folder / "keys.yaml") if (folder / "keys.yaml").exists() else []
    worlds = [{**world, "file": path.name} for path in files for world in read_yaml(path) or []]
    return Fixtures(keys or [], worlds, folder.name)


class Replay:
    """Plays the steps of one tenant's world."""

    def __init__(self, engine: Engine, world: Step, seed: int) -> None:
        self.engine = engine
        self.file = world["file"]
        self.seed = seed
        self.start = engine.clock.instant()
        self.present = engine.clock.today()
        self.caller = Caller(world["tenant"], user=world.get("user"))
        self._inventor: Inventor | None = None

    def step(self, step: Step, at: str) -> None:
        """Play one step; BrokenContract says which one cannot be and why."""
        try:
            if (filled := self._filled(step)) is not None:
                self._step(filled)
        except (Problem, Refused) as problem:
            answer = worded(self.engine.plan.errors, problem)
            facts = "; ".join(str(detail.get("message", detail)) for detail in answer.details)
            raise self._broken(at, f"{answer.code}: {facts or answer.message}") from None
        except (ExpressionError, KeyError, ValueError) as error:
            raise self._broken(at, str(error)) from error

    def _broken(self, at: str, message: str) -> BrokenContract:
        return BrokenContract([ContractError(f"{self.file}{at}", message)])

    def _filled(self, step: Step) -> Step | None:
        """The step with its templates filled in; None where its `when` is false."""
        filled: Step | None = template(step)(Scope({}, functions=_Present(self.present)))
        return filled

    def _step(self, step: Step) -> None:
        """Take a step at its time, that of the step before it where it says none; what lies ahead has not happened."""
        if "at" in step:
            self.engine.clock.freeze(moment(step["at"], self.engine.plan.conventions.timezone))
        if self.engine.clock.instant() > self.start:
            return
        if "create" in step:
            self._create(step)
        if "call" in step:
            self._call(self._operation(step["call"]), step.get("body"), step)
        if "generate" in step:
            operation = self._operation(step["generate"])
            self._inventor = self._inventor or Inventor(self.seed, self.engine.plan.conventions.locales)
            for _ in range(step["count"]):
                self._call(operation, self._inventor.body(operation, step.get("body", {})), step)

    def _operation(self, name: str) -> Operation:
        if name not in self.engine.plan.operations:
            raise ValueError(f"there is no operation {name}")
        return self.engine.plan.operations[name]

    def _call(self, operation: Operation, input: Json, step: Step) -> None:
        fields = input or {}
        files = {name: _file(fields[name]) for name in (operation.body.files if operation.body else ()) if name in fields}
        call = Call(operation, self.caller, path=step.get("path", {}), input=input, id=step.get("id"), files=files)
        self.engine.calls.run(call)

    def _create(self, step: Step) -> None:
        resource = self.engine.plan.resources[step["create"]]
        work = self.engine.state.work(self.caller.tenant)
        names = {"caller": self.caller.names(), "input": {}, "query": {}, "path": {}, "request": {}}
        work.call_scope = self.engine.state.scope(work, names)
        edit = Edit.new(work, resource, step["with"], work.call_scope)
        edit.settle()
        edit.check()
        edit.store()
        self.engine.commit(work)


def _file(node: Step) -> Upload:
    """A file as a step gives it: its name, and its content as `text` or in `base64`."""
    content = node["text"].encode() if "text" in node else b64decode(node["base64"], validate=True)
    return Upload(node["name"], content, "", len(content))


class _Present(TodayFunctions):
    """The world of a step's templates: the day the sandbox starts."""

    def __init__(self, today: str) -> None:
        self._today = today

    def today(self) -> str:
        """The day the sandbox starts."""
        return self._today


def replay(engine: Engine, fixtures: Fixtures, seed: int = 0) -> None:
    """Make every tenant's world; the engine's clock stands afterwards where it stood before."""
    clock = engine.clock
    try:
        for world in fixtures.worlds:
            engine.state.clock = Clock(engine.plan.conventions.timezone)
            engine.clock.freeze(clock.instant())
            player = Replay(engine, world, seed)
            for index, step in enumerate(world["steps"]):
                player.step(step, pointer("steps", index))
    finally:
        engine.state.clock = clock
    engine.time.run_due()
