"""Her name in every column of every model that may hold one: which columns there are is asked of the models, so that a
new one is filled, too, and has to be emptied or declared with its reason (otklik/privacy/kept.py)."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import count
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from otklik.lib.due import Due
from otklik.privacy.kept import KEPT, NOT_IN_OTHERS, QUEUE, How, Kept, Whose
from tests.forgotten_person import NICK, NUMBER

WORDS = (models.CharField, models.TextField, models.JSONField, models.FileField, models.BinaryField)
SMALL = ("перепёлкиной", "жданой", f"id{NUMBER}", NICK)
"""As a colleague writes of her on her own card, and as a tag is typed."""
WHOLE = (f"id{NUMBER}", "Перепёлкина Ж. С.,", "Жданой Перепелкиной", f"vk.com/{NICK}")
"""Elsewhere what is written is surely her."""
OTHER_APPS = {
    "admin": "not installed",
    "auth": "names of Django's own permissions",
    "contenttypes": "names of models",
    "sessions": "who is signed in: a colleague, signed and packed",
    "sites": "our own address",
    "account": "a colleague's mail",
    "mfa": "a colleague's second factor",
    "socialaccount": "a colleague's sign-in at another place",
    "usersessions": "where a colleague is signed in",
}
"""Why no name of a citizen is in the tables of others' applications."""
Ground = dict[type[models.Model], models.Model]
_numbers = count(770_000)


def columns(model: type[models.Model]) -> list[str]:
    """Where words of one's own may stand: what is chosen from a list does not."""
    fields = [field for field in model._meta.local_concrete_fields if isinstance(field, WORDS) and not field.choices]
    return [field.name for field in fields if not (issubclass(model, Due) and field.name == "lease")]


def own_models() -> Iterator[type[models.Model]]:
    """Those of the product. Another application's table needs its reason."""
    for model in apps.get_models():
        if model.__module__.startswith("otklik."):
            yield model
        else:
            assert model._meta.app_label in OTHER_APPS, model


def plant(hers: Ground, others: Ground) -> tuple[set[tuple[str, str, str]], set[tuple[str, str, str]]]:
    """A row on her card and one on another's, with her name wherever it may be: which columns those were, and which
    they had to be."""
    lines = {(kept.model, name): kept for kept in KEPT for name in kept.columns}
    free = {(model, name) for model, names in NOT_IN_OTHERS for name in names.split()}
    done, wanted = set(), set()
    for model in own_models():
        label = model._meta.label
        names = [name for name in columns(model) if _may_hold_her(lines.get((label, name)), model, name)]
        way = next((kept.card for kept in lines.values() if kept.model == label and kept.card), "")
        lined = [(name, lines[label, name]) for name in names if (label, name) in lines]
        near = {name: SMALL if way or kept.whose is Whose.CITIZEN else WHOLE for name, kept in lined}
        far = {name: WHOLE for name in names if (label, name) not in free}
        for texts, ground, where in ((near, hers, "hers"), (far, others, "another's")):
            wanted |= {(label, name, where) for name in texts}
            done |= {(label, name, where) for name in (_fill(model, texts, ground, way) if texts else ())}
    return done, wanted


def _may_hold_her(kept: Kept | None, model: type[models.Model], name: str) -> bool:
    """Unless its line in kept.py says why not, every column may."""
    if kept is None:
        assert name in QUEUE, (model, name)
        return issubclass(model, Due)
    return kept.how not in (How.NOTHING, How.LOOKED_AT)


def _fill(model: type[models.Model], texts: Mapping[str, tuple[str, ...]], ground: Ground, way: str) -> set[str]:
    row = ground.get(model) or _row(model, ground)
    _lead(row, ground, way)
    values = {name: _distinct(model._meta.get_field(name), words) for name, words in texts.items()}
    model._default_manager.filter(pk=row.pk).update(**values)
    return {name for name, value in values.items() if value}


def _distinct(field: Any, texts: tuple[str, ...]) -> Any:
    """Two that have to differ do; what is too short for any of it holds no name either."""
    words = list(texts)
    most = field.max_length or 10_000
    if isinstance(field, models.JSONField):
        document = {"told": [{"deep": " ".join(words)}]}
        return [document] if field.default is list else document
    if isinstance(field, models.BinaryField):
        return json.dumps({"text": " ".join(words)}).encode()
    while words and len(" ".join(words)) + 8 > most:
        words.pop()
    return f"{' '.join(words)} {next(_numbers)}" if words else ""


def _row(model: type[models.Model], ground: Ground) -> models.Model:
    """A row of this model, whatever it is about: what has to be filled is filled."""
    values: dict[str, Any] = {}
    for field in model._meta.local_concrete_fields:
        if field.is_relation:
            target: Any = field.related_model
            if target in ground and not _taken(model, field, ground[target]):
                values[field.name] = ground[target]
            elif not field.null:
                values[field.name] = _row(target, {} if target in ground else ground)
        elif not (field.null or field.has_default() or field.primary_key or isinstance(field, models.GeneratedField)):
            values[field.name] = _something(field)
    field_names = {field.name for field in model._meta.local_concrete_fields}
    if {"network", "external_id"} <= field_names and not any(name for name in values if name in ("account", "author")):
        values |= {name: getattr(next(iter(ground.values())), name) for name in ("network", "external_id")}
    numbers = [field for field in model._meta.local_concrete_fields if isinstance(field, models.IntegerField)]
    for more in ({}, {field.name: 1 for field in numbers if field.null}):  # which a rule of the table may ask for
        with suppress(IntegrityError), transaction.atomic():
            return model._default_manager.create(**values, **more)
    return model._default_manager.order_by("pk")[0]  # one of each kind, and it is there


def _taken(model: type[models.Model], field: Any, target: models.Model) -> bool:
    return bool(field.one_to_one) and model._default_manager.filter(**{field.name: target}).exists()


def _something(field: Any) -> Any:
    if isinstance(field, models.DateTimeField):
        return timezone.now()
    if isinstance(field, models.DateField):
        return timezone.localdate()
    if isinstance(field, models.BooleanField):
        return False
    if isinstance(field, models.IntegerField | models.FloatField):
        return next(_numbers) % 30_000
    if isinstance(field, models.UUIDField):
        return uuid4()
    if isinstance(field, models.JSONField):
        return {}
    if isinstance(field, models.BinaryField):
        return b"x"
    if field.name == "network":
        return "vk"
    return field.choices[0][0] if field.choices else f"x{next(_numbers)}"


def _lead(row: models.Model, ground: Ground, way: str) -> None:
    """Where others' rows lead from this one to its card, as from a tag, they are made."""
    step = way.partition("__")[0]
    field: Any = row._meta.get_field(step) if step and step != "pk" else None
    if field is not None and field.many_to_many and field.auto_created:
        getattr(row, field.get_accessor_name()).add(ground[field.related_model])
    elif field is not None and field.one_to_many:
        _row(field.related_model, {**ground, type(row): row})
