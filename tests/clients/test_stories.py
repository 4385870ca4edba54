"""One story through a client in Python and one in TypeScript, each generated from the document that the server serves."""

import shutil
from pathlib import Path

from tests.clients.tools import HERE, NODE, PYTHON, compile_typescript, run
from tests.running import running, unmeasured


def test_a_python_client_tells_a_sale(tmp_path):
    with running(env=unmeasured()) as server:
        config = HERE / "openapi-python-client.yaml"
        arguments = ["--config", config, "--url", f"{server.address}/openapi.json", "--meta", "none"]
        run(PYTHON / "openapi-python-client", "generate", *arguments, "--output-path", "bigledger", cwd=tmp_path)
        shutil.copy(HERE / "story.py", tmp_path)
        assert run(PYTHON / "python", "story.py", server.address, cwd=tmp_path).stdout == "told\n"


def test_a_typescript_client_tells_a_sale(tmp_path):
    (tmp_path / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    with running(env=unmeasured()) as server:
        run(NODE / "openapi-ts", "-i", f"{server.address}/openapi.yaml", "-o", "client", cwd=tmp_path)
        (tmp_path / "node_modules").symlink_to(NODE.parent)  # the types of Node
        shutil.copy(HERE / "story.ts", tmp_path)
        compile_typescript(tmp_path, "--outDir", "built", "--types", "node")
        assert run(Path(shutil.which("node") or "node"), "built/story.js", server.address, cwd=tmp_path).stdout == "told\n"
