"""Who signs in and how: passwords, the second factor, sessions, and the table of limits."""

from django.core.exceptions import ImproperlyConfigured

from wuhai_portal import limits

from .base import PORTAL_DEMO_RULES, env, listed

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.StaffBackend"]
# The first keeps new passwords. One kept by another is moved to it when its owner signs in.
PASSWORD_HASHERS = ["accounts.hashers.Argon2", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "accounts.passwords.OfSeveralKinds"},
    {"NAME": "accounts.passwords.HardToGuess"},
    {"NAME": "accounts.passwords.NotUsed"},
]
# After so many days a new one is asked for at the next sign-in.
PORTAL_PASSWORD_DAYS = env.int("PORTAL_PASSWORD_DAYS", default=90)
# A link to set a password serves this long: handed over on a Friday, it is used by Monday.
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600
LOGIN_URL = "account_login"
CSRF_FAILURE_VIEW = "accounts.kept_text.token_refused"
LOGIN_REDIRECT_URL = "desk:home"
ACCOUNT_ADAPTER = "accounts.adapters.StaffAccountAdapter"
ACCOUNT_FORMS = {"change_password": "accounts.forms.own_password.ChangePasswordForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "publicity:home"
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_SESSION_REMEMBER = False
# How many acts of one account, device or address there may be (core.brakes), by name.
PORTAL_LIMITS = limits.limits(listed("PORTAL_LIMITS"))
# All limits that allauth knows, so that none of its own stands beside ours. Wrong passwords are counted by
# accounts.knocking, and so are codes and passwords before a signature.
_NO_SUCH_PAGE = "0/d/ip"  # shut, should it ever get an address
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": None,
    "reauthenticate": None,
    "change_password": limits.for_allauth(PORTAL_LIMITS, "change_password", "user"),
    "change_phone": _NO_SUCH_PAGE,
    "confirm_email": _NO_SUCH_PAGE,
    "manage_email": _NO_SUCH_PAGE,
    "request_login_code": _NO_SUCH_PAGE,
    "reset_password": _NO_SUCH_PAGE,
    "reset_password_from_key": _NO_SUCH_PAGE,
    "signup": _NO_SUCH_PAGE,
    "verify_phone": _NO_SUCH_PAGE,
}
MFA_RATE_LIMITS = {"webauthn_login": _NO_SUCH_PAGE}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ADAPTER = "accounts.second_factor.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.second_factor.AuthenticateForm",
    "reauthenticate": "accounts.forms.second_factor.ReauthenticateForm",
    "add_webauthn": "accounts.forms.second_factor.AddPasskeyForm",
    "activate_totp": "accounts.forms.second_factor.ActivateTOTPForm",
}
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "乌海政务公开示范点"
# Telephones' clocks go half a minute wrong.
MFA_TOTP_TOLERANCE = 1
# Who signs in with a second factor: these roles always, others as is set; nobody in the demo.
_COMPULSORY = ("leading_group", "office", "inspector", "auditor", "system_admin", "security_admin")
PORTAL_SECOND_FACTOR: frozenset[str] = (
    frozenset() if PORTAL_DEMO_RULES else frozenset((*_COMPULSORY, *listed("PORTAL_SECOND_FACTOR")))
)
if not {*_COMPULSORY, "district", "liaison"} >= PORTAL_SECOND_FACTOR:
    raise ImproperlyConfigured("PORTAL_SECOND_FACTOR names roles: district, liaison.")

SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_ENGINE = "accounts.session_store"
# A sign-in ends after so many minutes without a page, and after so many hours in any case; of one person's
# so many may be open at once.
PORTAL_SESSION_IDLE_MINUTES = env.int("PORTAL_SESSION_IDLE_MINUTES", default=30)
PORTAL_SESSION_HOURS = env.int("PORTAL_SESSION_HOURS", default=8)
PORTAL_SESSIONS = env.int("PORTAL_SESSIONS", default=5)
SESSION_COOKIE_AGE = PORTAL_SESSION_HOURS * 3600
