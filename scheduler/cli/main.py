"""The command `menzhen`: its groups of commands, and how every error ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib.metadata import entry_points

import typer

from scheduler.cli.usage import call, in_our_words
from scheduler.cli.voice import error_console, listen, words_for
from scheduler.errors import MenzhenError
from scheduler.words import message


def build_app() -> typer.Typer:
    """Return the command with all its sub-commands, its help in the reader's language."""
    from scheduler.cli import (
        check,
        diff,
        import_,
        ledger,
        new,
        options,
        partner,
        plan,
        price,
        publish,
        repair,
        whatif,
        why,
    )

    words = words_for(None)
    app = typer.Typer(
        name="menzhen",
        help=words.say(
            message(
                "Outpatient clinic rosters: balanced, slotted, reserved, with the fewest moves and a proof."
            )
        ),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    groups = (
        new,
        import_,
        plan,
        check,
        diff,
        price,
        repair,
        options,
        why,
        whatif,
    )
    for group in (*groups, publish, partner, ledger):
        group.add_to(app, words)
    # What else is installed beside the library, such as the service, brings its commands along.
    for entry in entry_points(group="menzhen.commands"):
        entry.load().add_to(app, words)
    in_our_words(app, words)
    return app


def run() -> None:
    """Run the command line: 0 done, 1 the answer is no, 2 the input or the call is wrong."""
    listen(sys.argv[1:])
    sys.exit(guarded(lambda: call(build_app())))


def guarded(program: Callable[[], int]) -> int:
    """Run `program` and return its exit code; whatever goes wrong is told in one readable block."""
    try:
        return program()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 2
    except MenzhenError as error:
        error_console().print(error.text(words_for(None)), markup=False, highlight=False, soft_wrap=True)
        return error.exit_code
    except KeyboardInterrupt:
        _tell(words_for(None).say(message("Stopped. Nothing was written.")))
        return 130
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 - the reader has gone; say nothing more
        return 2
    except Exception as error:
        if os.environ.get("MENZHEN_DEBUG"):
            raise
        words = words_for(None)
        _tell(words.say(message("This is a fault of Menzhen, not yours: {error}", error=repr(error))))
        _tell(
            words.say(
                message("Nothing was written. Run it again with MENZHEN_DEBUG=1 and report what it prints.")
            )
        )
        return 2


def _tell(text: str) -> None:
    error_console().print(text, markup=False, highlight=False, soft_wrap=True)
