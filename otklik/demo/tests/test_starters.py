"""The region's templates: every theme they name is there, and no hole is one that nothing fills."""

import pytest

from otklik.answers.models import Template
from otklik.answers.templates import Facts, fill, left_open
from otklik.demo.region import load_reference
from otklik.demo.starters import READY_QUESTIONS, STARTERS
from otklik.lib import clock


@pytest.mark.django_db
def test_ready_questions_hang_on_the_themes_they_ask_about() -> None:
    load_reference(clock.now(), lambda done, total: None)
    for group, theme, title, _text in READY_QUESTIONS:
        template = Template.objects.select_related("theme__group", "group").get(title=title)
        assert template.kind == "question"
        named = (
            (template.theme.group.name, template.theme.name)
            if template.theme
            else (str(template.group and template.group.name), "")
        )
        assert named == (group, theme)


def test_every_hole_of_the_starters_has_a_name_that_the_card_may_fill() -> None:
    today = clock.now().date()
    facts = Facts("Анна", "Ёлкино", "улица Мира, 5", "Водоканал", today, today)
    texts = [text for _title, _kind, text in STARTERS] + [text for *_about, text in READY_QUESTIONS]
    assert [left_open(fill(text, facts)) for text in texts] == [[]] * len(texts)
