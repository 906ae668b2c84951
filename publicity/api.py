"""The data of `open_data` for programs: one page of a set at a time, and its description (OpenAPI 3.1).

The description is drawn from the sets' own columns, so that it cannot say otherwise than the answers. Within
`v1` columns are only ever added.
"""

from typing import Any

from django.core.paginator import Page, Paginator
from django.utils import translation

from core.http import full_address
from publicity.open_data import DATA_SETS, DataSet, Field, changed_on
from sites.calendar import today

VERSION = "1.0"
# Rows of one answer: as many as are asked for, at most MOST_ROWS, which are still kept whole (page_cache).
USUAL_ROWS, MOST_ROWS = 50, 200
_SCHEMAS: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "date": {"type": ["string", "null"], "format": "date"},
    "address": {"type": "string"},
}


def licence() -> dict[str, str]:
    """Under which terms the data may be used; the page says it in words."""
    return {
        "name": "使用时注明来源，可自由使用、加工和传播",
        "url": full_address("publicity:open_data") + "#licence",
    }


def index() -> dict[str, Any]:
    """Every set with what it holds and where."""
    changed = changed_on()
    with translation.override("zh-hans"):
        sets = [
            {
                "dataset": each.key,
                "title": str(each.title),
                "about": str(each.about),
                "changed_on": changed[each.key],
                "url": full_address("publicity:api_set", each.key),
            }
            for each in DATA_SETS.values()
        ]
    return {
        "version": VERSION,
        "description": full_address("publicity:api_description"),
        "licence": licence(),
        "drawn_on": today(),
        "datasets": sets,
    }


def page_of(found: DataSet, number: int, size: int) -> "Page[Any]":
    """EmptyPage where there is none."""
    return Paginator(found.records(), size).page(number)


def answer(found: DataSet, page: "Page[Any]", size: int) -> dict[str, Any]:
    """One page of a set, with the way to the next and to the one before."""
    with translation.override("zh-hans"):
        rows = found.as_objects(found.row(record) for record in page.object_list)
    return {
        "dataset": found.key,
        "version": VERSION,
        "licence": licence(),
        "changed_on": changed_on()[found.key],
        "count": page.paginator.count,
        "page": page.number,
        "pages": page.paginator.num_pages,
        "next": _address(found, page.number + 1, size) if page.has_next() else None,
        "previous": _address(found, page.number - 1, size) if page.has_previous() else None,
        "rows": rows,
    }


def _address(found: DataSet, number: int, size: int) -> str:
    return f"{full_address('publicity:api_set', found.key)}?page={number}&rows={size}"


def description() -> dict[str, Any]:
    """OpenAPI 3.1 of all of it."""
    with translation.override("zh-hans"):
        paths = {"/": _get("数据集目录", _object({"datasets": {"type": "array"}}), [])}
        paths |= {f"/{each.key}/": _of_set(each) for each in DATA_SETS.values()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "乌海市政务公开示范点开放数据",
            "version": VERSION,
            "summary": "只读；与“开放数据”页面的文件同源。",
            "license": licence(),
        },
        "servers": [{"url": full_address("publicity:api").rstrip("/")}],
        "paths": paths,
        "components": {"schemas": {"Error": _object({"error": {"type": "string"}})}},
    }


def _of_set(found: DataSet) -> dict[str, Any]:
    row = _object({field.name: _schema(field) for field in found.fields})
    page = _object(
        {
            "dataset": {"type": "string", "const": found.key},
            "version": {"type": "string"},
            "licence": {"type": "object"},
            "changed_on": _SCHEMAS["date"],
            "count": {"type": "integer"},
            "page": {"type": "integer"},
            "pages": {"type": "integer"},
            "next": {"type": ["string", "null"]},
            "previous": {"type": ["string", "null"]},
            "rows": {"type": "array", "items": row},
        }
    )
    parameters = [_asked("page", 1), _asked("rows", USUAL_ROWS, MOST_ROWS)]
    return _get(f"{found.title}：{found.about}", page, parameters)


def _get(summary: str, schema: dict[str, Any], parameters: list[dict[str, Any]]) -> dict[str, Any]:
    fault = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {
        "get": {
            "summary": summary,
            "parameters": parameters,
            "responses": {
                "200": {"description": "数据", "content": {"application/json": {"schema": schema}}},
                "304": {"description": "自上次（ETag）以来没有变化"},
                "404": {"description": "没有这一页", "content": fault},
                "429": {"description": "请求过于频繁，见 Retry-After", "content": fault},
            },
        }
    }


def _asked(name: str, default: int, most: int | None = None) -> dict[str, Any]:
    bound = {"maximum": most} if most else {}
    schema = {"type": "integer", "minimum": 1, "default": default, **bound}
    return {"name": name, "in": "query", "required": False, "schema": schema}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _schema(field: Field) -> dict[str, Any]:
    return {**_SCHEMAS[field.kind], "description": str(field.about)}
