from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from otklik.api.interface import description
from otklik.api.tests.hanging import hung_on
from otklik.api.tests.program import Program
from otklik.incidents.models import Incident
from otklik.journal.models import Entry, Look
from otklik.lib.tests.test_pictures import picture
from tests.make.town import Town

UNTIL = "2099-01-01"
# What each change needs beside the version so that it is not refused for another reason.
BODIES: dict[str, dict[str, Any]] = {
    "/cards/{card}/assignment": {"agency": 1},
    "/cards/{card}/theme": {"theme": 1},
    "/cards/{card}/return": {"reason": "another_agency"},
    "/cards/{card}/extension": {"until": UNTIL, "reason": "Ждём"},
    "/cards/{card}/extension/decision": {"extension": 1, "granted": True},
    "/cards/{card}/notes": {"text": "Звонили"},
    "/cards/{card}/dismissal": {"reason": "spam"},
    "/cards/{card}/closure": {"reason": "satisfied"},
    "/cards/{card}/closure-unanswered": {"reason": "pointless"},
    "/cards/{card}/reopening": {},
    "/cards/{card}/answers": {"text": "Дали"},
    "/answers/{answer}/submission": {},
    "/answers/{answer}/withdrawal": {},
    "/answers/{answer}/approval": {"message_version": 1},
    "/answers/{answer}/return": {"remark": "Когда?"},
    "/answers/{answer}/photos": {"file": None},
    "/answers/{answer}/photos/{photo}/removal": {},
    "/answers/{answer}/acts": {"file": None},
    "/answers/{answer}/acts/{act}/removal": {},
    "/answers/{answer}/publication": {"link": "https://vk.com/wall-1_1"},
}
DESCRIBED = {path.removeprefix("/api/v1"): set(methods) for path, methods in description()["paths"].items()}
ADDRESSES = sorted(path for path in DESCRIBED if "{" in path)


def test_what_is_not_his_does_not_exist_for_anybody(town: Town) -> None:
    assert {path for path in ADDRESSES if "post" in DESCRIBED[path]} == set(BODIES), "every address is walked"
    answer = town.submitted()
    card = Incident.objects.get(pk=answer.incident_id)
    hanging = hung_on(answer)
    programs = [Program(person) for person in (town.stranger, town.other)]
    before = Entry.objects.count()
    for path in ADDRESSES:
        filled = path.format(card=card.pk, answer=answer.pk, message=answer.reply_to_id, **hanging._asdict())
        number = answer.version if "{answer}" in path else 0 if path.endswith("answers") else card.revision
        body = BODIES.get(path, {}) | ({} if path.endswith("notes") else {"version": number})
        missing = filled.replace(f"/{card.pk}", "/987654") if path in BODIES else filled
        for program in programs:
            for address in (filled, missing):
                refused = asked(program, path, address, body)
                assert refused.status_code == 404, (address, refused.json())
    assert Entry.objects.count() == before
    assert not Look.objects.exists()


def asked(program: Program, path: str, filled: str, body: dict[str, Any]) -> Any:
    if path not in BODIES:
        return program.get(filled)
    if "file" not in body:
        return program.post(filled, body)
    return program.send(filled, **body | {"file": SimpleUploadedFile("a.jpg", picture("JPEG"), "image/jpeg")})


def test_the_journal_names_the_program_that_did_and_read(town: Town, card: Incident, program: Program) -> None:
    program.post(f"/cards/{card.pk}/notes", {"text": "Номер в СЭД: 15-04"})
    program.get(f"/cards/{card.pk}")
    officer = Client()
    officer.force_login(town.admin)
    page = officer.get("/admin/journal/").content.decode()
    assert f"{town.operator.initials} (программой)" in page
    assert "Программа: СЭД края" in page
    assert f"{town.operator.initials} (программой)" in officer.get(f"/incidents/{card.pk}/talk/").content.decode()
    assert town.operator.initials in officer.get("/admin/journal/looks/").content.decode()
