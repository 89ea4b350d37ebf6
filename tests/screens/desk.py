"""Screens of daily work: the queue, cards, an agency, approvals, figures."""

from tests.screens import acts
from tests.screens.acts import press, send, submit
from tests.screens.screen import Act, Screen


def _card(name: str, title: str, card: str, act: Act | None = None, who: str = "operator") -> Screen:
    """A card, called by its state."""
    return Screen(f"card-{name}", f"Карточка: {title}", who, f"/incidents/{{{card}}}/", act)


def _part(name: str, title: str, who: str = "operator", card: str = "in_work") -> Screen:
    """A part of a card that is a page of its own where there are no scripts."""
    return Screen(f"part-{name}", f"Карточка без скриптов: {title}", who, f"/incidents/{{{card}}}/{name}/")


TABS = {"new": "новые", "work": "в работе у ведомств", "waiting": "ждём жителя", "approval": "согласование"}
TABS |= {"publishing": "публикация", "postponed": "отложены", "rating": "оценка", "done": "готово"}
TABS |= {"noise": "не инцидент", "person": "требует человека"}
MANY = {"assignment": "назначить", "noise": "не инцидент", "repeat": "повтор", "answer": "ответить"}
MANY |= {"theme": "тема", "tag": "метка"}
CARDS = {"new": "новый", "noise": "не инцидент", "assigned": "назначен", "in_work": "в работе"}
CARDS |= {"clarifying": "ждём уточнения жителя", "approval": "на согласовании", "publishing": "публикация"}
CARDS |= {"postponed": "отложен", "rating": "оценка удовлетворённости", "done": "готово"}
DESK = (
    *(Screen(f"queue-{tab}", f"Очередь: {title}", "operator", f"/queue/?tab={tab}") for tab, title in TABS.items()),
    Screen("queue-states", "Очередь: состояния", "operator", "/queue/", press(".states summary")),
    Screen("queue-filters", "Очередь: условия", "operator", "/queue/", press(".more-filters summary")),
    Screen("queue-selections", "Очередь: подборки", "operator", "/queue/", press(".tools .drop summary")),
    Screen("queue-nothing", "Очередь: по условиям ничего нет", "operator", "/queue/?q=несуществующее"),
    Screen("queue-keys", "Очередь: клавиши", "operator", "/queue/", acts.keys),
    Screen("queue-why-noise", "Очередь: почему не инцидент", "operator", "/queue/", press(".noise-menu summary")),
    Screen("queue-theme", "Очередь: другая тема", "operator", "/queue/", acts.queue_theme),
    Screen("queue-picked", "Очередь: выбрано несколько", "operator", "/queue/", acts.pick_three),
    *(
        Screen(f"many-{act}", f"Несколько сразу: {it}", "operator", "/queue/", acts.many(act))
        for act, it in MANY.items()
    ),
    Screen("many-preview", "Несколько сразу: что получится", "operator", "/queue/", acts.many_preview),
    Screen("tour", "Знакомство со страницей", "colleague", "/queue/", acts.tour),
    Screen("menu", "Моё меню", "operator", "/queue/?tab=done", press(".user-menu summary")),
    Screen("toast", "Действие, которое можно вернуть", "operator", "/queue/", acts.undone),
    *(_card(state, title, state) for state, title in CARDS.items()),
    _card("theme", "выбор темы", "new", acts.pick_theme),
    Screen("card-executor", "Карточка у исполнителя", "executor", "/incidents/{in_work}/"),
    _card("templates", "шаблоны ответа", "in_work", acts.templates, who="executor"),
    Screen("card-approver", "Карточка у согласующего", "approver", "/incidents/{approval}/"),
    _card("why-noise", "чем не инцидент", "new", press("#r-decision summary")),
    _card("closing", "закрыть без ответа", "new", press("#r-other summary")),
    _card("splitting", "разделить или объединить", "new", press("#r-rearrange summary")),
    _part("thread", "обсуждение"),
    _part("talk", "разговор по карточке"),
    _part("decision", "решить"),
    _part("similar", "похожие"),
    _part("voices", "кто писал"),
    _part("table", "кто здесь"),
    _part("colleagues", "кому поручить", "curator"),
    _part("templates", "шаблоны", "executor"),
    _part("outside", "внешний исполнитель", "executor"),
    _part("second", "спросить другое ведомство", "executor"),
    _part("passing", "передать дальше", "executor"),
    _part("questions", "уточняющие вопросы"),
    _part("watch", "взять на контроль", "head"),
    _part("rearrangement", "разделить или объединить", card="new"),
    _card("late", "опоздали", "done", send("work/")),
    _card("signed-out", "вышли в соседней вкладке", "new", acts.signed_out),
    _card("offline", "нет связи", "new", acts.offline),
    Screen("bring", "Новая карточка вручную", "operator", "/incidents/addition/"),
    Screen("bring-underway", "Карточка заводится", "operator", "/incidents/addition/999999999/"),
    Screen("find", "Найти", "operator", "/find/"),
    Screen("find-found", "Найти: что нашлось", "operator", "/find/?q=вода"),
    Screen("find-nothing", "Найти: ничего не нашлось", "operator", "/find/?q=несуществующее"),
    Screen("selections", "Мои подборки", "operator", "/selections/"),
    Screen("selections-none", "Мои подборки: ещё ни одной", "curator", "/selections/"),
    Screen("notices", "Уведомления", "operator", "/notices/"),
    Screen("notices-none", "Уведомления: пока пусто", "head", "/notices/"),
    Screen("duty", "График дежурств", "admin", "/duty/"),
    Screen("substitution", "Замещение", "operator", "/substitution/"),
    Screen("my-alerts", "Мои оповещения", "operator", "/my-alerts/"),
    Screen("handover", "Сдать смену", "operator", "/handover/"),
    Screen("handover-trouble", "Сдать смену: чего не хватает", "operator", "/handover/", submit(".shift-form")),
    Screen("handover-none", "Сдать смену: сдавать нечего", "admin", "/handover/"),
    Screen("handover-one", "Вам сдают смену", "colleague", "/handover/{handover}/"),
    Screen("handover-given", "Смена, которую сдаёте вы", "operator", "/handover/{handover}/"),
    Screen("handover-withdrawn", "Смена отозвана", "operator", "/handover/{withdrawn}/"),
    Screen("handover-late", "Смена: здесь уже решили", "operator", "/handover/{withdrawn}/", send("withdrawal/")),
    Screen("noise-checks", "Проверка шума", "operator", "/noise-checks/"),
    Screen("noise-checks-none", "Проверка шума: нечего", "curator", "/noise-checks/"),
    Screen("undelivered", "Не доставлено, и почему", "operator", "/undelivered/"),
    Screen("undelivered-none", "Не доставлено: по условиям ничего", "curator", "/undelivered/?cause=voice"),
    Screen("surges", "Всплески", "operator", "/surges/"),
    Screen("surge", "Всплеск: что пишут и где", "operator", "/surges/{surge}/"),
    Screen("watched", "На контроле", "head", "/watched/"),
    Screen("watched-none", "На контроле: за мной ничего", "operator", "/watched/?mine=1"),
    Screen("promises", "Обещания", "curator", "/promises/"),
    Screen("promise-new-day", "Обещание: новый срок", "curator", "/promises/{promise}/new-day/"),
    Screen("unheard", "Без обратной связи", "head", "/unheard/"),
    Screen("responses", "Отклики", "operator", "/responses/"),
    Screen("problems", "Проблемы", "operator", "/problems/"),
    Screen("problem", "Проблема и ответ всем", "operator", "/problems/{problem}/"),
    Screen("statement", "Общий ответ", "operator", "/problems/statements/{statement}/"),
    Screen("agency", "Моё ведомство", "executor", "/agency/"),
    Screen("agency-curator", "Моё ведомство у куратора", "curator", "/agency/"),
    Screen("agency-distribution", "Моё ведомство: раздать карточки", "curator", "/agency/distribution/"),
    Screen("agency-taking", "Моё ведомство: взять себе", "executor", "/agency/distribution/"),
    Screen("inquiry", "Вопрос нашему ведомству", "executor", "/inquiries/{question}/"),
    Screen("inquiry-trouble", "Наше ведомство: нет ответа", "executor", "/inquiries/{question}/", submit(".ou-form")),
    Screen("inquiry-answered", "Наше ведомство ответило", "executor", "/inquiries/{question_answered}/"),
    Screen("approvals", "Согласование", "approver", "/approvals/"),
    Screen("approvals-fix", "Согласование: исправить", "approver", "/approvals/", press(".ap-fold summary")),
    Screen("approvals-later", "Согласование: назначено на потом", "approver", "/approvals/later/"),
    Screen("statistics", "Статистика", "head", "/statistics/"),
    Screen("statistics-today", "Статистика за сегодня", "head", "/statistics/?period=today"),
    Screen("reports", "Отчёты", "admin", "/reports/"),
    Screen("situation", "Ситуация", "head", "/situation/?period=30d"),
    Screen("behind", "Карточки за числом", "head", "/behind/?what=late"),
    Screen("behind-none", "Карточки за числом: ни одной", "head", "/behind/?what=postponed&period=today"),
    Screen("behind-part", "Карточки за числом: часть и остальные", "head", "/behind/?what=good&period=7m"),
    Screen("metrics", "Показатели", "head", "/metrics/?period=7m&by=municipality"),
    Screen("rating", "Рейтинг", "admin", "/rating/?period=7m"),
    Screen("health", "Состояние", "admin", "/health/"),
    Screen("practice", "Тренировка", "operator", "/practice/"),
    Screen("practice-case", "Тренировка: сообщение", "operator", "/practice/{practice}/"),
    Screen("practice-result", "Тренировка: итог", "operator", "/practice/{practised}/"),
    Screen("practice-everybody", "Тренировка: у других", "curator", "/practice/everybody/"),
)
# These change cards that stand on other screens: they come after all of them.
LAST = (
    Screen("many-partly", "Несколько сразу: вышло не со всеми", "operator", "/queue/", acts.many_partly),
    Screen("many-done", "Несколько сразу: сделано, можно вернуть", "operator", "/queue/", acts.many_done),
)
