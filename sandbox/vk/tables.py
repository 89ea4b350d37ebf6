"""The emulator's tables. Ids are VK's: people positive, walls of communities negative in `owner_id`."""

SQL = """
CREATE TABLE IF NOT EXISTS vk_community (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, screen_name TEXT NOT NULL UNIQUE, about TEXT NOT NULL,
    confirmation TEXT NOT NULL, guests TEXT NOT NULL, next_id INTEGER NOT NULL DEFAULT 1,
    poll_on INTEGER NOT NULL DEFAULT 0, poll_events TEXT NOT NULL DEFAULT '[]',
    poll_key TEXT NOT NULL, poll_last INTEGER NOT NULL DEFAULT 0, poll_floor INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS vk_person (
    id INTEGER PRIMARY KEY, first_name TEXT NOT NULL, last_name TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS vk_admin (
    group_id INTEGER NOT NULL, person_id INTEGER NOT NULL, PRIMARY KEY (group_id, person_id)
);
CREATE TABLE IF NOT EXISTS vk_token (
    token TEXT PRIMARY KEY, kind TEXT NOT NULL, holder INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS vk_post (
    owner_id INTEGER NOT NULL, id INTEGER NOT NULL, from_id INTEGER NOT NULL, date INTEGER NOT NULL,
    edited INTEGER NOT NULL DEFAULT 0, text TEXT NOT NULL, attachments TEXT NOT NULL, lat REAL, long REAL,
    closed INTEGER NOT NULL DEFAULT 0, deleted INTEGER NOT NULL DEFAULT 0, changes INTEGER NOT NULL DEFAULT 0,
    guid TEXT NOT NULL DEFAULT '', PRIMARY KEY (owner_id, id)
);
CREATE TABLE IF NOT EXISTS vk_comment (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, owner_id INTEGER NOT NULL, id INTEGER NOT NULL,
    post_id INTEGER NOT NULL, from_id INTEGER NOT NULL, date INTEGER NOT NULL, edited INTEGER NOT NULL DEFAULT 0,
    text TEXT NOT NULL, attachments TEXT NOT NULL, root INTEGER, reply_to INTEGER, reply_to_user INTEGER,
    deleted INTEGER NOT NULL DEFAULT 0, guid TEXT NOT NULL DEFAULT '', UNIQUE (owner_id, id)
);
CREATE INDEX IF NOT EXISTS vk_comment_post ON vk_comment (owner_id, post_id, root, id);
CREATE INDEX IF NOT EXISTS vk_comment_guid ON vk_comment (guid, from_id);
CREATE TABLE IF NOT EXISTS vk_thing (
    kind TEXT NOT NULL, owner_id INTEGER NOT NULL, id INTEGER NOT NULL, from_id INTEGER NOT NULL,
    title TEXT NOT NULL, date INTEGER NOT NULL, updated INTEGER NOT NULL, updated_by INTEGER NOT NULL,
    closed INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (kind, owner_id, id)
);
CREATE TABLE IF NOT EXISTS vk_note (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, owner_id INTEGER NOT NULL, thing_id INTEGER NOT NULL,
    id INTEGER NOT NULL, from_id INTEGER NOT NULL, date INTEGER NOT NULL, text TEXT NOT NULL,
    attachments TEXT NOT NULL, reply_to INTEGER, reply_to_user INTEGER, deleted INTEGER NOT NULL DEFAULT 0,
    guid TEXT NOT NULL DEFAULT '', UNIQUE (kind, owner_id, thing_id, id)
);
CREATE TABLE IF NOT EXISTS vk_photo (
    owner_id INTEGER NOT NULL, id INTEGER NOT NULL, user_id INTEGER NOT NULL, album_id INTEGER NOT NULL,
    date INTEGER NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL, access_key TEXT NOT NULL,
    text TEXT NOT NULL, lat REAL, long REAL, data BLOB NOT NULL, PRIMARY KEY (owner_id, id)
);
CREATE TABLE IF NOT EXISTS vk_upload (
    id INTEGER PRIMARY KEY AUTOINCREMENT, purpose TEXT NOT NULL, owner_id INTEGER NOT NULL, key TEXT NOT NULL,
    photo TEXT NOT NULL DEFAULT '', hash TEXT NOT NULL DEFAULT '', width INTEGER, height INTEGER, data BLOB,
    saved INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS vk_dialogue (
    group_id INTEGER NOT NULL, peer_id INTEGER NOT NULL, allowed INTEGER NOT NULL DEFAULT 0,
    last_cmid INTEGER NOT NULL DEFAULT 0, in_read INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (group_id, peer_id)
);
CREATE TABLE IF NOT EXISTS vk_message (
    id INTEGER PRIMARY KEY AUTOINCREMENT, group_id INTEGER NOT NULL, peer_id INTEGER NOT NULL,
    cmid INTEGER NOT NULL, from_id INTEGER NOT NULL, out INTEGER NOT NULL, date INTEGER NOT NULL,
    text TEXT NOT NULL, attachments TEXT NOT NULL, random_id INTEGER NOT NULL DEFAULT 0,
    admin_id INTEGER NOT NULL DEFAULT 0, lat REAL, long REAL, reply_to INTEGER
);
CREATE INDEX IF NOT EXISTS vk_message_peer ON vk_message (group_id, peer_id, id);
CREATE TABLE IF NOT EXISTS vk_server (
    id INTEGER PRIMARY KEY AUTOINCREMENT, group_id INTEGER NOT NULL, url TEXT NOT NULL, title TEXT NOT NULL,
    secret TEXT NOT NULL, status TEXT NOT NULL, creator_id INTEGER NOT NULL DEFAULT 0,
    events TEXT NOT NULL DEFAULT '[]', api_version TEXT NOT NULL DEFAULT '5.199'
);
CREATE TABLE IF NOT EXISTS vk_event (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, group_id INTEGER NOT NULL, n INTEGER, event_id TEXT NOT NULL,
    type TEXT NOT NULL, object TEXT NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS vk_event_n ON vk_event (group_id, n);
CREATE TABLE IF NOT EXISTS vk_held (
    group_id INTEGER NOT NULL, event_id TEXT NOT NULL, type TEXT NOT NULL, object TEXT NOT NULL, since REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS vk_delivery (
    id INTEGER PRIMARY KEY AUTOINCREMENT, server_id INTEGER NOT NULL, event_seq INTEGER,
    tries INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'due',
    last TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS vk_delivery_due ON vk_delivery (server_id, state, id);
"""
