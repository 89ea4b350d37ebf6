"""The emulator's tables. Ids are texts, as on the wire; those of Instagram are beyond 2^53."""

SQL = """
CREATE TABLE IF NOT EXISTS meta_place (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, username TEXT NOT NULL, about TEXT NOT NULL,
    page TEXT NOT NULL DEFAULT '', public INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE IF NOT EXISTS meta_token (
    token TEXT PRIMARY KEY, kind TEXT NOT NULL, holder TEXT NOT NULL, rights TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS meta_life (token TEXT PRIMARY KEY, ends INTEGER NOT NULL, data_ends INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS meta_text (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, place TEXT NOT NULL,
    root TEXT NOT NULL, parent TEXT NOT NULL, author TEXT NOT NULL, text TEXT NOT NULL, created INTEGER NOT NULL,
    edited INTEGER NOT NULL DEFAULT 0, hidden INTEGER NOT NULL DEFAULT 0, deleted INTEGER NOT NULL DEFAULT 0,
    closed INTEGER NOT NULL DEFAULT 0, photos TEXT NOT NULL DEFAULT '[]', lat REAL, long REAL,
    private INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS meta_text_root ON meta_text (root, kind, seq);
CREATE INDEX IF NOT EXISTS meta_text_parent ON meta_text (parent, seq);
CREATE INDEX IF NOT EXISTS meta_text_place ON meta_text (place, kind, created);
CREATE TABLE IF NOT EXISTS meta_photo (
    id TEXT PRIMARY KEY, place TEXT NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL, data BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS meta_thread (
    id TEXT PRIMARY KEY, place TEXT NOT NULL, person TEXT NOT NULL, updated INTEGER NOT NULL, UNIQUE (place, person)
);
CREATE TABLE IF NOT EXISTS meta_message (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, thread TEXT NOT NULL, out INTEGER NOT NULL,
    text TEXT NOT NULL, created INTEGER NOT NULL, edits INTEGER NOT NULL DEFAULT 0,
    deleted INTEGER NOT NULL DEFAULT 0, photos TEXT NOT NULL DEFAULT '[]', lat REAL, long REAL
);
CREATE INDEX IF NOT EXISTS meta_message_thread ON meta_message (thread, seq);
CREATE TABLE IF NOT EXISTS meta_hook (
    object TEXT PRIMARY KEY, url TEXT NOT NULL, fields TEXT NOT NULL, verify TEXT NOT NULL, values_too INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS meta_install (place TEXT PRIMARY KEY, fields TEXT NOT NULL);
"""
