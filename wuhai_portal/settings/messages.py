"""What leaves the portal besides papers."""

from .base import env, listed

# The channels (accounts.channels): one class each, by dotted path.
PORTAL_CHANNELS = listed("PORTAL_CHANNELS", default="accounts.channels.Email")
# The hour from which a working day's digests are made.
PORTAL_DIGEST_HOUR = env.int("PORTAL_DIGEST_HOUR", default=8)
# Without a server no mail is made or sent, and the pages say so.
PORTAL_MAIL_ON = bool(env.str("EMAIL_URL", default=""))
_mail = env.email_url_config(env.str("EMAIL_URL", default="") or "dummymail://")
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_FILE_PATH = _mail["EMAIL_FILE_PATH"]
EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"], _mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.get("EMAIL_USE_TLS", False), _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
PORTAL_MAIL_FROM = env.str("PORTAL_MAIL_FROM", default="portal@localhost")
# Mail domains of the office's own network; a message to any other waits until the office releases it.
PORTAL_MAIL_DOMAINS = [name.lower() for name in listed("PORTAL_MAIL_DOMAINS")]
