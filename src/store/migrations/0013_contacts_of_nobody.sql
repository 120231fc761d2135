-- What is kept of a person also lies in contacts in which nobody found out who it was. The caller is a number, or an address in
-- normal form.
CREATE INDEX interaction_of_nobody ON interaction (caller) WHERE customer IS NULL AND caller IS NOT NULL;
