"""Photos of an answer: washed of where they were taken, shown to whoever sees the card, and never slipped in late."""

import io
from pathlib import Path
from typing import Any, cast

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from PIL import Image
from pytest_django import Settings

from otklik.answers.models import Answer, AnswerPhoto
from otklik.desk.tests.pages import reread
from otklik.inbox.models import Media
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident
from otklik.lib.pictures import wash
from otklik.people.models import User
from tests.make.people import signed_in
from tests.make.town import Town, make_town

pytestmark = pytest.mark.django_db
FRAGMENT = {"X-Fragment": "1"}
GPS = 0x8825


@pytest.fixture
def town(settings: Settings, tmp_path: Path) -> Town:
    settings.MEDIA_ROOT = tmp_path
    return make_town()


def picture(name: str = "яма.jpg") -> SimpleUploadedFile:
    exif = Image.Exif()
    exif[0x010F] = "Samsung"
    exif.get_ifd(GPS)[1] = "N"
    kept = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(kept, "JPEG", exif=exif)
    return SimpleUploadedFile(name, kept.getvalue(), "image/jpeg")


def add(
    town: Town, card: Incident, *files: SimpleUploadedFile, user: User | None = None, **fields: int
) -> HttpResponse:
    address = f"/incidents/{card.pk}/photos/"
    told: dict[str, Any] = {"text": "Готово", "photos": files, **fields}
    return cast(HttpResponse, signed_in(user or town.executor).post(address, told, headers=FRAGMENT))


def test_a_photo_loses_where_and_with_what_it_was_taken(town: Town) -> None:
    card = town.assigned()
    assert add(town, card, picture()).status_code == 200
    photo = AnswerPhoto.objects.get(answer__incident=card)
    assert photo.answer.text == "Готово"
    shown = signed_in(town.approver).get(f"/answers/{photo.answer_id}/photos/{photo.pk}/")
    content = shown.getvalue()
    assert shown["Content-Type"] == "image/jpeg"
    assert b"Samsung" not in content
    assert not Image.open(io.BytesIO(content)).getexif()


def test_a_photo_is_shown_only_to_whoever_sees_the_card(town: Town) -> None:
    card = town.assigned()
    add(town, card, picture())
    photo = AnswerPhoto.objects.get()
    address = f"/answers/{photo.answer_id}/photos/{photo.pk}/"
    assert signed_in(town.other).get(address).status_code == 404
    assert Client().get(address).status_code == 302
    assert signed_in(town.executor).get(f"/answers/{photo.answer_id + 1}/photos/{photo.pk}/").status_code == 404
    photo.file.delete(save=False)
    assert signed_in(town.executor).get(address).status_code == 404


@pytest.mark.parametrize("content", [b"", b"<svg onload=alert(1)>", b"GIF89a\x01\x00", b"\xff\xd8\xff\xe0broken"])
def test_what_is_no_photo_is_refused_and_the_text_is_not_touched(town: Town, content: bytes) -> None:
    card = town.assigned()
    refused = add(town, card, SimpleUploadedFile("x.jpg", content, "image/jpeg"))
    assert refused.status_code in (200, 422)
    assert not AnswerPhoto.objects.exists()


def test_no_more_photos_than_the_network_takes(town: Town) -> None:
    card = town.assigned()
    assert add(town, card, *[picture() for _ in range(11)]).status_code == 422
    assert not AnswerPhoto.objects.exists()
    assert Answer.objects.get(incident=card).text == "Готово"


def test_removing_a_photo_makes_a_new_version(town: Town) -> None:
    card = town.assigned()
    add(town, card, picture())
    answer = Answer.objects.get(incident=card)
    photo = answer.photos.get()
    signed_in(town.executor).post(
        f"/incidents/{card.pk}/photo-removal/",
        {"text": "Готово", "version": answer.version, "photo": photo.pk},
        headers=FRAGMENT,
    )
    assert not answer.photos.exists()
    assert reread(answer).version == 2


def test_no_photo_joins_an_answer_that_waits_for_approval(town: Town) -> None:
    answer = town.submitted()
    assert add(town, answer.incident, picture(), version=answer.version).status_code == 409
    assert not AnswerPhoto.objects.exists()


def test_the_other_agency_adds_nothing(town: Town) -> None:
    card = town.assigned()
    assert add(town, card, picture(), user=town.other).status_code == 404
    assert add(town, card, picture(), user=town.auditor).status_code == 403
    assert not AnswerPhoto.objects.exists()


def test_our_copy_of_a_citizens_picture_is_shown_with_the_card_and_to_nobody_else(town: Town) -> None:
    card, other = town.assigned(), town.assigned(agency=town.roads)
    media = Media.objects.create(message=main_message(card), kind="photo", title="яма")
    assert signed_in(town.executor).get(f"/incidents/{card.pk}/pictures/{media.pk}/").status_code == 404
    media.file.save("1.jpg", ContentFile(wash(picture().read())))
    address = f"/incidents/{card.pk}/pictures/{media.pk}/"
    assert signed_in(town.executor).get(address).getvalue().startswith(b"\xff\xd8")
    assert address in signed_in(town.executor).get(f"/incidents/{card.pk}/").content.decode()
    assert signed_in(town.other).get(address).status_code == 404
    assert signed_in(town.other).get(f"/incidents/{other.pk}/pictures/{media.pk}/").status_code == 404
