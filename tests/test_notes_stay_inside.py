"""A note for colleagues never leaves: not in an answer, not in a delivery, not in a message, on the whole way."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.utils import timezone

from otklik.answers.models import Answer
from otklik.incidents.models import Incident, Note
from otklik.journal import book
from otklik.lib.due import claim
from otklik.people.models import User
from otklik.publishing import fate
from otklik.publishing.models import Delivery
from otklik.publishing.prepare import prepare
from otklik.publishing.send import speech_of
from tests.make.town import make_town

SECRET = "заметкадляколлег не показывать жителю"


@pytest.mark.django_db
def test_a_note_is_in_no_answer_and_in_no_delivery_after_the_whole_path() -> None:
    town = make_town()
    card = town.card()
    spot = f"/incidents/{card.pk}"
    steps: list[tuple[User, str, dict[str, object]]] = [
        (town.operator, f"{spot}/assignment/", {"seen": "new.0", "agency": town.water.pk, "theme": town.pipe.pk}),
        (
            town.executor,
            f"{spot}/draft/",
            {
                "text": "Работаем",
                "kind": "final",
                "outcome": "solved",
                "proof": "phone",
                "proof_words": "Позвонили автору",
            },
        ),
        (
            town.executor,
            f"{spot}/submission/",
            {
                "text": "Сделали",
                "version": 1,
                "kind": "final",
                "outcome": "solved",
                "proof": "phone",
                "proof_words": "Позвонили автору",
            },
        ),
    ]
    for user, address, fields in steps:
        _post(user, f"{spot}/notes/", {"note": SECRET})
        _post(user, address, fields)
    answer = Answer.objects.get(incident=card)
    _post(town.approver, f"{spot}/notes/", {"note": SECRET})
    _post(town.approver, f"/answers/{answer.pk}/approval/", {"version": answer.version})
    now = timezone.now()
    with book.turn():
        prepare(claim(Answer, now + timedelta(seconds=1), timedelta(minutes=1), 10), now)
    delivery = Delivery.objects.get(answer=answer)
    assert SECRET not in speech_of(delivery).text
    with book.turn():
        fate.spoken(delivery, "wall-1_1?reply=5", "https://vk.com/wall-1_1?reply=5", now)
    assert Incident.objects.get(pk=card.pk).state == "rating"
    assert Note.objects.filter(incident=card, text=SECRET).count() == 4
    assert _tables_with(SECRET) == {"Note"}


def _post(user: User, address: str, fields: dict[str, object]) -> None:
    client = Client()
    client.force_login(user)
    assert client.post(address, fields).status_code == 302, address


def _tables_with(words: str) -> set[str]:
    """Every model of ours of which any text column holds the words."""
    found = set()
    for model in apps.get_models():
        if not model.__module__.startswith("otklik."):
            continue
        columns = [field.name for field in model._meta.fields if isinstance(field, models.CharField | models.TextField)]
        wanted = models.Q()
        for column in columns:
            wanted |= models.Q(**{f"{column}__contains": words})
        if columns and model._default_manager.filter(wanted).exists():
            found.add(model.__name__)
    return found
