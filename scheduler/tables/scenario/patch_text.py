"""Patches as the text of a study file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scheduler.outcome import Proposal
from scheduler.scenario.patch import Patch

_WIDTH = 100


def remedy_patches(proposals: Sequence[Proposal]) -> dict[str, Patch]:
    """Return the patches of remedies under their names, `remedy-1` for the first."""
    return {f"remedy-{number}": proposal.patch for number, proposal in enumerate(proposals, start=1)}


def patches_text(patches: Mapping[str, Patch]) -> str:
    """Return the part `patches` of a study file with these patches by name; it ends with a new line."""
    import yaml

    class Dumper(yaml.SafeDumper):
        """Writes texts without quotes where a study reads them back the same: it knows no numbers, dates, yes or no."""

        def ignore_aliases(self, data: object) -> bool:
            return True

    Dumper.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if tag == "tag:yaml.org,2002:null"]
        for first, resolvers in yaml.SafeDumper.yaml_implicit_resolvers.items()
    }
    content = {"patches": {name: patch.entry() for name, patch in patches.items()}}
    text = yaml.dump(
        content, Dumper=Dumper, allow_unicode=True, sort_keys=False, default_flow_style=None, width=_WIDTH
    )
    assert isinstance(text, str)
    return text
