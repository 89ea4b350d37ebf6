"""Files of an answer: seen by whoever sees the card, washed, never slipped in late; an act is never published."""

import io
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks

from otklik.answers import drafts
from otklik.answers.acts import MAX_BYTES
from otklik.answers.models import ActFile, Answer, AnswerPhoto
from otklik.desk.tests.pages import assert_answers, assert_shows, page_at, press
from otklik.inbox.models import Media
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident
from otklik.lib.pictures import wash
from otklik.lib.tests.test_pictures import picture
from otklik.people.models import User
from otklik.publishing.look import speech_of
from otklik.publishing.models import Delivery
from tests.make import inbox
from tests.make.people import signed_in
from tests.make.town import Town

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
WORDS = {"text": "Вчера рабочие горсвета заменили лампу.", "kind": "final", "outcome": "solved", "proof": "act"}
GPS = 0x8825


def act(name: str = "Акт № 7.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def photo(width: int = 40) -> SimpleUploadedFile:
    exif = Image.Exif()
    exif[0x010F] = "Samsung"
    exif.get_ifd(GPS)[1] = "N"
    kept = io.BytesIO()
    Image.new("RGB", (width, 30), "red").save(kept, "JPEG", exif=exif)
    return SimpleUploadedFile("яма.jpg", kept.getvalue(), "image/jpeg")


def post(town: Town, card: Incident, verb: str, **more: Any) -> Any:
    """The executor's form, with what he has typed."""
    version = Answer.objects.filter(incident=card).values_list("version", flat=True).first() or 0
    return press(town.executor, f"/incidents/{card.pk}/{verb}/", **{**WORDS, "version": version, **more})


def with_act(town: Town) -> ActFile:
    card = town.assigned()
    assert post(town, card, "acts", acts=act()).status_code == 200
    return ActFile.objects.get(answer__incident=card)


def address(kept: ActFile | AnswerPhoto) -> str:
    return f"/answers/{kept.answer_id}/{'acts' if isinstance(kept, ActFile) else 'photos'}/{kept.pk}/"


def approve(town: Town, answer: Answer) -> None:
    answer.refresh_from_db()
    drafts.approve(answer, town.approver, timezone.now(), answer.version)


def status(user: User, where: str) -> int:
    return signed_in(user).get(where).status_code


def test_an_act_stands_in_the_place_of_its_number_and_nothing_in_it_can_run(town: Town) -> None:
    kept, bare = with_act(town), town.assigned()
    assert (kept.name, kept.kind, kept.size, kept.by) == ("Акт № 7.pdf", "pdf", len(PDF), town.executor)
    assert (kept.answer.text, kept.answer.ground) == (WORDS["text"], "act")
    assert post(town, kept.answer.incident, "submission").status_code == 200
    assert Answer.objects.get().state == Answer.State.APPROVAL
    for page in ("/approvals/", f"/incidents/{kept.answer.incident_id}/"):
        assert_shows(page_at(town.approver, page), address(kept), "Акт № 7.pdf")
    assert post(town, bare, "acts").status_code == 200, "without a file it only saves"
    assert Answer.objects.get(incident=bare).text == WORDS["text"]
    assert post(town, bare, "submission").status_code == 422
    assert post(town, bare, "submission", proof_words="Акт № 7 от 25 ноября").status_code == 200
    card = town.assigned()
    response = signed_in(town.approver).get(address(kept))
    assert response.getvalue() == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f"attachment; filename*=utf-8''{quote('Акт № 7.pdf')}"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"].startswith("private")
    assert "sandbox" in response["Content-Security-Policy"]
    post(town, card, "acts", acts=act("акт.png", picture("PNG")))
    response = signed_in(town.approver).get(address(ActFile.objects.get(answer__incident=card)))
    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Disposition"].startswith("inline")
    assert response.getvalue().startswith(b"\xff\xd8")


def test_a_file_is_given_only_to_whoever_sees_the_card_and_under_its_own_answer(town: Town) -> None:
    kept, other = with_act(town), town.drafted()
    post(town, kept.answer.incident, "photos", photos=photo())
    for file in (kept, AnswerPhoto.objects.get()):
        where = address(file)
        assert status(town.other, where) == 404
        assert status(town.executor, where.replace(f"/{kept.answer_id}/", f"/{other.pk}/", 1)) == 404
        file.file.delete(save=False)
        assert status(town.executor, where) == 404
    assert signed_in(town.executor).post(address(kept)).status_code == 405


def test_files_of_no_kind_too_big_or_too_many_are_refused_and_lose_no_word(town: Town) -> None:
    for content in (b"", b"<script>alert(1)</script>", b"%PDF-1.7 half", b"GIF89a\x01\x00", b"MZ\x90"):
        card = town.assigned()
        assert_answers(post(town, card, "acts", acts=[act(), act("акт.pdf", content)]), 422, "PDF")
        assert Answer.objects.get(incident=card).text == WORDS["text"]
        assert not ActFile.objects.exists()
    for content in (b"", b"<svg onload=alert(1)>", b"GIF89a\x01\x00", b"\xff\xd8\xff\xe0broken"):
        refused = post(town, card, "photos", photos=SimpleUploadedFile("x.jpg", content, "image/jpeg"))
        assert refused.status_code in (200, 422)
        assert not AnswerPhoto.objects.exists()
    assert post(town, card, "acts", acts=act()).status_code == 200
    card = town.assigned()
    assert_answers(post(town, card, "acts", acts=act(content=PDF + b" " * MAX_BYTES)), 422, "20 МБ")
    assert post(town, card, "acts", acts=[act(), act()]).status_code == 200
    assert_answers(post(town, card, "acts", acts=[act(), act()]), 422, "можно добавить ещё 1")
    assert ActFile.objects.count() == 3
    many = [photo(width) for width in range(30, 41)]
    assert post(town, card, "photos", text="Готово", photos=many).status_code == 422
    assert not AnswerPhoto.objects.exists()
    assert Answer.objects.get(incident=card).text == "Готово"


def test_a_file_is_removed_with_a_new_version_and_only_from_its_own_answer(
    town: Town, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    kept, other = with_act(town), town.assigned()
    card, path = kept.answer.incident, Path(kept.file.path)
    post(town, other, "act-removal", act=kept.pk)
    assert ActFile.objects.get() == kept
    post(town, card, "photos", photos=photo())
    answer = Answer.objects.get(incident=card)
    with django_capture_on_commit_callbacks(execute=True):
        assert post(town, card, "act-removal", act=kept.pk).status_code == 200
    assert not path.exists()
    assert post(town, card, "photo-removal", photo=answer.photos.get().pk).status_code == 200
    assert (ActFile.objects.count(), answer.photos.count()) == (0, 0)
    assert Answer.objects.get(incident=card).version == answer.version + 2


def test_nobody_changes_files_of_an_answer_that_waits_or_agrees_to_an_act_unseen(town: Town) -> None:
    kept = with_act(town)
    card = kept.answer.incident
    changes: dict[str, dict[str, Any]] = {"acts": {"acts": act()}, "act-removal": {"act": kept.pk}}
    post(town, card, "submission")
    assert post(town, card, "photos", photos=photo()).status_code == 409
    assert [post(town, card, verb, **more).status_code for verb, more in changes.items()] == [409, 409]
    approve(town, kept.answer)
    assert [post(town, card, verb, **more).status_code for verb, more in changes.items()] == [409, 409]
    assert list(ActFile.objects.values_list("pk", flat=True)) == [kept.pk]
    assert not AnswerPhoto.objects.exists()
    answer = town.submitted()
    read = answer.version
    drafts.withdraw(answer, town.executor, timezone.now())
    assert post(town, answer.incident, "acts", acts=act()).status_code == 200
    assert post(town, answer.incident, "submission").status_code == 200
    late = press(town.approver, f"/answers/{answer.pk}/approval/", version=read, seen=answer.reply_to.revision)
    assert late.status_code == 409


def test_an_act_never_goes_to_the_network_and_copies_have_none(town: Town) -> None:
    kept = with_act(town)
    card = kept.answer.incident
    main = main_message(card)
    more = town.say(main.thread, inbox.author(), "wall-1_9?reply=9", "И у нас", main.posted_at)
    card.links.create(message=more, linked_at=timezone.now())
    post(town, card, "submission")
    approve(town, kept.answer)
    for _answer in range(2):
        town.let_out()
    assert Answer.objects.filter(copy_of=kept.answer).count() == 1
    speeches = [speech_of(one) for one in Delivery.objects.select_related("answer", "message__thread")]
    assert [(speech.photos, speech.text) for speech in speeches] == [((), WORDS["text"])] * 2
    assert ActFile.objects.get() == kept


def test_a_photo_loses_where_it_was_taken_and_a_citizens_is_shown_with_its_card_alone(town: Town) -> None:
    card = town.assigned()
    assert post(town, card, "photos", photos=photo()).status_code == 200
    shot = AnswerPhoto.objects.get()
    assert (shot.answer.text, shot.answer.incident) == (WORDS["text"], card)
    shown = signed_in(town.approver).get(address(shot))
    content = shown.getvalue()
    assert shown["Content-Type"] == "image/jpeg"
    assert b"Samsung" not in content
    assert not Image.open(io.BytesIO(content)).getexif()
    card, other = town.assigned(), town.assigned(agency=town.roads)
    media = Media.objects.create(message=main_message(card), kind="photo", title="яма")
    where = f"/incidents/{card.pk}/pictures/{media.pk}/"
    assert status(town.executor, where) == 404
    media.file.save("1.jpg", ContentFile(wash(photo().read())))
    assert signed_in(town.executor).get(where).getvalue().startswith(b"\xff\xd8")
    assert where in page_at(town.executor, f"/incidents/{card.pk}/")
    assert status(town.other, where) == 404
    assert status(town.other, f"/incidents/{other.pk}/pictures/{media.pk}/") == 404
