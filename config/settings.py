"""The one settings file: every value is fixed here or read from the environment through config.env.

Importing it starts nothing and writes nothing. Without DATABASE_URL or REDIS_URL it only
computes the addresses of the embedded servers (config.embedded), which the supervisor or
manage.py start.
"""

from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import embedded, env, logs
from config.keys import read_key
from config.openapi import SPECTACULAR_SETTINGS as SPECTACULAR_SETTINGS

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "var")

# --- Keys -----------------------------------------------------------------------------------
SECRET_KEY = read_key("SECRET_KEY", DATA_DIR)
TOKEN_PEPPER = read_key("TOKEN_PEPPER", DATA_DIR)
FIELD_KEY = read_key("FIELD_KEY", DATA_DIR)

# --- Address --------------------------------------------------------------------------------
DEBUG = env.flag("DEBUG", False)
HOST = env.text("HOST", "127.0.0.1")
PORT = env.number("PORT", 8000, low=1, high=65535)
SITE_NAME = env.text("SITE_NAME", "Lectern")
SITE_URL = env.site("SITE_URL", f"http://127.0.0.1:{PORT}")
_site = urlsplit(SITE_URL)
IS_LOCAL = _site.hostname in {"127.0.0.1", "localhost", "::1"}
# Demo accounts have a published password: only a Lectern that nobody else can reach has them by default.
DEMO = env.flag("DEMO", IS_LOCAL and HOST in {"127.0.0.1", "localhost"})
# This machine itself is always let in: health checks ask it by its own name.
ALLOWED_HOSTS = [*(env.names("ALLOWED_HOSTS") or [_site.hostname or "localhost"]), "127.0.0.1", "localhost"]
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0, high=10)
CSRF_TRUSTED_ORIGINS = [f"{_site.scheme}://{_site.netloc}"]
BEHIND_TLS = _site.scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "lectern_session", "lectern_csrf"
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if BEHIND_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = BEHIND_TLS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- Log-in services ------------------------------------------------------------------------
# Their keys come from the environment only, so that no database dump holds a secret of theirs.
_services = {
    "github": env.pair("GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET"),
    "google": env.pair("GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET"),
    "orcid": env.pair("ORCID_CLIENT_ID", "ORCID_CLIENT_SECRET"),
}
SERVICES = {service: keys for service, keys in _services.items() if keys}
OIDC_ID, OIDC_NAME = env.text("OIDC_ID", "institute"), env.text("OIDC_NAME", "Institute")
OIDC_URL = env.url("OIDC_URL", "", {"https", "http"})
OIDC_KEYS = env.pair("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
OIDC_GROUPS_CLAIM = env.text("OIDC_GROUPS_CLAIM", "groups")
INSTITUTE_CONFIRM_DAYS = env.number("INSTITUTE_CONFIRM_DAYS", 7, low=1, high=365)
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, Any]] = {
    service: {"APPS": [{"client_id": client, "secret": secret, "key": ""}]} for service, (client, secret) in SERVICES.items()
}
if OIDC_URL and OIDC_KEYS:
    _institute: dict[str, Any] = {"provider_id": OIDC_ID, "name": OIDC_NAME, "client_id": OIDC_KEYS[0], "secret": OIDC_KEYS[1]}
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [{**_institute, "settings": {"server_url": OIDC_URL}}],
    }
SOCIALACCOUNT_ADAPTER = "accounts.social_adapter.SocialAccountAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True  # for whom, the adapter says
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_QUERY_EMAIL = True
# Where a log-in form may lead: browsers hold a form's redirects against form-action, too.
_service_hosts = {"github": "https://github.com", "google": "https://accounts.google.com", "orcid": "https://orcid.org"}
LOGIN_HOSTS = [_service_hosts[service] for service in SERVICES]
if OIDC_URL:
    LOGIN_HOSTS.append("{0.scheme}://{0.netloc}".format(urlsplit(OIDC_URL)))

# --- Apps -----------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    *(f"allauth.socialaccount.providers.{service}" for service in SERVICES),
    "csp",
    "django_htmx",
    "corsheaders",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "accounts",
    "papers",
    "digests",
]
MIDDLEWARE = [
    "config.middleware.RequestIdMiddleware",
    "config.middleware.OneSlashMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.middleware.NoNulMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "config.middleware.LastSlashMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.limiting.LimitMiddleware",
    "accounts.middleware.PublicReadingMiddleware",
    "accounts.middleware.SessionTraceMiddleware",
    "accounts.middleware.ReaderTimeZoneMiddleware",
    "accounts.middleware.GraceMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
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
                "config.context_processors.site",
                "accounts.context_processors.inbox",
            ],
        },
    },
]
FORMS_URLFIELD_ASSUME_HTTPS = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Data -----------------------------------------------------------------------------------
_embedded_database = {
    "ENGINE": "django.db.backends.postgresql",
    "NAME": "lectern",
    "USER": "postgres",
    "HOST": str(embedded.socket_dir(DATA_DIR)),
}
_database_url = env.url("DATABASE_URL", "", {"postgres", "postgresql"})
DATABASES = {
    "default": {
        **(dj_database_url.parse(_database_url) if _database_url else _embedded_database),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}
REDIS_URL = env.url("REDIS_URL", "", {"redis", "rediss", "unix"}) or embedded.redis_url(DATA_DIR)
CACHES = {
    "default": {
        "BACKEND": "config.cache.PatientRedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"db": 1},  # the broker has 0: one can be emptied without the other
        "KEY_PREFIX": "lectern",
    }
}

# --- Work -----------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker however long it is away
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 2,
    "socket_timeout": 30,
    "socket_keepalive": True,
    "max_retries": 0,  # of whoever sends a hint: six seconds of trying again would be six seconds of a reader's click
}
CELERY_IMPORTS = ["config.beating"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_PROC_ALIVE_TIMEOUT = 60.0  # seconds; a busy small machine needs more than the usual four
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")

# --- Search ----------------------------------------------------------------------------------
SEARCH_TIMEOUT_MS = env.number("SEARCH_TIMEOUT_MS", 1_500, low=50, high=60_000)
SUMMARISER = env.text("SUMMARISER", "papers.summaries.summarise")  # a function from abstracts to summaries, or "none"
EMBEDDING_MODEL = env.text("EMBEDDING_MODEL")  # a sentence-transformers model; without one, the static model that is built in

# --- People ---------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
DATA_PARTS = [
    "digests.actions.personal_data.DigestsPart",
    "papers.actions.personal_data.PapersPart",
    "accounts.actions.personal_data.AccountsPart",
]
EXPORTS_DIR = DATA_DIR / "exports"
LOGIN_URL, LOGIN_REDIRECT_URL = "account_login", "papers:front"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {"signup": "accounts.forms.SignupForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False  # accounts/limiting.py has limits that hold under parallel requests
MFA_ADAPTER = "accounts.mfa_adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # steps of 30 seconds: clocks of phones differ
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = IS_LOCAL
MFA_FORMS = {
    "authenticate": "accounts.forms.second_factor.AuthenticateForm",
    "reauthenticate": "accounts.forms.second_factor.ReauthenticateForm",
    "add_webauthn": "accounts.forms.second_factor.AddPasskeyForm",
}
SESSION_ENGINE = "accounts.sessions"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _site.scheme

# --- Mail -----------------------------------------------------------------------------------
MAIL_DIR = DATA_DIR / "mail"
RELAY = env.relay("EMAIL_URL")
EMAIL_TIMEOUT = env.number("EMAIL_TIMEOUT", 30, low=1, high=600)  # seconds
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.mailbox("DEFAULT_FROM_EMAIL", f"{SITE_NAME} <lectern@{_site.hostname}>")
MAIL_PROVIDER = env.text("MAIL_PROVIDER")  # takes mail over HTTP, in place of a relay
ANYMAIL = {**env.provider("MAIL_PROVIDER"), "REQUESTS_TIMEOUT": EMAIL_TIMEOUT}
_way = "ByProvider" if MAIL_PROVIDER else "SignedSMTP" if RELAY else "SignedFiles"
EMAIL_BACKEND = f"digests.channels.backends.{_way}"  # of mails that Django sends
DKIM_KEY = env.private_key("DKIM_KEY")
DKIM_SELECTOR = env.domain("DKIM_SELECTOR", "lectern")
DKIM_DOMAIN = env.domain("DKIM_DOMAIN", parseaddr(DEFAULT_FROM_EMAIL)[1].rpartition("@")[2])
BOUNCE_ADDRESS = env.bounce_address("BOUNCE_ADDRESS")
BOUNCE_MAILBOX = env.inbox("BOUNCE_URL")
IN_DOUBT_POLICY = env.choice("IN_DOUBT_POLICY", "hold", {"hold", "resend"})
DELIVERY_JOURNAL = env.text("DELIVERY_JOURNAL")  # the relay's log of the Message-IDs it accepted
DELIVERY_CONNECTIONS = env.number("DELIVERY_CONNECTIONS", 4, low=1, high=50)  # to the relay, of each worker's process
DOMAIN_RATES = env.rates("DOMAIN_RATES")  # mails per minute by recipients' domain, such as gmail.com=60
DELIVERY_LEASE = env.number("DELIVERY_LEASE", 300, low=1, high=86_400)  # seconds; well above EMAIL_TIMEOUT
POST_TIMEOUT = env.number("POST_TIMEOUT", 15, low=1, high=120)  # seconds that a chat or program may take to take a post; below the lease

# --- Sources of papers ---------------------------------------------------------------------
# One request per FETCH_PAUSE seconds and host, as arXiv asks.
FETCH_PAUSE = env.number("FETCH_PAUSE", 3, high=3_600)
FETCH_PRIVATE = env.flag("FETCH_PRIVATE", False)  # whether sources and outlets may be inside this network
ARXIV_API = env.url("ARXIV_API", "", {"https", "http"})  # empty: the usual one
CROSSREF_API = env.url("CROSSREF_API", "", {"https", "http"})
EUROPE_PMC_API = env.url("EUROPE_PMC_API", "", {"https", "http"})
OPENALEX = env.flag("OPENALEX", default=False)  # ask it about citations, open access and retractions
OPENALEX_API = env.url("OPENALEX_API", "", {"https", "http"})
ZOTERO_API = env.url("ZOTERO_API", "", {"https", "http"})
LINK_RESOLVER = env.url("LINK_RESOLVER", "", {"https", "http"})  # an institute's OpenURL resolver
SECURITY_CONTACT = env.url("SECURITY_CONTACT", "", {"https", "mailto"})  # whom to tell of a hole: /.well-known/security.txt
WEBSUB_HUB = env.url("WEBSUB_HUB", "", {"https", "http"})  # told when feeds change
CONTACT_ADDRESS = env.text("CONTACT_ADDRESS", parseaddr(DEFAULT_FROM_EMAIL)[1])  # told to those whom we ask

# --- Words and times ------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "templates" / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = env.zone("TIME_ZONE", "UTC")

# --- Static files ---------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = env.folder("STATIC_ROOT", DATA_DIR / "static")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- Browser --------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *LOGIN_HOSTS],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

# --- REST -----------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api.permissions.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["accounts.api.parsers.PatientJSONParser"],
    "DEFAULT_METADATA_CLASS": None,  # the schema tells it all, so OPTIONS need not
    "DEFAULT_SCHEMA_CLASS": "accounts.api.schema.ScopedSchema",
    "EXCEPTION_HANDLER": "accounts.api.problems.answer_exception",
    "DEFAULT_THROTTLE_CLASSES": ["accounts.api.throttling.Allowance"],
    "DEFAULT_THROTTLE_RATES": {"anon": env.rate("API_RATE_ANON", "100/min"), "user": env.rate("API_RATE_USER", "600/min")},
}
# Which pages elsewhere may call the API from a browser. They send a token: no cookie goes along.
_origins = env.origins("CORS_ORIGINS")
CORS_ALLOW_ALL_ORIGINS = _origins == ["*"]
CORS_ALLOWED_ORIGINS = [] if CORS_ALLOW_ALL_ORIGINS else _origins
CORS_URLS_REGEX = r"^/(api/|mcp)"
CORS_ALLOW_HEADERS = ["accept", "authorization", "content-type", "if-match", "if-none-match", "idempotency-key", "x-request-id"]
CORS_ALLOW_HEADERS += ["if-modified-since-version", "if-unmodified-since-version"]
CORS_EXPOSE_HEADERS = ["ETag", "Link", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "Last-Modified-Version"]
CORS_EXPOSE_HEADERS += ["Idempotency-Replayed", "X-Error-Message", "X-Request-Id"]

# --- Logs and metrics -----------------------------------------------------------------------
LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", {"DEBUG", "INFO", "WARNING", "ERROR"})
LOG_FORMAT = env.choice("LOG_FORMAT", "line", {"line", "json"})
LOGGING = logs.configuration(level=LOG_LEVEL, form=LOG_FORMAT)
METRICS_TOKEN = env.text("METRICS_TOKEN")  # without one there is no /metrics
