from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import DjangoCaptureOnCommitCallbacks

from otklik.answers import acts
from otklik.answers.models import ActFile, Answer, AnswerPhoto
from otklik.api.bearer import MOST_BYTES
from otklik.api.once import REPLAYED
from otklik.api.tests.hanging import PDF, hung_on
from otklik.api.tests.program import Program
from otklik.journal.models import Look
from otklik.lib.pictures import MAX_BYTES
from otklik.lib.tests.test_pictures import picture
from otklik.networks.registry import NETWORKS
from tests.make.town import Town


@pytest.fixture
def answer(town: Town) -> Answer:
    return town.drafted()


@pytest.fixture
def program(town: Town) -> Program:
    """The one of whoever writes the answer."""
    return Program(town.executor)


def photo(content: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile("после.jpg", content or picture("JPEG"), "image/jpeg")


def test_a_photo_hangs_washed_and_goes_out_with_its_text(town: Town, answer: Answer, program: Program) -> None:
    Answer.objects.filter(pk=answer.pk).update(ground="photo")
    missing = program.act(answer, "submission")
    assert missing.status_code == 422
    response = program.send(f"/answers/{answer.pk}/photos", file=photo(), version=answer.version, stage="after")
    assert response.status_code == 200, response.json()
    kept = AnswerPhoto.objects.get()
    assert (response.json()["photo"], response.json()["answer_version"], kept.stage) == (
        kept.pk,
        answer.version + 1,
        "after",
    )
    with kept.file.open("rb") as file:
        assert b"Camera of Ivan" not in file.read()
    assert program.get(f"/answers/{answer.pk}").json()["photos"] == [{"id": kept.pk, "stage": "after"}]
    seen = Program(town.approver).get(f"/answers/{answer.pk}/photos/{kept.pk}")
    assert (seen.headers["Content-Type"], b"".join(seen.streaming_content)[:2]) == ("image/jpeg", b"\xff\xd8")
    version = {"version": response.json()["answer_version"]}
    assert program.post(f"/answers/{answer.pk}/submission", version).json()["answer_state"] == "approval"


def test_sent_again_with_the_same_key_it_hangs_once_though_all_went_on(answer: Answer, program: Program) -> None:
    address, fields = f"/answers/{answer.pk}/photos", dict[str, Any](version=answer.version)
    first = program.send(address, key="k", file=photo(), **fields).json()
    program.post(f"/answers/{answer.pk}/submission", {"version": first["answer_version"]})
    again = program.send(address, key="k", file=photo(), **fields)
    assert (again.json(), again.headers[REPLAYED], AnswerPhoto.objects.count()) == (first, "true", 1)
    other = program.send(address, key="k", file=photo(picture("JPEG", (60, 20))), **fields)
    assert other.status_code == 422
    assert program.send(address, file=photo(), version=first["answer_version"]).status_code == 409
    assert AnswerPhoto.objects.count() == 1


def test_an_act_stands_under_solved_for_colleagues_alone(town: Town, answer: Answer, program: Program) -> None:
    paper = SimpleUploadedFile("../Акт 15.pdf", PDF, "application/pdf")
    body = program.send(f"/answers/{answer.pk}/acts", file=paper, version=answer.version).json()
    kept = ActFile.objects.get()
    assert (body["act"], kept.name, kept.kind) == (kept.pk, "Акт 15.pdf", "pdf")
    shown = {"id": kept.pk, "name": "Акт 15.pdf", "size": len(PDF)}
    assert program.get(f"/answers/{answer.pk}").json()["acts"] == [shown]
    handed = program.get(f"/answers/{answer.pk}/acts/{kept.pk}")
    assert (b"".join(handed.streaming_content), handed.headers["Content-Type"]) == (PDF, "application/pdf")
    assert handed.headers["Content-Disposition"].startswith("attachment")
    assert Program(town.stranger).get(f"/answers/{answer.pk}/acts/{kept.pk}").status_code == 404


def test_a_citizens_picture_is_read_and_written_down_as_a_look(town: Town, answer: Answer, program: Program) -> None:
    hanging = hung_on(answer)
    message = program.get(f"/messages/{answer.reply_to_id}").json()
    assert message["pictures"] == [hanging.picture]
    Look.objects.all().delete()
    program = Program(town.operator)
    seen = program.get(f"/messages/{answer.reply_to_id}/pictures/{hanging.picture}")
    assert (seen.headers["Content-Type"], b"".join(seen.streaming_content)[:2]) == ("image/jpeg", b"\xff\xd8")
    assert Look.objects.filter(user=town.operator.pk).exists()
    other = town.card().links.get().message_id
    assert program.get(f"/messages/{other}/pictures/{hanging.picture}").status_code == 404


def test_what_hangs_is_taken_away_with_its_file(
    town: Town, answer: Answer, program: Program, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    hanging, other = hung_on(answer), hung_on(town.drafted())
    rows = (AnswerPhoto.objects.get(pk=hanging.photo), ActFile.objects.get(pk=hanging.act))
    for foreign in (f"photos/{other.photo}", f"acts/{other.act}"):
        assert program.act(answer, f"{foreign}/removal").status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        for what in (f"photos/{hanging.photo}", f"acts/{hanging.act}"):
            response = program.act(answer, f"{what}/removal")
            assert response.json()["answer_version"] == answer.version + 1
    assert not any(Path(row.file.path).exists() for row in rows)
    assert (answer.photos.count(), answer.acts.count()) == (0, 0)
    assert (AnswerPhoto.objects.count(), ActFile.objects.count()) == (1, 1)


def test_no_more_hang_than_the_network_takes(town: Town, answer: Answer, program: Program) -> None:
    most = NETWORKS[answer.reply_to.network].limits.photos_in(False)
    for number in range(most):
        AnswerPhoto.objects.create(answer=answer, file=ContentFile(picture("JPEG"), "x.jpg"), position=number)
    for number in range(acts.MOST):
        fields = {"name": f"{number}.pdf", "size": 1, "kind": "pdf", "by": town.executor, "at": answer.created_at}
        ActFile.objects.create(answer=answer, file="x.pdf", **fields)
    for what in ("photos", "acts"):
        refused = program.send(f"/answers/{answer.pk}/{what}", file=photo(), version=answer.version)
        assert refused.status_code == 422
        assert "ещё 0" in refused.json()["detail"]
    answer.refresh_from_db()
    assert (answer.version, AnswerPhoto.objects.count()) == (1, most)


def test_what_is_no_file_of_the_kind_is_refused_in_words(answer: Answer, program: Program) -> None:
    cut = SimpleUploadedFile("a.pdf", b"%PDF-1.7 cut", "application/pdf")
    for what in ("photos", "acts"):
        address, version = f"/answers/{answer.pk}/{what}", answer.version
        wrong = [
            program.send(address, file=photo(b"MZ" + b"0" * 100), version=version),
            program.send(address, file=cut, version=version),
            program.send(address, version=version),
            program.send(address, file=photo(), version=version, staje="after"),
            program.send(address, file=photo(), version="первая"),
            program.send(address, file=photo(), more=photo(), version=version),
        ]
        assert [one.status_code for one in wrong] == [422] * len(wrong)
        assert program.send(address, file=photo(), version=version - 1 or 99).status_code == 409
        assert program.post(address, {"version": version}).status_code == 415
        broken = program.raw(address, b"--x\r\nnot a form", content_type="multipart/form-data; boundary=")
        assert broken.status_code == 400
        assert not Answer.objects.exclude(version=version).exists()
        assert (AnswerPhoto.objects.count(), ActFile.objects.count()) == (0, 0)


def test_what_is_too_large_is_refused_before_it_is_read(answer: Answer, program: Program) -> None:
    for what, most in (("photos", MAX_BYTES), ("acts", acts.MAX_BYTES)):
        form = {"file": photo(), "version": answer.version}
        refused = program.raw(f"/answers/{answer.pk}/{what}", form, CONTENT_LENGTH=most + MOST_BYTES + 1)
        assert refused.status_code == 413
    large = program.send(f"/answers/{answer.pk}/photos", file=photo(b"0" * (MAX_BYTES + 1)), version=answer.version)
    assert large.status_code == 422


def test_lists_with_files_cost_no_query_for_each(town: Town, django_assert_max_num_queries: object) -> None:
    program = Program(town.admin)
    for _ in range(3):
        hung_on(town.drafted())
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        assert [len(one["photos"]) for one in program.get("/answers").json()["items"]] == [1, 1, 1]
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        assert [len(one["pictures"]) for one in program.get("/messages").json()["items"]] == [1, 1, 1]
