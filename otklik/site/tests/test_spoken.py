"""What was wanted against what stands: each text explains one, and only where it may stand."""

from otklik.site.spoken import PRIVATE, Spoken, Standing, Wanted, compare

DEEP = Wanted("comment 2", "да", ("comment 1", "post"))


def test_said_as_wanted_twice_and_by_nobody() -> None:
    wanted = [Wanted("a", "да"), Wanted("b", "нет")]
    standing = [Standing("a", "да"), Standing("a", "да"), Standing("a", "нет"), Standing("c", "да")]
    assert compare(wanted, standing) == Spoken(1, 1, 2)


def test_two_that_want_the_same_words_are_said_by_two_texts() -> None:
    assert compare([DEEP, DEEP], [Standing("comment 2", "да")] * 3) == Spoken(2, 1, 0)


def test_a_network_may_hang_an_answer_higher() -> None:
    for above in DEEP.above:
        assert compare([DEEP], [Standing(above, "да")], {"post"}) == Spoken(1, 0, 0)
        assert compare([DEEP], [Standing(above, "да")] * 2, {"post"}) == Spoken(1, 1, 0)


def test_what_stands_in_its_own_place_explains_nothing_higher() -> None:
    both = [Standing("comment 2", "да"), Standing("comment 1", "да")]
    assert compare([DEEP], both) == Spoken(1, 0, 1)
    assert compare([DEEP], both[::-1]) == Spoken(1, 0, 1)


def test_the_same_words_to_two_people_under_one_comment_are_two() -> None:
    wanted = [DEEP, Wanted("comment 3", "да", ("comment 1", "post"))]
    assert compare(wanted, [Standing("comment 1", "да")] * 2) == Spoken(2, 0, 0)
    assert compare(wanted, [Standing("comment 1", "да")] * 3) == Spoken(2, 1, 0)


def test_under_its_own_post_an_office_needs_nobody() -> None:
    assert compare([], [Standing("post", "новости"), Standing("comment 1", "нет")], {"post"}) == Spoken(0, 0, 1)


def test_a_private_answer_to_public_words_may_stand_in_any_dialogue_and_nowhere_else() -> None:
    wanted = [Wanted("comment 1", "да", (PRIVATE,))]
    assert compare(wanted, [Standing("dialogue", "да", private=True)]) == Spoken(1, 0, 0)
    assert compare(wanted, [Standing("comment 2", "да")]) == Spoken(0, 0, 1)
