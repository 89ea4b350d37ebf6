"""Reading texts: by number, by search, a user's own, and those that name a user."""

from collections.abc import Mapping
from typing import Any

from sandbox.validation import Param
from sandbox.x import people, shapes
from sandbox.x.listing import BESIDE, BOUNDS, is_protected, listed, number_at, searchable, wanted_of
from sandbox.x.problems import hidden, invalid, missing
from sandbox.x.query import compiled
from sandbox.x.spec import ACCEPTED, ID, Call, Operation
from sandbox.x.switchboard import switch

READ = ("tweet.read", "users.read")
WEEK = 7 * 24 * 3600
QUERY_OF = {"selfserve": 512, "enterprise": 4096}


def _by_ids(call: Call) -> Mapping[str, Any]:
    return _lookup(call, call.items("ids"), "ids", alone=False)


def _by_id(call: Call) -> Mapping[str, Any]:
    return _lookup(call, [call.text("id")], "id", alone=True)


def _lookup(call: Call, numbers: list[str], parameter: str, *, alone: bool) -> Mapping[str, Any]:
    """A text is shown in the version that was asked for. What is not there stands in `errors`, with status 200."""
    rows, errors = [], []
    for number in dict.fromkeys(numbers):
        row = call.db.execute(
            "SELECT * FROM x_post WHERE id = ? AND deleted = 0", (min(int(number), 2**63 - 1),)
        ).fetchone()
        if row is None:
            errors.append(missing(parameter, number))
        elif row["author"] != call.token.user and is_protected(call.world, row["author"]):
            errors.append(hidden(parameter, number))
        else:
            rows.append(row)
    wanted = wanted_of(call)
    body: dict[str, Any] = {}
    if rows:
        data = [shapes.post(call.world, row, wanted) for row in rows]
        body["data"] = data[0] if alone else data
        brought = shapes.includes(call.world, rows, wanted)
        body |= {"includes": brought} if brought else {}
    body |= {"errors": errors} if errors else {}
    return shapes.spelled(call.world, body)


def _search(call: Call) -> Mapping[str, Any]:
    query = call.text("query")
    longest = QUERY_OF[switch(call.db, "access")]
    if len(query) > longest:
        raise invalid("query", query, f"query length {len(query)} exceeds the maximum of {longest} characters")
    test = compiled(query)
    oldest = number_at(call.world.now - WEEK)
    if "since_id" in call.args and int(call.text("since_id")) < oldest:
        reason = f"'since_id' must be a tweet id created after [{shapes.iso(call.world.now - WEEK)}]."
        raise invalid(
            "since_id", call.text("since_id"), f"{reason} Please use a 'since_id' that is larger than {oldest}"
        )
    if "start_time" in call.args and call.integer("start_time", 0) < call.world.now - WEEK:
        raise invalid("start_time", call.integer("start_time", 0), "'start_time' must be on or after seven days ago")
    most = call.integer("max_results", 10)
    return listed(call, "p.id >= ?", (oldest,), most, lambda row: test(searchable(call.world, row)))


def _somebody(call: Call) -> str:
    number = call.text("id")
    return number if people.user(call.world, number) is not None else ""


def _nobody(call: Call) -> Mapping[str, Any]:
    return {"errors": [missing("id", call.text("id"), "user")]}


def _mentions(call: Call) -> Mapping[str, Any]:
    number = _somebody(call)
    if not number:
        return _nobody(call)
    where = "p.mentioned LIKE ? AND p.author != ?"
    return listed(call, where, (f'%"{number}"%', number), call.integer("max_results", 10))


def _own(call: Call) -> Mapping[str, Any]:
    number = _somebody(call)
    if not number:
        return _nobody(call)
    where = "p.author = ? AND p.reply_to = 0" if "replies" in call.items("exclude") else "p.author = ?"
    return listed(call, where, (number,), call.integer("max_results", 10))


_ID = Param("id", required=True, pattern=ID)
_PAGE = (
    Param("max_results", "integer", low=5, high=100),
    Param("pagination_token", shortest=1),
    *BOUNDS,
)
OPERATIONS = (
    Operation(
        "getPostsByIds",
        "GET",
        "/2/tweets",
        ACCEPTED,
        READ,
        (Param("ids", "array", required=True, pattern=ID, most=100), *BESIDE),
        (3500, 5000),
        _by_ids,
    ),
    Operation("getPostsById", "GET", "/2/tweets/{id}", ACCEPTED, READ, (_ID, *BESIDE), (450, 900), _by_id),
    Operation(
        "searchPostsRecent",
        "GET",
        "/2/tweets/search/recent",
        ACCEPTED,
        READ,
        (
            Param("query", required=True, shortest=1, longest=4096),
            Param("max_results", "integer", low=10, high=100),
            Param("next_token", shortest=1),
            Param("pagination_token", shortest=1),
            *BOUNDS,
            Param("sort_order", choices=("recency", "relevancy")),
            *BESIDE,
        ),
        (450, 300),
        _search,
    ),
    Operation(
        "getUsersMentions",
        "GET",
        "/2/users/{id}/mentions",
        ACCEPTED,
        READ,
        (_ID, *_PAGE, *BESIDE),
        (450, 300),
        _mentions,
    ),
    Operation(
        "getUsersPosts",
        "GET",
        "/2/users/{id}/tweets",
        ACCEPTED,
        READ,
        (_ID, *_PAGE, Param("exclude", "array", choices=("replies", "retweets")), *BESIDE),
        (10_000, 900),
        _own,
    ),
)
