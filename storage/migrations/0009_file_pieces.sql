-- Contents of large files are written in several short transactions, so that others do not wait for them: the first bytes are in
-- file_content and come last, together with the file; what follows is here. A file from before is in file_content as a whole.

CREATE TABLE file_piece (
    file_id INTEGER NOT NULL, -- of an upload that is being stored, or of a file
    start INTEGER NOT NULL CHECK (start > 0), -- bytes of the file before it
    content BLOB NOT NULL,
    PRIMARY KEY (file_id, start)
) STRICT;
