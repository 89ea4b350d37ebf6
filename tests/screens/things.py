"""What people leave in a region: notes, notices, selections, shifts, problems, and more people: somebody invited,
blocked or guarded by a code. Made by the product's own verbs where it has them, once in each region."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import uuid4

import numpy as np
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

from otklik.answers.acts import keep, paper_of
from otklik.answers.models import Answer, ApprovalPolicy, Statement, StatementCard, Template
from otklik.desk.models import Practice, Selection
from otklik.desk.operator.practice_cases import cases
from otklik.desk.operator.shift import handover
from otklik.desk.operator.shift.shift import shift_of
from otklik.feedback.models import Rating, Survey
from otklik.feedback.registers.models import Promise
from otklik.incidents import problems, proposals
from otklik.incidents.models import Incident, Note
from otklik.incidents.watching import Instruction, watch
from otklik.journal import book
from otklik.lib import clock
from otklik.networks.models import Account, Source
from otklik.notify.alerts.models import Surge
from otklik.notify.hooks.models import Call, Subscription
from otklik.notify.hooks.sign import fresh_secret
from otklik.people import accounts, invitations, programs
from otklik.people.models import Agency, Grant, MadeRole, ProgramToken, Role, User
from otklik.reports.models import PublicFigures
from otklik.routing import outside
from otklik.routing.models import AgencyCalendar, Calendar, NoiseCheck, Norm, Rule
from otklik.triage.models import TrainedModel
from otklik.triage.theme.linear import Linear
from otklik.triage.theme.model import Model
from otklik.work.models import Notice
from otklik.work.notices import tell
from tests.make import places
from tests.make.inbox import account
from tests.make.journal import an_act
from tests.make.people import PASSWORD, agency, grant, person

Cards = Mapping[str, Incident]
People = Mapping[str, User]
Ids = dict[str, object]
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36"


def leave_things(cards: Cards, people: People) -> tuple[Ids, dict[str, User]]:
    """The ids of things by what addresses call them, and more people by what they are here."""
    now = clock.now()
    ids = _work(cards, people, now) | _shifts(cards, people["operator"], people["colleague"], now)
    more = _more_people(people["admin"], cards["in_work"].agency, now)
    ids |= {name: more[name].pk for name in ("invited", "joining", "newcomer", "blocked", "guarded")}
    ids |= {
        "token": invitations.token_for(more["invited"]),
        "joining_token": invitations.token_for(more["joining"]),
        "key": Authenticator.objects.get(user=more["guarded"], type=Authenticator.Type.WEBAUTHN).pk,
        "person": people["executor"].pk,
        "holder": people["operator"].pk,
        "grant": Grant.objects.filter(user=people["executor"]).earliest("pk").pk,
        "survey": Survey.objects.filter(incident=cards["rating"]).latest("pk").key,
    }
    ids |= _questions(cards, people, now) | _practice(people["operator"], now)
    ids |= _problem(cards, people["operator"], now)
    return ids | _in_administration(cards["in_work"], people["operator"], now), more


def _work(cards: Cards, people: People, now: datetime) -> Ids:
    """What hangs on cards, and what is about them."""
    operator, colleague, card = people["operator"], people["colleague"], cards["in_work"]
    for title, query, shared in (("Вода", "q=вода", True), ("Просрочено", "tab=work&overdue=1", False)):
        Selection.objects.create(user=operator, title=title, query=query, shared=shared)
    words = f"@{operator.last_name}, звонил начальник участка: завтра к обеду."
    note = Note.objects.create(incident=card, author=colleague, text=words, at=now)
    tell([operator], Notice.Kind.MENTION, by=colleague, at=now - timedelta(hours=2), incident=card, note=note)
    tell([operator], Notice.Kind.HANDED_OVER, by=people["curator"], at=now, incident=cards["new"])
    PublicFigures.objects.create(on=True, licence="CC BY 4.0", at=now)
    NoiseCheck.objects.create(incident=cards["noise"], day=now.date() - timedelta(days=1), drawn_at=now)
    verdict = {"mark": 2, "solved": "partly", "reason": "Воду дали, но ржавую. Когда промоют трубы?"}
    waiting = now - timedelta(minutes=40)
    Rating.objects.create(incident=cards["done"], origin="survey", at=now, waits_since=waiting, **verdict)
    reply = {"message": cards["done"].messages.first(), "solved": "no", "suggested": True}
    Rating.objects.create(incident=cards["done"], origin="reading", at=now, waits_since=waiting, **reply)
    for answer in Answer.objects.filter(incident__in=[card, cards["approval"]]):
        keep(answer, [paper_of(b"%PDF-1.7\n%%EOF", "Акт № 7 от 25 ноября.pdf")], answer.author, now)
    order = Instruction("Заменить стояк и доложить с фото.", now.date() + timedelta(days=7), people["executor"])
    place = card.place if card.place and card.place.level == "municipality" else card.place and card.place.parent
    crowd = {"since": now - timedelta(days=20), "raised_at": now, "last_at": now, "people": 7, "minutes": 120}
    surge, _new = Surge.objects.get_or_create(theme=card.theme, place=place, defaults={**crowd, "usual": 0.3})
    return {
        "watch": watch(cards["assigned"], order, people["head"], now).pk,
        "surge": surge.pk,
        "promise": _promise(cards["postponed"], now).pk,
    }


def _promise(card: Incident, now: datetime) -> Promise:
    """One that still waits for its day; where nobody has promised any, the last answer of the card stands for it."""
    waiting = Promise.objects.filter(fate="", incident__state="postponed").order_by("pk").first()
    answer, limit = Answer.objects.filter(incident=card).latest("pk"), now + timedelta(days=3)
    return waiting or Promise.objects.create(answer=answer, incident=card, given_at=now, limit_at=limit)


def _shifts(cards: Cards, giver: User, taker: User, now: datetime) -> Ids:
    """A shift that was taken back, one that is offered, and cards for the next."""
    new, postponed = cards["new"].pk, cards["postponed"].pk
    Incident.objects.filter(pk__in=[new, postponed]).update(taken_by=giver)
    withdrawn = handover.offer(giver, taker, shift_of(giver, now), "", now)
    handover.withdraw(withdrawn, giver, now)
    Incident.objects.filter(pk__in=[new, postponed]).update(taken_by=giver)
    offered = handover.offer(giver, taker, shift_of(giver, now), "Первая карточка срочная: звонили дважды.", now)
    Incident.objects.filter(pk=new).update(taken_by=None)
    others = Incident.objects.filter(state="new").exclude(pk=new).order_by("-pk")[:2]
    Incident.objects.filter(pk__in=[one.pk for one in others]).update(taken_by=giver, taken_at=now)
    return {"handover": offered.pk, "withdrawn": withdrawn.pk}


def _more_people(admin: User, agency: Agency | None, now: datetime) -> dict[str, User]:
    """Nobody with a role; one of each kind that a page tells apart."""

    def invite(username: str, last: str) -> User:
        return accounts.invite(username, accounts.Name(last, "Анна"), accounts.Reach(Role.OPERATOR), admin, now)

    more = {
        "nobody": person("nobody", last_name="Новикова"),
        "guarded": person("guarded", Role.OPERATOR, last_name="Орлова"),
        "blocked": person("blocked", Role.OPERATOR, last_name="Белова"),
        "local": person("local", Role.ADMINISTRATOR, agency, last_name="Ветрова"),
        "joining": invite("petrova", "Петрова"),
        "newcomer": invite("smirnova", "Смирнова"),
        "invited": invite("ivanova", "Иванова"),
    }
    grant(more["guarded"], Role.EXECUTOR, agency)
    TOTP.activate(more["guarded"], generate_totp_secret())
    RecoveryCodes.activate(more["guarded"])
    _security_key(more["guarded"])
    accounts.block(more["blocked"], admin, now)
    more["blocked"].refresh_from_db()
    phone = Client(HTTP_USER_AGENT=PHONE)
    phone.post("/accounts/login/", {"login": "nobody", "password": PASSWORD}, REMOTE_ADDR="192.0.2.17")
    return more


def _security_key(user: User) -> None:
    """A security key as a browser tells of it: nobody holds it."""
    numbers = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
    public = ES256({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
    credential = AttestedCredentialData.create(Aaguid.NONE, b"key-of-a-test", public)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
    attested = AttestationObject.create("none", AuthenticatorData.create(b"\0" * 32, flags, 0, credential), {})
    request = {"type": "webauthn.create", "challenge": websafe_encode(b"asked"), "origin": "http://127.0.0.1"}
    client = websafe_encode(json.dumps(request).encode())
    response = {"clientDataJSON": client, "attestationObject": websafe_encode(attested)}
    key = {name: websafe_encode(b"key-of-a-test") for name in ("id", "rawId")}
    held = {**key, "type": "public-key", "response": response, "clientExtensionResults": {}}
    data = {"name": "Ключ 1", "credential": held}
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)


def _questions(cards: Cards, people: People, now: datetime) -> Ids:
    """To somebody outside: one that waits, one for the screen that replies to it, and one that is answered. To the
    agency of the executor, about a card that it does not have: one that waits, and one that is answered."""
    card, asker, ours = cards["in_work"], people["operator"], cards["in_work"].agency
    assert ours is not None
    question = outside.Ask("Светосервис, мастер участка", "Когда дадите воду по этому адресу?", days=14)
    waits, used, answered = (outside.ask(card, question, asker, now) for _one in range(3))
    outside.reply(answered.inquiry, "Заменили кран, вода есть с 14:00.", now.date(), [], now)
    others = Incident.objects.filter(state="new", agency=None).exclude(pk=cards["new"].pk).order_by("pk")
    question = outside.Ask(ours.short_name, "Ваш ли колодец во дворе и когда его закроют?", days=14, agency=ours)
    to_us, taken = (outside.ask(others.first() or cards["new"], question, asker, now) for _one in range(2))
    outside.take(taken.inquiry, outside.Reply("Колодец наш, крышку вернули.", now.date()), asker, now)
    keys: Ids = {"outside": waits.key, "outside_used": used.key}
    return keys | {"question": to_us.inquiry.pk, "question_answered": taken.inquiry.pk}


def _practice(user: User, now: datetime) -> Ids:
    """A try at the made-up messages that goes on, and one that came to its end with two mistakes."""
    decided = {
        one.code: {"noise": one.noise, "theme": one.themes[0] if one.themes else "", "danger": one.danger}
        for one in cases().values()
    }
    decided["pit-street"]["theme"], decided["wire"]["danger"] = "blago.yamy-dvor", False
    ended = Practice.objects.create(user=user, began_at=now, ended_at=now, decided=decided)
    return {"practice": Practice.objects.create(user=user, began_at=now).pk, "practised": ended.pk}


def _problem(cards: Cards, operator: User, now: datetime) -> Ids:
    """A problem with a statement that one of its authors has had, and a problem that is only proposed."""
    answered, gone = cards["rating"], cards["assigned"]
    about = problems.About("Нет воды: улица Мира", street="улица Мира")
    problem = problems.begin(about, [answered, cards["postponed"], gone], operator, now)
    fresh = Incident.objects.filter(state="new", problem=None).exclude(pk=cards["new"].pk).order_by("-pk")[:3]
    with book.turn():
        sure = {one.pk: proposals.Sure(72, ("street", "theme", "recent")) for one in fresh}
        proposals.propose(problems.About("Ямы на дорогах: улица Мира"), sure, now)
    text, day = "{обращение} Трубу меняют, вода будет {срок}.", now.date() + timedelta(days=1)
    words = {"kind": "interim", "text": text, "promised_on": day}
    statement = Statement.objects.create(problem=problem, state="out", author=operator, created_at=now, **words)
    answer = Answer.objects.filter(incident=answered).latest("pk")
    StatementCard.objects.create(statement=statement, incident=answered, answer=answer, pending=False)
    StatementCard.objects.create(statement=statement, incident=gone, pending=False, left="Житель удалил комментарий.")
    return {"problem": problem.pk, "statement": statement.pk}


def _in_administration(card: Incident, operator: User, now: datetime) -> Ids:
    """What the administrator's pages are about."""
    theme, ours = card.theme, card.agency
    assert theme is not None
    assert ours is not None
    idle = agency("Служба отлова", "idle", short_name="Отлов")
    calendar = Calendar.objects.create(title="Отлов", special_days={"2026-12-05": 6, "2026-12-31": 0})
    AgencyCalendar.objects.create(agency=idle, calendar=calendar)
    month_ago = now.date() - timedelta(days=30)
    retired = places.theme("Качество воды в колонках", "retired", theme.group, retired_on=month_ago)
    quiet = account(external_id="77", title="Старое сообщество", active=False)
    spare = Rule.objects.create(agency=ours, theme=retired)
    template = Template.objects.order_by("pk").first() or Template.objects.create(title="Привет", text="Здравствуйте!")
    norm = Norm.objects.order_by("pk").first() or Norm.objects.create(clock=Norm.Clock.FINAL_ANSWER, minutes=480)
    may = {"base": Role.OPERATOR, "permissions": ["approve", "answer", "note"]}
    return {
        "role": MadeRole.objects.create(name="Старший оператор", made_at=now, **may).pk,
        "program": _program(card.operator or operator, now).pk,
        "policy": ApprovalPolicy.objects.create(theme=retired, steps=2, note="По письму управления.").pk,
        "agency": ours.pk,
        "idle": idle.pk,
        "closed": agency("Трест зелёного хозяйства", "closed", short_name="Зелентрест", active=False).pk,
        "rule": Rule.objects.exclude(pk=spare.pk).earliest("pk").pk,
        "spare": spare.pk,
        "template": template.pk,
        "norm": norm.pk,
        "theme": theme.pk,
        "group": theme.group_id,
        "retired": retired.pk,
        "model": (TrainedModel.objects.filter(state="active").first() or _learned(now)).pk,
        "source": Source.objects.exclude(kind=Source.Kind.LINK).earliest("pk").pk,
        "account": Account.objects.exclude(pk=quiet.pk).earliest("pk").pk,
        "quiet": quiet.pk,
        "hook": _hook(now).pk,
        "author": card.messages.earliest("pk").author_id,
        "act": an_act().pk,
    }


def _program(owner: User, now: datetime) -> ProgramToken:
    """A key of a neighbour system that has been used, and one of another that was revoked."""
    until = now.date() + timedelta(days=180)
    old, _secret = programs.make(programs.ProgramInput(owner, "Служба 112", ["cards:read"], until), owner, now)
    programs.revoke(old, owner, now)
    scopes = ["cards:read", "cards:write", "messages:read", "answers:read", "answers:write"]
    token, _secret = programs.make(programs.ProgramInput(owner, "СЭД края", scopes, until), owner, now)
    ProgramToken.objects.filter(pk=token.pk).update(used_at=now)
    return token


def _hook(now: datetime) -> Subscription:
    """A program that has not answered for more than a day, and a call to it of each fate."""
    program = {"name": "ПОС «Решаем вместе»", "address": "https://pos.example.ru/otklik", "secret": fresh_secret()}
    silent = {"failing_since": now - timedelta(hours=30), "told_at": now - timedelta(hours=6), "misses": 12}
    hook = Subscription.objects.create(kinds=["card.new", "card.closed"], **program, **silent)
    fates: list[dict[str, object]] = [
        {"done_at": now, "status": 204, "took": 84},
        {"given_up_at": now, "words": "связи нет"},
        {"status": 503},
    ]
    for number, fate in enumerate(fates, start=1):
        body = {"kind": "card.new", "number": number, "body": '{"type":"card.new","data":{"state":"new"}}'}
        when = {"made_at": now, "until": now + timedelta(days=3), "tried_at": now, "tries": number}
        Call.objects.create(uid=uuid4(), subscription=hook, entry=number, **body, **when, **fate)
    return hook


def _learned(now: datetime) -> TrainedModel:
    """A model in force that was learned here, which nobody trusts: suggestions stay as they are."""
    facts = {"trust": 0, "heard": ["none"], "calm": {"alone": 1}}
    content = Model(labels=("none",), parts={"alone": Linear(bias=np.zeros(1, np.float32))}, facts=facts).packed()
    figures = {"n": 412, "first": 350, "three": 398, "first_now": 300, "three_now": 371}
    run = {"made_at": now, "made_by": "machine:training", "metrics": figures}
    TrainedModel.objects.create(state="rejected", rows=2048, **run)
    lessons = {"first_at": now - timedelta(days=200), "last_at": now - timedelta(days=1), "rows": 2060}
    return TrainedModel.objects.create(state="active", content=content, **lessons, **run)
