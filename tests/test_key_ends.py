from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from otklik.lib import clock
from otklik.networks import ends
from otklik.networks.access import access_to
from otklik.networks.models import Account, Token
from otklik.site.selfcheck import check
from tests.region import listen
from tests.stages import Stage

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]
pytestmark += [pytest.mark.parametrize("stage", ["facebook"], indirect=True)]


def ending(stage: Stage, **life: int) -> None:
    """The same token with another life."""
    stage.sandbox.control("meta/tokens", kind="page", place=stage.external_id, token=stage.keys["page"], **life)


def warned() -> dict[int, tuple[str, datetime]]:
    return ends.dying(Token.objects.values_list(*ends.FIELDS), clock.now())


def in_days(days: int) -> int:
    return int((clock.now() + timedelta(days=days)).timestamp())


def end_of(account: Account, kind: str = "page") -> datetime | None:
    return Token.objects.get(account=account, kind=kind).expires_at


def test_reading_learns_when_the_key_dies_if_it_is_told_and_asks_once_a_day(stage: Stage, account: Account) -> None:
    listen()
    assert (end_of(account), warned()) == (None, {}), "one that does not end is warned of nowhere"
    Token.objects.update(end_asked_at=None)
    ending(stage, ends=in_days(5))
    ends.ask_ends(account, replace(access_to(account), base="https://nobody.example"), clock.now())
    account.refresh_from_db()
    assert (account.stopped_at, end_of(account)) == (None, None), "a network that does not answer spoils nothing"
    assert Token.objects.filter(end_asked_at__isnull=True).count() == 0, "it is asked again tomorrow"
    Token.objects.update(end_asked_at=None)
    soon, late = in_days(5), in_days(60)
    ending(stage, ends=late, data_ends=soon)
    listen()
    assert end_of(account) == datetime.fromtimestamp(soon, UTC)
    assert end_of(account, "app_secret") is None
    assert list(warned()) == [account.pk]
    ending(stage, ends=late)
    listen()
    assert warned(), "asked today already"
    ends.ask_ends(account, access_to(account), clock.now() + timedelta(days=1))
    assert end_of(account) == datetime.fromtimestamp(late, UTC)
    assert warned() == {}


def test_a_dying_key_warns_a_dead_one_stops(stage: Stage, account: Account, capsys: pytest.CaptureFixture[str]) -> None:
    check()
    assert "умрёт" not in capsys.readouterr().out
    ending(stage, ends=in_days(3))
    check()
    assert "! Ключ страницы умрёт " in capsys.readouterr().out
    ending(stage, ends=in_days(-1))
    listen()
    account.refresh_from_db()
    assert "Срок ключа доступа истёк" in account.stop_reason
