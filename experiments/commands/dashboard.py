"""``twinhelix dashboard``: a page on which a room asks what changes if something changes, and how sure that is."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

PORT = 8765


def dashboard(
    scenario: Annotated[
        list[str] | None, typer.Argument(help="Scenarios to offer, the first first.", show_default="all shipped")
    ] = None,
    port: Annotated[int, typer.Option(help="Port; 0 takes a free one.", min=0, max=65_535)] = PORT,
    host: Annotated[str, typer.Option(help="Where to listen; for others it prints a key.")] = "127.0.0.1",
    allow_host: Annotated[
        list[str] | None, typer.Option("--allow-host", help="A name by which others call this machine; repeat it.")
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Open no browser.")] = False,
    export: Annotated[
        Path | None, typer.Option(help="Write the page with a grid of finished answers into a folder; serve nothing.")
    ] = None,
) -> None:
    """Ask what changes, in a browser, with everybody in the room."""
    from abm.parameters import ConfigError
    from experiments.dashboard.offered import offers
    from experiments.terminal import compile_if_needed, say

    offered = offers(scenario or [])
    if export is not None:
        from experiments.dashboard.export import write

        compile_if_needed()
        say(write(offered, export))
        return
    if find_spec("starlette") is None or find_spec("uvicorn") is None:
        raise ConfigError("dashboard: the server is not installed; pip install 'twinhelix[dashboard]'")
    from experiments.dashboard.server import address, serve

    at = address(host, port, tuple(allow_host or ()))
    say(f"Dashboard: {at.link}")
    say("Ctrl-C stops it.")
    if not no_browser:
        import webbrowser

        webbrowser.open(at.link)
    try:
        serve(offered, at)
    except KeyboardInterrupt:
        say("stopped")
