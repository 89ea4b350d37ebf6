import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from otklik.lib import clock
from otklik.networks import access, keeping
from otklik.networks.access import access_to
from otklik.networks.base import Speech
from otklik.networks.errors import AuthLost, OutcomeUnknown, RetryAt
from otklik.networks.models import Account, Token
from otklik.networks.optional import Renewed
from otklik.networks.registry import NETWORKS
from otklik.people.models import User
from tests.at_once import at_once
from tests.make import inbox
from tests.region import build_people, joined, listen
from tests.sandbox.process import Sandbox
from tests.sandbox.x_town import SECRET, XTown, build

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket, pytest.mark.django_db(transaction=True)]
X = NETWORKS["x"]
HOURS = 3 * 3600


@pytest.fixture
def town(sandbox: Sandbox) -> Iterator[XTown]:
    with joined(sandbox):
        yield build(sandbox)


@pytest.fixture
def office(town: XTown, switched_on: None) -> Account:
    """The town's account with a key that ends, and what renews it. Nobody has said when it ends."""
    pair = town.token("pair", place=town.me)
    keys = {"bearer": town.bearer, "consumer_secret": SECRET, "user": pair["token"], "refresh": pair["refresh"]}
    keys |= {"client_id": pair["client_id"], "client_secret": pair["client_secret"]}
    voice = inbox.account("x", town.me, keys, options={"dm_seconds": 1})
    inbox.source(voice, place=build_people()["place"])
    return voice


def never(_keys: object) -> Renewed:
    raise AssertionError("nobody may ask")


def key(account: Account, kind: str = "user") -> Token:
    return Token.objects.get(account=account, kind=kind)


def secret(account: Account, kind: str = "user") -> str:
    return key(account, kind).secret


def renewals(town: XTown) -> int:
    """How many refresh tokens were used up: the sandbox counts them."""
    return int(town.sandbox.inspect("counts")["x"]["renewals"])


def end_the_key(town: XTown) -> None:
    town.sandbox.control("clock", offset=HOURS)


def me(account: Account) -> list[str]:
    """Reads its own name with the user's key alone."""
    access = access_to(Account.objects.get(pk=account.pk))
    access = replace(access, tokens={kind: token for kind, token in access.tokens.items() if kind != "bearer"})
    return [person.external_id for person in X.authors(access, [account.external_id])]


def test_a_refused_key_is_renewed_in_silence(town: XTown, office: Account, caplog: pytest.LogCaptureFixture) -> None:
    before = secret(office), secret(office, "refresh")
    end_the_key(town)
    with caplog.at_level(logging.DEBUG):
        assert me(office) == [town.me]
    assert secret(office) != before[0]
    assert secret(office, "refresh") != before[1]
    left = key(office).expires_at
    assert left is not None
    assert timedelta(minutes=110) < left - clock.now() <= timedelta(hours=2)
    assert me(office) == [town.me]
    assert renewals(town) == 1
    fresh = [secret(office), secret(office, "refresh")]
    assert "was renewed" in caplog.text
    assert not any(one in caplog.text for one in fresh)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM networks_token")
        assert not any(one in row[0] for row in cursor.fetchall() for one in fresh)


@pytest.mark.parametrize(("minutes", "times"), [(2, 1), (60, 0)])
def test_only_a_key_about_to_die_is_renewed_before_use(town: XTown, office: Account, minutes: int, times: int) -> None:
    Token.objects.filter(kind="user").update(expires_at=clock.now() + timedelta(minutes=minutes))
    assert me(office) == [town.me]
    assert renewals(town) == times


def test_workers_that_find_it_dead_at_once_renew_it_once(town: XTown, office: Account) -> None:
    end_the_key(town)
    town.fault("slow", "oauth2/token", seconds=1)
    assert at_once(me, [office] * 3) == [[town.me]] * 3
    assert renewals(town) == 1


def test_an_end_in_the_middle_of_a_publication_gives_one_answer(town: XTown, office: Account) -> None:
    asked = town.ask()
    access = access_to(Account.objects.get(pk=office.pk))
    speech = Speech("Починят завтра.", asked, asked)
    speech = replace(speech, seen=X.replies(access, speech))
    end_the_key(town)
    publication = X.publish(access, speech, "k")
    ours = [one for one in town.thread(asked) if "Починят завтра." in one["text"]]
    assert [one["address"] for one in ours] == [publication.external_id]
    assert renewals(town) == 1


@pytest.mark.parametrize(
    ("kind", "words"), [("refresh", "снова разрешит доступ приложению"), ("client_secret", "сверьте Client ID")]
)
def test_a_dead_renewal_key_stops_the_account_and_says_why(town: XTown, office: Account, kind: str, words: str) -> None:
    end_the_key(town)
    Token.objects.filter(kind=kind).update(secret="used-up-long-ago-000000")
    listen()
    office.refresh_from_db()
    assert office.stopped_at is not None
    assert words in office.stop_reason


@pytest.mark.parametrize("arrived", [True, False])
def test_a_call_without_an_answer_is_repeated_if_it_did_not_arrive(town: XTown, office: Account, arrived: bool) -> None:
    end_the_key(town)
    town.fault("drop_after" if arrived else "drop_before", "oauth2/token")
    with pytest.raises(RetryAt):
        me(office)
    Token.objects.filter(kind="user").update(renewing_until=clock.now())  # as if half a minute had passed
    if arrived:
        with pytest.raises(AuthLost, match="оборвалось"):
            me(office)
    else:
        assert me(office) == [town.me]


def test_a_lease_that_another_holds_is_waited_for_and_one_of_the_dead_is_taken(town: XTown, office: Account) -> None:
    waits: list[float] = []
    end_the_key(town)
    Token.objects.filter(kind="user").update(renewing_until=clock.now() - timedelta(seconds=1))
    assert me(office) == [town.me]
    assert key(office).renewing_until is None
    Token.objects.filter(kind="user").update(renewing_until=clock.now() + timedelta(minutes=1))
    with pytest.raises(RetryAt, match="продлевается"):
        access.renewed(office, "user", secret(office), never, waits.append)
    assert len(waits) == access.PATIENCE

    def other(_seconds: float) -> None:
        Token.objects.filter(kind="user").update(secret="brought-by-another-0001", renewing_until=None)

    keys = access.renewed(office, "user", secret(office), never, other)
    assert keys["user"].secret == "brought-by-another-0001", "what another worker has brought meanwhile is used"


@pytest.mark.parametrize(
    ("error", "left"),
    [(RetryAt("later", timedelta(seconds=9)), False), (AuthLost("dead"), False), (OutcomeUnknown("?"), True)],
)
def test_a_failure_leaves_the_lease_as_the_next_worker_needs_it(office: Account, error: Exception, left: bool) -> None:
    def ask(_keys: object) -> Renewed:
        raise error

    with pytest.raises((RetryAt, AuthLost)):
        access.renewed(office, "user", secret(office), ask)
    assert (key(office).renewing_until is not None) == left


def test_a_persons_key_is_not_overwritten_and_forgets_how_the_one_before_ended(office: Account) -> None:
    def ask(_keys: object) -> Renewed:
        Token.objects.filter(kind="user").update(secret="given-by-a-person-0001", renewing_until=None)
        return Renewed({"user": "renewed-too-late-00001", "refresh": "renewed-too-late-00002"})

    keys = access.renewed(office, "user", secret(office), ask)
    assert keys["user"].secret == "given-by-a-person-0001"
    assert keys["refresh"].secret != "renewed-too-late-00002"
    Token.objects.filter(kind="user").update(expires_at=clock.now(), renewing_until=clock.now())
    keeping.give_key(office, "user", "given-by-a-person-0002", User.objects.earliest("pk"), clock.now())
    assert (key(office).expires_at, key(office).renewing_until) == (None, None)


def test_a_database_that_is_away_for_a_moment_loses_no_key(office: Account) -> None:
    waits: list[float] = []
    failures = [OperationalError("locked")] * 2

    def away(execute: Callable[..., object], sql: str, *rest: object) -> object:
        if sql.startswith("UPDATE") and "secret" in sql and failures:
            raise failures.pop()
        return execute(sql, *rest)

    def ask(_keys: object) -> Renewed:
        return Renewed({"user": "renewed-for-sure-00001", "refresh": "renewed-for-sure-00002"}, timedelta(hours=2))

    with connection.execute_wrapper(away):
        keys = access.renewed(office, "user", secret(office), ask, waits.append)
    assert (keys["user"].secret, keys["refresh"].secret) == ("renewed-for-sure-00001", "renewed-for-sure-00002")
    assert (failures, waits) == ([], [1, 2])
