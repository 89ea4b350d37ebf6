from otklik.site.spoken import PRIVATE, Spoken, Standing, Wanted, compare

DEEP, BESIDE = Wanted("comment 2", "да", ("comment 1", "post")), Wanted("comment 3", "да", ("comment 1", "post"))
HERE, ABOVE, POST = Standing("comment 2", "да"), Standing("comment 1", "да"), Standing("post", "да")
PRIVATELY = Wanted("comment 1", "да", (PRIVATE,))
NEWS, NO = Standing("post", "новости"), Standing("comment 1", "нет")


def test_each_text_explains_one_wanted_and_what_stands_in_its_own_place_or_is_private_no_other() -> None:
    for wanted, standing, spoken in (
        ([DEEP, DEEP], [HERE] * 3, Spoken(2, 1, 0)),  # two that want the same words are said by two texts
        ([DEEP], [ABOVE], Spoken(1, 0, 0)),  # a network may hang an answer higher
        ([DEEP], [ABOVE] * 2, Spoken(1, 1, 0)),
        ([DEEP], [POST], Spoken(1, 0, 0)),
        ([DEEP], [POST] * 2, Spoken(1, 1, 0)),
        ([DEEP, BESIDE], [ABOVE] * 2, Spoken(2, 0, 0)),  # the same words to two people under one comment are two
        ([DEEP, BESIDE], [ABOVE] * 3, Spoken(2, 1, 0)),
        ([], [NEWS, NO], Spoken(0, 0, 1)),  # under its own post an office needs nobody
    ):
        assert compare(wanted, standing, {"post"}) == spoken
    wanted = [Wanted("a", "да"), Wanted("b", "нет")]
    standing = [Standing("a", "да"), Standing("a", "да"), Standing("a", "нет"), Standing("c", "да")]
    assert compare(wanted, standing) == Spoken(1, 1, 2)
    assert compare([DEEP], [HERE, ABOVE]) == compare([DEEP], [ABOVE, HERE]) == Spoken(1, 0, 1)
    assert compare([PRIVATELY], [Standing("dialogue", "да", private=True)]) == Spoken(1, 0, 0)
    assert compare([PRIVATELY], [Standing("comment 2", "да")]) == Spoken(0, 0, 1)
