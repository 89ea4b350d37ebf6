"""What the newcomer does in the browser, as the guide's section says it: one function a paragraph."""

from collections.abc import Mapping

from playwright.sync_api import Page, expect

PASSWORD = "Озёра и леса зимой"  # noqa: S105 of a region that lives for ten minutes
COMPLAINT = "На Лесной, 12 не горит фонарь, темно идти с остановки!"
ANSWER = "Здравствуйте! Фонарь на Лесной, 12 заменили сегодня утром, он горит."
AGENCY = "Горсвет"


def come_in(page: Page, link: str, site: str) -> None:
    """The link of the first administrator: a password, then the sign-in, and «Запуск»."""
    page.goto(link)
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=again]", PASSWORD)
    page.get_by_role("button", name="Сохранить пароль").click()
    expect(page.get_by_text("Пароль сохранён")).to_be_visible()
    page.goto(f"{site}/accounts/login/")
    page.fill("[name=login]", "admin")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Войти").click()
    expect(page.get_by_role("heading", name="Запуск", exact=True)).to_be_visible()


def set_up(page: Page, site: str, keys: Mapping[str, str]) -> None:
    """Norms, an agency, the community with its keys, the source."""
    page.goto(f"{site}/admin/start/calendar/")
    page.get_by_role("button", name="Записать и дальше").click()
    expect(page.get_by_text("Записано.")).to_be_visible()
    page.goto(f"{site}/admin/agencies/addition/")
    page.fill("[name=short_name]", AGENCY)
    page.fill("[name=name]", "МУП «Горсвет»")
    page.get_by_role("button", name="Добавить").click()
    expect(page.get_by_text("Ведомство добавлено.")).to_be_visible()
    page.goto(f"{site}/admin/start/network/")
    page.locator("main a[href*='network=']", has_text=keys["Сеть"]).first.click()
    page.fill("[name=number]", keys["Сообщество"])
    page.fill("[name=title]", "Город Озёрск")
    for name, title in (("community", "Ключ сообщества"), ("service", "Сервисный ключ"), ("user", "Ключ пользователя")):
        page.fill(f"[name={name}]", keys[title])
    page.get_by_role("button", name="Проверить и добавить").click()
    expect(page.get_by_text("ключи проверены")).to_be_visible()
    page.goto(f"{site}/admin/sources/addition/")
    page.locator("[name=account]").select_option(index=1)
    page.fill("[name=pasted]", keys["Сообщество"])
    page.get_by_role("button", name="Добавить").click()
    expect(page.get_by_text("Добавлен 1 источник.")).to_be_visible()


def complain(page: Page, keys: Mapping[str, str]) -> None:
    """A citizen, on the network's own page."""
    page.goto(keys["Жители пишут здесь"])
    page.get_by_role("textbox", name="Комментарий").first.fill(COMPLAINT)
    page.get_by_role("button", name="Отправить").first.click()
    expect(page.get_by_text(COMPLAINT)).to_be_visible()


def answer(page: Page, site: str) -> None:
    """The card comes by itself; it is given to the agency, answered and approved."""
    page.goto(f"{site}/queue/")
    expect(page.locator("main")).to_contain_text("не горит фонарь")
    page.goto(f"{site}/incidents/1/")
    page.locator("#next button", has_text="освещения на дорогах").first.click()
    page.get_by_label("Кому назначить").fill(AGENCY)
    page.get_by_role("option", name=AGENCY).first.click()
    page.get_by_role("button", name="Назначить").first.click()
    page.locator("textarea[name=text]").fill(ANSWER)
    page.get_by_text("Решено", exact=True).first.click()
    page.locator("[name=proof]").select_option("phone")
    page.locator("[name=proof_words]").fill("Позвонили жителю")
    page.get_by_role("button", name="На согласование").click()
    page.get_by_role("button", name="Согласовать", exact=True).click()


def see(page: Page, keys: Mapping[str, str], site: str) -> None:
    """The citizen sees the answer under his own words, the administrator that the first one is out."""
    page.goto(f"{site}/admin/start/")
    page.goto(keys["Жители пишут здесь"])
    expect(page.get_by_text(ANSWER)).to_be_visible()
