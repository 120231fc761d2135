-- What was given up or dropped, for people who look for it.
CREATE INDEX errand_left ON errand (state, id) WHERE state <> 'delivered';
