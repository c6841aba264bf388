"""All settings, read from the environment with safe defaults.

Every secret may come from a file instead: NAME_FILE=/run/secrets/name. This module never starts a server;
`socialdesk.embedded` does, and hands the addresses over by environment.
"""

import os
import sys
from pathlib import Path
from typing import Any

from celery.schedules import schedule
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from socialdesk.environment import env, secret

BASE_DIR = Path(__file__).resolve().parent.parent
NODE_MODULES = BASE_DIR / "node_modules"
DATA_DIR = Path(env.str("SOCIALDESK_DATA_DIR", default=str(BASE_DIR / ".data")))

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("SOCIALDESK_DEMO", default=False)
SITE_URL = env.str("SITE_URL", default=f"http://127.0.0.1:{env.int('PORT', default=8000)}").rstrip("/")
SECURE = SITE_URL.startswith("https://")
# A demo, a test or a developer gets secrets of its own; production must be given them.
MAKE_SECRETS = DEBUG or DEMO or env.bool("SOCIALDESK_TEST", default=False)
SECRET_KEY = secret("SECRET_KEY", data_dir=DATA_DIR, made_here=MAKE_SECRETS)
# Keys that channel tokens are encrypted with, newest first; older ones still open what they closed.
TOKEN_KEYS = [
    key.strip() for key in secret("TOKEN_KEYS", data_dir=DATA_DIR, made_here=MAKE_SECRETS).split(",") if key.strip()
]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SECURE else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "socialdesk",
    "audit",
    "files",
    "team",
    "notices",
    "guidelines",
    "inbox",
    "archive",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "socialdesk.middleware.UnreadableTextMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "socialdesk.middleware.SignInMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "team.middleware.MembershipMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "socialdesk.urls"
WSGI_APPLICATION = "socialdesk.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "socialdesk.context.frame",
            ],
            "builtins": ["django.templatetags.i18n"],
        },
    }
]

# PostgreSQL, always. The web and the workers are the app role; only migrate and backup are the owner.
DATABASE_URL = env.str("DATABASE_URL", default="")
DATABASE_OWNER_URL = env.str("DATABASE_OWNER_URL", default=DATABASE_URL)
DATABASE_APP_ROLE = env.str("DATABASE_APP_ROLE", default="socialdesk_app")
AS_OWNER = env.bool("SOCIALDESK_AS_OWNER", default=False)


def _database(url: str) -> dict[str, Any]:
    """Return Django's settings for one PostgreSQL address, or the dummy engine when there is none."""
    if not url:
        return {"ENGINE": "django.db.backends.dummy"}
    config: dict[str, Any] = env.db_url_config(url)
    if not config["ENGINE"].endswith("postgresql"):
        raise ImproperlyConfigured("DATABASE_URL must be a postgresql:// address: SocialDesk runs on PostgreSQL only.")
    options = {"connect_timeout": 5, "application_name": env.str("SOCIALDESK_PROCESS", default="socialdesk")}
    return {
        **config,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**config.get("OPTIONS", {}), **options},
    }


DATABASES = {"default": _database(DATABASE_OWNER_URL if AS_OWNER else DATABASE_URL)}

# Redis is only a wake-up: it may be wiped at any moment. Rate limits live in PostgreSQL, so sign-in holds without it.
REDIS_URL = env.str("REDIS_URL", default="")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "socialdesk_cache"},
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME = "__Host-socialdesk" if SECURE else "socialdesk"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "socialdesk_csrf"
CSRF_FAILURE_VIEW = "socialdesk.views.csrf_failure"

CELERY_BROKER_URL = REDIS_URL or "redis://127.0.0.1:1/0"
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "retry_on_timeout": True,
    "max_retries": 1,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_DB_REUSE_MAX = sys.maxsize // 2  # Celery never closes a connection: see `socialdesk.celery.keep_connection`
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1}
PULL_EVERY = env.float("PULL_EVERY", default=10.0)  # seconds between looks for channels that are due
SLOW_PASS_EVERY = env.float("SLOW_PASS_EVERY", default=120.0)  # seconds between looks at the same thread or comment
YOUTUBE_UNITS_A_DAY = env.int("YOUTUBE_UNITS_A_DAY", default=10_000)  # what Google gives the project a day
SWEEP_EVERY = env.float("SWEEP_EVERY", default=10.0)  # seconds between sweeps for work that a lost task left
# Further hosts that hold attached pictures, beside inbox/channels/attachment_hosts.py: a Mastodon server's own store.
ATTACHMENT_HOSTS = env.list("ATTACHMENT_HOSTS", default=[])
CELERY_BEAT_SCHEDULE = {
    "pull channels that are due": {"task": "inbox.tasks.pull_due_channels", "schedule": schedule(PULL_EVERY)},
    "read history that is due": {"task": "inbox.tasks.sweep_histories", "schedule": schedule(30)},
    "publish what is due": {"task": "inbox.tasks.sweep_replies", "schedule": schedule(SWEEP_EVERY)},
    "hide, delete and tell what is due": {
        "task": "inbox.tasks.sweep_interventions",
        "schedule": schedule(SWEEP_EVERY),
    },
    "lift bans that are over": {"task": "inbox.tasks.lift_bans", "schedule": schedule(60 * 60)},
    "follow the log": {"task": "archive.tasks.follow_log", "schedule": schedule(SWEEP_EVERY)},
    "fetch attachments that are due": {"task": "inbox.tasks.sweep_attachments", "schedule": schedule(30)},
    "send mail that is due": {"task": "notices.tasks.sweep_notices", "schedule": schedule(SWEEP_EVERY)},
    "forget old sign-ins": {"task": "inbox.tasks.forget_sign_ins", "schedule": schedule(600)},
    "read deliveries that are left": {"task": "inbox.tasks.sweep_deliveries", "schedule": schedule(SWEEP_EVERY)},
    "forget old deliveries": {"task": "inbox.tasks.forget_deliveries", "schedule": schedule(24 * 60 * 60)},
    "ask for missing receipts": {"task": "inbox.tasks.chase_forwardings", "schedule": schedule(600)},
    "take up exports again": {"task": "archive.tasks.sweep_batches", "schedule": schedule(60)},
    "remind readers": {"task": "guidelines.tasks.remind_readers", "schedule": schedule(60 * 60)},
    "take up what has waited": {"task": "inbox.tasks.resume_waiting", "schedule": schedule(60)},
    "erase what was ordered": {"task": "inbox.tasks.sweep_erasures", "schedule": schedule(60)},
    "fold the counts": {"task": "inbox.tasks.fold_tallies", "schedule": schedule(60)},
    "forget old measures": {"task": "socialdesk.tasks.forget_old_measures", "schedule": schedule(24 * 60 * 60)},
    "anchor the log": {"task": "socialdesk.tasks.anchor_log", "schedule": schedule(24 * 60 * 60)},
}

# Publishing (docs/decisions/0003): a lease longer than every time limit, then time to settle.
PUBLISH_TIMEOUT = env.float("PUBLISH_TIMEOUT", default=25.0)
PUBLISH_LEASE = env.float("PUBLISH_LEASE", default=60.0)
PUBLISH_SETTLE = env.float("PUBLISH_SETTLE", default=120.0)
if not PUBLISH_LEASE > PUBLISH_TIMEOUT:
    raise ImproperlyConfigured("PUBLISH_LEASE must be longer than PUBLISH_TIMEOUT, or a reply can be published twice.")

AUTH_USER_MODEL = "team.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "team.accounts.ClosedSignUp"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/ip,5/5m/key"}
RECEIPT_RATE = env.str("RECEIPT_RATE", default="60/5m/ip")  # how often one address may open receipt links
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

# Mail: EMAIL_URL=smtp+tls://user:password@host:587. Without it each mail is a file in the data folder.
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="socialdesk@localhost")
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = str(DATA_DIR / "mail")
EMAIL_TIMEOUT = env.float("EMAIL_TIMEOUT", default=10.0)  # seconds for each answer of the mail server
if _mail_url := env.str("EMAIL_URL", default=""):
    _mail = env.email_url_config(_mail_url)
    if _mail["EMAIL_BACKEND"] != "django.core.mail.backends.smtp.EmailBackend":
        raise ImproperlyConfigured("EMAIL_URL must be smtp://, smtp+tls:// or smtp+ssl://.")
    EMAIL_BACKEND = "notices.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"] or 25
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"] or "", _mail["EMAIL_HOST_PASSWORD"] or ""
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.get("EMAIL_USE_TLS", False), _mail.get("EMAIL_USE_SSL", False)
# A lease longer than the longest conversation with the mail server.
MAIL_TIMEOUT = env.float("MAIL_TIMEOUT", default=30.0)
MAIL_LEASE = env.float("MAIL_LEASE", default=90.0)
if not MAIL_LEASE > MAIL_TIMEOUT + EMAIL_TIMEOUT:
    raise ImproperlyConfigured("MAIL_LEASE must be longer than MAIL_TIMEOUT and EMAIL_TIMEOUT together.")

# Our apps at the platforms (docs/operations.md). The addresses are settings: the practice platforms can stand in.
META_APP_ID = env.str("META_APP_ID", default="").strip()
META_APP_SECRET = env.str("META_APP_SECRET", default="").strip()  # signs webhooks too; empty: none is accepted
META_VERIFY_TOKEN = env.str("META_VERIFY_TOKEN", default="").strip()  # the word Meta shows when it asks who we are
GOOGLE_CLIENT_ID = env.str("GOOGLE_CLIENT_ID", default="").strip()
GOOGLE_CLIENT_SECRET = env.str("GOOGLE_CLIENT_SECRET", default="").strip()
GRAPH_VERSION = env.str("GRAPH_VERSION", default="v26.0")  # when it ends: inbox.platform_apps.graph_version_ends
META_GRAPH_URL = env.str("META_GRAPH_URL", default="https://graph.facebook.com")
META_LOGIN_URL = env.str("META_LOGIN_URL", default="https://www.facebook.com")
GOOGLE_LOGIN_URL = env.str("GOOGLE_LOGIN_URL", default="https://accounts.google.com/o/oauth2/v2/auth")
GOOGLE_TOKEN_URL = env.str("GOOGLE_TOKEN_URL", default="https://oauth2.googleapis.com/token")
GOOGLE_REVOKE_URL = env.str("GOOGLE_REVOKE_URL", default="https://oauth2.googleapis.com/revoke")
YOUTUBE_URL = env.str("YOUTUBE_URL", default="https://www.googleapis.com")
MASTODON_URL = env.str("MASTODON_URL", default="")  # the server that the form proposes
BLUESKY_URL = env.str("BLUESKY_URL", default="https://bsky.social")
BLUESKY_APP_PASSWORDS_URL = env.str("BLUESKY_APP_PASSWORDS_URL", default="https://bsky.app/settings/app-passwords")

LANGUAGE_CODE = "nb"
LANGUAGES = [("nb", "Bokmål"), ("nn", "Nynorsk"), ("en", "English")]  # each called what its own readers call it
FORMAT_MODULE_PATH = ["socialdesk.formats"]
LANGUAGE_COOKIE_NAME = "socialdesk_language"
LANGUAGE_COOKIE_SECURE, LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SAMESITE = SECURE, True, "Lax"
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Oslo"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS: list[Any] = [
    BASE_DIR / "static",
    ("vendor/ds-css", NODE_MODULES / "@digdir/designsystemet-css/dist/src"),
    ("vendor/ds-theme", NODE_MODULES / "@digdir/designsystemet-theme/src/themes"),
    ("vendor/ds-web", NODE_MODULES / "@digdir/designsystemet-web/dist/umd"),
    ("vendor/inter", NODE_MODULES / "@fontsource-variable/inter"),
    ("vendor/idiomorph", NODE_MODULES / "idiomorph/dist"),
]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(DATA_DIR / "files"), "base_url": None},
    },
    "staticfiles": {
        "BACKEND": env.str("STATICFILES_BACKEND", default="whitenoise.storage.CompressedManifestStaticFilesStorage")
    },
}
DOCUMENT_FONT_PATHS = [NODE_MODULES / "@expo-google-fonts"]
# A folder that municipalities' archives watch; each has one of its own in it, by its slug (archive.delivery).
ARCHIVE_FOLDER = env.str("SOCIALDESK_ARCHIVE_FOLDER", default="")
ARKIVMELDING_XSD = env.str("SOCIALDESK_ARKIVMELDING_XSD", default="")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_SSL_REDIRECT = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

DEFAULT_EXCEPTION_REPORTER_FILTER = "socialdesk.quiet_errors.QuietFilter"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "celery.app.trace": {"level": "WARNING"},
        "fontTools": {"level": "ERROR"},
        "urllib3": {"level": "WARNING"},  # at DEBUG it writes whole addresses, and Meta wants a token in one
    },
}
if os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE"):
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
