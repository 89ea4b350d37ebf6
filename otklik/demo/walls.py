"""The walls of the demonstration as plain values: who has a community in the sandbox, and whose walls are read.

Names of town communities are invented. Numbers are the sandbox's own and belong to nobody.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wall:
    """A community. `agency` is a code, "" for the region itself and for foreign walls; `place` a municipality's code.

    `guests` is the sandbox's word for who may write there: "any" or "none".
    """

    number: int
    title: str
    screen_name: str
    agency: str = ""
    place: str = ""
    foreign: bool = False
    guests: str = "any"
    audience: int = 10_000


REGION = Wall(2001, "Краснодарский край отвечает", "kray_otvechaet", audience=184_000)

AGENCIES = (
    Wall(2002, "Администрация Краснодара", "krasnodar_adm", "adm-krasnodar", "krasnodar", audience=96_000),
    Wall(2003, "Горхозяйство Краснодара", "krd_gorhoz", "krasnodar-gorhoz", "krasnodar", audience=21_000),
    Wall(2004, "Транспорт и дороги Краснодара", "krd_dorogi", "krasnodar-transport", "krasnodar", audience=33_000),
    Wall(2005, "Водоканал Краснодара", "krd_voda", "krasnodar-voda", "krasnodar", audience=12_000),
    Wall(2006, "Администрация Сочи", "sochi_adm", "adm-sochi", "sochi", audience=71_000),
    Wall(2007, "Администрация Новороссийска", "nvrsk_adm", "adm-novorossiysk", "novorossiysk", audience=48_000),
    Wall(2008, "Администрация Армавира", "armavir_adm", "adm-armavir", "armavir", audience=27_000),
    Wall(2009, "Минздрав края", "kuban_zdrav", "minzdrav", audience=54_000),
    Wall(2010, "Минобразования края", "kuban_obr", "minobr", audience=39_000),
    Wall(2011, "Министерство ТЭК и ЖКХ края", "kuban_tek", "mintek", audience=17_000),
    Wall(2012, "Россети Кубань", "kuban_seti", "rosseti", audience=25_000),
    Wall(2013, "Региональный оператор ТКО", "kuban_tko", "tko", audience=9_000),
)

FOREIGN = (
    Wall(2101, "Подслушано в Краснодаре на Сормовской", "podslushano_krd", "", "krasnodar", True, audience=212_000),
    Wall(2102, "Сочи. Соседи говорят", "sochi_sosedi", "", "sochi", True, audience=98_000),
    Wall(2103, "Новоросс наш, болталка", "novoross_bolt", "", "novorossiysk", True, audience=77_000),
    Wall(2104, "Подслушано. Армавир вечерний", "armavir_vecher", "", "armavir", True, audience=41_000),
    Wall(2105, "Анапа без прикрас", "anapa_bez", "", "anapa", True, audience=63_000),
    Wall(2106, "Ейск у моря: жалобная книга", "eysk_kniga", "", "eyskiy", True, audience=35_000),
    Wall(2107, "Северская и окрестности", "severskaya_okr", "", "severskiy", True, audience=22_000),
    Wall(2108, "Туапсе закрытый клуб", "tuapse_klub", "", "tuapsinskiy", True, "none", audience=18_000),
)

OWN = (REGION, *AGENCIES)
ALL = (*OWN, *FOREIGN)
ADMIN_PERSON = 590_001
"""The person in the sandbox whose token the agencies' photos go with."""
EDITOR = 590_002
"""Who answers for the region in foreign groups of Odnoklassniki, where only people can."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A place in another network than VKontakte, with our voice unless it is foreign.

    `number` is the account's number there, `chat` the channel or group in which a bot sits, `page` the Page that an
    Instagram account belongs to; `agency` and `place` are as a wall's.
    """

    network: str
    number: str
    title: str
    handle: str
    agency: str = ""
    place: str = ""
    foreign: bool = False
    chat: str = ""
    page: str = ""
    audience: int = 5_000

    @property
    def written_in(self) -> str:
        """The place as the control API takes it."""
        return self.chat or self.number


SEATS = (
    Seat("ok", "53000000002001", "Краснодарский край отвечает", "kray.otvechaet", audience=121_000),
    Seat("ok", "53000000002006", "Сочи: администрация на связи", "sochi.adm", "adm-sochi", "sochi", audience=44_000),
    Seat("ok", "53000000002101", "Армавир. Скамейка у подъезда", "armavir.skameyka", "", "armavir", True,
         audience=38_000),
    Seat("max", "229002001", "Край отвечает в MAX", "kray_otvechaet", chat="-70000000002001", audience=58_000),
    Seat("max", "229002003", "Горхозяйство Краснодара в MAX", "krd_gorhoz", "krasnodar-gorhoz", "krasnodar",
         chat="-70000000002003", audience=11_000),
    Seat("telegram", "5000002001", "Край отвечает: чат жителей", "kray_otvechaet", chat="-1002000002001",
         audience=73_000),
    Seat("telegram", "5000002007", "Новороссийск: чат с администрацией", "nvrsk_adm", "adm-novorossiysk",
         "novorossiysk", chat="-1002000002007", audience=19_000),
    Seat("instagram", "17841400000002001", "Край отвечает", "kray_otvechaet", page="100000000002001",
         audience=16_000),
    Seat("facebook", "100000000002001", "Краснодарский край отвечает", "kray.otvechaet", audience=8_000),
    Seat("facebook", "100000000002012", "Россети Кубань", "kuban.seti", "rosseti", audience=3_000),
    Seat("x", "1500000000000002001", "Край отвечает", "kray_otvechaet", audience=6_000),
    Seat("x", "1500000000000002002", "Администрация Краснодара", "krasnodar_adm", "adm-krasnodar", "krasnodar",
         audience=4_000),
)  # fmt: skip
VOICES_ELSEWHERE = tuple(seat for seat in SEATS if not seat.foreign)


@dataclass(frozen=True, slots=True)
class Board:
    """A wall or a seat as the history and the citizens see it: a place where people write under posts.

    `name` is the place as the control API takes it, `source` the external id of our read place, `community` how the
    connector's messages name it, `voice` the external id of our account there ("" for a foreign place).
    """

    network: str
    name: str
    source: str
    community: str
    title: str
    voice: str = ""
    place: str = ""
    foreign: bool = False
    guests: str = "any"
    audience: int = 5_000
    handle: str = ""


def _of_wall(wall: Wall) -> Board:
    number = str(wall.number)
    voice = "" if wall.foreign else number
    return Board("vk", number, number, f"club{number}", wall.title, voice, wall.place, wall.foreign, wall.guests,
                 wall.audience)  # fmt: skip


def _of_seat(seat: Seat) -> Board:
    source = read_as(seat)
    return Board(seat.network, seat.written_in, source, source, seat.title, "" if seat.foreign else seat.number,
                 seat.place, seat.foreign, audience=seat.audience, handle=seat.handle)  # fmt: skip


def read_as(seat: Seat) -> str:
    """The external id of the source, as the connector's messages name their place."""
    return {"telegram": "tg:", "ok": "group:"}.get(seat.network, "") + seat.written_in


BOARDS = (*map(_of_wall, ALL), *map(_of_seat, SEATS))
BOARD_OF = {(board.network, board.community): board for board in BOARDS}
