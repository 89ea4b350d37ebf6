"""The emulator's tables. Ids are texts as on the real wire: numbers beyond 2^53, base64 for comments."""

SQL = """
CREATE TABLE IF NOT EXISTS ok_app (application_key TEXT PRIMARY KEY, secret_key TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS ok_group (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, shortname TEXT NOT NULL UNIQUE, about TEXT NOT NULL,
    guests TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS ok_admin (
    group_id TEXT NOT NULL, person_id TEXT NOT NULL, PRIMARY KEY (group_id, person_id)
);
CREATE TABLE IF NOT EXISTS ok_token (
    token TEXT PRIMARY KEY, kind TEXT NOT NULL, application_key TEXT NOT NULL, holder TEXT NOT NULL,
    rights TEXT NOT NULL, expired INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS ok_topic (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE, group_id TEXT NOT NULL, author TEXT NOT NULL,
    created_ms INTEGER NOT NULL, edited_ms INTEGER NOT NULL DEFAULT 0, text TEXT NOT NULL, photos TEXT NOT NULL,
    closed INTEGER NOT NULL DEFAULT 0, deleted INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS ok_topic_group ON ok_topic (group_id, seq);
CREATE TABLE IF NOT EXISTS ok_comment (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE, topic_id TEXT NOT NULL, author TEXT NOT NULL,
    created_ms INTEGER NOT NULL, edited_ms INTEGER NOT NULL DEFAULT 0, text TEXT NOT NULL, photos TEXT NOT NULL,
    reply_to TEXT NOT NULL DEFAULT '', deleted INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS ok_comment_topic ON ok_comment (topic_id, seq);
CREATE TABLE IF NOT EXISTS ok_photo (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE, width INTEGER NOT NULL, height INTEGER NOT NULL,
    data BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS ok_chat (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE, group_id TEXT NOT NULL, person_id TEXT NOT NULL,
    allowed INTEGER NOT NULL DEFAULT 1, last_ms INTEGER NOT NULL DEFAULT 0, UNIQUE (group_id, person_id)
);
CREATE TABLE IF NOT EXISTS ok_message (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, mid TEXT UNIQUE, chat_id TEXT NOT NULL, out INTEGER NOT NULL,
    ms INTEGER NOT NULL, text TEXT NOT NULL, photos TEXT NOT NULL, image TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS ok_message_chat ON ok_message (chat_id, seq);
CREATE TABLE IF NOT EXISTS ok_hook (
    id INTEGER PRIMARY KEY AUTOINCREMENT, group_id TEXT NOT NULL, url TEXT NOT NULL, time_ms INTEGER NOT NULL,
    UNIQUE (group_id, url)
);
CREATE TABLE IF NOT EXISTS ok_poll (group_id TEXT PRIMARY KEY, types TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS ok_event (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, group_id TEXT NOT NULL, body TEXT NOT NULL
);
"""
