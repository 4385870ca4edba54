"""A reader adds a resource with filters and a state by editing YAML only: this test does just that."""

from pathlib import Path
from shutil import copytree

import pytest

from mockserver.sandbox import build
from mockserver.settings import Settings, default_contract, default_fixtures
from tests.conftest import NOW, Client

PATHS = """
  /suppliers: {$ref: 'purchasing.yaml#/paths/~1suppliers'}
  /suppliers/{supplierId}: {$ref: 'purchasing.yaml#/paths/~1suppliers~1{supplierId}'}
  /suppliers/{supplierId}/approve: {$ref: 'purchasing.yaml#/paths/~1suppliers~1{supplierId}~1approve'}
"""

PURCHASING = """
paths:
  /suppliers:
    get:
      operationId: listSuppliers
      x-scope: read:inventory
      parameters:
        - {$ref: 'common.yaml#/components/parameters/Limit'}
        - {$ref: 'common.yaml#/components/parameters/Cursor'}
        - {name: sort, in: query, schema: {type: string}}
        - {name: name, in: query, style: deepObject, explode: true, schema: {$ref: 'common.yaml#/components/schemas/TextFilter'}}
        - {name: leadTimeDays, in: query, style: deepObject, explode: true, schema: {$ref: 'common.yaml#/components/schemas/NumberFilter'}}
        - {name: status, in: query, style: deepObject, explode: true, schema: {$ref: 'common.yaml#/components/schemas/TextFilter'}}
      responses:
        '200':
          description: Suppliers
          content:
            application/json:
              schema:
                allOf:
                  - {$ref: 'common.yaml#/components/schemas/ListEnvelope'}
                  - {type: object, properties: {data: {type: array, items: {$ref: '#/components/schemas/Supplier'}}}}
    post:
      operationId: createSupplier
      x-scope: write:inventory
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/SupplierCreate'}}}}
      responses: {'201': {$ref: '#/components/responses/OneSupplier'}}
  /suppliers/{supplierId}:
    parameters: [{name: supplierId, in: path, required: true, schema: {type: string}}]
    get: {operationId: getSupplier, x-scope: read:inventory, responses: {'200': {$ref: '#/components/responses/OneSupplier'}}}
    put:
      operationId: updateSupplier
      x-scope: write:inventory
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/SupplierFields'}}}}
      responses: {'200': {$ref: '#/components/responses/OneSupplier'}}
  /suppliers/{supplierId}/approve:
    parameters: [{name: supplierId, in: path, required: true, schema: {type: string}}]
    post:
      operationId: approveSupplier
      x-scope: write:inventory
      x-action: {resource: Supplier, transition: approve}
      responses: {'200': {$ref: '#/components/responses/OneSupplier'}}
components:
  responses:
    OneSupplier:
      description: One supplier
      content:
        application/json:
          schema: {allOf: [{$ref: 'common.yaml#/components/schemas/Envelope'}, {type: object, properties: {data: {$ref: '#/components/schemas/Supplier'}}}]}
  schemas:
    SupplierFields:
      type: object
      properties:
        name: {type: string, minLength: 1, maxLength: 100, x-unique: true}
        leadTimeDays: {type: integer, minimum: 0, maximum: 365, default: 7}
    SupplierCreate: {allOf: [{$ref: '#/components/schemas/SupplierFields'}], required: [name]}
    Supplier:
      x-resource:
        collection: suppliers
        id: supp_
        lifecycle: {field: status, initial: proposed, transitions: {approve: {from: [proposed], to: approved}}}
      allOf:
        - {type: object, properties: {id: {type: string, readOnly: true}}}
        - {$ref: '#/components/schemas/SupplierFields'}
        - {type: object, properties: {status: {type: string, enum: [proposed, approved], readOnly: true}}}
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory) -> Client:
    folder = Path(copytree(default_contract().parent, tmp_path_factory.mktemp("contract") / "spec"))
    root = folder / default_contract().name
    root.write_text(root.read_text().replace("\npaths:\n", "\npaths:" + PATHS, 1))
    (folder / "purchasing.yaml").write_text(PURCHASING)
    return Client(build(Settings(root, default_fixtures(), now=NOW)))


def test_it_lives_filters_sorts_and_changes_its_state(client):
    made = client("POST", "/suppliers", json={"name": "Kilang Kertas", "leadTimeDays": 3})
    assert made.status_code == 201
    supplier = made.json()["data"]
    assert supplier == {"id": supplier["id"], "name": "Kilang Kertas", "leadTimeDays": 3, "status": "proposed"}
    assert made.headers["location"] == f"/v1/suppliers/{supplier['id']}"
    client.data("POST", "/suppliers", json={"name": "Acme Paper"})
    assert client.data("PUT", f"/suppliers/{supplier['id']}", json={"leadTimeDays": 4})["leadTimeDays"] == 4
    assert [row["name"] for row in client.data("GET", "/suppliers?sort=name")] == ["Acme Paper", "Kilang Kertas"]
    assert [row["name"] for row in client.data("GET", "/suppliers?leadTimeDays[gte]=5")] == ["Acme Paper"]
    assert client.data("POST", f"/suppliers/{supplier['id']}/approve")["status"] == "approved"
    assert [row["name"] for row in client.data("GET", "/suppliers?status=approved")] == ["Kilang Kertas"]
    twice = client("POST", f"/suppliers/{supplier['id']}/approve", judge=False)
    assert (twice.status_code, twice.json()["error"]["code"]) == (422, "INVALID_STATE")
    taken = client("POST", "/suppliers", json={"name": "ACME paper"}, judge=False)
    assert taken.json()["error"]["details"][0]["code"] == "DUPLICATE_VALUE"
