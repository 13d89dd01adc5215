"""A form as one self-contained page that prints: every page of the form begins on new paper."""

from __future__ import annotations

from scheduler.forms.document import Form, has_groups, heading_groups
from scheduler.report.html import pages
from scheduler.report.voice import Voice


def html_file(form: Form) -> bytes:
    """Return the form as html in UTF-8; same form, same bytes."""
    text: str = (
        pages()
        .get_template("form.html")
        .render(
            _=Voice(form.language).translate,
            lang="zh-CN" if form.language == "zh" else "en",
            form=form,
            groups=heading_groups,
            has_groups=has_groups,
        )
    )
    return text.encode()
