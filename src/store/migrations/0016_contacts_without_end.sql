-- Which contacts a server has left without an end: looked for at each start, and few.
CREATE INDEX interaction_without_end ON interaction (started, id) WHERE ended IS NULL;
