"""A port over HTTP, both ends of it made from the port's Protocol: a carrier's own system answers in the place of ours.

Each method is `POST {url}/{port}/{method}` with its arguments as a JSON object. What the far end answers is the
method's result; 404 stands for LookupError, and 409 for what the port refuses, with the reason's fields.
"""

import hmac
import inspect
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, cast, get_type_hints

from fastapi import Depends, FastAPI, Header, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, create_model
from pydantic_core import to_jsonable_python

from backends.http import HttpBackend, Refused
from compliance.audit import AuditEntry, AuditLog
from core.errors import BackendDown


@dataclass(frozen=True)
class Port:
    """What may be asked of a system: its `protocol`, and the exceptions with which it refuses."""

    name: str
    protocol: type
    refusals: tuple[type[Exception], ...] = ()


def remote(port: Port, backend: HttpBackend, audit: AuditLog) -> Any:
    """Return an object with the port's methods that asks `backend`; whoever asks is in our audit log first."""
    refusals = {kind.__name__: (kind, _fields(kind.__init__, kind.__name__)) for kind in port.refusals}
    methods = {call.name: _asking(port, call, backend, audit, refusals) for call in _calls(port)}
    return type(f"Remote{port.protocol.__name__}", (), methods)()


def add_port(app: FastAPI, port: Port, implementation: Any) -> None:
    """Let `app` answer what `port` may be asked from `implementation`."""
    for call in _calls(port):
        app.post(
            f"/{port.name}/{call.name}",
            response_model=call.result,
            responses=_refusals_of(port),
            operation_id=f"{port.name}_{call.name}",
            description=inspect.getdoc(getattr(port.protocol, call.name)),
            tags=[port.name],
        )(_answering(port, call, getattr(implementation, call.name)))


def contract_app(title: str, ports: dict[Port, Any], token: str) -> FastAPI:
    """Return an app that answers for every port from its implementation, to whoever brings `token`.

    In the tests it stands for the carrier's system; in front of a real one it may be the adapter.
    """

    async def allowed(authorization: Annotated[str, Header()] = "") -> None:
        if not hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode()):
            raise HTTPException(401, "bring the token: Authorization: Bearer …")

    app = FastAPI(
        title=title,
        version="1",
        description="All money in fen, all data in megabytes. 404: no such customer. "
        "The same Idempotency-Key again: the same answer, and nothing is done twice.",
        dependencies=[Depends(allowed)],
    )
    for port, implementation in ports.items():
        add_port(app, port, implementation)
    return app


@dataclass(frozen=True)
class _Call:
    name: str
    signature: inspect.Signature
    arguments: type[BaseModel]
    result: Any


def _calls(port: Port) -> list[_Call]:
    methods = [method for method in vars(port.protocol).values() if inspect.iscoroutinefunction(method)]
    found = []
    for method in methods:
        signature = inspect.signature(method)
        unbound = signature.replace(parameters=list(signature.parameters.values())[1:])
        title = f"{port.name}_{method.__name__}"
        found.append(_Call(method.__name__, unbound, _fields(method, title), get_type_hints(method)["return"]))
    return found


def _fields(function: Callable[..., Any], title: str) -> type[BaseModel]:
    """Return a model of a function's arguments, self apart."""
    hints = get_type_hints(function)
    given = {
        name: (hints[name], ... if parameter.default is parameter.empty else parameter.default)
        for name, parameter in inspect.signature(function).parameters.items()
        if name != "self"
    }
    return create_model(title, __config__=ConfigDict(extra="forbid"), **cast("Any", given))


def _asking(
    port: Port,
    call: _Call,
    backend: HttpBackend,
    audit: AuditLog,
    refusals: dict[str, tuple[type[Exception], type[BaseModel]]],
) -> Callable[..., Awaitable[Any]]:
    result = TypeAdapter(call.result)

    async def ask(_self: object, *args: Any, **kwargs: Any) -> Any:
        bound = call.signature.bind(*args, **kwargs)
        bound.apply_defaults()
        given = bound.arguments
        if "by" in given:
            subject = f"customer:{given['customer_id']}" if "customer_id" in given else port.name
            await audit.record(AuditEntry(given["by"], f"{port.name}.{call.name}", subject))
        key = given.get("key") or uuid.uuid4().hex
        try:
            answer = await backend.ask(f"/{port.name}/{call.name}", key, to_jsonable_python(given))
            # Strict: a figure that does not fit is no figure.
            return result.validate_json(answer, strict=True)
        except Refused as refused:
            raise _refusal(refused.body, refusals, port) from None
        except ValidationError:
            raise BackendDown(port.name) from None

    return ask


def _refusal(body: Any, refusals: dict[str, tuple[type[Exception], type[BaseModel]]], port: Port) -> Exception:
    try:
        kind, fields = refusals[body["refused"]]
        told = fields.model_validate(body["because"])
    except (LookupError, TypeError, ValidationError):
        return BackendDown(port.name)
    return kind(**{name: getattr(told, name) for name in fields.model_fields})


def _answering(port: Port, call: _Call, method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def answer(_request: Request, asked: Any) -> Any:
        try:
            return await method(**{name: getattr(asked, name) for name in call.arguments.model_fields})
        except LookupError:
            raise HTTPException(404, "no such customer") from None
        except port.refusals as refused:
            names = _fields(type(refused).__init__, "").model_fields
            because = to_jsonable_python({name: getattr(refused, name) for name in names})
            return JSONResponse({"refused": type(refused).__name__, "because": because}, 409)

    answer.__annotations__["asked"] = call.arguments
    return answer


def _refusals_of(port: Port) -> dict[int | str, dict[str, Any]]:
    if not port.refusals:
        return {}
    kinds = [
        create_model(
            f"{port.name}_{kind.__name__}",
            refused=(Literal[kind.__name__], ...),
            because=(_fields(kind.__init__, f"{port.name}_{kind.__name__}_because"), ...),
        )
        for kind in port.refusals
    ]
    model: Any = kinds[0]
    for kind in kinds[1:]:
        model = model | kind
    return {409: {"model": model, "description": "the rules do not allow it"}}
