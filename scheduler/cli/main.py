"""The command `menzhen`: its groups of commands, and how every error ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import entry_points

import typer

from scheduler.cli import shared
from scheduler.cli.problems import print_problems
from scheduler.cli.usage import call, translate_help
from scheduler.cli.voice import choose_language, say_error, words_for
from scheduler.errors import MenzhenError
from scheduler.words import marked, message

COMMANDS = """
    new import_ learn plan check edit diff price repair options why whatif flow slots exams
    export publish partner ledger
"""
"""The files of commands, in the order in which `menzhen --help` lists them."""


def build_app() -> typer.Typer:
    """Return the command with all its sub-commands."""
    app = typer.Typer(
        name="menzhen",
        help=marked(
            "Outpatient clinic rosters: balanced, slotted, reserved, with the fewest moves and a proof."
        ),
        callback=_check_language,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    for command in COMMANDS.split():
        app.add_typer(import_module(f"scheduler.cli.{command}").app)
    # What else is installed beside the library, such as the service, brings its commands along.
    for entry in entry_points(group="menzhen.commands"):
        app.add_typer(entry.load().app)
    translate_help(app)
    return app


def _check_language(lang: shared.Lang = None) -> None:
    words_for(lang)


def run() -> None:
    """Run the command line: 0 done, 1 the answer is no, 2 the input or the call is wrong."""
    choose_language(sys.argv[1:])
    sys.exit(guarded(lambda: call(build_app())))


def guarded(program: Callable[[], int]) -> int:
    """Run `program` and return its exit code; whatever goes wrong is printed in one readable block."""
    try:
        return program()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 2
    except MenzhenError as error:
        print_problems(error, sys.argv[1:])
        return error.exit_code
    except KeyboardInterrupt:
        say_error(message("Stopped. Nothing was written."), words_for(None))
        return 130
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 - the reader has gone; say nothing more
        return 2
    except Exception as error:
        if os.environ.get("MENZHEN_DEBUG"):
            raise
        remedy = message("Nothing was written. Run it again with MENZHEN_DEBUG=1 and report what it prints.")
        say_error(
            message("This is a fault of Menzhen, not yours: {error}", error=repr(error)), words_for(None)
        )
        say_error(remedy, words_for(None))
        return 2
