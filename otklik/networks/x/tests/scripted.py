"""X for the scripted server. Calls are named "/path" for a GET and "POST /path" else, without /2.

Every answer has the Date by which waits go.
"""

from email.utils import formatdate

from otklik.networks.x.tests.shapes import ME
from tests.make.scripted import Answer, Call, Dialect, account

TOKENS = {"bearer": "bearer-token-0001", "user": "user-token-0002", "consumer_secret": "consumer-secret-0003"}
NOT_FOUND = {"title": "Not Found", "type": "about:blank", "status": 404, "detail": "Not Found"}


def name(call: Call) -> str:
    return call.path.removeprefix("/2") if call.verb == "GET" else f"{call.verb} {call.path.removeprefix('/2')}"


DIALECT = Dialect(
    name=name,
    unknown=Answer(NOT_FOUND, 404),
    account=account(ME, tokens=TOKENS),
    headers={"Date": formatdate(1_790_000_000, usegmt=True)},
)
