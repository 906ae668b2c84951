"""A supervisor's two questions."""

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from redis import Redis
from redis.exceptions import RedisError


def healthz(request: HttpRequest) -> HttpResponse:
    """The process serves."""
    return HttpResponse("ok", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """Database and broker answer; 503 names the one that does not."""
    connection.ensure_connection()
    try:
        Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1).ping()
    except RedisError:
        return JsonResponse({"database": "ok", "broker": "down"}, status=503)
    return JsonResponse({"database": "ok", "broker": "ok"})
