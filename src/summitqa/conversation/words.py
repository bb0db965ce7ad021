"""Closed classes of English words that follow-ups are recognised by.

Only function words, very common verbs and nouns that name no subject of their own
(``type``, ``reason``, ``example``) stand here; nothing about any collection.
"""

from __future__ import annotations


def words_of(text: str) -> frozenset[str]:
    """Make a set of the words of a text."""
    return frozenset(text.split())


DETERMINERS = words_of(
    "a an the this that these those my your our some any no every each either neither all both"
    " another such what which whose many much few several more most less least enough other same"
)
PREPOSITIONS = words_of(
    "of in on at by for with without about against between among into through during before after"
    " above below to from up down over under since until upon within across behind beyond near"
    " towards toward per via despite except besides regarding concerning including as like than"
)
PRONOUNS = words_of(
    "i me my mine myself you your yours yourself he him his himself she her hers herself it its"
    " itself we us our ours ourselves they them their theirs themselves one ones someone anyone"
    " everyone something anything everything nothing there here who whom whose which what"
)
AUXILIARIES = words_of(
    "be am is are was were been being do does did done doing have has had having will would shall"
    " should can could may might must ought isn't aren't wasn't weren't don't doesn't didn't"
    " haven't hasn't hadn't won't wouldn't shouldn't can't couldn't cannot let's let"
)
CONJUNCTIONS = words_of(
    "and or but nor so yet if because although though while whereas whether when"
)
QUESTION_WORDS = words_of("who whom whose what which when where why how")
ADVERBS = words_of(
    "not very too also just only even still already yet ever never again once now then today"
    " currently really quite rather almost always often sometimes usually maybe perhaps please"
    " else instead however therefore thus well far long ago later soon first exactly actually"
    " basically generally typically specifically especially together apart away back out off"
    " yes no ok okay oh hmm wow hello hi thanks thank"
)
COMMON_VERBS = words_of(
    "get gets got getting go goes going gone went make makes made making take takes took taken"
    " taking give gives gave given giving come comes came coming know knows knew known think"
    " thinks thought see sees saw seen look looks looked looking want wants wanted need needs"
    " needed use uses used using find finds found tell tells told ask asks asked say says said"
    " mean means meant keep keeps kept put puts try tries tried trying work works worked working"
    " call calls called help helps helped show shows showed shown become becomes became happen"
    " happens happened happening start starts started begin begins began seem seems seemed"
    " differ differs differed compare compares compared explain describe list name mention"
    " mentioned include includes included involve involves involved cause causes caused affect"
    " affects affected change changes changed remain remains remained occur occurs occurred"
    " consider considered heard hear hears sound sounds sounded originate originates originated"
    " like likes liked love feel feels felt believe believes"
    " discuss discussed learn learned talk talking talked understand wonder wondering wondered"
    " cost costs pay paid exist exists existed contain contains contained provide provides"
    " provided offer offers offered create creates created choose chose chosen recommend"
    " recommended matter matters interested hold holds held host hosts hosted sign signs signed"
    " join joins joined attend attends attended publish published publishes announce announced"
    " agree agreed adopt adopted follow follows followed lead leads led run runs ran say allow"
    " allows allowed apply applies applied set play plays played live lives lived die died win"
    " wins won lose lost grow grows grew move moves moved write wrote written read buy bought"
    " sell sold build built meet met send sent fall fell bring brought leave left born launch"
    " launched found founded establish established sum summarise summarize list elaborate"
)
COMPARATIVES = words_of(
    "better worse bigger smaller larger greater higher lower longer shorter older newer younger"
    " stronger weaker cheaper faster slower safer easier harder richer poorer"
)
# Nouns that name a side of a subject, not the subject.
GENERIC_NOUNS = words_of(
    "type types kind kinds sort sorts way ways thing things number numbers amount amounts"
    " difference differences example examples information detail details tip tips reason reasons"
    " effect effects cause causes cost costs price prices benefit benefits advantage advantages"
    " disadvantage disadvantages pros cons result results outcome outcomes purpose goal goals aim"
    " aims part parts step steps process method methods option options alternative alternatives"
    " history origin origins background definition meaning role roles use uses impact impacts"
    " problem problems issue issues risk risks question questions answer answers name names date"
    " dates place places time times year years day days month months week weeks age size"
    " symptoms symptom treatment treatments sign signs feature features idea ideas point points"
    " fact facts story topic subject case cases factor factors change changes lot lots bit"
    " importance significance people person someone ones rest others other area areas"
    " world life side sides terms order level levels rate rates total count main best better"
    " worst good bad new old big small long short different similar important popular common"
    " famous possible available certain next last previous first second third latest recent"
    " current own able sure true likely interesting whole general possible newer newest"
    " older oldest earlier later"
)
FUNCTION_WORDS = (
    DETERMINERS | PREPOSITIONS | PRONOUNS | AUXILIARIES | CONJUNCTIONS | QUESTION_WORDS | ADVERBS
)
AS_TO = "as to"
"""Joins a subject to a question. Neither word is searched for, as "regarding" would be."""
EVENTS = words_of(
    "summit conference meeting forum event session congress festival workshop convention talk"
    " ceremony game match exhibition fair assembly symposium seminar dialogue"
)
"""What takes place somewhere."""
TEXTS = words_of(
    "declaration statement communiqué communique charter agreement treaty pledge accord report"
    " resolution summary text document commitment pact"
)
"""What is written and may be signed."""
