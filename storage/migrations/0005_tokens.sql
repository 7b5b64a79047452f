-- Tokens for guests, tokens that expire and can be renewed; what a team allows; notes and tags.

-- Guests see this experiment and nothing else.
ALTER TABLE token ADD COLUMN experiment_id INTEGER REFERENCES experiment (id);
-- Who made a guest's token; a guest has no user.
ALTER TABLE token ADD COLUMN creator_id INTEGER REFERENCES user_account (id);
-- How long it works after it was made or renewed, ms; NULL: forever.
ALTER TABLE token ADD COLUMN lease INTEGER CHECK (lease > 0);
-- 1: whoever holds it may renew it.
ALTER TABLE token ADD COLUMN renewable INTEGER NOT NULL DEFAULT 0 CHECK (renewable IN (0, 1));
CREATE INDEX token_by_user ON token (user_id, client_id, id);
CREATE INDEX token_by_creator ON token (creator_id, client_id, id);

-- Users see the experiments of others (those who may administer the team always do).
ALTER TABLE client ADD COLUMN experiments_visible INTEGER NOT NULL DEFAULT 1 CHECK (experiments_visible IN (0, 1));
CREATE INDEX client_by_organization ON client (organization_id, id);

CREATE TABLE project_note (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id INTEGER NOT NULL REFERENCES project (id),
    user_id INTEGER REFERENCES user_account (id),
    contents TEXT NOT NULL,
    created INTEGER NOT NULL
) STRICT;
CREATE INDEX project_note_by_project ON project_note (project_id, id);

CREATE TABLE tag (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    client_id INTEGER NOT NULL REFERENCES client (id),
    name TEXT NOT NULL,
    color TEXT NOT NULL, -- '#RRGGBB', upper case
    UNIQUE (client_id, name)
) STRICT;
CREATE INDEX tag_by_client ON tag (client_id, id);
