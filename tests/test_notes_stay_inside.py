from functools import reduce
from operator import or_

import pytest
from django.apps import apps
from django.db import models

from otklik.answers.models import Answer
from otklik.incidents.models import Incident, Note
from otklik.people.models import User
from otklik.publishing.look import speech_of
from otklik.publishing.models import Delivery
from tests.make.people import signed_in
from tests.make.town import make_town

SECRET = "заметкадляколлег не показывать жителю"


@pytest.mark.django_db
def test_a_note_is_in_no_answer_and_in_no_delivery_after_the_whole_path() -> None:
    town = make_town()
    card = town.card()
    spot = f"/incidents/{card.pk}"
    words: dict[str, object] = {
        "text": "Сделали", "kind": "final", "outcome": "solved", "proof": "phone", "proof_words": "Позвонили жителю"
    }  # fmt: skip
    steps: list[tuple[User, str, dict[str, object]]] = [
        (town.operator, f"{spot}/assignment/", {"seen": "new.0", "agency": town.water.pk, "theme": town.pipe.pk}),
        (town.executor, f"{spot}/draft/", {**words, "text": "Работаем"}),
        (town.executor, f"{spot}/submission/", {**words, "version": 1}),
    ]
    for user, address, fields in steps:
        _post(user, f"{spot}/notes/", {"note": SECRET})
        _post(user, address, fields)
    answer = Answer.objects.get(incident=card)
    _post(town.approver, f"{spot}/notes/", {"note": SECRET})
    _post(town.approver, f"/answers/{answer.pk}/approval/", {"version": answer.version})
    town.let_out()
    delivery = Delivery.objects.get(answer=answer)
    assert SECRET not in speech_of(delivery).text
    town.speak(delivery)
    assert Incident.objects.get(pk=card.pk).state == "rating"
    assert Note.objects.filter(incident=card, text=SECRET).count() == 4
    assert _tables_with(SECRET) == {"Note"}


def _post(user: User, address: str, fields: dict[str, object]) -> None:
    assert signed_in(user).post(address, fields).status_code == 302, address


def _tables_with(words: str) -> set[str]:
    """Every model of ours of which any text column holds the words."""
    tables = set()
    for model in apps.get_models():
        columns = [field.name for field in model._meta.fields if isinstance(field, models.CharField | models.TextField)]
        wanted = reduce(or_, (models.Q(**{f"{column}__contains": words}) for column in columns), models.Q(pk__in=[]))
        if model.__module__.startswith("otklik.") and model._default_manager.filter(wanted).exists():
            tables.add(model.__name__)
    return tables
