"""Photos from a phone: piece by piece, resumed where the line broke, washed at the end, and nobody else's business."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image
from pytest_django import Settings

from otklik.answers.models import Answer, AnswerPhoto
from otklik.desk.card import uploads
from otklik.desk.card.uploads import PIECE
from otklik.desk.models import Upload
from otklik.desk.tests.pages import assert_answers, reread
from otklik.incidents.models import Incident
from otklik.lib.pictures import MAX_BYTES
from otklik.lib.tests.test_pictures import picture
from otklik.people.models import Role, User
from tests.make.people import person, signed_in
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

    def _post(self, noun: str, told: dict[str, object], headers: dict[str, str] = FRAGMENT) -> Any:
        return self.client.post(f"/incidents/{self.card.pk}/{noun}/", told, headers=headers)

    def begin(self, size: object, **more: str) -> Any:
        return self._post("uploads", {"size": size, **more})

    def key(self, size: int, **more: str) -> str:
        answer = self.begin(size, **more)
        assert answer.status_code == 200, answer.content
        return str(answer.json()["key"])

    def piece(self, key: str, offset: object, body: bytes) -> Any:
        address = f"/incidents/{self.card.pk}/upload-piece/?key={key}&offset={offset}"
        return self.client.post(address, body, content_type="application/octet-stream", headers=FRAGMENT)

    def all(self, key: str, content: bytes, start: int = 0) -> None:
        for offset in range(start, len(content), PIECE):
            assert self.piece(key, offset, content[offset : offset + PIECE]).status_code == 200

    def sent(self, content: bytes, **more: str) -> str:
        """All of it is there, and not yet ended."""
        key = self.key(len(content), **more)
        self.all(key, content)
        return key

    def standing(self, key: str) -> Any:
        return self.client.get(f"/incidents/{self.card.pk}/upload/", {"key": key}, headers=FRAGMENT)

    def end(self, key: str, headers: dict[str, str] = FRAGMENT, **more: object) -> Any:
        return self._post("upload-completion", {"text": "Починили", "key": key, **more}, headers)

    def stage(self, **told: object) -> Any:
        return self._post("photo-stage", told)


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
    key = phone.sent(content, stage="after")
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


def test_a_wrong_offset_changes_nothing_and_learns_the_right_one(phone: Phone) -> None:
    content = noise()
    key = phone.key(len(content))
    phone.all(key, content[:PIECE])
    for offset in (0, PIECE - 1, PIECE + 1, 2 * PIECE, -1, "x", "", "9" * 40):
        told = phone.piece(key, offset, content[:100])
        assert (told.status_code, told.json()["received"]) == (409, PIECE), offset
        with Upload.objects.get(key=key).file.open("rb") as file:
            assert file.read() == content[:PIECE], offset


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


def test_a_size_that_is_too_big_or_made_up_is_refused_before_a_byte_is_sent(phone: Phone) -> None:
    for size in (MAX_BYTES + 1, 50 * 1024 * 1024):
        told = phone.begin(size)
        assert (told.status_code, told.json()["words"].count("40 МБ")) == (422, 1)
        assert "обрежьте" in told.json()["words"]
    for made_up in ("", "0", "-5", "x", "1e6", "9" * 40):
        assert phone.begin(made_up).status_code == 422, made_up
    assert not Upload.objects.exists()


def test_a_key_is_good_for_its_user_and_its_card_alone(town: Town, phone: Phone) -> None:
    key, mate = phone.key(10), person("mate", Role.EXECUTOR, town.water)
    elsewhere = Phone(town.executor, town.assigned())
    for other in (Phone(mate, phone.card), elsewhere, Phone(town.admin, phone.card)):
        asked = (other.standing(key), other.piece(key, 0, b"0123456789"), other.end(key))
        assert [one.status_code for one in asked] == [404] * 3
    for wrong in ("", "x", key[:-1], "ы" * 300):
        assert [phone.standing(wrong).status_code, phone.end(wrong).status_code] == [404, 404], wrong
    assert Upload.objects.get().received == 0


def test_who_may_send(town: Town, phone: Phone) -> None:
    for user, status in ((town.other, 404), (town.stranger, 404), (town.auditor, 403), (town.approver, 403)):
        sender = Phone(user, phone.card)
        statuses = [one.status_code for one in (sender.begin(10), sender.end("x"), sender.standing("x"))]
        assert statuses == [status, status, 404], user.username
    for noun in ("uploads", "upload-piece", "upload-completion"):
        assert phone.client.get(f"/incidents/{phone.card.pk}/{noun}/").status_code == 405


def test_what_is_no_picture_is_refused_in_words_and_forgotten(phone: Phone) -> None:
    for content, words in (
        (picture("HEIF")[:-20], "HEIC не читается"),
        (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 500, "HEIC не читается"),
        (b"<svg onload=alert(1)>", "Это не снимок"),
        (b"\xff\xd8\xff\xe0broken", "Это не снимок"),
    ):
        key = phone.sent(content)
        assert_answers(phone.end(key), 422, words)
        assert phone.standing(key).status_code == 404
    assert not AnswerPhoto.objects.exists()


def test_a_heic_of_an_iphone_is_taken_whatever_its_name(phone: Phone) -> None:
    content = picture("HEIF", (120, 90))
    key = phone.sent(content)
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
    key = phone.sent(picture("JPEG"))
    assert phone.end(key).status_code == 200
    assert_answers(phone.end(key, version=1), 200, f"/photos/{shot().pk}/")


def test_a_late_text_overwrites_nothing_and_the_picture_waits(town: Town) -> None:
    answer = town.drafted("Их текст")
    phone = Phone(town.executor, answer.incident)
    key = phone.sent(picture("JPEG"))
    assert_answers(phone.end(key, version=7), 409, "Их текст")
    assert not AnswerPhoto.objects.exists()
    assert phone.end(key, version=answer.version).status_code == 200
    assert shot().answer_id == answer.pk


def test_a_picture_makes_a_new_version_so_that_nobody_approves_it_unseen(town: Town) -> None:
    answer = town.drafted()
    phone = Phone(town.executor, answer.incident)
    key = phone.sent(picture("JPEG"))
    phone.end(key, version=answer.version)
    assert reread(answer).version == 2


def test_no_more_pictures_than_the_network_takes(phone: Phone) -> None:
    statuses = []
    while 422 not in statuses:
        versions = Answer.objects.filter(incident=phone.card).values_list("version", flat=True)
        answer = phone.end(phone.sent(picture("JPEG")), version=versions.first() or 0)
        statuses.append(answer.status_code)
        assert len(statuses) <= 11
    assert_answers(answer, 422, "сеть не примет")
    assert AnswerPhoto.objects.count() == len(statuses) - 1 <= 10


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
    told = phone.begin(100)
    assert told.status_code == 422
    assert "дождитесь" in told.json()["words"]
    Upload.objects.update(at=timezone.now() - timedelta(minutes=11))
    assert phone.begin(100).status_code == 200


def test_without_scripts_the_card_comes_back(phone: Phone) -> None:
    key = phone.sent(picture("JPEG"))
    assert phone.end(key, headers={}).status_code == 302


def test_a_photo_says_whether_it_is_before_or_after(phone: Phone, town: Town) -> None:
    phone.end(phone.sent(picture("JPEG")))
    pk, told = shot().pk, {"text": "Починили"}
    chosen = ((f"{pk}:before", "before"), (f"{pk}:after", "after"), (f"{pk}:", ""), (f"{pk}:<b>", ""), ("x:after", ""))
    for version, (given, stage) in enumerate(chosen, start=1):
        AnswerPhoto.objects.update(stage="")
        assert phone.stage(**told, version=version, shot=given).status_code == 200, given
        assert (shot().stage, shot().answer.version) == (stage, version + 1), given
    assert Phone(town.other, phone.card).stage(**told, version=6, shot=f"{pk}:after").status_code == 404


def test_the_badge_stands_where_the_approver_looks(town: Town) -> None:
    answer = town.drafted()
    phone = Phone(town.executor, answer.incident)
    phone.end(phone.sent(picture("JPEG"), stage="after"), text=answer.text, version=1, outcome="solved")
    told = {"text": answer.text, "outcome": "solved", "proof": "phone", "proof_words": "Позвонили автору"}
    phone.client.post(f"/incidents/{answer.incident_id}/submission/", {**told, "version": 2})
    page = signed_in(town.approver).get(f"/incidents/{answer.incident_id}/")
    assert_answers(page, 200, '<span class="chip shot-stage" aria-hidden="true">после</span>')
