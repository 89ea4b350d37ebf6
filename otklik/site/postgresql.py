"""Whether a PostgreSQL server can be used as its address says, and what to do where it cannot. No Django yet."""

import re
import shlex
from getpass import getuser
from urllib.parse import unquote, urlsplit

import psycopg

from otklik.site.env import WrongSetting

LEAST = 14
WITHIN = 5  # seconds
HOW = "Роль и базу создают на сервере PostgreSQL, например так:\n    {role}\n    {database}"
# A server speaks its own language before it knows who asks; in these two it is understood.
NO_DATABASE = re.compile(r'(?:database|база данных) ".*" (?:does not exist|не существует)')
NO_ROLE = re.compile(r'(?:role|роль) ".*" (?:does not exist|не существует)')
NO_PASSWORD = re.compile(r"password authentication failed|no password supplied|проверку подлинности|не указан пароль")
NO_LINE = re.compile(r"pg_hba\.conf")
REFUSAL = re.compile(r"(?:FATAL|ВАЖНО|КРИТ\w*): +(.*)")


def how(role: str = "otklik", base: str = "otklik") -> str:
    """The commands that make a role and a database of its own."""
    return HOW.format(role=_make_role(role), database=_make_base(role, base))


def try_out(address: str) -> None:
    """Raises WrongSetting with what to do. The address may hold a password: it is never quoted."""
    parts = urlsplit(address)
    role, base = unquote(parts.username or "") or getuser(), unquote(parts.path.strip("/"))
    try:
        with psycopg.connect(address, connect_timeout=WITHIN) as line:
            fault = _fault(line, role, base)
    except (psycopg.Error, ValueError, UnicodeError) as error:
        fault = refusal(str(error), role, base)
    if fault:
        raise WrongSetting(fault)


def refusal(error_text: str, role: str, base: str) -> str:
    """What the words of a line that did not come about mean, and what to do. Pure."""
    if NO_DATABASE.search(error_text):
        return f"сервер отвечает, но базы {base} на нём нет. Создать её:\n    {_make_base(role, base)}"
    if NO_ROLE.search(error_text):
        return f"сервер отвечает, но роли {role} на нём нет. {how(role, base)}"
    if NO_PASSWORD.search(error_text):
        return (
            f"сервер не принял пароль роли {role}, или такой роли нет. Новый пароль:\n"
            f"    sudo -u postgres psql -c '\\password {_quoted(role)}'\n  {how(role, base)}"
        )
    if NO_LINE.search(error_text):
        return f"сервер не пускает роль {role} в базу {base} с этой машины: добавьте для неё строку в pg_hba.conf"
    if words := REFUSAL.search(error_text):
        return f"сервер отказал: {words[1]}"
    return "сервер PostgreSQL по этому адресу не отвечает: запущен ли он, верны ли имя и порт"


def _fault(line: psycopg.Connection, role: str, base: str) -> str:
    """What of a server that let us in is not as it must be; "" when all is."""
    if line.info.server_version // 10_000 < LEAST:
        return f"нужен PostgreSQL {LEAST} или новее, а здесь {line.info.server_version // 10_000}"
    if line.info.parameter_status("server_encoding") != "UTF8":
        return f"база {base} не в UTF-8. Создайте другую:\n    {_make_base(role, base)}"
    row = line.execute("SELECT coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)").fetchone()
    if not (row and row[0]):
        owner = f"ALTER DATABASE {_quoted(base)} OWNER TO {_quoted(role)}"
        if base in ("postgres", "template1"):
            return f"{base} – служебная база сервера. Заведите свою. {how(role)}"
        return (
            f"роли {role} нельзя заводить таблицы в базе {base}. Сделайте её владельцем:\n"
            f"    sudo -u postgres psql -c {shlex.quote(owner)}"
        )
    return ""


def _quoted(name: str) -> str:
    return '"{}"'.format(name.replace('"', '""'))


def _make_role(role: str) -> str:
    return f"sudo -u postgres createuser --pwprompt {shlex.quote(role)}"


def _make_base(role: str, base: str) -> str:
    owner = shlex.quote(role)
    return f"sudo -u postgres createdb --owner={owner} --encoding=UTF8 --template=template0 {shlex.quote(base)}"
