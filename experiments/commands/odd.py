"""``twinhelix odd``: the description of the model by the ODD+D protocol."""

from __future__ import annotations

import typer


def odd() -> None:
    """Print the description of the model (ODD+D)."""
    from experiments.report.odd import document

    typer.echo(document().read_text(encoding="utf-8"), nl=False)
