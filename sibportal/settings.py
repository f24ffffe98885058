"""Settings of the portal, driven by the environment and secure by default: no key, no start.

`.env.example` lists every variable. Only demonstration and tests make keys up for themselves.
"""

import os
from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent

# Where the portal runs -------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
SIB_DEMO = env.bool("SIB_DEMO", default=False)
SIB_HTTPS = env.bool("SIB_HTTPS", default=not (DEBUG or SIB_DEMO))
SIB_ADMIN = env.bool("SIB_ADMIN", default=False)
SIB_REQUIRE_MFA = env.bool("SIB_REQUIRE_MFA", default=not (DEBUG or SIB_DEMO))
SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# Both are 32 random bytes, URL-safe base64; they never share a value.
IDENTITY_KEY = env.str("IDENTITY_KEY")
IDENTITY_INDEX_KEY = env.str("IDENTITY_INDEX_KEY")
# Former values of IDENTITY_KEY: they read and no longer write, until all is encrypted anew.
IDENTITY_OLD_KEYS = env.list("SIB_IDENTITY_OLD_KEYS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Links in e-mail start here: the worker has no request, and a Host header proves nothing.
SIB_BASE_URL = env.str(
    "SIB_BASE_URL", default=f"http{'s' * SIB_HTTPS}://{(ALLOWED_HOSTS or ['localhost'])[0]}"
).rstrip("/")

ROOT_URLCONF = "sibportal.urls"
WSGI_APPLICATION = "sibportal.wsgi.application"
ASGI_APPLICATION = "sibportal.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "drf_spectacular",
    "pgtrigger",
    "rest_framework",
    "sibportal.audit",
    "sibportal.jobs",
    "sibportal.accounts",
    "sibportal.web",
    "sibportal.portal",
    "contracts",
    "cohorts",
    "outcomes",
    "payments",
]

MIDDLEWARE = [
    "sibportal.web.middleware.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Every page asks for sign-in; a public one says so itself with `login_not_required`.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "sibportal.web.middleware.NoStore",
    "sibportal.web.middleware.RequireMultiFactor",
    "sibportal.web.middleware.RequestTransaction",
    "sibportal.web.problems.DomainErrors",
    "axes.middleware.AxesMiddleware",
]

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
                "django.template.context_processors.i18n",
                "sibportal.portal.context.navigation",
                "sibportal.web.context.frame",
            ],
        },
    },
]
FORM_RENDERER = "sibportal.web.forms.PortalRenderer"

# Database: migrations run as the owner, everything else as a role that owns nothing -------------
# Only who migrates is given the owner's address; whoever serves could not misuse it.
DATABASE_ROLE = env.str("SIB_DATABASE_ROLE", default="app")
_OWNS = DATABASE_ROLE == "owner"
DATABASES = {"default": env.db("DATABASE_OWNER_URL" if _OWNS else "DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = 0
if _pool_size := env.int("SIB_DATABASE_POOL", default=0):
    # Set for the web process only: a pool does not survive the fork of a Celery worker.
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {"min_size": 1, "max_size": _pool_size}
# The owner grants this role what it may do after every migration (sibportal/portal/grants.py).
DATABASE_APP_ROLE = env.db("DATABASE_URL")["USER"]
if _OWNS and DATABASES["default"]["USER"] == DATABASE_APP_ROLE:
    raise ImproperlyConfigured("DATABASE_OWNER_URL and DATABASE_URL must name two roles.")

# People and sign-in ------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "account_login"
ACCOUNT_ADAPTER = "sibportal.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an administrator invites; the invitation proves the address
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # asking for a link tells nobody who has an account
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "SIB portal"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "email"  # the key under which allauth hands on the credentials
AXES_USERNAME_CALLABLE = "sibportal.accounts.adapter.address_typed"
AXES_CLIENT_IP_CALLABLE = "sibportal.accounts.adapter.client_ip"
AXES_LOCKOUT_CALLABLE = "sibportal.accounts.views.sign_in.locked_out"
# Trying again while locked out does not prolong it: the page says when it ends, and so it does.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_VERBOSE = False
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# What browsers are told --------------------------------------------------------------------------
# `__Host-` binds a cookie to this host and to https, so it cannot be used on plain http.
_COOKIE_PREFIX = "__Host-" if SIB_HTTPS else ""
SESSION_COOKIE_NAME = f"{_COOKIE_PREFIX}session"
CSRF_COOKIE_NAME = f"{_COOKIE_PREFIX}csrf"
LANGUAGE_COOKIE_NAME = f"{_COOKIE_PREFIX}language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SIB_HTTPS
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = SIB_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = env.int("SIB_HSTS_SECONDS", default=31_536_000) if SIB_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SIB_HTTPS
SIB_BEHIND_PROXY = env.bool("SIB_BEHIND_PROXY", default=False)
if SIB_BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# How many entries of X-Forwarded-For to believe. Without this, behind a proxy all people would
# share one address, and the mistakes of one would lock out everybody.
ALLAUTH_TRUSTED_PROXY_COUNT = int(SIB_BEHIND_PROXY)
CSRF_FAILURE_VIEW = "sibportal.web.problems.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

# Languages and time ------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("fi", _("Finnish")), ("sv", _("Swedish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "sibportal" / "locale"]
TIME_ZONE = "Europe/Helsinki"
USE_TZ = True

# Files -------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=BASE_DIR / "staticfiles")
STATICFILES_DIRS = [BASE_DIR / "sibportal" / "static"]
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
MEDIA_ROOT = env.path("MEDIA_ROOT", default=BASE_DIR / "media")  # private: no URL serves it
_STATIC_STORAGE = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if DEBUG
    else "whitenoise.storage.CompressedManifestStaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _STATIC_STORAGE},
}
FILE_UPLOAD_PERMISSIONS = 0o600
# A virus scanner for evidence: /path/to/clamd.socket or host:port; empty asks none.
CLAMAV_ADDRESS = env.str("CLAMAV_ADDRESS", default="")
FILE_UPLOAD_HANDLERS = ["sibportal.web.uploads.LimitedUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# E-mail ------------------------------------------------------------------------------------------
vars().update(env.email("EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="portal@example.org")
ACCOUNT_RATE_LIMITS = {"feedback": "10/h/ip"}  # beside those of the sign-in pages
SIB_FEEDBACK_EMAIL = env.str("SIB_FEEDBACK_EMAIL", default=DEFAULT_FROM_EMAIL)
if _mail_folder := env.str("EMAIL_FILE_PATH", default=""):
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = _mail_folder

# Celery: at least once; the job row in PostgreSQL is the state, a message only wakes --------------
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL")
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,  # longer than the longest task
    # Without these two a task lost with its worker came back after 105 s, with them after 15 s.
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    # A broker that is away must not keep the person waiting who only wanted to wake it.
    "socket_connect_timeout": 2,
    "socket_timeout": 10,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "sibportal.jobs.tasks.sweep", "schedule": 60.0, "options": {"expires": 50}},
}

# REST --------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "sibportal.accounts.authentication.ApiTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "PAGE_SIZE": 50,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.AnonRateThrottle",
        "rest_framework.throttling.UserRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {"anon": "60/min", "user": "1200/min"},
    "NUM_PROXIES": ALLAUTH_TRUSTED_PROXY_COUNT,
    "EXCEPTION_HANDLER": "sibportal.web.problems.api_exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "SIB portal",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
}

# Tables, triggers, logs --------------------------------------------------------------------------
DJANGO_TABLES2_TEMPLATE = "tables/table.html"
PGTRIGGER_INSTALL_ON_MIGRATE = False  # triggers travel in the migrations
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # preload is asked for where HSTS is on at all
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    "loggers": {"django": {"handlers": [], "propagate": True}},
}
