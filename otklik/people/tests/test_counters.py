from datetime import timedelta

import pytest
from django.core.cache import cache

from otklik.lib import clock
from otklik.people import counters
from otklik.people.models import Counter
from tests.at_once import at_once


@pytest.mark.django_db
class TestRows:
    """One after the other."""

    def test_what_was_set_is_there_until_its_time_has_come_and_a_lock_is_had_by_one(self) -> None:
        cache.set("a", [1.5, 2], 60)
        cache.set("gone", 1, 0)
        assert (cache.get("a"), cache.get("gone"), cache.get("none", "else")) == ([1.5, 2], None, "else")
        assert cache.delete("a")
        assert not cache.delete("a")
        assert cache.add("lock", True, 60)
        assert not cache.add("lock", True, 60)
        Counter.objects.update(until=clock.now())
        assert cache.add("lock", True, 60)
        assert not cache.add("lock", True, 60)

    def test_what_somebody_typed_is_not_kept_as_a_name(self) -> None:
        cache.set("login:вместо имени пароль\x00 " + "x" * 5000, 1, 60)
        (kept,) = Counter.objects.values_list("key", flat=True)
        assert len(kept) == 64
        assert "пароль" not in kept

    def test_what_has_ended_is_forgotten_and_nothing_else(self) -> None:
        cache.set("old", 1, 10)
        cache.set("new", 1, 1000)
        cache.set("for-ever", 1, None)
        counters.forget(clock.now() + timedelta(seconds=11))
        assert Counter.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_many_who_want_one_lock_at_a_time_one_has_it() -> None:
    assert sorted(at_once(lambda name: cache.add(name, True, 60), ["lock"] * 5)) == [False] * 4 + [True]
