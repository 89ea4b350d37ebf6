from otklik.themes.versions import There, Wanted, match

ROADS, YARDS = "Дороги", "Благоустройство"
HOLE = There(1, "dorogi.yamy", "Ямы на дорогах", 10, ROADS, ("Выбоины",))
SIGN = There(2, "dorogi.znaki", "Дорожные знаки", 10, ROADS)
YARD = There(3, "blago.yamy", "Ямы во дворах", 11, YARDS)
OTHER = There(4, "blago.prochee", "Прочее", 11, YARDS)
REST = There(5, "dorogi.prochee", "Прочее", 10, ROADS)
ALL = (HOLE, SIGN, YARD, OTHER, REST)


def matches_of(*wanted: Wanted) -> dict[int, int]:
    """Row → the theme that goes on in it; 0 for a new one."""
    return {one.wanted.number: one.theme.pk if one.theme else 0 for one in match(wanted, ALL).pairs}


def test_a_code_is_stronger_than_a_name_and_a_group_than_none() -> None:
    assert matches_of(
        Wanted(1, ROADS, "Разбитые дороги", "dorogi.yamy"),
        Wanted(2, YARDS, "прочее"),
        Wanted(3, ROADS, "ПРОЧЕЕ."),
        Wanted(4, "Дворы", "Ямы во дворах"),
    ) == {1: 1, 2: 4, 3: 5, 4: 3}
    assert matches_of(Wanted(1, ROADS, "выбоины")) == {1: 1}, "another spelling"
    assert matches_of(Wanted(1, "Новая группа", "Прочее")) == {1: 0}, "two groups have the name"


def test_what_is_alike_waits_for_a_person_and_what_cannot_be_is_said_with_its_row() -> None:
    matching = match([Wanted(1, ROADS, "Ямы на дороге"), Wanted(2, ROADS, "Шум самолётов")], ALL)
    assert [(one.number, like.pk) for one, like in matching.unsure] == [(1, HOLE.pk)]
    explicit_matching = match([Wanted(1, ROADS, "Ямы на дороге", was=())], ALL)
    assert (explicit_matching.unsure, explicit_matching.pairs[0].theme, HOLE in explicit_matching.dropped) == (
        [],
        None,
        True,
    )
    explicit_matching = match([Wanted(1, ROADS, "Ямы на дороге", was=("Ямы на дорогах",))], ALL)
    assert (explicit_matching.unsure, explicit_matching.pairs[0].theme) == ([], HOLE)
    matching = match([Wanted(1, ROADS, "Ямы", was=("blago.yamy", "Ямы на дорогах"))], ALL)
    assert (matching.pairs[0].theme, matching.pairs[0].merged) == (YARD, (HOLE,))
    assert {one.pk for one in matching.dropped} == {2, 4, 5}
    wanted = [Wanted(1, ROADS, "А", was=("dorogi.yamy",)), Wanted(2, ROADS, "Б", was=("Ямы на дорогах",))]
    wanted += [Wanted(3, ROADS, "В", was=("Прочее",)), Wanted(4, ROADS, "Г", was=("Луна",)), Wanted(5, ROADS, "г")]
    matching = match(wanted, ALL)

    words = dict(matching.wrong)
    for number, part in {2: "уже названа в строке 1", 3: "несколько", 4: "нет", 5: "строке 4"}.items():
        assert part in words[number]
