import pytest
from django.utils import timezone

from otklik.incidents.models import Incident, Tag
from otklik.incidents.tagging import known_tags, tag, tag_name, untag
from otklik.journal.models import Entry
from otklik.people.models import User
from tests.make import people, rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def card() -> Incident:
    return rows.card()


@pytest.fixture
def user() -> User:
    return people.person()


def journal(card: Incident) -> list[tuple[str, object]]:
    return list(Entry.objects.filter(incident=card.pk).order_by("pk").values_list("verb", "data"))


def test_a_tag_is_put_on_once_and_taken_off_once_and_stays_for_other_cards(card: Incident, user: User) -> None:
    made = tag(card, " Авария  на Мира ", user, timezone.now())
    again = tag(card, "авария на мира", user, timezone.now())
    assert (made, made.name) == (again, "Авария на Мира")
    assert list(card.tags.all()) == [made]
    assert journal(card) == [("incident.tag", {"tag": made.pk})]
    card.refresh_from_db()
    assert card.revision == Entry.objects.get(incident=card.pk).pk

    assert untag(card, made.pk, user, timezone.now())
    assert not untag(card, made.pk, user, timezone.now())
    assert not untag(card, 10**17, user, timezone.now())
    assert not card.tags.exists()
    assert Tag.objects.get() == made
    assert [verb for verb, _ in journal(card)] == ["incident.tag", "incident.untag"]


def test_a_name_of_nothing_is_no_tag_and_a_hostile_one_becomes_one_short_line(card: Incident, user: User) -> None:
    for nothing in ("", "   ", "#", "\u200b\u202e", "\n\t"):
        with pytest.raises(ValueError, match="needs a name"):
            tag(card, nothing, user, timezone.now())
    assert not Tag.objects.exists()
    for text in ("<b>жирный</b>\n\x00 \u202eназад", "ы" * 200_000, "#снег"):
        name = tag(card, text, user, timezone.now()).name
        assert 0 < len(name) <= 60
        assert not {"\n", "\u202e"} & {*name}
        assert not name.startswith("#")
        assert tag_name(name) == name


def test_tags_of_cards_that_one_sees_are_offered_by_their_beginning_first(card: Incident, user: User) -> None:
    for name in ("Новый снег", "снегопад", "Ёлка"):
        tag(card, name, user, timezone.now())
    everywhere, elsewhere = people.person(role="operator"), people.person(role="executor", agency=people.agency())
    assert [one.name for one in known_tags(everywhere, "СНЕГ")] == ["снегопад", "Новый снег"]
    assert [one.name for one in known_tags(everywhere, "елка")] == ["Ёлка"]
    assert len(known_tags(everywhere, "", 2)) == 2
    assert known_tags(elsewhere, "") == []
