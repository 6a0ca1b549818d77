"""Who may ask what: the walls of the server. Each refusal is one line of text, and says nothing of the machine.

Only browsers that were sent to this server by its own name talk to it (Host, Origin), only with what its own page sends
(JSON of a bounded size), and, on other hosts than this one, no answer without the key that the command printed.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from http.cookies import CookieError, SimpleCookie
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from abm.parameters import ConfigError
from experiments.dashboard.page import FILES, POLICY

LOOPBACK = ("localhost", "127.0.0.1", "::1")
LARGEST = 64 * 1024  # bytes of a body
SLOWEST = 10.0  # seconds for a body to come
COOKIE = "twinhelix-key"
OPEN = ("/", *[f"/{name}" for name in FILES])
HEADERS = {
    "Content-Security-Policy": "; ".join((*POLICY, "frame-ancestors 'none'")),
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class TooLarge(Exception):
    """A body that is too large, or too slow."""


class Guard(NamedTuple):
    """Stands before the application: refuses strangers and puts the headers on every answer.

    Attributes
    ----------
    app
        What is asked if nothing speaks against it.
    hosts
        Names under which the server may be called.
    key
        What a browser must bring, empty where only this machine can ask.
    """

    app: ASGIApp
    hosts: tuple[str, ...] = LOOPBACK
    key: str = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""

        async def sealed(message: Message) -> None:
            """Send with the headers of every answer."""
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        if scope["type"] != "http":
            return
        refusal = self.refusal(scope)
        await (refusal or self.app)(scope, receive, sealed)

    def refusal(self, scope: Scope) -> Response | None:
        """Return what a request is refused with, or None."""
        headers = Headers(scope=scope)
        if not self.ours(f"//{headers.get('host', '')}"):
            return refused("this server is not called by that name")
        origin = headers.get("origin")
        if origin is not None and not (self.ours(origin) and urlsplit(origin).netloc == headers["host"]):
            return refused("this page is not from here")
        followed = headers.get("sec-fetch-mode") == "navigate"  # a link in a letter may lead here
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin") and not followed:
            return refused("this page is not from here")
        if (
            scope["method"] == "POST"
            and headers.get("content-type", "").partition(";")[0].strip() != "application/json"
        ):
            return refused("only application/json is read")
        return self.without_key(scope, headers) if self.key else None

    def ours(self, address: str) -> bool:
        """Say whether an address names this server."""
        try:
            return urlsplit(address).hostname in self.hosts
        except ValueError:
            return False

    def without_key(self, scope: Scope, headers: Headers) -> Response | None:
        """Refuse who has no key; who comes with the link that has it is given a cookie and sent to the page.

        The page itself is as it is published and needs none: a browser brings no strict cookie where a link led to it,
        and brings it with all that the page asks then.
        """
        given = parse_qs(scope["query_string"].decode("latin-1")).get("key", [""])[0]
        if given and same(given, self.key):
            response = RedirectResponse("/", 303)
            response.set_cookie(COOKIE, self.key, path="/", httponly=True, samesite="strict")
            return response
        if scope["path"] in OPEN:
            return None
        try:
            cookies = SimpleCookie(headers.get("cookie", ""))
        except CookieError:
            cookies = SimpleCookie()
        brought = cookies[COOKIE].value if COOKIE in cookies else ""
        return None if same(brought, self.key) else refused("open the link that the command printed")


def same(one: str, other: str) -> bool:
    """Compare two keys in a time that tells nothing of them."""
    return hmac.compare_digest(one.encode(), other.encode())


def refused(line: str, status: int = 403) -> Response:
    """Return a refusal in one line."""
    return PlainTextResponse(line + "\n", status)


async def document(request: Request) -> Any:
    """Return the JSON that a request brings.

    Raises
    ------
    TooLarge
        If it is larger than anything the page sends, or does not come.
    ConfigError
        If it is no JSON, or JSON that means nothing.
    """
    body = bytearray()
    try:
        async with asyncio.timeout(SLOWEST):
            async for chunk in request.stream():
                body += chunk
                if len(body) > LARGEST:
                    raise TooLarge
    except TimeoutError:
        raise TooLarge from None
    try:
        return json.loads(body.decode("utf-8"), parse_constant=unheard_of)
    except (ValueError, RecursionError):
        raise ConfigError("the request is no JSON") from None


def unheard_of(constant: str) -> Any:
    """Refuse NaN and infinities, which are no JSON."""
    raise ValueError(constant)
