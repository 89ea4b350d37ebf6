"""«Описание API»: what the schema says, as a page of the desk."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from otklik.desk.admin.frame import administers, framed
from otklik.people.programs import ProgramScope

FORM = "multipart/form-data"
GROUPS = (
    ("cards", gettext_lazy("Карточки")),
    ("messages", gettext_lazy("Сообщения")),
    ("answers", gettext_lazy("Ответы")),
)
MODELS = ("Card", "WholeCard", "Deadline", "Message", "Answer", "Photo", "Act", "Ratings", "Done", "Problem")


class Field(NamedTuple):
    """A parameter, or a member of a body or an answer; `codes` are those it may be."""

    name: str
    kind: str
    required: bool
    words: str
    codes: tuple[str, ...] = ()


class Operation(NamedTuple):
    method: str
    path: str
    title: str
    scope: str
    asked: list[Field]
    body: list[Field]
    answer: str
    example: str


class Model(NamedTuple):
    name: str
    fields: list[Field]


def description_page(description: Callable[[], Any], prefix: str) -> Callable[..., HttpResponseBase]:
    """The page that shows an OpenAPI description whose addresses begin with `prefix`. No query beside the frame's."""

    @require_safe
    @administers("programs")
    def page(request: HttpRequest) -> HttpResponse:
        context = _shown(description(), prefix)
        return framed(request, "programs", "desk/admin/description.html", context)

    return page


def _shown(schema: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    models = schema["components"]["schemas"]
    operations = [
        _operation(path, method, about, models)
        for path, methods in schema["paths"].items()
        for method, about in methods.items()
    ]
    operations.sort(key=lambda one: (one.method, one.path))  # reading comes first
    groups = [(key, title, [one for one in operations if _group(one, prefix) == key]) for key, title in GROUPS]
    return {
        "groups": groups,
        "models": [Model(name, _fields(models[name])) for name in MODELS],
        "scopes": [(scope.value, scope.label) for scope in ProgramScope],
        "base": settings.ADDRESS + prefix,
        "a_minute": settings.API_A_MINUTE,
        "example": f'curl -H "Authorization: Bearer $OTKLIK" "{settings.ADDRESS}{prefix}cards?state=new"',
    }


def _group(operation: Operation, prefix: str) -> str:
    """Whatever ends in answers is about them, wherever it hangs."""
    parts = operation.path.removeprefix(prefix).split("/")
    return "answers" if "answers" in parts else parts[0]


def _operation(path: str, method: str, about: Mapping[str, Any], models: Mapping[str, Any]) -> Operation:
    asked = [
        Field(one["name"], _kind(one["schema"]), one["required"], one.get("description", ""), _codes(one["schema"]))
        for one in about["parameters"]
    ]
    kind, content = next(iter(about["requestBody"]["content"].items())) if "requestBody" in about else ("", {})
    body = _fields(_resolved(content["schema"], models)) if content else []
    status, answer = next((code, one) for code, one in about["responses"].items() if code.startswith("2"))
    return Operation(
        method=method.upper(),
        path=path,
        title=about["summary"],
        scope=about["security"][0]["Token"][0],
        asked=asked,
        body=body,
        answer=f"{status} {_kind_of_answer(answer)}",
        example=_example(path, method, body, kind),
    )


def _resolved(schema: Mapping[str, Any], models: Mapping[str, Any]) -> Mapping[str, Any]:
    """A body stands among the models; the fields of a form stand where they are."""
    body: Mapping[str, Any] = models[_name(schema)] if "$ref" in schema else schema
    return body


def _kind_of_answer(answer: Mapping[str, Any]) -> str:
    """The model's name; of a file its kinds."""
    content = answer["content"]
    json = content.get("application/json")
    return _name(json["schema"]) if json else ", ".join(content)


def _fields(model: Mapping[str, Any]) -> list[Field]:
    required = set(model.get("required", ()))
    return [
        Field(name, _kind(one), name in required, one.get("description", ""), _codes(one))
        for name, one in model["properties"].items()
    ]


def _kind(one: Mapping[str, Any]) -> str:
    """«integer», «Card | null», «Message[]»."""
    if "$ref" in one:
        return _name(one)
    if "anyOf" in one:
        return " | ".join(map(_kind, one["anyOf"]))
    if one.get("type") == "array":
        return f"{_kind(one['items'])}[]"
    return str(one.get("format") or one.get("type") or ("string" if "const" in one else "object"))


def _name(one: Mapping[str, Any]) -> str:
    return str(one["$ref"]).rpartition("/")[2]


def _codes(one: Mapping[str, Any]) -> tuple[str, ...]:
    for part in (one, *one.get("anyOf", ())):
        if "enum" in part:
            return tuple(str(code) for code in part["enum"] if code != "")
    return ()


def _example(path: str, method: str, body: list[Field], kind: str) -> str:
    """A line for the command line, with «…» where the reader puts his own."""
    head = f'curl -H "Authorization: Bearer $OTKLIK" "{settings.ADDRESS}{path}"'
    if method != "post":
        return head
    if kind == FORM:
        fields = " ".join(f"-F {field.name}={_in_form(field)}" for field in body if field.required)
        return f"{head} -H 'Idempotency-Key: 1' {fields}"
    members = ", ".join(f'"{field.name}": {_sample(field)}' for field in body if field.required)
    return f"{head} -H 'Idempotency-Key: 1' --json '{{{members}}}'"


def _in_form(field: Field) -> str:
    return "@file" if field.kind == "binary" else _sample(field)


def _sample(field: Field) -> str:
    if field.codes:
        return f'"{field.codes[0]}"'
    samples = {"integer": "1", "boolean": "true", "date": '"2026-12-31"'}
    return samples.get(field.kind, f'"{_("текст")}"')
