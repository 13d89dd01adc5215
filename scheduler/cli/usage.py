"""Help pages, and mistakes in the call itself in the reader's language and in the shape of all our errors."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from scheduler.cli.voice import folded_text, words_for
from scheduler.errors import CallError, Problem, Where, suggest
from scheduler.words import Message, Words, message

_MOST_COLUMNS = 100

_MOST_OF_NAMES = 0.4
"""Share of a page that the names of options have at most, so that their meanings are not squeezed."""

_PLACES: dict[str, Message] = {
    "[OPTIONS]": message("[OPTIONS]"),
    "COMMAND [ARGS]...": message("COMMAND [ARGUMENTS]"),
}
"""What stands for options and commands in the first line of a page, as Typer writes it and as we do."""


def call(app: typer.Typer) -> int:
    """Run the app on the command line and return its exit code; raises CallError for a call that is wrong."""
    try:
        code = app(prog_name="menzhen", standalone_mode=False)
    except TyperException as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            typer.echo(error.format_message(), err=True)
            return 2
        raise CallError([_problem(error)]) from None
    if code == 130:  # so Typer reports an interrupt
        raise KeyboardInterrupt
    return code if isinstance(code, int) else 0


def translate_help(app: typer.Typer) -> None:
    """Give the app, its groups and their commands help pages in the reader's language."""
    app.info.cls = Group
    for command in app.registered_commands:
        if not issubclass(command.cls or TyperCommand, Command):
            command.cls = Command
    for group in app.registered_groups:
        assert group.typer_instance is not None
        translate_help(group.typer_instance)


class Command(TyperCommand):
    """A command whose help is the English source of what is shown."""

    def get_help(self, ctx: Any) -> str:
        """Return the page in the reader's language."""
        words = words_for(None)
        return _page(ctx, self.describe(words), words)

    def describe(self, words: Words) -> str:
        """Return what the command does."""
        return words.say(self.help or "")


class Group(TyperGroup):
    """A group of commands whose help is the English source of what is shown."""

    def get_help(self, ctx: Any) -> str:
        """Return the page in the reader's language."""
        words = words_for(None)
        return _page(ctx, words.say(self.help or ""), words)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse the options before a command; without a command the help is shown, as without any argument."""
        rest = super().parse_args(ctx, args)
        return rest if ctx._protected_args else super().parse_args(ctx, [])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that is named; raises CallError with the most similar one where there is none."""
        name = args[0]
        if name not in self.commands and not name.startswith("-"):
            wrong, remedy = message("there is no such command"), suggest(name, list(self.commands))
            raise CallError([Problem(Where(), wrong, remedy, name)])
        return super().resolve_command(ctx, args)


def _page(ctx: Any, description: str, words: Words) -> str:
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    page = io.StringIO()
    console = Console(file=page, width=min(Console().width, _MOST_COLUMNS), color_system=None)
    pieces = [_PLACES.get(piece, piece) for piece in ctx.command.collect_usage_pieces(ctx)]
    usage = " ".join(map(words.say, [ctx.command_path, *pieces]))
    console.print(Text(words.say(message("Usage: {usage}", usage=usage))))
    console.print(Padding(Text(description), (1, 2)))
    for heading, rows in _sections(ctx, words):
        console.print(Text(words.say(heading)))
        console.print(Padding(_listed(rows, console.width), (0, 0, 1, 2)))
    return "\n".join(line.rstrip() for line in page.getvalue().rstrip().splitlines())


def _listed(rows: list[tuple[str, str]], width: int) -> Any:
    """Return names with their meanings beside them; a name that is long for the page has a line of its own."""
    from rich.cells import cell_len
    from rich.console import Group as Lines
    from rich.table import Table
    from rich.text import Text

    beside = max((n for n in (cell_len(name) for name, _ in rows) if n <= width * _MOST_OF_NAMES), default=0)
    lines: list[Any] = []
    for name, meaning in rows:
        fits = cell_len(name) <= beside
        if not fits:
            lines.append(Text(name))
        line = Table.grid(padding=(0, 2))
        line.add_column(width=beside, no_wrap=True)
        line.add_column(overflow="fold")
        line.add_row(Text(name if fits else ""), folded_text(meaning))
        lines.append(line)
    return Lines(*lines)


def _sections(ctx: Any, words: Words) -> Iterator[tuple[Message, list[tuple[str, str]]]]:
    params = ctx.command.get_params(ctx)
    for heading, sort in ((message("Arguments:"), "argument"), (message("Options:"), "option")):
        rows = list(_params(ctx, (p for p in params if p.param_type_name == sort), words))
        if rows:
            yield heading, rows
    commands = getattr(ctx.command, "commands", {})
    if commands:
        yield (
            message("Commands:"),
            [(name, words.say(command.help or "")) for name, command in commands.items()],
        )


def _params(ctx: Any, params: Iterable[Any], words: Words) -> Iterator[tuple[str, str]]:
    for param in params:
        if getattr(param, "hidden", False):
            continue
        meaning = words.say(message("Show this page.") if param.name == "help" else param.help)
        if param.required:
            meaning = words.say(message("{meaning} Must be given.", meaning=meaning))
        elif param.default not in (None, "", [], ()) and not getattr(param, "is_flag", False):
            meaning = words.say(
                message("{meaning} Default: {default}.", meaning=meaning, default=str(param.default))
            )
        yield param.get_help_record(ctx)[0], meaning


def _problem(error: TyperException) -> Problem:
    ctx, param = getattr(error, "ctx", None), getattr(error, "param", None)
    remedy = message("See {command} --help.", command=ctx.command_path if ctx else "menzhen")
    match type(error).__name__:
        case "NoSuchOption":
            return _no_such_option(error, ctx)
        case "MissingParameter" if param is not None:
            return Problem(Where(field=_name(param)), message("this is missing"), remedy)
        case "BadParameter" if param is not None:
            form = param.get_help_record(ctx)[0]
            return Problem(
                Where(field=_name(param)), message("the value does not fit {form}", form=form), remedy
            )
        case "BadOptionUsage" if "requires" in error.message:
            where = Where(field=getattr(error, "option_name", ""))
            return Problem(where, message("the value is missing"), remedy)
    if "extra argument" in error.message:
        words = error.message.partition("(s) (")[2].removesuffix(")")
        return Problem(Where(), message("there are too many arguments"), remedy, words)
    return Problem(Where(), message("this cannot be understood"), remedy, error.format_message())


def _no_such_option(error: Any, ctx: Any) -> Problem:
    known = [name for param in ctx.command.get_params(ctx) for name in param.opts if name.startswith("-")]
    return Problem(
        Where(), message("there is no such option"), suggest(error.option_name, known), error.option_name
    )


def _name(param: Any) -> str:
    return str(param.opts[0] if param.param_type_name == "option" else param.name)
