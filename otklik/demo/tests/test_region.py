import stat
from pathlib import Path
from random import Random

import pytest
from django.db import transaction

from otklik.answers.models import Answer, Template
from otklik.answers.templates import Facts, fill, left_open
from otklik.demo.history.ledger import Ledger
from otklik.demo.history.load import load_history
from otklik.demo.history.rows import catch_up
from otklik.demo.starters import READY_QUESTIONS, STARTERS
from otklik.demo.tests.conftest import NOW, make_region
from otklik.demo.users import make_users
from otklik.demo.walls import ALL, FOREIGN
from otklik.incidents.models import Incident
from otklik.journal import book, seals
from otklik.journal.models import Entry
from otklik.journal.tests.whole import whole
from otklik.networks.legal import allowed
from otklik.networks.models import Account, Source, Token
from otklik.networks.registry import NETWORKS
from otklik.people.access import may, reach
from otklik.people.models import Agency, Grant, Role, User
from otklik.people.permissions import Permission
from otklik.places.models import Place
from otklik.routing.models import Calendar, Norm, Rule
from otklik.themes.models import Theme

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("region")]

COUNTED = (Place, Theme, Agency, Rule, Calendar, Norm, Template, User, Grant, Account, Source, Token)
FEW = 60


def test_the_region_has_its_places_themes_and_templates_and_making_it_twice_changes_nothing() -> None:
    assert Place.objects.filter(level=Place.Level.MUNICIPALITY).count() == 44
    assert Place.objects.filter(level=Place.Level.SETTLEMENT, latitude__isnull=False).count() > 200
    assert Theme.objects.count() > 300
    assert Template.objects.count() >= 20
    assert {*Template.objects.values_list("kind", flat=True)} == {*Answer.Kind.values}, "also whether it helped"
    anapa = Place.objects.get(code="anapa-anapa")
    assert anapa.parent is not None
    assert anapa.path == f"/{anapa.parent.parent_id}/{anapa.parent_id}/{anapa.pk}/"
    before = [model._default_manager.count() for model in COUNTED]
    make_region()
    assert [model._default_manager.count() for model in COUNTED] == before


def test_every_role_can_sign_in_and_nobody_without_the_printed_password(data_folder: Path) -> None:
    signs = make_users(NOW)
    assert {sign.role for sign in signs} == {str(role.label) for role in Role}
    printed = {sign.username for sign in signs}
    assert User.objects.filter(username__in=printed, demo=True).count() == len(printed)
    for colleague in User.objects.exclude(username__in=printed)[:5]:
        assert not colleague.has_usable_password()
    assert make_users(NOW) == signs, "the passwords are the same after a restart"
    kept = data_folder / "demo-passwords.txt"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    for spoilt in (None, b"", b"\xff\xfe\x00", b"oper\nonly one word a line\n"):
        if spoilt is not None:
            kept.write_bytes(spoilt)
        for sign in make_users(NOW):
            assert User.objects.get(username=sign.username).check_password(sign.password), (sign.username, spoilt)


def test_an_executor_reaches_his_agency_alone_and_the_regional_approver_all() -> None:
    water, roads = Agency.objects.get(code="krasnodar-voda"), Agency.objects.get(code="krasnodar-transport")
    executor, approver = User.objects.get(username="vodokanal"), User.objects.get(username="sogl")
    assert [may(executor, [Permission.HOLD], agency.path, "") for agency in (water, roads)] == [True, False]
    assert all(may(approver, [Permission.APPROVE], agency.path, "") for agency in Agency.objects.all())
    assert reach(executor)


def test_every_network_has_places_with_all_needed_keys_and_is_switched_on() -> None:
    for kind, network in NETWORKS.items():
        needed = {key.kind for key in network.keys if key.needed}
        accounts = Account.objects.filter(network=kind)
        assert accounts.filter(agency=None).count() == 1
        assert Source.objects.filter(network=kind, kind=Source.Kind.OWN).count() == accounts.count()
        for account in accounts:
            assert account.sandbox
            assert needed <= set(account.tokens.values_list("kind", flat=True))
        here = allowed(kind)
        assert here.decided
        assert (here.read, here.speak, "Учебный регион" in here.decided.reason) == (True, True, True)
    sources, accounts = Source.objects.filter(network="vk"), Account.objects.filter(network="vk", sandbox=True)
    assert sources.count() == len(ALL)
    assert sources.filter(kind=Source.Kind.FOREIGN).count() == len(FOREIGN) == 8
    assert accounts.count() == 13
    assert all(account.tokens.count() == 3 for account in accounts)
    assert sources.filter(guests_may_speak=False).count() == 1
    assert not Source.objects.filter(due_at__isnull=False).exists()


def test_ready_questions_hang_on_the_themes_they_ask_about_and_a_card_may_fill_every_hole() -> None:
    for group, theme, title, _text in READY_QUESTIONS:
        template = Template.objects.select_related("theme__group", "group").get(title=title)
        assert template.kind == "question"
        hangs_on = template.theme.group if template.theme else template.group
        assert hangs_on is not None
        assert (hangs_on.name, template.theme.name if template.theme else "") == (group, theme)
    facts = Facts("Анна", "Ёлкино", "улица Мира, 5", "Водоканал", NOW.date(), NOW.date())
    texts = [text for _title, _kind, text in STARTERS] + [text for *_about, text in READY_QUESTIONS]
    assert [left_open(fill(text, facts)) for text in texts] == [[]] * len(texts)


def seal_and_cards(seed: int) -> tuple[str, list[tuple[str, str]]]:
    """The seal of the journal and the cards' states and texts of a history that leaves nothing behind."""
    point = transaction.savepoint()
    load_history(NOW, count=FEW, seed=seed)
    seal = seals.head()[1]
    cards = list(Incident.objects.order_by("number").values_list("state", "messages__text"))
    transaction.savepoint_rollback(point)
    return seal, sorted(cards)


def test_the_same_seed_gives_the_same_history_to_the_last_seal_and_another_seed_another() -> None:
    assert seal_and_cards(5) == seal_and_cards(5) != seal_and_cards(6)


def test_a_load_that_was_broken_off_leaves_nothing_and_can_be_repeated() -> None:
    def pull(done: int, total: int) -> None:
        if done > total / 2:
            raise RuntimeError("the plug was pulled")

    with pytest.raises(RuntimeError, match="plug"):
        load_history(NOW, count=FEW, progress=pull)
    assert not Incident.objects.exists()
    assert not Entry.objects.exists()
    load_history(NOW, count=FEW)
    assert Incident.objects.count() == FEW


def test_the_ledger_goes_on_where_the_journal_ends_in_the_order_of_time_and_then_of_telling() -> None:
    with book.turn():
        book.write(at=NOW, actor="user:1", verb="user.signed_in", subject="user:1")
        ledger = Ledger()
        ledger.tell(NOW, "machine:triage", "suggest", 1)
        ledger.tell(NOW.replace(hour=3), "machine:triage", "open", 1, data={"message": 2})
        ledger.tell(NOW, "machine:triage", "dismiss", 1, reason="spam", words="реклама")
        ledger.write(Random(1), lambda done, total: None)
    catch_up()
    verbs = list(Entry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["user.signed_in", "incident.open", "incident.suggest", "incident.dismiss"]
    assert whole()
