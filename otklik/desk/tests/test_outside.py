"""The page behind a link for somebody without an account: it shows little, changes nothing by itself, and takes one
reply."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from otklik.answers.models import Answer
from otklik.desk.tests.outside_data import asked, media_of
from otklik.desk.tests.pages import assert_answers
from otklik.inbox.models import Message
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.lib.tests.test_pictures import picture
from otklik.routing import outside
from otklik.routing.clocks import cancel_all
from otklik.routing.models import Deadline, Inquiry, InquiryPhoto
from tests.make.town import Town

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def at(key: str) -> str:
    return f"/o/{key}/"


def strict() -> Client:
    """As a browser comes from a page with no referrer: without one, and with «Origin: null»."""
    return Client(enforce_csrf_checks=True, headers={"Origin": "null"})


def photo(name: str = "a.jpg", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or picture("JPEG"), "image/jpeg")


def counts() -> tuple[object, ...]:
    return (
        list(Inquiry.objects.values()),
        list(Incident.objects.values_list("pk", "state", "revision")),
        Entry.objects.count(),
        list(Deadline.objects.values_list("pk", "met_at", "cancelled_at")),
    )


def test_the_page_shows_the_question_and_hides_the_person(town: Town) -> None:
    page = assert_answers(strict().get(at(asked(town).key)), 200, "Когда дадите воду?", "улице Мира, 5")
    for word in ("/queue/", "918 123", "кв. 12", "Жилина", "Анна", "vk.com", "№"):
        assert word not in page, word


def test_opening_it_changes_nothing_and_leaves_no_trace(town: Town) -> None:
    link, before = at(asked(town).key), counts()
    for _time in range(3):
        response = strict().get(link)
        assert response.status_code == 200
    assert strict().head(link).status_code == 200
    assert counts() == before
    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"]
    assert "noindex" in response["X-Robots-Tag"]
    assert not response.cookies


def test_one_reply_is_kept_with_its_day_and_its_photos_and_the_clock_is_met(town: Town) -> None:
    made, client = asked(town), strict()
    soon = (clock.now() + DAY * 2).date().isoformat()
    told = {"text": "Дадим к обеду", "done_on": soon, "photos": [photo(), photo("b.png", picture("PNG"))]}
    assert client.post(at(made.key), told).status_code == 302
    kept = Inquiry.objects.get()
    assert (kept.reply, str(kept.done_on), kept.photos.count()) == ("Дадим к обеду", soon, 2)
    assert kept.deadline is not None
    assert kept.deadline.met_at == kept.replied_at
    entry = Entry.objects.get(verb="incident.outside_replied")
    assert entry.actor == f"outside:{kept.pk}"
    assert "обеду" not in str(entry.data)
    assert Answer.objects.count() == 0
    assert_answers(client.get(at(made.key)), 200, "Спасибо, ответ отправлен", "Дадим к обеду", hides=("улице Мира",))


def test_a_second_reply_changes_nothing_and_its_words_are_shown_back(town: Town) -> None:
    made, client = asked(town), strict()
    client.post(at(made.key), {"text": "Первый"})
    again = client.post(at(made.key), {"text": "Второй"})
    assert Inquiry.objects.get().reply == "Первый"
    assert_answers(again, 409, "Второй")


def test_photos_lose_what_the_phone_wrote_into_them(town: Town) -> None:
    strict().post(at(asked(town).key), {"text": "Вот", "photos": [photo()]})
    kept = InquiryPhoto.objects.get()
    with kept.file.open("rb") as file, Image.open(file) as clean:
        assert not clean.getexif()
    assert kept.width > 0


def test_what_does_not_fit_is_said_and_the_words_stay(town: Town) -> None:
    link = at(asked(town).key)
    for text, day, said in (
        ("  ", "", "Напишите ответ"),
        ("Слова", "2020-01-01", "Этот день уже прошёл"),
        ("Слова", "никогда", "Такого дня нет"),
        ("Слова", "9999-12-31", "Такого дня нет"),
    ):
        assert_answers(strict().post(link, {"text": text, "done_on": day}), 422, said, text.strip())
    assert Inquiry.objects.get().replied_at is None


def test_a_file_that_is_no_picture_and_a_sixth_one_are_refused(town: Town) -> None:
    link = at(asked(town).key)
    for photos, said in (
        ([photo(content=b"<script>")], "Это не снимок"),
        ([photo() for _shot in range(6)], "Не больше 5"),
    ):
        assert_answers(strict().post(link, {"text": "Слова", "photos": photos}), 422, said)
    assert not InquiryPhoto.objects.exists()


def test_a_length_that_is_none_or_far_too_big_is_refused_before_it_is_read(town: Town) -> None:
    link = at(asked(town).key)
    for length, status in (("очень много", 422), (str(300 * 1024 * 1024), 413)):
        assert strict().post(link, {"text": "Слова"}, CONTENT_LENGTH=length).status_code == status
    assert Inquiry.objects.get().replied_at is None


def test_an_expired_link_says_so_and_takes_no_reply(town: Town) -> None:
    made = asked(town, clock.now() - DAY * 4)
    assert strict().get(at(made.key)).status_code == 410
    assert_answers(strict().post(at(made.key), {"text": "Я не успел"}), 409, "Срок ссылки вышел", "Я не успел")
    assert Inquiry.objects.get().replied_at is None


def test_a_revoked_link_and_that_of_an_ended_card_say_so(town: Town) -> None:
    revoked, ended = asked(town), asked(town)
    outside.revoke(revoked.inquiry, town.executor, clock.now())
    cancel_all(ended.inquiry.incident, clock.now())
    for made, said in ((revoked, "Ссылку отозвали"), (ended, "Ответ больше не нужен")):
        assert "улице Мира" not in assert_answers(strict().get(at(made.key)), 410, said)
        strict().post(at(made.key), {"text": "Слова"})
    assert not Inquiry.objects.filter(replied_at__isnull=False).exists()


def test_keys_that_never_were_look_the_same_and_the_database_holds_no_key(town: Town) -> None:
    made = asked(town)
    one, two = strict().get(at("x" * 32)), strict().get(at((made.inquiry.key or "")[:32]))
    assert one.status_code == two.status_code == 404
    assert one.content == two.content
    assert made.key not in str(list(Inquiry.objects.values()))


def test_whoever_tries_too_often_waits(town: Town) -> None:
    statuses = [strict().get(at(f"guess-{number}")).status_code for number in range(25)]
    assert statuses[0] == 404
    assert statuses[-1] == 429
    assert strict().get(at(asked(town).key)).status_code == 200


def test_only_chosen_pictures_are_shown_and_only_while_the_link_is_good(town: Town) -> None:
    card = town.assigned()
    chosen, other, strangers = media_of(card), media_of(card), media_of(town.assigned())
    made = asked(town, card=card, pictures=(chosen.pk, strangers.pk))
    assert Inquiry.objects.get().pictures == [chosen.pk]
    assert_answers(strict().get(at(made.key)), 200, f"pictures/{chosen.pk}/")
    shown = strict().get(f"{at(made.key)}pictures/{chosen.pk}/")
    assert shown.status_code == 200
    assert shown["Cache-Control"] == "no-store, private"
    assert b"".join(shown.streaming_content)  # type: ignore[attr-defined]
    for pk in (other.pk, strangers.pk, 999):
        assert strict().get(f"{at(made.key)}pictures/{pk}/").status_code == 404
    outside.revoke(made.inquiry, town.executor, clock.now())
    assert strict().get(f"{at(made.key)}pictures/{chosen.pk}/").status_code == 404


def test_words_that_the_author_has_deleted_are_shown_no_more(town: Town) -> None:
    card = town.assigned()
    chosen = media_of(card)
    made = asked(town, card=card, pictures=(chosen.pk,))
    Message.objects.filter(pk=main_message(card).pk).update(deleted_at=clock.now())
    assert_answers(strict().get(at(made.key)), 200, hides=("Что написал житель", f"pictures/{chosen.pk}/"))
    assert strict().get(f"{at(made.key)}pictures/{chosen.pk}/").status_code == 404
