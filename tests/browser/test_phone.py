import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, Route, expect

from otklik.answers.models import Answer, AnswerPhoto
from otklik.desk.models import Upload
from otklik.incidents.models import Incident, State
from otklik.people.models import Grant, Role
from tests.browser.editor import Show, choose, settle, text_of, wait_for_server
from tests.make.town import Town
from tests.sandbox.town import until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TALL_ENOUGH = 44


def photo(side: int, quality: int = 95) -> FilePayload:
    """A photo that no compression makes small."""
    kept = io.BytesIO()
    Image.effect_noise((side, side), 90).convert("RGB").save(kept, "JPEG", quality=quality)
    return {"name": "яма.jpg", "mimeType": "image/jpeg", "buffer": kept.getvalue()}


def test_from_the_link_to_waiting_for_approval_in_three_taps(phone: Page, town: Town, show: Show) -> None:
    card = town.assigned()
    Incident.objects.filter(pk=card.pk).update(kind="informational")  # where something can be done, it is shown first
    show(phone, town.executor, card.pk)
    phone.locator("textarea[name=text]").tap()  # 1
    phone.keyboard.type("Воду дали в 14:00, трубу заменили.")
    phone.get_by_text("Решено", exact=True).tap()  # 2
    phone.get_by_role("button", name="На согласование").tap()  # 3
    expect(phone.locator("#r-answer h2")).to_have_text("На согласовании")
    assert Answer.objects.get(incident=card, incident__state=State.APPROVAL).outcome == "solved"


@pytest.mark.whole
def test_the_outcomes_are_buttons_for_a_thumb_and_change_at_a_touch(phone: Page, town: Town, show: Show) -> None:
    answer = town.drafted(outcome="explained")
    show(phone, town.executor, answer.incident_id)
    buttons = phone.get_by_role("radiogroup", name="Чем закончилось").locator("span")
    expect(buttons).to_have_text(["Решено", "Разъяснено", "Не решено", "Отложено"])
    for button in buttons.all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= TALL_ENOUGH
        assert box["width"] >= 2 * TALL_ENOUGH
    expect(phone.get_by_role("radio", name="Разъяснено")).to_be_checked()
    buttons.nth(2).tap()
    expect(phone.get_by_role("radio", name="Не решено")).to_be_checked()
    expect(phone.locator("[data-saved]")).to_contain_text("сохранено")
    phone.reload()
    expect(phone.get_by_role("radio", name="Не решено")).to_be_checked()
    phone.get_by_text("Промежуточный", exact=True).tap()
    expect(buttons.first).to_be_hidden()


def test_too_big_is_refused_and_photos_go_up_as_one_types(phone: Page, town: Town, show: Show, tmp_path: Path) -> None:
    card = town.assigned()
    show(phone, town.executor, card.pk)
    file = tmp_path / "big.jpg"
    with file.open("wb") as empty:
        empty.truncate(50 * 1024 * 1024)
    phone.locator("[data-photos][multiple]").set_input_files(str(file))
    expect(phone.locator("[data-uploads]")).to_contain_text("больше 40 МБ")
    assert not Upload.objects.exists()
    phone.get_by_role("button", name="Убрать").tap()
    expect(phone.locator("[data-uploads]")).to_be_hidden()
    phone.locator("textarea[name=text]").fill("Сделали")
    choose(phone, photo(900), photo(500))
    phone.locator("textarea[name=text]").press_sequentially(" всё до обеда", delay=40)
    expect(phone.locator("#r-answer .photos img")).to_have_count(2)
    expect(phone.locator("[data-uploads]")).to_be_hidden()
    assert text_of(phone) == "Сделали всё до обеда"
    wait_for_server(phone, "Сделали всё до обеда")
    answer = Answer.objects.get(incident=card)
    assert (answer.text, answer.photos.count()) == ("Сделали всё до обеда", 2)
    phone.get_by_role("button", name="после", exact=True).first.tap()
    expect(phone.get_by_role("button", name="после", exact=True).first).to_have_attribute("aria-pressed", "true")
    assert AnswerPhoto.objects.order_by("position").first().stage == "after"  # type: ignore[union-attr]


@pytest.mark.whole
def test_a_line_that_breaks_is_waited_out_and_a_big_photo_shrunk(phone: Page, town: Town, show: Show) -> None:
    show(phone, town.executor, town.assigned().pk)
    sent: list[str] = []

    def breaking(route: Route) -> None:
        sent.append(route.request.url)
        if len(sent) in (3, 4):
            route.abort()
        else:
            route.continue_()

    phone.route("**/upload-piece/**", breaking)
    choose(phone, photo(1400, 92))
    expect(phone.locator("#r-answer .photos img")).to_have_count(1, timeout=60_000)
    offsets = [int(url.rpartition("offset=")[2]) for url in sent]
    assert offsets[:5] == [0, 262144, 524288, 524288, 524288]
    taken = photo(3000)
    choose(phone, taken)
    expect(phone.locator("#r-answer .photos img")).to_have_count(2, timeout=60_000)
    assert Upload.objects.latest("pk").size < len(taken["buffer"])
    kept = AnswerPhoto.objects.latest("pk")
    assert max(kept.width, kept.height) == 2560


@pytest.mark.whole
def test_after_a_reload_a_photo_goes_on_where_it_was(phone: Page, town: Town, show: Show, tmp_path: Path) -> None:
    card = town.assigned()
    show(phone, town.executor, card.pk)
    file = tmp_path / "foto.jpg"
    file.write_bytes(photo(1400, 92)["buffer"])
    phone.route("**/upload-piece/**offset=524288", lambda route: route.abort())
    phone.locator("[data-photos][multiple]").set_input_files(str(file))
    expect(phone.locator("[data-uploads]")).to_contain_text("Нет связи")
    key = Upload.objects.get().key
    phone.unroute("**/upload-piece/**offset=524288")
    show(phone, town.executor, card.pk)
    begun: list[str] = []
    phone.on("request", lambda request: begun.append(request.url) if request.url.endswith("/uploads/") else None)
    phone.locator("[data-photos][multiple]").set_input_files(str(file))
    expect(phone.locator("#r-answer .photos img")).to_have_count(1, timeout=60_000)
    assert begun == []
    assert Upload.objects.get().key == key


@pytest.mark.whole
def test_not_ours_is_two_taps_on_the_list_and_comes_back(phone: Page, town: Town, show: Show) -> None:
    card = town.assigned()
    show(phone, town.executor, "/agency/")
    buttons = phone.locator(".ag-acts > form .btn, .ag-acts > a, .ag-back > summary")
    places = "found => found.map((one) => [one.getBoundingClientRect().x, one.getBoundingClientRect().y + scrollY])"
    before = buttons.evaluate_all(places)
    phone.get_by_text("Не наше", exact=True).tap()  # 1
    expect(phone.get_by_role("button", name="Не наша территория")).to_be_visible()
    assert (len(before), buttons.evaluate_all(places)) == (3, before)
    phone.get_by_role("button", name="Не наша территория").tap()  # 2
    expect(phone.locator("main")).to_contain_text("сейчас ничего нет")
    assert Incident.objects.get(pk=card.pk).state == State.NEW
    phone.get_by_role("button", name="Вернуть").tap()
    expect(phone.locator("article.ag-row")).to_have_count(1)
    assert Incident.objects.get(pk=card.pk).state == State.ASSIGNED


@pytest.mark.whole
@pytest.mark.parametrize("address", ["/agency/", "/agency/distribution/", "card"])
def test_a_thumb_hits_everything_and_nothing_is_hidden(phone: Page, town: Town, show: Show, address: str) -> None:
    Grant.objects.create(user=town.executor, role=Role.CURATOR, agency=town.water)
    card = town.assigned()
    show(phone, town.executor, card.pk if address == "card" else address)
    if address == "card":
        expect(phone.locator(".journal summary")).to_be_visible()
    phone.wait_for_load_state("networkidle")
    low = phone.evaluate(
        """(least) => [...document.querySelectorAll("#content .btn, #content select, #content summary, .ag a")]
            .filter((found) => found.checkVisibility({ visibilityProperty: true }))
            .filter((found) => !found.closest(".said, #r-together, #r-note, details.citizen-text"))
            .filter((found) => found.getBoundingClientRect().height < least - 0.5)
            .map((found) => `${found.tagName} ${found.className} ${found.textContent.trim().slice(0, 30)}`)""",
        TALL_ENOUGH,
    )
    assert low == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    hidden = phone.evaluate(
        """() => {
            scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" });
            const dock = document.querySelector(".rail").getBoundingClientRect().top;
            const last = [...document.querySelectorAll("#content .paper")]
                .filter((found) => found.checkVisibility({ visibilityProperty: true }) && found.offsetHeight).at(-1);
            const over = last.getBoundingClientRect().bottom - dock;
            return over > 0 ? `${last.className} ${last.id} is hidden by ${over} px` : "";
        }"""
    )
    assert hidden == ""


COVERED = """() => [...document.querySelectorAll("button, summary, a.btn, nav a, label.btn")]
    .filter((one) => !one.closest("#toasts") && one.checkVisibility({visibilityProperty: true}))
    .filter((one) => {
        const box = one.getBoundingClientRect();
        const places = [box.top + 2, (box.top + box.bottom) / 2, box.bottom - 2];
        return places.some((y) => document.elementFromPoint((box.left + box.right) / 2, y)?.closest("#toasts"));
    })
    .map((one) => one.outerHTML.slice(0, 120))"""
SAY = """() => document.dispatchEvent(new CustomEvent("desk:done", {
    detail: {text: "№ 7: Согласовано, ответ уйдёт через десять секунд", batch: crypto.randomUUID()}}))"""


@pytest.mark.whole
def test_a_toast_lies_on_no_button_wherever_the_page_is_scrolled(phone: Page, town: Town, show: Show) -> None:
    new, work = town.card(), town.drafted().incident
    for _answer in range(3):
        town.submitted()
    pages = ((town.approver, "/approvals/"), (town.operator, "/queue/"), (town.operator, new.pk))
    for who, where in (*pages, (town.executor, work.pk), (town.curator, "/agency/")):
        show(phone, who, where)
        phone.evaluate(SAY)
        expect(phone.locator(".note-toast .undo").last).to_be_visible()
        for part in range(5):
            phone.evaluate("(part) => scrollTo(0, part / 4 * (document.body.scrollHeight - innerHeight))", part)
            settle(phone)
            # What comes by itself moves the page; the toast follows before that is drawn.
            until(lambda: phone.evaluate(COVERED) == [], f"no button is covered at {where}, {part}", within=5)
