"""Invents request bodies: each property with an `x-faker` gets a value of that Faker provider.

`x-faker` is a provider's name (`company`, `unique.email`) or one name with its arguments (`numerify: {text: '+601########'}`).
"""

from typing import TYPE_CHECKING, Any

from mockserver.contract.plan import Field, Operation
from mockserver.json import Json, plain

if TYPE_CHECKING:
    from faker import Faker

LOCALES = ("en_MS", "en_US")


def inventor(seed: int) -> "Faker":
    """A Faker that gives the same values for the same seed."""
    from faker import Faker

    faker = Faker(list(LOCALES), use_weighting=False)
    faker.seed_instance(seed)
    return faker


def body(faker: "Faker", operation: Operation, given: dict[str, Json]) -> dict[str, Json]:
    """A request body for an operation; what is given is kept."""
    if operation.resource is None or operation.body is None:
        return given
    writable = operation.body.schema.get("properties", {})
    fields = tuple(field for field in operation.resource.fields if field.name in writable)
    return {**_invented(faker, fields), **given}


def _invented(faker: "Faker", fields: tuple[Field, ...]) -> dict[str, Json]:
    invented = {field.name: _value(faker, field) for field in fields if not field.read_only}
    return {name: value for name, value in invented.items() if value is not None}


def _value(faker: "Faker", field: Field) -> Json:
    if field.faker is not None:
        return _provided(faker, field.faker)
    if field.fields and field.type == "object":
        return _invented(faker, field.fields) or None
    return None


def _provided(faker: "Faker", said: Json) -> Json:
    name, arguments = (said, {}) if isinstance(said, str) else next(iter(said.items()))
    provider: Any = faker
    for part in name.split("."):
        provider = getattr(provider, part)
    value = provider(**plain(arguments or {}))
    return value if value is None or isinstance(value, str | int | bool | list | dict) else str(value)
