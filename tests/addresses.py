"""Every address of the desk with its ids filled in, over a card that has one of everything hanging on it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from itertools import pairwise
from typing import Any
from zipfile import ZipFile

from allauth.usersessions.models import UserSession
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from otklik.answers.models import ActFile, Answer, AnswerPhoto, ApprovalPolicy, Statement, StatementCard, Template
from otklik.desk.models import Handover, Practice, Selection
from otklik.feedback.models import Rating, Survey
from otklik.feedback.registers.models import Promise
from otklik.finding.index import renew
from otklik.inbox.models import Media, Message
from otklik.incidents.models import Incident, Note, Problem, ProblemCard, State
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.lib.tests.test_pictures import picture
from otklik.networks.models import Account
from otklik.notify.alerts.models import Duty, Surge
from otklik.notify.hooks.models import Call, Subscription
from otklik.people import programs
from otklik.people.models import MadeRole, ProgramToken, Substitution, User
from otklik.publishing.models import Delivery, Epoch, Sent
from otklik.reports.models import Schedule
from otklik.routing.models import Assignment, Inquiry, InquiryPhoto, NoiseCheck, Norm, Rule
from otklik.triage.models import TrainedModel
from tests.make import cards, inbox
from tests.make.journal import an_act
from tests.region import PASSWORD, build_people, user

OUTSIDE = ("api/", "hooks/", "accounts/", "language/", "s/", "o/", "public/")
HOSTILE = 'Темно во дворе <script>alert(1)</script> style="x" onclick=y https://evil.example/a.png'


@dataclass
class FullCard:
    """`people`: users by their names, and the agencies; `ids` of what hangs on the card, by what addresses call it."""

    people: dict[str, Any]
    ids: dict[str, int]

    def who(self, name: str) -> User:
        person: User = self.people[name]
        return person


def full_card() -> FullCard:
    """A card of the executor's agency that waits for approval, with one of everything; a second one is new."""
    people = build_people()
    people["colleague"] = user("colleague", "executor", people["agency"])
    people["nobody"] = User.objects.create(username="nobody")
    now = clock.now()
    message = inbox.message(
        HOSTILE, author=inbox.author("Анна", external_id="id1"), at=now, due_at=now, set_aside_at=now
    )
    where = {"agency": people["agency"], "theme": people["theme"], "place": people["place"]}
    card = cards.card(message, number=1, state=State.APPROVAL, assigned_at=now, **where)
    cards.card(text="Скользко на остановке", number=2)
    Assignment.objects.create(incident=card, agency=people["agency"], at=now)
    answer = answer_to(card, message, people["executor"], state=Answer.State.APPROVAL, text="Заменим", outcome="solved")
    StatementCard.objects.create(statement=_statement(card, answer), incident=card, answer=answer, pending=False)
    ids = _on_the_card(card, answer, message, people) | _on_the_desk(people) | _in_administration(people)
    return FullCard(people, {**ids, "forgetting": message.author_id, "acts": an_act().pk})


SECRET = "Тайнослов"


def neighbour_of(full: FullCard) -> dict[str, int]:
    """A card of the other agency right beside it: by the same author, in the same dialogue, of the same theme, place
    and problem, with SECRET in all that stands on it. Its ids, by what addresses call them."""
    now, mine, photo = clock.now(), Message.objects.get(links__incident=full.ids["incidents"]), picture("JPEG")
    Message.objects.filter(pk=mine.pk).update(place=Message.Place.DIRECT)
    dialogue: dict[str, Any] = {"thread": mine.thread, "author": mine.author, "place": Message.Place.DIRECT}
    theirs = inbox.message(f"{SECRET}: диагноз", at=now, edited_at=now, **dialogue)
    theirs.editions.create(text=f"{SECRET} прежде", until=now)
    same = {"theme": full.people["theme"], "place": full.people["place"], "problem_id": full.ids["problems"]}
    card = cards.card(theirs, number=3, state=State.RATING, agency=full.people["other_agency"], **same)
    ProblemCard.objects.create(problem_id=full.ids["problems"], incident=card, at=now)
    answer_text = f"{SECRET}: лечим"
    words = {"state": Answer.State.APPROVED, "outcome": "solved", "direct": True, "text": answer_text}
    answer = answer_to(card, theirs, full.who("stranger"), **words)
    StatementCard.objects.create(statement_id=full.ids["statements"], incident=card, answer=answer, pending=False)
    renew([card.pk, full.ids["incidents"]], now)
    spoken = {"answer": answer, "message": theirs, "epoch": Epoch.objects.get(), "text": answer_text, "key": "beside"}
    delivery = Delivery.objects.create(state=Delivery.State.SENT, created_at=now, **spoken)
    sent = Sent.objects.create(delivery=delivery, external_id="talk-1_1?reply=33", at=now)
    ours = inbox.message(answer_text, at=now, own=True, external_id=sent.external_id, **dialogue)
    return {
        "incidents": card.pk,
        "answers": answer.pk,
        "deliveries": delivery.pk,
        "photo_pk": AnswerPhoto.objects.create(answer=answer, file=ContentFile(photo, "a.jpg")).pk,
        "notes": Note.objects.create(incident=card, author=full.who("operator"), text=SECRET, at=now).pk,
        "act_pk": act_of(answer).pk,
        "media_pk": Media.objects.create(message=theirs, kind="photo", file=ContentFile(photo, "a.jpg")).pk,
        "ratings": Rating.objects.create(incident=card, message=theirs, mark=1, origin="reading", at=now).pk,
        "messages": theirs.pk,
        "spoken": ours.pk,
    }


def answer_to(card: Incident, message: Message, author: User, **columns: object) -> Answer:
    now = clock.now()
    by = {"agency": card.agency, "author": author, "created_at": now, "changed_at": now}
    return Answer.objects.create(incident=card, reply_to=message, **by, **columns)


def act_of(answer: Answer) -> ActFile:
    """An act that hangs on this answer as a PDF."""
    paper = {"by": answer.author, "at": answer.created_at, "name": "акт.pdf", "size": 15, "kind": "pdf"}
    return ActFile.objects.create(answer=answer, file=ContentFile(b"%PDF-1.7\n%%EOF", "a.pdf"), **paper)


def _statement(card: Incident, answer: Answer) -> Statement:
    """To many, of a problem that the card is part of."""
    now = clock.now()
    problem = Problem.objects.create(number=1, title="Темно", state=Problem.State.OPEN, opened_at=now)
    ProblemCard.objects.create(problem=problem, incident=card, at=now)
    Incident.objects.filter(pk=card.pk).update(problem=problem)
    words = {"kind": "final", "state": "returned", "text": "Заменим"}
    return Statement.objects.create(problem=problem, author=answer.author, created_at=now, **words)


def _on_the_card(card: Incident, answer: Answer, message: Message, people: dict[str, Any]) -> dict[str, int]:
    now, operator, photo = clock.now(), people["operator"], ContentFile(picture("JPEG"), "a.jpg")
    epoch = Epoch.objects.create(began_at=now)
    delivery = Delivery.objects.create(answer=answer, message=message, epoch=epoch, text="x", key="k", created_at=now)
    sent = Sent.objects.create(delivery=delivery, external_id="wall-1_1?reply=3", at=now)
    request = {"incident": card, "asked_by": operator, "asked_at": now, "until": now + timedelta(days=3)}
    outside = Inquiry.objects.create(name="Светосервис", words="Когда?", key="k", **request)
    question = Inquiry.objects.create(name="Вода", words="Ваш ли это колодец?", agency=people["agency"], **request)
    surge = {"since": now, "raised_at": now, "last_at": now, "people": 6, "minutes": 30, "usual": 0}
    return {
        "incidents": card.pk,
        "answers": answer.pk,
        "deliveries": delivery.pk,
        "photo_pk": AnswerPhoto.objects.create(answer=answer, file=photo).pk,
        "ratings": Rating.objects.create(incident=card, origin="reading", mark=5, at=now, suggested=True).pk,
        "notes": Note.objects.create(incident=card, author=operator, text="тайна", at=now).pk,
        "act_pk": act_of(answer).pk,
        "shot_pk": InquiryPhoto.objects.create(inquiry=outside, file=photo).pk,
        "inquiries": question.pk,
        "media_pk": Media.objects.create(message=message, kind="photo", file=photo).pk,
        "promises": Promise.objects.create(answer=answer, incident=card, given_at=now, limit_at=now).pk,
        "surveys": Survey.objects.create(incident=card, sent=sent, opened_at=now).pk,
        "noise-checks": NoiseCheck.objects.create(incident=card, day=now.date(), drawn_at=now).pk,
        "surges": Surge.objects.create(theme=people["theme"], place=people["place"], **surge).pk,
        "problems": Problem.objects.get().pk,
        "statements": Statement.objects.get().pk,
    }


def _on_the_desk(people: dict[str, Any]) -> dict[str, int]:
    now, operator, executor = clock.now(), people["operator"], people["executor"]
    away = {"since": now + timedelta(1), "until": now + timedelta(2), "by": executor, "made_at": now}
    mail = {"cycle": "daily", "ending": "pdf", "hour": 8, "by": operator, "at": now, "due_at": now + timedelta(1)}
    return {
        "selections": Selection.objects.create(user=operator, title="Моё", query="tab=work").pk,
        "handover": Handover.objects.create(giver=operator, taker=people["colleague"], at=now).pk,
        "duties": Duty.objects.create(user=executor, starts_at=now, ends_at=now + timedelta(hours=8)).pk,
        "substitutions": Substitution.objects.create(absent=executor, deputy=operator, **away).pk,
        "schedules": Schedule.objects.create(**mail).pk,
        "practice": Practice.objects.create(user=operator, began_at=now).pk,
    }


def _in_administration(people: dict[str, Any]) -> dict[str, int]:
    now, executor = clock.now(), people["executor"]
    voice = inbox.account(title="Город", stopped_at=now, sandbox=False)
    hook = Subscription.objects.create(name="ПОС", address="https://pos.example.ru/", secret="whsec_AAAA", kinds=[])
    times = {"made_at": now, "until": now, "given_up_at": now}
    call = Call.objects.create(uid=hook.uid, subscription=hook, entry=1, kind="card.new", body="{}", **times)
    until = timezone.localdate(now) + timedelta(days=30)
    wish = programs.ProgramInput(people["operator"], "СЭД", ["cards:read"], until)
    token, _secret = programs.make(wish, people["operator"], now)
    return {
        "accounts": voice.pk,
        "health": voice.pk,
        "sources": inbox.source(voice, "9", kind="foreign").pk,
        "hooks": hook.pk,
        "calls": call.pk,
        "people": executor.pk,
        "sessions": _session(executor),
        "grants": executor.grants.get().pk,
        "agencies": people["agency"].pk,
        "classifier": people["theme"].pk,
        "learned": TrainedModel.objects.create(state="active", made_at=now, made_by="machine:training").pk,
        "roles": MadeRole.objects.create(name="Своя", base="head", permissions=[], made_at=now).pk,
        "programs": token.pk,
        "rules": Rule.objects.get().pk,
        "policies": ApprovalPolicy.objects.create(theme=people["theme"], steps=2).pk,
        "norms": Norm.objects.create(clock="final_answer", minutes=60).pk,
        "templates": Template.objects.create(title="Привет", text="Здравствуйте!").pk,
    }


def _session(person: User) -> int:
    """Of somebody who has signed in by the form, as its row is made then."""
    Client().post("/accounts/login/", {"login": person.username, "password": PASSWORD})
    return int(UserSession.objects.get(user=person).pk)


def patterns(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, before + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield before + str(pattern.pattern)


def addresses(ids: dict[str, int]) -> list[tuple[str, bool]]:
    """Every address of the desk with its ids filled in, and whether it names a thing of somebody's."""
    walk = []
    for pattern in patterns(get_resolver()):
        if pattern.startswith(OUTSIDE) or pattern.startswith("^"):
            continue
        filled = pattern.replace("<row:pk>", str(ids[noun_of(pattern, ids)])) if "<row:pk>" in pattern else pattern
        filled = filled.replace("<str:step>", "judge").replace("<slug:kind>", "vk").replace("<slug:code>", "day")
        filled = filled.replace("<slug:step>", "mail")
        for name in ("photo_pk", "act_pk", "media_pk", "shot_pk"):
            filled = filled.replace(f"<row:{name}>", str(ids[name]))
        assert "<" not in filled, f"{pattern}: teach this test what to put there"
        walk.append(("/" + filled, "<row" in pattern))
    return walk


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


def openers(full: FullCard) -> list[Client]:
    """Browsers of people who, between them, may open every address of the desk; whoever opens most comes first."""
    return [signed_in(full.who(name)) for name in ("operator", "administrator", "executor", "approver", "head")]


def whoever_opens(address: str, clients: Sequence[Client]) -> Client:
    """The first of them who is not refused by this address, whichever way it is asked; the last when all are."""
    for client in clients:
        response = client.get(address)
        if response.status_code == 405:
            response = client.post(address)
        close_file(response)
        if response.status_code not in {403, 404}:
            return client
    return clients[-1]


def close_file(response: HttpResponseBase) -> None:
    """Close what a picture is read from, without ending the request, which would close the test's connection."""
    for close in response._resource_closers:  # type: ignore[attr-defined]
        close()


def read(client: Client, address: str) -> str:
    """What a browser is told there, also in a sheet's packed parts; "" for what is refused."""
    response = client.get(address)
    assert response.status_code < 500, address
    return words_of(response)


def words_of(response: HttpResponseBase) -> str:
    """All that was answered, also in a sheet's packed parts. It closes the file that it is read from."""
    body = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]
    close_file(response)
    if body.startswith(b"PK"):
        with ZipFile(BytesIO(body)) as packed:
            body = b" ".join(packed.read(name) for name in packed.namelist())
    return body.decode(errors="replace")


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
