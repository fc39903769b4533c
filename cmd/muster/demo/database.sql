-- The HR database of the demonstration. Dates and telephone numbers are texts,
-- and nothing keeps a key from occurring twice: HR views are like that.
DROP VIEW IF EXISTS membership;
DROP VIEW IF EXISTS staff;
DROP TABLE IF EXISTS person;
DROP TABLE IF EXISTS department;

CREATE TABLE department (
  code TEXT NOT NULL,
  name TEXT NOT NULL
);

CREATE TABLE person (
  id         TEXT NOT NULL,
  given      TEXT,
  family     TEXT,
  department TEXT,
  title      TEXT,
  location   TEXT,
  country    TEXT,
  phone      TEXT,
  began      TEXT,
  ended      TEXT,
  manager    TEXT
);

CREATE VIEW staff AS
SELECT p.id, p.given, p.family, d.name AS department, p.title, p.location, p.country, p.phone, p.began, p.ended, p.manager
FROM person p LEFT JOIN department d ON d.code = p.department;

-- One row per group and member, for a job of groups.
CREATE VIEW membership AS
SELECT 'dept-' || lower(d.code) AS group_key, d.name AS group_name, p.id AS member_key
FROM department d JOIN person p ON p.department = d.code;
