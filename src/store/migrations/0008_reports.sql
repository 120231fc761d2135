-- What reports count, beside the trail that says it: the trail goes when a person is forgotten, the count stays. `operator`
-- is `unasked`, `sought` (somebody was called and nobody answered) or `reached`.
ALTER TABLE interaction ADD COLUMN direction TEXT NOT NULL DEFAULT 'in';
ALTER TABLE interaction ADD COLUMN human TEXT NOT NULL DEFAULT 'unasked';
UPDATE interaction SET direction = 'out' WHERE trail LIKE '{"direction":"out"%';
UPDATE interaction SET human = 'sought' WHERE trail LIKE '%"legs":[{%';
UPDATE interaction SET human = 'reached'
WHERE replace(trail, '"answered":null', '') LIKE '%"answered":%';

-- Whether a lock fell by this attempt; one that was made during a lock has the same verdict.
ALTER TABLE audit ADD COLUMN fell INTEGER NOT NULL DEFAULT 0;
UPDATE audit SET fell = 1 WHERE what = 'verify' AND verdict = 'locked' AND coalesce(
    (SELECT earlier.verdict FROM audit AS earlier
     WHERE earlier.customer = audit.customer AND earlier.id < audit.id AND earlier.what = 'verify'
     ORDER BY earlier.id DESC LIMIT 1), '') <> 'locked';

-- What lies in a period is found by when it was.
CREATE INDEX audit_by_time ON audit (at);
CREATE INDEX access_by_time ON access (at);
CREATE INDEX matter_by_opening ON matter (opened);
CREATE INDEX matter_by_closing ON matter (closed) WHERE closed IS NOT NULL;

-- What is kept of one holder, whatever its names are.
CREATE INDEX kept_by_holder ON kept (holder, name);
