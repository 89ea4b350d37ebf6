"""The lines of «Запуск»: what each is, why it is needed and which page does it; and what is there and what is missing
for the first answer, in two questions to the database, whatever its size.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, Q, QuerySet
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from otklik.backups.models import OLD, copied_since
from otklik.desk.models import StartStep
from otklik.desk.shell import WORKER_SILENT_AFTER
from otklik.flow.models import Worker
from otklik.incidents.models import Incident
from otklik.networks.legal import Allowed
from otklik.networks.models import Account, Source, Token
from otklik.people.models import Agency, Grant, Role, User
from otklik.places.models import Place
from otklik.publishing.models import Sent
from otklik.routing.models import Norm
from otklik.routing.rule_use import fallback
from otklik.themes.keeping import in_force
from otklik.themes.models import Theme

MUST = ("worker", "theme", "norm", "agency", "account", "speech", "source", "reading")
# Whoever reads this page is an administrator of the region, and so may do all that the first three do.
BETTER = ("operator", "executor", "approver", "place", "fallback", "mail", "copy", "second")

WORDS: dict[str, tuple[Any, Any, str, Any]] = {
    "worker": (
        _("Обработчик"),
        _("Он читает сети, разбирает и отправляет. Запустите на сервере: otklik work"),
        "health",
        _("Состояние"),
    ),
    "theme": (
        _("Классификатор тем"),
        _("По темам система понимает, о чём пишут, и предлагает ведомство."),
        "admin-classifier",
        _("Классификатор"),
    ),
    "norm": (
        _("Срок первого ответа"),
        _("Без него система не напомнит, что жителю пора ответить."),
        "start-calendar",
        _("Задать срок"),
    ),
    "agency": (
        _("Ведомства региона"),
        _("Кто решает вопрос и пишет ответ."),
        "admin-agencies",
        _("Ведомства"),
    ),
    "account": (
        _("Голос: аккаунт сети с ключом"),
        _("Этим аккаунтом система читает и отвечает."),
        "admin-account-addition",
        _("Добавить аккаунт"),
    ),
    "speech": (
        _("Разрешение отвечать в этой сети"),
        _("Что закон говорит о каждой сети и кто решил, видно на странице «Сети»."),
        "admin-networks",
        _("Сети"),
    ),
    "source": (
        _("Источник: что читать"),
        _("Своё сообщество, чужое, поиск по словам или личные сообщения."),
        "admin-source-addition",
        _("Добавить источник"),
    ),
    "reading": (
        _("Первое чтение источника"),
        _("Если обработчик работает, это дело минуты. Если нет, причина видна в «Состоянии»."),
        "health",
        _("Состояние"),
    ),
    "operator": (
        _("Кто разбирает: оператор"),
        _("Он решает, что делать с каждым сообщением. Пригласите и передайте ему ссылку."),
        "admin-people-invitation",
        _("Пригласить"),
    ),
    "executor": (
        _("Кто пишет ответ: исполнитель"),
        _("Сотрудник ведомства: готовит ответ."),
        "admin-people-invitation",
        _("Пригласить"),
    ),
    "approver": (
        _("Кто разрешает: согласующий"),
        _("Без его согласия ничего не публикуется."),
        "admin-people-invitation",
        _("Пригласить"),
    ),
    "place": (
        _("Список мест"),
        _("Тогда система находит в тексте район, посёлок и улицу и выбирает ведомство точнее."),
        "start-region",
        _("Загрузить"),
    ),
    "fallback": (
        _("Правило на всё остальное"),
        _("Правило без темы и места берёт карточки, которым не подошло другое."),
        "admin-rule-addition",
        _("Добавить правило"),
    ),
    "mail": (
        _("Проверенная почта"),
        _("Тогда приглашения, оповещения и отчёты приходят письмом."),
        "start-mail",
        _("Проверить"),
    ),
    "copy": (
        _("Копия установки"),
        _("Обработчик делает её каждую ночь, otklik backup на сервере сделает сейчас. Ключ храните отдельно."),
        "health",
        _("Состояние"),
    ),
    "second": (
        _("Второй администратор"),
        _("Если вы потеряете доступ, он впустит вас обратно."),
        "admin-people-invitation",
        _("Пригласить"),
    ),
}

TITLES = {
    "region": _("Регион"),
    "calendar": _("Сроки"),
    "mail": _("Почта"),
    "network": _("Первая сеть"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """`must`: no answer goes out without it. `button` leads to where it is done."""

    code: str
    there: bool
    must: bool
    title: Any
    words: Any
    address: str
    button: Any


def there(user: User, now: datetime, allowed: Mapping[str, Allowed]) -> dict[str, bool]:
    """By the codes of `lines`, and "heard" and "answered". `allowed` is what may be done in each network."""
    asked = {code: Exists(rows) for code, rows in _rows(user, now, allowed).items()}
    flags = User.objects.filter(pk=user.pk).values_list(*asked.values()).get()
    return dict(zip(asked, map(bool, flags), strict=True))


def _rows(user: User, now: datetime, allowed: Mapping[str, Allowed]) -> dict[str, QuerySet[Any, Any]]:
    read = [kind for kind, one in allowed.items() if one.read]
    speak = [kind for kind, one in allowed.items() if one.speak]
    voices = Account.objects.filter(active=True, stopped_at=None, pk__in=Token.objects.values("account"))
    sources = Source.objects.filter(active=True, account__in=voices, network__in=read)
    return {
        "worker": Worker.objects.filter(seen_at__gte=now - WORKER_SILENT_AFTER),
        "theme": Theme.objects.filter(in_force(localdate(now))),
        "norm": Norm.objects.filter(clock=Norm.Clock.FIRST_ANSWER, until=None),
        "agency": Agency.objects.filter(active=True),
        "account": voices,
        "speech": voices.filter(network__in=speak),
        "source": sources,
        "reading": sources.filter(Q(last_poll_at__isnull=False) | Q(last_event_at__isnull=False)),
        "operator": _people(Role.OPERATOR, Role.CURATOR),
        "executor": _people(Role.EXECUTOR),
        "approver": _people(Role.APPROVER),
        "place": Place.objects.filter(level=Place.Level.MUNICIPALITY),
        "fallback": fallback(localdate(now)),
        "mail": StartStep.objects.filter(name="mail", passed=False),
        "copy": copied_since(now - OLD),
        "second": _people(Role.ADMINISTRATOR).exclude(user=user),
        "heard": Incident.objects.all(),
        "answered": Sent.objects.all(),
    }


def _people(*roles: Role) -> QuerySet[Grant]:
    """Grants of those who can sign in."""
    able = Q(user__is_active=True) & ~Q(user__password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return Grant.objects.filter(able, role__in=roles)


def lines(flags: Mapping[str, bool]) -> list[Line]:
    """What the first answer needs, in the order in which it is done, then what is better to have."""
    needed = [_line(code, flags[code], True) for code in MUST]
    return [*needed, *(_line(code, flags[code], False) for code in BETTER)]


def _line(code: str, is_there: bool, must: bool) -> Line:
    title, words, name, button = WORDS[code]
    return Line(code, is_there, must, title, words, reverse(name) if name else "", button)
