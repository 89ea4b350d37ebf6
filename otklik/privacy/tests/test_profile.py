from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.privacy.profile import Profile, known_id, nick_of, number_of, profile
from tests.tiers import fewer


def test_they_are_read_in_every_spelling_and_what_is_no_profile_is_none() -> None:
    for address, network, number, nick in (
        ("vk.com/id1", "vk", "1", ""),
        ("https://m.vk.com/zhdana.pp?from=x", "vk", "", "zhdana.pp"),
        ("http://www.vk.ru/id912345678/", "vk", "912345678", ""),
        ("https://ok.ru/profile/571234567890", "ok", "571234567890", ""),
        ("m.ok.ru/zhdana", "ok", "", "zhdana"),
        ("t.me/zhdana_p", "telegram", "", "zhdana_p"),
        ("https://t.me/s/zhdana_p", "telegram", "", "zhdana_p"),
        ("tg://user?id=7345678901", "telegram", "7345678901", ""),
        ("https://max.ru/zhdana", "max", "", "zhdana"),
        ("max.ru/u/5123456", "max", "5123456", ""),
        ("https://www.instagram.com/zhdana.p/", "instagram", "", "zhdana.p"),
        ("https://facebook.com/profile.php?id=1000123", "facebook", "1000123", ""),
        ("m.facebook.com/people/Zhdana-P/1000123/", "facebook", "1000123", ""),
        ("https://mobile.twitter.com/zhdana?s=20", "x", "", "zhdana"),
        ("x.com/i/user/1234567", "x", "1234567", ""),
        ("https://x.com/intent/user?user_id=1234567", "x", "1234567", ""),
    ):
        assert profile(address) == Profile(network, number, nick), address
    for address in ("", "example.org/id1", "vk.com", "vk.com/a/b/c", "https://[bad", "tg://user?id=x"):
        assert profile(address) is None, address


def test_a_number_is_written_as_its_connector_writes_it_and_an_own_address_tells_the_nick() -> None:
    written = {"vk": "id5", "ok": "user:5", "telegram": "tg:5", "max": "max:user:5", "facebook": "5"}
    assert {network: Profile(network, "5").external_ids for network in written} == {
        network: (number,) for network, number in written.items()
    }
    assert {number_of(number) for number in written.values()} == {"5"}
    assert Profile("instagram", "", "an").external_ids == ("@an",)
    assert nick_of("https://vk.com/zhdana", "id5") == "zhdana"
    assert nick_of("https://vk.com/id5", "id5") == ""
    assert nick_of("https://ok.ru/profile/5", "user:5") == ""
    assert nick_of("", "@zhdana") == "zhdana"
    assert known_id("vk:id5") == ("vk", "id5")
    assert known_id("https://vk.com/id5") is None


@settings(max_examples=fewer(60))
@given(st.text(max_size=120))
def test_any_text_at_all_is_taken(text: str) -> None:
    profile(text)
    nick_of(text, text)
