"""Every address of the desk with its ids filled in, over a card that has one of everything hanging on it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from otklik.alerts.models import Duty, Surge
from otklik.answers.models import ActFile, Answer, AnswerPhoto, ApprovalPolicy, Statement, StatementCard, Template
from otklik.desk.models import Handover, Practice, Selection
from otklik.feedback.models import Rating, Survey
from otklik.hooks.models import Call, Subscription
from otklik.inbox.models import Author, Media, Message, Thread
from otklik.incidents.models import Incident, IncidentMessage, Note, Problem, ProblemCard, State
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.lib.tests.test_pictures import picture
from otklik.networks.models import Account, Source
from otklik.people import programs
from otklik.people.models import MadeRole, ProgramToken, Substitution, User
from otklik.publishing.models import Delivery, Epoch, Sent
from otklik.registers.models import Promise
from otklik.reports.models import Schedule
from otklik.routing.models import Assignment, Inquiry, InquiryPhoto, NoiseCheck, Norm, Rule
from otklik.triage.models import TrainedModel
from tests.region import PASSWORD, build_people, user

OUTSIDE = ("api/", "hooks/", "accounts/", "language/", "s/", "o/", "public/")


@dataclass
class World:
    people: dict[str, object]
    ids: dict[str, int]

    def who(self, name: str) -> User:
        found = self.people[name]
        assert isinstance(found, User)
        return found


def make_world() -> World:
    """A card of the executor's agency with one of everything hanging on it."""
    people = build_people()
    people["colleague"] = user("colleague", "executor", people["agency"])
    people["nobody"] = User.objects.create(username="nobody")
    now = clock.now()
    thread = Thread.objects.create(network="vk", external_id="wall-1_1")
    author = Author.objects.create(network="vk", external_id="id1", name="Анна")
    message = Message.objects.create(
        network="vk",
        external_id="wall-1_1?reply=2",
        place="comment",
        thread=thread,
        author=author,
        text="Темно во дворе",
        posted_at=now,
        captured_at=now,
        due_at=now,
        set_aside_at=now,
    )
    incident = Incident.objects.create(
        number=1,
        state=State.APPROVAL,
        agency=people["agency"],
        theme=people["theme"],
        place=people["place"],
        network="vk",
        started_at=now,
        created_at=now,
        assigned_at=now,
    )
    IncidentMessage.objects.create(incident=incident, message=message, main=True, linked_at=now)
    fresh = Incident.objects.create(number=2, network="vk", started_at=now, created_at=now)
    IncidentMessage.objects.create(incident=fresh, message=message, main=True, linked_at=now)
    Assignment.objects.create(incident=incident, agency=people["agency"], at=now)
    answer = Answer.objects.create(
        incident=incident,
        reply_to=message,
        state=Answer.State.APPROVAL,
        text="Заменим",
        outcome="solved",
        agency=people["agency"],
        author=people["executor"],
        created_at=now,
        changed_at=now,
    )
    delivery = Delivery.objects.create(
        answer=answer, message=message, epoch=Epoch.objects.create(began_at=now), text="x", key="k", created_at=now
    )
    sent = Sent.objects.create(delivery=delivery, external_id="wall-1_1?reply=3", at=now)
    account = Account.objects.create(network="vk", external_id="1", title="Город", stopped_at=now)
    ids = {
        "incidents": incident.pk,
        "answers": answer.pk,
        "deliveries": delivery.pk,
        "photo_pk": AnswerPhoto.objects.create(answer=answer, file=ContentFile(picture("JPEG"), "a.jpg")).pk,
        "ratings": Rating.objects.create(incident=incident, origin="reading", mark=5, at=now, suggested=True).pk,
        "notes": Note.objects.create(incident=incident, author=people["operator"], text="тайна", at=now).pk,
        "act_pk": act_of(answer).pk,
        "shot_pk": reply_photo(incident, people["executor"]),
        "inquiries": question(incident, people["operator"], people["agency"]),
        "media_pk": Media.objects.create(message=message, kind="photo", file=ContentFile(picture("JPEG"), "m.jpg")).pk,
        "accounts": account.pk,
        "hooks": called_program(now).subscription_id,
        "calls": Call.objects.get().pk,
        "sources": Source.objects.create(network="vk", kind="foreign", external_id="9", account=account).pk,
        "health": account.pk,
        "promises": Promise.objects.create(answer=answer, incident=incident, given_at=now, limit_at=now).pk,
        "surveys": Survey.objects.create(incident=incident, sent=sent, opened_at=now).pk,
        "selections": Selection.objects.create(user=people["operator"], title="Моё", query="tab=work").pk,
        "handover": Handover.objects.create(giver=people["operator"], taker=people["colleague"], at=now).pk,
        "noise-checks": NoiseCheck.objects.create(incident=incident, day=now.date(), drawn_at=now).pk,
        "surges": surge_of(people["theme"], people["place"]),
        "duties": Duty.objects.create(user=people["executor"], starts_at=now, ends_at=now + timedelta(hours=8)).pk,
        "substitutions": Substitution.objects.create(
            absent=people["executor"],
            deputy=people["operator"],
            since=now + timedelta(1),
            until=now + timedelta(2),
            by=people["executor"],
            made_at=now,
        ).pk,
        "schedules": Schedule.objects.create(
            cycle="daily", ending="pdf", hour=8, by=people["operator"], at=now, due_at=now + timedelta(1)
        ).pk,
        "practice": Practice.objects.create(user=people["operator"], began_at=now).pk,
        "people": people["executor"].pk,
        "sessions": session_of(people["executor"]),
        "grants": people["executor"].grants.get().pk,
        "agencies": people["agency"].pk,
        "classifier": people["theme"].pk,
        "learned": TrainedModel.objects.create(state="active", made_at=now, made_by="machine:training").pk,
        "roles": MadeRole.objects.create(name="Своя", base="head", permissions=[], made_at=now).pk,
        "programs": program_of(people["operator"]),
        "rules": Rule.objects.get().pk,
        "policies": ApprovalPolicy.objects.create(theme=people["theme"], steps=2).pk,
        "norms": Norm.objects.create(clock="final_answer", minutes=60).pk,
        "templates": Template.objects.create(title="Привет", text="Здравствуйте!").pk,
    }
    return World(people, ids | told_to_many(incident, answer))


def told_to_many(card: Incident, answer: Answer) -> dict[str, int]:
    """A problem that the card is part of, with a statement that its answer is one of."""
    now = clock.now()
    problem = Problem.objects.create(number=1, title="Темно", state=Problem.State.OPEN, opened_at=now)
    ProblemCard.objects.create(problem=problem, incident=card, at=now)
    Incident.objects.filter(pk=card.pk).update(problem=problem)
    statement = Statement.objects.create(
        problem=problem, kind="final", state="returned", text="Заменим", author=answer.author, created_at=now
    )
    StatementCard.objects.create(statement=statement, incident=card, answer=answer, pending=False)
    return {"problems": problem.pk, "statements": statement.pk}


def surge_of(theme: Any, place: Any) -> int:
    """A surge that runs."""
    now = clock.now()
    told = {"since": now, "raised_at": now, "last_at": now, "people": 6, "minutes": 30, "usual": 0}
    return int(Surge.objects.create(theme=theme, place=place, **told).pk)


def act_of(answer: Answer) -> ActFile:
    """An act that hangs on this answer as a PDF."""
    told = {"by": answer.author, "at": answer.created_at, "name": "акт.pdf", "size": 15, "kind": "pdf"}
    return ActFile.objects.create(answer=answer, file=ContentFile(b"%PDF-1.7\n%%EOF", "a.pdf"), **told)


def reply_photo(card: Incident, asker: object) -> int:
    """A photo of somebody outside who has answered about this card."""
    told = {"name": "Светосервис", "words": "Когда?", "asked_by": asker, "asked_at": clock.now()}
    made = Inquiry.objects.create(incident=card, key="k", until=clock.now() + timedelta(days=3), **told)
    return int(InquiryPhoto.objects.create(inquiry=made, file=ContentFile(picture("JPEG"), "o.jpg")).pk)


def question(card: Incident, asker: object, agency: object) -> int:
    """A question to an agency about its part of this card."""
    told = {
        "name": "Вода",
        "words": "Ваш ли это колодец?",
        "asked_by": asker,
        "asked_at": clock.now(),
        "agency": agency,
    }
    return int(Inquiry.objects.create(incident=card, until=clock.now() + timedelta(days=3), **told).pk)


def program_of(person: User) -> int:
    """A key of somebody's program."""
    until = timezone.localdate(clock.now()) + timedelta(days=30)
    token, _secret = programs.make(programs.Told(person, "СЭД", ["cards:read"], until), person, clock.now())
    return int(token.pk)


def session_of(person: User) -> int:
    """Of somebody who has signed in by the form, as its row is made then."""
    client = Client()
    client.post("/accounts/login/", {"login": person.username, "password": PASSWORD})
    return int(UserSession.objects.get(user=person).pk)


def patterns(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, before + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield before + str(pattern.pattern)


def addresses(ids: dict[str, int]) -> list[tuple[str, bool]]:
    """Every address of the desk with its ids filled in, and whether it names a thing of somebody's."""
    found = []
    for pattern in patterns(get_resolver()):
        if pattern.startswith(OUTSIDE) or pattern.startswith("^"):
            continue
        filled = pattern.replace("<row:pk>", str(ids[noun_of(pattern, ids)])) if "<row:pk>" in pattern else pattern
        filled = filled.replace("<str:step>", "judge").replace("<slug:kind>", "vk").replace("<slug:code>", "day")
        filled = filled.replace("<slug:step>", "mail")
        for name in ("photo_pk", "act_pk", "media_pk", "shot_pk"):
            filled = filled.replace(f"<row:{name}>", str(ids[name]))
        assert "<" not in filled, f"{pattern}: teach this test what to put there"
        found.append(("/" + filled, "<row" in pattern))
    return found


def called_program(now: datetime) -> Call:
    """A neighbour's program and a call to it that was given up."""
    hook = Subscription.objects.create(name="ПОС", address="https://pos.example.ru/", secret="whsec_AAAA", kinds=[])
    when = {"made_at": now, "until": now, "given_up_at": now}
    return Call.objects.create(uid=hook.uid, subscription=hook, entry=1, kind="card.new", body="{}", **when)


def noun_of(address: str, ids: dict[str, int]) -> str:
    """What the id in an address is one of: `admin/people/5/` names a person."""
    parts = address.split("/")
    before = [one for one, two in pairwise(parts) if two == "<row:pk>" or two.isdigit()]
    return next(part for part in (*before, *parts) if part in ids)


def signed_in(person: User | AnonymousUser) -> Client:
    client = Client(raise_request_exception=False)
    if isinstance(person, User):
        client.force_login(person)
    return client


def close_file(response: HttpResponseBase) -> None:
    """Close what a picture is read from, without ending the request, which would close the test's connection."""
    for close in response._resource_closers:  # type: ignore[attr-defined]
        close()


def snapshot() -> tuple[object, ...]:
    return (
        list(Incident.objects.values_list("pk", "state", "revision", "agency")),
        list(Answer.objects.values_list("pk", "state", "text", "version")),
        list(Delivery.objects.values_list("pk", "state", "hold")),
        list(Rating.objects.values_list("pk", "mark", "confirmed_at", "dismissed_at", "waits_since")),
        list(Account.objects.values_list("pk", "stopped_at")),
        list(Message.objects.values_list("pk", "set_aside_at")),
        list(TrainedModel.objects.values_list("pk", "state")),
        list(ProgramToken.objects.values_list("pk", "revoked_at")),
        Note.objects.count(),
        AnswerPhoto.objects.count(),
        ActFile.objects.count(),
        list(Inquiry.objects.values_list("pk", "revoked_at", "replied_at", "refused")),
        Entry.objects.exclude(verb__startswith="look").count(),
    )
