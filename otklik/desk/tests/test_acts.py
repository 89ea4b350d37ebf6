"""Files of an answer: seen by whoever sees the card, washed, never slipped in late; an act is never published."""

import io
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.utils import timezone
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from otklik.answers import drafts
from otklik.answers.acts import MAX_BYTES
from otklik.answers.models import ActFile, Answer, AnswerPhoto
from otklik.desk.tests.pages import assert_answers, assert_shows, page_at, reread
from otklik.inbox.models import Author, Media, Message
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, IncidentMessage
from otklik.journal import book
from otklik.lib.due import claim
from otklik.lib.pictures import wash
from otklik.lib.tests.test_pictures import picture
from otklik.people.models import User
from otklik.publishing.models import Delivery
from otklik.publishing.prepare import prepare
from otklik.publishing.send import speech_of
from tests.make.people import signed_in
from tests.make.town import LEASE, Town, make_town

pytestmark = pytest.mark.django_db
FRAGMENT = {"X-Fragment": "1"}
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
WORDS = {"text": "Вчера рабочие горсвета заменили лампу.", "kind": "final", "outcome": "solved", "proof": "act"}
GPS = 0x8825


@pytest.fixture
def town(settings: Settings, tmp_path: Path) -> Town:
    settings.MEDIA_ROOT = tmp_path
    return make_town()


def act(name: str = "Акт № 7.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def post(town: Town, card: Incident, verb: str, user: User | None = None, **more: Any) -> HttpResponse:
    version = Answer.objects.filter(incident=card).values_list("version", flat=True).first() or 0
    told = {**WORDS, "version": version, **more}
    address = f"/incidents/{card.pk}/{verb}/"
    return cast(HttpResponse, signed_in(user or town.executor).post(address, told, headers=FRAGMENT))


def with_act(town: Town) -> ActFile:
    assert post(town, town.assigned(), "acts", acts=act()).status_code == 200
    return ActFile.objects.get()


def address(kept: ActFile) -> str:
    return f"/answers/{kept.answer_id}/acts/{kept.pk}/"


def test_an_act_is_saved_with_all_that_was_typed_and_stands_in_the_place_of_its_number(town: Town) -> None:
    kept = with_act(town)
    assert (kept.name, kept.kind, kept.size, kept.by) == ("Акт № 7.pdf", "pdf", len(PDF), town.executor)
    assert (kept.answer.text, kept.answer.ground) == (WORDS["text"], "act")
    assert post(town, kept.answer.incident, "submission").status_code == 200
    assert Answer.objects.get().state == Answer.State.APPROVAL
    for page in ("/approvals/", f"/incidents/{kept.answer.incident_id}/"):
        assert_shows(page_at(town.approver, page), address(kept), "Акт № 7.pdf")


def test_without_a_file_an_act_still_wants_its_number(town: Town) -> None:
    card = town.assigned()
    assert post(town, card, "submission").status_code == 422
    assert post(town, card, "submission", proof_words="Акт № 7 от 25 ноября").status_code == 200


def test_a_pdf_is_handed_out_to_be_saved_and_nothing_in_it_can_run(town: Town) -> None:
    kept = with_act(town)
    given = signed_in(town.approver).get(address(kept))
    assert given.getvalue() == PDF
    assert given["Content-Type"] == "application/pdf"
    assert given["Content-Disposition"] == f"attachment; filename*=utf-8''{quote('Акт № 7.pdf')}"
    assert given["X-Content-Type-Options"] == "nosniff"
    assert given["Cache-Control"].startswith("private")
    assert "sandbox" in given["Content-Security-Policy"]


def test_a_picture_of_an_act_is_washed_and_shown(town: Town) -> None:
    post(town, town.assigned(), "acts", acts=act("акт.png", picture("PNG")))
    given = signed_in(town.approver).get(address(ActFile.objects.get()))
    assert given["Content-Type"] == "image/jpeg"
    assert given["Content-Disposition"].startswith("inline")
    assert given.getvalue().startswith(b"\xff\xd8")


def test_an_act_is_given_only_to_whoever_sees_the_card_and_under_its_own_answer(town: Town) -> None:
    kept, other = with_act(town), town.drafted()
    assert signed_in(town.other).get(address(kept)).status_code == 404
    assert signed_in(town.executor).get(f"/answers/{other.pk}/acts/{kept.pk}/").status_code == 404
    assert signed_in(town.executor).post(address(kept)).status_code == 405
    kept.file.delete(save=False)
    assert signed_in(town.executor).get(address(kept)).status_code == 404


@pytest.mark.parametrize("content", [b"", b"<script>alert(1)</script>", b"%PDF-1.7 half", b"GIF89a\x01\x00", b"MZ\x90"])
def test_a_refused_file_is_told_about_and_loses_no_word(town: Town, content: bytes) -> None:
    card = town.assigned()
    assert_answers(post(town, card, "acts", acts=[act(), act("акт.pdf", content)]), 422, "PDF")
    assert Answer.objects.get(incident=card).text == WORDS["text"]
    assert not ActFile.objects.exists()
    assert post(town, card, "acts", acts=act()).status_code == 200


def test_too_big_a_file_and_a_fourth_one_are_refused(town: Town) -> None:
    card = town.assigned()
    big = post(town, card, "acts", acts=act(content=PDF + b" " * MAX_BYTES))
    assert (big.status_code, "20 МБ" in big.content.decode()) == (422, True)
    assert post(town, card, "acts", acts=[act(), act()]).status_code == 200
    more = post(town, card, "acts", acts=[act(), act()])
    assert (more.status_code, "можно добавить ещё 1" in more.content.decode()) == (422, True)
    assert ActFile.objects.count() == 2


def test_pressing_without_a_file_only_saves(town: Town) -> None:
    card = town.assigned()
    assert post(town, card, "acts").status_code == 200
    assert Answer.objects.get(incident=card).text == WORDS["text"]


def test_removing_an_act_makes_a_new_version_and_leaves_no_file(
    town: Town, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    kept = with_act(town)
    card, path = kept.answer.incident, Path(kept.file.path)
    before = kept.answer.version
    with django_capture_on_commit_callbacks(execute=True):
        assert post(town, card, "act-removal", act=kept.pk).status_code == 200
    assert not ActFile.objects.exists()
    assert not path.exists()
    assert Answer.objects.get(incident=card).version == before + 1


def test_the_act_of_another_answer_is_not_removed(town: Town) -> None:
    kept, other = with_act(town), town.assigned()
    post(town, other, "act-removal", act=kept.pk)
    assert ActFile.objects.filter(pk=kept.pk).exists()


def test_nobody_changes_the_acts_of_an_answer_that_waits_or_is_out(town: Town) -> None:
    kept = with_act(town)
    card = kept.answer.incident
    post(town, card, "submission")
    assert post(town, card, "acts", acts=act()).status_code == 409
    assert post(town, card, "act-removal", act=kept.pk).status_code == 409
    answer = Answer.objects.get()
    drafts.approve(answer, town.approver, timezone.now(), answer.version)
    assert post(town, card, "acts", acts=act()).status_code == 409
    assert post(town, card, "act-removal", act=kept.pk).status_code == 409
    assert list(ActFile.objects.values_list("pk", flat=True)) == [kept.pk]


def test_an_approver_cannot_agree_to_an_act_he_has_not_seen(town: Town) -> None:
    answer = town.submitted()
    read = answer.version
    drafts.withdraw(answer, town.executor, timezone.now())
    assert post(town, answer.incident, "acts", acts=act()).status_code == 200
    assert post(town, answer.incident, "submission").status_code == 200
    seen = {"version": read, "seen": answer.reply_to.revision}
    late = signed_in(town.approver).post(f"/answers/{answer.pk}/approval/", seen, headers=FRAGMENT)
    assert late.status_code == 409


def test_other_agencies_and_those_who_only_look_change_nothing(town: Town) -> None:
    kept = with_act(town)
    card = kept.answer.incident
    for verb, more in (("acts", {"acts": act()}), ("act-removal", {"act": kept.pk})):
        assert post(town, card, verb, user=town.other, **more).status_code == 404
        assert post(town, card, verb, user=town.auditor, **more).status_code == 403
    assert list(ActFile.objects.values_list("pk", flat=True)) == [kept.pk]


def test_an_act_never_goes_to_the_network_and_copies_have_none(town: Town) -> None:
    kept = with_act(town)
    card = kept.answer.incident
    main = main_message(card)
    beside = Author.objects.create(network="vk", external_id="900", name="Пётр Соседов")
    more = town.say(main.thread, beside, "wall-1_900?reply=900", "И у нас", main.posted_at, Message.Place.COMMENT)
    IncidentMessage.objects.create(incident=card, message=more, linked_at=timezone.now())
    post(town, card, "submission")
    answer = Answer.objects.get()
    drafts.approve(answer, town.approver, timezone.now(), answer.version)
    for _answer in range(2):
        with book.turn():
            prepare(claim(Answer, timezone.now(), LEASE, 10), timezone.now())
    assert Answer.objects.filter(copy_of=answer).count() == 1
    deliveries = list(Delivery.objects.select_related("answer", "message__thread"))
    assert len(deliveries) == 2
    for delivery in deliveries:
        speech = speech_of(delivery)
        assert (speech.photos, speech.text) == ((), WORDS["text"])
    assert ActFile.objects.get().answer_id == answer.pk


def photo(name: str = "яма.jpg") -> SimpleUploadedFile:
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
    assert add(town, card, photo()).status_code == 200
    shot = AnswerPhoto.objects.get(answer__incident=card)
    assert shot.answer.text == "Готово"
    shown = signed_in(town.approver).get(f"/answers/{shot.answer_id}/photos/{shot.pk}/")
    content = shown.getvalue()
    assert shown["Content-Type"] == "image/jpeg"
    assert b"Samsung" not in content
    assert not Image.open(io.BytesIO(content)).getexif()


def test_a_photo_is_shown_only_to_whoever_sees_the_card(town: Town) -> None:
    card = town.assigned()
    add(town, card, photo())
    shot = AnswerPhoto.objects.get()
    address = f"/answers/{shot.answer_id}/photos/{shot.pk}/"
    assert signed_in(town.other).get(address).status_code == 404
    assert signed_in(town.executor).get(f"/answers/{shot.answer_id + 1}/photos/{shot.pk}/").status_code == 404
    shot.file.delete(save=False)
    assert signed_in(town.executor).get(address).status_code == 404


@pytest.mark.parametrize("content", [b"", b"<svg onload=alert(1)>", b"GIF89a\x01\x00", b"\xff\xd8\xff\xe0broken"])
def test_what_is_no_photo_is_refused_and_the_text_is_not_touched(town: Town, content: bytes) -> None:
    card = town.assigned()
    refused = add(town, card, SimpleUploadedFile("x.jpg", content, "image/jpeg"))
    assert refused.status_code in (200, 422)
    assert not AnswerPhoto.objects.exists()


def test_no_more_photos_than_the_network_takes(town: Town) -> None:
    card = town.assigned()
    assert add(town, card, *[photo() for _ in range(11)]).status_code == 422
    assert not AnswerPhoto.objects.exists()
    assert Answer.objects.get(incident=card).text == "Готово"


def test_removing_a_photo_makes_a_new_version(town: Town) -> None:
    card = town.assigned()
    add(town, card, photo())
    answer = Answer.objects.get(incident=card)
    shot = answer.photos.get()
    signed_in(town.executor).post(
        f"/incidents/{card.pk}/photo-removal/",
        {"text": "Готово", "version": answer.version, "photo": shot.pk},
        headers=FRAGMENT,
    )
    assert not answer.photos.exists()
    assert reread(answer).version == 2


def test_no_photo_joins_an_answer_that_waits_for_approval(town: Town) -> None:
    answer = town.submitted()
    assert add(town, answer.incident, photo(), version=answer.version).status_code == 409
    assert not AnswerPhoto.objects.exists()


def test_the_other_agency_adds_nothing(town: Town) -> None:
    card = town.assigned()
    assert add(town, card, photo(), user=town.other).status_code == 404
    assert add(town, card, photo(), user=town.auditor).status_code == 403
    assert not AnswerPhoto.objects.exists()


def test_our_copy_of_a_citizens_picture_is_shown_with_the_card_and_to_nobody_else(town: Town) -> None:
    card, other = town.assigned(), town.assigned(agency=town.roads)
    media = Media.objects.create(message=main_message(card), kind="photo", title="яма")
    assert signed_in(town.executor).get(f"/incidents/{card.pk}/pictures/{media.pk}/").status_code == 404
    media.file.save("1.jpg", ContentFile(wash(photo().read())))
    address = f"/incidents/{card.pk}/pictures/{media.pk}/"
    assert signed_in(town.executor).get(address).getvalue().startswith(b"\xff\xd8")
    assert address in page_at(town.executor, f"/incidents/{card.pk}/")
    assert signed_in(town.other).get(address).status_code == 404
    assert signed_in(town.other).get(f"/incidents/{other.pk}/pictures/{media.pk}/").status_code == 404
