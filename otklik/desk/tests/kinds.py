"""Each kind of reference data in «Управление», declared: its form, what two editors change there, what the journal
tells of it, and what no field takes."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.utils import timezone

from otklik.answers.models import ApprovalPolicy, Template
from otklik.desk.tests.account_data import an_account
from otklik.desk.tests.forms import Fields, Kind
from otklik.networks.models import LegalSwitch
from otklik.notify.hooks.models import Subscription
from otklik.people import programs
from otklik.people.models import MadeRole, ProgramToken
from otklik.reports.models import PublicFigures
from otklik.routing.models import AgencyCalendar, Calendar, Norm, Rule
from otklik.triage.models import TrainedModel
from tests.make.town import Town

LONG = "Ы" * 200_000
NO_SUCH, FILL_IN, NO_TIME = "Такого в списке нет", "Заполните", "Это не время."
LUNCH = "Обед должен быть внутри рабочего дня: 08:30–17:30."
WEEK = {"weekdays": list("01234"), "lunch_from": "", "lunch_to": "", "holidays": "on", "zone": "Europe/Moscow"}
WORSE_WEEKS: Mapping[str, Sequence[Fields]] = {
    "Отметьте хотя бы один день": [{"weekdays": []}],
    NO_SUCH: [{"weekdays": ["7"]}, {"weekdays": ["x" * 5000]}, {"zone": "Europe/Nowhere"}, {"zone": "../etc/passwd"}],
    "Укажите и начало, и конец обеда.": [{"lunch_from": "13:00"}, {"lunch_to": "13:00"}],
    LUNCH: [
        {"lunch_from": first, "lunch_to": last}
        for first, last in (("07:00", "08:00"), ("17:00", "18:00"), ("08:30", "17:30"), ("14:00", "13:00"))
    ],
    NO_TIME: [{"lunch_from": "25:00", "lunch_to": "13:00"}],
}


def a_rule(town: Town) -> Rule:
    return Rule.objects.create(agency=town.pumps, theme=town.pipe, note="по звонку")


def a_policy(town: Town) -> ApprovalPolicy:
    return ApprovalPolicy.objects.create(theme=town.pipe, steps=2)


def a_template(town: Town) -> Template:
    return Template.objects.create(title="Починим", kind="final", text="Первая\nВторая", agency=town.pumps)


def a_role(town: Town, name: str = "Старший") -> MadeRole:
    return MadeRole.objects.create(name=name, base="operator", permissions=["approve"], made_at=timezone.now())


def a_program(town: Town) -> ProgramToken:
    program_input = programs.ProgramInput(
        town.operator, "СЭД", ["cards:read"], timezone.localdate() + timedelta(days=90)
    )
    token, _secret = programs.make(program_input, town.admin, timezone.now())
    return token


def a_model(town: Town) -> TrainedModel:
    made = {"made_at": timezone.now(), "made_by": "machine:training", "content": b"x"}
    return TrainedModel.objects.create(state="active", **made)


def a_norm(town: Town) -> Norm:
    return Norm.objects.create(clock="first_answer", minutes=60, working=False)


def a_hook(town: Town) -> Subscription:
    to = {"address": "https://pos.example.ru/otklik", "kinds": ["card.new", "card.closed"]}
    return Subscription.objects.create(name="ПОС", secret="s", **to)


def own_calendar(town: Town) -> Calendar:
    calendar = Calendar.objects.create(title="Водоканал", zone="Europe/Moscow")
    AgencyCalendar.objects.create(agency=town.water, calendar=calendar)
    return calendar


def the_calendar(town: Town) -> Calendar:
    return Calendar.objects.create(title="Рабочая неделя", default=True, zone="Europe/Moscow")


KINDS = {
    "person": Kind(
        lambda town: town.executor,
        "/admin/people/$executor/names/",
        {"last": "Исаев", "first": "Мария", "patronymic": "Петровна", "email": ""},
        {"last": "Новая", "first": "Анна", "patronymic": 'Ивановна & "Ко"', "email": "n@example.ru"},
        {"patronymic": "Сергеевна"},
        "Сейчас записано: Ивановна &amp; &quot;Ко&quot;",
        verb="user.edit",
        called="Новая А. И.",
        words='Исаев Мария Петровна → Новая Анна Ивановна & "Ко"\n– → n@example.ru',
        wrong={
            "Заполните это поле": [{"last": ""}, {"last": "\u200b\u202e \x00"}],
            "не больше 150": [{"last": "Ы" * 200}, {"last": LONG}, {"username": "a" * 200}],
            "не больше 80": [{"patronymic": "Ы" * 200}],
            "латинские буквы": [{"username": "Иванова"}, {"username": "a b"}],
            "не похоже на адрес": [{"email": "куда-нибудь"}],
            "Исполнителю нужно ведомство": [{"role": "executor"}],
            NO_SUCH: [{"role": "king"}, {"agency": "9" * 23}, {"place": "-1"}],
        },
        adding="/admin/people/invitation/",
        new={"username": "Ivanova", "role": "operator", "agency": "", "place": ""},
    ),
    "agency": Kind(
        lambda town: town.pumps,
        "/admin/agencies/$pumps/",
        {"short_name": "Насосы", "name": "Насосы", "territory": ""},
        {"short_name": "<i>Насосы</i>", "name": "Насосы\u202e вторые", "territory": "$village"},
        {"name": "Насосная служба"},
        "Сейчас записано: Село",
        verb="agency.edit",
        called="<i>Насосы</i>",
        changes=["Где работает: весь регион → Село"],
        words="Насосы → <i>Насосы</i>\nНасосы → Насосы вторые",
        wrong={
            FILL_IN: [{"short_name": ""}, {"short_name": "\u200b\u202e"}],
            "не больше 120": [{"short_name": "Ы" * 200}],
            "не больше 250": [{"name": LONG}],
            NO_SUCH: [{"territory": "9" * 30}, {"territory": "x"}],
        },
        adding="/admin/agencies/addition/",
        new={"parent": ""},
    ),
    "role": Kind(
        a_role,
        "/admin/roles/$pk/",
        {"name": "Старший", "permissions": ["approve"]},
        {"name": "Другое имя", "permissions": ["figures"]},
        {"name": "Третье имя"},
        "Сейчас записано: Другое имя",
        verb="role.edit",
        called="Другое имя",
        changes=["Прибавилось: Смотреть статистику.", "Пропало: Согласовывать ответы."],
        words="Старший → Другое имя",
        wrong={
            "ad-error": [
                *({"name": ""}, {"name": "x" * 61}, {"base": "administrator"}, {"base": ""}),
                *({"permissions": [one]} for one in ("administrate", "hold", "\x00")),
            ]
        },
        adding="/admin/roles/addition/",
        new={"base": "operator"},
    ),
    "rule": Kind(
        a_rule,
        "/admin/rules/$pk/",
        {"about": "t$pipe", "place": "", "agency": "$pumps", "since": "", "until": "", "note": "по звонку"},
        {"about": "g$homes", "place": "$village", "agency": "$water", "since": "2090-01-02", "note": "<b>по письму"},
        {"note": "моё"},
        "Сейчас записано: 02.01.2090",
        verb="rule.edit",
        called="ЖКХ · Село → Водоканал",
        changes=[
            "О чём: Нет холодной воды → ЖКХ",
            "Где: весь регион → Село",
            "Чьё это: Насосы → Водоканал",
            "Действует с: не указано → 02.01.2090",
        ],
        words="по звонку → <b>по письму",
        wrong={
            "Выберите из списка": [{"agency": ""}],
            NO_SUCH: [
                *({"agency": "9" * 40}, {"about": "t999"}, {"about": "x\x00"}, {"place": "-1"}),
                *({name: "999999"} for name in ("network", "hours", "executor")),
            ],
            "Это не дата": [{"since": "вчера"}],
            "Год от 2000": [{"since": "0001-01-01"}],
            "Этот день уже прошёл": [{"until": "2019-01-01"}],
            "раньше первого": [{"since": "2090-05-02", "until": "2090-05-01"}],
            "не больше 250": [{"note": LONG}],
            "ни одного слова": [{"things": "🙂, ---"}],
            "не больше 200": [{"things": "ы" * 300}],
            "не за это ведомство": [{"executor": "$executor", "agency": "$roads"}],
        },
        adding="/admin/rules/addition/",
        new={"things": "", "network": "", "hours": "", "executor": ""},
    ),
    "policy": Kind(
        a_policy,
        "/admin/policies/$pk/",
        {"about": "t$pipe", "person": "", "agency": "", "steps": "2", "since": "", "until": "", "note": ""},
        {"agency": "$pumps", "steps": "1", "note": "по <b>письму</b>"},
        {"note": "моё"},
        "Сейчас записано: один согласующий",
        verb="policy.edit",
        called="Нет холодной воды · Насосы",
        changes=["Какого ведомства: весь регион → Насосы", "Кто согласует: двое по очереди → один согласующий"],
        words="– → по <b>письму</b>",
        wrong={
            "Выберите из списка": [{"steps": ""}],
            NO_SUCH: [
                *({"steps": "3"}, {"steps": "-1"}, {"about": "t999"}, {"about": "x\x00"}),
                *({"agency": "9" * 40}, {"person": "-1"}),
            ],
            "только названный человек": [{"steps": "0"}],
            "Это не дата": [{"since": "вчера"}],
            "Этот день уже прошёл": [{"until": "2019-01-01"}],
            "раньше первого": [{"since": "2090-05-02", "until": "2090-05-01"}],
            "не больше 250": [{"note": LONG}],
        },
        adding="/admin/policies/addition/",
    ),
    "template": Kind(
        a_template,
        "/admin/templates/$pk/",
        {"kind": "final", "title": "Починим", "about": "", "text": "Первая\nВторая", "agency": "$pumps"},
        {"kind": "first", "title": "<b>Скоро", "about": "t$pipe", "text": "Первая\nТретья", "agency": ""},
        {"title": "Скоро починим"},
        "Сейчас записано: Первый ответ",
        verb="template.edit",
        called="<b>Скоро",
        changes=[
            "Вид ответа: Итоговый ответ → Первый ответ",
            "О чём: любая тема → Нет холодной воды",
            "Чей: Насосы → для всех ведомств",
        ],
        words="Починим → <b>Скоро\n− Вторая\n+ Третья",
        wrong={
            FILL_IN: [{"title": ""}, {"text": " \n "}],
            "не больше 120": [{"title": "Ы" * 200}],
            "не больше 4000": [{"text": LONG}],
            NO_SUCH: [{"kind": "letter"}, {"agency": "9" * 30}],
            "Впишите {link}": [{"kind": "survey", "agency": "", "text": "Оцените нас"}],
            "один для всех": [{"kind": "survey", "text": "Оцените нас: {link}"}],
            "Это ничем не заполнится: «{имя &lt;script&gt;»": [{"text": "{имя <script>"}],
            "не заполнится: «{неведомое}», «{link}». Есть такие: {имя}, {обр": [{"text": "{имя} {неведомое} {link}"}],
            "не заполнится: «}»": [{"text": "имя}"}],
            "не заполнится: «{»": [{"text": "{" * 4000}],
            "только {link}. Уберите или исправьте: «{имя}»": [
                {"kind": "survey", "agency": "", "text": "{имя}, оцените: {link}"}
            ],
        },
        adding="/admin/templates/addition/",
    ),
    "theme": Kind(
        lambda town: town.pipe,
        "/admin/classifier/$pipe/",
        {"name": "Нет холодной воды", "kind": "solvable", "severity": "2", "keywords": "авария на водопроводе"},
        {"name": "Нет <b>воды</b>", "severity": "4", "keywords": "Бювет,  нет воды; нет воды\nвсё сухо"},
        {"keywords": "моё слово"},
        "Сейчас записано: бювет, нет воды, все сухо",
        verb="theme.edit",
        called="Нет <b>воды</b>",
        changes=["Тяжесть: 2 → 4"],
        words="Нет холодной воды → Нет <b>воды</b>\n+ бювет, + нет воды, + все сухо, − авария на водопроводе",
        wrong={
            FILL_IN: [{"name": " \u200b "}, {"code": ""}],
            "не больше 250": [{"name": "Ы" * 251}],
            NO_SUCH: [{"kind": "letter"}, {"severity": "9" * 30}, {"severity": "0"}, {"group": "9" * 40}],
            "не больше 4000": [{"keywords": LONG}],
            "до трёх слов": [{"keywords": "раз два три четыре"}, {"keywords": "ы" * 61}],
            "не больше 100 слов": [{"keywords": ",".join(f"слово{number}" for number in range(101))}],
            "только латинские": [{"code": "собаки"}, {"code": "a--b"}, {"code": "../x"}],
            "вместе с кодом группы": [{"code": "a" * 78}],
            "Выберите из списка": [{"group": ""}],
        },
        adding="/admin/classifier/addition/",
        new={"group": "$homes", "code": "dogs"},
    ),
    "norm": Kind(
        a_norm,
        "/admin/norms/$pk/",
        {"clock": "first_answer", "about": "", "hours": "1", "minutes": "0"},
        {"hours": "2", "working": "on"},
        {"minutes": "30"},
        "Сейчас записано: отмечено",
        verb="norm.edit",
        called="Срок",
        changes=["1 ч подряд → 2 ч рабочего времени"],
        wrong={
            "ноль минут": [{"hours": "0", "minutes": "0"}],
            "от 0 до 2000": [{"hours": "9" * 5000}, {"hours": "-1"}],
            "от 0 до 59": [{"minutes": "60"}],
            NO_SUCH: [
                *({"clock": "promise"}, {"about": "t999"}, {"about": "g1"}, {"about": "whole0"}, {"priority": "6"}),
                *({"priority": "x"}, {"network": "nowhere"}, {"place": "999999"}),
            ],
        },
        adding="/admin/norms/addition/",
        new={"priority": "", "network": "", "place": ""},
    ),
    "hours": Kind(
        the_calendar,
        "/admin/calendars/hours/",
        {"opens": "08:30", "closes": "17:30"},
        {"opens": "09:00", "closes": "18:00"},
        {"closes": "19:00"},
        "Сейчас записано: 09:00",
        verb="calendar.edit",
        called="Календари",
        changes=["08:30–17:30 → 09:00–18:00"],
        wrong={"ad-error": [{"opens": "18:00", "closes": "09:00"}]},
    ),
    "week": Kind(
        the_calendar,
        "/admin/calendars/week/",
        WEEK,
        {"weekdays": list("0123")},
        {"weekdays": list("01")},
        "Сейчас записано: пн, вт, ср, чт",
        verb="calendar.week",
        called="Календари",
        words="пн–пт, без обеда, с праздниками России → пн–чт, без обеда, с праздниками России",
        wrong=WORSE_WEEKS,
    ),
    "an agency's calendar": Kind(
        own_calendar,
        "/admin/calendars/agencies/$water/",
        {"opens": "08:30", "closes": "17:30", **WEEK},
        {"weekdays": list("0123")},
        {"weekdays": list("01")},
        "Сейчас записано: пн, вт, ср, чт",
        verb="calendar.own",
        called="Календари",
        words="08:30–17:30, пн–пт, без обеда, с праздниками России → "
        "08:30–17:30, пн–чт, без обеда, с праздниками России",
        wrong=WORSE_WEEKS,
    ),
    "account": Kind(
        an_account,
        "/admin/accounts/$pk/",
        {"title": "Город отвечает", "agency": "$water"},
        {"title": "Голос", "agency": ""},
        {"title": "Город"},
        "Сейчас записано: всего региона",
        verb="account.edit",
        called="Голос",
        changes=["Чей это голос: Водоканал → всего региона"],
        words="Город отвечает → Голос",
        wrong={FILL_IN: [{"title": ""}], NO_SUCH: [{"agency": "x"}]},
    ),
    "source": Kind(
        lambda town: town.source,
        "/admin/sources/$source/",
        {"title": "Подслушано Город", "place": "", "guests": ""},
        {"title": "Город", "place": "$city", "guests": "no"},
        {"title": "Иначе"},
        "Сейчас записано: Город Ёлкино",
        verb="source.edit",
        called="Город",
        words="Подслушано Город → Город",
        wrong={FILL_IN: [{"title": ""}], NO_SUCH: [{"place": "999999"}], "ad-error": [{"guests": "x"}]},
    ),
    "network": Kind(
        lambda town: LegalSwitch.objects.create(network="vk", read=True, speak=True, at=timezone.now()),
        "/admin/networks/vk/",
        {"read": "on", "speak": "on", "reason": ""},
        {"speak": None, "reason": "Чужое слово"},
        {"read": None, "speak": None, "reason": "Моё слово"},
        "Сейчас записано: отмечено",
        verb="network.decide",
        changes=["ВКонтакте.", "Публикация ответов: включено → выключено"],
        words="Чужое слово",
        wrong={"нужно и читать": [{"read": None}], "не больше 300": [{"reason": "Ы" * 301}]},
    ),
    "open data": Kind(
        lambda town: PublicFigures.objects.create(on=False, least=5, at=timezone.now()),
        "/admin/public/",
        {"least": "5", "licence": ""},
        {"on": "on", "least": "10", "licence": "CC BY 4.0"},
        {"least": "9"},
        "Сейчас записано: 10",
        verb="public.decide",
        changes=["Страница: закрыта → открыта", "Скрывать, если наблюдений меньше: 5 → 10"],
        words="– → CC BY 4.0",
        wrong={
            "ad-error": [{"least": least} for least in ("2", "101", "", "пять", "9" * 4000, "5.5")],
            "не больше 200": [{"licence": "x" * 201}],
        },
    ),
    "hook": Kind(
        a_hook,
        "/admin/hooks/$pk/",
        {"name": "ПОС", "address": "https://pos.example.ru/otklik", "kinds": ["card.new", "card.closed"], "agency": ""},
        {"name": "ПОС края", "agency": "$pumps", "kinds": ["card.new"]},
        {"name": "Второй"},
        "Сейчас записано: ПОС края",
        verb="hook.edit",
        called="ПОС края",
        changes=["О чём сообщать: Новая карточка", "Чьи карточки: Насосы"],
        words="ПОС → ПОС края",
        wrong={
            "На адрес не похоже": [{"address": "pos.example.ru"}, {"address": "https://user@pos.example.ru/"}],
            "начинаться с https://": [{"address": "http://pos.example.ru/"}],
            "ведёт во внутреннюю сеть": [{"address": "https://inside.example.ru/"}],
            "Отметьте хотя бы одно.": [{"kinds": []}],
            "ping": [{"kinds": ["ping"]}],
            "Заполните это поле.": [{"name": ""}],
            NO_SUCH: [{"agency": "777"}],
        },
        adding="/admin/hooks/addition/",
    ),
}
