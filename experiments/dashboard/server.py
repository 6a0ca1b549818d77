"""The server: a page, what it is built from, answers and histories. It writes nothing and knows nobody."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import re
import secrets
import socket
import threading
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from abm import warm
from abm.input.load import DATA
from abm.parameters import ConfigError, shown
from abm.runs import recorded_pairs
from experiments.dashboard import asked
from experiments.dashboard.desk import Busy, Desk
from experiments.dashboard.guard import LOOPBACK, Guard, TooLarge, document, refused
from experiments.dashboard.offered import Offer, menu
from experiments.dashboard.page import FILES, INDEX, packed, read
from experiments.dashboard.runs import Abandoned

KINDS = {
    "": "text/plain",
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
}
AGAIN = 2  # seconds after which a browser that was sent away asks again


class Ready:
    """Whether the rules are compiled, and how far that is; a thread of its own does it."""

    def __init__(self) -> None:
        self.done, self.total, self.over = 0, 0, False

    def begin(self, offered: Mapping[str, Offer]) -> None:
        """Begin to compile what is not compiled, and to load what is."""
        self.total = len(warm.steps()) if warm.is_needed() else 0
        threading.Thread(target=self.work, args=(next(iter(offered.values())),), daemon=True).start()

    def work(self, first: Offer) -> None:
        """Compile, then load."""
        if self.total:
            for self.done, _ in enumerate(warm.compiling(), 1):
                pass
        recorded_pairs(first.scenario.with_changes(months=1), [1])
        self.over = True

    @property
    def said(self) -> dict[str, Any]:
        """How far it is, as JSON."""
        return {"ready": self.over, "done": self.done, "total": self.total}


class Desks(NamedTuple):
    """What the routes answer from."""

    desk: Desk
    ready: Ready

    async def state(self, _: Request) -> Response:
        """Say whether answers can be given."""
        return JSONResponse(self.ready.said)

    async def answer(self, request: Request) -> Response:
        """Answer a request."""
        return await self.said(request, asked.asked, self.desk.answer)

    async def history(self, request: Request) -> Response:
        """Tell one history."""
        return await self.said(request, asked.moment, self.desk.history)

    async def said(
        self, request: Request, read: Callable[[Any, Mapping[str, Offer]], Any], find: Callable[[Any], Awaitable[bytes]]
    ) -> Response:
        """Read a question, find the answer while somebody waits for it, or say in one line why there is none."""
        if not self.ready.over:
            return JSONResponse(self.ready.said, 503, {"Retry-After": str(AGAIN)})
        try:
            question = read(await document(request), self.desk.offered)
            return Response(await while_waiting(request, find(question)), media_type="application/json")
        except TooLarge:
            return refused("the request is too large, or came too slowly", 413)
        except ConfigError as error:
            return refused(str(error), 400)
        except Busy:
            response = refused("many are asking at once", 503)
            response.headers["Retry-After"] = str(AGAIN)
            return response
        except (Abandoned, ClientDisconnect):
            return refused("nobody waits", 499)


async def while_waiting(request: Request, work: Awaitable[bytes]) -> bytes:
    """Return what work makes, unless the browser goes away before: then the work is given up."""
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(left(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise Abandoned
        return task.result()
    finally:
        task.cancel()
        gone.cancel()


async def left(request: Request) -> None:
    """Wait until the browser goes away."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def application(
    offered: Mapping[str, Offer],
    ready: Ready,
    hosts: tuple[str, ...] = LOOPBACK,
    key: str = "",
    desk: Desk | None = None,
) -> Guard:
    """Return the application with its walls."""
    desks = Desks(desk or Desk(offered), ready)
    files = {name: read(name) for name in FILES} | {"land.json": (DATA / "land.json").read_bytes()}
    files["menu.json"] = packed(menu(offered))
    routes = [Route(f"/{name}", held(content, Path(name).suffix)) for name, content in files.items()]
    routes += [
        Route("/", held(files[INDEX], ".html")),
        Route("/state.json", desks.state),
        Route("/answer", desks.answer, methods=["POST"]),
        Route("/history", desks.history, methods=["POST"]),
    ]
    return Guard(Starlette(routes=routes), hosts, key)


def held(content: bytes, kind: str) -> Callable[[Request], Awaitable[Response]]:
    """Return a route that gives a file, held in memory, so that no path of a browser ever names one."""

    async def give(_: Request) -> Response:
        """Give the file."""
        return Response(content, media_type=KINDS[kind])

    return give


class Address(NamedTuple):
    """Where the server listens, and the link that a person opens."""

    socket: socket.socket
    link: str
    hosts: tuple[str, ...]
    key: str


def address(host: str, port: int, allowed: tuple[str, ...]) -> Address:
    """Return where to listen: this machine alone, or others too if their names for it are given; then with a key."""
    outside = host not in LOOPBACK
    if outside and not allowed:
        raise ConfigError(f"--host {shown(host)}: needs --allow-host NAME, the name by which others call this machine")
    names = [name_of(name) for name in allowed]
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family)
    except OSError as error:
        why, hint = str(error.strerror).partition(" (")[0], "; --port 0 takes a free one"
        raise ConfigError(
            f"--host {host} --port {port}: {why}{hint if error.errno == errno.EADDRINUSE else ''}"
        ) from None
    key = secrets.token_urlsafe(16) if outside else ""
    called = names[0] if outside else host
    link = f"http://{f'[{called}]' if ':' in called else called}:{listening.getsockname()[1]}/" + (
        f"?key={key}" if key else ""
    )
    return Address(listening, link, (*LOOPBACK, *names), key)


def name_of(name: str) -> str:
    """Return the name or address of a machine as browsers send it, or refuse what is none."""
    if re.fullmatch(r"[\w.-]+", name, re.ASCII):
        return name.lower()
    try:
        return str(ipaddress.IPv6Address(name))
    except ValueError:
        raise ConfigError(f"--allow-host {shown(name)}: must be a name or address alone, such as board.local") from None


def serve(offered: Mapping[str, Offer], at: Address) -> None:
    """Serve until the command is stopped."""
    ready = Ready()
    ready.begin(offered)
    app: Any = application(offered, ready, at.hosts, at.key)
    config = uvicorn.Config(
        app,
        log_level="error",
        access_log=False,
        lifespan="off",
        proxy_headers=False,
        server_header=False,
        ws="none",
        limit_concurrency=512,
        timeout_graceful_shutdown=1,
        timeout_keep_alive=75,  # longer than people think between two moves
    )
    uvicorn.Server(config).run(sockets=[at.socket])
