"""The least that Starlette can do: three routes that answer the bytes in the folder BENCH_BODIES."""

import os
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

FOLDER = Path(os.environ["BENCH_BODIES"])
READ, LIST, CREATE = ((FOLDER / f"{name}.json").read_bytes() for name in ("read", "list", "create"))


async def read(_: Request) -> Response:
    """One customer."""
    return Response(READ, media_type="application/json")


async def list_(_: Request) -> Response:
    """Twenty customers."""
    return Response(LIST, media_type="application/json")


async def create(request: Request) -> Response:
    """A new customer."""
    await request.body()
    return Response(CREATE, 201, media_type="application/json")


app = Starlette(
    routes=[
        Route("/v1/customers/{id}", read),
        Route("/v1/customers", list_, methods=["GET"]),
        Route("/v1/customers", create, methods=["POST"]),
    ]
)
