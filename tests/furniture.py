"""What people leave behind in a region: notes, notices, selections, shifts, somebody invited, blocked, or guarded by a
code; made by the product's own verbs where it has them. Safe to repeat."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import uuid4

import numpy as np
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

from otklik.alerts.models import Surge
from otklik.answers.acts import keep, paper_of
from otklik.answers.models import Answer, ApprovalPolicy, Statement, StatementCard, Template
from otklik.desk.models import Handover, Notice, Practice, Selection
from otklik.desk.practice.cases import cases
from otklik.desk.together import handover
from otklik.desk.together.notices import tell
from otklik.desk.together.shift import shift_of
from otklik.feedback.models import Rating, Survey
from otklik.hooks.models import Call, Subscription
from otklik.hooks.sign import fresh_secret
from otklik.incidents import problems
from otklik.incidents.models import Incident, Note, Problem, Watch
from otklik.incidents.watching import Instruction, watch
from otklik.journal import book
from otklik.lib import clock
from otklik.networks.models import Account, Source
from otklik.people import accounts, invitations, programs
from otklik.people.models import Agency, Grant, MadeRole, ProgramToken, Role, User
from otklik.registers.models import Promise
from otklik.reports.models import PublicFigures
from otklik.routing import outside
from otklik.routing.models import AgencyCalendar, Calendar, Inquiry, NoiseCheck, Norm, Rule
from otklik.themes.models import Theme
from otklik.triage.models import TrainedModel
from otklik.triage.theme.linear import Linear
from otklik.triage.theme.model import Model
from tests.sight import PASSWORD

Cards = Mapping[str, Incident]
People = Mapping[str, User]


def furnish(cards: Cards, people: People) -> tuple[dict[str, object], dict[str, User]]:
    """Ids by what they are called in addresses, and more people."""
    now = clock.now()
    if not Selection.objects.filter(user=people["operator"]).exists():
        _first_time(cards, people, now)
    more = _more_people(cards, people, now)
    invited, joining = more["invited"], more["joining"]
    shifts = Handover.objects.filter(giver=people["operator"])
    ids = {
        "handover": shifts.filter(withdrawn_at__isnull=True).latest("pk").pk,
        "withdrawn": shifts.filter(withdrawn_at__isnull=False).latest("pk").pk,
        "invited": invited.pk,
        "token": invitations.token_for(invited),
        "joining": joining.pk,
        "joining_token": invitations.token_for(joining),
        "newcomer": more["newcomer"].pk,
        "blocked": more["blocked"].pk,
        "guarded": more["guarded"].pk,
        "key": Authenticator.objects.get(user=more["guarded"], type=Authenticator.Type.WEBAUTHN).pk,
        "person": people["executor"].pk,
        "holder": people["operator"].pk,
        "grant": Grant.objects.filter(user=people["executor"]).earliest("pk").pk,
        **_links(cards["in_work"], people["executor"], now),
        **_questions(cards, people["operator"], now),
        "watch": _watch(cards["assigned"], people, now),
        "surge": _surge(cards["in_work"], now),
        **_practice(people["operator"], now),
        "promise": _promise(cards["postponed"], now),
        "survey": Survey.objects.filter(incident=cards["rating"]).latest("pk").key,
    }
    return ids | _things(cards) | _broken(cards, people, now), more


def _practice(user: User, now: datetime) -> dict[str, object]:
    """A try at the made-up messages that goes on, and one that came to its end with two mistakes."""
    running, _made = Practice.objects.get_or_create(user=user, ended_at=None, defaults={"began_at": now})
    ended = Practice.objects.filter(user=user, ended_at__isnull=False).first()
    if ended is None:
        told = {one.code: {"noise": one.noise, "theme": "", "danger": one.danger} for one in cases().values()}
        for one in cases().values():
            told[one.code]["theme"] = one.themes[0] if one.themes else ""
        told["pit-street"]["theme"], told["wire"]["danger"] = "blago.yamy-dvor", False
        ended = Practice.objects.create(user=user, began_at=now, ended_at=now, decided=told)
    return {"practice": running.pk, "practised": ended.pk}


def _watch(card: Incident, people: People, now: datetime) -> int:
    """A head's star on this card, for the executor's week."""
    told = Instruction("Заменить стояк и доложить с фото.", now.date() + timedelta(days=7), people["executor"])
    found = Watch.objects.filter(incident=card, ended_at__isnull=True).first()
    return int((found or watch(card, told, people["head"], now)).pk)


def _surge(card: Incident, now: datetime) -> int:
    """A surge of which this card is one, with whatever else the region has on its theme in its place."""
    place = card.place if card.place and card.place.level == "municipality" else card.place and card.place.parent
    told = {"since": now - timedelta(days=20), "raised_at": now, "last_at": now, "people": 7, "minutes": 120}
    surge, _made = Surge.objects.get_or_create(theme=card.theme, place=place, defaults={**told, "usual": 0.3})
    return int(surge.pk)


def _program(card: Incident) -> ProgramToken:
    """A key of a neighbour system that has been used, and one of another that was revoked."""
    found = ProgramToken.objects.filter(name="СЭД края").first()
    if found is not None:
        return found
    now, owner = clock.now(), card.operator or User.objects.earliest("pk")
    until = timezone.localdate(now) + timedelta(days=180)
    old, _secret = programs.make(programs.Told(owner, "Служба 112", ["cards:read"], until), owner, now)
    programs.revoke(old, owner, now)
    scopes = ["cards:read", "cards:write", "messages:read", "answers:read", "answers:write"]
    made, _secret = programs.make(programs.Told(owner, "СЭД края", scopes, until), owner, now)
    ProgramToken.objects.filter(pk=made.pk).update(used_at=now)
    return made


def somebody(name: str, role: str = "", last: str = "Новикова", agency: Agency | None = None) -> User:
    made, fresh = User.objects.get_or_create(
        username=name, defaults={"first_name": "Нина", "last_name": last, "patronymic": "Сергеевна"}
    )
    if fresh and role:
        Grant.objects.create(user=made, role=role, agency=agency)
    return made


def _first_time(cards: Cards, people: People, now: datetime) -> None:
    operator, colleague, card = people["operator"], people["colleague"], cards["in_work"]
    for title, query, shared in (("Вода", "q=вода", True), ("Просрочено", "tab=work&overdue=1", False)):
        Selection.objects.create(user=operator, title=title, query=query, shared=shared)
    words = f"@{operator.last_name}, звонил начальник участка: завтра к обеду."
    note = Note.objects.create(incident=card, author=colleague, text=words, at=now)
    tell([operator], Notice.Kind.MENTION, by=colleague, at=now - timedelta(hours=2), incident=card, note=note)
    PublicFigures.objects.create(on=True, licence="CC BY 4.0", at=now)
    NoiseCheck.objects.create(incident=cards["noise"], day=now.date() - timedelta(days=1), drawn_at=now)
    tell([operator], Notice.Kind.GIVEN, by=people["curator"], at=now, incident=cards["new"])
    told = {"origin": "survey", "mark": 2, "solved": "partly", "reason": "Воду дали, но ржавую. Когда промоют трубы?"}
    Rating.objects.create(incident=cards["done"], at=now, waits_since=now - timedelta(minutes=40), **told)
    for answer in Answer.objects.filter(incident__in=[card, cards["approval"]]):
        keep(answer, [paper_of(b"%PDF-1.7\n%%EOF", "Акт № 7 от 25 ноября.pdf")], answer.author, now)
    mine = Incident.objects.filter(pk__in=[cards["new"].pk, cards["postponed"].pk])
    mine.update(taken_by=operator)
    taken_back = handover.offer(operator, colleague, shift_of(operator, now), "", now)
    handover.withdraw(taken_back, operator, now)
    mine.update(taken_by=operator)
    held = shift_of(operator, now)
    handover.offer(operator, colleague, held, "Первая карточка срочная: звонили дважды.", now)
    Incident.objects.filter(pk=cards["new"].pk).update(taken_by=None)
    taken = Incident.objects.filter(state="new").exclude(pk=cards["new"].pk).order_by("-pk")[:2]
    Incident.objects.filter(pk__in=[one.pk for one in taken]).update(taken_by=operator, taken_at=now)


def _more_people(cards: Cards, people: People, now: datetime) -> dict[str, User]:
    """Nobody with a role; one of each kind that a page tells apart."""
    admin, agency = people["admin"], cards["in_work"].agency
    guarded = somebody("guarded", Role.OPERATOR, "Орлова")
    Grant.objects.get_or_create(user=guarded, role=Role.EXECUTOR, agency=agency)
    if not Authenticator.objects.filter(user=guarded).exists():
        TOTP.activate(guarded, generate_totp_secret())
        RecoveryCodes.activate(guarded)
        _key(guarded)
    blocked = somebody("blocked", Role.OPERATOR, "Белова")
    if blocked.is_active:
        accounts.block(blocked, admin, now)
        blocked.refresh_from_db()
    nobody = somebody("nobody")
    User.objects.filter(pk__in=[guarded.pk, nobody.pk]).update(password=make_password(PASSWORD))
    joining = _invited("petrova", "Петрова", admin, now)
    User.objects.filter(pk=joining.pk).update(password=make_password(None))
    more = {
        "nobody": nobody,
        "guarded": guarded,
        "blocked": blocked,
        "joining": joining,
        "newcomer": _invited("smirnova", "Смирнова", admin, now),
        "invited": _invited("ivanova", "Иванова", admin, now),
        "local": somebody("local", Role.ADMINISTRATOR, "Ветрова", agency),
    }
    for user in more.values():
        user.refresh_from_db()
    if not UserSession.objects.filter(user=nobody).exists():
        _phone(more["nobody"])
    return more


def _key(user: User) -> None:
    """A security key as a browser tells of it: nobody holds it."""
    numbers = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
    public = ES256({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
    credential = AttestedCredentialData.create(Aaguid.NONE, b"key-of-a-test", public)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
    told = AuthenticatorData.create(b"\0" * 32, flags, 0, credential)
    attested = AttestationObject.create("none", told, {})
    asked = {"type": "webauthn.create", "challenge": websafe_encode(b"asked"), "origin": "http://127.0.0.1"}
    client = websafe_encode(json.dumps(asked).encode())
    response = {"clientDataJSON": client, "attestationObject": websafe_encode(attested)}
    key = websafe_encode(b"key-of-a-test")
    said = {"id": key, "rawId": key, "type": "public-key", "response": response, "clientExtensionResults": {}}
    data = {"name": "Ключ 1", "credential": said}
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)


def _phone(user: User) -> None:
    """Somebody who has signed in on a phone too."""
    client = Client(
        HTTP_USER_AGENT="Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36"
    )
    client.post("/accounts/login/", {"login": user.username, "password": PASSWORD}, REMOTE_ADDR="192.0.2.17")


def _links(card: Incident, asker: User, now: datetime) -> dict[str, object]:
    """Questions to somebody outside: one that waits, one for an act of a sight, and one that is answered."""
    keys = {name: f"furniture-of-{name}" for name in ("outside", "outside_used")}
    if not Inquiry.objects.filter(key=outside.digest(keys["outside"])).exists():
        told = outside.Ask("Светосервис, мастер участка", "Когда дадите воду по этому адресу?", days=14)
        for key in keys.values():
            made = outside.ask(card, told, asker, now)
            Inquiry.objects.filter(pk=made.inquiry.pk).update(key=outside.digest(key))
        answered = outside.ask(card, told, asker, now)
        outside.reply(answered.inquiry, "Заменили кран, вода есть с 14:00.", now.date(), [], now)
    return dict(keys)


def _questions(cards: Cards, asker: User, now: datetime) -> dict[str, object]:
    """Questions to the executor's agency about a card that it does not have: one that waits, one that is answered."""
    agency = cards["in_work"].agency
    assert agency is not None
    if not Inquiry.objects.filter(agency=agency).exists():
        others = Incident.objects.filter(state="new", agency=None).exclude(pk=cards["new"].pk).order_by("pk")
        card = others.first() or cards["new"]
        told = outside.Ask(agency.short_name, "Ваш ли колодец во дворе и когда его закроют?", days=14, agency=agency)
        outside.ask(card, told, asker, now)
        answered = outside.ask(card, told, asker, now)
        outside.take(answered.inquiry, outside.Reply("Колодец наш, крышку вернули.", now.date()), asker, now)
    found = Inquiry.objects.filter(agency=agency).order_by("pk")
    return {"question": found[0].pk, "question_answered": found[1].pk}


def _promise(card: Incident, now: datetime) -> int:
    """One that still waits for its day; where nobody has promised any, the last answer of the card stands for it."""
    found = Promise.objects.filter(fate="", incident__state="postponed").order_by("pk").first()
    answer = Answer.objects.filter(incident=card).latest("pk")
    given = {"incident": card, "given_at": now, "limit_at": now + timedelta(days=3)}
    return (found or Promise.objects.get_or_create(answer=answer, defaults=given)[0]).pk


def _broken(cards: Cards, people: People, now: datetime) -> dict[str, object]:
    """A problem with a statement that has been said, and one that is only proposed."""
    found = Problem.objects.filter(opened_by=people["operator"]).first()
    if found is None:
        said, told = cards["rating"], problems.About("Нет воды: улица Мира", street="улица Мира")
        found = problems.begin(told, [said, cards["postponed"], cards["assigned"]], people["operator"], now)
        fresh = Incident.objects.filter(state="new", problem=None).exclude(pk=cards["new"].pk).order_by("-pk")[:3]
        with book.turn():
            sure = {one.pk: problems.Sure(72, ("street", "theme", "recent")) for one in fresh}
            problems.propose(problems.About("Ямы на дорогах: улица Мира"), sure, now)
        made = Statement.objects.create(
            problem=found,
            kind="interim",
            state="out",
            text="{обращение} Трубу меняют, вода будет {срок}.",
            promised_on=now.date() + timedelta(days=1),
            author=people["operator"],
            created_at=now,
        )
        answer = Answer.objects.filter(incident=said).latest("pk")
        StatementCard.objects.create(statement=made, incident=said, answer=answer, pending=False)
        gone = {"statement": made, "pending": False, "left": "Автор удалил комментарий."}
        StatementCard.objects.create(incident=cards["assigned"], **gone)
    return {"problem": found.pk, "statement": Statement.objects.filter(problem=found).latest("pk").pk}


def _invited(username: str, last: str, by: User, at: datetime) -> User:
    found = User.objects.filter(username=username).first()
    return found or accounts.invite(username, accounts.Name(last, "Анна"), accounts.Reach(Role.OPERATOR), by, at)


def _things(cards: Cards) -> dict[str, object]:
    """What the administrator's pages are about."""
    card = cards["in_work"]
    theme = card.theme
    assert theme is not None
    idle, _fresh = Agency.objects.get_or_create(code="idle", defaults={"name": "Служба отлова", "short_name": "Отлов"})
    calendar, _fresh = Calendar.objects.get_or_create(
        title="Отлов", default=False, defaults={"special_days": {"2026-12-05": 6, "2026-12-31": 0}}
    )
    AgencyCalendar.objects.get_or_create(agency=idle, defaults={"calendar": calendar})
    closed, _fresh = Agency.objects.get_or_create(
        code="closed", defaults={"name": "Трест зелёного хозяйства", "short_name": "Зелентрест", "active": False}
    )
    retired, _fresh = Theme.objects.get_or_create(
        group=theme.group,
        code="retired",
        defaults={"name": "Качество воды в колонках", "retired_on": clock.now().date() - timedelta(days=30)},
    )
    quiet, _fresh = Account.objects.get_or_create(
        network="vk", external_id="77", defaults={"title": "Старое сообщество", "active": False, "sandbox": True}
    )
    spare, _fresh = Rule.objects.get_or_create(agency=card.agency, theme=retired)
    template = Template.objects.order_by("pk").first() or Template.objects.create(title="Привет", text="Здравствуйте!")
    norm = Norm.objects.order_by("pk").first() or Norm.objects.create(clock=Norm.Clock.FINAL_ANSWER, minutes=480)
    role, _fresh = MadeRole.objects.get_or_create(
        name="Старший оператор",
        defaults={"base": Role.OPERATOR, "permissions": ["approve", "answer", "note"], "made_at": clock.now()},
    )
    policy, _fresh = ApprovalPolicy.objects.get_or_create(theme=retired, steps=2, note="По письму управления.")
    return {
        "role": role.pk,
        "program": _program(card).pk,
        "policy": policy.pk,
        "agency": card.agency_id,
        "idle": idle.pk,
        "closed": closed.pk,
        "rule": Rule.objects.exclude(pk=spare.pk).earliest("pk").pk,
        "spare": spare.pk,
        "template": template.pk,
        "norm": norm.pk,
        "theme": theme.pk,
        "group": theme.group_id,
        "retired": retired.pk,
        "model": _learned().pk,
        "source": Source.objects.exclude(kind=Source.Kind.LINK).earliest("pk").pk,
        "account": Account.objects.exclude(pk=quiet.pk).earliest("pk").pk,
        "quiet": quiet.pk,
        "hook": _hook(),
    }


def _hook() -> int:
    """A program that has not answered for more than a day, and a call to it of each fate."""
    now = clock.now()
    told = {"address": "https://pos.example.ru/otklik", "kinds": ["card.new", "card.closed"], "secret": fresh_secret()}
    since = {"failing_since": now - timedelta(hours=30), "told_at": now - timedelta(hours=6), "misses": 12}
    hook, fresh = Subscription.objects.get_or_create(name="ПОС «Решаем вместе»", defaults=told | since)
    fates: list[dict[str, object]] = [
        {"done_at": now, "status": 204, "took": 84},
        {"given_up_at": now, "words": "связи нет"},
        {"status": 503},
    ]
    for number, fate in enumerate(fates if fresh else (), start=1):
        body = {"kind": "card.new", "number": number, "body": '{"type":"card.new","data":{"state":"new"}}'}
        when = {"made_at": now, "until": now + timedelta(days=3), "tried_at": now, "attempts": number}
        Call.objects.create(uid=uuid4(), subscription=hook, entry=number, **body, **when, **fate)
    return int(hook.pk)


def _learned() -> TrainedModel:
    """A model in force that was learned here, which nobody trusts: suggestions stay as they are."""
    found = TrainedModel.objects.filter(state="active").first()
    if found:
        return found
    now, nothing = clock.now(), Linear(bias=np.zeros(1, np.float32))
    told = {"trust": 0, "heard": ["none"], "calm": {"alone": 1}}
    figures = {"n": 412, "first": 350, "three": 398, "first_now": 300, "three_now": 371}
    TrainedModel.objects.create(state="rejected", made_at=now, made_by="machine:training", rows=2048, metrics=figures)
    return TrainedModel.objects.create(
        state="active",
        made_at=now,
        made_by="machine:training",
        first_at=now - timedelta(days=200),
        last_at=now - timedelta(days=1),
        rows=2060,
        metrics=figures,
        content=Model(labels=("none",), parts={"alone": nothing}, told=told).packed(),
    )
