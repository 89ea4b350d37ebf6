"""Photos from a phone: piece by piece, resumed where the line broke, washed at the end, and nobody else's business."""

import io
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image
from pytest_django import Settings

from otklik.answers import drafts, review
from otklik.answers.models import Answer, AnswerPhoto
from otklik.desk.card import uploads
from otklik.desk.card.uploads import PIECE
from otklik.desk.models import Upload
from otklik.desk.tests.pages import FRAGMENT, assert_answers, assert_shows, page_at, reread
from otklik.incidents.models import Incident
from otklik.lib.pictures import MAX_BYTES
from otklik.lib.tests.test_pictures import picture
from otklik.networks.registry import NETWORKS
from otklik.people.models import Role, User
from tests.make.people import person, signed_in
from tests.make.town import Town


@cache
def noise() -> bytes:
    """A JPEG of more than three pieces, with EXIF."""
    exif = Image.Exif()
    exif[0x010F] = "Camera of Ivan"
    exif.get_ifd(0x8825)[1] = "N"
    kept = io.BytesIO()
    side = 800
    while kept.tell() <= 3 * PIECE:
        kept = io.BytesIO()
        Image.effect_noise((side, side), 90).convert("RGB").save(kept, "JPEG", quality=95, exif=exif)
        side += 200
    return kept.getvalue()


class Phone:
    """Somebody with a card before him, who sends."""

    def __init__(self, user: User, card: Incident) -> None:
        self.client, self.card = signed_in(user), card

    def _post(self, noun: str, fields: dict[str, object], headers: dict[str, str] = FRAGMENT) -> Any:
        return self.client.post(f"/incidents/{self.card.pk}/{noun}/", fields, headers=headers)

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

    def stage(self, **fields: object) -> Any:
        return self._post("photo-stage", fields)


@pytest.fixture
def phone(town: Town, settings: Settings, tmp_path: Path) -> Phone:
    settings.MEDIA_ROOT = tmp_path  # what lies there is looked at
    return Phone(town.executor, town.assigned())


def shot() -> AnswerPhoto:
    return AnswerPhoto.objects.get()


def content_of(file: Any) -> bytes:
    with file.open("rb") as opened:
        return bytes(opened.read())


def test_a_picture_comes_in_pieces_and_hangs_on_the_draft_without_where_it_was_taken(phone: Phone) -> None:
    """Two pieces came, the third broke off; the page is opened anew, asks, and sends the rest. A piece that was not
    counted is written over."""
    content = noise()
    assert b"Camera of Ivan" in content
    key = phone.key(len(content), stage="after")
    upload = Upload.objects.get(key=key)
    uploads._write(upload, 0, b"half of a piece whose answer never came")
    phone.all(key, content[: 2 * PIECE])
    body = phone.standing(key).json()
    assert body == {"received": 2 * PIECE, "size": len(content), "piece": PIECE}
    assert phone.end(key).status_code == 409
    assert not Answer.objects.exists(), "an unfinished picture hangs nowhere"
    phone.all(key, content, body["received"])
    assert content_of(upload.file) == content
    assert_answers(phone.end(key), 200, 'data-version="1"', f"/photos/{shot().pk}/")
    assert (shot().answer.text, shot().stage, shot().answer.incident) == ("Починили", "after", phone.card)
    kept = content_of(shot().file)
    assert b"Camera of Ivan" not in kept
    assert not Image.open(io.BytesIO(kept)).getexif()
    assert not list(Path(default_storage.path("uploads")).iterdir())
    again = phone.end(key, version=1)
    assert_answers(again, 200, f"/photos/{shot().pk}/")  # the answer was lost on the way, or somebody pressed twice


def test_what_is_too_big_made_up_or_no_picture_is_refused_in_words_and_an_offset_put_right(phone: Phone) -> None:
    content = noise()
    key = phone.key(len(content))
    phone.all(key, content[:PIECE])
    for offset in (0, PIECE - 1, PIECE + 1, 2 * PIECE, -1, "x", "", "9" * 40):
        response = phone.piece(key, offset, content[:100])
        assert (response.status_code, response.json()["received"]) == (409, PIECE), offset
        assert content_of(Upload.objects.get(key=key).file) == content[:PIECE], offset
    for size in (MAX_BYTES + 1, 50 * 1024 * 1024):
        response = phone.begin(size)
        assert (response.status_code, response.json()["words"].count("40 МБ")) == (422, 1)
        assert "обрежьте" in response.json()["words"]
    for made_up in ("", "0", "-5", "x", "1e6", "9" * 40):
        assert phone.begin(made_up).status_code == 422, made_up
    assert Upload.objects.count() == 1
    key = phone.key(100)
    for body, status in ((b"x" * 101, 409), (b"", 409), (b"x" * (PIECE + 1), 413)):
        assert phone.piece(key, 0, body).status_code == status
    assert Upload.objects.get(key=key).received == 0
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


def test_a_key_is_good_for_its_user_and_its_card_alone(town: Town, phone: Phone) -> None:
    key, mate = phone.key(10), person("mate", Role.EXECUTOR, town.water)
    for other in (Phone(mate, phone.card), Phone(town.executor, town.assigned()), Phone(town.admin, phone.card)):
        asked = (other.standing(key), other.piece(key, 0, b"0123456789"), other.end(key))
        assert [one.status_code for one in asked] == [404] * 3
    for wrong in ("", "x", key[:-1], "ы" * 300):
        assert [phone.standing(wrong).status_code, phone.end(wrong).status_code] == [404, 404], wrong
    assert Upload.objects.get().received == 0
    assert phone.client.get(f"/incidents/{phone.card.pk}/upload-piece/").status_code == 405


def test_a_heic_of_an_iphone_is_taken_whatever_its_name_and_by_the_plain_form_too(town: Town, phone: Phone) -> None:
    key = phone.sent(picture("HEIF", (120, 90)))
    assert phone.end(key, headers={}).status_code == 302, "without scripts the card comes back"
    kept = Image.open(io.BytesIO(content_of(shot().file)))
    assert (kept.format, kept.size) == ("JPEG", (120, 90))
    file = SimpleUploadedFile("IMG_0001.jpg", picture("HEIF"), "image/jpeg")
    photos = [file, SimpleUploadedFile("b.png", picture("PNG", (60, 40)), "image/png")]
    form, other = {"text": "Готово", "photos": photos}, town.assigned()
    assert phone.client.post(f"/incidents/{other.pk}/photos/", form).status_code == 302
    assert AnswerPhoto.objects.filter(answer__incident=other).count() == 2


def test_a_late_text_overwrites_nothing_and_the_picture_waits_and_makes_a_new_version(town: Town) -> None:
    answer = town.drafted("Их текст")
    phone = Phone(town.executor, answer.incident)
    key = phone.sent(picture("JPEG"))
    assert_answers(phone.end(key, version=7), 409, "Их текст")
    assert not AnswerPhoto.objects.exists()
    assert phone.end(key, version=answer.version).status_code == 200
    kept = shot().answer
    assert (kept, kept.version) == (answer, 2), "so that nobody approves it unseen"


def test_a_picture_is_hung_once_however_often_it_comes_and_takes_no_room_then(phone: Phone) -> None:
    same, version = picture("JPEG", (60, 40)), 0
    plain = {"text": "Починили", "photos": [SimpleUploadedFile("a.jpg", same), SimpleUploadedFile("b.jpg", same)]}
    assert phone._post("photos", {**plain, "version": version}).status_code == 200
    for _window in range(2):
        assert_answers(phone.end(phone.sent(same), version=1), 200, f"/photos/{shot().pk}/")
    AnswerPhoto.objects.update(digest="")  # hung before digests were noted
    limits = NETWORKS[phone.card.network].limits
    for number in range(limits.photos_in(False) - 1):
        assert phone.end(phone.sent(picture("JPEG", (61 + number, 40))), version=1).status_code == 200
    assert phone.end(phone.sent(same), version=1).status_code == 200, "there is no room left, and none is needed"
    assert AnswerPhoto.objects.count() == limits.photos_in(False)


def test_pictures_that_came_meanwhile_make_no_text_late_and_another_text_does(town: Town) -> None:
    answer = town.drafted("Начали")
    phone = Phone(town.executor, answer.incident)
    seen: dict[str, Any] = {"version": answer.version}
    assert phone._post("draft", {"text": "Начали и", **seen}).status_code == 200
    assert phone.end(phone.sent(picture("JPEG")), text="Начали и", **seen).status_code == 200, "heard of no answer"
    seen = {"version": answer.version + 1}
    assert_answers(phone._post("draft", {"text": "Начали и кончили", **seen}), 200, 'data-version="4"')
    assert_answers(phone._post("draft", {"text": "Начали заново", **seen}), 409, "вы сами в другом окне")
    assert (reread(answer).text, answer.photos.count()) == ("Начали и кончили", 1)
    answer = town.submitted("Начали")
    review.correct(answer, "Кончили", town.approver, timezone.now(), answer.version)
    drafts.send_back(reread(answer), town.approver, timezone.now(), "нет даты")
    late = Phone(town.executor, answer.incident)._post("draft", {"text": "Начали и", "version": answer.version - 1})
    assert_answers(late, 409, "Кончили", "Соколова")


def test_no_more_pictures_than_the_network_takes(phone: Phone) -> None:
    statuses: list[int] = []
    while 422 not in statuses:
        versions = Answer.objects.filter(incident=phone.card).values_list("version", flat=True)
        answer = phone.end(phone.sent(picture("JPEG", (40 + len(statuses), 30))), version=versions.first() or 0)
        statuses.append(answer.status_code)
        assert len(statuses) <= 11
    assert_answers(answer, 422, "сеть не примет")
    assert AnswerPhoto.objects.count() == len(statuses) - 1 <= 10


def test_what_nobody_went_on_with_goes_and_the_disk_has_an_end(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    old = phone.key(100)
    path = Path(Upload.objects.get(key=old).file.path)
    Upload.objects.update(at=timezone.now() - timedelta(days=1, minutes=1))
    fresh = phone.key(100)
    assert list(Upload.objects.values_list("key", flat=True)) == [fresh]
    assert not path.exists()
    Path(Upload.objects.get().file.path).unlink()
    assert phone.piece(fresh, 0, b"x" * 50).status_code == 404
    assert not Upload.objects.exists()
    monkeypatch.setattr(uploads, "MOST_WAITING", 250)
    phone.key(100)
    phone.key(100)
    response = phone.begin(100)
    assert (response.status_code, "дождитесь" in response.json()["words"]) == (422, True)
    Upload.objects.update(at=timezone.now() - timedelta(minutes=11))
    assert phone.begin(100).status_code == 200


def test_a_photo_says_whether_it_is_before_or_after(phone: Phone, town: Town) -> None:
    phone.end(phone.sent(picture("JPEG")))
    pk, form = shot().pk, {"text": "Починили"}
    chosen = ((f"{pk}:before", "before"), (f"{pk}:after", "after"), (f"{pk}:", ""), (f"{pk}:<b>", ""), ("x:after", ""))
    for version, (choice, stage) in enumerate(chosen, start=1):
        AnswerPhoto.objects.update(stage="")
        assert phone.stage(**form, version=version, shot=choice).status_code == 200, choice
        assert (shot().stage, shot().answer.version) == (stage, version + 1), choice
    assert Phone(town.other, phone.card).stage(**form, version=6, shot=f"{pk}:after").status_code == 404


def test_the_badge_stands_where_the_approver_looks(town: Town, phone: Phone) -> None:
    phone.end(phone.sent(picture("JPEG"), stage="after"), outcome="solved")
    proof = {"proof": "phone", "proof_words": "Позвонили жителю"}
    form = {"text": "Починили", "outcome": "solved", "version": 1, **proof}
    phone.client.post(f"/incidents/{phone.card.pk}/submission/", form)
    page = page_at(town.approver, f"/incidents/{phone.card.pk}/")
    assert_shows(page, '<span class="chip shot-stage" aria-hidden="true">после</span>')
