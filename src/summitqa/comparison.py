"""Comparisons as a table: a question a cell, a citation a cell, and empty cells that say so."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from summitqa.conversation.phrases import find_names, singular
from summitqa.types import (
    Citation,
    DocumentSummary,
    Draft,
    DraftSentence,
    Evidence,
    Scope,
    Sentence,
)
from summitqa.understanding.dates import find_periods
from summitqa.understanding.names import names_state, unified_terms
from summitqa.understanding.signing import SIGNED, SIGNER_STEMS
from summitqa.understanding.values import Quantity, find_quantities

EMPTY_CELL = "not found in the documents"
LONGEST_DAYS = 20
"""Days that a date of an event spans, at most: more is a month or a year."""
MOST_CELLS = 30
"""Cells of a table, at most: each is a question of its own."""

_COMPARE = re.compile(
    r"^(?:please\s+)?(?:compare|contrast|(?:give|show|make)\b.{0,30}\bcomparison of"
    r"|(?:a )?comparison of)\s+(?P<items>.+?)"
    r"(?:(?:[,:]?\s+(?:by|on|in terms of|with (?:regard|respect) to|regarding|as to|along)|:)\s+"
    r"(?P<aspects>[^?.]+?))?\s*[?.]*$"
    r"|^(?:what (?:is|are) the )?differences? between\s+(?P<between>.+?)"
    r"(?:(?:[,:]?\s+(?:in|by|on|in terms of|regarding|as to|with regard to)|:)\s+"
    r"(?P<sides>[^?.]+?))?\s*[?.]*$",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*,\s*(?:and\s+)?|\s+(?:and|with|to|versus|vs\.?|against)\s+", re.IGNORECASE)
_ASPECTS_OF = re.compile(
    r"^(?:the\s+)?(?P<aspects>(?:numbers?|counts?|totals?) of \w+|.+?)\s+of\s+(?P<items>.+)$",
    re.IGNORECASE,
)
_GROUP = re.compile(
    r"^(?:all\s+)?(?:the\s+)?(?:(?P<count>\w+)\s+)?(?P<noun>\w+)(?:['’]s?\s+\w+)?$",
    re.IGNORECASE,
)
_EACH = re.compile(
    r"\b(?:each|every)(?: one)?(?: of the(?: \w+)??)? (?P<noun>\w+)\b", re.IGNORECASE
)
# "Which countries signed every declaration?" asks who is in all of them, not who in each.
_IN_ALL = re.compile(
    r"^\s*(?:who|which)\b.*\b(?:sign\w*|endors\w+|attend\w*|join\w*|back\w*|support\w*|adopt\w*"
    r"|t(?:ook|aken?) part in|(?:was|were|been) (?:at|on|in|part of))\s+every\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"^(?P<asks>(?:how|who|when|where|which|what|in (?:which|what))\b.*?)\s*\b(?P<group>(?:all )?"
    r"(?:the )?(?:two|three|four|five|six|seven|eight|nine|ten)? ?(?:AI )?"
    r"(?:summits|editions|conferences))\b\s*(?P<verb>(?:was|were|is|are)\b)?(?P<rest>.*)$",
    re.IGNORECASE,
)
"""\"Compare where the four summits were held\": what is asked of each stands in a clause."""
_ASKS = re.compile(r"^\s*(?:how|who|when|where|which|what|in (?:which|what))\b", re.IGNORECASE)
_TEXT = re.compile(
    r"\b(?:declarations?|statements?|commitments|communiqu[eé]s?|agreements?|accords?|charters?"
    r"|treat(?:y|ies)|conventions?|protocols?|pledges?|resolutions?|memorand(?:um|a)|pacts?)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_OUTCOME = re.compile(r"\b(?:outcomes?|results?)\b", re.IGNORECASE)
_DATED = re.compile(r"\b(?:dates?|when|day|year)\b", re.IGNORECASE)
_HELD = re.compile(
    r"\b(?:(?:take|takes|took|taken) place|(?:was|were|be|been) held|held (?:on|from)|hosted"
    r"|(?:met|meets?|meeting) (?:on|in|from|at))\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"\b(?:number|count|how many|total|signator\w*|size)\b", re.IGNORECASE)
_HOST = re.compile(
    r"\b(?:(?:co-?)?host(?:s|ed|ing)?|organi[sz](?:ers?|ed)|which (?:country|state|nation))\b",
    re.IGNORECASE,
)
_WHEN = re.compile(r"\b(?:dates?|when|time|day)\b", re.IGNORECASE)
_PLACE = re.compile(r"\b(?:places?|venues?|where|locations?|city)\b", re.IGNORECASE)
_ANOTHER = re.compile(r"\b(?:next|following|subsequent|previous|preceding)\b", re.IGNORECASE)
_CONTRAST = re.compile(
    r"\b(?:differ\w*|distinct|unlike|whereas|while|compared|comparison|than|instead|contrast|rather|but"
    r"|same|both|either|neither|respectively)\b",
    re.IGNORECASE,
)
_DEFAULT_ASPECTS = ("date", "place", "host", "main outcome")
Questions = tuple[tuple[re.Pattern[str], str], ...]
"""Patterns of aspects, each with the question to ask for it."""
_ASPECTS_OF_A_TEXT = ("date", "place", "signatories")
_QUESTIONS_ON_A_TEXT: Questions = (
    (_WHEN, "When was {text} adopted?"),
    (_PLACE, "Where was {text} adopted?"),
)
_QUESTIONS: Questions = (
    (_WHEN, "When did {item} take place?"),
    (re.compile(r"\b(?:hosts?|organi[sz]ers?)\b", re.I), "Who hosted {item}?"),
    (_PLACE, "Where was {item} held?"),
    (re.compile(r"\b(?:signator|signer|endors)", re.I), "How many countries signed {text}?"),
    (re.compile(r"^(?:the )?(?:number|count) of (?P<of>.+)$", re.I), "How many {of} at {item}?"),
    (re.compile(r"^how many (?P<of>.+)$", re.I), "How many {of} at {item}?"),
    (_OUTCOME, "What text was adopted at {item}?"),
)


@dataclass(frozen=True, slots=True)
class Item:
    """One of the things compared.

    Attributes:
        name: As the table shows it.
        scope: Where its cells are looked for, beside the question's own scope.
    """

    name: str
    scope: Scope = field(default_factory=Scope)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a comparison sets side by side: a row an item, a column an aspect.

    Attributes:
        stated: Whether the question names the aspects itself.
        question: The question of a cell, with ``{item}`` in it, where the same is asked of each
            item; empty where the aspect words it.
    """

    items: tuple[Item, ...]
    aspects: tuple[str, ...]
    stated: bool = False
    question: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What was found for one item and aspect: the words shown, and where they stand."""

    text: str
    source: Sentence


def plan_comparison(question: str, summaries: Mapping[str, DocumentSummary]) -> Comparison | None:
    """Read from a question what it compares.

    Args:
        question: The question, standing alone.
        summaries: Metadata of the documents, whose summits and kinds form groups.

    Returns:
        Two items or more, and the aspects asked for or usual ones; None when the
        question asks for no table.
    """
    match = _COMPARE.match(question.strip())
    if match is None:
        return _plan_each(question.strip(), summaries)
    named = (match["items"] or match["between"]).strip()
    clause = _CLAUSE.match(named)
    if clause is not None:
        return _plan_clause(clause, summaries)
    stated = match["aspects"] or match["sides"]
    of = None if stated else _ASPECTS_OF.match(named)
    if of is not None and all(_is_usual(each) for each in _aspects(of["aspects"])):
        stated, named = of["aspects"], of["items"]
    items = _group(named, summaries) or _named_items(named, summaries)
    texts = all(_TEXT.search(each.name) for each in items)
    usual = _ASPECTS_OF_A_TEXT if texts else _DEFAULT_ASPECTS
    aspects = tuple(_aspects(stated)) if stated else usual
    if len(items) < 2 or not aspects or len(items) * len(aspects) > MOST_CELLS:
        return None
    return Comparison(items, aspects, stated=bool(stated))


def _plan_each(question: str, summaries: Mapping[str, DocumentSummary]) -> Comparison | None:
    """ "Who hosted each summit?" asks the same of every summit."""
    each = _EACH.search(question)
    if each is None or _ASKS.match(question) is None or _IN_ALL.match(question):
        return None
    items = _group(each["noun"], summaries)
    if not 2 <= len(items) <= MOST_CELLS:
        return None
    around = (question[: each.start()], question[each.end() :])
    template = "{item}".join(part.replace("{", "{{").replace("}", "}}") for part in around)
    return Comparison(items, (question.rstrip(" ?"),), stated=True, question=template)


def _plan_clause(
    clause: re.Match[str], summaries: Mapping[str, DocumentSummary]
) -> Comparison | None:
    """ "Where the four summits were held" asks "Where was {item} held?" of each."""
    items = _group(re.sub(r"\bAI ", "", clause["group"]), summaries)
    if not 2 <= len(items) <= MOST_CELLS:
        return None
    verb = {"were": "was", "are": "is"}.get((clause["verb"] or "").lower(), clause["verb"] or "")
    around = (each.replace("{", "{{").replace("}", "}}") for each in (clause["asks"], verb))
    rest = clause["rest"].strip().replace("{", "{{").replace("}", "}}")
    question = " ".join(word for word in (*around, "{item}", rest) if word)
    return Comparison(items, (clause.group(0),), stated=True, question=f"{question}?")


def _is_usual(aspect: str) -> bool:
    return any(pattern.search(aspect) for pattern, _ in _QUESTIONS)


def _aspects(text: str) -> list[str]:
    parts = (re.sub(r"^(?:the|their|its)\s+", "", part.strip()) for part in _AND.split(text))
    return [part for part in parts if part]


def _named_items(text: str, summaries: Mapping[str, DocumentSummary]) -> tuple[Item, ...]:
    parts = [part.strip(" ?.") for part in _AND.split(text)]
    noun = parts[-1].rpartition(" ")[2]
    bare = [*parts[:-1], parts[-1].removesuffix(noun).rstrip()]
    if noun.islower() and singular(noun) != noun and all(map(_is_name, bare)):
        # "the Bletchley and Seoul summits" are the Bletchley summit and the Seoul summit.
        parts = [f"{part} {singular(noun)}" for part in bare]
    names = [part for part in parts if part and (find_names(part) or len(part.split()) > 1)]
    plain = [re.sub(r"^the\s+", "", part, flags=re.IGNORECASE) for part in names]
    summits = {_summit_name(key): key for key in _summit_keys(summaries)}
    return tuple(_as_summit(part, summits) for part in plain)


def _as_summit(name: str, summits: Mapping[str, str]) -> Item:
    """Look for "Seoul", "the Seoul summit" and its texts in the documents of that summit."""
    bare = re.sub(rf"\s+(?:summit|{_TEXT.pattern})$", "", name, flags=re.IGNORECASE).casefold()
    found = [each for each in summits if each.casefold().startswith(f"{bare} summit")]
    if len(found) != 1:
        return Item(name)
    return Item(name if name.casefold() != bare else f"{name} summit", Scope((summits[found[0]],)))


def _is_name(part: str) -> bool:
    return bool(part) and part.split()[-1][0].isupper()


def _group(text: str, summaries: Mapping[str, DocumentSummary]) -> tuple[Item, ...]:
    """ "The four summits": the values of ``summit``; "the reports": the documents of a kind."""
    match = _GROUP.match(text)
    if match is None:
        return ()
    quantities = find_quantities(match["count"] or "")
    count = int(quantities[0].number) if quantities else None
    noun = singular(match["noun"])
    if noun in {"summit", "edition", "meeting", "conference"}:
        items = _summits(summaries, count)
    else:
        same = [each for each in summaries.values() if (each.kind or "").lower() == noun]
        same.sort(key=lambda each: (each.date or "", each.id))
        items = tuple(Item(_short(each.title), Scope(documents=(each.id,))) for each in same)
    return items if count is None or len(items) <= count else items[:count]


def _summits(summaries: Mapping[str, DocumentSummary], count: int | None) -> tuple[Item, ...]:
    documents = _summit_keys(summaries)
    keys = list(documents)
    if count is not None and count < len(keys):
        keys = sorted(keys, key=lambda key: -documents[key])[:count]
    keys.sort(key=lambda key: (key[-4:], key))
    return tuple(Item(_summit_name(key), Scope(summits=(key,))) for key in keys)


def _summit_keys(summaries: Mapping[str, DocumentSummary]) -> Counter[str]:
    """The summits that documents belong to, and how many do."""
    keys = (each.summit or "" for each in summaries.values())
    return Counter(key for key in keys if re.search(r"\d{4}$", key))


def _summit_name(key: str) -> str:
    """``new-delhi-2026`` becomes ``New Delhi summit of 2026``."""
    place = re.sub(r"[-_\s]*\d{4}$", "", key).replace("-", " ").title()
    return f"{place} summit of {key[-4:]}"


def _short(title: str) -> str:
    return re.split(r"\s*[:(]", title)[0].strip()


def ask_cells(
    comparison: Comparison, search: Callable[[str, Scope], Sequence[Evidence]]
) -> tuple[tuple[Cell | None, ...], ...]:
    """Ask for each cell.

    Args:
        comparison: What is compared.
        search: Gives the evidence for a question within a scope, best first; nothing
            when the documents do not say.
    """
    return tuple(
        tuple(
            _fill(item, aspect, comparison, search(_word(item, aspect, comparison), item.scope))
            for aspect in comparison.aspects
        )
        for item in comparison.items
    )


def _fill(
    item: Item, aspect: str, comparison: Comparison, evidence: Sequence[Evidence]
) -> Cell | None:
    """Take the best evidence that speaks of the item, and of no other if there is such.

    In the documents of a summit, a sentence that names no other item speaks of that summit,
    unless it names another year only; one that names other years beside, or speaks of the
    one before or after, comes last. A host is a state rather than a person, where both are told.
    """
    known = bool(item.scope.summits)
    about = [each for each in evidence[:6] if known or speaks_of(item, comparison, each.sentence)]
    alone = [
        each
        for each in about
        if not any(
            speaks_of(other, comparison, each.sentence)
            for other in comparison.items
            if other != item
        )
    ]
    if known:
        year = item.scope.summits[0][-4:]
        years = [(each, set(_YEAR.findall(each.sentence.text))) for each in alone]
        alone = [each for each, named in years if not named or year in named]
        alone.sort(key=lambda each: _tells_of_others(each.sentence.text, year, aspect))
    found = [
        Cell(text, each.sentence)
        for each in alone or ([] if known else about)
        if (text := _value(item, aspect, each))
    ]
    if _DATED.search(aspect):
        found.sort(key=lambda cell: _rank_date(cell, event=not _TEXT.search(item.name)))
    if _HOST.search(aspect):
        year = item.scope.summits[0][-4:] if known else ""
        found.sort(
            key=lambda cell: (
                _tells_of_others(cell.source.text, year, aspect),
                not _HOST.search(cell.source.text),
                not names_state(cell.text),
            )
        )
    return found[0] if found else None


def _tells_of_others(text: str, year: str, aspect: str) -> bool:
    """Tell whether a sentence names another year, or the one before or after unasked."""
    another = _ANOTHER.search(text) and not _ANOTHER.search(aspect)
    return bool(another) or bool(year and set(_YEAR.findall(text)) - {year})


def _rank_date(cell: Cell, *, event: bool) -> tuple[bool, bool, int]:
    """Days go before a month; of an event, when it was held first, and all its days."""
    days = min(each.days for each in find_periods(cell.text))
    if not event:
        return days > LONGEST_DAYS, False, 0
    return days > LONGEST_DAYS, not _HELD.search(cell.source.text), -days


def _value(item: Item, aspect: str, evidence: Evidence) -> str:
    """The part of a sentence that has the form the aspect asks for, or nothing."""
    text = evidence.sentence.text
    if _DATED.search(aspect):
        periods = find_periods(text)
        finest = min(periods, key=lambda each: (each.days > LONGEST_DAYS, each.start), default=None)
        return text[finest.start : finest.end] if finest else ""
    if _COUNTED.search(aspect):
        quantities = [each for each in find_quantities(text) if not each.unit]
        wanted = unified_terms(aspect)
        if wanted & SIGNED:
            wanted |= SIGNER_STEMS
        named = [each for each in quantities if wanted & set(each.nouns[:2])]
        span = evidence.span or (0, 0)
        read = [each for each in named if _holds(span, each, evidence.sentence)]
        return next((each.text for each in (*read, *named)), "")
    if _OUTCOME.search(aspect):
        pointed_at = _span_words(evidence)
        # "Statement on Inclusive and Sustainable AI" is one name; its "and" ends a run of names.
        names = [each.text for each in find_names(text) if _TEXT.search(each.text)]
        whole = (
            [pointed_at]
            if _TEXT.search(pointed_at) and any(each in pointed_at for each in names)
            else []
        )
        return next(iter((*whole, *names)), "")
    if evidence.span is None:
        return "" if _is_usual(aspect) else text
    words = _span_words(evidence)
    if _PLACE.search(aspect) and (find_quantities(words) or not find_names(words)):
        return ""
    verb = _HOST.search(words) if _HOST.search(aspect) else None
    if verb is not None and names_state(words[: verb.start()].strip()):
        words = words[: verb.start()].strip()  # "France hosted and India" of "and India co-chaired"
    return "" if unified_terms(words) <= unified_terms(item.name) else words


def _span_words(evidence: Evidence) -> str:
    """What the reader points at in a sentence."""
    if evidence.span is None:
        return ""
    start, end = (offset - evidence.sentence.start for offset in evidence.span)
    return evidence.sentence.text[start:end]


def _holds(span: tuple[int, int], quantity: Quantity, sentence: Sentence) -> bool:
    start, end = sentence.start + quantity.start, sentence.start + quantity.end
    return span[0] < end and start < span[1]


def _word(item: Item, aspect: str, comparison: Comparison) -> str:
    given = comparison.question
    return given.format(item=f"the {item.name}") if given else word_cell(item, aspect)


def word_cell(item: Item, aspect: str) -> str:
    """Word the question for a cell."""
    name = f"the {item.name}"
    text = name if _TEXT.search(item.name) else f"the declaration of {name}"
    own: Questions = _QUESTIONS_ON_A_TEXT if _TEXT.search(item.name) else ()
    for pattern, question in (*own, *_QUESTIONS):
        match = pattern.search(aspect)
        if match is not None:
            return question.format(item=name, text=text, **match.groupdict())
    return f"What is the {aspect} of the {item.name}?"


def speaks_of(item: Item, comparison: Comparison, sentence: Sentence) -> bool:
    """Tell whether a sentence names an item by the words that tell it from the others."""
    others = [unified_terms(each.name) for each in comparison.items if each != item]
    own = unified_terms(item.name)
    apart = {term for term in own - set().union(*others) if not term.isdigit()}
    return (apart or own) <= unified_terms(sentence.text)


def sets_side_by_side(comparison: Comparison, sentence: Sentence) -> bool:
    """Tell whether one sentence compares all items: it names them and says how they differ."""
    named = all(speaks_of(item, comparison, sentence) for item in comparison.items)
    return named and _CONTRAST.search(sentence.text) is not None


def narrow(scope: Scope, item: Scope) -> Scope:
    """Narrow the question's scope to an item's."""
    return replace(
        scope,
        summits=item.summits or scope.summits,
        documents=item.documents or scope.documents,
    )


def write_table(
    comparison: Comparison,
    cells: Sequence[Sequence[Cell | None]],
    cite: Callable[[Draft], tuple[str, tuple[Citation, ...]]],
) -> tuple[str, tuple[Citation, ...]]:
    """Write the table in Markdown, each filled cell with its marker.

    Args:
        comparison: What is compared.
        cells: A row an item, a column an aspect.
        cite: Numbers the sources of a draft.
    """
    filled = [cell for row in cells for cell in row if cell is not None]
    draft = Draft(tuple(DraftSentence(cell.text, (cell.source,)) for cell in filled))
    _, citations = cite(draft)
    markers = {(each.document, each.start, each.end): each.marker for each in citations}
    lines = [
        "| "
        + " | ".join(["", *(aspect[:1].upper() + aspect[1:] for aspect in comparison.aspects)]),
        "| --- " * (len(comparison.aspects) + 1),
    ]
    for item, row in zip(comparison.items, cells, strict=True):
        shown = [_show(cell, markers) for cell in row]
        lines.append("| " + " | ".join([item.name[:1].upper() + item.name[1:], *shown]))
    return "\n".join(f"{line.rstrip()} |" for line in lines), citations


def _show(cell: Cell | None, markers: Mapping[tuple[str, int, int], int]) -> str:
    if cell is None:
        return EMPTY_CELL
    source = (cell.source.document, cell.source.start, cell.source.end)
    text = " ".join(cell.text.split()).replace("|", "/")
    return f"{text} [{markers[source]}]"
