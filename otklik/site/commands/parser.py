"""How the command line explains itself: in Russian, each command by what it is for, each argument with a word."""

import argparse
import sys
from collections.abc import Sequence
from typing import Any

WORDS = {
    "usage: ": "использование: ",
    "positional arguments": "что указать",
    "options": "параметры",
    "show this help message and exit": "показать эту справку",
    "%(prog)s: error: %(message)s\n": "%(prog)s: %(message)s\n",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s: %(message)s",
    "the following arguments are required: %s": "не хватает: %s",
    "one of the arguments %s is required": "нужно одно из: %s",
    "unrecognized arguments: %s": "лишнее: %s",
    "not allowed with argument %s": "вместе с %s не бывает",
    "ambiguous option: %(option)s could match %(matches)s": "%(option)s можно понять по-разному: %(matches)s",
    "ignored explicit argument %r": "лишнее: %r",
    "expected one argument": "нужно одно значение",
    "expected at least one argument": "нужно хотя бы одно значение",
    "invalid %(type)s value: %(value)r": "%(value)r не годится: нужно целое число",
    "invalid choice: %(value)r (choose from %(choices)s)": "%(value)r не годится, бывает: %(choices)s",
}

MORE = {
    "init": "Спрашивает, чего не сказано параметрами, и проверяет каждый ответ сразу. Печатает одноразовую ссылку"
    " первого администратора. Можно повторять: что уже есть, остаётся.",
    "administrator": "Прежний пароль больше не действует, его входы закончены. В журнале это записано как сделанное с"
    " сервера.",
    "demo": "Ничего не уходит настоящим людям. Печатает адреса и под кем войти. Остановить: Ctrl-C.",
    "serve": "Слушает порт OTKLIK_PORT; наружу его выпускает прокси с TLS (образец: deploy/nginx.conf). Сети читает и"
    " ответы отправляет не он, а otklik work.",
    "work": "Без него ничего не читается и не отправляется. Остановка (Ctrl-C, systemctl stop) ждёт, пока начатое"
    " закончится.",
    "check": "Спрашивает сами сети, ничего не меняет. Код возврата 1: чего-то не хватает, и рядом сказано, что делать.",
    "import im": "Прерванное продолжит та же команда, перенесённое дважды не удвоится. Людям ничего не уходит.",
    "export im": "Без --as имена, телефоны и ссылки скрыты. Кто и сколько выгрузил, пишется в журнал.",
    "sandbox": "Порт SANDBOX_PORT этого компьютера; её страницы открываются в браузере. Остановить: Ctrl-C.",
    "sandbox post": "Песочница должна работать. Кто и где пишет, выбирается наугад.",
    "sandbox community": "Песочница должна работать. Печатает адрес и ключи: настоящая сеть даёт их в настройках.",
    "networks parse": "Ничего не сохраняет и никого не спрашивает.",
    "places load": "Можно повторять: что изменилось, изменится, чего в файле нет, останется.",
    "lists load": "С --check видно, что изменится. Можно повторять.",
    "themes load": "Без --do ничего не меняет.",
    "understand": "Без базы и без настроек. На входе строки JSON с полями id и text.",
    "train": "Обычно это делает обработчик ночью.",
    "secrets rotate": "Прежний ключ остаётся в файле, пока не выполнена otklik secrets forget.",
    "backup": "Ключ (secret.key) в копию не входит: храните его отдельно.",
    "restore": "Сначала проверяет копию целиком, потом меняет.",
    "upgrade": "Если что-то не вышло, возвращает всё, как было. Оборвалось: повторите.",
    "registers": "Говорит, сколько строк было неверно. Обычно это делает сама система.",
}


class Version(argparse.Action):
    """Says which version this is, and that is all."""

    def __init__(self, option_strings: Sequence[str], dest: str) -> None:
        super().__init__(option_strings, dest, nargs=0, help="показать версию программы")

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from otklik.site.version import program

        sys.stdout.write(f"otklik {program()}\n")
        parser.exit()


def speak_russian() -> None:
    """argparse asks for its words by the machine's language, in which nobody has translated them."""
    argparse._ = lambda words: WORDS.get(words, words)  # type: ignore[attr-defined]


def describe(parser: argparse.ArgumentParser, path: str = "") -> None:
    """Begins the help of each command with what the list of commands says of it, and goes on with MORE."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for line in action._choices_actions:
                name, words = f"{path} {line.dest}".strip(), line.help or ""
                child = action.choices[line.dest]
                child.description = f"{words[:1].upper()}{words[1:]}. {MORE.get(name, '')}".strip()
                describe(child, name)
