"""Sights of daily work: the queue, cards, an agency, approvals, figures."""

from dataclasses import replace

from tests import sight_acts as acts
from tests.sight import Sight
from tests.sight_acts import press, send

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
ACTS = {
    "assignment": "назначить",
    "noise": "не инцидент",
    "repeat": "повтор",
    "answer": "ответить",
    "theme": "тема",
    "tag": "метка",
}
PARTS = {
    "thread": ("обсуждение", "operator"),
    "talk": ("разговор по карточке", "operator"),
    "decision": ("решить", "operator"),
    "similar": ("похожие", "operator"),
    "voices": ("кто писал", "operator"),
    "table": ("кто здесь", "operator"),
    "colleagues": ("кому поручить", "curator"),
    "templates": ("шаблоны", "executor"),
    "outside": ("внешний исполнитель", "executor"),
    "second": ("спросить другое ведомство", "executor"),
    "passing": ("передать дальше", "executor"),
    "questions": ("уточняющие вопросы", "operator"),
    "watch": ("взять на контроль", "head"),
}
"""Parts of a card that are pages of their own where there are no scripts."""

QUEUE = (
    *(Sight(f"queue-{tab}", f"Очередь: {words}", "operator", f"/queue/?tab={tab}") for tab, words in TABS.items()),
    Sight("queue-filters", "Очередь: условия", "operator", "/queue/", press(".more-filters summary")),
    Sight("queue-selections", "Очередь: подборки", "operator", "/queue/", press(".tools .drop summary")),
    Sight("queue-nothing", "Очередь: по условиям ничего нет", "operator", "/queue/?q=несуществующее"),
    Sight("queue-keys", "Очередь: клавиши", "operator", "/queue/", acts.keys),
    Sight("queue-why-noise", "Очередь: почему не инцидент", "operator", "/queue/", press(".noise-menu summary")),
    Sight("queue-theme", "Очередь: другая тема", "operator", "/queue/", acts.queue_theme),
    Sight("queue-picked", "Очередь: выбрано несколько", "operator", "/queue/", acts.pick_three),
    *(
        Sight(f"many-{act}", f"Несколько сразу: {words}", "operator", "/queue/", acts.many(act))
        for act, words in ACTS.items()
    ),
    Sight("many-preview", "Несколько сразу: что получится", "operator", "/queue/", acts.many_preview),
    Sight("tour", "Знакомство со страницей", "operator", "/queue/", acts.tour),
    Sight("menu", "Моё меню", "operator", "/queue/?tab=done", press(".user-menu summary")),
    Sight("toast", "Действие, которое можно вернуть", "operator", "/queue/", acts.undone),
)
CARD = (
    *(
        Sight(f"card-{state}", f"Карточка: {words}", "operator", f"/incidents/{{{state}}}/")
        for state, words in STATES.items()
    ),
    Sight("card-theme", "Карточка: выбор темы", "operator", "/incidents/{new}/", acts.pick_theme),
    Sight("card-executor", "Карточка у исполнителя", "executor", "/incidents/{in_work}/"),
    Sight("card-templates", "Карточка: шаблоны ответа", "executor", "/incidents/{in_work}/", acts.templates),
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
    *(
        Sight(f"part-{part}", f"Карточка без скриптов: {words}", who, f"/incidents/{{in_work}}/{part}/")
        for part, (words, who) in PARTS.items()
    ),
    Sight(
        "part-rearrangement",
        "Карточка без скриптов: разделить или объединить",
        "operator",
        "/incidents/{new}/rearrangement/",
    ),
    Sight("card-late", "Карточка: опоздали", "operator", "/incidents/{done}/", send("work/")),
    Sight("card-signed-out", "Карточка: вышли в соседней вкладке", "operator", "/incidents/{new}/", acts.signed_out),
    Sight("card-offline", "Карточка: нет связи", "operator", "/incidents/{new}/", acts.offline),
)
OTHERS = (
    Sight("bring", "Новая карточка вручную", "operator", "/incidents/addition/"),
    Sight("bring-underway", "Карточка заводится", "operator", "/incidents/addition/999999999/"),
    Sight("find", "Найти", "operator", "/find/"),
    Sight("find-found", "Найти: что нашлось", "operator", "/find/?q=вода"),
    Sight("find-nothing", "Найти: ничего не нашлось", "operator", "/find/?q=несуществующее"),
    Sight("selections", "Мои подборки", "operator", "/selections/"),
    Sight("selections-none", "Мои подборки: ещё ни одной", "curator", "/selections/"),
    Sight("notices", "Уведомления", "operator", "/notices/"),
    Sight("notices-none", "Уведомления: пока пусто", "head", "/notices/"),
    Sight("duty", "График дежурств", "admin", "/duty/"),
    Sight("substitution", "Замещение", "operator", "/substitution/"),
    Sight("my-alerts", "Мои оповещения", "operator", "/my-alerts/"),
    Sight("handover", "Сдать смену", "operator", "/handover/"),
    Sight("handover-trouble", "Сдать смену: чего не хватает", "operator", "/handover/", acts.submit(".shift-form")),
    Sight("handover-none", "Сдать смену: сдавать нечего", "admin", "/handover/"),
    Sight("handover-one", "Вам сдают смену", "colleague", "/handover/{handover}/"),
    Sight("handover-given", "Смена, которую сдаёте вы", "operator", "/handover/{handover}/"),
    Sight("handover-withdrawn", "Смена отозвана", "operator", "/handover/{withdrawn}/"),
    Sight("handover-late", "Смена: здесь уже решили", "operator", "/handover/{withdrawn}/", send("withdrawal/")),
    Sight("noise-checks", "Проверка шума", "operator", "/noise-checks/"),
    Sight("noise-checks-none", "Проверка шума: нечего", "curator", "/noise-checks/"),
    Sight("undelivered", "Не доставлено, и почему", "operator", "/undelivered/"),
    Sight("undelivered-none", "Не доставлено: по условиям ничего", "curator", "/undelivered/?cause=voice"),
    Sight("surges", "Всплески", "operator", "/surges/"),
    Sight("surge", "Всплеск: что пишут и где", "operator", "/surges/{surge}/"),
    Sight("watched", "На контроле", "head", "/watched/"),
    Sight("watched-none", "На контроле: за мной ничего", "operator", "/watched/?mine=1"),
    Sight("promises", "Обещания", "curator", "/promises/"),
    Sight("promise-new-day", "Обещание: новый срок", "curator", "/promises/{promise}/new-day/"),
    Sight("unheard", "Без обратной связи", "head", "/unheard/"),
    Sight("responses", "Отклики", "operator", "/responses/"),
    Sight("problems", "Проблемы", "operator", "/problems/"),
    Sight("problem", "Проблема и ответ всем", "operator", "/problems/{problem}/"),
    Sight("statement", "Общий ответ", "operator", "/problems/statements/{statement}/"),
    Sight("agency", "Моё ведомство", "executor", "/agency/"),
    Sight("agency-curator", "Моё ведомство у куратора", "curator", "/agency/"),
    Sight("agency-distribution", "Моё ведомство: раздать карточки", "curator", "/agency/distribution/"),
    Sight("agency-taking", "Моё ведомство: взять себе", "executor", "/agency/distribution/"),
    Sight("inquiry", "Вопрос нашему ведомству", "executor", "/inquiries/{question}/"),
    Sight(
        "inquiry-trouble",
        "Вопрос нашему ведомству: нет ответа",
        "executor",
        "/inquiries/{question}/",
        acts.submit(".ou-form"),
    ),
    Sight("inquiry-answered", "Наше ведомство ответило", "executor", "/inquiries/{question_answered}/"),
    Sight("approvals", "Согласование", "approver", "/approvals/"),
    Sight("approvals-fix", "Согласование: исправить", "approver", "/approvals/", press(".ap-fold summary")),
    Sight("approvals-later", "Согласование: назначено на потом", "approver", "/approvals/later/"),
    Sight("statistics", "Статистика", "head", "/statistics/"),
    Sight("statistics-today", "Статистика за сегодня", "head", "/statistics/?period=today"),
    Sight("reports", "Отчёты", "admin", "/reports/"),
    Sight("situation", "Ситуация", "head", "/situation/?period=30d"),
    Sight("behind", "Карточки за числом", "head", "/behind/?what=late"),
    Sight(
        "behind-none", "Карточки за числом: ни одной", "head", "/behind/?what=postponed&period=today", pictured=False
    ),
    Sight(
        "behind-part", "Карточки за числом: часть и остальные", "head", "/behind/?what=good&period=7m", pictured=False
    ),
    Sight("metrics", "Показатели", "head", "/metrics/?period=7m&by=municipality"),
    Sight("rating", "Рейтинг", "admin", "/rating/?period=7m"),
    Sight("health", "Состояние", "admin", "/health/"),
    Sight("practice", "Тренировка", "operator", "/practice/"),
    Sight("practice-case", "Тренировка: сообщение", "operator", "/practice/{practice}/"),
    Sight("practice-result", "Тренировка: итог", "operator", "/practice/{practised}/"),
    Sight("practice-everybody", "Тренировка: у других", "curator", "/practice/everybody/"),
)
# Much the same as others: looked over for access, and no picture of them is kept.
UNPICTURED = {
    *("queue-waiting", "queue-approval", "queue-publishing", "queue-postponed", "queue-selections", "queue-why-noise"),
    *("queue-theme", "many-assignment", "many-noise", "many-repeat", "many-theme", "many-tag", "menu"),
    *("practice", "practice-case", "practice-result", "practice-everybody"),
    *("card-assigned", "card-offline", "card-signed-out", "card-why-noise"),
}
DESK = tuple(
    replace(sight, pictured=sight.pictured and sight.name not in UNPICTURED) for sight in (*QUEUE, *CARD, *OTHERS)
)
# These change cards that stand on other sights: they come after all of them.
LAST = (
    Sight("many-partly", "Несколько сразу: вышло не со всеми", "operator", "/queue/", acts.many_partly),
    Sight(
        "many-done", "Несколько сразу: сделано, можно вернуть", "operator", "/queue/", acts.many_done, pictured=False
    ),
)
