"""One story through a client in Python and one in TypeScript, each generated from the served document."""

import shutil
from pathlib import Path

from tests.clients.tools import HERE, NODE, PYTHON, compile_typescript, run
from tests.running import running, unmeasured


def test_a_python_client_tells_a_sale(python_client):
    folder, _ = python_client
    shutil.copy(HERE / "story.py", folder)
    with running(env=unmeasured()) as server:
        assert run(PYTHON / "python", "story.py", server.address, cwd=folder).stdout == "told\n"


def test_a_typescript_client_tells_a_sale(typescript_client, tmp_path):
    shutil.copytree(typescript_client / "client", tmp_path / "client")
    shutil.copy(HERE / "story.ts", tmp_path)
    (tmp_path / "node_modules").symlink_to(NODE.parent)  # the types of Node
    compile_typescript(tmp_path, "--outDir", "built", "--types", "node")
    with running(env=unmeasured()) as server:
        assert run(Path(shutil.which("node") or "node"), "built/story.js", server.address, cwd=tmp_path).stdout == "told\n"
