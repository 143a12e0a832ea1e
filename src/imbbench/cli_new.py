"""The command that writes a new plugin package."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from imbbench.cli_options import common

#: What comes after `cd`, whatever was made.
_STEPS = ("pip install -e '.[test]'", "pytest")


@click.command("new-plugin")
@click.argument("name")
@click.option(
    "--kind",
    type=click.Choice(["dataset", "strategy", "model", "metric"]),
    required=True,
    help="What the package provides.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Write it there.  [default: imbbench-NAME]",
)
@common
def new_plugin(name: str, kind: str, output: Path | None, plugin: tuple[str, ...], debug: bool) -> None:  # noqa: ARG001
    """Write a new package with one component, tests and licence, to begin a plugin with.

    The package is named imbbench-NAME, its component NAME. plugins/README.md of imbbench is the guide.
    """
    from imbbench import scaffold
    from imbbench.cli import registry_of

    made = scaffold.new_plugin(registry_of(plugin), name, kind, output)
    click.echo(f"Wrote {made.distribution}, a package with the {kind} {made.component!r}:")
    for file in made.files:
        click.echo(f"  {made.folder / file}")
    click.echo("Next:")
    for step in (f"cd {shlex.quote(str(made.folder))}", *_STEPS, f"imbbench list {made.component}"):
        click.echo(f"  {step}")
    click.echo(f"  imbbench {made.selection}")
