"""What browsers are held to: cookies, TLS, what a page may load and who may frame it."""

from csp.constants import NONCE, NONE, SELF

from .base import env

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = env.bool("PORTAL_HTTPS", default=False)
LANGUAGE_COOKIE_SECURE = SESSION_COOKIE_SECURE
LANGUAGE_COOKIE_SAMESITE = "Lax"
# Set by no host but this one, and for all of it: not by another below the same domain.
_PREFIX = "__Host-" if SESSION_COOKIE_SECURE else ""
SESSION_COOKIE_NAME = f"{_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{_PREFIX}csrftoken"
# Scripts take the token from the page, and a later one from accounts.views.token.
CSRF_COOKIE_HTTPONLY = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE_SSL_REDIRECT else None
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]  # core.middleware.ProbesMiddleware
SECURE_HSTS_SECONDS = 31536000 if SECURE_SSL_REDIRECT else 0
# No host below the portal's is without TLS either: from there its cookies could be overwritten.
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_SSL_REDIRECT
# Django recommends the browsers' own list as well; a city's domain is entered there by whoever owns it.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        # Bootstrap draws its form controls' marks from data: addresses in its own style sheet.
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
