"""The command line. Only click is imported at the top: help must come at once."""

from __future__ import annotations

import contextlib
import difflib
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from imbbench.registry import Registry

USAGE, FAILURE, FAILED_PLUGIN, NOTHING, INTERRUPTED = 2, 3, 4, 5, 130


class RunByDefault(click.Group):
    """Options without a subcommand mean `run`; errors become a paragraph and an exit code."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Prepend `run` when the first word is an option of it."""
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
            return super().invoke(ctx)
        except ImbbenchError as error:
            if "--debug" in sys.argv:
                raise
            click.echo(f"Error: {error}", err=True)
            ctx.exit(NOTHING if isinstance(error, NothingSelected) else USAGE)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise  # click's own, which it turns into messages and exit codes
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            ctx.exit(INTERRUPTED)
        except Exception:
            # A mistake of imbbench's own: shown in full, and not with Python's exit code 1, which
            # would read as "a metric regressed".
            traceback.print_exc()
            ctx.exit(FAILURE)


def common(command: Callable[..., None]) -> Callable[..., None]:
    """Options that read the same on every command."""
    for option in (
        click.option("--debug", is_flag=True, help="Show the traceback of an error."),
        click.option(
            "-p",
            "--plugin",
            multiple=True,
            metavar="MODULE",
            help="Load a local plugin; no:NAME leaves one out.",
        ),
    ):
        command = option(command)
    return command


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


_ITEMS = "NAME[,NAME...]"


@main.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--all", "everything", is_flag=True, help="Every component on every axis that is not named.")
@click.option(
    "-d", "--dataset", multiple=True, metavar=_ITEMS, help="Datasets: names, globs, name[key=value]."
)
@click.option("-s", "--strategy", multiple=True, metavar=_ITEMS, help="Imbalance strategies.")
@click.option("-m", "--model", multiple=True, metavar=_ITEMS, help="Models.")
@click.option("--split", multiple=True, metavar=_ITEMS, help="Splits.  [default: holdout]")
@click.option(
    "--scale",
    multiple=True,
    metavar=_ITEMS,
    help="standard, none, minmax, power, robust.  [default: standard]",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Your own CSV, CSV.gz or Parquet file.",
)
@click.option("--target", metavar="COLUMN", help="The column of FILE to predict.")
@click.option("--positive", metavar="LABEL", help="The label that is class 1.  [default: the rarer]")
@click.option("--metrics", multiple=True, metavar=_ITEMS, help="Columns to show.")
@click.option(
    "--threshold", multiple=True, metavar="P[,P...]", help="Positive above this probability.  [default: 0.5]"
)
@click.option("--random-state", type=int, metavar="N", help="Base of every seed.  [default: 0]")
@click.option("--device", metavar="DEVICE", help="auto, cpu, cuda, cuda:N or mps.  [default: auto]")
@click.option("--threads", type=int, metavar="N", help="Threads of BLAS and torch.  [default: 1]")
@click.option("--group", is_flag=True, help="Fit replicates of a model together: faster, other last bits.")
@click.option("--executor", metavar="NAME", help="What carries the cells.  [default: serial]")
@click.option(
    "--format", metavar="NAME", help="rich, plain, markdown, latex, csv, json.  [default: rich, or by FILE]"
)
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Write the report there.")
@click.option("--offline", is_flag=True, help="Download nothing (or set IMBBENCH_OFFLINE=1).")
@click.option("--dry-run", is_flag=True, help="Print the cells and stop.")
@click.option("-x", "--exitfirst", is_flag=True, help="Stop at the first failure.")
@click.option("--strict", is_flag=True, help="Failed plugins and skipped cells are failures.")
@common
def run(file: Path | None, plugin: tuple[str, ...], **given: Any) -> None:
    """Run a selection, or the benchmark FILE (TOML), and print its tables.

    Items are separated by commas and options can be repeated. An axis that is not named means every
    installed component.
    """
    if file is not None and str(file) in main.commands:
        raise click.UsageError(f"options follow the command; write imbbench {file} and then the options")
    from imbbench.run_command import execute_run

    sys.exit(execute_run(file, plugin, given))


@main.command("list")
@click.argument("names", nargs=-1)
@common
def list_(names: tuple[str, ...], plugin: tuple[str, ...], debug: bool) -> None:  # noqa: ARG001
    """Show all components with parameters, defaults and provider; with NAMES, all about these."""
    from imbbench.listing import show_components, show_details

    registry = registry_of(plugin)
    if names:
        show_details(registry, names, sys.stdout)
    else:
        show_components(registry, sys.stdout)
    warn_of_failures(registry)


@main.command()
@common
def plugins(plugin: tuple[str, ...], debug: bool) -> None:  # noqa: ARG001
    """Show every plugin: distribution, version, what it provides, or why it failed to load."""
    from imbbench.listing import show_plugins

    show_plugins(registry_of(plugin), sys.stdout)


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
