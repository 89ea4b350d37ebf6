"""The query language of the search: words, "phrases", @names, #tags, operators, OR, groups and a minus.

Only operators that are in OPERATORS are known here; others, and queries of conjunction-required operators alone, are
refused as the network refuses them.
"""

import dataclasses
import re
from collections.abc import Callable

from sandbox.x.problems import Problem, invalid

_TOKEN = re.compile(r'\s*(?:(-)|(\()|(\))|("[^"]*")|([a-z_]+):("[^"]*"|[^\s()]+)|([^\s()"]+))')
_WORD = re.compile(r"\w+")


@dataclasses.dataclass(frozen=True)
class Searchable:
    """What of a text a query can ask for. Handles and words in lower case."""

    text: str
    author: str
    reply_to_user: str
    names: frozenset[str]
    conversation: str
    reply_to: str
    quoted: str
    has: frozenset[str]

    @property
    def words(self) -> list[str]:
        return _WORD.findall(self.text)


Test = Callable[[Searchable], bool]

_VALUES: dict[str, Callable[[Searchable, str], bool]] = {
    "from": lambda post, value: post.author == value.removeprefix("@"),
    "to": lambda post, value: post.reply_to_user == value.removeprefix("@"),
    "conversation_id": lambda post, value: post.conversation == value,
    "in_reply_to_tweet_id": lambda post, value: post.reply_to == value,
    "quotes_of_tweet_id": lambda post, value: post.quoted == value,
}
_KINDS: dict[str, Callable[[Searchable], bool]] = {
    "is:reply": lambda post: bool(post.reply_to),
    "is:quote": lambda post: bool(post.quoted),
    "is:retweet": lambda post: False,  # nobody reposts here
    "has:media": lambda post: "media" in post.has,
    "has:images": lambda post: "media" in post.has,
    "has:links": lambda post: "links" in post.has,
    "has:mentions": lambda post: bool(post.names),
    "has:hashtags": lambda post: "hashtags" in post.has,
    "lang:ru": lambda post: True,
}
OPERATORS = frozenset(_VALUES) | {"is", "has", "lang"}


def compiled(query: str) -> Test:
    """A test of texts. Problem 400 for a query that cannot be."""
    reader = _Reader(query)
    test = reader.either()
    if reader.at < len(reader.tokens):
        raise _wrong(query, f"no viable alternative at input '{reader.tokens[reader.at].shown}'")
    if not reader.standalone:
        raise _wrong(query, "There were errors processing your request: a standalone operator is required")
    return test


@dataclasses.dataclass(frozen=True)
class _Token:
    kind: str  # minus, open, close, phrase, operator, word
    shown: str
    name: str = ""


class _Reader:
    def __init__(self, query: str) -> None:
        self.query = query
        self.tokens = _tokens(query)
        self.at = 0
        self.standalone = False

    def either(self) -> Test:
        tests = [self.all()]
        while self._next("word", "OR"):
            self.at += 1
            tests.append(self.all())
        return tests[0] if len(tests) == 1 else lambda post: any(test(post) for test in tests)

    def all(self) -> Test:
        tests: list[Test] = []
        while self.at < len(self.tokens) and not self._next("close") and not self._next("word", "OR"):
            tests.append(self.one())
        if not tests:
            raise _wrong(self.query, "missing a term")
        return lambda post: all(test(post) for test in tests)

    def one(self) -> Test:
        token = self.tokens[self.at]
        self.at += 1
        if token.kind == "minus":
            if self.at >= len(self.tokens) or self._next("open"):
                raise _wrong(self.query, "a group cannot be negated")
            before = self.standalone
            test = self.one()
            self.standalone = before  # a negated operator cannot be used alone
            return lambda post: not test(post)
        if token.kind == "open":
            inside = self.either()
            if not self._next("close"):
                raise _wrong(self.query, "missing ')'")
            self.at += 1
            return inside
        if token.kind == "operator":
            return self._operator(token)
        self.standalone = True
        return _phrase(token.shown.strip('"').lower())

    def _operator(self, token: _Token) -> Test:
        value = token.shown.strip('"').lower()
        if token.name in _VALUES:
            self.standalone = True
            test = _VALUES[token.name]
            return lambda post: test(post, value)
        kind = _KINDS.get(f"{token.name}:{value}")
        if kind is None:
            raise _wrong(self.query, f"Reference to invalid operator '{token.name}:{value}'. Operator is not available")
        return kind

    def _next(self, kind: str, shown: str = "") -> bool:
        if self.at >= len(self.tokens):
            return False
        token = self.tokens[self.at]
        return token.kind == kind and (not shown or token.shown == shown)


def _phrase(wanted: str) -> Test:
    if wanted.startswith("@"):
        return lambda post: wanted[1:] in post.names
    if wanted.startswith(("#", "$")):
        return lambda post: wanted in post.text.split()
    parts = _WORD.findall(wanted)

    def test(post: Searchable) -> bool:
        words = post.words
        return any(words[start : start + len(parts)] == parts for start in range(len(words) - len(parts) + 1))

    return test if parts else (lambda post: wanted in post.text)


def _tokens(query: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while query[at:].strip():
        match = _TOKEN.match(query, at)
        if match is None:
            raise _wrong(query, f"unexpected '{query[at:].strip()[:20]}'")
        at = match.end()
        minus, opening, closing, phrase, name, value, word = match.groups()
        if name and name not in OPERATORS:
            raise _wrong(query, f"Reference to invalid operator '{name}'. Operator is not available in current product")
        if word and word.removesuffix(":") in OPERATORS:
            raise _wrong(query, f"operator '{word}' has no value")
        pairs = (("minus", minus), ("open", opening), ("close", closing), ("phrase", phrase), ("word", word))
        tokens += [_Token(kind, shown) for kind, shown in pairs if shown]
        tokens += [_Token("operator", value, name)] if name else []
    return tokens


def _wrong(query: str, why: str) -> Problem:
    return invalid("query", query, f"There were errors processing your request: {why} (at position 1)")
