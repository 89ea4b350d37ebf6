"""How often somebody may ask."""

from otklik.lib import often
from otklik.lib.often import Often


def test_so_many_within_the_window_and_then_when_the_first_has_left_it() -> None:
    window = Often(seconds=60)
    assert [window.wait("a", 2, now) for now in (0, 10)] == [0, 0]
    assert window.wait("a", 2, 30) == 30
    assert window.wait("a", 2, 59.5) == 0.5, "a refused ask does not count"
    assert window.wait("b", 2, 59.5) == 0
    assert window.wait("a", 2, 60) == 0
    assert window.wait("a", 2, 61) == 9


def test_nobody_fills_the_memory_with_keys() -> None:
    window = Often()
    for number in range(often.MOST_KEYS + 5):
        window.wait(str(number), 1, 0)
    assert len(window._asked) <= often.MOST_KEYS


def test_all_begin_anew_when_they_are_forgotten() -> None:
    window = Often()
    window.wait("a", 1, 0)
    window.forget()
    assert window.wait("a", 1, 1) == 0
