"""Behind TLS: every secret comes from the environment, and a missing one stops the start with its name."""

from .base import *
from .base import LEARNING_FOLDER, env


def required(name: str) -> str:
    if not (value := env.text(name)):
        raise SystemExit(f"{name} is not set; production needs it (docs/operations.md lists all settings).")
    return value


def refuse(name: str, rule: str, remedy: str) -> None:
    raise SystemExit(f"{name}: {rule} {remedy} (docs/operations.md lists all settings).")


SECRET_KEY = required("DURE_SECRET_KEY")
# Django's own measure of a key that can be guessed (security.W009), where it only warns.
if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5 or SECRET_KEY.startswith("django-insecure"):
    refuse(
        "DURE_SECRET_KEY",
        "a key has at least 50 characters, drawn at random.",
        "Make one: python -c 'import secrets; print(secrets.token_urlsafe(50))'",
    )
required("DATABASE_URL")
required("REDIS_URL")
ALLOWED_HOSTS = env.words("DURE_HOSTS") or [required("DURE_HOSTS")]
if any("*" in host or host.startswith(".") for host in ALLOWED_HOSTS):
    refuse("DURE_HOSTS", "hosts are named in full; * would let anybody's name stand in mails.", "Name each host")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": env.text("DURE_FILES", "/var/lib/dure/files")},
    },
    "learning": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": LEARNING_FOLDER / "checkpoints"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.text("DURE_SMTP_HOST", "localhost")
EMAIL_PORT = env.number("DURE_SMTP_PORT", 25)
EMAIL_HOST_USER = env.text("DURE_SMTP_USER")
EMAIL_HOST_PASSWORD = env.text("DURE_SMTP_PASSWORD")
EMAIL_USE_TLS = env.text("DURE_SMTP_TLS") == "1"
DEFAULT_FROM_EMAIL = env.text("DURE_MAIL_FROM", "dure@localhost")
