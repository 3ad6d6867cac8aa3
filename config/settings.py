"""Every setting, read from the environment by `config.env`; docs/settings.md lists them."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import django_stubs_ext
from celery.schedules import crontab
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.templatetags.static import static
from django.urls import reverse_lazy

from config.env import Env
from config.navigation import queue, section, views

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()

# -- where things are kept ---------------------------------------------------------------------
VAR = Path(env.text("OFFRAMP_VAR", str(BASE_DIR / "var"))).resolve()
VAR.mkdir(parents=True, exist_ok=True)
EMBEDDED = env.is_embedded
SECRET_KEY = env.secret_key(VAR)
DATABASES: dict[str, dict[str, Any]] = {"default": env.database(VAR)}
if "sqlite" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["OPTIONS"] = {
        # Writers queue instead of failing: web, worker and beat share the one file, and a large
        # report is stored in one transaction.
        "transaction_mode": "IMMEDIATE",
        "timeout": 60,
        # A new database's pages: a day's keys are large values, and cost by the page.
        "init_command": (
            "PRAGMA page_size=16384; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
        ),
    }
    DATABASES["default"]["TEST"] = {"NAME": str(VAR / "test.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = VAR / "media"
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_TEMP_DIR = VAR / "uploads"
FILE_UPLOAD_TEMP_DIR.mkdir(exist_ok=True)

# -- reports -----------------------------------------------------------------------------------
REPORT_SIZE_LIMIT = env.number("OFFRAMP_REPORT_LIMIT_MB", 2048) * 1024 * 1024
REPORT_LEASE_SECONDS = env.number("OFFRAMP_LEASE_SECONDS", 120)
SWEEP_SECONDS = env.number("OFFRAMP_SWEEP_SECONDS", 15)
INBOX = env.folder("OFFRAMP_INBOX")
INBOX_REST_SECONDS = env.number("OFFRAMP_INBOX_REST_SECONDS", 30, least=0)

# -- Microsoft ---------------------------------------------------------------------------------
CREDENTIALS = Path(env.text("OFFRAMP_CREDENTIALS", str(VAR / "credentials"))).resolve()
MICROSOFT_LOGIN_URL = env.url("OFFRAMP_LOGIN_URL", "https://login.microsoftonline.com")
GRAPH_URL = env.url("OFFRAMP_GRAPH_URL", "https://graph.microsoft.com")
EXCHANGE_URL = env.url("OFFRAMP_EXCHANGE_URL", "https://outlook.office365.com")

# -- webhooks ----------------------------------------------------------------------------------
ALLOW_PRIVATE_WEBHOOKS = env.flag("OFFRAMP_PRIVATE_WEBHOOKS")

# -- tests of a route --------------------------------------------------------------------------
PROBE_HOSTS = env.words("OFFRAMP_PROBE_HOSTS")

# -- the web -----------------------------------------------------------------------------------
DEBUG = False
ALLOWED_HOSTS = env.words("OFFRAMP_HOSTS", "localhost,127.0.0.1,[::1]" if EMBEDDED else "")
CSRF_TRUSTED_ORIGINS = env.words("OFFRAMP_ORIGINS")
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
LOGIN_REDIRECT_URL = reverse_lazy("admin:index")
INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "django.contrib.admin",
    "django.contrib.humanize",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "rest_framework",
    "knox",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "inventory",
    "tracker",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
WHITENOISE_USE_FINDERS = EMBEDDED
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
# Unfold's Alpine needs 'unsafe-eval', its widgets inline styles; scripts stay our own.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, UNSAFE_EVAL],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not EMBEDDED
SECURE_PROXY_SSL_HEADER = None if EMBEDDED else ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
LANGUAGE_CODE = "en-gb"
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = "UTC"
USE_TZ = True
LOGIN_URL = "/admin/login/"

# -- Celery ------------------------------------------------------------------------------------
CELERY_BROKER_URL = env.broker()
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# A nudge that cannot be sent at once is dropped: the sweep finds the row.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
    "max_retries": 1,
    "interval_start": 0,
}
# Worker and beat wait for a broker that is away, however long.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
if CELERY_BROKER_URL.startswith("filesystem:"):
    BROKER = VAR / "broker"
    for folder in ("messages", "control", "processed"):
        (BROKER / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER / "messages"),
        "data_folder_out": str(BROKER / "messages"),
        "control_folder": str(BROKER / "control"),
        "processed_folder": str(BROKER / "processed"),
        "polling_interval": 0.2,
    }
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    name: {"task": name, "schedule": SWEEP_SECONDS, "options": {"expires": SWEEP_SECONDS}}
    for name in (
        "inventory.sweep_reports",
        "inventory.sweep_pulls",
        "tracker.publish_events",
        "tracker.sweep_deliveries",
        *(["inventory.watch"] if INBOX else []),
        "tracker.sweep_probes",
    )
} | {
    "inventory.collect": {"task": "inventory.collect", "schedule": crontab("17", "2")},
    "tracker.expire_waivers": {"task": "tracker.expire_waivers", "schedule": crontab("5")},
    "tracker.record_slips": {"task": "tracker.record_slips", "schedule": crontab("41", "4")},
}

# -- the API -----------------------------------------------------------------------------------
KNOX_TOKEN_MODEL = "inventory.ApiToken"  # noqa: S105 - no secret
# Its own token model is swapped out. Its migrations would make that table all the same, and with
# it PostgreSQL could not empty auth_user: Django does not know what hangs on it.
MIGRATION_MODULES = {"knox": None}
REST_KNOX = {"TOKEN_TTL": timedelta(days=365), "AUTH_HEADER_PREFIX": "Token"}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "knox.auth.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_standardized_errors.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Offramp",
    "DESCRIPTION": "What sends through SMTP AUTH, and what is being done about it.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "POSTPROCESSING_HOOKS": ["drf_standardized_errors.openapi_hooks.postprocess_schema_enums"],
    "ENUM_NAME_OVERRIDES": {
        "CutoverStatusEnum": "tracker.models.Cutover.Status",
        "CutoverRouteEnum": "tracker.models.Cutover.Route",
        "ItemKindEnum": "inventory.models.Item.Kind",
        "ReportStateEnum": "inventory.models.Report.State",
        **{
            name: f"drf_standardized_errors.openapi_serializers.{name}.choices"
            for name in ("ValidationErrorEnum", "ClientErrorEnum", "ServerErrorEnum")
        },
    },
}

# -- the admin ---------------------------------------------------------------------------------
UNFOLD = {
    "SITE_TITLE": "Offramp",
    "SITE_HEADER": "Offramp",
    "SITE_SUBHEADER": "off SMTP AUTH, in time",
    "SITE_SYMBOL": "alt_route",
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("offramp/favicon.svg"),
        }
    ],
    "STYLES": [lambda request: static("offramp/admin.css")],
    "SHOW_VIEW_ON_SITE": False,
    "DASHBOARD_CALLBACK": "config.dashboard.start_page",
    "TABS": [
        views(
            "inventory.sender",
            ("All senders", ""),
            ("In no list of devices", "in_a_list=no"),
            ("Only on alarm", "cadence__exact=on_alarm"),
        ),
        *(
            views(
                f"inventory.{name}",
                ("All", ""),
                ("In no list of devices", "in_a_list=no"),
                ("Only on alarm", "cadence__exact=on_alarm"),
            )
            for name in ("device", "script")
        ),
        views(
            "inventory.knownasset",
            ("All assets", ""),
            ("Suggested, to decide", "match=suggested"),
            ("Matched with nothing", "match=none"),
        ),
    ],
    "SIDEBAR": {
        "show_search": True,
        "navigation": [
            {"items": [{"title": "Start", "icon": "home", "link": reverse_lazy("admin:index")}]},
            section(
                "Inventory: what sends?",
                [
                    ("Reports", "description", "inventory.report"),
                    ("Sources", "sensors", "inventory.report.sources"),
                    ("Senders", "outgoing_mail", "inventory.sender"),
                    ("Devices", "print", "inventory.device"),
                    ("Scripts and applications", "terminal", "inventory.script"),
                    ("Accounts", "mail", "inventory.account"),
                    ("Sites", "location_on", "inventory.site"),
                    ("Logged replies", "quickreply", "inventory.devicereply"),
                ],
            ),
            section(
                "Review: what needs a person?",
                [
                    queue(
                        "Suggestions",
                        "rule",
                        "inventory.suggestion",
                        "inventory.view_sender",
                        "config.queues.review_count",
                    ),
                    queue(
                        "Nobody owns",
                        "person_off",
                        "inventory.ownerless",
                        "inventory.view_item",
                        "config.queues.ownerless_count",
                    ),
                    queue(
                        "Known assets",
                        "inventory_2",
                        "inventory.knownasset",
                        "inventory.view_knownasset",
                        "config.queues.suggested_assets_count",
                    ),
                    ("Corrections", "history", "inventory.correction"),
                ],
            ),
            section(
                "Cutover: off Basic, in time",
                [
                    ("Cutovers", "alt_route", "tracker.cutover"),
                    ("Waves", "waves", "tracker.wave"),
                    ("When are we done?", "trending_up", "tracker.cutover.forecast"),
                    ("Can we turn it off?", "lock", "tracker.cutover.lockdown"),
                    queue(
                        "Waivers",
                        "more_time",
                        "tracker.waiver",
                        "tracker.view_waiver",
                        "config.queues.waiver_count",
                    ),
                    ("Said to be unused", "unpublished", "tracker.vouch"),
                    ("Deadlines", "event", "tracker.deadline"),
                    ("Tests of routes", "network_check", "tracker.proberun"),
                ],
            ),
            section(
                "Settings",
                [
                    ("Tenants", "domain", "inventory.tenant"),
                    ("Connections to Microsoft", "cable", "inventory.connection"),
                    ("Pulls", "cloud_download", "inventory.pull"),
                    ("Column mappings", "table", "inventory.columnmapping"),
                    ("What products can do", "fact_check", "tracker.capability"),
                    ("People", "person", "auth.user"),
                    ("Groups", "group", "auth.group"),
                    ("API tokens", "key", "inventory.apitoken"),
                    ("Webhooks", "webhook", "tracker.subscription"),
                    ("Deliveries", "send", "tracker.delivery"),
                    ("Events", "bolt", "inventory.event"),
                ],
            ),
        ],
    },
}

LOG_LEVEL = env.choice("OFFRAMP_LOG_LEVEL", "WARNING", {"DEBUG", "INFO", "WARNING", "ERROR"})
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {"inventory": {"level": "INFO"}, "tracker": {"level": "INFO"}},
}
