"""Invents request bodies: each property with an `x-faker` gets a value of that Faker provider.

`x-faker` is a provider's name (`company`, `unique.email`) or one name with its arguments
(`numerify: {text: '+601########'}`).
"""

from collections.abc import Iterator, Sequence
from typing import Any

from mockserver.json import Json, plain
from mockserver.plan import Field, Operation, Plan
from mockserver.reading.errors import suggestion


class Inventor:
    """Invents the same values for the same seed."""

    def __init__(self, seed: int, locales: Sequence[str]) -> None:
        from faker import Faker  # only where something is invented: its import costs a tenth of a second

        self._faker = Faker(list(locales), use_weighting=False)
        self._faker.seed_instance(seed)

    def body(self, operation: Operation, values: dict[str, Json]) -> dict[str, Json]:
        """A request body for an operation; what is given is kept."""
        if operation.resource is None or operation.body is None:
            return values
        writable = operation.body.schema.get("properties", {})
        fields = tuple(field for field in operation.resource.fields if field.name in writable)
        return {**self._object(fields), **values}

    def flaw(self, invention: Json) -> str | None:
        """Why an `x-faker` invents nothing, None when it does."""
        try:
            self._provided(invention)
        except AttributeError:
            name = invention if isinstance(invention, str) else next(iter(invention))
            providers = [provider for provider in dir(self._faker.factories[0]) if not provider.startswith("_")]
            return f"there is no Faker provider {name}{suggestion(name.split('.')[-1], providers)}"
        except (TypeError, ValueError) as error:
            return f"Faker cannot invent this: {error}"
        return None

    def _object(self, fields: tuple[Field, ...]) -> dict[str, Json]:
        invented = {field.name: self._value(field) for field in fields if not field.read_only}
        return {name: value for name, value in invented.items() if value is not None}

    def _value(self, field: Field) -> Json:
        if field.faker is not None:
            return self._provided(field.faker)
        return (self._object(field.fields) or None) if field.type == "object" else None

    def _provided(self, invention: Json) -> Json:
        name, arguments = (invention, {}) if isinstance(invention, str) else next(iter(invention.items()))
        provider: Any = self._faker
        for part in name.split("."):
            provider = getattr(provider, part)
        value = provider(**plain(arguments or {}))
        return value if value is None or isinstance(value, str | int | bool | list | dict) else str(value)


def check_providers(plan: Plan) -> Iterator[tuple[str, str]]:
    """Each `x-faker` that invents nothing, with its pointer and why: it is tried, which takes Faker's import."""
    fields = [
        (f"{resource.pointer}/properties/{path}/x-faker", field.faker)
        for resource in plan.resources.values()
        for path, field in resource.paths.items()
        if field.faker is not None
    ]
    try:
        inventor = Inventor(0, plan.conventions.locales) if fields else None
    except AttributeError as error:
        yield "#/x-sandbox/locales", f"Faker does not know them all: {error}"
        return
    for at, invention in fields:
        if inventor is not None and (flaw := inventor.flaw(invention)):
            yield at, flaw
