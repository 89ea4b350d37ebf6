"""Every id that a page reads out of an address or a form, sent with things of somebody else to every address."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase
from django.urls import resolve

from otklik.answers.models import ActFile, Answer, AnswerPhoto, Template
from otklik.desk.models import Handover, Upload
from otklik.inbox.models import Author, Media
from otklik.incidents.models import Incident, IncidentMessage, Note, State, Tag
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.lib.tests.test_pictures import picture
from otklik.networks.models import Account
from otklik.notify.alerts.models import Duty
from otklik.people.models import Agency, Grant, Role, Substitution
from otklik.publishing.models import Delivery, Epoch
from otklik.routing.models import Assignment, Extension, Inquiry
from otklik.triage.models import Verdict
from otklik.work.models import Notice, Undoable
from tests.addresses import (
    FullCard,
    act_of,
    addresses,
    answer_to,
    close_file,
    full_card,
    openers,
    signed_in,
    whoever_opens,
)
from tests.make import cards, inbox
from tests.parameters import OWNED, PLAIN, PRESSED, VERBS, part_of, reads
from tests.region import user

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.timeout(600)]
SECRET = "Чужая беда"
LONG = "9" * 18
PEOPLE = ("executor", "approver", "local_operator", "local_admin")
# What a form needs beside the id so that it is not refused for another reason.
REST = {
    "text": "Заменим @stranger", "version": "1", "sure": "1", "role": "executor", "title": "Моё", "work": "1",
    "last": "Ли", "first": "Анна", "username": "newone", "kind": "final", "outcome": "solved", "reason": "not_ours",
    "granted": "yes", "note": "Зовём",
    "until": "2099-01-01", "name": "Ведомство", "short_name": "В", "without": "yes", "writing": "1",
    "number": "2", "mark": "5", "query": "tab=work", "offset": "0",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Foreign:
    """Things of the waterworks, of which nobody of the other agency sees anything."""

    card: Incident
    ids: dict[str, str]

    def state(self) -> tuple[object, ...]:
        """All that is theirs, and whatever of ours has come to hang on it."""
        people = [int(self.ids["person"])]
        ours = Incident.objects.exclude(pk=self.card.pk)
        return (
            list(Incident.objects.filter(pk=self.card.pk).values()),
            list(IncidentMessage.objects.filter(Q(incident=self.card) | Q(message=self.ids["message"])).values()),
            list(Answer.objects.filter(Q(incident=self.card) | Q(reply_to=self.ids["message"])).values()),
            list(AnswerPhoto.objects.filter(answer__incident=self.card).values("pk", "stage", "answer_id")),
            list(ActFile.objects.filter(answer__incident=self.card).values("pk", "answer_id")),
            list(Extension.objects.filter(incident=self.card).values()),
            list(Template.objects.filter(agency=self.card.agency).values()),
            list(Account.objects.filter(agency=self.card.agency).values("pk", "title", "agency_id", "active")),
            list(Agency.objects.filter(path__startswith=self.ids["path"]).values()),
            list(Grant.objects.filter(Q(agency=self.card.agency) | Q(user__in=people)).values()),
            list(Upload.objects.filter(key=self.ids["key"]).values()),
            list(Undoable.objects.filter(batch=self.ids["batch"]).values()),
            list(Notice.objects.filter(user__in=people).values()),
            ours.filter(executor__in=people).count(),
            Handover.objects.filter(taker__in=people).count(),
            Note.objects.filter(incident=self.card).count(),
            Duty.objects.filter(user__in=people).count(),
            Substitution.objects.filter(Q(absent__in=people) | Q(deputy__in=people)).count(),
            list(Delivery.objects.filter(pk=self.ids["delivery"]).values("pk", "state", "hold", "due_at", "key")),
            list(Inquiry.objects.filter(incident=self.card).values()),
            Inquiry.objects.filter(pictures__icontains=self.ids["media"]).count(),
            Entry.objects.filter(incident=self.card.pk).count(),
            list(self.card.tags.values_list("pk", flat=True)),
        )


@pytest.fixture
def full() -> FullCard:
    full = full_card()
    full.people["local_operator"] = user("local-operator", Role.OPERATOR, full.people["agency"])
    full.people["local_admin"] = user("local-admin", Role.ADMINISTRATOR, full.people["agency"])
    return full


@pytest.fixture
def foreign(full: FullCard) -> Foreign:
    now, theirs, agency = clock.now(), full.who("stranger"), full.people["other_agency"]
    message = inbox.message(SECRET, at=now, author=Author.objects.earliest("pk"))
    card = cards.card(message, number=77, state=State.IN_WORK, agency=agency, executor=theirs)
    Assignment.objects.create(incident=card, agency=agency, at=now)
    answer = answer_to(card, message, theirs, state=Answer.State.DRAFT, text=SECRET)
    photo = AnswerPhoto.objects.create(answer=answer, file=ContentFile(picture("JPEG"), "f.jpg"))
    Note.objects.create(incident=card, author=theirs, text=SECRET, at=now)
    request = {"incident": card, "asked_by": theirs, "asked_at": now}
    soon, tag = now + timedelta(days=9), Tag.objects.create(name="чужая")
    card.tags.add(tag)
    undoable = {"batch": "00000000-0000-4000-8000-000000000007", "verb": "take", "entry": 1, "before": {}}
    Undoable.objects.create(incident=card, by=theirs, at=now + timedelta(hours=9), **undoable)
    voice = inbox.account(external_id="77", title="Водоканал", agency=agency, sandbox=False)
    held = {"text": SECRET, "key": "foreign", "created_at": now, "hold": "token", "cause": "token"}
    delivery = Delivery.objects.create(
        answer=answer, message=message, account=voice, epoch=Epoch.objects.earliest("pk"), **held
    )
    ids = {
        "account": voice.pk,
        "act": act_of(answer).pk,
        "agency": agency.pk,
        "batch": undoable["batch"],
        "person": theirs.pk,
        "card": card.pk,
        "cards": f"{card.pk}.{card.revision}",
        "choice": f"{agency.pk}.x",
        "number": card.number,
        "extension": Extension.objects.create(until=soon.date(), reason=SECRET, **request).pk,
        "inquiry": Inquiry.objects.create(name=SECRET, words=SECRET, until=soon, key="f", **request).pk,
        "media": Media.objects.create(message=message, kind="photo", file=ContentFile(picture("JPEG"), "f.jpg")).pk,
        "key": Upload.objects.create(key="u" * 43, user=theirs, incident=card, size=9, at=now).key,
        "delivery": delivery.pk,
        "message": message.pk,
        "one": f"{card.pk}:{theirs.pk}",
        "photo": photo.pk,
        "shot": f"{photo.pk}:before",
        "tag": tag.pk,
        "template": Template.objects.create(title=SECRET, text=SECRET, agency=agency).pk,
        "notice": Notice.objects.create(user=theirs, kind=Notice.Kind.HANDED_OVER, incident=card, by=theirs, at=now).pk,
        "verdict": Verdict.objects.create(message=message, at=now, kind="complaint", kind_share=0.9, themes=[]).pk,
        "path": agency.path,
    }
    return Foreign(card, {name: str(value) for name, value in ids.items()})


def module_of(address: str) -> str:
    return resolve(address).func.__module__.removeprefix("otklik.desk.").replace(".", "/")


def names_at(address: str) -> tuple[list[str], list[str]]:
    """The owned names that the very module behind an address reads, and those of the whole part of the desk."""
    module = module_of(address)
    own = sorted({name for one, name in reads() if one == module and name in OWNED})
    if module == PRESSED:
        return own, sorted({name for _, fields in VERBS for name in fields} & set(OWNED))
    return own, sorted({name for one, name in reads() if part_of(one) == part_of(module) and name in OWNED})


def attempts(full: FullCard, foreign: Foreign) -> Iterator[tuple[str, dict[str, str]]]:
    """At every address each name of its module alone, and all of its part of the desk at once."""
    for address, _ in addresses(full.ids):
        own, near = names_at(address)
        for names in [[name] for name in own] + [near]:
            yield address, {**REST, **{name: foreign.ids[OWNED[name]] for name in names}}


def words_of(response: HttpResponseBase) -> str:
    close_file(response)
    return response.content.decode(errors="replace") if isinstance(response, HttpResponse) else ""


def note_writes(writes: list[str], execute: Any, sql: str, *more: Any) -> Any:
    """Of the database's statements those that change rows."""
    if not sql.startswith(("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK")):
        writes.append(sql)
    return execute(sql, *more)


def test_every_parameter_that_a_page_reads_is_known_for_what_it_is() -> None:
    known = set(OWNED) | PLAIN
    unknown = sorted({f"{module}: {name}" for module, name in reads() if name not in known})
    assert unknown == [], "say in tests/parameters.py what it is: a thing of somebody's is then sent everywhere"


def test_the_catalogue_names_nothing_that_nobody_reads() -> None:
    assert sorted((set(OWNED) | PLAIN) - {name for _, name in reads()} - {"account"}) == []
    assert not set(OWNED) & PLAIN


@pytest.mark.whole
@pytest.mark.timeout(1200)
def test_no_number_that_is_none_or_too_long_brings_a_page_down(full: FullCard) -> None:
    """At every address each name that its module reads alone, and all of its part of the desk at once."""
    clients, tried = openers(full), 0
    for address, _ in addresses(full.ids):
        module = module_of(address)
        own = [{**REST, name: LONG} for one, name in sorted(reads()) if one == module]
        near = {name for one, name in reads() if part_of(one) == part_of(module)}
        for sent in (*own, *(dict.fromkeys(near, number) for number in (LONG, "--5", "9" * 5000))):
            with transaction.atomic():
                client = whoever_opens(address, clients)
                for response in (client.get(address, sent), client.post(address, sent)):
                    close_file(response)
                    assert response.status_code < 500, (address, sorted(sent))
                    tried += 1
                transaction.set_rollback(True)
    assert tried > 500


@pytest.mark.parametrize(
    "person", [person if person == "executor" else pytest.param(person, marks=pytest.mark.whole) for person in PEOPLE]
)
def test_nothing_of_somebody_else_is_shown_or_touched_by_any_id(full: FullCard, foreign: Foreign, person: str) -> None:
    client, before, tried = signed_in(full.who(person)), foreign.state(), 0
    shut: set[tuple[object, str]] = set()
    for address, sent in attempts(full, foreign):
        ways = [ask for ask in (client.get, client.post) if (ask, address) not in shut]
        writes: list[str] = []
        with transaction.atomic(), connection.execute_wrapper(partial(note_writes, writes)):
            responses = {ask: ask(address, sent) for ask in ways}
            pages = [words_of(response) for response in responses.values()]
            after = foreign.state() if writes else before
            transaction.set_rollback(True)
        shut |= {(ask, address) for ask, response in responses.items() if response.status_code == 405}
        assert max(response.status_code for response in responses.values()) < 500, (address, sent)
        assert not any(SECRET in page.replace(REST["text"], "") for page in pages), (address, sent)
        assert after == before, (address, sent)
        tried += len(ways)
    assert tried > 150
