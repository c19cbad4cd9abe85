"""The commands of plastisim, and what they answer to the shell.

Exit codes: 0 done, 1 the run failed, 2 the protocol or the arguments are wrong, 130 interrupted.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

import plastisim

app = typer.Typer(
    name="plastisim",
    help="A laboratory for local learning rules in recurrent rate networks.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

ProtocolArgument = Annotated[
    str, typer.Argument(metavar="PROTOCOL", help="A YAML file, or the name of a shipped protocol.")
]
Overrides = Annotated[
    list[str] | None,
    typer.Argument(metavar="[KEY=VALUE]...", help="Overrides, such as rule.strength=1e-2 seed=3."),
]
Allow = Annotated[
    list[str] | None,
    typer.Option("--allow", metavar="PACKAGE", help="Package a rule may be imported from."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no summary.")]


def _version(asked: bool) -> None:
    if asked:
        print(f"plastisim {plastisim.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    pass


@app.command("run")
def run(
    protocol: ProtocolArgument,
    overrides: Overrides = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Where the store goes; else runs/<protocol>-seed<seed>.zarr."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with an interrupted run.")
    ] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a store.")] = False,
    allow: Allow = None,
    figure: Annotated[bool, typer.Option(help="Draw a figure beside the store.")] = True,
    quiet: Quiet = False,
) -> None:
    """Run a protocol: a store, a summary, a figure."""
    from plastisim.cli.run import run_command

    run_command(
        protocol, overrides or [], out=out, resume=resume, overwrite=overwrite,
        allow=allow or [], figure=figure, quiet=quiet,
    )  # fmt: skip


@app.command("check")
def check(
    what: Annotated[str, typer.Argument(metavar="PROTOCOL|STORE")],
    overrides: Overrides = None,
    resolved: Annotated[
        bool, typer.Option("--resolved", help="Print the whole protocol, defaults written out.")
    ] = False,
    allow: Allow = None,
) -> None:
    """Validate a protocol without running it, or a store's integrity."""
    from plastisim.cli.check import check_command

    check_command(what, overrides or [], allow=allow or [], resolved=resolved)


@app.command("verify")
def verify(
    protocols: Annotated[
        list[str] | None, typer.Argument(metavar="[PROTOCOL]...", help="Without: all shipped ones.")
    ] = None,
    allow: Allow = None,
    quiet: Quiet = False,
) -> None:
    """Run protocols and compare with what they say they show."""
    from plastisim.cli.verify import verify_command

    verify_command(protocols or [], allow=allow or [], quiet=quiet)


@app.command("new")
def new(
    name: Annotated[str, typer.Argument(help="Name of a shipped protocol.")],
    path: Annotated[Path | None, typer.Argument(help="Where to; else <name>.yaml here.")] = None,
) -> None:
    """Copy a shipped protocol, to begin one of your own."""
    from plastisim.cli.catalogues import new_command

    new_command(name, path)


@app.command("list")
def list_(
    catalogue: Annotated[
        str, typer.Argument(help="rules, tasks, cells, protocols …; a word that is none names all.")
    ],
) -> None:
    """What there is to choose from."""
    from plastisim.cli.catalogues import list_command

    list_command(catalogue)


@app.command("figure")
def figure(
    store: Annotated[Path, typer.Argument(metavar="RUN", help="The store of a run.")],
    kind: Annotated[
        str, typer.Argument(help="See plastisim list figures; else the engine's own.")
    ] = "",
    out: Annotated[
        Path | None, typer.Option(help="A .png or .pdf; else <store>_<kind>.png beside it.")
    ] = None,
) -> None:
    """Draw a figure of a run."""
    from plastisim.cli.figure import figure_command

    figure_command(store, kind, out)


@app.command("schema")
def schema() -> None:
    """Print the JSON schema of protocols, for editors."""
    import json

    from plastisim.protocol import json_schema

    print(json.dumps(json_schema(), indent=2))


def main() -> None:
    """Run the command line; errors of plastisim become a message and an exit code."""
    from plastisim.errors import (
        NotAllowedError,
        PlastisimError,
        ProtocolError,
        StoreExistsError,
    )

    try:
        app()
    except ProtocolError as error:  # names its own places
        print(error, file=sys.stderr)
        sys.exit(2)
    except (NotAllowedError, StoreExistsError) as error:
        print(f"plastisim: {error}", file=sys.stderr)
        sys.exit(2)
    except PlastisimError as error:
        print(f"plastisim: {error}", file=sys.stderr)
        sys.exit(1)
    except ValueError as error:
        if "checksum" not in str(error):  # zarr's word for a chunk that is not as it was written
            raise
        print(f"plastisim: {error}: a store is damaged; plastisim check STORE says where",
              file=sys.stderr)  # fmt: skip
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
