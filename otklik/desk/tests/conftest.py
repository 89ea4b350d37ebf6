"""`town` has its people and no card yet, `region` is a small region to fill with cards, `office` has its
administrators, `admin` is the one over it all."""

import pytest
from django.test import Client

from otklik.desk.tests.admin_data import Office, make_office
from otklik.desk.tests.card_data import Town, make_town
from otklik.desk.tests.clients import signed_in
from otklik.desk.tests.queue_data import Region, make_region


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


@pytest.fixture
def region(db: None) -> Region:
    return make_region()


@pytest.fixture
def office(db: None) -> Office:
    return make_office()


@pytest.fixture
def admin(office: Office) -> Client:
    return signed_in(office.admin)
