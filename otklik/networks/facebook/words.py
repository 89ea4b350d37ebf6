"""What this folder says to people, in English; `%(name)s` stands where a value is put in."""

from collections.abc import Mapping

from otklik.networks.meta import words as common

ENGLISH: Mapping[str, str] = {
    **common.ENGLISH,
    "Это не ссылка на запись Facebook: нужна ссылка вида facebook.com/12345/posts/68905": "This is no link to a Facebook post: a link like facebook.com/12345/posts/68905 is needed",
    "Например 100012345698901 или facebook.com/profile.php?id=100012345698901": "For example 100012345698901 or facebook.com/profile.php?id=100012345698901",
    "Из Facebook так читать нельзя": "Facebook cannot be read in this way",
    "На чужой странице Facebook отвечать через API нельзя: ответьте вручную с сайта": "On a Facebook Page of others nothing can be answered through the API: answer by hand on the site",
    "Комментарий скрыт страницей: ответ увидит только его автор": "The Page has hidden the comment: only its author will see the answer",
    "Facebook не разрешает отвечать на этот комментарий": "Facebook does not allow answering this comment",
    "Чужие страницы Facebook видит только приложение с допуском «Page Public Content Access»: получите его и включите в настройках аккаунта": 'Only an app with "Page Public Content Access" sees Facebook Pages of others: get it and switch it on in the account\'s settings',
    "Адрес страницы Facebook не разобрать: укажите ссылку вида facebook.com/12345": "The address of the Facebook Page is unclear: give a link like facebook.com/12345",
    "Получите ключ страницы в Graph API Explorer и впишите его": "Get the Page's token in the Graph API Explorer and enter it",
    "Чтение страницы и комментариев": "Reading the Page and its comments",
    "Ключ выдан другой странице: проверьте номер страницы": "The token belongs to another Page: check the Page's number",
}
