#!/bin/sh
# Runs once, when the database server is empty: the owner who migrates and the role that serves.
set -eu
psql -v ON_ERROR_STOP=1 -v owner_password="$SIB_OWNER_PASSWORD" -v app_password="$SIB_APP_PASSWORD" \
    --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE sib_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE sib_app LOGIN PASSWORD :'app_password';
CREATE DATABASE sib OWNER sib_owner;
REVOKE ALL ON DATABASE sib FROM PUBLIC;
GRANT CONNECT ON DATABASE sib TO sib_app;
\connect sib
CREATE EXTENSION IF NOT EXISTS btree_gist;
SQL
