from collections.abc import Iterator

import pytest
from django.utils import timezone

from otklik.inbox.models import Message
from otklik.journal.models import Entry
from otklik.networks import reading
from otklik.networks.models import Account, Source
from otklik.people.models import User
from tests.make import inbox
from tests.region import Region, build_people, joined, listen
from tests.sandbox.telegram_town import Town
from tests.sandbox.town import Town as VkTown

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


@pytest.fixture
def bot(telegram: Town, db: None) -> Iterator[Account]:
    with joined(telegram.sandbox):
        build_people()
        voice = inbox.account("telegram", str(telegram.bot.number), {"bot": telegram.bot.token}, options={"wait": 0})
        inbox.source(voice)
        yield voice


def add(account: Account, *names: str) -> tuple[int, int]:
    by = User.objects.earliest("pk")
    return reading.add(account, "foreign", [(name, "") for name in names], None, by, timezone.now())


def the_place(text: str = "") -> Source:
    """The one that was added; where a text is named it was heard there."""
    place = Source.objects.get(kind="foreign")
    assert not text or Message.objects.get(text=text).source == place
    return place


def test_texts_of_a_channel_added_by_name_belong_to_it_also_when_renamed(telegram: Town, bot: Account) -> None:
    add(bot, "@rechnoy")
    listen()
    telegram.write("Не горит фонарь на Садовой")
    listen()
    place = the_place("Не горит фонарь на Садовой")
    assert (place.external_id, place.name, place.title) == (f"tg:{telegram.discussion}", "@rechnoy", "@rechnoy")
    assert Entry.objects.get(verb="source.settle").subject == f"source:{place.pk}"
    assert add(bot, "@rechnoy", f"tg:{telegram.discussion}") == (0, 2), "it is read already, by either"
    telegram.sandbox.control("telegram/places", id=telegram.channel, username="rechnoy_gorod")
    telegram.sandbox.control("telegram/places", name="Чужой", username="rechnoy")
    telegram.write("Яма на Садовой")
    listen()
    place = the_place("Яма на Садовой")
    assert (place.external_id, place.failures) == (f"tg:{telegram.discussion}", 0)


def test_a_group_that_became_a_supergroup_is_followed_by_its_source(telegram: Town, bot: Account) -> None:
    group = telegram.sandbox.control("telegram/places", name="Двор", kind="group")["id"]
    telegram.sit(group, telegram.bot.number, "administrator")
    add(bot, f"tg:{group}")
    listen()
    grown = telegram.sandbox.control("telegram/migrate", place=group)["id"]
    listen()
    telegram.write("Не горит фонарь во дворе", place=str(grown))
    listen()
    place = the_place("Не горит фонарь во дворе")
    assert (place.external_id, place.failures) == (f"tg:{grown}", 0)


def test_a_name_that_nobody_has_and_a_second_one_of_a_known_place_are_said_so(telegram: Town, bot: Account) -> None:
    add(bot, "@nobody_at_all")
    listen()
    assert "Чата с именем @nobody_at_all в Telegram нет" in the_place().error
    assert the_place().external_id == "@nobody_at_all"
    the_place().delete()
    add(bot, f"tg:{telegram.discussion}")
    listen()
    add(bot, "@rechnoy")
    listen()
    assert "уже есть среди источников" in Source.objects.get(external_id="@rechnoy").error
    assert Source.objects.filter(kind="foreign").count() == 2


def test_a_wall_that_was_added_by_its_name_is_called_by_its_number(town: VkTown, region: Region) -> None:
    Source.objects.update(active=False)
    add(region.guest, "https://vk.com/rechnoy")
    town.sandbox.control("vk/texts", person=str(town.anna), under=f"wall{town.wall}_{town.post}", text="Яма у школы")
    listen()
    place = the_place("Яма у школы")
    assert (place.external_id, place.name, place.error) == (str(town.group), "https://vk.com/rechnoy", "")
