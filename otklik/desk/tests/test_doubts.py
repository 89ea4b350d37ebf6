"""Thanks and matters of another region: said beside the suggestion, and the act that fits comes first."""

import re

import pytest
from django.test import Client

from otklik.desk.tests.pages import assert_shows, page_at, press_for_json, reread
from tests.make.town import Town


@pytest.mark.parametrize(
    ("kind", "outside", "says", "act", "reason"),
    [
        ("thanks", "", "похоже, благодарность", "Благодарность", "chatter"),
        ("complaint", "Воронеже", "похоже, не из региона", "Не наш регион", "elsewhere"),
    ],
)
def test_what_may_be_nothing_for_us_is_never_accepted_first(
    operator: Client, town: Town, kind: str, outside: str, says: str, act: str, reason: str
) -> None:
    card = town.card(kind=kind, outside=outside)
    (row,) = re.findall(rf'<li class="row" data-id="{card.pk}".*?</li>', page_at(operator, "/queue/"), re.DOTALL)
    assert_shows(row, says, hides=["Принять", "Разобрать"])
    acts = re.findall(r"<button[^>]*>|<summary", row[row.index('class="acts"') :])
    assert (f'value="{reason}"' in acts[0], "btn-primary" in acts[0]) == (True, True)
    page = page_at(operator, f"/incidents/{card.pk}/")
    assert_shows(page, says, outside)
    assert page.index(f"</svg>Не инцидент: {act}") < page.index("</svg><span>Назначить")
    assert len(re.findall('<button[^>]*data-deed="accept"', page)) == 1
    seen = f"{card.messages.get().verdicts.get().pk}.{card.suggestions.get().pk}"
    status, body = press_for_json(operator, f"/incidents/{card.pk}/acceptance/", seen=seen)
    assert (status, reread(card).state, "выберите тему сами" in str(body)) == (422, "new", True)
    choice = f"{town.pipe.pk}.{town.water.pk}"
    assert press_for_json(operator, f"/incidents/{card.pk}/matter/", seen=seen, choice=choice)[0] == 200
    other = town.card(kind=kind, outside=outside)
    assert press_for_json(operator, f"/incidents/{other.pk}/noise/", reason=reason)[0] == 200
    assert (reread(card).state, reread(other).noise_reason) == ("assigned", reason)
