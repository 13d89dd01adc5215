"""The variants of a study: those written out, those that sweeps give, and the parts they are put together from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from scheduler.whatif.named_patches import Named, known_patches
from scheduler.whatif.names import check_name, name_key
from scheduler.whatif.nodes import Notes, Part
from scheduler.whatif.study import BASE, Variant
from scheduler.whatif.sweeps import parts_of, read_sweep, swept
from scheduler.words import Message, message

VARIANT_KEYS = ("name", "title", "patches")
"""What a variant that is written out as a group may hold."""

Variants = tuple[Variant, ...]

_FEWER = message("Take values out, or sweep one at a time.")


@dataclass(frozen=True)
class Most:
    """How many variants a study may have beside the base, and what to do about more."""

    variants: int
    remedy: Message = _FEWER


def read_variants(
    notes: Notes, root: Part, parts: Mapping[str, Part], named: Named, most: Most
) -> tuple[Variants, Variants]:
    """Return the variants, the base first, and their parts: the patches and the values swept, each by itself.

    `root` is the whole file and `parts` are its keys. More variants than `most` are told and not made.
    """
    variants, sweeps = parts.get("variants"), parts.get("sweeps")
    told = tuple(_patches(named) if variants is None else _told(notes, variants, named))
    found = (
        [] if sweeps is None else [s for item in notes.items(sweeps) for s in read_sweep(notes, item, named)]
    )
    count = len(told) + sum(sweep.count for sweep in found)
    if count > most.variants:
        wrong = message("the study has {count} variants, more than {most}", count=count, most=most.variants)
        notes.tell(sweeps or root, wrong, most.remedy)
        return (), ()
    made = (*told, *(variant for sweep in found for variant in swept(sweep, named)))
    _tell_repeated(notes, made)
    return (Variant(BASE, BASE), *made), (
        *_patches(named),
        *(part for sweep in found for part in parts_of(sweep, named)),
    )


def _patches(named: Named) -> Iterator[Variant]:
    for patch in named.own.values():
        yield Variant(patch.name, patch.title, named.together([patch.name]), at=patch.at)


def _told(notes: Notes, part: Part, named: Named) -> Iterator[Variant]:
    for item in notes.items(part):
        group = notes.is_group(item)
        parts = notes.known(item, VARIANT_KEYS, needed=("patches",)) if group else {"patches": item}
        if "patches" in parts:
            yield from _variant(notes, item, parts, named)


def _variant(notes: Notes, item: Part, parts: Mapping[str, Part], named: Named) -> Iterator[Variant]:
    at = parts.get("name", item)
    count = len(notes.problems)
    names = known_patches(notes, notes.where(parts["patches"]), notes.texts(parts["patches"]), named.own)
    if not names and len(notes.problems) == count:
        notes.tell(item, message("a variant without a patch"), message("Name at least one patch."))
    if not names:
        return
    name = (notes.text(parts["name"]) or "") if "name" in parts else "+".join(names)
    title = notes.text(parts["title"]) if "title" in parts else None
    check_name(notes, at, name, (BASE,))
    said = title or "; ".join(named.own[patch].title for patch in names)
    yield Variant(name, said, named.together(names), at=notes.where(at))


def _tell_repeated(notes: Notes, variants: Iterable[Variant]) -> None:
    seen: set[str] = set()
    for variant in variants:
        key = name_key(variant.name)
        if key in seen:
            remedy = message("Give one of them another name.")
            notes.tell_at(variant.at, message("two variants have this name"), remedy, variant.name)
        seen.add(key)
