-- What asked with an enrolment code and waits until people have compared words (casework.Applicant).

-- +goose Up
ALTER TABLE codes ADD COLUMN asked ${INT}; -- when the request came that the words below stand for; null while none has
ALTER TABLE codes ADD COLUMN asked_sign ${BLOB};
ALTER TABLE codes ADD COLUMN asked_tls ${BLOB};
ALTER TABLE codes ADD COLUMN asked_seal_to TEXT;
ALTER TABLE codes ADD COLUMN asked_app TEXT NOT NULL DEFAULT '';
ALTER TABLE codes ADD COLUMN asked_check ${BLOB};
