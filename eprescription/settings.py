"""Settings, top to bottom, from the environment. The same code serves demo, tests and production."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from eprescription.environment import ROOT, distinct, env, required, secret, secrets_of
from eprescription.headers import CONTENT_SECURITY_POLICY  # noqa: F401 - read by django-csp
from eprescription.logs import LOGGING  # noqa: F401 - read by Django
from eprescription.national.registered import NATIONAL_PROVIDERS  # noqa: F401 - PSC_…, FRANCECONNECT_…
from eprescription.periods import (  # noqa: F401 - read by eprescription.retention
    KEEP_ANONYMOUS,
    KEEP_DONE,
    KEEP_DRAFTS,
    KEEP_PRESCRIPTIONS,
    KEEP_REGISTERS,
)
from eprescription.rest import REST_FRAMEWORK  # noqa: F401 - read by django-rest-framework
from eprescription.schedule import CELERY_BEAT_SCHEDULE  # noqa: F401 - read by Celery

# What runs
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)  # plain HTTP on the loopback address, invented people
TESTING = env.bool("TESTING", default=False)
PLAIN_HTTP = DEBUG or DEMO or TESTING
VERSION = "0.1.0"

# Secrets: one for each purpose
SECRET_KEY = secret("SECRET_KEY", "sessions and forms")
FIELD_KEY = secret("FIELD_KEY", "encryption of civil identities")
INDEX_KEY = secret("INDEX_KEY", "blind index of identities")
CODE_KEY = secret("CODE_KEY", "keyed hash of the QR codes")
HEALTH_SPACE_TOKEN = secret("HEALTH_SPACE_TOKEN", "pushes to the health space")
ANCHOR_KEY = secret("ANCHOR_KEY", "signature of the journal's anchors")
PROOF_KEY = secret("PROOF_KEY", "signature of the codes that are verified offline")
# Keys that still open what they sealed, or that will seal soon: `manage.py rotate_keys`
FIELD_KEY_FORMER = secrets_of("FIELD_KEY_FORMER", "a former FIELD_KEY")
INDEX_KEY_FORMER = secrets_of("INDEX_KEY_FORMER", "a former INDEX_KEY")
CODE_KEY_FORMER = secrets_of("CODE_KEY_FORMER", "a former CODE_KEY, which still knows its codes")
PROOF_KEY_FORMER = secrets_of("PROOF_KEY_FORMER", "a former PROOF_KEY, which still verifies")
PROOF_KEY_REVOKED = env.list("PROOF_KEY_REVOKED", default=[])  # names of keys that leaked
distinct(
    *FIELD_KEY_FORMER,
    *INDEX_KEY_FORMER,
    *CODE_KEY_FORMER,
    *PROOF_KEY_FORMER,
    SECRET_KEY=SECRET_KEY,
    FIELD_KEY=FIELD_KEY,
    INDEX_KEY=INDEX_KEY,
    CODE_KEY=CODE_KEY,
    HEALTH_SPACE_TOKEN=HEALTH_SPACE_TOKEN,
    ANCHOR_KEY=ANCHOR_KEY,
    PROOF_KEY=PROOF_KEY,
)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

# Where it is
BASE_URL = env.str("BASE_URL", default="https://localhost").rstrip("/")
ALLOWED_HOSTS = required(
    "ALLOWED_HOSTS", "the host names of the portal, separated by commas"
).split(",")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
HEALTH_SPACE_URL = env.str("HEALTH_SPACE_URL", default=f"{BASE_URL}/espace-sante/fhir")
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)  # how many stand before the web server
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

INSTALLED_APPS = [
    "eprescription",
    "eprescription.identity",
    "eprescription.catalogue",
    "prescribers",
    "pharmacies",
    "patients",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "guardian",
    "pgtrigger",
    "rest_framework",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "eprescription.middleware.harden",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "eprescription.middleware.act_as",
    "eprescription.national.middleware.guard_keys",
    "pharmacies.middleware.Counter",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "eprescription.urls"
WSGI_APPLICATION = "eprescription.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "eprescription.context.portal",
            ],
        },
    }
]
FORM_RENDERER = "eprescription.widgets.Renderer"

# Data: PostgreSQL is the one engine
required("DATABASE_URL", "postgres://user:password@host/name")
DATABASES = {"default": env.db_url("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["OPTIONS"] = {
    # Statements are planned once a connection and not at each request.
    "server_side_binding": True,
    "prepare_threshold": 3,
    "connect_timeout": 5,
    "options": "-c lock_timeout=5s -c statement_timeout=15s -c idle_in_transaction_session_timeout=60s",
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# In the database and not in Redis: signing in and counting misses go on when Redis is down.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
    }
}

# Celery: messages carry ids only, the outbox rows carry the state
CELERY_BROKER_URL = required("CELERY_BROKER_URL", "redis://host:6379/0")
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 300, "socket_timeout": 5}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_TASK_PUBLISH_RETRY = False  # the sweep finds what was not announced
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "Europe/Paris"
# Where the files of the drug base are fetched each night; nowhere unless it is set.
MEDICINES_URL = env.str("MEDICINES_URL", default="")
MEDICINES_ADAPTER = env.str("MEDICINES_ADAPTER", default="bdpm")  # or "ansm"
# Whether a patient may show his code on his own screen; off, he shows the paper.
CODE_ON_SCREEN = env.bool("CODE_ON_SCREEN", default=True)
# Whether the receiver asks for the CDA document with the page in it; the portal's own keeps the page alone.
HEALTH_SPACE_CDA = env.bool("HEALTH_SPACE_CDA", default=False)
PUSH_LAG_ALERT = timedelta(minutes=10)
# Longer than the time limits of one delivery, so that nobody takes it over while it is under way.
PUSH_LEASE = timedelta(seconds=env.int("PUSH_LEASE_SECONDS", default=60))

# Secure mail: sent when SMTP_URL says where (smtps://, smtp:// with STARTTLS, smtp+plain:// to the loopback only)
SMTP_URL = env.str("SMTP_URL", default="")
# Ordinary mail, which says only that something waits; nothing leaves unless it is set: smtp+tls://user:password@host:587
vars().update(env.email_url("EMAIL_URL", default="dummymail://"))
EMAIL_TIMEOUT = 5
DEFAULT_FROM_EMAIL = env.str("EMAIL_SENDER", default="portail@localhost")
MAIL_SENDER = env.str("MAIL_SENDER", default="")  # the portal's own address
PATIENT_MAIL_DOMAIN = env.str(
    "PATIENT_MAIL_DOMAIN", default="patient.mssante.fr"
)  # before it, the INS
MAIL_SOFTWARE_ID = env.str("MAIL_SOFTWARE_ID", default="")  # X-MSS-NIL, given to certified software
MAIL_CA_FILE = env.str(
    "MAIL_CA_FILE", default=""
)  # the root of the operators; of the system if empty
MAIL_CERTIFICATE = env.str("MAIL_CERTIFICATE", default="")  # of the portal, for mutual TLS
MAIL_KEY = env.str("MAIL_KEY", default="")

# People
AUTH_USER_MODEL = "eprescription.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    *(["django.contrib.auth.hashers.MD5PasswordHasher"] if TESTING else []),
]
if TESTING:
    PASSWORD_HASHERS.reverse()  # Argon2 would make the tests six times slower
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
# Guardian's backend would answer has_perm for everybody; permissions/ asks its tables itself.
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
GUARDIAN_ANONYMOUS_USER_NAME = ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "eprescription.national.leaving.NationalAccounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_USERNAME_BLACKLIST: list[str] = []
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60  # ASVS 7.5.3: a fresh proof before signing
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_RATE_LIMITS = {"login_failed": "10/5m/ip,5/5m/key", "reauthenticate": "5/m/user"}
MFA_ADAPTER = "eprescription.identity.sign_in.PortalSecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Ordonnance numérique"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = PLAIN_HTTP
SECOND_FACTOR = env.str("SECOND_FACTOR", default="required")  # or "invited", for the demo

# Sessions
SESSION_ENGINE = "eprescription.models.session"
SESSION_COOKIE_AGE = 8 * 60 * 60
ABSOLUTE_LIMIT = timedelta(
    hours=env.int("ABSOLUTE_HOURS", default=8)
)  # since the full sign-in, busy or not
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not PLAIN_HTTP
SESSION_COOKIE_NAME = "sessionid" if PLAIN_HTTP else "__Host-sessionid"
CSRF_COOKIE_NAME = "csrftoken" if PLAIN_HTTP else "__Host-csrftoken"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = not PLAIN_HTTP
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
IDLE_LIMIT = timedelta(minutes=env.int("IDLE_MINUTES", default=30))
COUNTER_IDLE = timedelta(minutes=env.int("COUNTER_IDLE_MINUTES", default=5))  # then a post locks

# Headers
SECURE_SSL_REDIRECT = not PLAIN_HTTP
SECURE_REDIRECT_EXEMPT = [r"^health/"]  # probes of the platform speak plain HTTP
SECURE_HSTS_SECONDS = 0 if PLAIN_HTTP else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not PLAIN_HTTP
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Bodies: bounded before anything reads them
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["eprescription.uploads.BoundedUpload"]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# Language and time
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("Français")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "eprescription" / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "Europe/Paris"

# Static files: what the portal and its packages ship, nothing from elsewhere
STATIC_URL = "static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(ROOT / ".static"))
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG or TESTING

SPECTACULAR_SETTINGS = {
    "TITLE": "Ordonnance numérique",
    "DESCRIPTION": "FHIR R4 for certified software: sign, read, cancel, present, dispense, release.",
    "VERSION": VERSION,
    "SERVE_INCLUDE_SCHEMA": False,
    "PREPROCESSING_HOOKS": ["eprescription.api.description.of_the_api"],
    "POSTPROCESSING_HOOKS": ["eprescription.api.description.with_tokens"],
}
