"""Values that hold everywhere. What differs by place is in dev, test and production."""

from pathlib import Path

import pghistory
import pgtrigger
from django.utils.translation import gettext_lazy as _

from apps.common.rooms import declared, enums, schedule

from . import environment as env

BASE_DIR = Path(__file__).resolve().parents[2]
SECRET_KEY = env.secret_key()
DEBUG = False
ALLOWED_HOSTS: list[str] = []
ROOT_URLCONF = "cluster.urls"
ASGI_APPLICATION = "cluster.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "apps.accounts",  # before django.contrib.auth: its `changepassword` stands for Django's
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "channels",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "guardian",
    "pghistory",
    "pgtrigger",
    "rest_framework",
    "template_partials",
    "apps.tenancy",
    "apps.ui",
    "apps.kept",
    "apps.masterdata",
    "apps.calendars",
    "apps.planning",
    "apps.events",
    "apps.sharing",
    "apps.joining",
    "apps.orders",
    "apps.inventory",
    "apps.quality",
    "apps.consigned",
    "apps.deliveries",
    "apps.production",
    "apps.capacity",
    "apps.learning",
    "apps.partners",
    "apps.tower",
    "apps.exchange",
    "apps.leaving",
    "apps.supplying",
    "apps.worklist",
    "apps.operations",
    "apps.web",
    "cluster.runtime",
]
_rooms = declared(INSTALLED_APPS)

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "apps.web.middleware.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "apps.accounts.middleware.LanguageMiddleware",
    "apps.accounts.middleware.ScopeMiddleware",
    "apps.web.middleware.DomainErrorMiddleware",
    "apps.web.middleware.InputMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "apps.web.context.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "template_partials.templatetags.partials",
                "apps.ui.templatetags.icons",
                "apps.ui.templatetags.ui",
                "apps.web.templatetags.shell",
            ],
        },
    }
]
FORM_RENDERER = "apps.ui.forms.FieldRenderer"

DATABASES = env.databases(pool_size=env.number("DURE_DATABASE_POOL", 10))
DATABASE_ROUTERS = ["apps.tenancy.routers.ScopeRouter"]
ADMIN_DATABASE_URL = env.admin_database_url()

REDIS_URL = env.redis_url(0)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"serializer": "apps.common.cache.JsonSerializer"},
    }
}
# Without socket_timeout=None channels-redis 4.3 with redis-py 8 closes every idle socket after 5 s.
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": None}], "prefix": "dure"},
    }
}
SOCKETS_PER_PERSON = env.number("DURE_SOCKETS_PER_PERSON", 20)  # in each web process

CELERY_BROKER_URL = env.redis_url(0)
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True  # a worker killed in the middle of a task hands it to the next; tasks are safe to repeat
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = schedule(_rooms)

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "apps.accounts.backends.EmailBackend",
    "guardian.backends.ObjectPermissionBackend",
]
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "web:today"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
]
# How long the link of an invitation lives, how soon it may be mailed again, how many may wait in one firm, and how long one
# is kept after it was used, revoked or has expired.
INVITATION_DAYS = 7
INVITATION_PAUSE_SECONDS = 60
INVITATIONS_OPEN = 100
INVITATIONS_KEPT_DAYS = env.number("DURE_INVITATIONS_KEPT_DAYS", 90)
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
# A session ends with the browser, after 12 hours at the latest; on an own device a person may ask for 30 days at sign-in.
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "apps.web.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"

# Sign-in, passwords and sessions: allauth, with our pages, addresses and mails (apps/accounts/identity_views.py).
ACCOUNT_ADAPTER = "apps.accounts.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # people come by invitation or by a mailed link: both prove the mailbox
ACCOUNT_SESSION_REMEMBER = None  # asked at sign-in
ACCOUNT_SESSION_COOKIE_AGE = 30 * 24 * 3600
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
PASSWORD_RESET_TIMEOUT = 4 * 3600
# Counted in the cache. Wrong tries only: a morning's hundred sign-ins from one address lock nobody out (see adapter.py).
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": "5/15m/key",
    "login_failed_place": "30/15m/ip",
    "login_failed_device": "10/15m/key",
    "reset_password": "30/15m/ip,5/15m/key",
    "change_address": "5/15m/user,5/15m/key",
    "tablet_code": "5/15m/key",  # wrong codes of one person at a firm's shared tablets
    "tablet_place": "30/15m/key",
    "tablet_own_code": "5/15m/key",  # the password asked for with a new code
    "calendar": "120/1h/key",  # of one person's address, read by all of their devices
    "first_code": "10/1m/ip,60/1m/key",  # of an empty installation
}
# How many proxies stand before uvicorn: so many entries at the end of X-Forwarded-For are believed, none without.
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("DURE_TRUSTED_PROXIES", 0)

GUARDIAN_RAISE_403 = False
ANONYMOUS_USER_NAME = None

# History: one row per change, written by statement-level triggers, with the context as JSON on the row itself.
PGHISTORY_LEVEL = pgtrigger.Statement
PGHISTORY_ADMIN_CLASS = None
# History is read by its row only: indexes on its other keys doubled the time of every write.
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(related_name="+", related_query_name="+", db_index=False)
PGHISTORY_INSTALL_CONTEXT_FUNC_ON_MIGRATE = True

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["apps.accounts.api.authentication.DoorAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["apps.accounts.api.permissions.HoldsAct"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["apps.common.parsing.WholeJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "apps.common.schema.ProblemSchema",
    "DEFAULT_PAGINATION_CLASS": "apps.common.keyset.KeysetPagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "EXCEPTION_HANDLER": "apps.common.problems.problem_response",
    "DEFAULT_METADATA_CLASS": None,
    "URL_FORMAT_OVERRIDE": None,
    "PAGE_SIZE": 25,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Dure",
    "DESCRIPTION": "Orders, deliveries, stock and quality between a lead firm and its suppliers.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": enums(_rooms),
}

LANGUAGE_CODE = "ko"
# Bytes of a form without its files: all characters that may be pasted (apps/exchange/forms.py), at 4 bytes each.
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024**2

LANGUAGES = [("ko", _("Korean")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "apps" / "web" / "locale"]
FORMAT_MODULE_PATH = ["apps.web.formats"]
# The page that shows every part of the interface: in demo and development.
STYLE_GUIDE = False
TIME_ZONE = "Asia/Seoul"
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
WHITENOISE_MAX_AGE = 60

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
# What this application writes beside its database.
FILES_FOLDER = Path(env.text("DURE_FILES", str(BASE_DIR / ".dure")))
# The largest table that people bring: its bytes, and its rows on one sheet.
IMPORT_MOST_BYTES = env.number("DURE_IMPORT_MOST_BYTES", 40_000_000)
IMPORT_MOST_ROWS = env.number("DURE_IMPORT_MOST_ROWS", 200_000)
EMAIL_FILE_PATH = FILES_FOLDER / "mail"
DEFAULT_FROM_EMAIL = env.text("DURE_MAIL_FROM", "dure@localhost")
# Who is told when something fails; where backups lie, how many are kept; where the database's files lie, if here.
OPERATOR_MAIL = env.text("DURE_OPERATOR_MAIL")
BACKUP_FOLDER = Path(env.text("DURE_BACKUP_FOLDER", str(FILES_FOLDER / "backups")))
BACKUPS_KEPT = env.number("DURE_BACKUPS_KEPT", 14)
DATABASE_FOLDER = env.database_folder()
# Where people reach this installation: stands in mails and QR codes.
PUBLIC_URL = env.text("DURE_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")

# Training together: where SuperLinks, the gateway's tables and checkpoints lie; what factories connect to (host:port);
# where a ServerApp reaches this web application.
LEARNING_FOLDER = Path(env.text("DURE_LEARNING_FOLDER", str(BASE_DIR / ".dure" / "learning")))
GATEWAY_ADDRESS = env.text("DURE_GATEWAY", "127.0.0.1:9443")
# Of SuperLinks and the gateway, where root starts the keeper; empty: the keeper's own.
SUPERLINK_USER = env.text("DURE_SUPERLINK_USER")
DESK_ADDRESS = env.text("DURE_DESK_ADDRESS", PUBLIC_URL)
# In bytes: a run's report carries its checkpoint as base64; six networks of 1024 by 1024 fit.
LEARNING_LARGEST_REPORT = env.number("DURE_LARGEST_REPORT", 32 * 2**20)

SYSTEM_TIMEZONES = ["Asia/Seoul", "UTC", "Europe/Berlin", "America/Detroit", "Asia/Shanghai", "Asia/Ho_Chi_Minh"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"django.request": {"level": "ERROR"}, "fontTools": {"level": "WARNING"}},
}
