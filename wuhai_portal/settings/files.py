"""Files: the pages' own, what comes in by uploads and how much of it, and where it is stored."""

from wuhai_portal.storing import storage

from .base import BASE_DIR, DEBUG, PORTAL_HOME, env, listed

STATIC_URL = "static/"
STATIC_ROOT = PORTAL_HOME / "static"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("guide", BASE_DIR / "docs" / "guide" / "pictures"),
]
MEDIA_ROOT = PORTAL_HOME / "media"
# Files that are written bit by bit before they are stored; on this machine's own disk.
PORTAL_DRAFTS = PORTAL_HOME / "drafts"
STORAGES = {
    "default": storage(env.str("PORTAL_STORAGE", default=""), PORTAL_HOME),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# Uploads: one file's largest size, a whole request's, and the memory its other fields may take.
PORTAL_UPLOAD_MAX_BYTES = 20 * 1024 * 1024
PORTAL_BODY_MAX_BYTES = 5 * PORTAL_UPLOAD_MAX_BYTES
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# The evidence a unit may file of one site, and what one inspector may bring home from one visit.
PORTAL_SITE_EVIDENCE_MAX_BYTES = env.int("PORTAL_SITE_EVIDENCE_MAX_BYTES", default=1024 * 1024 * 1024)
# The socket of ClamAV's clamd, which every upload is shown to: unix:/run/clamav/clamd.ctl or tcp:host:port.
PORTAL_CLAMAV = env.str("PORTAL_CLAMAV", default="")
# Networks that are not public and whose pages may be looked up all the same (a government intranet).
PORTAL_LINK_NETWORKS = listed("PORTAL_LINK_NETWORKS")
FILE_UPLOAD_PERMISSIONS = 0o640
