"""The name of a street does not speak of its theme, and everything else of the text does."""

import pytest

from otklik.triage.alone import alone
from otklik.triage.place.unnamed import unnamed


def test_the_name_goes_and_the_kind_of_street_stays() -> None:
    text = "На ул. Лесная, 5 и по Больничной нет воды"
    spans = [("street", 3, 13), ("house", 15, 16), ("street", 22, 32)]
    assert unnamed(text, spans) == "На ул, 5 и по улице нет воды"
    assert unnamed("Яма на Ростовском шоссе", [("street", 7, 23)]) == "Яма на шоссе"
    assert unnamed("В лесу свалка", []) == "В лесу свалка"


@pytest.mark.parametrize("street", ["Больничная", "Лесная", "Школьная", "Вокзальная"])
def test_a_street_called_after_a_thing_is_not_about_it(street: str) -> None:
    recognisers = alone(embeddings=False)
    told, plain = recognisers.verdicts([{"text": f"Улица {street}, 5: нет воды"}, {"text": "Улица, 5: нет воды"}])
    assert told["place"]["street"] == f"улица {street}"
    assert told["themes"] == plain["themes"]
