"""The machine's themes on the card and in the queue: how sure, by which words, what decides."""

from typing import Any

import pytest
from django.utils import timezone

from otklik.desk.card.likely import offer_of
from otklik.desk.guessed import deciding, groups_of, guessed_of
from otklik.desk.tests.pages import assert_answers, at_most
from otklik.incidents.models import Incident
from otklik.themes.models import Theme
from otklik.themes.wording import differences
from otklik.triage.models import Verdict
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db


def page_of(town: Town, address: str) -> str:
    return assert_answers(signed_in(town.operator).get(address, headers={"X-Fragment": "1"}), 200)


def five(town: Town) -> tuple[Incident, Verdict]:
    """A new card of which the machine thinks five things; the first two are easily confused."""
    one, two = pair = next(iter(differences()))
    Theme.objects.filter(pk=town.pipe.pk).update(code=one)
    Theme.objects.filter(pk=town.hole.pk).update(code=two)
    others = [Theme.objects.create(group=town.hole.group, code=f"t{n}", name=f"Тема {n}") for n in range(3)]
    card = town.card()
    verdict = Verdict.objects.get(message__links__incident=card)
    verdict.themes = [
        {"id": town.pipe.pk, "share": 0.44, "why": [["нет воды", 2.1], ["трубу", 1.0]]},
        {"id": town.hole.pk, "share": 0.4, "why": [["улице", 0.5]]},
        *({"id": theme.pk, "share": 0.05, "why": []} for theme in others),
    ]
    verdict.why = {"groups": [["ЖКХ", 0.5], ["Дороги", 0.41]]}
    verdict.save()
    assert pair in differences()
    return card, verdict


def test_three_themes_stand_on_the_card_and_two_more_on_demand(town: Town) -> None:
    card, verdict = five(town)
    offer = offer_of(verdict, town.pipe.pk, timezone.now())
    assert [one.theme.name for one in offer.first] == ["Нет холодной воды", "Ямы на дорогах", "Тема 0"]
    assert [one.theme.name for one in offer.rest] == ["Тема 1", "Тема 2"]
    page = page_of(town, f"/incidents/{card.pk}/")
    assert page.count('class="likely-one"') == 5
    assert page.index("Тема 0") < page.index("Ещё похоже на") < page.index("Тема 1")


def test_the_card_says_how_sure_it_is_by_which_words_and_of_which_groups(town: Town) -> None:
    page = page_of(town, f"/incidents/{five(town)[0].pk}/")
    assert 'возможно, 44 % <mark class="why-theme">нет воды</mark> <mark class="why-theme">трубу</mark>' in page
    assert "не уверена, 5 %" in page
    assert "ЖКХ 50 %, Дороги 41 %" in page


def test_what_decides_between_two_easily_confused_themes_stands_with_them(town: Town) -> None:
    card, verdict = five(town)
    words = deciding(*(Theme.objects.get(pk=pk) for pk in (town.pipe.pk, town.hole.pk)))
    assert words[0]
    offer = offer_of(verdict, None, timezone.now())
    assert tuple(one.deciding for one in offer.first) == (*words, "")
    assert words[0] in page_of(town, f"/incidents/{card.pk}/")
    assert words[0] in page_of(town, f"/incidents/{card.pk}/guesses/")


def test_a_theme_of_the_regions_own_has_no_differences(town: Town) -> None:
    assert deciding(town.pipe, town.hole) == ("", "")


def test_the_theme_that_stands_in_the_form_is_pressed(town: Town) -> None:
    card, verdict = five(town)
    assert [one.chosen for one in offer_of(verdict, town.hole.pk, timezone.now()).first] == [False, True, False]
    assert page_of(town, f"/incidents/{card.pk}/").count('data-kind="solvable" aria-pressed="true"') == 1


def test_a_theme_that_was_retired_is_not_offered(town: Town) -> None:
    _card, verdict = five(town)
    Theme.objects.filter(pk=town.pipe.pk).update(retired_on=timezone.localdate())
    assert offer_of(verdict, None, timezone.now()).first[0].theme == town.hole


def test_the_queue_says_the_shares_beside_its_digits(town: Town) -> None:
    page = page_of(town, f"/incidents/{five(town)[0].pk}/guesses/")
    assert '<span class="guess-sure">44 %</span>' in page
    assert page.index("44 %") < page.index("40 %") < page.index("5 %")


def test_the_card_with_five_themes_needs_ten_queries_at_most(town: Town) -> None:
    card, _verdict = five(town)
    client = signed_in(town.admin)
    client.get(f"/incidents/{card.pk}/")  # that he looks is written down once an hour, which is no question
    for part in ("", "decision/", "live/", "guesses/"):
        with at_most(10):
            assert client.get(f"/incidents/{card.pk}/{part}").status_code == 200


HOSTILE: tuple[Any, ...] = (
    *(None, 7, "themes", {"id": 1}),
    [None, [], {}, {"id": "1"}, {"id": True}, {"id": None, "share": 1}],
    [{"id": 10**30, "share": "0.5", "why": {"a": 1}}, {"id": -1, "share": float("nan")}, {"id": 2, "share": 7}],
)


def test_whatever_the_json_of_a_verdict_holds_the_card_opens(town: Town) -> None:
    card = town.card()
    for told in HOSTILE:
        assert all(0 <= one.share <= 1 for one in guessed_of(told)), told
        if "nan" not in str(told):  # the database itself refuses that
            Verdict.objects.update(themes=told or [], why={"groups": told})
        assert page_of(town, f"/incidents/{card.pk}/")


def test_groups_of_another_shape_are_none() -> None:
    for told in (None, 3, "ab", [1], [["а"]], [["а", "б"]], [[1, 0.5]], [["а", 0.5, 3]]):
        assert groups_of(Verdict(why={"groups": told})) == [], told
        assert groups_of(Verdict(why=told)) == [], told
