import pytest

from tests.connectors import with_tokens
from tests.sandbox.town import Town
from tests.vk_account import VKONTAKTE, account, reading

pytestmark = [pytest.mark.processes, pytest.mark.enable_socket]


def test_posts_are_found_by_their_words_wherever_they_stand(town: Town) -> None:
    search = reading(account(town), "search", "яма речной")
    assert search.texts() == []
    for owner, text in ((town.group, "Речной, огромная яма!"), (town.guest, "яма — Речной"), (town.guest, "Речной")):
        town.sandbox.control("vk/posts", owner_id=-owner, person_id=town.anna, text=text)
    assert sorted(search.texts()) == ["Речной, огромная яма!", "яма — Речной"]
    assert search.texts() == []
    town.sandbox.control("vk/posts", owner_id=town.wall, person_id=town.boris, text="И ещё яма, Речной")
    assert "И ещё яма, Речной" in search.texts()


def test_the_self_check_tells_whether_a_users_key_speaks_for_the_community(town: Town) -> None:
    rights = []
    for key in (town.admin, "no-such-token", town.citizen):
        every = VKONTAKTE.rights(with_tokens(account(town), user=key))
        rights += [right for right in every if right.name == "Ключ пользователя"]
    assert [right.ok for right in rights] == [True, False, False]
    assert "не администратор" in rights[2].advice
