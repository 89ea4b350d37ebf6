"""Reading options that are addresses: of the site, of servers, of networks, of files. Each raises WrongSetting."""

import re
from collections.abc import Container, Mapping
from ipaddress import ip_network
from urllib.parse import urlsplit

from otklik.lib.why import why
from otklik.site.env import WrongSetting, text, words

HERE = ("localhost", "127.0.0.1", "::1")
A_SITE = "https://otklik.example.ru"
A_SERVER = "postgresql://otklik:пароль@127.0.0.1/otklik"
A_FILE = "sqlite:////var/lib/otklik/otklik.sqlite3"


def _host(value: str, *schemes: str) -> str:
    """The host that an address names; "" for what is no address of these schemes."""
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 whoever reads it hears that it is none
    except ValueError:
        return ""
    return (parts.hostname or "") if parts.scheme in schemes else ""


def site(env: Mapping[str, str], name: str, default: str) -> str:
    """The address of a site: a scheme, a host, perhaps a port, and no slash at its end. Raises WrongSetting."""
    value = text(env, name, default).rstrip("/")
    parts = urlsplit(value if _host(value, "http", "https") else "")
    if not parts.netloc or parts.path or parts.query or parts.fragment or "@" in parts.netloc:
        raise WrongSetting(f"{name}={value!r}: нужен адрес сайта с http:// или https:// и без пути: {A_SITE}")
    return value


def hosts(env: Mapping[str, str], name: str, default: str, also: str) -> list[str]:
    """Names of hosts separated by commas, with that of the address `also`. Raises WrongSetting."""
    host_names = words(env, name, default)
    for item in host_names:
        if not re.fullmatch(r"\*|\.?[\w.-]+|\[[0-9A-Fa-f:.]+\]", item):
            raise WrongSetting(f"{name}: {item!r}: нужно имя без https:// и без порта, например otklik.example.ru")
    host = urlsplit(also).hostname or ""
    return list(dict.fromkeys([*host_names, f"[{host}]" if ":" in host else host]))


def provider(env: Mapping[str, str], name: str) -> str:
    """The address of somebody who vouches for people, without a slash at its end; "" for none. Raises WrongSetting.

    Without TLS anybody on the way could vouch for anybody; on this machine itself nobody is on the way.
    """
    value = text(env, name, "").rstrip("/")
    if value and not _host(value, "https") and _host(value, "http") not in HERE:
        raise WrongSetting(f"{name}={value!r}: нужен адрес вида https://sso.example.ru/realms/otklik")
    return value


def choice_or_address(env: Mapping[str, str], name: str, default: str, allowed: tuple[str, ...]) -> str:
    """One of a few words, or an address without a slash at its end. Raises WrongSetting."""
    value = text(env, name, default)
    if value not in allowed and not _host(value, "http", "https"):
        raise WrongSetting(f"{name}={value!r}: нужно одно из: {', '.join(allowed)}, или адрес вида https://…")
    return value if value in allowed else value.rstrip("/")


def addresses(env: Mapping[str, str], name: str, known: Container[str]) -> dict[str, str]:
    """A list of `name=address` separated by commas, only of known names. Raises WrongSetting."""
    addresses_by_kind = {}
    for item in words(env, name):
        kind, _, address = item.partition("=")
        if kind not in known or not _host(address, "http", "https"):
            raise WrongSetting(
                f"{name}: {item!r}: нужно «сеть=https://адрес» через запятую, например vk=https://api.vk.ru"
            )
        addresses_by_kind[kind] = address.rstrip("/")
    return addresses_by_kind


def proxy(env: Mapping[str, str], name: str) -> str:
    """The address of a proxy, "" for none. Never quoted in the error: it may hold a password. Raises WrongSetting."""
    value = text(env, name, "")
    if value and not _host(value, "http", "https"):
        raise WrongSetting(f"{name}: нужен адрес прокси с http:// или https://, например http://proxy.example.ru:3128")
    return value


def certificates(env: Mapping[str, str], name: str) -> str:
    """A file of certificates, "" for none. Raises WrongSetting."""
    value = text(env, name, "")
    if value:
        import ssl  # for those who name a file

        try:
            ssl.create_default_context(cafile=value)
        except OSError as error:
            words = "это не сертификаты PEM" if isinstance(error, ssl.SSLError) else why(error)
            raise WrongSetting(
                f"{name}={value!r}: файл не читается ({words}): нужен файл с сертификатами в PEM, "
                "например /etc/ssl/certs/ca-certificates.crt"
            ) from None
    return value


def sender(env: Mapping[str, str], name: str, default: str) -> str:
    """The address that letters come from, with a name before it or without. Raises WrongSetting."""
    value = text(env, name, default)
    if not re.fullmatch(r"(?:[^<>@]+ <[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)", value):
        raise WrongSetting(f"{name}={value!r}: нужен адрес почты, например otklik@example.ru")
    return value


def networks(env: Mapping[str, str], name: str) -> list[str]:
    """A list of networks such as 10.20.0.0/16, separated by commas. Raises WrongSetting."""
    subnets = words(env, name)
    for item in subnets:
        try:
            ip_network(item)
        except ValueError:
            raise WrongSetting(f"{name}: {item!r}: нужна сеть вида 10.20.0.0/16, с нулями после маски") from None
    return subnets


def database(env: Mapping[str, str], name: str, default: str) -> str:
    """The address of an SQLite file or a PostgreSQL server. Never quoted in the error: it may hold a password."""
    value = text(env, name, default)
    scheme, is_address, rest = value.partition("://")
    if not is_address or scheme not in ("sqlite", "postgres", "postgresql"):
        raise WrongSetting(f"{name}: нужен адрес вида {A_SERVER} или {A_FILE}")
    if scheme == "sqlite":
        if not rest.startswith("/") or rest == "/":
            raise WrongSetting(f"{name}: после sqlite: нужны три косые черты и путь к файлу: {A_FILE}")
        return value
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 whoever reads it hears that it is none
    except ValueError:
        parts = urlsplit("")
    if not parts.path.strip("/") and "service=" not in parts.query:
        raise WrongSetting(
            f"{name}: не видно, какая это база: нужен адрес вида {A_SERVER}. Знаки / ? # @ : % в пароле пишут "
            "кодом: %2F %3F %23 %40 %3A %25"
        )
    return value
