"""The Graph API for the scripted server. A call is named by its verb and its path without the version."""

from tests.make.scripted import Answer, Dialect, account

TOKEN, SECRET, WORD = "page-token-0001", "app-secret-0002", "verify-word-0003"
DIALECT = Dialect(
    name=lambda call: f"{call.verb} {call.path.split('/', 2)[2]}",
    unknown=Answer({"error": {"code": 3}}, 400),
    account=account("100", tokens={"page": TOKEN, "app_secret": SECRET}, secret=WORD),
)
