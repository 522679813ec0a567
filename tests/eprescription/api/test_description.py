"""The API describes itself: OpenAPI for all doors, and the CapabilityStatement that FHIR asks for."""

import json
from typing import Any

import pytest
from django.test import Client
from fhir.resources.R4B.capabilitystatement import CapabilityStatement

from eprescription import doors
from eprescription.api.description import REASONS
from eprescription.api.problems import TITLES
from eprescription.api.scopes import SCOPES

pytestmark = pytest.mark.django_db


def schema() -> Any:
    answer = Client().get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi+json"})
    assert answer.status_code == 200
    return json.loads(answer.content)


def test_every_door_for_software_is_described(capsys: Any) -> None:
    described = {
        path.replace("{id}", "<uuid:pk>").replace("{pk}", "<uuid:pk>") for path in schema()["paths"]
    }
    known = {f"/{path}" for path, _pattern in doors.routes() if path.startswith("api/")}
    assert described == known - {"/api/schema/"}
    assert "Warning" not in capsys.readouterr().err


def test_the_token_and_the_key_are_asked_for() -> None:
    told = schema()
    sign = told["paths"]["/api/fhir/Bundle"]["post"]
    assert sign["security"] == [{"software": []}]
    assert {p["name"] for p in sign["parameters"]} == {"Idempotency-Key"}
    assert {"201", "401", "403", "422", "428", "429"} <= {*sign["responses"]}
    assert set(sign["responses"]["403"]["content"]) == {
        "application/fhir+json",
        "application/problem+json",
    }


def test_what_the_server_can_do_is_a_capability_statement() -> None:
    answer = Client().get("/api/fhir/metadata")
    assert answer.status_code == 200 and answer["Content-Type"].startswith("application/fhir+json")
    told = CapabilityStatement.model_validate_json(answer.content)
    assert told.fhirVersion == "4.0.1"
    operations = {x.name for kind in told.rest[0].resource for x in kind.operation or ()}
    paths = schema()["paths"]
    assert operations == {path.rpartition("$")[2] for path in paths if "$" in path}


def test_the_readme_tells_integrators_each_act_scope_status_and_problem(
    pytestconfig: pytest.Config,
) -> None:
    readme = (pytestconfig.rootpath / "README.md").read_text(encoding="utf-8")
    told = readme.partition("## For integrators")[2].partition("\n## ")[0]
    acts = {
        f"{method.upper()} {path.removeprefix('/api/fhir/').replace('{id}', '<id>')}"
        for path, methods in schema()["paths"].items()
        for method in methods
        if path.startswith("/api/fhir/") and not path.endswith("metadata")
    }
    assert len(acts) == 10
    assert not [act for act in acts if act not in told]
    scopes = {scope for kind in SCOPES.values() for scope in kind}
    assert not [name for name in (*scopes, *TITLES) if f"`{name}`" not in told]
    assert not [str(status) for status in REASONS if str(status) not in told]
