"""When a key will die is asked of the network once a day, and said before it is too late."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from otklik.lib import clock
from otklik.networks import ends
from otklik.networks.access import access_to, door
from otklik.networks.models import Account, Source, Token
from otklik.site.selfcheck import check
from tests.region import build_people, listen
from tests.sandbox.conftest import meta_town
from tests.sandbox.meta_town import SECRET, MetaTown

__all__ = ["meta_town"]
pytestmark = [pytest.mark.processes, pytest.mark.enable_socket, pytest.mark.usefixtures("switched_on")]


@pytest.fixture
def page(meta_town: MetaTown, db: None) -> Iterator[Account]:
    kept, settings.SANDBOX_ADDRESS = settings.SANDBOX_ADDRESS, meta_town.sandbox.base
    door.cache_clear()
    place = build_people()["place"]
    account = Account.objects.create(network="facebook", external_id=meta_town.page, title="Город", sandbox=True)
    for kind, secret in (("page", meta_town.token), ("app_secret", SECRET)):
        Token.objects.create(account=account, kind=kind, secret=secret, per_second=1000)
    Source.objects.create(
        network="facebook", kind="own", external_id=meta_town.page, title="Город", account=account, place=place
    )
    yield account
    settings.SANDBOX_ADDRESS = kept
    door.cache_clear()


def ending(town: MetaTown, **life: int) -> None:
    """The same token with another life."""
    town.sandbox.control("meta/tokens", kind="page", place=town.page, token=town.token, **life)


def warned() -> dict[int, tuple[str, datetime]]:
    return ends.dying(Token.objects.values_list(*ends.FIELDS), clock.now())


def in_days(days: int) -> int:
    return int((clock.now() + timedelta(days=days)).timestamp())


def end_of(account: Account, kind: str = "page") -> datetime | None:
    return Token.objects.get(account=account, kind=kind).expires_at


def test_a_key_that_does_not_end_is_warned_of_nowhere(meta_town: MetaTown, page: Account) -> None:
    listen()
    assert (end_of(page), warned()) == (None, {})


def test_reading_learns_when_the_key_dies_and_asks_once_a_day(meta_town: MetaTown, page: Account) -> None:
    soon, late = in_days(5), in_days(60)
    ending(meta_town, ends=late, data_ends=soon)
    listen()
    assert end_of(page) == datetime.fromtimestamp(soon, UTC)
    assert end_of(page, "app_secret") is None
    assert list(warned()) == [page.pk]
    ending(meta_town, ends=late)
    listen()
    assert warned(), "asked today already"
    ends.ask_ends(page, access_to(page), clock.now() + timedelta(days=1))
    assert end_of(page) == datetime.fromtimestamp(late, UTC)
    assert warned() == {}


def test_a_network_that_does_not_answer_now_spoils_nothing(meta_town: MetaTown, page: Account) -> None:
    ending(meta_town, ends=in_days(5))
    ends.ask_ends(page, replace(access_to(page), base="https://nobody.example"), clock.now())
    page.refresh_from_db()
    assert (page.stopped_at, end_of(page)) == (None, None)
    assert Token.objects.filter(end_asked_at__isnull=True).count() == 0, "it is asked again tomorrow"


def test_the_check_says_the_day(meta_town: MetaTown, page: Account, capsys: pytest.CaptureFixture[str]) -> None:
    check()
    assert "умрёт" not in capsys.readouterr().out
    ending(meta_town, ends=in_days(3))
    check()
    assert "! Ключ страницы умрёт " in capsys.readouterr().out


def test_a_key_whose_life_is_over_stops_the_account(meta_town: MetaTown, page: Account) -> None:
    ending(meta_town, ends=in_days(-1))
    listen()
    page.refresh_from_db()
    assert "Срок ключа доступа истёк" in page.stop_reason
