"""People at their browsers, by the pages alone, so that any version of the program may be behind them; and a judge who
holds what their browsers told them against the journal and the cards.
"""

import re
import threading
from collections import Counter, deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser

import httpx

from bench.chaos.crowd import sign_in

DEEDS = {"note": "operator", "assign": "operator", "draft": "executor", "submit": "executor", "approve": "approver"}
"""What is done to each card in its turn, by the journal's word, and by whom."""
PATHS = {"note": "notes", "assign": "assignment", "draft": "draft", "submit": "submission"}
PAUSE, REST = 0.1, 1.0
"""Seconds in which a person does not press, and in which he does not where no card waits for him."""
FINAL = {"kind": "final", "outcome": "solved", "proof": "phone", "proof_words": "Позвонили жителю"}


@dataclass(frozen=True, slots=True)
class Press:
    """`what` is the deed, of a note with its words: each is another one. `fate` is what the browser was told: "done";
    "refused", by a page; "nobody" was there to be asked; "broken", the line was before it told anything."""

    card: int
    what: str
    fate: str


def judged(pressed: Collection[Press], journal: Counter[tuple[int, str]], cards: Counter[tuple[int, str]]) -> list[str]:
    """What is wrong. `journal` and `cards` are how often each deed is told of, and stands, by card and deed."""
    done, broken = (Counter((one.card, one.what) for one in pressed if one.fate == fate) for fate in ("done", "broken"))
    wrong = []
    for at in sorted({*done, *broken, *journal, *cards}):
        journal_count, card_count = journal[at], cards[at]
        if journal_count != card_count:
            wrong.append(f"card {at[0]} {at[1]}: {journal_count} times in the journal, {card_count} on the card")
        elif not done[at] <= journal_count <= done[at] + broken[at]:
            wrong.append(
                f"card {at[0]} {at[1]}: there {journal_count} times, acknowledged {done[at]}, broken off {broken[at]}"
            )
    return wrong


class People:
    """`count` of each kind, pressing until `stop` is called. `texts` are the answers, by the number of the house that a
    card is about. `ended` is how many cards have their answer approved, `words` what else the browsers have met."""

    def __init__(self, base: str, count: int, texts: Mapping[str, str]) -> None:
        self.base, self.texts = base, texts
        self.pressed: list[Press] = []
        self.words: Counter[str] = Counter()
        self.left: deque[tuple[int, tuple[str, ...]]] = deque()
        self.known: set[int] = set()
        self.ended = 0
        self.faults: list[BaseException] = []
        self._lock, self._stopped = threading.Lock(), threading.Event()
        signed = {name: sign_in(base, name).cookies for name in {*DEEDS.values()}}
        self._threads = [
            threading.Thread(target=self._work, args=(number, {**signed}), daemon=True) for number in range(count)
        ]

    def start(self) -> None:
        for one in self._threads:
            one.start()

    def stop(self) -> None:
        """Raises what they could not go on from."""
        self._stopped.set()
        for one in self._threads:
            one.join()
        if self.faults:
            raise self.faults[0]

    def _work(self, number: int, signed: Mapping[str, httpx.Cookies]) -> None:
        browsers = {
            name: httpx.Client(base_url=self.base, timeout=60, trust_env=False, cookies=cookies)
            for name, cookies in signed.items()
        }
        try:
            while not self._stopped.wait(PAUSE if self.left else REST):
                if not self.left:
                    self._look_for_cards(browsers["operator"])
                self._go_on(browsers, f"Заметка {number}-{len(self.pressed)}")
        except BaseException as fault:  # the one who waits for them tells
            self.faults.append(fault)

    def _look_for_cards(self, operator: httpx.Client) -> None:
        page = self._page(operator, "/queue/")
        with self._lock:
            for card in map(int, dict.fromkeys(re.findall(r"/incidents/(\d+)/", page))):
                if card not in self.known:
                    self.known.add(card)
                    self.left.append((card, tuple(DEEDS)))

    def _go_on(self, browsers: Mapping[str, httpx.Client], words: str) -> None:
        """The next deed on the card that has waited longest; a further note where no card waits. Whoever does not know
        whether the last one was done looks at the card, as people do."""
        with self._lock:
            if not self.known:
                return
            card, deeds = self.left.popleft() if self.left else (max(self.known), ("note",))
        done = self._press(browsers[DEEDS[deeds[0]]], card, deeds[0], words)
        with self._lock:
            self.ended += done and deeds[0] == "approve"
            deeds = deeds[1:] if done else deeds
            if deeds:
                self.left.append((card, deeds))

    def _press(self, browser: httpx.Client, card: int, deed: str, words: str) -> bool:
        """Whether it need not be pressed again."""
        page = self._page(browser, f"/incidents/{card}/")
        if not page:
            return False
        number = re.search(r"Красной, (\d+)", page)
        form = forms_of(page)
        path = f"/incidents/{card}/{PATHS[deed]}/" if deed in PATHS else next(_approvals(form), "")
        if deed in ("submit", "approve") and path not in form:
            return True  # it was heard, and the answer got lost
        form_data = {**form.get(path, {}), "csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        if deed == "assign" and not form_data.get("seen", "").startswith("new."):
            return True
        if deed == "assign" and not form_data.get("agency"):
            return False  # nobody has suggested one yet
        form_data |= {
            "note": {"note": words},
            "draft": {"text": self.texts[number[1]] if number else ""},
            "submit": FINAL,
            "approve": {"despite": "Так задумано"},
        }.get(deed, {})
        if deed == "draft" and form.get(path, {}).get("text"):
            return True
        fate = self._post(browser, path, form_data)
        with self._lock:
            self.pressed.append(Press(card, f"note {words}" if deed == "note" else deed, fate))
        return fate == "done" or (deed == "note" and fate == "broken")

    def _page(self, browser: httpx.Client, path: str) -> str:
        """ "" where there is none."""
        try:
            answer = browser.get(path)
        except httpx.TransportError as error:
            self.words[type(error).__name__] += 1
            return ""
        if answer.status_code != 200:
            self.words[f"HTTP {answer.status_code}"] += 1
        return answer.text if answer.status_code == 200 else ""

    def _post(self, browser: httpx.Client, path: str, form: Mapping[str, str]) -> str:
        try:
            answer = browser.post(path, data=form)
        except httpx.ConnectError:
            return "nobody"
        except httpx.TransportError:
            return "broken"
        signed_out = answer.status_code == 302 and "/accounts/" in answer.headers["location"]
        if answer.status_code >= 400 or signed_out:
            self.words[f"HTTP {answer.status_code} at {path.split('/')[-2]}"] += 1
        return "refused" if answer.status_code >= 400 or signed_out else "done"


def _approvals(forms: Mapping[str, object]) -> Iterator[str]:
    return (path for path in forms if re.fullmatch(r"/answers/\d+/approval/", path))


def forms_of(page: str) -> dict[str, dict[str, str]]:
    """The forms of a page, by where each goes: its fields and what stands in them, without what is to be ticked."""
    reader = _Forms()
    reader.feed(page)
    return reader.forms


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, str]] = {}
        self._form: dict[str, str] = {}
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = self.forms.setdefault(attributes.get("action", ""), {})
        elif tag == "button" and "formaction" in attributes:
            self.forms[attributes["formaction"]] = self._form
        elif tag == "input" and attributes.get("type") not in ("checkbox", "radio", "file") and "name" in attributes:
            self._form[attributes["name"]] = attributes.get("value", "")
        self._area = attributes.get("name", "") if tag == "textarea" else ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self._form[self._area] = self._form.get(self._area, "") + data.strip()

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = {}
        self._area = ""
