import re

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import APIResponse, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from otklik.answers import drafts
from otklik.answers.models import Answer, Template
from otklik.desk.models import Tour
from otklik.incidents.models import Note
from otklik.lib.tests.test_pictures import picture
from otklik.routing import outside
from tests.browser.editor import (
    Show,
    SignIn,
    block_saving,
    copies,
    say_solved,
    send_for_approval,
    text_of,
    wait_for_server,
)
from tests.browser.queue_page import press
from tests.make.town import Town
from tests.sandbox.town import until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_no_dead_line_or_ended_session_takes_a_word_away(page: Page, town: Town, show: Show, sign_in: SignIn) -> None:
    card = town.assigned()
    show(page, town.executor, card.pk)
    area = page.locator("textarea[name=text]")
    area.focus()
    typed = 0
    while not Answer.objects.filter(incident=card, version__gte=2).exists():
        page.keyboard.type("ж")  # never longer than a moment without a key
        typed += 1
        page.wait_for_timeout(100)
    assert text_of(page) == "ж" * typed
    assert area.evaluate("(area) => [document.activeElement === area, area.selectionStart]") == [True, typed]
    expect(page.locator("#live-bar")).to_be_hidden()
    page.keyboard.press("Control+Z")
    assert len(text_of(page)) < typed
    area.fill("")
    wait_for_server(page, "")
    page.context.set_offline(True)
    area.press_sequentially("Трубу заменили")
    expect(page.locator("[data-line]")).to_contain_text("текст сохранён в этом браузере")
    assert [kept["text"] for kept in copies(page).values()] == ["Трубу заменили"]
    assert Answer.objects.get(incident=card).text == ""
    page.context.set_offline(False)
    expect(page.locator("[data-line]")).to_have_text("")
    wait_for_server(page, "Трубу заменили")
    assert Answer.objects.get(incident=card).text == "Трубу заменили"
    assert copies(page) == {}
    Session.objects.all().delete()
    area.fill("Дописал без входа")
    expect(page.locator("#signed-out")).to_be_visible()
    expect(page.locator("[data-line]")).to_contain_text("отправим после входа")
    assert Answer.objects.get(incident=card).text == "Трубу заменили"
    sign_in(page, town.executor)
    wait_for_server(page, "Дописал без входа")
    assert Answer.objects.get(incident=card).author == town.executor


@pytest.mark.whole
def test_pictures_from_the_thread_are_taken_once_while_the_text_is_being_saved(
    page: Page, second: Page, town: Town, show: Show
) -> None:
    card = town.assigned()
    answer = town.drafted("Воду", card=card)
    question = outside.ask(card, outside.Ask("Светосервис", "Когда?", 3), town.executor, timezone.now()).inquiry
    outside.reply(question, "Дали воду", None, [picture("JPEG"), picture("JPEG", (60, 40))], timezone.now())
    held: list[Route] = []
    for opened in (page, second):
        show(opened, town.executor, card.pk)
    page.route("**/draft/", lambda route: held.append(route), times=1)
    page.locator("textarea[name=text]").fill("Воду дали")
    while not held:
        page.wait_for_timeout(50)
    take = page.get_by_role("button", name="Взять снимки в ответ")
    take.dblclick()
    page.locator("textarea[name=text]").fill("Воду дали в 14:00")
    held[0].continue_()
    shots = page.locator("[data-shots] .photos > li")
    expect(shots).to_have_count(2)
    wait_for_server(page, "Воду дали в 14:00")
    page.route("**/outside-photos/", lambda route: (route.fetch(), route.abort()), times=1)  # the answer is lost
    take.click()
    expect(page.locator(".refusal[data-passing]")).to_be_visible()
    page.locator("textarea[name=text]").fill("Воду дали в 14:00!")
    second.get_by_role("button", name="Взять снимки в ответ").click()
    take.click()
    wait_for_server(page, "Воду дали в 14:00!")
    expect(page.locator("[data-both]")).to_have_count(0)
    assert (answer.photos.count(), text_of(page)) == (2, "Воду дали в 14:00!")


@pytest.mark.whole
def test_ones_own_save_of_no_known_end_is_no_news_and_no_conflict(page: Page, town: Town, show: Show) -> None:
    card = town.assigned()
    late: list[tuple[Route, APIResponse]] = []
    page.route("**/draft/", lambda route: late.append((route, route.fetch())), times=1)
    show(page, town.executor, card.pk)
    page.locator("textarea[name=text]").press_sequentially("Трубу")
    while not late:
        page.wait_for_timeout(50)
    page.locator("textarea[name=text]").press_sequentially(" заменили")
    page.wait_for_timeout(5000)  # the page looks for news every two seconds
    expect(page.locator("#live-bar")).to_be_hidden()
    page.route("**/live/*", lambda route: late.append((route, route.fetch())), times=1)
    late[0][0].abort()
    wait_for_server(page, "Трубу заменили")
    expect(page.locator("[data-both]")).to_have_count(0)
    while len(late) < 2:
        page.wait_for_timeout(50)
    page.locator("textarea[name=text]").press_sequentially(" вчера")
    wait_for_server(page, "Трубу заменили вчера")
    late[1][0].fulfill(response=late[1][1])
    page.wait_for_timeout(1000)
    expect(page.locator("#live-bar")).to_be_hidden(timeout=1)
    page.route("**/draft/", lambda route: route.abort(), times=1)
    page.locator("textarea[name=text]").press_sequentially(" днём")
    expect(page.locator("form[data-saving] [data-line]")).to_contain_text("Нет связи")
    page.get_by_role("button", name="На согласование").click()
    expect(page.locator("form[data-saving]")).to_have_count(0)


def test_a_tab_closed_offline_gives_the_text_back(page: Page, town: Town, show: Show, live_server: LiveServer) -> None:
    card = town.assigned()
    show(page, town.executor, card.pk)
    context = page.context
    context.set_offline(True)
    page.locator("textarea[name=text]").fill("Начали и не успели")
    page.locator("[name=kind][value=interim]").check(force=True)
    page.locator("[name=promised_on]").fill("2027-01-15")
    expect(page.locator("[data-line]")).to_contain_text("Нет связи")
    warned: list[str] = []
    page.on("dialog", lambda dialog: warned.append(dialog.type))
    again = context.new_page()
    with page.expect_event("close"):
        page.close(run_before_unload=True)
    assert warned == []
    context.set_offline(False)
    tried = block_saving(again)
    again.goto(f"{live_server.url}/incidents/{card.pk}/")
    expect(again.locator("textarea[name=text]")).to_have_value("Начали и не успели")
    expect(again.locator("[data-line]")).to_contain_text("Нет связи")
    assert again.locator("[name=promised_on]").input_value() == "2027-01-15"
    assert tried
    context.unroute("**/draft/")
    again.evaluate("() => dispatchEvent(new Event('online'))")
    wait_for_server(again, "Начали и не успели")
    answer = Answer.objects.get(incident=card)
    assert (answer.text, answer.kind, str(answer.promised_on)) == ("Начали и не успели", "interim", "2027-01-15")
    assert copies(again) == {}


@pytest.mark.whole
def test_a_tab_closed_at_once_is_saved_all_the_same(page: Page, town: Town, show: Show) -> None:
    card = town.assigned()
    show(page, town.executor, card.pk)
    page.locator("textarea[name=text]").fill("Закрыли сразу")
    home = page.url.replace(f"incidents/{card.pk}/", "")
    page.goto(f"{home}accounts/2fa/")
    until(lambda: Answer.objects.filter(incident=card).exists(), "the draft is saved")
    page.goto(f"{home}incidents/{card.pk}/")
    assert text_of(page) == "Закрыли сразу"
    assert Answer.objects.get(incident=card).text == "Закрыли сразу"
    assert copies(page) == {}


def test_text_kept_over_somebody_else_s_changes_is_shown_beside_theirs(page: Page, town: Town, show: Show) -> None:
    answer = town.drafted("Было")
    show(page, town.executor, answer.incident_id)
    page.context.set_offline(True)
    page.locator("textarea[name=text]").fill("Моё без связи")
    expect(page.locator("[data-line]")).to_contain_text("Нет связи")
    town.drafted("Их текст", card=answer.incident, by=town.colleague, version=answer.version)
    page.context.set_offline(False)
    expect(page.locator("[data-theirs]")).to_have_text("Их текст")
    page.reload()
    expect(page.locator("[data-theirs]")).to_have_text("Их текст")
    expect(page.locator("[data-mine]")).to_have_text("Моё без связи")
    assert Answer.objects.get(pk=answer.pk).text == "Их текст"
    page.get_by_role("button", name="Оставить мой").click()
    wait_for_server(page, "Моё без связи")
    assert Answer.objects.get(pk=answer.pk).text == "Моё без связи"
    assert copies(page) == {}


@pytest.mark.whole
def test_text_whose_answer_has_gone_for_approval_stands_beside(page: Page, town: Town, show: Show) -> None:
    answer = town.drafted("Было")
    show(page, town.executor, answer.incident_id)
    page.context.set_offline(True)
    page.locator("textarea[name=text]").fill("Моё без связи")
    expect(page.locator("[data-line]")).to_contain_text("Нет связи")
    drafts.submit(answer, town.colleague, timezone.now())
    page.goto("about:blank")
    page.context.set_offline(False)
    show(page, town.executor, answer.incident_id)
    expect(page.locator(".kept [data-text]")).to_have_text("Моё без связи")
    expect(page.locator("[data-take-kept]")).to_be_hidden()
    page.get_by_role("button", name="Удалить").click()
    expect(page.locator(".kept")).to_have_count(0)
    assert copies(page) == {}


@pytest.mark.whole
def test_a_browser_that_keeps_nothing_warns_before_it_goes(page: Page, town: Town, show: Show) -> None:
    card = town.assigned()
    page.add_init_script("Storage.prototype.setItem = () => { throw new Error('full') }")
    show(page, town.executor, card.pk)
    page.context.set_offline(True)
    page.locator("textarea[name=text]").press_sequentially("Негде хранить")
    expect(page.locator("[data-line]")).to_contain_text("не закрывайте страницу")
    page.once("dialog", lambda dialog: dialog.dismiss())
    with page.expect_event("dialog") as warning:
        page.close(run_before_unload=True)
    assert warning.value.type == "beforeunload"
    page.context.set_offline(False)
    wait_for_server(page, "Негде хранить")


def test_a_template_is_filled_from_the_card_and_its_holes_are_wanted(page: Page, town: Town, show: Show) -> None:
    town.pipe.templates.create(title="Вода есть", text="{обращение} На {адрес} вода есть с {час}.")
    Template.objects.create(title="Сделано", text="Сделано")
    card = town.assigned()
    show(page, town.executor, card.pk)
    press(page, "KeyI", "ш")
    expect(page.locator("#starter-options [role=option]")).to_have_count(2)
    expect(page.locator("#starter-options [role=option]").first).to_contain_text("Вода есть")
    page.keyboard.type("вода")
    expect(page.locator("#starter-options [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    filled = "Анна, здравствуйте! На улица Мира, 5 вода есть с {час}."
    expect(page.locator("textarea[name=text]")).to_have_value(filled)
    expect(page.locator("[data-holes]")).to_contain_text("{час}")
    say_solved(page)
    page.get_by_role("button", name="На согласование").click()
    expect(page.locator(".refusal")).to_contain_text("Заполните: {час}")
    page.locator("[data-hole]").click()
    page.keyboard.type("14:00")
    expect(page.locator("textarea[name=text]")).to_have_value(filled.replace("{час}", "14:00"))
    expect(page.locator("[data-holes]")).to_be_hidden()
    send_for_approval(page)
    assert copies(page) == {}


def test_text_from_elsewhere_replaces_nothing_unasked(page: Page, town: Town, show: Show) -> None:
    town.pipe.templates.create(title="Давно ли нет воды", kind="question", text="{имя}, давно ли нет воды?")
    show(page, town.executor, town.assigned().pk)
    take = "(text) => document.dispatchEvent(new CustomEvent('card:take-text', { detail: { text } }))"
    page.evaluate(take, "Похожий ответ")
    expect(page.locator("textarea[name=text]")).to_have_value("Похожий ответ")
    page.evaluate(take, "Второй")
    expect(page.locator("textarea[name=text]")).to_have_value("Похожий ответ")
    page.get_by_role("button", name="Добавить в конец").click()
    expect(page.locator("textarea[name=text]")).to_have_value("Похожий ответ\n\nВторой")
    page.evaluate(take, "Третий")
    page.get_by_role("button", name="Заменить").click()
    expect(page.locator("textarea[name=text]")).to_have_value("Третий")
    page.keyboard.press("Control+Z")
    expect(page.locator("textarea[name=text]")).to_have_value("Похожий ответ\n\nВторой")
    page.locator("textarea[name=text]").fill("")
    expect(page.locator("[data-questions] button")).to_have_count(0)
    page.get_by_text("Спросить жителя").click()
    page.get_by_role("button", name="Давно ли нет воды").click()
    expect(page.locator("textarea[name=text]")).to_have_value("Анна, давно ли нет воды?")


def test_a_card_is_printed_on_one_sheet_without_notes_and_buttons(page: Page, town: Town, show: Show) -> None:
    for text in ("Третий день нет воды.", "очень длинная жалоба " * 600):
        card = town.assigned(text)
        town.drafted(text, card=card, outcome="")
        Note.objects.create(incident=card, author=town.operator, text="Тайна коллег", at=timezone.now())
        show(page, town.executor, card.pk)
        expect(page.locator(".note")).to_have_count(1)
        printed = page.pdf(prefer_css_page_size=True)
        assert re.findall(rb"/Count (\d+)", printed) == [b"1"], len(text)
    page.emulate_media(media="print")
    expect(page.locator(".print-foot")).to_contain_text(f"№ {card.number}")
    for hidden in (".note", ".top", ".actions", "[data-print]", "#r-other"):
        expect(page.locator(hidden).first).to_be_hidden()


def test_the_tour_is_closed_and_comes_when_asked(
    page: Page, town: Town, live_server: LiveServer, sign_in: SignIn
) -> None:
    town.card()
    sign_in(page, town.operator)
    Tour.objects.filter(user=town.operator).delete()
    page.goto(f"{live_server.url}/queue/")
    expect(page.locator("#tour")).to_contain_text("Здесь всё, что пишут жители")
    page.get_by_role("button", name="Дальше", exact=True).click()
    expect(page.locator("#tour [data-step]:not([hidden]) h2")).to_have_text("Тема и ведомство уже подсказаны")
    expect(page.locator(".tour-mark")).to_have_count(1)
    with page.expect_response(lambda response: response.url.endswith("/tour/seen/")):
        page.keyboard.press("Escape")
    expect(page.locator("#tour")).to_have_count(0)
    expect(page.locator(".tour-mark")).to_have_count(0)
    assert Tour.objects.get(user=town.operator).seen == ["/queue/"]
    page.reload()
    page.wait_for_load_state("networkidle")
    expect(page.locator("#tour")).to_have_count(0)
    page.locator(".user-menu summary").click()
    page.get_by_role("button", name="Как тут всё устроено").click()
    expect(page.locator("#tour")).to_be_visible()
