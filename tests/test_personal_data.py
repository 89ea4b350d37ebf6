"""What is kept where: every column of every model that can hold words or a file has its line, and the page is written
from these lines."""

from collections import Counter

import pytest
from django.apps import apps
from django.db import models

from otklik.lib.due import Due
from otklik.privacy.kept import CITIZENS, KEPT, NOT_IN_OTHERS, OTHERS, QUEUE, How, Kept, Whose
from otklik.site import data_map
from otklik.site import settings as product

WORDS = (models.CharField, models.TextField, models.JSONField, models.FileField, models.BinaryField)


def columns() -> set[tuple[str, str]]:
    """Those of the product's own models; what one chooses from a list holds no words of one's own."""
    return {
        (model._meta.label, field.name)
        for model in apps.get_models()
        if model.__module__.startswith("otklik.")
        for field in model._meta.local_concrete_fields
        if isinstance(field, WORDS) and not field.choices
        if not (issubclass(model, Due) and field.name in QUEUE)
    }


def test_every_column_has_its_line_and_what_may_be_a_citizen_s_a_time_and_a_way_to_be_forgotten() -> None:
    lines = Counter((kept.model, column) for kept in KEPT for column in kept.columns)
    assert set(lines) == columns()
    assert lines.total() == len(lines)
    of_citizens = [kept for kept in KEPT if kept.whose in (Whose.CITIZEN, Whose.MENTIONED)]
    assert [kept.model for kept in of_citizens if not kept.until or kept.how is How.NOTHING] == []
    named = {kept.until for kept in KEPT if kept.until.startswith("OTKLIK_")}
    assert {name for name in named if not hasattr(product, name.removeprefix("OTKLIK_"))} == set()


def test_in_others_rows_every_column_of_citizens_is_gone_through_or_has_its_reason() -> None:
    gone_through = Counter((kept.model, name) for kept in OTHERS for name in kept.columns)
    reasons = Counter((model, name) for model, names in NOT_IN_OTHERS for name in names.split())
    by_hand = Counter([("inbox.Message", "text"), ("networks.RawEvent", "context"), ("networks.RawEvent", "body")])
    assert gone_through + reasons + by_hand == Counter((kept.model, name) for kept in CITIZENS for name in kept.columns)


@pytest.mark.parametrize("kept", [kept for kept in (*KEPT, *OTHERS) if kept.card], ids=lambda kept: kept.model)
@pytest.mark.django_db
def test_the_way_to_the_card_leads_there(kept: Kept) -> None:
    assert not apps.get_model(kept.model)._default_manager.filter(**{f"{kept.card}__in": [1]}).exists()


def test_the_page_is_as_the_command_writes_it() -> None:
    assert data_map.PAGE.read_text() == data_map.page(), "write it anew: otklik retention --map"
