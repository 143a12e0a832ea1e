"""The command line. Only click is imported at the top: help must come at once."""

from __future__ import annotations

import contextlib
import difflib
import sys
import traceback
from collections.abc import Container
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from imbbench import cli_check, cli_compare, cli_new, cli_plot, cli_report, cli_run, cli_store
from imbbench.cli_options import common

if TYPE_CHECKING:
    from imbbench.registry import Registry

REGRESSED, USAGE, FAILURE, FAILED_PLUGIN, NOTHING, INTERRUPTED = 1, 2, 3, 4, 5, 130


class RunByDefault(click.Group):
    """Options without a subcommand mean `run`; errors become a paragraph and an exit code."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Prepend `run` when the first word is an option of it."""
        args = _command_first(args, self.commands)
        if args and args[0].startswith("-") and args[0] not in ("--help", "-h", "--version"):
            args = ["run", *args]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Say what a misspelt subcommand may have meant."""
        near = difflib.get_close_matches(args[0], self.list_commands(ctx), n=1)
        if args[0] not in self.commands:
            if args[0].endswith(".toml"):
                ctx.fail(f"no command is named {args[0]!r}; write imbbench run {args[0]}")
            hint = f" (did you mean {near[0]!r}?)" if near else f"; commands are {', '.join(self.commands)}"
            ctx.fail(f"no command is named {args[0]!r}{hint}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the subcommand; a user's mistake is a message, never a traceback (but see --debug)."""
        from imbbench.errors import ImbbenchError, NothingSelected

        try:
            try:
                return super().invoke(ctx)
            finally:
                if sys.stdout is not None:  # closed before Python began
                    sys.stdout.flush()  # what is wrong with standard output is found out here
        except ImbbenchError as error:
            if "--debug" in sys.argv:
                raise
            click.echo(f"Error: {error}", err=True)
            ctx.exit(NOTHING if isinstance(error, NothingSelected) else USAGE)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise  # click's own, which it turns into messages and exit codes
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            ctx.exit(INTERRUPTED)
        except Exception as error:
            if isinstance(error, OSError):
                _end_if_output_is_lost(ctx)
            # A mistake of imbbench's own: shown in full, and not with Python's exit code 1, which
            # would read as "a metric regressed".
            traceback.print_exc()
            ctx.exit(FAILURE)


def _end_if_output_is_lost(ctx: click.Context) -> None:
    """Where standard output cannot be written: quietly, with 0, if its reader has gone, as `head` does."""
    from imbbench.output import output_error, refuse_output, stop_output

    error = output_error()
    if isinstance(error, BrokenPipeError):
        stop_output()
        ctx.exit(0)
    if error is not None:
        refuse_output(error)
        ctx.exit(FAILURE)


def _command_first(args: list[str], commands: Container[str]) -> list[str]:
    """Options that every command takes may stand before it: `imbbench -p mine list`."""
    place = 0
    while place < len(args) and args[place] in ("-p", "--plugin", "--debug"):
        place += 1 if args[place] == "--debug" else 2
    if place < len(args) and args[place] in commands:
        return [args[place], *args[:place], *args[place + 1 :]]
    return args


@click.group(
    cls=RunByDefault, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="imbbench", message="%(prog)s %(version)s")
def main() -> None:
    """Benchmark imbalance strategies across models, on the same folds.

    Options without a command mean `run`:

    \b
      imbbench --all                                 everything that is installed
      imbbench -d moons -s none,class_weight         some of it
      imbbench --data my.csv --target churn          your own rows
      imbbench -m 'torch-mlp[epochs=20]' -d circles  with other parameters
    """


@main.command("list")
@click.argument("names", nargs=-1)
@common
def list_(names: tuple[str, ...], plugin: tuple[str, ...], debug: bool) -> None:  # noqa: ARG001
    """Show all components with parameters, defaults and provider; with NAMES, all about these; with a glob
    ('keel/*', 'keel/*[max_rows=1000]'), what it chooses."""
    from imbbench.listing import show_components, show_details

    registry = registry_of(plugin)
    warn_of_failures(registry)
    if names:
        show_details(registry, names, sys.stdout)
    else:
        show_components(registry, sys.stdout)


@main.command()
@common
def plugins(plugin: tuple[str, ...], debug: bool) -> None:  # noqa: ARG001
    """Show every plugin: distribution, version, what it provides, or why it failed to load."""
    from imbbench.listing import show_plugins

    show_plugins(registry_of(plugin), sys.stdout)


for command in (
    cli_run.run, cli_run.explain, cli_compare.compare, cli_check.baseline, cli_check.check, cli_store.runs,
    cli_store.show, cli_plot.plot, cli_report.report, cli_store.rescore, cli_new.new_plugin,
):  # fmt: skip
    main.add_command(command)


def registry_of(plugin: tuple[str, ...] | list[str]) -> Registry:
    """The registry for `-p` options: local modules to load, no:NAME to leave out."""
    from imbbench.errors import UsageError
    from imbbench.plugins import load_plugins

    without = [name.removeprefix("no:") for name in plugin if name.startswith("no:")]
    local = [name for name in plugin if not name.startswith("no:")]
    for name in local:
        if name.endswith(".py") or "/" in name:
            raise UsageError(
                f"-p {name}: expected the name of a module, not a file; write -p {Path(name).stem}"
            )
    if local and "" not in sys.path:
        sys.path.insert(0, "")  # a module in the folder where the command was typed, as with python -m
    with contextlib.redirect_stdout(sys.stderr):  # what a plugin prints is no part of our output
        return load_plugins(local, without=without)


def warn_of_failures(registry: Registry) -> None:
    """One line for every plugin that did not load."""
    for provider in registry.failures:
        click.echo(f"Warning: {provider} failed to load: {provider.error}", err=True)
