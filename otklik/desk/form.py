"""What a form gives to a verb: the same schema that programs fill from JSON, read from fields that are all text."""

from datetime import date
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from django.http import QueryDict
from django.utils.translation import gettext as _
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from otklik.desk.gate import day_in, integer
from otklik.lib.text import clean
from otklik.work.kinds import Must
from otklik.work.verb import Input, Refused

G = TypeVar("G", bound=Input)
MOST_WORDS = 2000
MOST_IDS = 100
YES = ("1", "yes", "on", "true")


def read(schema: type[G], form: QueryDict) -> G:
    """Fields that the form does not have are left out; words are cut to what the field takes, as its page says.
    Raises Refused with the sentence of the first field that is missing or impossible."""
    values = {name: _value(field, form, name) for name, field in schema.model_fields.items() if name in form}
    try:
        return schema(**values)
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        words = next((str(one.words) for one in schema.model_fields[name].metadata if isinstance(one, Must)), "")
        if not words and _plain(schema.model_fields[name].annotation)[0] is int:
            raise Refused(404, "") from error  # an id that is none names nothing
        raise Refused(422, words or _("Проверьте поля: %s.") % name, name) from error


def _value(field: FieldInfo, form: QueryDict, name: str) -> Any:
    kind, optional, about = _plain(field.annotation)
    text = form.get(name, "")
    if get_origin(kind) is list:
        return [integer(one) for one in form.getlist(name)[:MOST_IDS]]
    if kind is bool:
        return text in YES
    if kind is int:
        return integer(text) or (None if optional else 0)
    if kind is date:
        return day_in(text)
    limits = [most for one in (*field.metadata, *about) if (most := getattr(one, "max_length", None)) is not None]
    words = clean(text, min(limits, default=MOST_WORDS)).strip()
    return words or (None if optional else "")


def _plain(annotation: Any) -> tuple[Any, bool, tuple[Any, ...]]:
    """The type behind what is said about it, whether it may be None, and what is said."""
    if get_origin(annotation) is Annotated:
        inner, *limits = get_args(annotation)
        kind, optional, about = _plain(inner)
        return kind, optional, (*limits, *about)
    if get_origin(annotation) in (Union, UnionType):
        kind, _, about = _plain(next(one for one in get_args(annotation) if one is not NoneType))
        return kind, True, about
    return annotation, False, ()
