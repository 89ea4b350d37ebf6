import pytest

from otklik.triage.slips import Slips, one_slip

NAMES = Slips(
    (form, name)
    for name, forms in {
        "Тимашёвск": ["тимашевск"],
        "Кропоткин": ["кропоткин"],
        "Ейск": ["ейск"],
        "Северская": ["северская", "северской"],
        "Северский": ["северский"],
    }.items()
    for form in forms
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("тимошевск", "тимашевск"),
        ("тимашевс", "тимашевск"),
        ("тимашшевск", "тимашевск"),
        ("тиамшевск", "тимашевск"),
        ("тимшаевск", "тимашевск"),
        ("тимшоевск", ""),
        ("кропоткен", "кропоткин"),
        ("тимашевск", ""),
        ("тимошевс", ""),
        ("симашевск", ""),
        ("еск", ""),
        ("северскя", "северская"),
        ("северскоя", "северская"),
        ("", ""),
        ("т" * 1000, ""),
    ],
)
def test_one_slip_is_forgiven_in_a_long_word_and_two_are_not(written: str, meant: str) -> None:
    assert NAMES.meant(written) == meant


def test_a_slip_of_two_names_is_of_neither() -> None:
    assert Slips([("николаевка", "Николаевка"), ("николаевна", "Николаевна")]).meant("николаевса") == ""


def test_two_places_that_differ_are_two_slips() -> None:
    assert not one_slip("абвгд", "абгвк")
    assert one_slip("абвгд", "абгвд")
