"""Names in a question, and other ways to write the same name.

The short table below is common knowledge about states and unions, so that a question
about "the UK" and a text about "the United Kingdom" meet; it knows no collection.
"""

from __future__ import annotations

import calendar
import re

from summitqa.conversation.phrases import find_names
from summitqa.lexical import analyse

_SAME = {
    "united states": "US|U.S.|USA|U.S.A.|United States of America|America|American|Americans",
    "united kingdom": "UK|U.K.|Great Britain|Britain|British",
    "european union": "EU|E.U.",
    "united arab emirates": "UAE|Emirati",
    "united nations": "UN",
    "south korea": "ROK|Republic of Korea|South Korean",
    "china": "PRC|People's Republic of China|Chinese",
    "türkiye": "Turkey|Turkish|Turkiye",
    "france": "French",
    "germany": "German",
    "india": "Indian",
    "japan": "Japanese",
    "russia": "Russian Federation|Russian",
    "switzerland": "Swiss",
    "canada": "Canadian",
    "italy": "Italian",
    "netherlands": "Dutch",
    "spain": "Spanish|Spaniards",
    "portugal": "Portuguese",
    "ireland": "Irish",
    "greece": "Greek",
    "poland": "Polish",
    "czechia": "Czech|Czech Republic",
    "denmark": "Danish",
    "sweden": "Swedish",
    "finland": "Finnish",
    "norway": "Norwegian",
    "iceland": "Icelandic",
    "thailand": "Thai",
    "philippines": "Filipino|Philippine",
    "viet nam": "Vietnam|Vietnamese",
    "israel": "Israeli",
    "iraq": "Iraqi",
    "pakistan": "Pakistani",
    "qatar": "Qatari",
    "kuwait": "Kuwaiti",
    "saudi arabia": "Saudi|Saudis",
    "lebanon": "Lebanese",
    "new zealand": "New Zealander",
    "luxembourg": "Luxembourgish",
    "cyprus": "Cypriot",
    "ukraine": "Ukrainian",
    "côte d'ivoire": "Ivory Coast|Ivorian",
    "senegal": "Senegalese",
    "peru": "Peruvian",
    "argentina": "Argentine|Argentinian",
    "mexico": "Mexican",
    "brazil": "Brazilian",
    "chile": "Chilean",
    "colombia": "Colombian",
    "ecuador": "Ecuadorian",
    "egypt": "Egyptian",
    "morocco": "Moroccan",
    "tunisia": "Tunisian",
    "algeria": "Algerian",
    "nigeria": "Nigerian",
    "kenya": "Kenyan",
    "ghana": "Ghanaian",
    "ethiopia": "Ethiopian",
    "rwanda": "Rwandan",
    "tanzania": "Tanzanian",
    "south africa": "South African",
    "indonesia": "Indonesian",
    "malaysia": "Malaysian",
    "singapore": "Singaporean",
    "bangladesh": "Bangladeshi",
    "nepal": "Nepali|Nepalese",
    "sri lanka": "Sri Lankan",
    "australia": "Australian",
    "austria": "Austrian",
    "belgium": "Belgian",
    "hungary": "Hungarian",
    "romania": "Romanian",
    "bulgaria": "Bulgarian",
    "croatia": "Croatian",
    "serbia": "Serbian",
    "slovenia": "Slovenian|Slovene",
    "slovakia": "Slovak",
    "estonia": "Estonian",
    "latvia": "Latvian",
    "lithuania": "Lithuanian",
    "jordan": "Jordanian",
    "iran": "Iranian",
    "kazakhstan": "Kazakh",
    "mongolia": "Mongolian",
    "cambodia": "Cambodian",
}
_OTHER_STATES = frozenset(
    (
        "korea|north korea|taiwan|palestine|holy see|afghanistan|albania|andorra|angola|armenia"
        "|azerbaijan|bahamas|bahrain|barbados|belarus|belize|benin|bhutan|bolivia"
        "|bosnia and herzegovina|botswana|brunei|burkina faso|burundi|cabo verde|cameroon"
        "|central african republic|chad|comoros|congo|costa rica|cuba|djibouti|dominica"
        "|dominican republic|el salvador|equatorial guinea|eritrea|eswatini|fiji|gabon|gambia"
        "|georgia|grenada|guatemala|guinea|guinea-bissau|guyana|haiti|honduras|jamaica|kiribati"
        "|kosovo|kyrgyzstan|laos|lesotho|liberia|libya|liechtenstein|madagascar|malawi|maldives"
        "|mali|malta|marshall islands|mauritania|mauritius|micronesia|moldova|monaco|montenegro"
        "|mozambique|myanmar|namibia|nauru|nicaragua|niger|north macedonia|oman|palau|panama"
        "|papua new guinea|paraguay|saint lucia|samoa|san marino|seychelles|sierra leone"
        "|solomon islands|somalia|south sudan|sudan|suriname|syria|tajikistan|timor-leste|togo"
        "|tonga|trinidad and tobago|turkmenistan|tuvalu|uganda|uruguay|uzbekistan|vanuatu"
        "|venezuela|yemen|zambia|zimbabwe"
    ).split("|")
)
"""States that are written in one way only, or whose short name is another's part."""
_NAME_OF = {form.lower(): name for name, forms in _SAME.items() for form in forms.split("|")}
# "us" in lower case is a pronoun: short forms count in capitals only.
_SHORT = {form.lower() for forms in _SAME.values() for form in forms.split("|") if form.isupper()}
_SHORT -= {"u.s.", "u.s.a.", "u.k.", "e.u."}
_WORDS_TOO = frozenset({"polish", "turkey"})
_FORM = re.compile(
    rf"(?<![\w.])(?:{'|'.join(sorted(map(re.escape, _NAME_OF), key=len, reverse=True))})"
    r"(?:(?<=an)s|(?<=[a-z]i)s)?(?!\w)",
    re.IGNORECASE,
)

_SHORT_STATES = frozenset(
    (
        "US|U.S.|USA|U.S.A.|United States of America|America|UK|U.K.|Great Britain|Britain|EU|E.U."
        "|UAE|UN|ROK|Republic of Korea|PRC|People's Republic of China|Turkey|Turkiye"
        "|Russian Federation|Czech Republic|Vietnam|Ivory Coast"
    ).split("|")
)
_PEOPLE = re.compile(
    "|".join(
        rf"\b{re.escape(form)}s?\b"
        for forms in _SAME.values()
        for form in forms.split("|")
        if form not in _SHORT_STATES
    )
)
_STATE = re.compile(rf"\b(?:{'|'.join(map(re.escape, _SAME))})\b", re.IGNORECASE)

_OTHER = re.compile(
    "|".join(
        rf"\b{re.escape(state.title().replace(' And ', ' and '))}\b"
        for state in sorted(_OTHER_STATES, key=len, reverse=True)
    )
    + r"|\bKorea(?=ns?\b)"
)


def unify_names(text: str) -> str:
    """Write each state or union in one way."""

    def unified(match: re.Match[str]) -> str:
        form = match.group(0)
        folded = form.lower()
        if (folded in _SHORT and not form.isupper()) or (folded in _WORDS_TOO and form.islower()):
            return form
        return _NAME_OF.get(folded) or _NAME_OF[folded.removesuffix("s")]

    return _FORM.sub(unified, text)


def without_people(text: str) -> str:
    """Leave out what names a people or what is theirs: an Indian release is not India."""
    return _PEOPLE.sub(" ", text)


def names_state(text: str) -> bool:
    """Tell whether a text holds a state or union of the table, or its people."""
    return bool(_STATE.search(unify_names(text)))


def find_states(text: str) -> frozenset[str]:
    """Find the states and unions that a text names, or whose people it names.

    Either Korea is "korea", since most texts do not say which one they mean; a sum in US$ names
    no state.
    """
    unified = unify_names(text.replace("US$", "$"))
    found = {match.group(0).lower() for match in _STATE.finditer(unified)}
    found |= {match.group(0).lower() for match in _OTHER.finditer(unified)}
    return frozenset("korea" if state.endswith(" korea") else state for state in found)


def is_state(name: str) -> bool:
    """Tell whether a name is that of a state or union, and nothing more."""
    bare = re.sub(r"^the\s+", "", name.strip(), flags=re.IGNORECASE)
    return bare.lower() in _OTHER_STATES or bool(_STATE.fullmatch(unify_names(bare)))


def name_terms(question: str) -> list[set[str]]:
    """Give the stemmed terms of each name in a question, names written in one way."""
    return [terms for each in find_names(question) if (terms := _core(each.text))]


def _core(name: str) -> set[str]:
    """The terms of the capitalised words; dates and the common nouns after them left out."""
    words = [
        word
        for word in name.strip('"“”').split()
        if (word[0].isupper() or name[0] in '"“') and word not in calendar.month_name
    ]
    return set(analyse(unify_names(" ".join(words))))


def unified_terms(text: str) -> set[str]:
    """Give the stemmed terms of a text, names written in one way."""
    return set(analyse(unify_names(text)))
