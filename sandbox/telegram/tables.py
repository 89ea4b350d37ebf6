"""The emulator's tables. Ids are Telegram's: people and bots positive, chats negative.

A private chat has the person's id and is numbered by each bot anew, so its messages lie in the bot's own `box`; all
other chats share box 0. An update lies in one of two places: here, or, while a webhook is set, among the pushes.
"""

SQL = """
CREATE TABLE IF NOT EXISTS telegram_bot (
    id INTEGER PRIMARY KEY, token TEXT NOT NULL UNIQUE, name TEXT NOT NULL, username TEXT NOT NULL UNIQUE,
    reads_all INTEGER NOT NULL, joins INTEGER NOT NULL DEFAULT 1, next_update INTEGER NOT NULL,
    next_message INTEGER NOT NULL DEFAULT 1, allowed TEXT NOT NULL DEFAULT '[]',
    hook TEXT NOT NULL DEFAULT '', secret TEXT NOT NULL DEFAULT '', connections INTEGER NOT NULL DEFAULT 40
);
CREATE TABLE IF NOT EXISTS telegram_chat (
    id INTEGER PRIMARY KEY, type TEXT NOT NULL, title TEXT NOT NULL, username TEXT NOT NULL DEFAULT '',
    about TEXT NOT NULL DEFAULT '', linked INTEGER NOT NULL DEFAULT 0, next_message INTEGER NOT NULL DEFAULT 1,
    moved_to INTEGER NOT NULL DEFAULT 0, moved_from INTEGER NOT NULL DEFAULT 0, photos INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE IF NOT EXISTS telegram_member (
    chat INTEGER NOT NULL, who INTEGER NOT NULL, status TEXT NOT NULL, PRIMARY KEY (chat, who)
);
CREATE TABLE IF NOT EXISTS telegram_dialogue (
    bot INTEGER NOT NULL, person INTEGER NOT NULL, blocked INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (bot, person)
);
CREATE TABLE IF NOT EXISTS telegram_message (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, box INTEGER NOT NULL, chat INTEGER NOT NULL, id INTEGER NOT NULL,
    thread INTEGER NOT NULL, sender INTEGER NOT NULL, sender_chat INTEGER NOT NULL DEFAULT 0, date INTEGER NOT NULL,
    edited INTEGER NOT NULL DEFAULT 0, text TEXT NOT NULL, reply_to INTEGER NOT NULL DEFAULT 0,
    origin_chat INTEGER NOT NULL DEFAULT 0, origin_id INTEGER NOT NULL DEFAULT 0, photo INTEGER NOT NULL DEFAULT 0,
    album TEXT NOT NULL DEFAULT '', lat REAL, long REAL, deleted INTEGER NOT NULL DEFAULT 0,
    service TEXT NOT NULL DEFAULT '', UNIQUE (box, chat, id)
);
CREATE INDEX IF NOT EXISTS telegram_message_thread ON telegram_message (box, chat, thread, id);
CREATE INDEX IF NOT EXISTS telegram_message_origin ON telegram_message (origin_chat, origin_id);
CREATE TABLE IF NOT EXISTS telegram_file (
    id INTEGER PRIMARY KEY AUTOINCREMENT, width INTEGER NOT NULL, height INTEGER NOT NULL, data BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS telegram_update (
    bot INTEGER NOT NULL, id INTEGER NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (bot, id)
);
"""
