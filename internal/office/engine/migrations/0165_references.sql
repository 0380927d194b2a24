-- A server looks up what rows name with one query for each statement, not for each row (postgres/references.go).

-- +goose Up
${REFERENCES}
