"""The description of the interface, as OpenAPI has it: made from the code, in the reader's language."""

from typing import Any, cast

from django.utils.translation import gettext as _

from otklik.api import problem, schemas
from otklik.api.bearer import Token
from otklik.api.routes import router

FAILURES = (400, 401, 403, 404, 405, 429, 500, 503)
"""What any question may be answered with instead."""
_OF_BODIES = (409, 413, 415)
FAILS: dict[int, Any] = dict.fromkeys((*FAILURES, 422), schemas.Problem)
WRITE: dict[int, Any] = {200: schemas.Done, **FAILS, **dict.fromkeys(_OF_BODIES, schemas.Problem)}
MADE: dict[int, Any] = {201: schemas.Done, **{status: model for status, model in WRITE.items() if status != 200}}
_SPOKEN = ("description", "summary")


def finished(schema: dict[str, Any]) -> dict[str, Any]:
    """What ninja makes, with errors as problems and the headers that answers carry. Its sentences are not translated
    yet: call it where no language is active."""
    scopes = _scopes()
    for methods in schema["paths"].values():
        for operation in methods.values():
            operation["responses"] = {
                str(status): _response(int(status), response) for status, response in operation["responses"].items()
            }
            operation.pop("description", None)  # what the code says of itself
            operation["security"] = [{"Token": [scopes[operation["operationId"]]]}]
    for model in schema["components"]["schemas"].values():
        model.pop("description", None)
    return dict(schema)


def _scopes() -> dict[str, str]:
    """What opens each operation, by its id."""
    operations = [one for view in router.path_operations.values() for one in view.operations]
    return {str(one.operation_id): cast(Token, one.auth_param).scope.value for one in operations}


def _response(status: int, response: dict[str, Any]) -> dict[str, Any]:
    if status < 400:
        return response
    content = response["content"]["application/json"]
    headers = {"Retry-After": {"schema": {"type": "string"}}} if status in (429, 503) else {}
    spec = {"description": str(problem.DETAILS[status]), "content": {problem.TYPE: content}}
    return spec | ({"headers": headers} if headers else {})


def translated(node: Any) -> Any:
    """A copy in the reader's language."""
    if isinstance(node, dict):
        return {name: _in_language(value) if name in _SPOKEN else translated(value) for name, value in node.items()}
    return [translated(one) for one in node] if isinstance(node, list) else node


def _in_language(value: Any) -> Any:
    return _(value) if isinstance(value, str) and value else translated(value)
