"""`sentinel completion`: shell completion, printed for the shell to read."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from sentinel.cli.app import app


@click.command(epilog='Example: eval "$(sentinel completion bash)"')
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script for a shell."""
    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"no completion for {shell}")
    click.echo(found(app, {}, "sentinel", "_SENTINEL_COMPLETE").source())
