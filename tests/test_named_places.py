"""A place that a person calls by a name: the network tells its number, and the number stays."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.utils import timezone

from otklik.inbox.models import Message
from otklik.journal.models import Entry
from otklik.networks import reading
from otklik.networks.access import door
from otklik.networks.models import Account, Source, Token
from otklik.people.models import User
from tests.region import Region, build_people, listen
from tests.sandbox.process import Sandbox
from tests.sandbox.telegram_town import Town, build
from tests.sandbox.town import Town as VkTown

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


@pytest.fixture
def city(sandbox: Sandbox) -> Town:
    return build(sandbox)


@pytest.fixture
def bot(city: Town, db: None) -> Iterator[Account]:
    kept, settings.SANDBOX_ADDRESS = settings.SANDBOX_ADDRESS, city.sandbox.base
    door.cache_clear()
    build_people()
    number = str(city.bot.number)
    told = {"title": "Отклик", "sandbox": True, "options": {"wait": 0}}
    account = Account.objects.create(network="telegram", external_id=number, **told)
    Token.objects.create(account=account, kind="bot", secret=city.bot.token, per_second=1000)
    Source.objects.create(network="telegram", kind="own", external_id=number, title="Отклик", account=account)
    yield account
    settings.SANDBOX_ADDRESS = kept
    door.cache_clear()


def add(account: Account, *names: str) -> tuple[int, int]:
    by = User.objects.earliest("pk")
    return reading.add(account, "foreign", [(name, "") for name in names], None, by, timezone.now())


def the_place() -> Source:
    return Source.objects.get(kind="foreign")


def heard_at(text: str) -> Source | None:
    return Message.objects.get(text=text).source


def test_texts_of_a_channel_that_was_added_by_its_name_belong_to_it(city: Town, bot: Account) -> None:
    add(bot, "@rechnoy")
    listen()
    city.write("Не горит фонарь на Садовой")
    listen()
    place = the_place()
    assert (place.external_id, place.name, place.title) == (f"tg:{city.discussion}", "@rechnoy", "@rechnoy")
    assert heard_at("Не горит фонарь на Садовой") == place
    assert Entry.objects.get(verb="source.settle").subject == f"source:{place.pk}"
    assert add(bot, "@rechnoy", f"tg:{city.discussion}") == (0, 2), "it is read already, by either"


def test_a_renamed_channel_is_read_on_though_the_name_is_anothers_now(city: Town, bot: Account) -> None:
    add(bot, "@rechnoy")
    listen()
    city.sandbox.control("telegram/places", id=city.channel, username="rechnoy_gorod")
    city.sandbox.control("telegram/places", name="Чужой", username="rechnoy")
    city.write("Яма на Садовой")
    listen()
    place = the_place()
    assert (place.external_id, place.failures) == (f"tg:{city.discussion}", 0)
    assert heard_at("Яма на Садовой") == place


def test_a_group_that_became_a_supergroup_is_followed_by_its_source(city: Town, bot: Account) -> None:
    group = city.sandbox.control("telegram/places", name="Двор", kind="group")["id"]
    city.sit(group, city.bot.number, "administrator")
    add(bot, f"tg:{group}")
    listen()
    grown = city.sandbox.control("telegram/migrate", place=group)["id"]
    listen()
    city.write("Не горит фонарь во дворе", place=str(grown))
    listen()
    place = the_place()
    assert (place.external_id, place.failures) == (f"tg:{grown}", 0)
    assert heard_at("Не горит фонарь во дворе") == place


def test_a_name_that_nobody_has_is_said_so(city: Town, bot: Account) -> None:
    add(bot, "@nobody_at_all")
    listen()
    assert "Чата с именем @nobody_at_all в Telegram нет" in the_place().error
    assert the_place().external_id == "@nobody_at_all"


def test_a_second_name_of_a_place_that_is_read_already_is_said_so(city: Town, bot: Account) -> None:
    add(bot, f"tg:{city.discussion}")
    listen()
    add(bot, "@rechnoy")
    listen()
    again = Source.objects.get(external_id="@rechnoy")
    assert "уже есть среди источников" in again.error
    assert Source.objects.filter(kind="foreign").count() == 2


def test_a_wall_that_was_added_by_its_name_is_called_by_its_number(town: VkTown, region: Region) -> None:
    guest = Account.objects.get(network="vk", external_id=str(town.guest))
    Source.objects.update(active=False)
    add(guest, "https://vk.com/rechnoy")
    town.sandbox.control("vk/texts", person=str(town.anna), under=f"wall{town.wall}_{town.post}", text="Яма у школы")
    listen()
    place = the_place()
    assert (place.external_id, place.name, place.error) == (str(town.group), "https://vk.com/rechnoy", "")
    assert heard_at("Яма у школы") == place
