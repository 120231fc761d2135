-- Until when somebody is busy with an errand; afterwards it is anybody's again.
ALTER TABLE errand ADD COLUMN claimed_until INTEGER;
