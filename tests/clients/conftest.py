"""Clients that several tests use, each generated once."""

import pytest

from tests.clients.tools import HERE, NODE, PYTHON, run, written

collect_ignore = ["story.py"]
"""It runs with a generated client, not with pytest."""


@pytest.fixture(scope="session")
def python_client(tmp_path_factory):
    """The folder of the package `bigledger` by openapi-python-client, and what the generator said."""
    folder = tmp_path_factory.mktemp("python")
    config = HERE / "openapi-python-client.yaml"
    arguments = ["--config", config, "--path", written(folder), "--output-path", "bigledger", "--meta", "none"]
    done = run(PYTHON / "openapi-python-client", "generate", *arguments, cwd=folder)
    return folder, done.stdout


@pytest.fixture(scope="session")
def typescript_client(tmp_path_factory):
    """The folder of the folder `client` by @hey-api/openapi-ts."""
    folder = tmp_path_factory.mktemp("typescript")
    run(NODE / "openapi-ts", "-i", written(folder, "api.yaml"), "-o", "client", cwd=folder)
    return folder
