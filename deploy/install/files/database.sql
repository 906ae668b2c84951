-- Two roles and the database, for psql as a superuser; again and again without harm. deploy/install/database.py
-- goes on in the database with their rights in it.
-- The owner has tables, functions and triggers, and migrates. The application reads and writes rows, no more:
-- whatever gets hold of it can neither take the trail's triggers away nor a table. A restore and an upgrade put a
-- new database in the old one's place, whose connections they end: so the owner may make one, and is a member of
-- the application's role.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SELECT format('CREATE ROLE %I', role) FROM unnest(ARRAY[:'owner', :'application']) AS role
 WHERE role NOT IN (SELECT rolname FROM pg_roles) \gexec
ALTER ROLE :"owner" LOGIN NOSUPERUSER CREATEDB NOCREATEROLE PASSWORD :'owner_password';
ALTER ROLE :"application" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'application_password';
-- Else the desk's long questions are compiled anew each time.
ALTER ROLE :"application" SET jit = off;
GRANT :"application" TO :"owner";
SELECT format('CREATE DATABASE %I OWNER %I TEMPLATE template0 ENCODING ''UTF8'' LC_COLLATE ''C.UTF-8'' LC_CTYPE ''C.UTF-8''',
              :'database', :'owner')
 WHERE :'database' NOT IN (SELECT datname FROM pg_database) \gexec
\connect :"database"
