-- What is to be forgotten is found by its age.
CREATE INDEX interaction_by_age ON interaction (started) WHERE ended IS NOT NULL AND erased = 0;
CREATE INDEX matter_by_age ON matter (closed) WHERE state = 'closed' AND erased = 0;
