"""The page behind a link for somebody without an account: it shows little, changes nothing by itself, and takes one
reply."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from otklik.answers.models import Answer
from otklik.desk.tests.outside_data import asked, media_of
from otklik.desk.tests.pages import assert_answers, outsider
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

pytestmark = pytest.mark.usefixtures("patience")
DAY = timedelta(days=1)


def look(key: str, beneath: str = "") -> Any:
    return outsider().get(f"/o/{key}/{beneath}")


def reply(key: str, text: str, **more: Any) -> Any:
    return outsider().post(f"/o/{key}/", {"text": text, **more})


def photo(name: str = "a.jpg", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or picture("JPEG"), "image/jpeg")


def counts() -> tuple[object, ...]:
    return (
        list(Inquiry.objects.values()),
        list(Incident.objects.values_list("pk", "state", "revision")),
        Entry.objects.count(),
        list(Deadline.objects.values_list("pk", "met_at", "cancelled_at")),
    )


def test_the_page_shows_the_question_hides_the_person_and_leaves_no_trace(town: Town) -> None:
    key, before = asked(town).key, counts()
    for _time in range(3):
        response = look(key)
        hidden = ("/queue/", "918 123", "кв. 12", "Жилина", "Анна", "vk.com", "№")
        assert_answers(response, 200, "Когда дадите воду?", "улице Мира, 5", hides=hidden)
    assert outsider().head(f"/o/{key}/").status_code == 200
    assert counts() == before
    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"]
    assert "noindex" in response["X-Robots-Tag"]
    assert not response.cookies


def test_what_does_not_fit_is_said_and_then_one_reply_is_kept_with_day_and_photos(town: Town) -> None:
    key = asked(town).key
    wrong: tuple[tuple[str, dict[str, Any], str], ...] = (
        ("  ", {}, "Напишите ответ"),
        ("Слова", {"done_on": "2020-01-01"}, "Этот день уже прошёл"),
        ("Слова", {"done_on": "никогда"}, "Такого дня нет"),
        ("Слова", {"done_on": "9999-12-31"}, "Такого дня нет"),
        ("Слова", {"photos": [photo(content=b"<script>")]}, "Это не снимок"),
        ("Слова", {"photos": [photo() for _shot in range(6)]}, "Не больше 5"),
    )
    for text, more, error in wrong:
        assert_answers(reply(key, text, **more), 422, error, text.strip())
    for length, status in (("очень много", 422), (str(300 * 1024 * 1024), 413)):  # before it is read
        assert outsider().post(f"/o/{key}/", {"text": "Слова"}, CONTENT_LENGTH=length).status_code == status
    assert (Inquiry.objects.get().replied_at, InquiryPhoto.objects.exists()) == (None, False)
    soon = (clock.now() + DAY * 2).date().isoformat()
    photos = [photo(), photo("b.png", picture("PNG"))]
    assert reply(key, "Дадим к обеду", done_on=soon, photos=photos).status_code == 302
    kept = Inquiry.objects.get()
    assert (kept.reply, str(kept.done_on), kept.photos.count()) == ("Дадим к обеду", soon, 2)
    for shot in InquiryPhoto.objects.all():
        assert shot.width > 0
        with shot.file.open("rb") as file, Image.open(file) as clean:
            assert not clean.getexif()
    assert kept.deadline is not None
    assert kept.deadline.met_at == kept.replied_at
    entry = Entry.objects.get(verb="incident.outside_replied")
    assert entry.actor == f"outside:{kept.pk}"
    assert "обеду" not in str(entry.data)
    assert Answer.objects.count() == 0
    assert_answers(look(key), 200, "Спасибо, ответ отправлен", "Дадим к обеду", hides=("улице Мира",))
    assert_answers(reply(key, "Второй"), 409, "Второй")
    assert Inquiry.objects.get().reply == "Дадим к обеду", "a second reply changes nothing"


def test_a_link_that_is_over_says_so_unknown_keys_look_alike_and_guessing_waits(town: Town) -> None:
    expired, revoked, ended = asked(town, clock.now() - DAY * 4), asked(town), asked(town)
    outside.revoke(revoked.inquiry, town.executor, clock.now())
    cancel_all(ended.inquiry.incident, clock.now())
    for made, reason in (
        (expired, "Срок ссылки вышел"),
        (revoked, "Ссылку отозвали"),
        (ended, "Ответ больше не нужен"),
    ):
        assert_answers(look(made.key), 410, reason, hides=["улице Мира"])
        assert_answers(reply(made.key, "Я не успел"), 409, reason, "Я не успел")
    assert not Inquiry.objects.filter(replied_at__isnull=False).exists()
    made = asked(town)
    one, two = look("x" * 32), look((made.inquiry.key or "")[:32])
    assert one.status_code == two.status_code == 404
    assert one.content == two.content
    assert made.key not in str(list(Inquiry.objects.values())), "the database holds no key"
    statuses = [look(f"guess-{number}").status_code for number in range(25)]
    assert (statuses[0], statuses[-1]) == (404, 429)
    assert look(made.key).status_code == 200


def test_only_chosen_pictures_are_shown_and_only_while_the_link_is_good(town: Town) -> None:
    card = town.assigned()
    chosen, other, strangers = media_of(card), media_of(card), media_of(town.assigned())
    made = asked(town, card=card, pictures=(chosen.pk, strangers.pk))
    assert Inquiry.objects.get().pictures == [chosen.pk]
    assert_answers(look(made.key), 200, f"pictures/{chosen.pk}/")
    shown = look(made.key, f"pictures/{chosen.pk}/")
    assert shown.status_code == 200
    assert shown["Cache-Control"] == "no-store, private"
    assert b"".join(shown.streaming_content)
    for pk in (other.pk, strangers.pk, 999):
        assert look(made.key, f"pictures/{pk}/").status_code == 404
    rows = Message.objects.filter(pk=main_message(card).pk)
    rows.update(deleted_at=clock.now())
    assert_answers(look(made.key), 200, hides=("Что написал житель", f"pictures/{chosen.pk}/"))
    assert look(made.key, f"pictures/{chosen.pk}/").status_code == 404
    rows.update(deleted_at=None)
    outside.revoke(made.inquiry, town.executor, clock.now())
    assert look(made.key, f"pictures/{chosen.pk}/").status_code == 404
