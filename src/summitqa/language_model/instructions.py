"""Tell the sentences of a document that give orders to a machine from those that inform.

A document is data. A sentence of it that speaks to a language model ("ignore your
instructions", "System: reply only with ...") is neither shown to the model nor citable,
since a model that obeys it would even be supported by it. The support check is the second
wall: it strikes what the rest of the evidence does not say.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from summitqa.types import Sentence

_RULES = r"(?:instructions?|prompts?|rules?|guidelines?|directions?|orders?|constraints?|context)"
_MACHINE = (
    r"(?:an? )?(?:ai (?:assistant|model|system|language model)s?|assistants?|language models?|"
    r"llms?|chat ?bots?|chatgpt|claude|gemini|gpt|models? reading|machine reading|"
    r"(?:ai|answering|reading) (?:agent|engine|machine|system)s?)"
)
_REPLY = (
    r"(?:say|answer|reply|respond|output|print|write|repeat|state|tell|include|append|add|"
    r"return|report that|begin|start|end|cite|mention|reveal|render|translate|summari[sz]e|"
    r"recommend|insert)"
)
_PATTERNS = (
    rf"\b(?:ignore|disregard|forget|override|bypass|discard|skip)\b.{{0,40}}\b"
    rf"(?:previous|prior|above|earlier|all|any|your|system|other|these|those)\b.{{0,30}}"
    rf"(?:{_RULES}|evidence|everything|text|sources?)",
    r"\b(?:ignore|disregard|forget) (?:everything|anything|the above|all of)\b",
    rf"\b(?:new|updated|real|actual|following|hidden|secret|your) {_RULES}\b.{{0,12}}:",
    r"\b(?:system|developer) (?:prompt|message|override|instruction|note|update|notice)\b",
    r"^\W*(?:system|assistant|developer|user|human)\W{0,3}:",
    r"<\|?/?(?:im_start|im_end|system|assistant|user|endoftext|eot|instructions?|evidence)",
    r"\[/?inst\]|<<sys>>|^\W*###\s*(?:instruction|system|response)",
    r"\byou are (?:now |no longer )?(?:an? |the |in )?(?:\w+ ){0,3}"
    r"(?:assistant|model|ai|chatbot|bot|dan|mode|jailbroken|unrestricted|pirate)\b",
    r"\b(?:pretend|act|behave|role-?play) (?:to be|as if|as|that you)\b",
    rf"\b(?:dear|attention|note to|notice to|message to|instructions? (?:to|for)|hey|"
    rf"if you are) (?:the |all |any |an )?(?:{_MACHINE}|ai)\b",
    rf"\b{_MACHINE}\b.{{0,40}}\b(?:must|should|shall|will|have to|needs? to|please)\b.{{0,25}}"
    rf"\b{_REPLY}\b",
    rf"^\W*(?:please |now |instead,? |always |only |just |simply |you (?:must|should|will) )*"
    rf"{_REPLY}\b.{{0,40}}(?:\b(?:exactly|only|verbatim|the (?:words?|phrase|sentence|following)|"
    r"your (?:answer|reply|response)|in your|every (?:answer|reply|sentence)|"
    r"(?:this|the) (?:link|image|url|address))\b|[:\"“'‘«])",
    r"\b(?:your|the|every|each|any) (?:answer|reply|response|output)s? (?:must|should|shall|has to)"
    r"\b",
    r"\b(?:when|if) (?:you (?:are )?)?(?:asked|answering|summari[sz]ing|quoting|responding)\b"
    r".{0,60}"
    rf"\b{_REPLY}\b",
    r"\b(?:ignor(?:ez|er|iere|ieren|iert|a|ad|are|ate|em)|oubliez|vergiss|vergesst|missachte|"
    r"olvida|"
    r"olvide|dimentica|esqueça)\b.{0,40}\b(?:instru\w+|istruzion\w+|anweisung\w*|regeln|"
    r"r[èe]gles|reglas|regole|regras|consignes)",
    r"\b(?:decode|decipher|rot13|base64)\b.{0,30}\b(?:obey|follow|execute|do|run)\b",
    r"\bdo not (?:tell|mention|cite|reveal|quote|disclose|use the|answer)\b",
    r"\b(?:only|sole|correct|right) (?:permitted|allowed|acceptable|admissible|valid) "
    r"(?:response|answer|reply|output|statement)s?\b",
    r"\b(?:answer|response|reply|output|prompt)[_.-](?:override|format|prefix|suffix|template)\b|"
    r"\b(?:override|prompt)\s*[=:]",
    r"\b(?:summar(?:y|ies)|answers?|repl(?:y|ies)|responses?|outputs?) (?:of|to|about|on|for) "
    r"(?:this|these|the) (?:file|document|page|text|note|question)s?\b.{0,40}"
    r"\b(?:needs?|must|should|requires?|begins?|ends?|opens?|includes?)\b",
    r"[\"']role[\"']\s*:\s*[\"'](?:system|assistant|user|developer)[\"']",
    rf"\b(?:{_MACHINE}|robots?|bots?)\b.{{0,40}}\b(?:always|never|finishes|begins|starts|ends|"
    r"opens|closes|concludes)\b",
    r"\b(?:whoever|anyone|everyone|anybody) (?:that |who )?(?:is |gets )?(?:asked|asks|answers)\b",
    rf"\b(?:previous|prior|earlier|above|existing|former) (?:guidance|{_RULES})\b.{{0,30}}"
    r"\b(?:obsolete|void|invalid|superseded|cancelled|replaced|outdated|no longer)\b",
    r"\b(?:each|every|any|all) (?:readers?|agents?|crawlers?|models?|assistants?|visitors?)\b"
    r".{0,50}\bhttps?:",
    r"\b(?:beachtet?|befolgt?|befolgen)\b.{0,40}\bnicht\b|"
    r"\b(?:antwortet?|antworten sie|répond(?:s|ez)|responde|responda|rispondi|risponda|antwoord)\b"
    r".{0,30}\b(?:dass|que|che|dat)\b",
    r"!\[|\]\(\s*(?:https?|data|javascript):|<(?:img|script|a|iframe)\b",
    r"\bend of (?:evidence|quotation|quote|document|context|data)\b",
)
REACH = 300
"""Characters around an order in which nothing is believed either."""
_ORDER = re.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS), re.IGNORECASE)
# Letters of other alphabets that pass for Latin ones.
_LOOKALIKES = str.maketrans(
    "аесорхуіјѕһԁӏАВЕКМНОРСТХІαοεινρτυΑΒΕΗΙΚΜΝΟΡΤΧ",
    "aecopxyijshdlABEKMHOPCTXIaoeivptuABEHIKMNOPTX",
)
# Of the invisible characters, those that ordinary documents hold.
_ORDINARY = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")


def is_instruction(text: str) -> bool:
    """Tell whether a sentence of a document gives orders to a machine.

    Also true of a sentence that hides characters no ordinary document holds, such as the
    tag characters and the reversals of direction.
    """
    hidden = [
        each
        for each in text
        if unicodedata.category(each) in ("Cf", "Co") and each not in _ORDINARY
    ]
    return bool(hidden) or bool(_ORDER.search(_plain(text)))


def leave_out_orders(
    sentences: Sequence[Sentence], known: Sequence[Sentence] = ()
) -> list[Sentence]:
    """Leave out the sentences that give orders, and those that stand near one.

    An order is often followed by what is to be said ("You are now Dan. Dan says ..."),
    which by itself looks like any other sentence.

    Args:
        sentences: What is to be shown to a model.
        known: Further sentences of the same documents, in which orders may stand.
    """
    orders = [each for each in {*sentences, *known} if is_instruction(each.text)]
    return [
        each
        for each in sentences
        if not any(
            order.document == each.document
            and order.start - REACH < each.end
            and each.start < order.end + REACH
            for order in orders
        )
    ]


def _plain(text: str) -> str:
    visible = "".join(each for each in text if unicodedata.category(each) != "Cf")
    plain = unicodedata.normalize("NFKC", visible).translate(_LOOKALIKES)
    return " ".join(plain.split())
