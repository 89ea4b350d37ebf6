"""What is said to people of any network, in English; `%(name)s` stands where a value is put in."""

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "Другая площадка": "Another site",
    "Сеть «%(title)s» выключена: её включает администратор на странице «Сети»": '%(title)s is switched off: an administrator switches it on, on the page "Networks"',
    "Публикация в сети «%(title)s» выключена: ответьте вручную или попросите администратора включить": "Publishing in %(title)s is switched off: answer by hand or ask an administrator to switch it on",
    "Фотографий больше, чем берёт сеть: оставьте не больше %(most)s.": "More photos than the network takes: leave at most %(most)s.",
    "Эта сеть не берёт фотографий к ответу: уберите их.": "This network takes no photos with an answer: remove them.",
    "Текст длиннее, чем берёт сеть: %(told)s из %(most)s. Сократите его.": "The text is longer than the network takes: %(told)s of %(most)s. Shorten it.",
    "Хештегов больше, чем берёт сеть: оставьте не больше %(most)s.": "More hashtags than the network takes: leave at most %(most)s.",
    "Биржевых знаков вида $ABC больше, чем берёт сеть: оставьте не больше %(most)s.": "More cashtags like $ABC than the network takes: leave at most %(most)s.",
    "Сеть не берёт упоминаний через @: уберите.": "The network takes no @mentions: remove them.",
    "Сеть не берёт текста из одних заглавных букв.": "The network takes no text in capitals alone.",
    "Сеть не берёт ссылок в ответе: уберите.": "The network takes no links in an answer: remove them.",
    "Сеть берёт одну ссылку.": "The network takes one link.",
    "Это место уже есть среди источников: «%(title)s». Этот выключите": 'This place is among the sources already: "%(title)s". Switch this one off',
    "Одноклассники": "Odnoklassniki",
    "%(words)s; неизвестно, выполнено ли действие": "%(words)s; it is unknown whether the action was done",
    "Прошлое продление ключа оборвалось: сеть выдала новый ключ, а до нас он не дошёл. Подключите аккаунт заново и запишите новые ключи": "The last renewal of the key was cut off: the network gave a new key that never reached us. Connect the account anew and write the new keys down",
    "Ключ аккаунта сейчас продлевается": "The account's key is being renewed",
    "Продлить ключ не получилось: ответ сети не дошёл": "The key could not be renewed: the network's answer did not come",
    "Предел обращений к сети исчерпан: ждём, когда она разрешит снова": "The network's call limit is used up: waiting until it lets us in again",
    "Обращения для сверки на сегодня исчерпаны: продолжим завтра": "Today's calls for reconciliation are used up: we go on tomorrow",
    "Сервер загрузки сети «%(title)s» не отвечает": "The upload server of %(title)s does not answer",
    "Сеть «%(title)s» назвала недопустимый адрес для загрузки файла": "%(title)s named a forbidden address for the upload",
    "Нет связи с сетью «%(title)s»": "No connection to %(title)s",
    "Сеть «%(title)s» не ответила": "%(title)s did not answer",
    "Сеть «%(title)s» прислала слишком длинный ответ": "%(title)s sent too long an answer",
    "Адрес сети «%(title)s» не указан в настройках установки": "The address of %(title)s is not in the settings of this installation",
}
