"""What is served beside the API: health, the document, and Swagger UI from its packaged bundle."""

from functools import cached_property
from importlib.resources import files
from pathlib import Path, PurePosixPath

from starlette.responses import HTMLResponse, RedirectResponse
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver import json
from mockserver.describing.asyncapi import asyncapi, server
from mockserver.describing.openapi import served, yaml_text
from mockserver.plan import Plan
from mockserver.reading.document import Document
from mockserver.web.answer import JSON, Answer, send_answer
from mockserver.web.forwarded import HOST

YAML = "application/yaml"

HERE = "This server"
"""How the address that a document was asked at is described."""

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="swagger-ui.css">
<link rel="icon" href="favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="swagger-ui-bundle.js"></script>
<script>
const here = new URL("..", location.href).href.replace(/\\/$/, "");
function serveHere(response) {{
  if (response.url.endsWith("/openapi.json")) {{
    const specification = JSON.parse(response.text);
    const others = (specification.servers || []).filter(server => server.description !== "{here}");
    specification.servers = [{{url: here, description: "{here}"}}, ...others];
    response.text = JSON.stringify(specification);
  }}
  return response;
}}
window.ui = SwaggerUIBundle({{
  url: "../openapi.json", responseInterceptor: serveHere, dom_id: "#swagger-ui", deepLinking: true,
  persistAuthorization: true, displayRequestDuration: true, filter: true, tryItOutEnabled: true
}});
</script>
</body>
</html>
"""


class Site:
    """ASGI middleware that answers a few paths itself and passes everything else on."""

    def __init__(self, app: ASGIApp, plan: Plan, document: Document) -> None:
        self.app = app
        self.plan = plan
        self.document = document
        base_path, stem = plan.conventions.base_paths[0], document.files[0].stem if document.files else "openapi"
        self.base_path = base_path
        self.documents = {
            **{f"{path}.json": JSON for path in (f"{base_path}/openapi", f"/{stem}", f"{base_path}/{stem}")},
            **{f"{path}.yaml": YAML for path in (f"{base_path}/openapi", f"/{stem}", f"{base_path}/{stem}")},
        }
        events = {f"{base_path}/asyncapi.json": JSON, f"{base_path}/asyncapi.yaml": YAML}
        self.events = events if plan.stream is not None else {}
        declared = {base_path + path for path in document.root.get("paths", {})}
        self.health = {"/health", f"{base_path}/health"} - declared

    def answers(self, method: str, path: str) -> bool:
        """Whether it answers a request itself."""
        own = path == "/" or path in self.health or path in self.documents or path in self.events
        return method in ("GET", "HEAD") and (own or f"{path}/".startswith(f"{self.base_path}/ui/"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a page, or pass the request on."""
        path = scope.get("path", "")
        if not self.answers(scope["method"], path):
            await self.app(scope, receive, send)
        elif path in self.health:
            await send_answer(Answer(200, json.write({"status": "ok"})), scope, send)
        elif path in self.documents:
            await send_answer(self._document(self.documents[path], scope), scope, send)
        elif path in self.events:
            await send_answer(self._events(self.events[path], scope), scope, send)
        elif path in (f"{self.base_path}/ui", "/"):
            await RedirectResponse("ui/" if path != "/" else f"{self.base_path}/ui/"[1:])(scope, receive, send)
        else:
            await self._ui(PurePosixPath(path.removeprefix(f"{self.base_path}/ui/")), scope, receive, send)

    @cached_property
    def _served(self) -> dict[str, json.Json]:
        return served(self.document)

    @cached_property
    def _asyncapi(self) -> dict[str, json.Json]:
        return asyncapi(self.document, self.plan) or {}

    def _here(self, scope: Scope) -> str | None:
        """The address that the API was asked at, if it is one."""
        host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
        prefix = scope["state"].get("prefix", "")
        return f"{scope.get('scheme', 'http')}://{host}{prefix}{self.base_path}" if HOST.fullmatch(host) else None

    def _document(self, media_type: str, scope: Scope) -> Answer:
        """The document, with the address it was asked at among its servers."""
        here, document = self._here(scope), self._served
        if here is not None:
            others = [server for server in document.get("servers", []) if server.get("url") != here]
            document = {**document, "servers": [{"url": here, "description": HERE}, *others]}
        return _written(document, media_type)

    def _events(self, media_type: str, scope: Scope) -> Answer:
        """The document of the stream, with the address it was asked at among its servers."""
        here, document = self._here(scope), self._asyncapi
        this = {"this": server({"url": here, "description": HERE})} if here is not None else {}
        return _written({**document, "servers": {**this, **document["servers"]}}, media_type)

    async def _ui(self, name: PurePosixPath, scope: Scope, receive: Receive, send: Send) -> None:
        if str(name) == ".":
            page = PAGE.format(title=f"{self.plan.title} {self.plan.version}", here=HERE)
            await HTMLResponse(page)(scope, receive, send)
            return
        inner = {**scope, "path": f"/{name}", "root_path": ""}
        await self._bundle(inner, receive, send)

    @cached_property
    def _bundle(self) -> StaticFiles:
        folder = Path(str(files("swagger_ui_bundle")))
        version = next(folder.glob("vendor/swagger-ui-*"))
        return StaticFiles(directory=version)


def _written(document: dict[str, json.Json], media_type: str) -> Answer:
    content = json.write(document) if media_type == JSON else yaml_text(document).encode()
    return Answer(200, content, media_type=media_type)
