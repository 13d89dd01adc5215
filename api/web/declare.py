"""How a route is declared: its address, who may call it, what it answers. The only file that knows the OpenAPI library."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Response
from flask_openapi.blueprint import APIBlueprint
from flask_openapi.models.info import Info
from flask_openapi.models.tag import Tag
from flask_openapi.openapi import OpenAPI
from pydantic import BaseModel

from api.store.keys import Role
from api.web.errors import MEDIA_TYPE, not_valid
from api.web.guards import OPEN
from api.web.shape import ProblemDetails
from scheduler.report.versions import versions

View = TypeVar("View", bound=Callable[..., Any])
Answers = Mapping[int, type[BaseModel] | dict[str, Any] | None]

MOST_JSON_BYTES = 1_000_000
"""Most bytes of a request's JSON, but for scenarios, which are as large as uploads may be."""

PREFIX = "/api/v1"
"""Where the resources stand."""

_PROBLEM = {"content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}}
_DESCRIPTION = (
    "Rosters of outpatient clinics over HTTP. Every request needs a key; problems are reported as in RFC 9457, "
    "in English or Chinese by Accept-Language."
)


_TAGS = {
    "scenarios": "Weeks to plan: hospital, policy, rules, timetable, availability, demand.",
    "rosters": "Proposed rosters: each is worked out by a solve that runs beside the service.",
    "answers": "Answers that take a while: why, at what price, and what patients meet.",
    "studies": "What-if studies: variants of a scenario, solved and put side by side in one table.",
    "exports": "Rosters for other systems: calendars, FHIR, the city's ticket platform.",
    "partners": "What a partner hospital sees and does: its own slots and claims, and nothing else.",
    "changes": "What happens to published weeks and their tickets, as a feed, a stream, and sent to webhooks.",
    "running": "For whoever runs the service.",
}


class Routes:
    """The routes of one file, documented under one of the tags."""

    def __init__(self, name: str, tag: str, prefix: str = PREFIX) -> None:
        described = Tag(name=tag, description=_TAGS[tag])
        self.blueprint = APIBlueprint(name, __name__, url_prefix=prefix, abp_tags=[described])

    def add(
        self,
        method: str,
        rule: str,
        needs: Role | str,
        answers: Answers,
        *,
        refusals: tuple[int, ...] = (),
        body: Mapping[str, Any] | None = None,
        solves: bool = False,
        most_bytes: int | None = None,
        name: str = "",
    ) -> Callable[[View], View]:
        """Return the decorator that makes a function a route.

        A route that returns a model answers with its JSON, under the first status of `answers`. `refusals` are the
        statuses of problems beside those of every route; `body` the schemas of a body that is read by hand, by
        content type. A route that `solves` has a lower limit of requests. A JSON body has at most `most_bytes`, which
        is MOST_JSON_BYTES where it has a model; other bodies are as large as uploads may be. `name` is the operation's,
        by default the function's: a function with two routes needs one.
        """
        responses: dict[int, Any] = {status: dict(_PROBLEM) for status in _refusals(method, needs, refusals)}
        responses |= answers
        security: list[dict[str, list[str]]] = [] if needs == OPEN else [{"key": []}]
        options: dict[str, Any] = {"responses": responses, "security": security}
        if method in ("post", "put", "patch", "delete") and body is not None:
            options["request_body"] = {"required": True, "content": dict(body)}

        def declared(view: View) -> View:
            respond = _responding(view, next(iter(answers)))
            respond.needs, respond.solves = needs, solves  # type: ignore[attr-defined]
            takes_json = "body" in view.__annotations__
            respond.takes_json = takes_json  # type: ignore[attr-defined]
            respond.most_bytes = most_bytes or (MOST_JSON_BYTES if takes_json else None)  # type: ignore[attr-defined]
            options["operation_id"] = respond.__name__ = name or view.__name__
            getattr(self.blueprint, method)(rule, **options)(respond)
            return view

        return declared


def _responding(view: Callable[..., Any], status: int) -> Callable[..., Any]:
    @wraps(view)
    def respond(**parameters: Any) -> Any:
        answer = view(**parameters)
        return json_response(answer, status) if isinstance(answer, BaseModel) else answer

    return respond


def json_response(content: BaseModel | str | bytes, status: int = HTTPStatus.OK, **headers: str) -> Response:
    """Return a model, or JSON already encoded, as a response; underscores in the names of `headers` stand for hyphens."""
    body = content.model_dump_json() if isinstance(content, BaseModel) else content
    response = Response(body, status, content_type="application/json")
    response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return response


def file_response(content: bytes, media: str, name: str) -> Response:
    """Return a file to be saved under `name`."""
    response = Response(content, content_type=media)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _refusals(method: str, needs: Role | str, further: tuple[int, ...]) -> tuple[int, ...]:
    usual = [400, 422, 429, 500, 503, 507]
    if needs != OPEN:
        usual += [401, 403]
    if method in ("post", "put", "patch"):
        usual += [413, 415]
    return tuple(sorted({*usual, *further}))


def file_answer(*media_types: str) -> dict[str, Any]:
    """Return the description of an answer that is a file."""
    return {"content": {media: {"schema": _form(media)} for media in media_types}}


_IN_FORMS: dict[str, type[BaseModel]] = {}


def answer_in_forms(model: type[BaseModel], *media_types: str) -> dict[int, Any]:
    """Return the description of an answer that is the model's JSON or, as the reader asks, a file of another type."""
    _IN_FORMS[model.__name__] = model
    json_form = {"application/json": {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}}
    return {200: {"content": {**json_form, **file_answer(*media_types)["content"]}}}


def schemas_in_forms() -> dict[str, Any]:
    """Return the schemas of these models by name; the OpenAPI library finds only those that are the one form."""
    schemas: dict[str, Any] = {}
    for name, model in _IN_FORMS.items():
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
        schemas |= {**schema.pop("$defs", {}), name: schema}
    return schemas


def _form(media: str) -> dict[str, Any]:
    return {"type": "object" if media.endswith("json") and "ndjson" not in media else "string"}


def make_openapi(name: str) -> OpenAPI:
    """Return the empty app, which makes the OpenAPI document of what is registered with it."""
    app = OpenAPI(
        name,
        info=Info(title="Menzhen", version=versions()["menzhen"] or "0", description=_DESCRIPTION),
        security_schemes={"key": {"type": "http", "scheme": "bearer", "description": "A key: mz_ID_SECRET."}},
        validation_error_callback=not_valid,
        validation_error_model=ProblemDetails,
        doc_prefix="/docs",
        static_folder=None,
    )
    app.openapi_version = "3.1.0"
    return app
