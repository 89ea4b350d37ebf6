"""The machine's themes on the card and in the queue: how sure, by which words, what decides."""

from typing import Any

from django.test import Client
from django.utils import timezone

from otklik.desk.card.likely import offer_of
from otklik.desk.guessed import deciding, groups_of, guessed_of
from otklik.desk.tests.pages import assert_shows, at_most, page_at, part_at
from otklik.incidents.models import Incident
from otklik.themes.models import Theme
from otklik.themes.wording import differences
from otklik.triage.models import Verdict
from tests.make.town import Town


def five(town: Town) -> tuple[Incident, Verdict]:
    """A new card of which the machine thinks five things; the first two are easily confused."""
    one, two = next(iter(differences()))
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
    return card, verdict


def test_three_themes_stand_on_the_card_and_two_on_demand(operator: Client, town: Town, admin: Client) -> None:
    assert deciding(town.pipe, town.hole) == ("", ""), "themes of the region's own have no differences"
    card, verdict = five(town)
    words = deciding(*(Theme.objects.get(pk=pk) for pk in (town.pipe.pk, town.hole.pk)))
    assert words[0]
    offer = offer_of(verdict, town.hole.pk, timezone.now())
    assert [one.theme.name for one in offer.first] == ["Нет холодной воды", "Ямы на дорогах", "Тема 0"]
    assert [one.theme.name for one in offer.rest] == ["Тема 1", "Тема 2"]
    assert [one.chosen for one in offer.first] == [False, True, False], "what stands in the form is pressed"
    assert tuple(one.deciding for one in offer.first) == (*words, "")
    page = page_at(operator, f"/incidents/{card.pk}/")
    assert page.count('class="likely-one"') == 5
    assert page.count('data-kind="solvable" aria-pressed="true"') == 1
    assert page.index("Тема 0") < page.index("Ещё похоже на") < page.index("Тема 1")
    sure = 'возможно, 44 % <mark class="why-theme">нет воды</mark> <mark class="why-theme">трубу</mark>'
    assert_shows(page, sure, "не уверена, 5 %", "ЖКХ 50 %, Дороги 41 %", words[0])
    page = part_at(operator, f"/incidents/{card.pk}/guesses/")
    assert_shows(page, '<span class="guess-sure">44 %</span>', words[0])
    assert page.index("44 %") < page.index("40 %") < page.index("5 %")
    Theme.objects.filter(pk=town.pipe.pk).update(retired_on=timezone.localdate())
    assert offer_of(verdict, None, timezone.now()).first[0].theme == town.hole
    admin.get(f"/incidents/{card.pk}/")  # that he looks is written down once an hour, which is no question
    for part in ("", "decision/", "live/", "guesses/"):
        with at_most(10):
            assert admin.get(f"/incidents/{card.pk}/{part}").status_code == 200


HOSTILE: tuple[Any, ...] = (
    *(None, 7, "themes", {"id": 1}),
    [None, [], {}, {"id": "1"}, {"id": True}, {"id": None, "share": 1}],
    [{"id": 10**30, "share": "0.5", "why": {"a": 1}}, {"id": -1, "share": float("nan")}, {"id": 2, "share": 7}],
)


def test_whatever_the_json_of_a_verdict_holds_the_card_opens(operator: Client, town: Town) -> None:
    card = town.card()
    for payload in HOSTILE:
        assert all(0 <= one.share <= 1 for one in guessed_of(payload)), payload
        if "nan" not in str(payload):  # the database itself refuses that
            Verdict.objects.update(themes=payload or [], why={"groups": payload})
        assert page_at(operator, f"/incidents/{card.pk}/")
    for payload in (None, 3, "ab", [1], [["а"]], [["а", "б"]], [[1, 0.5]], [["а", 0.5, 3]]):
        assert groups_of(Verdict(why={"groups": payload})) == [], payload
        assert groups_of(Verdict(why=payload)) == [], payload
