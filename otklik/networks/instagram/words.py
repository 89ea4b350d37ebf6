"""What this folder says to people, in English; `%(name)s` stands where a value is put in."""

from collections.abc import Mapping

from otklik.networks.meta import words as common

ENGLISH: Mapping[str, str] = {
    **common.ENGLISH,
    "По ссылке на публикацию Instagram её номера не узнать: нужна ссылка на комментарий": "A link to an Instagram publication does not tell its number: a link to the comment is needed",
    "Это не ссылка на комментарий Instagram: нужна ссылка вида instagram.com/p/…/c/12345/": "This is no link to an Instagram comment: a link like instagram.com/p/…/c/12345/ is needed",
    "Номер профессионального аккаунта из Graph API: одни цифры": "The number of the professional account from the Graph API: digits alone",
    "Из Instagram так читать нельзя: чужие публикации он не показывает": "Instagram cannot be read in this way: it does not show publications of others",
    "Комментарий скрыт: ответ увидит только его автор": "The comment is hidden: only its author will see the answer",
    "Комментарии под этой публикацией выключены": "Comments under this publication are switched off",
    "Под чужой публикацией Instagram отвечать через API нельзя: ответьте вручную": "Under an Instagram publication of others nothing can be answered through the API: answer by hand",
    "Ключ выдан другому аккаунту Instagram: проверьте номер аккаунта": "The token belongs to another Instagram account: check the account's number",
    "Получите ключ страницы, к которой привязан аккаунт, и впишите его": "Get the token of the Page that the account is linked to, and enter it",
    "Ключ аккаунта Instagram": "Instagram account's token",
    "слышит, читает и отвечает, если у аккаунта нет страницы Facebook": "hears, reads and answers if the account has no Facebook Page",
    "Meta for Developers → приложение → Instagram → Настройка входа → ключ доступа": "Meta for Developers → the app → Instagram → Login setup → access token",
    "Ключ доступа к аккаунту": "The account's access token",
    "Чтение комментариев": "Reading comments",
}
