"""Every page of the desk that somebody may stand before: what is photographed, and what is looked over for access.

A sight's address names things by what they are («/incidents/{rating}/»); whoever looks says which ids those are here.
`who` names a user in the same way, "" is somebody not signed in. What has to be opened first is a function of `acts`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from playwright.sync_api import Page

Act = Callable[[Page], None]


@dataclass(frozen=True, slots=True)
class Sight:
    """`name` is the file's name, `title` the caption, `status` what the server answers."""

    name: str
    title: str
    who: str
    address: str
    act: Act | None = None
    status: int = 200

    def at(self, ids: Mapping[str, object]) -> str:
        return self.address.format_map(ids)


def press(selector: str) -> Act:
    """Click the first of these, and give what it brings a moment to come."""

    def act(page: Page) -> None:
        page.locator(selector).first.click()
        page.wait_for_load_state("networkidle")

    return act


def pick_three(page: Page) -> None:
    for number in range(3):
        page.locator("#rows > .row .sign").nth(number).click()
    page.locator("#many").wait_for()


def many(act: str) -> Act:
    """The form of an act over the picked cards."""

    def open_form(page: Page) -> None:
        pick_three(page)
        page.locator(f"[data-many={act}]").click()
        page.locator("#many-dialog form").wait_for()

    return open_form


def many_preview(page: Page) -> None:
    many("noise")(page)
    page.locator("#many-dialog input[type=radio]").first.check()
    page.locator("#many-dialog form button[type=submit], #many-dialog form button.btn-primary").first.click()
    page.locator("#many-dialog .many-sum").wait_for()


def pick_theme(page: Page) -> None:
    page.locator("#pick-theme").fill("во")
    page.locator("#options-theme li").first.wait_for()


def queue_theme(page: Page) -> None:
    page.locator("#rows > .row").first.focus()
    page.keyboard.press("t")
    page.locator(".picker input").fill("во")
    page.locator(".picker-options li").first.wait_for()


def templates(page: Page) -> None:
    page.locator("[data-templates]").click()
    page.locator("#starter-options > *").first.wait_for()


def tour(page: Page) -> None:
    page.evaluate("localStorage.clear()")
    page.reload()
    page.locator("#tour").wait_for()


def keys(page: Page) -> None:
    page.keyboard.press("Shift+Slash")
    page.locator("#keys[open]").wait_for()


def undone(page: Page) -> None:
    page.evaluate(
        """document.dispatchEvent(new CustomEvent("desk:done", {detail: {text: "Назначено, Водоканал", batch: "x"}}))"""
    )
    page.locator(".note-toast").wait_for()


TABS = {
    "new": "новые",
    "work": "в работе у ведомств",
    "waiting": "ждём автора",
    "approval": "согласование",
    "publishing": "публикация",
    "postponed": "отложены",
    "rating": "оценка",
    "done": "готово",
    "noise": "не инцидент",
    "person": "требует человека",
}
STATES = {
    "new": "новый",
    "noise": "не инцидент",
    "assigned": "назначен",
    "in_work": "в работе",
    "clarifying": "ждём уточнения автора",
    "approval": "на согласовании",
    "publishing": "публикация",
    "postponed": "отложен",
    "rating": "оценка удовлетворённости",
    "done": "готово",
}

SIGHTS: tuple[Sight, ...] = (
    *(Sight(f"queue-{tab}", f"Очередь: {words}", "operator", f"/queue/?tab={tab}") for tab, words in TABS.items()),
    Sight("queue-filters", "Очередь: условия", "operator", "/queue/", press(".more-filters summary")),
    Sight("queue-selections", "Очередь: подборки", "operator", "/queue/", press(".tools .drop summary")),
    Sight("queue-nothing", "Очередь: по условиям ничего нет", "operator", "/queue/?q=несуществующее"),
    Sight("queue-keys", "Очередь: клавиши", "operator", "/queue/", keys),
    Sight("queue-why-noise", "Очередь: почему не инцидент", "operator", "/queue/", press(".noise-menu summary")),
    Sight("queue-theme", "Очередь: другая тема", "operator", "/queue/", queue_theme),
    Sight("queue-picked", "Очередь: выбрано несколько", "operator", "/queue/", pick_three),
    *(
        Sight(f"many-{act}", f"Несколько сразу: {words}", "operator", "/queue/", many(act))
        for act, words in {
            "assignment": "назначить",
            "noise": "не инцидент",
            "repeat": "повтор",
            "answer": "ответить",
            "theme": "тема",
            "tag": "метка",
        }.items()
    ),
    Sight("many-preview", "Несколько сразу: что получится", "operator", "/queue/", many_preview),
    Sight("tour", "Знакомство со страницей", "operator", "/queue/", tour),
    Sight("menu", "Моё меню", "operator", "/queue/?tab=done", press(".user-menu summary")),
    Sight("toast", "Действие, которое можно вернуть", "operator", "/queue/", undone),
    *(
        Sight(f"card-{state}", f"Карточка: {words}", "operator", f"/incidents/{{{state}}}/")
        for state, words in STATES.items()
    ),
    Sight("card-theme", "Карточка: выбор темы", "operator", "/incidents/{new}/", pick_theme),
    Sight("card-executor", "Карточка у исполнителя", "executor", "/incidents/{in_work}/"),
    Sight("card-templates", "Карточка: шаблоны ответа", "executor", "/incidents/{in_work}/", templates),
    Sight("card-approver", "Карточка у согласующего", "approver", "/incidents/{approval}/"),
    Sight("card-why-noise", "Карточка: чем не инцидент", "operator", "/incidents/{new}/", press("#r-decision summary")),
    Sight("card-closing", "Карточка: закрыть без ответа", "operator", "/incidents/{new}/", press("#r-other summary")),
    Sight(
        "card-splitting",
        "Карточка: разделить или объединить",
        "operator",
        "/incidents/{new}/",
        press("#r-rearrange summary"),
    ),
    Sight("find", "Найти", "operator", "/find/"),
    Sight("find-found", "Найти: что нашлось", "operator", "/find/?q=вода"),
    Sight("find-nothing", "Найти: ничего не нашлось", "operator", "/find/?q=несуществующее"),
    Sight("selections", "Мои подборки", "operator", "/selections/"),
    Sight("notices", "Уведомления", "operator", "/notices/"),
    Sight("handover", "Сдать смену", "operator", "/handover/"),
    Sight("handover-one", "Вам сдают смену", "colleague", "/handover/{handover}/"),
    Sight("agency", "Моё ведомство", "executor", "/agency/"),
    Sight("agency-curator", "Моё ведомство у куратора", "curator", "/agency/"),
    Sight("agency-distribution", "Моё ведомство: раздать карточки", "curator", "/agency/distribution/"),
    Sight("colleagues", "Кому поручить", "curator", "/incidents/{in_work}/colleagues/"),
    Sight("approvals", "Согласование", "approver", "/approvals/"),
    Sight("approvals-fix", "Согласование: исправить", "approver", "/approvals/", press(".ap-fold summary")),
    Sight("statistics", "Статистика", "head", "/statistics/"),
    Sight("statistics-today", "Статистика за сегодня", "head", "/statistics/?period=today"),
    Sight("health", "Состояние", "admin", "/health/"),
    Sight("admin-people", "Управление: люди", "admin", "/admin/people/"),
    Sight("admin-invitation", "Управление: пригласить", "admin", "/admin/people/invitation/"),
    Sight("admin-person", "Управление: человек", "admin", "/admin/people/{person}/"),
    Sight("admin-names", "Управление: имя и логин", "admin", "/admin/people/{person}/names/"),
    Sight("admin-blocking", "Управление: закрыть вход", "admin", "/admin/people/{person}/blocking/"),
    Sight("admin-link", "Управление: новая ссылка", "admin", "/admin/people/{person}/link/"),
    Sight("admin-grants", "Управление: дать роль", "admin", "/admin/people/{person}/grants/"),
    Sight("admin-leaving", "Управление: передать карточки", "admin", "/admin/people/{person}/handover/"),
    Sight("admin-agencies", "Управление: ведомства", "admin", "/admin/agencies/"),
    Sight("admin-agency", "Управление: ведомство", "admin", "/admin/agencies/{agency}/"),
    Sight("admin-agency-new", "Управление: новое ведомство", "admin", "/admin/agencies/addition/"),
    Sight("admin-agency-parent", "Управление: кому подчинено", "admin", "/admin/agencies/{agency}/parent/"),
    Sight("admin-agency-closing", "Управление: закрыть ведомство", "admin", "/admin/agencies/{idle}/closing/"),
    Sight("admin-rules", "Управление: правила", "admin", "/admin/rules/"),
    Sight("admin-rule-new", "Управление: новое правило", "admin", "/admin/rules/addition/"),
    Sight("admin-rule-trial", "Управление: чьё это по правилам", "admin", "/admin/rules/trial/"),
    Sight("admin-rule", "Управление: правило", "admin", "/admin/rules/{rule}/"),
    Sight("admin-templates", "Управление: шаблоны", "admin", "/admin/templates/"),
    Sight("admin-calendars", "Управление: сроки и календарь", "admin", "/admin/calendars/"),
    Sight("admin-norm-new", "Управление: новый норматив", "admin", "/admin/norms/addition/"),
    Sight("admin-journal", "Журнал", "auditor", "/admin/journal/"),
    Sight("security", "Вход и безопасность", "operator", "/accounts/2fa/"),
    Sight("password", "Сменить пароль", "operator", "/accounts/password/change/"),
    Sight("sign-in", "Вход", "", "/accounts/login/"),
    Sight("invitation", "Придумайте пароль", "", "/accounts/invitation/{invited}/{token}/"),
    Sight("invitation-gone", "Ссылка больше не работает", "", "/accounts/invitation/{invited}/old/", status=404),
    Sight("survey", "Опрос автора", "", "/s/{survey}/"),
    Sight("survey-gone", "Опрос закончен", "", "/s/nosuchsurvey/", status=404),
    Sight("no-roles", "Ролей ещё нет", "nobody", "/"),
    Sight("denied", "Сюда вам нельзя", "executor", "/health/", status=403),
    Sight("not-found", "Такой страницы нет", "operator", "/incidents/999999/", status=404),
    Sight("gone", "Страница устарела", "nobody", "/no/such/page/", status=404),
)
LOOKS = ("light", "dark")
WIDTHS = {"wide": (1280, 900), "narrow": (390, 844)}


def quiet_tour(user: int | None) -> str:
    """A script for a new page: this user has seen the tour."""
    return f"""try {{ localStorage.setItem("otklik.tour.{user}", "/queue/ /agency/ /approvals/") }} catch {{}}"""
