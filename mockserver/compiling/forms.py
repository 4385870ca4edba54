"""Compiles forms: bodies of multipart/form-data, whose parts are texts and files."""

import re

from mockserver.compiling.context import CompileContext
from mockserver.json import Json
from mockserver.plan import FilePart
from mockserver.reading.schema import Schema

FORM = "multipart/form-data"
MEDIA_TYPE = re.compile(r"(\*/\*|[\w.+-]+/(\*|[\w.+-]+))")


def parts(context: CompileContext, schema: Schema) -> dict[str, str]:
    """The members of a form, each with its type."""
    members = {name: context.flat(part) for name, part in context.flat(schema).get("properties", {}).items()}
    return {name: str(part.get("type", "string")) for name, part in members.items()}


def binary(context: CompileContext, schema: Schema) -> list[str]:
    """The members of a body that are files."""
    members = context.flat(schema).get("properties", {})
    return [name for name, part in members.items() if context.flat(part).get("format") == "binary"]


def files(context: CompileContext, media: dict[str, Json], at: str) -> dict[str, FilePart]:
    """The files of a form, by OpenAPI's own words: `format: binary`, its lengths, and the content types of `encoding`."""
    schema, encoding = media.get("schema", {}), media.get("encoding", {})
    names = binary(context, schema)
    for name in encoding.keys() - set(names):
        context.mistakes.add(f"{at}/encoding/{name}", f"{name} is no file: only a property with format binary has types")
    members = context.flat(schema).get("properties", {})
    return {
        name: _file(context, context.flat(members[name]), encoding.get(name, {}), f"{at}/encoding/{name}") for name in names
    }


def _file(context: CompileContext, part: Schema, encoding: dict[str, Json], at: str) -> FilePart:
    kinds = tuple(kind.strip().lower() for kind in str(encoding.get("contentType", "*/*")).split(","))
    for kind in kinds:
        if not MEDIA_TYPE.fullmatch(kind):
            context.mistakes.add(f"{at}/contentType", f"{kind or 'nothing'} is no media type, such as image/png or image/*")
    return FilePart(kinds, part.get("minLength", 0), part.get("maxLength"))
