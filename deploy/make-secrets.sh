#!/bin/sh
# Make ./secrets for docker-compose.yml: new random values, one file each. Existing files are left as they are.
set -eu
umask 077
cd "$(dirname "$0")/.."
mkdir -p secrets

random() { head -c 32 /dev/urandom | base64 | tr -d '\n=' | tr '+/' '-_'; }
keep() { [ -s "secrets/$1" ] || printf '%s' "$2" > "secrets/$1"; }

keep postgres_password "$(random)"
keep owner_password "$(random)"
keep app_password "$(random)"
keep secret_key "$(random)$(random)"
keep token_keys "$(head -c 32 /dev/urandom | base64 | tr '+/' '-_')"
keep meta_app_secret ''
keep google_client_secret ''
keep database_url "postgresql://socialdesk_app:$(cat secrets/app_password)@postgres:5432/socialdesk"
keep database_owner_url "postgresql://socialdesk_owner:$(cat secrets/owner_password)@postgres:5432/socialdesk"
if [ ! -s secrets/valkey_conf ]; then
    password="$(random)"
    printf 'requirepass %s\n' "$password" > secrets/valkey_conf
    printf 'redis://:%s@valkey:6379/0' "$password" > secrets/redis_url
fi
# The containers' users read the files through the mount: the folder keeps others out.
chmod 0644 secrets/*
chmod 0700 secrets
echo "The secrets are in ./secrets. Keep a copy of token_keys with the backups: channel tokens cannot be read without it."
