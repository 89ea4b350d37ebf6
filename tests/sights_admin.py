"""Sights of «Управление»."""

from tests.sight import Sight
from tests.sight_acts import press, submit

SURE = "main form[method=post] .btn-primary"
PEOPLE = (
    Sight("admin-people", "Управление: люди", "admin", "/admin/people/"),
    Sight("admin-people-found", "Управление: люди, отбор", "admin", "/admin/people/?role=operator"),
    Sight("admin-people-none", "Управление: таких людей нет", "admin", "/admin/people/?q=несуществующий"),
    Sight("admin-invitation", "Управление: пригласить", "admin", "/admin/people/invitation/"),
    Sight(
        "admin-invitation-trouble",
        "Управление: пригласить, ошибки",
        "admin",
        "/admin/people/invitation/",
        submit(".ad-form", last="Смирнова", role="executor"),
    ),
    Sight("admin-person", "Управление: человек", "admin", "/admin/people/{person}/"),
    Sight("admin-person-blocked", "Управление: вход закрыт", "admin", "/admin/people/{blocked}/"),
    Sight("admin-names", "Управление: имя и почта", "admin", "/admin/people/{person}/names/"),
    Sight("admin-not-yours", "Управление: чужой сотрудник", "local", "/admin/people/{guarded}/names/", status=403),
    Sight("admin-blocking", "Управление: закрыть вход", "admin", "/admin/people/{person}/blocking/"),
    Sight("admin-link", "Управление: новая ссылка", "admin", "/admin/people/{person}/link/"),
    Sight("admin-link-made", "Управление: ссылка готова", "admin", "/admin/people/{newcomer}/link/", press(SURE)),
    Sight("admin-sessions", "Управление: закончить входы", "admin", "/admin/people/{person}/sessions/ending/"),
    Sight("admin-second-factor", "Управление: второй фактор", "admin", "/admin/people/{guarded}/second-factor/"),
    Sight("admin-grants", "Управление: дать роль", "admin", "/admin/people/{person}/grants/"),
    Sight("admin-grant-removal", "Управление: снять роль", "admin", "/admin/grants/{grant}/removal/"),
    Sight("admin-leaving", "Управление: передать карточки", "admin", "/admin/people/{holder}/handover/"),
)
START = (
    Sight("admin-start", "Управление: запуск", "admin", "/admin/start/"),
    Sight("admin-start-region", "Управление: запуск, регион", "admin", "/admin/start/region/", pictured=False),
    Sight("admin-start-calendar", "Управление: запуск, сроки", "admin", "/admin/start/calendar/", pictured=False),
    Sight("admin-start-mail", "Управление: запуск, почта", "admin", "/admin/start/mail/", pictured=False),
    Sight("admin-start-network", "Управление: запуск, первая сеть", "admin", "/admin/start/network/", pictured=False),
)
ROLES = (
    Sight("admin-roles", "Управление: роли", "admin", "/admin/roles/"),
    Sight("admin-role-new", "Управление: новая роль", "admin", "/admin/roles/addition/"),
    Sight("admin-role", "Управление: своя роль", "admin", "/admin/roles/{role}/"),
    Sight("admin-role-removal", "Управление: удалить роль", "admin", "/admin/roles/{role}/removal/"),
)
PROGRAMS = (
    Sight("admin-programs", "Управление: доступ программ", "admin", "/admin/programs/", pictured=False),
    Sight("admin-program-new", "Управление: выдать ключ", "admin", "/admin/programs/addition/", pictured=False),
    Sight("admin-program", "Управление: ключ программы", "admin", "/admin/programs/{program}/", pictured=False),
    Sight(
        "admin-program-revocation",
        "Управление: отозвать ключ",
        "admin",
        "/admin/programs/{program}/revocation/",
        pictured=False,
    ),
    Sight(
        "admin-programs-description",
        "Управление: описание API",
        "admin",
        "/admin/programs/description/",
        pictured=False,
    ),
)
AGENCIES = (
    Sight("admin-agencies", "Управление: ведомства", "admin", "/admin/agencies/"),
    Sight("admin-agency", "Управление: ведомство", "admin", "/admin/agencies/{agency}/"),
    Sight("admin-agency-closed", "Управление: закрытое ведомство", "admin", "/admin/agencies/{closed}/"),
    Sight("admin-agency-new", "Управление: новое ведомство", "admin", "/admin/agencies/addition/"),
    Sight("admin-agency-parent", "Управление: кому подчинено", "admin", "/admin/agencies/{agency}/parent/"),
    Sight("admin-agency-closing", "Управление: закрыть ведомство", "admin", "/admin/agencies/{idle}/closing/"),
    Sight(
        "admin-agency-busy",
        "Управление: ведомство не закрыть",
        "admin",
        "/admin/agencies/{agency}/closing/",
        status=409,
    ),
)
RULES = (
    Sight("admin-rules", "Управление: правила", "admin", "/admin/rules/"),
    Sight("admin-rule-faults", "Управление: что не так с правилами", "admin", "/admin/rules/faults/"),
    Sight("admin-automatic", "Управление: без оператора", "admin", "/admin/rules/automatic/"),
    Sight("admin-rule-new", "Управление: новое правило", "admin", "/admin/rules/addition/"),
    Sight("admin-rule-trial", "Управление: чьё это по правилам", "admin", "/admin/rules/trial/"),
    Sight(
        "admin-rule-trial-told",
        "Управление: что решила бы машина",
        "admin",
        "/admin/rules/trial/",
        submit("main form[method=post]", text="На улице Мира, 5 третий день нет воды, дома дети"),
    ),
    Sight("admin-rule", "Управление: правило", "admin", "/admin/rules/{rule}/"),
    Sight("admin-rule-ending", "Управление: закончить правило", "admin", "/admin/rules/{rule}/ending/"),
    Sight("admin-rule-removal", "Управление: удалить правило", "admin", "/admin/rules/{spare}/removal/"),
)
POLICIES = (
    Sight("admin-policies", "Управление: согласование", "admin", "/admin/policies/"),
    Sight("admin-policy-new", "Управление: новый порядок согласования", "admin", "/admin/policies/addition/"),
    Sight("admin-policy", "Управление: порядок согласования", "admin", "/admin/policies/{policy}/"),
    Sight("admin-policy-ending", "Управление: закончить порядок", "admin", "/admin/policies/{policy}/ending/"),
    Sight("admin-policy-trial", "Управление: кто согласовал бы", "admin", "/admin/policies/trial/"),
)
WORDS = (
    Sight("admin-templates", "Управление: шаблоны", "admin", "/admin/templates/"),
    Sight("admin-template-new", "Управление: новый шаблон", "admin", "/admin/templates/addition/"),
    Sight("admin-template", "Управление: шаблон", "admin", "/admin/templates/{template}/"),
    Sight("admin-template-removal", "Управление: удалить шаблон", "admin", "/admin/templates/{template}/removal/"),
    Sight("admin-wording", "Управление: проверка текста", "admin", "/admin/templates/wording/?days=365"),
    Sight("admin-classifier", "Управление: классификатор", "admin", "/admin/classifier/"),
    Sight("admin-classifier-group", "Управление: группа тем", "admin", "/admin/classifier/?group={group}"),
    Sight("admin-classifier-found", "Управление: темы, отбор", "admin", "/admin/classifier/?q=вод&state=all"),
    Sight("admin-agreement", "Управление: согласие с подсказкой", "admin", "/admin/classifier/agreement/?days=365"),
    Sight("admin-learned", "Управление: чему научилась система", "admin", "/admin/learned/"),
    Sight("admin-learned-withdrawal", "Управление: отозвать модель", "admin", "/admin/learned/{model}/withdrawal/"),
    Sight("admin-theme-new", "Управление: новая тема", "admin", "/admin/classifier/addition/?group={group}"),
    Sight("admin-theme", "Управление: тема", "admin", "/admin/classifier/{theme}/"),
    Sight(
        "admin-theme-sure",
        "Управление: тема, что изменится",
        "admin",
        "/admin/classifier/{theme}/",
        submit("main form[method=post]", severity="5"),
    ),
    Sight("admin-theme-automatic", "Управление: тема без оператора", "admin", "/admin/classifier/{theme}/automatic/"),
    Sight("admin-theme-retirement", "Управление: вывести тему", "admin", "/admin/classifier/{theme}/retirement/"),
    Sight("admin-theme-retired", "Управление: выведенная тема", "admin", "/admin/classifier/{retired}/"),
    Sight("admin-theme-return", "Управление: вернуть тему", "admin", "/admin/classifier/{retired}/return/"),
)
CLOCKS = (
    Sight("admin-calendars", "Управление: сроки и календарь", "admin", "/admin/calendars/"),
    Sight("admin-calendar-hours", "Управление: рабочие часы", "admin", "/admin/calendars/hours/"),
    Sight("admin-calendar-day", "Управление: особый день", "admin", "/admin/calendars/day/"),
    Sight("admin-calendar-week", "Управление: рабочие дни и обед", "admin", "/admin/calendars/week/"),
    Sight("admin-calendar-addition", "Управление: новый календарь", "admin", "/admin/calendars/agencies/addition/"),
    Sight("admin-calendar-own", "Управление: календарь ведомства", "admin", "/admin/calendars/agencies/{agency}/"),
    Sight(
        "admin-calendar-own-days",
        "Управление: особые дни ведомства",
        "admin",
        "/admin/calendars/agencies/{idle}/days/",
    ),
    Sight(
        "admin-calendar-removal",
        "Управление: убрать календарь",
        "admin",
        "/admin/calendars/agencies/{agency}/removal/",
    ),
    Sight("admin-lists", "Управление: списки", "admin", "/admin/lists/"),
    Sight("admin-list", "Управление: загрузить список", "admin", "/admin/lists/users/"),
    Sight("admin-privacy", "Управление: персональные данные", "auditor", "/admin/privacy/"),
    Sight("admin-public", "Управление: открытые данные", "admin", "/admin/public/", pictured=False),
    Sight("admin-ladder", "Управление: кому сообщать о просрочке", "admin", "/admin/calendars/ladder/"),
    Sight("admin-running", "Управление: пересчитать сроки", "admin", "/admin/calendars/running/"),
    Sight("admin-norm-new", "Управление: новый норматив", "admin", "/admin/norms/addition/"),
    Sight("admin-presets", "Управление: готовые сроки", "admin", "/admin/norms/presets/"),
    Sight("admin-preset", "Управление: выбрать готовые сроки", "admin", "/admin/norms/presets/nine-four/"),
    Sight("admin-norm", "Управление: норматив", "admin", "/admin/norms/{norm}/"),
    Sight("admin-norm-removal", "Управление: удалить норматив", "admin", "/admin/norms/{norm}/removal/"),
)
ACCOUNTS = (
    Sight("admin-networks", "Управление: сети", "admin", "/admin/networks/"),
    Sight("admin-network", "Управление: одна сеть", "admin", "/admin/networks/vk/"),
    Sight("admin-sources", "Управление: источники", "admin", "/admin/sources/"),
    Sight("admin-source", "Управление: источник", "admin", "/admin/sources/{source}/"),
    Sight("admin-source-new", "Управление: новые источники", "admin", "/admin/sources/addition/"),
    Sight(
        "admin-source-switching-off",
        "Управление: не читать источник",
        "admin",
        "/admin/sources/{source}/switching-off/",
    ),
    Sight("admin-account-form", "Управление: ключи нового аккаунта", "admin", "/admin/accounts/addition/?network=vk"),
    Sight("admin-accounts", "Управление: аккаунты", "admin", "/admin/accounts/"),
    Sight("admin-account", "Управление: аккаунт", "admin", "/admin/accounts/{account}/"),
    Sight("admin-account-off", "Управление: выключенный аккаунт", "admin", "/admin/accounts/{quiet}/"),
    Sight("admin-account-new", "Управление: новый аккаунт", "admin", "/admin/accounts/addition/"),
    Sight("admin-account-key", "Управление: новый ключ", "admin", "/admin/accounts/{account}/key/"),
    Sight(
        "admin-account-switching-off",
        "Управление: выключить аккаунт",
        "admin",
        "/admin/accounts/{account}/switching-off/",
    ),
    Sight(
        "admin-account-switching-on",
        "Управление: включить аккаунт",
        "admin",
        "/admin/accounts/{quiet}/switching-on/",
    ),
)
JOURNAL = (
    Sight("admin-looks", "Управление: просмотры", "admin", "/admin/journal/looks/"),
    Sight("admin-journal", "Журнал", "auditor", "/admin/journal/"),
    Sight("admin-journal-found", "Журнал: отбор", "auditor", "/admin/journal/?verb=assign&since=2020-01-01"),
    Sight("admin-journal-trouble", "Журнал: так не найти", "auditor", "/admin/journal/?card=пять", status=400),
    Sight("admin-journal-none", "Журнал: таких записей нет", "auditor", "/admin/journal/?until=2001-01-01"),
    Sight("admin-journal-chain", "Журнал: проверка цепочки", "auditor", "/admin/journal/", submit("[data-chain]")),
)
HOOKS = (
    Sight("admin-hooks", "Управление: оповещение программ", "admin", "/admin/hooks/", pictured=False),
    Sight("admin-hook-new", "Управление: новая программа", "admin", "/admin/hooks/addition/", pictured=False),
    Sight("admin-hook", "Управление: программа", "admin", "/admin/hooks/{hook}/", pictured=False),
    Sight("admin-hook-calls", "Управление: вызовы программы", "admin", "/admin/hooks/{hook}/calls/", pictured=False),
    Sight(
        "admin-hook-secret",
        "Управление: сменить секрет программы",
        "admin",
        "/admin/hooks/{hook}/secret/",
        pictured=False,
    ),
    Sight(
        "admin-hook-secret-shown",
        "Управление: новый ключ программы",
        "admin",
        "/admin/hooks/{hook}/secret/",
        press(SURE),
        pictured=False,
    ),
    Sight(
        "admin-hook-switching-off",
        "Управление: выключить программу",
        "admin",
        "/admin/hooks/{hook}/switching-off/",
        pictured=False,
    ),
)
ADMIN = (
    *(*PEOPLE, *START, *ROLES, *PROGRAMS, *AGENCIES, *RULES, *POLICIES, *WORDS, *CLOCKS, *ACCOUNTS, *HOOKS),
    *JOURNAL,
)
