"""Sights at the door: signing in, invitations, the author's survey, and pages that say no."""

from tests import sight_acts as acts
from tests.sight import PASSWORD, Sight
from tests.sight_acts import press, submit

SIGNING = (
    Sight("sign-in", "Вход", "", "/accounts/login/"),
    Sight("sign-in-wrong", "Вход: не тот пароль", "", "/accounts/login/", acts.wrong_password),
    Sight("sign-in-code", "Вход: код из приложения", "", "/accounts/login/", acts.second_factor),
    Sight("sign-in-closed", "Вход закрыт", "", "/accounts/inactive/"),
    Sight("sign-up", "Сам себя никто не заводит", "", "/accounts/signup/"),
    Sight("sign-out", "Выйти", "nobody", "/accounts/logout/"),
    Sight("reset", "Забыли пароль", "", "/accounts/password/reset/"),
    Sight("password", "Сменить пароль", "nobody", "/accounts/password/change/"),
    Sight("password-again", "Повторите пароль", "nobody", "/accounts/reauthenticate/"),
    Sight("password-new", "Придумать пароль", "newcomer", "/accounts/password/set/"),
    Sight("email", "Почта", "nobody", "/accounts/email/"),
    Sight("security", "Вход и безопасность", "nobody", "/accounts/2fa/"),
    Sight("security-on", "Вход и безопасность: код включён", "guarded", "/accounts/2fa/"),
    Sight("sessions", "Где открыт вход", "nobody", "/accounts/sessions/"),
    Sight("code-again", "Повторите код", "guarded", "/accounts/2fa/reauthenticate/"),
    Sight("code-on", "Включить код из приложения", "nobody", "/accounts/2fa/totp/activate/", acts.known),
    Sight("keys", "Ключи", "guarded", "/accounts/2fa/webauthn/"),
    Sight("key-again", "Повторите ключом", "guarded", "/accounts/2fa/webauthn/reauthenticate/"),
    Sight("key-new", "Добавить ключ", "guarded", "/accounts/2fa/webauthn/add/", acts.known),
    Sight("key-name", "Переименовать ключ", "guarded", "/accounts/2fa/webauthn/keys/{key}/edit/", acts.known),
    Sight("key-off", "Удалить ключ", "guarded", "/accounts/2fa/webauthn/keys/{key}/remove/", acts.known),
    Sight("code-off", "Выключить код из приложения", "guarded", "/accounts/2fa/totp/deactivate/", acts.known),
    Sight("codes", "Запасные коды", "guarded", "/accounts/2fa/recovery-codes/", acts.known),
    Sight("codes-new", "Новые запасные коды", "guarded", "/accounts/2fa/recovery-codes/generate/", acts.known),
)
INVITED = (
    Sight("invitation", "Придумайте пароль", "", "/accounts/invitation/{invited}/{token}/"),
    Sight(
        "invitation-trouble",
        "Придумайте пароль: не подошёл",
        "",
        "/accounts/invitation/{invited}/{token}/",
        submit("main form:has([name=password])", password="короткий", again="короткий"),
    ),
    Sight(
        "invitation-done",
        "Пароль придуман",
        "",
        "/accounts/invitation/{joining}/{joining_token}/",
        submit("main form:has([name=password])", password=PASSWORD, again=PASSWORD),
    ),
    Sight("invitation-gone", "Ссылка больше не работает", "", "/accounts/invitation/{invited}/old/", status=404),
)
SURVEY = (
    Sight("survey", "Опрос автора", "", "/s/{survey}/"),
    Sight("survey-trouble", "Опрос автора: ничего не выбрано", "", "/s/{survey}/", submit(".sv-form")),
    Sight("survey-thanks", "Опрос автора: спасибо", "", "/s/{survey}/", submit(".sv-form", solved="yes", mark="5")),
    Sight("survey-again", "Опрос автора: изменить оценку", "", "/s/{survey}/", press(".sv-again summary")),
    Sight("survey-gone", "Опрос закончен", "", "/s/nosuchsurvey/", status=404),
)
PUBLIC = (Sight("public", "Открытые данные", "", "/public/", pictured=False),)
REFUSALS = (
    Sight("no-roles", "Ролей ещё нет", "nobody", "/"),
    Sight("bad-request", "Запрос не понять", "operator", "/find/?" + "&".join(["q=1"] * 1001), status=400),
    Sight("denied", "Сюда вам нельзя", "executor", "/health/", status=403),
    Sight("stale", "Страница устарела", "", "/accounts/login/", acts.stale),
    Sight("not-found", "Такой страницы нет", "operator", "/incidents/999999/", status=404),
    Sight("broken", "Что-то сломалось у нас", "", "/accounts/login/", acts.broken),
)
OUTSIDE = (
    Sight("outside", "Вопрос внешнему исполнителю", "", "/o/{outside}/"),
    Sight("outside-trouble", "Вопрос внешнему исполнителю: нет ответа", "", "/o/{outside}/", submit(".ou-form")),
    Sight("outside-done", "Внешний исполнитель ответил", "", "/o/{outside_used}/", submit(".ou-form", text="Починим")),
    Sight("outside-gone", "По ссылке ничего нет", "", "/o/nosuchquestion/", status=404),
)
ENTRY = (*SIGNING, *INVITED, *SURVEY, *OUTSIDE, *PUBLIC, *REFUSALS)
