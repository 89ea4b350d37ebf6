"""What has to be done first, before a screen is there: something opened, typed, pressed, or gone wrong."""

from django.http import HttpRequest
from playwright.sync_api import Page

from otklik.desk import errors
from tests.make.people import PASSWORD
from tests.screens.screen import Act

# A form of one's own: what a browser without scripts would send, or a second tab that does not know yet.
SEND = """suffix => {
    const form = document.createElement("form");
    const token = document.createElement("input");
    Object.assign(token, {name: "csrfmiddlewaretoken", value: document.body.dataset.csrf, type: "hidden"});
    Object.assign(form, {method: "post", action: location.pathname + suffix});
    form.append(token);
    document.body.append(form);
    form.submit();
}"""
NOISE = """([id, csrf]) => fetch(`/incidents/${id}/noise/`, {
    method: "POST", headers: {"X-CSRFToken": csrf}, body: new URLSearchParams({reason: "spam"})
}).then(answer => answer.ok || Promise.reject(answer.status))"""
SIGN_IN = "main form:has([name=password])"


def press(selector: str, brings: str = "") -> Act:
    """Click the first of these, and give what it brings a moment to come; where it is named, wait until it is there."""

    def act(page: Page) -> None:
        page.locator(selector).first.click()
        page.wait_for_load_state("networkidle")
        if brings:
            page.locator(brings).first.wait_for()

    return act


def send(suffix: str) -> Act:
    """Post an empty form to an address under this one, past the page's scripts."""
    return _leaving(lambda page: page.evaluate(SEND, suffix))


def submit(form: str, **typed: str) -> Act:
    """Fill in fields by name and send the form as it is: what a browser would hold back, the server has to answer."""

    def fill_in(page: Page) -> None:
        here = page.locator(form).first
        for name, value in typed.items():
            field = here.locator(f"[name={name}]").first
            if field.evaluate("it => it.localName") == "select":
                field.select_option(value)
            elif field.get_attribute("type") == "radio":
                here.locator(f"[name={name}][value='{value}']").check(force=True)
            else:
                field.fill(value)
        here.evaluate("it => it.submit()")

    return _leaving(fill_in)


def _leaving(deed: Act) -> Act:
    """The deed, and the page that it leads to."""

    def act(page: Page) -> None:
        with page.expect_navigation():
            deed(page)
        page.wait_for_load_state("networkidle")

    return act


def change_answer(page: Page) -> None:
    """What he has answered, now or before."""
    if not page.locator(".sv-again").count():
        submit(".sv-form", solved="yes", mark="5")(page)
    press(".sv-again summary")(page)


def pick_three(page: Page) -> None:
    for number in range(3):
        page.locator("#rows > .row .sign").nth(number).click()
    page.locator("#many").wait_for()


def many(act: str) -> Act:
    """The form of an act over the picked cards."""

    def open_form(page: Page) -> None:
        pick_three(page)
        page.locator(f"[data-many={act}]").click()
        page.locator("#many-dialog form").wait_for()

    return open_form


def many_preview(page: Page) -> None:
    many("noise")(page)
    page.locator("#many-dialog input[type=radio]").first.check()
    page.locator("#many-dialog form button[type=submit], #many-dialog form button.btn-primary").first.click()
    page.locator("#many-dialog .many-sum").wait_for()


def many_partly(page: Page) -> None:
    """A colleague is faster with one of the three."""
    many_preview(page)
    first = page.locator("#rows > .is-picked").first.get_attribute("data-id")
    page.evaluate(NOISE, [first, page.locator("body").get_attribute("data-csrf")])
    page.locator("#many-dialog [data-go]").click()
    page.locator("#many-dialog [data-go]").wait_for(state="detached")
    page.locator("#many-dialog").get_by_text("не сделано 1 из 3").first.wait_for()


def many_done(page: Page) -> None:
    """Three cards at once, and the way back."""
    many("tag")(page)
    page.locator("#many-dialog form input:not([type=hidden])").first.fill("вода")
    page.locator("#many-dialog form .btn-primary").click()
    page.locator("#many-dialog [data-go]").click()
    page.locator(".note-toast").first.wait_for()


def pick_theme(page: Page) -> None:
    page.locator("#pick-theme").fill("во")
    page.locator("#options-theme li").first.wait_for()


def queue_theme(page: Page) -> None:
    page.locator("#rows > .row").first.focus()
    page.keyboard.press("t")
    page.locator(".picker input").fill("во")
    page.locator(".picker-options li").first.wait_for()


def tour(page: Page) -> None:
    page.locator("#tour").wait_for()


def keys(page: Page) -> None:
    page.keyboard.press("Shift+Slash")
    page.locator("#keys[open]").wait_for()


def undone(page: Page) -> None:
    detail = {"text": "Назначено, Водоканал", "batch": "x"}
    page.evaluate("""detail => document.dispatchEvent(new CustomEvent("desk:done", {detail}))""", detail)
    page.locator(".note-toast").wait_for()


def note(page: Page) -> None:
    page.locator("#note-text").fill("Звонил в участок: бригада выехала.")
    page.locator(".note-form button").click()
    page.locator(".note-toast, .note-form .form-answer:not(:empty)").first.wait_for()


def signed_out(page: Page) -> None:
    """The session ends while a note is being written."""
    page.context.clear_cookies(name="sessionid")
    note(page)


def offline(page: Page) -> None:
    page.context.set_offline(True)
    note(page)


def stale(page: Page) -> None:
    """The page stood open so long that its form is no longer taken."""
    page.context.clear_cookies()
    submit("main form", login="oper", password=PASSWORD)(page)


def broken(page: Page) -> None:
    """The page for a failure of ours: rendered here, since nothing on the desk fails when asked to."""
    page.set_content(errors.failed(HttpRequest()).content.decode())
    page.wait_for_load_state("networkidle")


def password(page: Page) -> None:
    """As the pages about signing in want it; where it is not asked for nothing is done."""
    if page.locator("main input[name=password]").count():
        submit(SIGN_IN, password=PASSWORD)(page)


def new_password(typed: str) -> Act:
    return submit(SIGN_IN, password=typed, again=typed)


templates = press("[data-templates]", "#starter-options > *")
second_factor = submit(SIGN_IN, login="guarded", password=PASSWORD)
wrong_password = submit(SIGN_IN, login="oper", password="не тот пароль")
