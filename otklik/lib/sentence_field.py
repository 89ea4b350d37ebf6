"""Columns that keep a Sentence: readable in the database, and a Sentence again when they are read.

A text without parts, such as the words of a person or a row from before, is read as it was written. The type of the
column is that of the plain field: migrations know no difference. What reads past the field (JSONObject) calls `read`.
"""

from typing import TYPE_CHECKING, Any

from django.db import models

from otklik.lib.sentence import MARK, read, written


class _Kept:
    def from_db_value(self, value: str | None, _expression: Any, _connection: Any) -> str | None:
        return value if value is None else read(value)

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)  # type: ignore[misc]
        if not isinstance(text, str):
            return text
        whole, most = written(text), self.max_length  # type: ignore[attr-defined]
        return whole if most is None or len(whole) <= most else whole.partition(MARK)[0]

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()  # type: ignore[misc]
        plain = models.CharField if isinstance(self, models.CharField) else models.TextField
        return name, f"django.db.models.{plain.__name__}", args, kwargs


if TYPE_CHECKING:
    Text = models.TextField[str, str]
    Chars = models.CharField[str, str]
else:
    Text, Chars = models.TextField, models.CharField


class SentenceField(_Kept, Text):
    """For a text of any length."""


class ShortSentenceField(_Kept, Chars):
    """With the parts it may be longer than `max_length`: then only the text is kept."""
