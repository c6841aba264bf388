#!/bin/bash
# Run once by the postgres image when the cluster is new: the database and its two roles.
# The owner migrates and takes backups; the application may only use what `grant_app_role` gives it.
set -euo pipefail

psql --username "$POSTGRES_USER" --dbname postgres --set ON_ERROR_STOP=1 \
    --set owner_password="$(cat "$OWNER_PASSWORD_FILE")" --set app_password="$(cat "$APP_PASSWORD_FILE")" <<'SQL'
CREATE ROLE socialdesk_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE socialdesk_app LOGIN PASSWORD :'app_password';
CREATE DATABASE socialdesk OWNER socialdesk_owner;
REVOKE CONNECT ON DATABASE socialdesk FROM PUBLIC;
GRANT CONNECT ON DATABASE socialdesk TO socialdesk_app;
SQL
