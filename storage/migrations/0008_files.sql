-- Files of training runs. A file is announced first; its row and its content come into being together when all of it has arrived.

-- An upload that was announced. Whoever knows the secret may send the content until the upload expires.
CREATE TABLE file_upload (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- of the file to come
    training_run_id INTEGER NOT NULL REFERENCES training_run (id),
    user_id INTEGER REFERENCES user_account (id),
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    secret_digest BLOB NOT NULL UNIQUE CHECK (length(secret_digest) = 32), -- SHA-256; the secret itself is never stored
    name TEXT,
    filename TEXT,
    content_type TEXT NOT NULL,
    content_length INTEGER NOT NULL CHECK (content_length > 0),
    content_md5 BLOB NOT NULL CHECK (length(content_md5) = 16),
    stored INTEGER NOT NULL CHECK (stored IN (0, 1)) -- there is a file with this id
) STRICT;
CREATE INDEX file_upload_by_expires ON file_upload (expires);
CREATE INDEX file_upload_by_training_run ON file_upload (training_run_id);

CREATE TABLE file (
    id INTEGER PRIMARY KEY, -- of its upload; those come from a sequence
    training_run_id INTEGER NOT NULL REFERENCES training_run (id),
    user_id INTEGER REFERENCES user_account (id),
    created INTEGER NOT NULL,
    name TEXT,
    filename TEXT,
    content_type TEXT NOT NULL,
    content_length INTEGER NOT NULL CHECK (content_length > 0),
    content_md5 BLOB NOT NULL CHECK (length(content_md5) = 16)
) STRICT;
CREATE INDEX file_by_training_run ON file (training_run_id, id);

CREATE TABLE file_content (
    file_id INTEGER PRIMARY KEY REFERENCES file (id),
    content BLOB NOT NULL
) STRICT;

-- One row: bytes of all files and of all announced uploads that are not stored.
CREATE TABLE file_space (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    bytes INTEGER NOT NULL CHECK (bytes >= 0)
) STRICT;
INSERT INTO file_space (id, bytes) VALUES (1, 0);
