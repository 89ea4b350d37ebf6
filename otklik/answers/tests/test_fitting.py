from datetime import UTC, datetime, timedelta

from django.utils import timezone

from otklik.answers.exposing import doubtful, stamp
from otklik.answers.fitting import objections, obstacles
from otklik.answers.models import Answer
from otklik.answers.moments import FAR, LATE, PAST, Later, against
from otklik.inbox.models import Message, Thread
from otklik.networks.models import Account, Source


def message(**more: object) -> Message:
    fields = {"network": "vk", "place": "comment", "posted_at": timezone.now(), **more}
    return Message(thread=Thread(network="vk"), **fields)


def foreign(guests: bool | None) -> Source:
    return Source(network="vk", kind=Source.Kind.FOREIGN, guests_may_speak=guests, account=Account())


def test_an_open_place_has_no_obstacle_and_what_stands_in_the_way_is_said_with_what_to_do() -> None:
    assert obstacles(message(), True, timezone.now()) == []
    assert obstacles(message(source=foreign(None)), True, timezone.now()) == []
    old = message(place="direct", source=foreign(False), posted_at=timezone.now() - timedelta(days=30))
    assert obstacles(old, True, timezone.now()) == [], "VKontakte has no window for private answers"
    for fields, speaks, why in (
        ({}, False, "Публикация в сети «ВКонтакте» выключена"),
        ({"closed": "Комментарии под этой записью закрыты"}, True, "Комментарии под этой записью закрыты"),
        ({"source": foreign(False)}, True, "гости не отвечают"),
        ({"source": foreign(False), "closed": "Сюда гостям нельзя"}, True, "Сюда гостям нельзя"),
        ({"network": "nowhere"}, True, "ещё не подключена"),
    ):
        (obstacle,) = obstacles(message(**fields), speaks, timezone.now())
        assert why in obstacle


def test_a_text_is_weighed_by_the_network_of_the_message_it_answers() -> None:
    answer = Answer(reply_to=message(), text="я" * 4001)
    assert objections(answer) == ["Текст длиннее, чем берёт сеть: 4001 из 4000. Сократите его."]
    assert objections(Answer(reply_to=message(), text="я" * 4001, direct=True)) == []
    (signs,) = objections(Answer(reply_to=message(network="x"), text="$AA и $BB"))
    assert signs == "Биржевых знаков вида $ABC больше, чем берёт сеть: оставьте не больше 1."
    assert objections(Answer(reply_to=message(), text="$AA и $BB")) == []
    assert objections(Answer(reply_to=message(network="nowhere"), text="я" * 90_000)) == []


def test_what_belongs_to_a_person_stops_a_public_answer_and_phones_mail_and_names_are_doubtful() -> None:
    texts = {
        "Деньги вернут на карту 4000 0012 3456 7899.": "номер банковской карты",
        "Паспорт 03 07 № 111222 готов.": "номер паспорта",
        "СНИЛС 112-233-445 95 исправлен.": "СНИЛС",
        "По ИНН 500100732259 долга нет.": "ИНН человека",
        "В кв. 41 заменён стояк.": "номер квартиры",
        "Льгота положена: 03.02.1951 г. р.": "дата рождения",
    }
    for text, why in texts.items():
        (objection,) = objections(Answer(reply_to=message(), text=text))
        assert why in objection
        assert objections(Answer(reply_to=message(network="nowhere"), text=text)) == [objection]
        assert objections(Answer(reply_to=message(), text=text, direct=True)) == []
    text = "Звоните 8 (861) 211-22-33 или пишите otvet@primer.ru, отвечает Соколова А. И. Улица Юрия Гагарина закрыта."
    assert objections(Answer(reply_to=message(), text=text)) == []
    assert doubtful(text) == ["8 (861) 211-22-33", "otvet@primer.ru", "Соколова А. И."]
    assert stamp(doubtful(text)) == stamp(doubtful(text + " Звоните 8 (861) 211-22-33."))
    assert stamp(doubtful(text)) != stamp(doubtful(text + " Или 8 (861) 211-22-34."))


NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_what_stands_against_a_moment() -> None:
    for later, limit, expected in (
        (None, NOW - DAY, ""),
        (Later(NOW + HOUR), None, ""),
        (Later(NOW + HOUR), NOW + DAY, ""),
        (Later(NOW), None, PAST),
        (Later(NOW - DAY, knowingly=True), None, PAST),
        (Later(NOW + 14 * DAY), None, ""),
        (Later(NOW + 14 * DAY + HOUR, knowingly=True), None, FAR),
        (Later(NOW + DAY), NOW + HOUR, LATE),
        (Later(NOW + DAY, knowingly=True), NOW + HOUR, ""),
        (Later(NOW + HOUR), NOW + HOUR, ""),
    ):
        assert against(later, NOW, limit) == expected
