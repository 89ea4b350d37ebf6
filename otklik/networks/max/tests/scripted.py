"""MAX for the scripted server, and the answers that it gives."""

from otklik.networks.max.tests.payloads import BOT
from tests.make.scripted import Answer, Dialect, account

TOKEN = "bot-token-0001"
SECRET = "hook-secret-77"


def refusal(status: int, code: str) -> Answer:
    return Answer({"code": code, "message": f"words with {TOKEN}"}, status)


DIALECT = Dialect(
    name=lambda call: f"{call.verb} {call.path}",
    unknown=refusal(404, "not.found"),
    account=account(str(BOT), tokens={"bot": TOKEN}, secret=SECRET),
)
