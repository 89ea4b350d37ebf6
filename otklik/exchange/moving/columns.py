"""The 47 columns of an export of «Инцидент Менеджмент», in their order; both ways read this one table. Pure.

The names are those of the file, letter for letter: they are how a column is known, wherever it stands.
"""

import re

CABINET, ID, NUMBER = "Кабинет", "ID", "Номер инцидента"
AGENCY, EXECUTOR = "Отдел", "Исполнитель"
FIRST_AT, FIRST_TEXT = "Общее время первого ответа", "Общий текст первого ответа"
FIRST_TOOK = "Время с даты создания инцидента до времени первого ответа"
FIRST_WORKED = "Время с даты создания инцидента до времени первого ответа, рабочее время"
ASSIGNED_AT, EXECUTOR_AT = "Время назначения последнего исполнителя", "Время 1го ответа ПИ"
REACTION, IN_TIME = "Первая реакция с момента назн. ПИ", "Уложились или нет после назн. ПИ"
LIFE = "Время с начала создания инцидента до окончания"
DRAFTED_AT = "Время отправки первого ответа ПИ на согласование"
APPROVAL_TOOK = "Время, которое первый ответ ПИ находился на согласовании"
STEP, CREATED_AT, CLOSED_AT = "Текущий шаг инцидента", "Дата создания", "Дата окончания"
GROUP, THEME = "Группа тем", "Тема"
REGION, MUNICIPALITY, SETTLEMENT = "Регион", "Муниципалитет", "Населенный пункт"
STREET, HOUSE, OLD_OBJECT, OBJECT = "Улица", "Дом", "Объект старый", "Объект"
KIND, OUTCOME = "Тип инцидента", "Итог"
ANSWER_MEDIA, MESSAGE_MEDIA = "Есть медиафайл в ответе", "Есть медиафайл в сообщении"
POST_URL, BLOG_URL, TEXT = "Урл поста", "Урл блога", "Текст инцидента"
ANSWERS = ("1ый ответ ПИ", "2ой ответ ПИ", "3ий ответ ПИ")
REASON, AUDIENCE, ENGAGEMENT = "Причина закрытия", "Аудитория", "Вовлеченность"
AUTHOR_URL, ACCOUNT = "URL автора", "Аккаунт публикации ответа"
TAGS, NOTE = "Теги", "Примечание"
RATING_AT, SURVEY = "Время попадания на шаг оценка удовлетворенности", "Опрос отправлен"

COLUMNS = (
    CABINET, ID, NUMBER, AGENCY, EXECUTOR, FIRST_AT, FIRST_TEXT, FIRST_TOOK, FIRST_WORKED, ASSIGNED_AT, EXECUTOR_AT,
    REACTION, IN_TIME, LIFE, DRAFTED_AT, APPROVAL_TOOK, STEP, CREATED_AT, CLOSED_AT, GROUP, THEME, REGION,
    MUNICIPALITY, SETTLEMENT, STREET, HOUSE, OLD_OBJECT, OBJECT, KIND, OUTCOME, ANSWER_MEDIA, MESSAGE_MEDIA, POST_URL,
    BLOG_URL, TEXT, *ANSWERS, REASON, AUDIENCE, ENGAGEMENT, AUTHOR_URL, ACCOUNT, TAGS, NOTE, RATING_AT, SURVEY,
)  # fmt: skip
TEXTS = (FIRST_TEXT, TEXT, *ANSWERS, NOTE)
"""What people wrote: kept in our own tables, so that it is forgotten there."""
NEEDED = (ID, CREATED_AT, TEXT)
"""Without one of these the file is no list of incidents."""
MOMENTS = (FIRST_AT, ASSIGNED_AT, EXECUTOR_AT, DRAFTED_AT, CREATED_AT, CLOSED_AT, RATING_AT)
DURATIONS = (FIRST_TOOK, FIRST_WORKED, REACTION, LIFE, APPROVAL_TOOK)

_SPACES = re.compile(r"\s+")


def name_of(header: str) -> str:
    """A header as the table spells it, whatever its case, spaces and «ё»; "" for a column that it does not have."""
    return _KNOWN.get(_key(header), "")


def _key(header: str) -> str:
    return _SPACES.sub(" ", header.replace("\xa0", " ")).strip().casefold().replace("ё", "е")


_KNOWN = {_key(name): name for name in COLUMNS}
