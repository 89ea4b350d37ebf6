"""The English of the interface: the catalogue is complete and sound, and no page leaves Russian words standing."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.mofile import write_mo
from django.db.models import Model
from django.test import Client, override_settings
from django.utils import timezone, translation

from otklik.answers import drafts
from otklik.answers.models import Answer
from otklik.desk.tests.catalogue import PACKAGE, catalogue, in_python, in_template, key_of, messages, wanted
from otklik.feedback.models import Survey
from otklik.inbox.models import Author
from otklik.inbox.models import Message as Written
from otklik.incidents.models import Incident
from otklik.lib.sentence import Sentence
from otklik.networks.models import Account, Source
from otklik.people.models import Agency, User
from otklik.places.models import Place
from otklik.publishing import fate
from otklik.publishing.models import Delivery
from otklik.routing.noise import dismiss
from otklik.themes.models import Theme, ThemeGroup
from otklik.triage.models import Verdict
from otklik.work.translated import translated
from tests.make.people import signed_in
from tests.make.town import Town, make_town

pytestmark = pytest.mark.once
CYRILLIC = re.compile(r"[А-Яа-яЁё]")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z%]|{\w*}")

# Modules whose sentences people read, although they cannot translate them themselves.
BELOW = (
    *(f"answers/{name}.py" for name in ("acts", "binding", "copies", "drafts", "exposing", "fitting", "grounds")),
    *(f"answers/{name}.py" for name in ("moments", "parts", "sending", "spread", "statements", "steps")),
    *(f"publishing/{name}.py" for name in ("asked", "astray", "fate", "look", "restored", "send", "voices")),
    *(f"reports/{name}.py" for name in ("docx_file", "lost", "periods", "spans", "template_words", "typeface")),
    *(
        "inbox/by_hand.py",
        "incidents/workflow.py",
        "lib/mail.py",
        "lib/neighbour.py",
        "lib/outbox.py",
        "lib/pictures.py",
    ),
    *(
        file.relative_to(PACKAGE).as_posix()
        for file in sorted((PACKAGE / "networks").rglob("*.py"))
        if not {"tests", "migrations", "models.py"} & set(file.parts)
    ),
)
# The rules of the check of words hold lists of words, too: what they say to people are whole sentences.
STYLE = tuple(file.relative_to(PACKAGE).as_posix() for file in sorted((PACKAGE / "answers/style").glob("*.py")))
SENTENCE = re.compile(r"(?:[А-ЯЁ«]|7 ).*[.!?…»]", re.DOTALL)
# For the log alone: the page says it in its own words.
NEVER_SHOWN = "«7» невозможно из состояния «7»"


@pytest.fixture
def english(tmp_path: Path) -> Iterator[None]:
    """The catalogue as it stands in the sources, whatever was compiled before; the change of the setting loads it."""
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "django.mo").open("wb") as file:
        write_mo(file, catalogue())
    with override_settings(LOCALE_PATHS=[tmp_path], REGION="Lake Region"):
        yield


def english_of(message: Message) -> tuple[str, ...]:
    return tuple(map(str, message.string)) if isinstance(message.string, tuple | list) else (str(message.string),)


def test_every_sentence_is_in_the_catalogue_in_sound_english_and_nothing_else() -> None:
    there, asked_for = {key_of(message) for message in messages()}, wanted()
    assert asked_for - there == set()
    assert there - asked_for == set()
    assert [key_of(message) for message in messages() if not is_sound(message)] == []
    assert is_sound(Message("день %(n)s", "day %(n)s"))
    unsound = (("день", ""), ("день", "дay"), ("%(n)s дней", "%(m)s days"), ("%d дней", "days"), (" дня", "day"))
    assert [pair for pair in unsound if is_sound(Message(*pair))] == []


def test_whoever_wrote_to_us_has_one_name_on_all_pages() -> None:
    """«Житель» (docs/glossary.md). An «автор» is whoever wrote an answer or a note."""
    ours = re.compile(r"авторами: вы и|авторов будет двое|её автор$|автор ответа|авторы не согласились|его автор")
    sentences = [str(words) for message in messages() for words in key_of(message)]
    other = re.compile(r"\b(?:автор|заявител|гражданин|гражданк)")
    assert [one for one in sentences if other.search(ours.sub("", one.lower()))] == []


def test_the_scanner_finds_each_way_of_asking_for_a_translation() -> None:
    python = (
        "from django.utils.translation import gettext as _, ngettext, pgettext, gettext_lazy\n"
        "_('раз' 'два'); gettext_lazy('лень'); ngettext('день', 'дни', 2); pgettext('где', 'тут'); _(name); no('нет')"
    )
    assert set(in_python(python)) == {("", "раздва", ""), ("", "лень", ""), ("", "день", "дни"), ("где", "тут", "")}
    template = (
        "{% translate 'один' %}{% translate \"два\" context 'счёт' as two %}{{ name|default:_(\"три\") }}"
        "{% blocktranslate count n=number %}{{ n }} %{% plural %}по {{ n }}{% endblocktranslate %}"
        "{# {% translate 'нет' %} #}"
    )
    assert set(in_template(template)) == {
        ("", "один", ""),
        ("счёт", "два", ""),
        ("", "три", ""),
        ("", "%(n)s %%", "по %(n)s"),
    }


def is_sound(message: Message) -> bool:
    """Not left for later, not empty, no Russian letter, the same placeholders, and a space in front where one was."""
    _context, one, many = key_of(message)
    pairs = zip((one, many) if many else (one,), english_of(message), strict=True)
    return not message.fuzzy and all(
        english.strip()
        and not CYRILLIC.search(english)
        and sorted(PLACEHOLDER.findall(english)) == sorted(PLACEHOLDER.findall(russian))
        and english[0].isspace() == russian[0].isspace()
        for russian, english in pairs
    )


def unmarked(path: str) -> Iterator[str]:
    """Russian strings of a module that stand in no Sentence, docstrings left out."""
    return unmarked_in((PACKAGE / path).read_text(encoding="utf-8"), whole_ones=path in STYLE)


def unmarked_in(source: str, whole_ones: bool = False) -> Iterator[str]:
    """`whole_ones`: whole sentences alone. Where a string has a value of its own in it stands «7»."""
    tree = ast.parse(source)
    inside = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            inside.update(map(id, node.values))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "Sentence"):
            inside.update(id(one) for one in node.args if isinstance(one, ast.Constant))
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            words = "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            words = node.value
        else:
            continue
        if CYRILLIC.search(words) and (SENTENCE.fullmatch(words) or not whole_ones):
            yield words


def test_whatever_a_layer_below_says_is_a_sentence_that_can_be_translated() -> None:
    for path in (*BELOW, *STYLE):
        assert [words for words in unmarked(path) if words != NEVER_SHOWN] == [], path
    source = (
        '"""Докстрока."""\nfrom otklik.lib.sentence import Sentence as _\n'
        "[_('Да.'), _('Ещё %(n)s.') % {'n': 7}, 'Нет.', f'И {n} нет.', _(f'Не {n} так.'), _('Так' if n else 'Сяк')]"
    )
    assert set(unmarked_in(source)) == {"Нет.", "И 7 нет.", "Не 7 так.", "Так", "Сяк"}
    assert set(unmarked_in(source, whole_ones=True)) == {"Нет.", "И 7 нет.", "Не 7 так."}


def test_a_sentence_in_a_sentence_is_translated_whole_and_the_words_of_people_stay(english: None) -> None:
    reason = Sentence("%(sentence)s (%(key)s)") % {
        "sentence": Sentence("Ключ сообщества не подходит или отозван"),
        "key": Sentence("ключ сообщества"),
    }
    stored = Sentence("Сеть отказала: %(words)s") % {"words": reason}
    assert translated(stored) == stored == "Сеть отказала: Ключ сообщества не подходит или отозван (ключ сообщества)"
    percent = Sentence("«%(piece)s» – канцелярит: скажите проще.") % {"piece": "100 %(x)s"}
    with translation.override("en"):
        assert translated(stored) == "The network refused: The community token is wrong or revoked (community token)"
        assert translated(percent) == "“100 %(x)s” is officialese: say it more simply."
        # The words of people stay as they are, and so does what was stored before sentences kept their parts.
        for words in ("", "Решено", "Ключ доступа этого аккаунта не действует: обновите его.", "%(words)s"):
            assert translated(words) == words


@pytest.fixture
def town(db: None, english: None) -> Town:
    """A town with a card in every state, whose data have no Russian letter in them: what is left is the interface's."""
    town = make_town()
    now = timezone.now()
    town.card()
    dismiss(town.card(), f"user:{town.operator.pk}", now, "spam")
    town.assigned()
    town.drafted()
    town.submitted(kind="first")
    drafts.send_back(town.submitted(), town.approver, now, "Make it shorter.")
    town.approved()
    refused = town.approved()
    fate.refused(refused.answer.incident, refused, Sentence("Комментарии под этой записью закрыты"), now)
    dead = Sentence("Ключ доступа этого аккаунта не действует: обновите его.")
    Delivery.objects.filter(pk=town.approved().pk).update(hold=Delivery.Hold.TOKEN, words=dead)
    town.published()
    town.replied()
    for state, reason in (("clarifying", ""), ("postponed", ""), ("done", "rated")):
        ended = {"state": state, "outcome": "solved", "close_reason": reason, "reopened": 2, "returns": 1}
        Incident.objects.filter(pk=town.assigned().pk).update(**ended)
    Written.objects.filter(pk=Written.objects.latest("pk").pk).update(due_at=now, set_aside_at=now, error="KeyError: x")
    Account.objects.create(network="vk", external_id="9", stopped_at=now, stop_reason=dead)
    in_latin_letters()
    return town


def in_latin_letters() -> None:
    names: dict[type[Model], tuple[str, ...]] = {
        **dict.fromkeys((Place, Theme, ThemeGroup, Author), ("name",)),
        **dict.fromkeys((Source, Account), ("title",)),
        **dict.fromkeys((Written, Delivery), ("text",)),
        **dict.fromkeys((Incident, Verdict), ("street",)),
        Agency: ("name", "short_name"),
        User: ("first_name", "patronymic", "last_name"),
        Answer: ("text", "ground_words"),
    }
    for model, columns in names.items():
        model._default_manager.update(**{column: f"Invented {column}" for column in columns})
    Verdict.objects.update(why={}, themes=[])
    Theme.objects.update(keywords=[])


def in_english(user: User | None = None) -> Client:
    client = signed_in(user) if user else Client()
    client.cookies["django_language"] = "en"
    return client


def russian_words(page: str) -> list[str]:
    """What is left in Russian, attributes included. The switch names each language in that language."""
    switched = page.replace(">Русский</button>", "></button>").replace(">Русский</a>", "></a>")
    return re.findall(r"[^\s<>\"]*[А-Яа-яЁё][^<>\"]*", switched)


PARTS = ("", "thread/", "talk/", "decision/", "live/")
TABS = ("new", "work", "approval", "publishing", "postponed", "rating", "done", "noise", "person")
PAGES = {
    "operator": (
        *("/queue/", "/queue/?q=nothing", *(f"/queue/?tab={tab}" for tab in TABS), "/unheard/", "/themes/?q=inv"),
        *("/places/?q=inv", "/agencies/?q=inv", "/health/", "/nowhere/", "/accounts/logout/", "/accounts/2fa/"),
    ),
    "executor": ("/agency/", "/promises/"),
    "other": ("/agency/",),
    "approver": ("/approvals/",),
    "second_approver": ("/approvals/",),
    "admin": ("/health/",),
    "stranger": ("/", "/queue/"),
    "auditor": (
        *(f"/statistics/{query}" for query in ("", "?period=7m", "?period=own&since=x", "export.csv")),
        *(f"/statistics/?since={day}&until=2026-01-01" for day in ("2026-02-01", "1999-01-01", "2019-01-01")),
    ),
}


def test_no_page_and_no_card_in_any_state_leaves_russian_words(town: Town) -> None:
    for who, addresses in PAGES.items():
        client = in_english(getattr(town, who))
        for address in addresses:
            answer = client.get(address)
            assert answer.status_code != 302, (who, address)
            page = answer.getvalue().decode()
            assert page, (who, address)
            assert russian_words(page) == [], (who, address)
    for user in (town.operator, town.executor, town.approver, town.auditor):
        client, seen = in_english(user), set()
        for card in Incident.objects.all():
            for part in PARTS if user in (town.operator, town.executor) else PARTS[:1]:
                answer = client.get(f"/incidents/{card.pk}/{part}")
                if answer.status_code == 200:
                    seen.add(card.state)
                    assert russian_words(answer.content.decode()) == [], (user.username, card.state, part)
        assert len(seen) >= 7, user.username


def test_refusals_and_the_survey_are_in_english_and_signing_in_wholly_so_by_the_switch(town: Town) -> None:
    client = in_english(town.executor)
    draft = Answer.objects.get(state="draft")
    draft_form = {
        "version": draft.version,
        "kind": "final",
        "outcome": "solved",
        "proof": "phone",
        "proof_words": "Звонили",
    }
    for verb, form, status, words in (
        ("submission", {**draft_form, "text": ""}, 422, "The answer is empty"),
        ("draft", {**draft_form, "version": "99", "text": "x"}, 409, "Nothing is lost"),
        ("return", {"reason": ""}, 422, "Choose a reason"),
    ):
        answer = client.post(f"/incidents/{draft.incident_id}/{verb}/", form, headers={"X-Fragment": "1"})
        page = answer.content.decode()
        assert (answer.status_code, words in page) == (status, True), page
        assert russian_words(page) == []
    survey = Survey.objects.filter(incident__state="rating").first()
    assert survey is not None
    client = in_english()
    for answer in (
        client.get(f"/s/{survey.key}/"),
        client.post(f"/s/{survey.key}/", {}),
        client.post(f"/s/{survey.key}/", {"solved": "no", "mark": "1"}, follow=True),
        client.get("/s/no-such-key/"),
    ):
        assert russian_words(answer.content.decode()) == []
    client = Client()
    wrong = {"login": "", "password": ""}, {"login": "operator", "password": "1234567"}
    for language in ("en", "ru"):
        switched = client.post("/language/", {"language": language, "next": "/accounts/login/"})
        assert switched.headers["Location"] == "/accounts/login/"
        pages = [client.get("/accounts/login/"), *(client.post("/accounts/login/", form) for form in wrong)]
        for page in (answer.content.decode() for answer in pages):
            assert f'<html lang="{language}"' in page
            assert ('role="alert"' in page) == (page != pages[0].content.decode())
            assert russian_words(page) == [] if language == "en" else latin_words(page) == []


def latin_words(page: str) -> list[str]:
    """Words in Latin letters that stand on the page itself; the region and the other language are named as they are."""
    text = re.sub(r"<[^>]*>", " ", page[page.index("<title") :])
    return [word for word in re.findall(r"[A-Za-z]{2,}", text) if word not in {"English", "Lake", "Region"}]
