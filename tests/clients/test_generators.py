"""Clients that other people's generators make of the served document: all of it, without a mistake, and with good names."""

import re
import shutil

from tests.clients.tools import HOME, NODE, PYTHON, compile_typescript, operations, run, written

NUMBERED = re.compile(r"^(?:export )?(?:class|type|interface|const) (\w*[a-z]\d+)\b", re.MULTILINE)
"""Classes that are called as another, with a number."""

IMPORT = """
import importlib, pkgutil, sys, warnings
warnings.simplefilter("error", SyntaxWarning)
sys.path[:0] = ["client", "."]
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, sys.argv[1] + "."):
    importlib.import_module(module.name)
"""


def words(name: str) -> str:
    """A name as it is in every language."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def import_all(package: str, folder) -> None:
    """Import every module of a Python package."""
    run(PYTHON / "python", "-c", IMPORT, package, cwd=folder)


def openapi_generator(language: str, folder, *options: str) -> str:
    """Generate a client; everything that it is made of, in one text."""
    document = written(folder)
    done = run(
        PYTHON / "openapi-generator-cli", "generate", "-i", document, "-g", language, "-o", "client", *options,
        cwd=folder, needs="java",
    )  # fmt: skip
    assert "ERROR" not in done.stdout + done.stderr
    return "\n".join(path.read_text(encoding="utf-8") for path in (folder / "client").rglob("*") if path.is_file())


def missing(text: str) -> list[str]:
    """The operations that a client does not have."""
    names = {words(name) for name in re.findall(r"\w+", text)}
    return [name for name in operations() if words(name) not in names]


def test_openapi_python_client_drops_nothing(python_client):
    folder, said = python_client
    assert "WARNING" not in said, said
    made = [words(path.stem) for path in folder.glob("bigledger/api/*/*.py") if path.stem != "__init__"]
    assert sorted(made) == sorted(map(words, operations()))
    import_all("bigledger", folder)


def test_datamodel_code_generator_numbers_few_classes(tmp_path):
    arguments = ["--input-file-type", "openapi", "--output-model-type", "pydantic_v2.BaseModel", "--output", "models.py"]
    run(PYTHON / "datamodel-codegen", "--input", written(tmp_path), *arguments, cwd=tmp_path)
    run(PYTHON / "python", "models.py", cwd=tmp_path)
    classes = re.findall(r"^class (\w+)", (tmp_path / "models.py").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(classes) > 300
    numbered = [name for name in classes if re.search(r"[a-z]\d+$", name)]
    assert len(numbered) < 10, (
        numbered
    )  # entries of lists and single values, which the generator names by their property alone


def test_openapi_generator_makes_python_that_is_whole(tmp_path):
    assert missing(openapi_generator("python", tmp_path)) == []
    import_all("openapi_client", tmp_path)


def test_openapi_generator_makes_typescript_that_compiles(tmp_path):
    assert missing(openapi_generator("typescript-fetch", tmp_path)) == []
    compile_typescript(tmp_path / "client")


def test_openapi_generator_makes_java_in_which_only_the_libraries_are_missing(tmp_path):
    quick = ["--global-property", "models,modelDocs=false,modelTests=false", "--library", "native"]
    openapi_generator("java", tmp_path, *quick)
    models = {path.stem: path.read_text(encoding="utf-8") for path in (tmp_path / "client" / "src").rglob("*.java")}
    assert len(models) > 300
    choices = {name for name, text in models.items() if f"public enum {name} " in text}
    assert {"InvoiceStatus", "EInvoiceState"} <= choices
    defaults = [match for text in models.values() for match in re.findall(r"private (\w+) \w+ = (\S+);", text)]
    assert [(kind, value) for kind, value in defaults if kind in choices and not value.startswith(f"{kind}.")] == []


def test_openapi_generator_makes_go_in_which_no_type_stands_twice(tmp_path):
    text = openapi_generator("go", tmp_path)
    assert missing(text) == []
    types = re.findall(r"^type (\w+) ", text, re.MULTILINE)
    assert len(types) > 300
    assert sorted({name for name in types if types.count(name) > 1}) == []
    gofmt = shutil.which("gofmt")
    if gofmt is not None:
        assert run(HOME / gofmt, "-l", "client", cwd=tmp_path).stdout == ""


def test_openapi_typescript_makes_types_that_compile(tmp_path):
    (tmp_path / "client").mkdir()
    run(NODE / "openapi-typescript", written(tmp_path), "-o", "client/api.d.ts", cwd=tmp_path)
    assert missing((tmp_path / "client" / "api.d.ts").read_text(encoding="utf-8")) == []
    compile_typescript(tmp_path / "client", "--noEmit")


def check_typescript(folder) -> None:
    """Fail where a client lacks an operation, has a numbered class or does not compile."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in (folder / "client").rglob("*.ts"))
    assert missing(text) == []
    assert [name for name in NUMBERED.findall(text) if not re.search(r"[1-5]\d\d$", name)] == []  # an answer by its status
    compile_typescript(folder / "client")


def test_openapi_ts_makes_typescript_that_compiles_and_numbers_no_class(typescript_client):
    check_typescript(typescript_client)


def test_orval_makes_typescript_that_compiles_and_numbers_no_class(tmp_path):
    run(NODE / "orval", "--input", written(tmp_path), "--output", "client/api.ts", "--client", "fetch", cwd=tmp_path)
    check_typescript(tmp_path)
