"""Every address, walked as owner, colleague, other agency and stranger: what may not be seen is not there."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from otklik.api.tests.program import Program
from otklik.inbox.models import Message
from otklik.incidents.models import Incident, State
from otklik.journal import looks
from otklik.journal.models import Look
from otklik.people.models import Role, User
from otklik.reports.score import PARTS
from tests.addresses import (
    SECRET,
    FullCard,
    addresses,
    close_file,
    full_card,
    neighbour_of,
    noun_of,
    read,
    signed_in,
    snapshot,
)
from tests.make import people as make
from tests.make import places

pytestmark = pytest.mark.django_db
REFUSED = {403, 404}


@pytest.fixture
def full() -> FullCard:
    return full_card()


def test_a_stranger_gets_no_page_and_changes_nothing(full: FullCard) -> None:
    assert len(addresses(full.ids)) > 25
    assert sum(owned for _, owned in addresses(full.ids)) > 15
    before, client = snapshot(), signed_in(AnonymousUser())
    for address, _ in addresses(full.ids):
        for response in (client.get(address), client.post(address)):
            assert response.status_code in {302, 401, 403, 404, 405}, address
            if response.status_code == 302:
                assert response.headers["Location"].startswith("/accounts/login/"), address
    assert snapshot() == before


@pytest.mark.alike
@pytest.mark.parametrize("person", ["stranger", "nobody"])
def test_another_agency_finds_nothing_behind_any_id(full: FullCard, person: str) -> None:
    before, client = snapshot(), signed_in(full.who(person))
    for address, owned in addresses(full.ids):
        if not owned:
            continue
        assert client.get(address).status_code in REFUSED | {405}, address
        assert client.post(address, {"text": "x", "mark": "5", "version": "1"}).status_code in REFUSED | {405}, address
    assert snapshot() == before


@pytest.mark.parametrize("person", ["stranger", "executor", "operator"])
def test_lists_show_only_what_the_grants_open(full: FullCard, person: str) -> None:
    client, shown = signed_in(full.who(person)), set()
    for address, owned in addresses(full.ids):
        if not owned and "look" not in address:
            response = client.get(address)
            assert response.status_code < 500, address
            body = b"".join(response) if response.streaming else response.content
            if "Темно во дворе".encode() in body:
                shown.add(address)
    assert bool(shown) == (person != "stranger"), shown


@pytest.mark.parametrize("person", ["executor", "approver"])
def test_no_page_shows_what_stands_beside_its_own_card_on_a_card_of_others(full: FullCard, person: str) -> None:
    theirs = neighbour_of(full)
    client, beside = signed_in(full.who(person)), {**full.ids, **theirs, "incidents": full.ids["incidents"]}
    named = {address for address, _ in addresses(full.ids)} | {
        "/find/?q=диагноз",
        "/queue/?q=диагноз",
    }
    picture_beside = f"/incidents/{full.ids['incidents']}/pictures/{theirs['media_pk']}/"
    theirs_alone = {address for address, _ in addresses(beside)} - named | {picture_beside}
    assert {address for address in named | theirs_alone if SECRET in read(client, address)} == set()
    assert {address for address in theirs_alone if client.get(address).status_code not in REFUSED | {405}} == set()
    thread = f"/incidents/{full.ids['incidents']}/thread/"
    assert SECRET in read(signed_in(full.who("operator")), "/find/?q=диагноз")
    assert f"{SECRET}: диагноз" in read(signed_in(full.who("operator")), thread), "who sees every card sees all of it"
    Incident.objects.filter(pk=theirs["incidents"]).update(agency=full.people["agency"])
    assert all(words in read(client, thread) for words in (f"{SECRET}: диагноз", f"{SECRET}: лечим"))


@pytest.mark.parametrize("person", ["executor", "approver"])
def test_no_program_reads_what_stands_beside_its_own_card(full: FullCard, person: str) -> None:
    theirs, program = neighbour_of(full), Program(full.who(person))
    mine = {"cards": full.ids["incidents"], "answers": full.ids["answers"], "pictures": full.ids["media_pk"]}
    for path in ("/cards", "/messages", "/answers", *(f"/{noun}/{mine[noun]}" for noun in ("cards", "answers"))):
        response = program.get(path)
        assert response.status_code == 200, path
        assert SECRET not in response.content.decode(), path
    message = Message.objects.get(links__incident=full.ids["incidents"]).pk
    for path in (
        f"/messages/{theirs['messages']}",
        f"/messages/{theirs['spoken']}",
        f"/messages/{message}/pictures/{theirs['media_pk']}",
        f"/answers/{mine['answers']}/photos/{theirs['photo_pk']}",
        f"/answers/{mine['answers']}/acts/{theirs['act_pk']}",
    ):
        assert program.get(path).status_code == 404, path


def mighty(full: FullCard, reach: str) -> User:
    """Who sees the card as an auditor does, and has every role besides: for the whole region, or just not here."""
    who = make.person("mighty")
    make.grant(who, Role.AUDITOR, full.people["agency"])
    city = places.place("Дальний", "dalniy", parent=full.people["place"].parent)
    agency = full.people["other_agency"]
    where = {"the region": (None, None), "another agency": (agency, None), "another territory": (None, city)}[reach]
    for role in Role:
        if role != Role.EXECUTOR or where[0]:
            make.grant(who, role, *where)
    return who


@pytest.mark.alike
@pytest.mark.parametrize("reach", ["another agency", "another territory", "the region"])
def test_a_right_acts_within_its_reach_and_nowhere_else(full: FullCard, reach: str) -> None:
    Incident.objects.filter(number=2).update(place=full.people["place"])  # without one it lies in every territory
    client, card, changed, before = signed_in(mighty(full, reach)), full.ids["incidents"], set(), snapshot()
    wanted = {"text": "x", "note": "x", "tag": "x", "words": "так надо", "reason": "так надо", "title": "Иное"}
    wanted |= {"mark": "5", "version": "1", "sure": "1", "verdict": "lost", "id": str(full.ids["deliveries"])}
    wanted |= {"card": str(card), "cards": f"{card}.0", "name": "x", **{f"weight-{part}": "1" for part in PARTS}}
    for address, _owned in addresses(full.ids):
        close_file(client.post(address, wanted))
        if (now := snapshot()) != before:
            changed.add(address)
        before = now
    assert bool(changed) == (reach == "the region"), changed
    if reach == "the region":
        assert len(changed) > 15, changed


def test_whatever_shows_a_card_leaves_a_trace_of_who_looked(full: FullCard) -> None:
    card, program = full.ids["incidents"], Program(full.who("executor"))
    for part in ("", "live/", "thread/", "talk/", "voices/", "similar/", f"pictures/{full.ids['media_pk']}/"):
        Look.objects.all().delete()
        looks.forget_noted()
        close_file(signed_in(full.who("executor")).get(f"/incidents/{card}/{part}"))
        assert Look.objects.values_list("user", "incident").get() == (full.who("executor").pk, card), part
    signed_in(full.who("stranger")).get(f"/incidents/{card}/")
    looks.forget_noted()
    program.get(f"/cards/{card}")
    assert Look.objects.count() == 1, "nobody else, and the same person once a quarter of an hour"


def test_owner_and_colleague_see_the_card_and_only_an_approver_of_the_agency_can_approve(full: FullCard) -> None:
    for person in ("executor", "colleague", "operator"):
        response = signed_in(full.who(person)).get(f"/incidents/{full.ids['incidents']}/")
        assert response.status_code == 200, person
        assert "Темно во дворе" in response.content.decode(), person
    before, address = snapshot(), f"/answers/{full.ids['answers']}/approval/"
    for person in ("executor", "colleague", "head", "operator"):
        assert signed_in(full.who(person)).post(address, {"version": "1"}).status_code == 403, person
    assert snapshot() == before
    assert signed_in(full.who("approver")).post(address, {"version": "1"}).status_code < 400
    assert Incident.objects.get(number=1).state == State.PUBLISHING


def test_ids_that_no_database_holds_are_not_there_and_forms_need_their_csrf_token(full: FullCard) -> None:
    client, strict = signed_in(full.who("operator")), Client(enforce_csrf_checks=True)
    strict.force_login(full.who("approver"))
    before = snapshot()
    for address, owned in addresses(full.ids):
        if owned:
            huge = address.replace(f"/{full.ids[noun_of(address, full.ids)]}/", "/" + "9" * 30 + "/", 1)
            assert client.get(huge).status_code in REFUSED | {405}, huge
            assert strict.post(address, {"version": "1"}).status_code in {403, 405}, address
    assert snapshot() == before
