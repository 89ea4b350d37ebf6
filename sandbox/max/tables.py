"""The emulator's tables. People stand in the common table `person`; times are milliseconds unless said otherwise.

A chat's number is negative for channels and group chats, positive for dialogues. A text with a `post` is a comment.
`sender` 0 = written as the channel; `by` is who wrote it all the same.
"""

SQL = """
CREATE TABLE IF NOT EXISTS max_bot (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, username TEXT NOT NULL UNIQUE, committed INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS max_token (token TEXT PRIMARY KEY, bot INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS max_chat (
    id INTEGER PRIMARY KEY, type TEXT NOT NULL, title TEXT NOT NULL, link TEXT NOT NULL, about TEXT NOT NULL,
    comments INTEGER NOT NULL DEFAULT 1, event INTEGER NOT NULL, bot INTEGER NOT NULL DEFAULT 0,
    person TEXT NOT NULL DEFAULT '', state TEXT NOT NULL DEFAULT 'active'
);
CREATE UNIQUE INDEX IF NOT EXISTS max_chat_talk ON max_chat (bot, person) WHERE type = 'dialog';
CREATE UNIQUE INDEX IF NOT EXISTS max_chat_link ON max_chat (link) WHERE link != '';
CREATE TABLE IF NOT EXISTS max_member (
    chat INTEGER NOT NULL, bot INTEGER NOT NULL, rights TEXT NOT NULL, joined INTEGER NOT NULL, PRIMARY KEY (chat, bot)
);
CREATE TABLE IF NOT EXISTS max_text (
    mid TEXT PRIMARY KEY, chat INTEGER NOT NULL, post TEXT NOT NULL DEFAULT '', seq INTEGER NOT NULL,
    at INTEGER NOT NULL, edited INTEGER NOT NULL DEFAULT 0, sender INTEGER NOT NULL, by INTEGER NOT NULL,
    text TEXT NOT NULL, link TEXT NOT NULL DEFAULT '', photos TEXT NOT NULL DEFAULT '[]', lat REAL, long REAL,
    deleted INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS max_text_place ON max_text (chat, post, at);
CREATE TABLE IF NOT EXISTS max_clock (last INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS max_photo (
    id INTEGER PRIMARY KEY AUTOINCREMENT, token TEXT NOT NULL UNIQUE, bot INTEGER NOT NULL, data BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS max_upload (
    key TEXT PRIMARY KEY, bot INTEGER NOT NULL, type TEXT NOT NULL, token TEXT NOT NULL, used INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS max_update (
    id INTEGER PRIMARY KEY AUTOINCREMENT, bot INTEGER NOT NULL, type TEXT NOT NULL, at INTEGER NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS max_update_bot ON max_update (bot, id);
CREATE TABLE IF NOT EXISTS max_hook (
    id INTEGER PRIMARY KEY AUTOINCREMENT, bot INTEGER NOT NULL, url TEXT NOT NULL, secret TEXT NOT NULL,
    types TEXT NOT NULL, version TEXT NOT NULL, time INTEGER NOT NULL, waiting_since REAL NOT NULL DEFAULT 0,
    UNIQUE (bot, url)
);
"""
