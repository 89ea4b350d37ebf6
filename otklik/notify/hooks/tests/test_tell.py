from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from pytest_django import Settings
from standardwebhooks import Webhook

from otklik.journal.models import Entry
from otklik.lib.due import LeaseLost, claim
from otklik.lib.neighbour import NO_LINE, PRIVATE
from otklik.lib.refusal import Refused
from otklik.lib.tests import servers
from otklik.notify.alerts.models import Alert
from otklik.notify.alerts.tests.data import LEASE
from otklik.notify.hooks import keeping, kinds
from otklik.notify.hooks.models import Call, Subscription
from otklik.notify.hooks.tell import neighbour_client, tell_one
from otklik.notify.hooks.tests.data import Region, says

pytestmark = [pytest.mark.django_db, pytest.mark.enable_socket]
NEW = kinds.NEW


class Died(BaseException):
    """The plug is pulled."""


def cards(region: Region, number: int) -> list[str]:
    return [f"card.new {region.town.card().number}" for _one in range(number)]


def one_call(region: Region) -> None:
    """A subscription, and a card that it is to hear of."""
    region.subscribe(NEW)
    cards(region, 1)


def here() -> Subscription:
    return Subscription.objects.get()


def claimed(region: Region) -> Call:
    (row,) = claim(Call, region.now, LEASE, 1)
    return row


def system_alerts() -> int:
    return Alert.objects.filter(user__username="admin", kind="system").count()


def test_a_call_is_heard_once_and_its_signature_holds(region: Region) -> None:
    region.town.now = datetime.now(UTC)  # the library looks at the time
    subscription = region.subscribe(NEW)
    expected = cards(region, 2)
    assert region.works(seconds=0) == 2
    assert region.works() == 0
    assert region.tries() == expected
    for heard in region.receiver.heard:
        payload = Webhook(subscription.secret).verify(heard.body, heard.headers)
        assert payload["id"] == heard.uid
        assert heard.headers["content-type"] == "application/json"
    call = Call.objects.earliest("pk")
    assert (call.status, call.tries, call.words, call.done_at is not None) == (204, 1, "", True)
    assert here().succeeded_at == region.now - timedelta(seconds=5)


def test_a_program_that_is_away_gets_everything_in_its_order_once_it_is_back(region: Region) -> None:
    region.subscribe(NEW)
    region.receiver.answer = says(503, b"later")
    expected = cards(region, 3)
    tries = [region.works(seconds=seconds) for seconds in (5, 4, 1, 30, 120, 600, 3600, 10800)]
    assert tries == [1, 0, 1, 1, 1, 1, 1, 1]
    assert set(region.tries()) == {expected[0]}
    call = Call.objects.earliest("pk")
    assert (call.tries, call.status, call.reply, call.done_at) == (7, 503, "later", None)
    assert (here().misses, here().failing_since is not None) == (7, True)
    region.receiver.came.clear()
    region.receiver.answer = says(200)
    region.works(hours=3)
    assert region.tries() == expected
    assert (here().misses, here().failing_since, here().rest_until) == (0, None, None)


def test_what_a_living_program_refuses_steps_aside_for_the_others(region: Region) -> None:
    region.subscribe(NEW)
    poison, *others = cards(region, 3)

    region.receiver.answer = lambda line: says(500 if region.tries()[-1] == poison else 200)(line)
    for seconds in (5, 5, 30):
        region.works(seconds=seconds)
    assert region.tries() == [poison] * 3
    region.works(seconds=120)
    assert region.tries() == [poison] * 4 + others
    region.receiver.came.clear()
    region.works(minutes=10)
    assert region.tries() == [poison]
    assert (here().misses, here().failing_since) == (0, None)


def test_a_program_that_refuses_everything_is_not_run_over(region: Region) -> None:
    region.subscribe(NEW)
    cards(region, 20)
    region.receiver.answer = says(401)
    for _half_hour in range(48):
        region.works(minutes=30)
    assert len(region.receiver.heard) < 40
    region.receiver.answer = says(200)
    region.works(hours=3)
    region.works(hours=3)
    assert not Call.objects.filter(done_at=None).exists()


def test_a_dead_program_holds_up_nobody_else(region: Region) -> None:
    region.subscribe(NEW, path="/dead", address="http://127.0.0.1:1/dead")
    region.subscribe(NEW, path="/alive")
    expected = cards(region, 5)
    region.works()
    assert region.tries() == expected
    dead = Call.objects.filter(subscription__name="/dead")
    assert [(one.tries, one.words) for one in dead.order_by("pk")[:2]] == [(1, NO_LINE), (0, "")]


def test_after_three_days_a_call_is_given_up_and_a_person_may_have_it_told_again(region: Region) -> None:
    region.subscribe(NEW)
    first, second = cards(region, 2)
    region.receiver.answer = says(502)
    for _round in range(30):
        region.works(hours=3)
    assert Call.objects.filter(given_up_at__isnull=False, done_at=None).count() == 2
    assert here().failing_since is not None
    third = cards(region, 1)
    region.receiver.came.clear()
    region.receiver.answer = says(200)
    region.works(hours=3)
    assert region.tries() == third
    call = Call.objects.earliest("pk")
    uid = call.uid
    keeping.repeat(call, region.town.admin, region.now)
    with pytest.raises(Refused):
        keeping.repeat(call, region.town.admin, region.now)
    region.works()
    assert region.tries() == [*third, first]
    assert region.receiver.heard[-1].uid == str(uid)
    assert second not in region.tries()


def test_gone_switches_the_subscription_off_and_the_administrators_hear_of_it(region: Region) -> None:
    region.subscribe(NEW)
    cards(region, 2)
    region.receiver.answer = says(410)
    assert region.works() == 1
    assert region.works(days=1) == 0
    assert (here().off_why, here().due_at) == (Subscription.Why.GONE, None)
    assert Entry.objects.filter(verb="hook.gone", subject=f"hook:{here().pk}").count() == 1
    assert system_alerts() == 1
    region.receiver.answer = says(200)
    keeping.switch_on(here(), region.town.admin, region.now)
    assert region.works() == 1


def test_after_a_day_without_success_the_administrators_are_told_once(region: Region) -> None:
    one_call(region)
    region.receiver.answer = says(503)
    region.works()
    region.works(hours=23)
    assert system_alerts() == 0
    region.works(hours=1)
    region.works(hours=3)
    assert system_alerts() == 1
    assert Entry.objects.filter(verb="hook.failing").count() == 1
    region.receiver.answer = says(200)
    region.works(hours=3)
    assert (here().told_at, here().failing_since) == (None, None)


def test_a_worker_that_dies_after_the_call_leaves_it_to_be_told_again_as_the_same(region: Region) -> None:
    one_call(region)
    region.pass_(seconds=5)
    region.listens()
    row = claimed(region)

    def pull(point: str) -> None:
        raise Died(point)

    with pytest.raises(Died):
        tell_one(row, region.now, lambda: 0.0, pull)
    assert region.tells() == 0
    region.pass_(minutes=10)
    assert region.tells() == 1
    first, second = region.receiver.heard
    assert (first.uid, first.body) == (second.uid, second.body)
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]
    assert Call.objects.get().done_at == region.now


def test_a_worker_that_lost_the_row_says_nothing_and_settles_nothing(region: Region) -> None:
    one_call(region)
    region.pass_(seconds=5)
    region.listens()
    stuck = claimed(region)
    region.pass_(minutes=10)
    other = claimed(region)
    with pytest.raises(LeaseLost):
        tell_one(stuck, region.now, lambda: 0.0)
    assert region.receiver.heard == []

    def overtake(_point: str) -> None:
        Call.objects.update(lease="somebody-else")

    with pytest.raises(LeaseLost):
        tell_one(other, region.now, lambda: 0.0, overtake)
    call = Call.objects.get()
    assert (call.done_at, call.status, call.lease) == (None, None, "somebody-else")


@pytest.mark.django_db(transaction=True)
def test_a_call_that_waits_in_an_older_database_goes_on_with_its_tries(region: Region) -> None:
    one_call(region)
    region.receiver.answer = says(503)
    region.works()
    MigrationExecutor(connection).migrate([("hooks", "0001_initial")])
    with connection.cursor() as cursor:
        cursor.execute("SELECT attempts FROM hooks_call")
        assert cursor.fetchall() == [(1,)]
    MigrationExecutor(connection).migrate([("hooks", "0002_tries")])
    region.receiver.answer = says(200)
    assert region.works() == 1
    call = Call.objects.get()
    assert (call.tries, call.done_at) == (2, region.now)


def test_a_redirect_leads_nowhere_and_an_answer_that_is_no_http_counts_as_none(region: Region) -> None:
    one_call(region)
    region.receiver.answer = says(302, Location=region.receiver.address("/elsewhere"))
    region.works()
    assert [one.path for one in region.receiver.heard] == ["/hear"]
    call = Call.objects.get()
    assert (call.status, call.done_at) == (302, None)
    region.receiver.answer = servers.says(b"\x16\x03\x01 what?\r\n\r\n")
    region.works()
    call.refresh_from_db()
    assert (len(region.receiver.heard), call.status, call.done_at, call.words != "") == (2, None, None, True)


def test_garbage_and_much_of_it_is_kept_trimmed_and_redacted(region: Region) -> None:
    one_call(region)
    secret = here().secret
    region.receiver.answer = says(200, b"\x00\xff" + secret.encode() + b"x" * 100_000)
    region.works()
    call = Call.objects.get()
    assert (call.done_at is not None, len(call.reply) <= 2000) == (True, True)
    assert not [kept for kept in (secret, "\x00") if kept in call.reply]


def test_an_address_that_has_come_to_lead_inside_is_not_called(region: Region, settings: Settings) -> None:
    one_call(region)
    settings.MODE = "real"
    neighbour_client.cache_clear()
    try:
        region.works()
    finally:
        neighbour_client.cache_clear()
    assert region.receiver.heard == []
    assert Call.objects.get().words == PRIVATE


def test_a_trial_is_told_past_the_line_and_once(region: Region) -> None:
    one_call(region)
    region.receiver.answer = says(503)
    region.works()
    keeping.ping(here(), region.town.admin, region.now)
    region.works(seconds=0)
    assert region.tries()[1:] == ["ping"]
    assert region.receiver.heard[-1].payload["data"] == {}
    ping = Call.objects.get(kind=kinds.PING)
    assert ping.given_up_at is not None
    region.receiver.answer = says(200)
    keeping.ping(here(), region.town.admin, region.now)
    region.works(seconds=0)
    # It hears again, so what waited goes out at once.
    assert region.tries()[2] == "ping"
    assert region.tries()[3].startswith("card.new")


def test_a_changed_address_gets_what_waits_and_both_secrets_sign_for_a_day(region: Region) -> None:
    region.town.now = datetime.now(UTC)
    subscription = region.subscribe(NEW)
    earlier = subscription.secret
    region.receiver.answer = says(503)
    cards(region, 1)
    region.works(seconds=0)
    subscription_input = keeping.HookInput("ПОС", region.receiver.address("/new"), [NEW])
    assert keeping.change(subscription, subscription_input, keeping.seen(subscription), region.town.admin, region.now)
    fresh = keeping.rotate(subscription, region.town.admin, region.now)
    region.receiver.answer = says(200)
    region.works()
    heard = region.receiver.heard[-1]
    assert heard.path == "/new"
    assert Webhook(fresh).verify(heard.body, heard.headers) == Webhook(earlier).verify(heard.body, heard.headers)
    region.works(hours=24)
    assert (here().secret, here().earlier) == (fresh, "")
    raw = Entry.objects.filter(verb__startswith="hook.")
    assert not [one for one in raw if fresh in str(one.data) or earlier in str(one.data)]


def test_a_slow_program_is_left_after_its_time(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    one_call(region)
    monkeypatch.setattr(
        "otklik.notify.hooks.tell.neighbour_client", lambda: type(neighbour_client())(("127.0.0.1/32",), seconds=0.2)
    )
    region.receiver.answer = lambda line: line.recv(1)  # nothing comes any more: it waits until the line is closed
    region.works()
    call = Call.objects.get()
    assert (call.status, call.words) == (None, "ответа не дождались")
    assert call.took is not None
    assert call.took < 2000
