-- One row. Every search index carries the epoch it was built in; a new epoch makes all older ones void.
CREATE TABLE store (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    epoch TEXT NOT NULL
) STRICT;
INSERT INTO store (one, epoch) VALUES (1, lower(hex(randomblob(8))));

-- Times are milliseconds since 1970. Ids are never used twice, so that an exported id stays unambiguous.
-- `recorder` names the lock file of the process that records the episode; `closed` counts episodes in the
-- order in which they ended, which is the order in which they are indexed.
CREATE TABLE episode (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    goal     TEXT NOT NULL,
    task     TEXT NOT NULL CHECK (json_valid(task)),
    begun    INTEGER NOT NULL,
    recorder TEXT NOT NULL,
    state    TEXT NOT NULL CHECK (state IN ('open', 'success', 'failure', 'interrupted')),
    closed   INTEGER UNIQUE,
    ended    INTEGER,
    reason   TEXT,
    answer   TEXT,
    CHECK ((state = 'open') = (closed IS NULL))
) STRICT;
CREATE INDEX open_episode ON episode (recorder) WHERE state = 'open';

CREATE TABLE step (
    episode INTEGER NOT NULL REFERENCES episode (id) ON DELETE CASCADE,
    idx     INTEGER NOT NULL CHECK (idx >= 0),
    record  TEXT NOT NULL CHECK (json_valid(record)),
    PRIMARY KEY (episode, idx)
) STRICT;
