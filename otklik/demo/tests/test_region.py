import stat
from pathlib import Path

import pytest

from otklik.answers.models import Template
from otklik.demo.tests.conftest import NOW, furnish
from otklik.demo.users import make_users
from otklik.demo.walls import ALL, FOREIGN
from otklik.networks.legal import allowed
from otklik.networks.models import Account, Source, Token
from otklik.networks.registry import NETWORKS
from otklik.people.access import may, reach
from otklik.people.models import Agency, Grant, Role, User
from otklik.people.permissions import Permission
from otklik.places.models import Place
from otklik.routing.models import Calendar, Norm, Rule
from otklik.themes.models import Theme

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("furnished")]

COUNTED = (Place, Theme, Agency, Rule, Calendar, Norm, Template, User, Grant, Account, Source, Token)


def test_the_region_has_its_municipalities_settlements_and_themes() -> None:
    assert Place.objects.filter(level=Place.Level.MUNICIPALITY).count() == 44
    assert Place.objects.filter(level=Place.Level.SETTLEMENT, latitude__isnull=False).count() > 200
    assert Theme.objects.count() > 300
    assert Template.objects.count() >= 20
    anapa = Place.objects.get(code="anapa-anapa")
    assert anapa.path == f"/{anapa.parent.parent_id}/{anapa.parent_id}/{anapa.pk}/" if anapa.parent else False


def test_loading_twice_changes_nothing() -> None:
    before = [model._default_manager.count() for model in COUNTED]
    furnish()
    assert [model._default_manager.count() for model in COUNTED] == before


def test_every_role_can_sign_in_and_nobody_without_the_printed_password() -> None:
    signs = make_users(NOW)
    assert {sign.role for sign in signs} == {str(role.label) for role in Role}
    for sign in signs:
        user = User.objects.get(username=sign.username)
        assert user.check_password(sign.password), sign.username
        assert user.demo
    printed = {sign.username for sign in signs}
    for colleague in User.objects.exclude(username__in=printed)[:5]:
        assert not colleague.has_usable_password()


def test_passwords_are_the_same_after_a_restart_and_only_the_owner_reads_them(quick: Path) -> None:
    assert make_users(NOW) == make_users(NOW)
    kept = quick / "demo-passwords.txt"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


@pytest.mark.parametrize("spoilt", [b"", b"\xff\xfe\x00", b"oper\nonly one word a line\n"])
def test_a_broken_password_file_means_new_passwords_that_work(quick: Path, spoilt: bytes) -> None:
    (quick / "demo-passwords.txt").write_bytes(spoilt)
    for sign in make_users(NOW):
        assert User.objects.get(username=sign.username).check_password(sign.password)


def test_an_executor_reaches_his_agency_alone_and_the_regional_approver_all() -> None:
    water, roads = Agency.objects.get(code="krasnodar-voda"), Agency.objects.get(code="krasnodar-transport")
    executor, approver = User.objects.get(username="vodokanal"), User.objects.get(username="sogl")
    assert may(executor, [Permission.HOLD], water.path, "")
    assert not may(executor, [Permission.HOLD], roads.path, "")
    assert all(may(approver, [Permission.APPROVE], agency.path, "") for agency in Agency.objects.all())
    assert reach(executor)


def test_own_walls_have_a_voice_with_three_tokens_and_foreign_ones_are_only_read() -> None:
    sources, accounts = Source.objects.filter(network="vk"), Account.objects.filter(network="vk", sandbox=True)
    assert sources.count() == len(ALL)
    assert sources.filter(kind=Source.Kind.FOREIGN).count() == len(FOREIGN) == 8
    assert accounts.count() == 13
    assert all(account.tokens.count() == 3 for account in accounts)
    assert sources.filter(guests_may_speak=False).count() == 1
    assert not Source.objects.filter(due_at__isnull=False).exists()


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
        assert here.read
        assert here.speak
        assert here.decided
        assert "Учебный регион" in here.decided.reason
