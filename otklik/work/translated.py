"""Sentences of the layers below in the reader's language, and the words of choices for lists."""

from collections import defaultdict

from django.db.models import TextChoices
from django.utils.translation import gettext as _

from otklik.lib.sentence import Sentence


def translated(text: str) -> str:
    """A Sentence in the active language, the Sentences in it too; any other text, such as the words of a person, as it
    is."""
    if not isinstance(text, Sentence):
        return text
    words = _(text.template)
    return words % {name: translated(value) for name, value in text.values.items()} if text.values else words


def words_of(choices: type[TextChoices]) -> dict[str, str]:
    """The words of each choice in the reader's language, for lists: a row that translates its own takes longer than all
    the rest of it. What is empty or no longer known has no words.
    """
    return defaultdict(str, {code: str(words) for code, words in choices.choices})
