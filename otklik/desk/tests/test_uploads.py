"""Photos from a phone: piece by piece, resumed where the line broke, washed at the end, and nobody else's business."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from PIL import Image
from pytest_django import Settings

from otklik.answers.models import Answer, AnswerPhoto
from otklik.desk.card import uploads
from otklik.desk.card.uploads import PIECE
from otklik.desk.models import Upload
from otklik.incidents.models import Incident
from otklik.lib.pictures import MAX_BYTES
from otklik.lib.tests.test_pictures import picture
from otklik.people.models import Grant, Role, User
from tests.make.people import signed_in
from tests.make.town import Town, make_town

pytestmark = pytest.mark.django_db
FRAGMENT = {"X-Fragment": "1"}


@pytest.fixture
def town(settings: Settings, tmp_path: Path) -> Town:
    settings.MEDIA_ROOT = tmp_path
    return make_town()


def noise(pieces: int = 3) -> bytes:
    """A JPEG of more than so many pieces, with EXIF."""
    exif = Image.Exif()
    exif[0x010F] = "Camera of Ivan"
    exif.get_ifd(0x8825)[1] = "N"
    kept = io.BytesIO()
    side = 800
    while kept.tell() <= pieces * PIECE:
        kept = io.BytesIO()
        Image.effect_noise((side, side), 90).convert("RGB").save(kept, "JPEG", quality=95, exif=exif)
        side += 200
    return kept.getvalue()


class Phone:
    """Somebody with a card before him, who sends."""

    def __init__(self, user: User, card: Incident) -> None:
        self.client, self.card = signed_in(user), card

    def _address(self, noun: str) -> str:
        return f"/incidents/{self.card.pk}/{noun}/"

    def begin(self, size: object, **more: str) -> HttpResponse:
        return cast(HttpResponse, self.client.post(self._address("uploads"), {"size": size, **more}, headers=FRAGMENT))

    def key(self, size: int, **more: str) -> str:
        answer: Any = self.begin(size, **more)
        assert answer.status_code == 200, answer.content
        return str(answer.json()["key"])

    def piece(self, key: str, offset: object, body: bytes) -> Any:
        address = f"{self._address('upload-piece')}?key={key}&offset={offset}"
        return self.client.post(address, body, content_type="application/octet-stream", headers=FRAGMENT)

    def all(self, key: str, content: bytes, start: int = 0) -> None:
        for offset in range(start, len(content), PIECE):
            assert self.piece(key, offset, content[offset : offset + PIECE]).status_code == 200

    def standing(self, key: str) -> Any:
        return self.client.get(self._address("upload"), {"key": key}, headers=FRAGMENT)

    def end(self, key: str, headers: dict[str, str] = FRAGMENT, **more: object) -> Any:
        told = {"text": "Починили", "key": key, **more}
        return self.client.post(self._address("upload-completion"), told, headers=headers)


@pytest.fixture
def phone(town: Town) -> Phone:
    return Phone(town.executor, town.assigned())


def shot() -> AnswerPhoto:
    return AnswerPhoto.objects.get()


def content_of(photo: AnswerPhoto) -> bytes:
    with photo.file.open("rb") as file:
        return bytes(file.read())


def test_a_picture_comes_in_pieces_and_hangs_on_the_draft_without_where_it_was_taken(phone: Phone) -> None:
    content = noise()
    assert b"Camera of Ivan" in content
    key = phone.key(len(content), stage="after")
    phone.all(key, content)
    answer = phone.end(key)
    assert answer.status_code == 200
    assert 'data-version="1"' in answer.content.decode()
    assert f"/photos/{shot().pk}/" in answer.content.decode()
    assert (shot().answer.text, shot().stage, shot().answer.incident) == ("Починили", "after", phone.card)
    kept = content_of(shot())
    assert b"Camera of Ivan" not in kept
    assert not Image.open(io.BytesIO(kept)).getexif()
    assert not list(Path(default_storage.path("uploads")).iterdir())


def test_it_goes_on_where_the_line_broke(phone: Phone) -> None:
    """Two pieces came, the third broke off; the page is opened anew, asks, and sends the rest."""
    content = noise()
    key = phone.key(len(content))
    phone.all(key, content[: 2 * PIECE])
    told = phone.standing(key).json()
    assert told == {"received": 2 * PIECE, "size": len(content), "piece": PIECE}
    phone.all(key, content, told["received"])
    assert phone.end(key).status_code == 200
    assert shot().file.size > 10_000


def test_a_piece_that_was_not_counted_is_written_over(phone: Phone) -> None:
    content = noise()
    key = phone.key(len(content))
    upload = Upload.objects.get(key=key)
    uploads._write(upload, 0, b"half of a piece whose answer never came")
    phone.all(key, content)
    with upload.file.open("rb") as file:
        assert file.read() == content


@pytest.mark.parametrize("offset", [0, PIECE - 1, PIECE + 1, 2 * PIECE, -1, "x", "", "9" * 40])
def test_a_wrong_offset_changes_nothing_and_learns_the_right_one(phone: Phone, offset: object) -> None:
    content = noise()
    key = phone.key(len(content))
    phone.all(key, content[:PIECE])
    told = phone.piece(key, offset, content[:100])
    assert (told.status_code, told.json()["received"]) == (409, PIECE)
    with Upload.objects.get(key=key).file.open("rb") as file:
        assert file.read() == content[:PIECE]


def test_what_runs_over_the_named_size_or_is_empty_is_not_taken(phone: Phone) -> None:
    key = phone.key(100)
    assert phone.piece(key, 0, b"x" * 101).status_code == 409
    assert phone.piece(key, 0, b"").status_code == 409
    assert phone.piece(key, 0, b"x" * (PIECE + 1)).status_code == 413
    assert Upload.objects.get().received == 0


def test_an_unfinished_picture_hangs_nowhere(phone: Phone) -> None:
    key = phone.key(100)
    told = phone.end(key)
    assert (told.status_code, told.json()["received"]) == (409, 0)
    assert not Answer.objects.exists()


@pytest.mark.parametrize("size", [MAX_BYTES + 1, 50 * 1024 * 1024])
def test_a_picture_that_is_too_big_is_refused_before_a_byte_is_sent(phone: Phone, size: int) -> None:
    told: Any = phone.begin(size)
    assert told.status_code == 422
    assert "40 МБ" in told.json()["words"]
    assert "обрежьте" in told.json()["words"]
    assert not Upload.objects.exists()


@pytest.mark.parametrize("size", ["", "0", "-5", "x", "1e6", "9" * 40])
def test_a_made_up_size_is_refused(phone: Phone, size: str) -> None:
    assert phone.begin(size).status_code == 422
    assert not Upload.objects.exists()


def test_a_key_is_good_for_its_user_and_its_card_alone(town: Town, phone: Phone) -> None:
    mate = User.objects.create_user("mate")
    Grant.objects.create(user=mate, role=Role.EXECUTOR, agency=town.water)
    key = phone.key(10)
    elsewhere = Phone(town.executor, town.assigned())
    for other in (Phone(mate, phone.card), elsewhere, Phone(town.admin, phone.card)):
        assert other.standing(key).status_code == 404
        assert other.piece(key, 0, b"0123456789").status_code == 404
        assert other.end(key).status_code == 404
    for wrong in ("", "x", "%00"[:0], key[:-1], "ы" * 300):
        assert phone.standing(wrong).status_code == 404
        assert phone.end(wrong).status_code == 404
    assert Upload.objects.get().received == 0


def test_who_may_send(town: Town, phone: Phone) -> None:
    for user, status in ((town.other, 404), (town.stranger, 404), (town.auditor, 403), (town.approver, 403)):
        assert Phone(user, phone.card).begin(10).status_code == status, user.username
        assert Phone(user, phone.card).end("x").status_code == status, user.username
        assert Phone(user, phone.card).standing("x").status_code == 404
    for noun in ("uploads", "upload-piece", "upload-completion"):
        assert Client().post(f"/incidents/{phone.card.pk}/{noun}/", headers=FRAGMENT).status_code == 401
        assert signed_in(town.executor).get(f"/incidents/{phone.card.pk}/{noun}/").status_code == 405
    guarded = Client(enforce_csrf_checks=True)
    guarded.force_login(town.executor)
    assert (
        guarded.post(
            f"/incidents/{phone.card.pk}/upload-piece/?key=x&offset=0", b"x", "application/octet-stream"
        ).status_code
        == 403
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (picture("HEIF")[:-20], "HEIC не читается"),
        (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 500, "HEIC не читается"),
        (b"<svg onload=alert(1)>", "Это не снимок"),
        (b"\xff\xd8\xff\xe0broken", "Это не снимок"),
    ],
)
def test_what_is_no_picture_is_refused_in_words_and_forgotten(phone: Phone, content: bytes, words: str) -> None:
    key = phone.key(len(content))
    phone.all(key, content)
    told = phone.end(key)
    assert told.status_code == 422
    assert words in told.content.decode()
    assert phone.standing(key).status_code == 404
    assert not AnswerPhoto.objects.exists()


def test_a_heic_of_an_iphone_is_taken_whatever_its_name(phone: Phone) -> None:
    content = picture("HEIF", (120, 90))
    key = phone.key(len(content))
    phone.all(key, content)
    assert phone.end(key).status_code == 200
    kept = Image.open(io.BytesIO(content_of(shot())))
    assert (kept.format, kept.size) == ("JPEG", (120, 90))


def test_the_plain_form_takes_a_heic_too(town: Town, phone: Phone) -> None:
    file = SimpleUploadedFile("IMG_0001.jpg", picture("HEIF"), "image/jpeg")
    told = {"text": "Готово", "photos": [file, SimpleUploadedFile("b.png", picture("PNG"), "image/png")]}
    assert phone.client.post(f"/incidents/{phone.card.pk}/photos/", told).status_code == 302
    assert AnswerPhoto.objects.count() == 2


def test_asked_again_for_the_same_picture_nothing_is_added(phone: Phone) -> None:
    """The answer was lost on the way, or somebody pressed twice."""
    content = picture("JPEG")
    key = phone.key(len(content))
    phone.all(key, content)
    assert phone.end(key).status_code == 200
    again = phone.end(key, version=1)
    assert again.status_code == 200
    assert f"/photos/{shot().pk}/" in again.content.decode()


def test_a_late_text_overwrites_nothing_and_the_picture_waits(town: Town) -> None:
    answer = town.drafted("Их текст")
    phone = Phone(town.executor, answer.incident)
    content = picture("JPEG")
    key = phone.key(len(content))
    phone.all(key, content)
    late = phone.end(key, version=7)
    assert late.status_code == 409
    assert "Их текст" in late.content.decode()
    assert not AnswerPhoto.objects.exists()
    assert phone.end(key, version=answer.version).status_code == 200
    assert shot().answer_id == answer.pk


def test_a_picture_makes_a_new_version_so_that_nobody_approves_it_unseen(town: Town) -> None:
    answer = town.drafted()
    phone = Phone(town.executor, answer.incident)
    content = picture("JPEG")
    key = phone.key(len(content))
    phone.all(key, content)
    phone.end(key, version=answer.version)
    answer.refresh_from_db()
    assert answer.version == 2


def test_no_more_pictures_than_the_network_takes(phone: Phone) -> None:
    content = picture("JPEG")
    saved = None
    for _ in range(11):
        key = phone.key(len(content))
        phone.all(key, content)
        version = Answer.objects.values_list("version", flat=True).filter(incident=phone.card).first() or 0
        saved = phone.end(key, version=version)
        if saved.status_code != 200:
            break
    assert saved is not None
    assert saved.status_code == 422
    assert "сеть не примет" in saved.content.decode()
    assert AnswerPhoto.objects.count() <= 10


def test_what_nobody_went_on_with_is_swept_away(phone: Phone) -> None:
    old = phone.key(100)
    path = Path(Upload.objects.get(key=old).file.path)
    Upload.objects.update(at=timezone.now() - timedelta(days=1, minutes=1))
    fresh = phone.key(100)
    assert list(Upload.objects.values_list("key", flat=True)) == [fresh]
    assert not path.exists()


def test_a_file_that_somebody_cleared_away_is_begun_anew(phone: Phone) -> None:
    key = phone.key(100)
    Path(Upload.objects.get(key=key).file.path).unlink()
    assert phone.piece(key, 0, b"x" * 50).status_code == 404
    assert not Upload.objects.exists()


def test_nobody_fills_the_disk(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_WAITING", 250)
    phone.key(100)
    phone.key(100)
    told: Any = phone.begin(100)
    assert told.status_code == 422
    assert "дождитесь" in told.json()["words"]
    Upload.objects.update(at=timezone.now() - timedelta(minutes=11))
    assert phone.begin(100).status_code == 200


def test_without_scripts_the_card_comes_back(phone: Phone) -> None:
    content = picture("JPEG")
    key = phone.key(len(content))
    phone.all(key, content)
    assert phone.end(key, headers={}).status_code == 302


@pytest.mark.parametrize(
    ("given", "stage"),
    [("{pk}:before", "before"), ("{pk}:after", "after"), ("{pk}:", ""), ("{pk}:<b>", ""), ("x:after", "")],
)
def test_a_photo_says_whether_it_is_before_or_after(phone: Phone, town: Town, given: str, stage: str) -> None:
    content = picture("JPEG")
    key = phone.key(len(content))
    phone.all(key, content)
    phone.end(key)
    told = {"text": "Починили", "version": 1, "shot": given.format(pk=shot().pk)}
    assert phone.client.post(f"/incidents/{phone.card.pk}/photo-stage/", told, headers=FRAGMENT).status_code == 200
    assert (shot().stage, shot().answer.version) == (stage, 2)
    assert (
        Phone(town.other, phone.card).client.post(f"/incidents/{phone.card.pk}/photo-stage/", told).status_code == 404
    )


def test_the_badge_stands_where_the_approver_looks(town: Town, seen_by_approver: Callable[[Answer], str]) -> None:
    answer = town.drafted()
    phone = Phone(town.executor, answer.incident)
    content = picture("JPEG")
    key = phone.key(len(content), stage="after")
    phone.all(key, content)
    phone.end(key, text=answer.text, version=1, outcome="solved")
    assert '<span class="chip shot-stage" aria-hidden="true">после</span>' in seen_by_approver(answer)


@pytest.fixture
def seen_by_approver(town: Town) -> Callable[[Answer], str]:
    def page(answer: Answer) -> str:
        told = {
            "text": answer.text,
            "version": 2,
            "outcome": "solved",
            "proof": "phone",
            "proof_words": "Позвонили автору",
        }
        signed_in(town.executor).post(f"/incidents/{answer.incident_id}/submission/", told)
        return signed_in(town.approver).get(f"/incidents/{answer.incident_id}/").content.decode()

    return page
