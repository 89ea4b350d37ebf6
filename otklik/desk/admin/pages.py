"""The administrator's pages, each once: its group, what it is for, and what opens it."""

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from otklik.people.permissions import Permission

P = Permission


class Page(NamedTuple):
    """One line of the side list. `whole`: only by a grant over the whole region. `words` say in a line what it is
    for."""

    group: Any
    key: str
    icon: str
    title: Any
    words: Any
    permission: P
    whole: bool = False

    @property
    def address(self) -> str:
        """The URL's name."""
        return self.key if self.key in ("start", "health") else f"admin-{self.key}"


PEOPLE, ROUTES, NETWORKS = _("Люди и права"), _("Маршруты и сроки"), _("Сети")
WORDS, LINKS, SYSTEM = _("Слова"), _("Связи"), _("Работа системы")
PAGES = (
    Page(PEOPLE, "people", "users", _("Люди"), _("Кто работает в системе, с какой ролью и где"), P.ADMINISTRATE),
    Page(
        *(PEOPLE, "agencies", "building", _("Ведомства")),
        *(_("Кому поручают карточки и кто кому подчинён"), P.ADMINISTRATE),
    ),
    Page(PEOPLE, "roles", "shield-check", _("Роли"), _("Что позволяет каждая роль, и свои роли"), P.ADMINISTRATE, True),
    Page(ROUTES, "rules", "arrow-right", _("Правила"), _("Какому ведомству какая тема и территория"), P.TUNE, True),
    Page(
        *(ROUTES, "policies", "checks", _("Согласование")),
        *(_("Сколько человек читает ответ до публикации"), P.TUNE, True),
    ),
    Page(
        *(ROUTES, "calendars", "calendar", _("Календари")),
        *(_("Рабочие часы, праздники, нормы сроков и напоминания"), P.TUNE, True),
    ),
    Page(NETWORKS, "networks", "world", _("Сети"), _("Какие сети можно читать и где отвечать"), P.CONNECT, True),
    Page(
        *(NETWORKS, "accounts", "speakerphone", _("Аккаунты")),
        *(_("От чьего имени отвечаем и действуют ли ключи"), P.CONNECT, True),
    ),
    Page(NETWORKS, "sources", "eye", _("Источники"), _("Какие сообщества и слова читаем"), P.CONNECT, True),
    Page(WORDS, "templates", "template", _("Шаблоны"), _("Тексты, с которых начинают ответ"), P.TUNE),
    Page(WORDS, "classifier", "tag", _("Классификатор"), _("Группы тем и темы"), P.TUNE, True),
    Page(
        *(LINKS, "programs", "robot", _("Доступ программ")),
        *(_("Какие соседние системы спрашивают нас и о чём"), P.ADMINISTRATE, True),
    ),
    Page(
        *(LINKS, "hooks", "send", _("Оповещение программ")),
        *(_("Каким программам мы сообщаем о событиях"), P.CONNECT, True),
    ),
    Page(LINKS, "public", "chart-bar", _("Открытые данные"), _("Что о работе региона видно всем"), P.TUNE, True),
    Page(
        *(SYSTEM, "start", "checklist", _("Запуск")),
        *(_("Чего не хватает, чтобы регион начал отвечать"), P.ADMINISTRATE, True),
    ),
    Page(
        *(SYSTEM, "health", "progress", _("Состояние")),
        *(_("Работает ли обработчик, что застряло, целы ли копии"), P.WATCH),
    ),
    Page(
        *(SYSTEM, "lists", "clipboard-list", _("Списки")),
        *(_("Люди, ведомства, правила из таблицы"), P.ADMINISTRATE, True),
    ),
    Page(SYSTEM, "journal", "history", _("Журнал"), _("Кто что сделал и когда"), P.JOURNAL, True),
    Page(
        *(SYSTEM, "privacy", "lock", _("Персональные данные")),
        *(_("Что и сколько хранится, кто смотрел карточки"), P.JOURNAL, True),
    ),
    Page(
        *(SYSTEM, "forgetting", "trash", _("Забыть жителя")),
        *(_("Стереть всё о жителе, который об этом просит"), P.FORGET, True),
    ),
)
START = next(page for page in PAGES if page.key == "start")
