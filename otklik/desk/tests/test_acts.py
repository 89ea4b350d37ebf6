"""The file of an act: hung on the draft, read by whoever sees the card, never slipped in late and never published."""

from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings

from otklik.answers import drafts
from otklik.answers.acts import MAX_BYTES, keep, paper_of
from otklik.answers.models import ActFile, Answer
from otklik.desk.tests.pages import assert_shows
from otklik.inbox.models import Author, Message
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, IncidentMessage
from otklik.journal import book
from otklik.lib.due import claim
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
        assert_shows(signed_in(town.approver).get(page).content.decode(), address(kept), "Акт № 7.pdf")


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
    assert Client().get(address(kept)).status_code == 302
    assert signed_in(town.executor).get(f"/answers/{other.pk}/acts/{kept.pk}/").status_code == 404
    assert signed_in(town.executor).post(address(kept)).status_code == 405
    kept.file.delete(save=False)
    assert signed_in(town.executor).get(address(kept)).status_code == 404


@pytest.mark.parametrize("content", [b"", b"<script>alert(1)</script>", b"%PDF-1.7 half", b"GIF89a\x01\x00", b"MZ\x90"])
def test_a_refused_file_is_told_about_and_loses_no_word(town: Town, content: bytes) -> None:
    card = town.assigned()
    refused = post(town, card, "acts", acts=[act(), act("акт.pdf", content)])
    assert refused.status_code == 422
    assert "PDF" in refused.content.decode()
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


def test_acts_cost_the_card_and_the_approvals_no_query(
    town: Town, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    answer = town.submitted()
    papers = [paper_of(PDF, f"Акт {number}.pdf") for number in range(3)]
    client, page = signed_in(town.approver), f"/incidents/{answer.incident_id}/"
    with book.turn():
        keep(answer, papers, town.executor, timezone.now())
    client.get(page)
    with django_assert_max_num_queries(10):
        shown = client.get(page).content.decode()
    assert [shown.count(f"Акт {number}.pdf") for number in range(3)] == [1, 1, 1]
    client.get("/approvals/")
    with django_assert_max_num_queries(10):  # six of the page, and four of who asks
        client.get("/approvals/")
