from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import FilePayload, Page, Route, expect

from otklik.answers import drafts
from otklik.answers.models import Answer
from otklik.desk.models import Upload
from otklik.incidents.models import Incident, State
from otklik.lib.tests.test_pictures import picture
from otklik.networks.registry import NETWORKS
from tests.browser.editor import Show, choose, photo
from tests.make.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BROKEN: FilePayload = {"name": "IMG_2.HEIC", "mimeType": "image/heic", "buffer": picture("HEIF")[:-20]}
HEIC: FilePayload = {"name": "IMG_1.HEIC", "mimeType": "image/heic", "buffer": picture("HEIF", (64, 48))}
TEXT: FilePayload = {"name": "письмо.jpg", "mimeType": "image/jpeg", "buffer": b"no picture at all"}


@pytest.fixture
def card(phone: Page, show: Show, town: Town) -> Incident:
    """On the phone, with an answer that could go out as it is."""
    card = town.assigned()
    show(phone, town.executor, card.pk)
    phone.locator("textarea[name=text]").fill("Яму заделали, снимок прилагаем.")
    phone.get_by_text("Решено", exact=True).tap()
    phone.locator("[name=proof]").select_option("act")
    phone.locator("[name=proof_words]").fill("Акт № 7")
    return card


class HeldPieces:
    """The pieces of a photo wait until somebody lets them go."""

    def __init__(self, page: Page) -> None:
        self.waiting: list[Route] = []
        self.page = page
        page.route("**/upload-piece/**", self._hold)

    def _hold(self, route: Route) -> None:
        self.waiting.append(route)

    def let_go(self) -> None:
        self.page.route("**/upload-piece/**", lambda route: route.continue_())
        for route in self.waiting:
            route.continue_()


def state_of(card: Incident) -> str:
    return Incident.objects.values_list("state", flat=True).get(pk=card.pk)


def send(page: Page) -> None:
    page.get_by_role("button", name="На согласование").tap()


def test_the_press_waits_for_a_photo_that_is_still_going_up_and_can_be_taken_back(phone: Page, card: Incident) -> None:
    pieces = HeldPieces(phone)
    with phone.expect_request("**/upload-piece/**"):
        choose(phone, photo())
    send(phone)
    phone.get_by_role("button", name="Пока не отправлять").tap()
    expect(phone.locator("[data-uploads-wait]")).to_be_hidden()
    pieces.let_go()
    expect(phone.locator("#r-answer .photos img")).to_have_count(1)
    expect(phone.locator("[data-uploads]")).to_be_hidden()
    assert state_of(card) == State.IN_WORK
    pieces = HeldPieces(phone)
    with phone.expect_request("**/upload-piece/**"):
        choose(phone, photo("вторая.jpg"))
    send(phone)
    expect(phone.locator("[data-uploads-wait]")).to_contain_text("Ждём, пока загрузятся снимки")
    assert state_of(card) != State.APPROVAL
    pieces.let_go()
    expect(phone.locator("#r-answer h2")).to_have_text("На согласовании")
    assert state_of(card) == State.APPROVAL
    assert Answer.objects.get(incident=card).photos.count() == 2


@pytest.mark.whole
def test_every_refusal_stays_with_its_file_until_it_is_put_away(phone: Page, card: Incident) -> None:
    choose(phone, BROKEN, HEIC)
    expect(phone.locator("#r-answer .photos img")).to_have_count(1)
    choose(phone, TEXT)
    lines = phone.locator("[data-uploads] li")
    expect(lines).to_have_count(2)
    expect(lines.nth(0)).to_contain_text("IMG_2.HEIC")
    expect(lines.nth(0)).to_contain_text("Снимок HEIC не читается")
    expect(lines.nth(1)).to_contain_text("письмо.jpg")
    expect(lines.nth(1)).to_contain_text("Это не снимок")
    send(phone)
    expect(phone.locator("[data-uploads-wait]")).to_contain_text("Не все снимки загрузились")
    assert state_of(card) != State.APPROVAL
    for _ in range(2):
        phone.get_by_role("button", name="Убрать", exact=True).first.tap()
    expect(phone.locator("[data-uploads-wait]")).to_be_hidden()
    send(phone)
    expect(phone.locator("#r-answer h2")).to_have_text("На согласовании")


@pytest.mark.whole
def test_how_many_more_fit_is_said_beforehand_and_the_rest_is_not_sent(phone: Page, card: Incident) -> None:
    most = NETWORKS["vk"].limits.photos_in(False)
    room_note = phone.locator("[data-room]")
    expect(room_note).to_have_text(f"Можно ещё {most}")
    choose(phone, photo("первый.jpg"))
    expect(room_note).to_have_text(f"Можно ещё {most - 1}")
    expect(phone.locator("#r-answer .photos img")).to_have_count(1)
    expect(room_note).to_have_text(f"Можно ещё {most - 1}")
    choose(phone, *[photo(f"{number}.jpg") for number in range(most)])
    expect(room_note).to_have_text("Больше снимков сеть не примет.")
    for field in phone.locator("[data-photos]").all():
        expect(field).to_be_disabled()
    expect(phone.locator("[data-uploads] li")).to_have_count(1)
    expect(phone.locator("#r-answer .photos img")).to_have_count(most)
    expect(phone.locator("[data-uploads] li")).to_contain_text(f"{most - 1}.jpg")
    assert Upload.objects.count() == most
    phone.get_by_role("button", name="Убрать снимок 1", exact=True).tap()
    expect(room_note).to_have_text("Можно ещё 1")
    expect(phone.locator("[data-photos][multiple]")).to_be_enabled()


@pytest.mark.whole
def test_a_photo_of_any_weight_is_shrunk_before_it_is_judged(phone: Page, card: Incident, tmp_path: Path) -> None:
    heavy = tmp_path / "тяжёлый.jpg"
    with heavy.open("wb") as file:
        file.write(photo()["buffer"])
        file.truncate(41 * 1024 * 1024)
    phone.locator("[data-photos][multiple]").set_input_files(str(heavy))
    expect(phone.locator("#r-answer .photos img")).to_have_count(1, timeout=60_000)
    assert Upload.objects.get().size < 1024 * 1024
    assert Answer.objects.get(incident=card).photos.count() == 1


@pytest.mark.whole
def test_a_photo_outlives_the_editor_and_goes_on_with_the_next_one(phone: Page, town: Town, card: Incident) -> None:
    expect(phone.locator("[data-saved]")).to_contain_text("сохранено")
    phone.wait_for_function("() => !document.querySelector('#r-answer').dataset.dirty")
    pieces = HeldPieces(phone)
    with phone.expect_request("**/upload-piece/**"):
        choose(phone, photo())
    phone.evaluate("() => document.activeElement.blur()")
    drafts.submit(Answer.objects.get(incident=card), town.executor, timezone.now())
    expect(phone.locator("#r-answer h2")).to_have_text("На согласовании")
    expect(phone.locator("#toasts")).to_contain_text("Снимки ещё не добавлены: яма.jpg")
    pieces.let_go()
    phone.get_by_role("button", name="Отозвать и поправить").tap()
    expect(phone.locator("#r-answer .photos img")).to_have_count(1, timeout=60_000)
    assert state_of(card) == State.IN_WORK
