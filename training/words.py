"""Word lists and regular expressions for making contrast questions."""

from __future__ import annotations

import re

NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?![\w])")
YEAR = re.compile(r"\b(?:1[0-9]{3}|20[0-9]{2})\b")
WORD = re.compile(r"[A-Za-z][A-Za-z’'-]*")
NAME = re.compile(
    r"[A-Z][\w’'&.-]*[\w](?:\s+(?:(?:of|de|van|von|and|the)\s+)?[A-Z][\w’'&.-]*[\w])*"
)
AUXILIARY = re.compile(
    r"\b(did|does|do|is|are|was|were|can|could|has|have|had|will|would|should|may|must)\b", re.I
)

FUNCTION_WORDS = frozenset(
    """
    a about above after again against all also am an and any are as at be because been
    before being below between both but by can could did do does doing don down during
    each every few for from further had has have having he her here hers him his how i if
    in into is it its itself just many me might more most much must my no nor not of off
    on once one only or other our out over own per same shall she should so some such than
    that the their them then there these they this those through to too under until up
    upon us very was we were what when where which while who whom whose why will with
    within without would you your yes according type kind name called named term year
    years date time amount number long far often old happen happened occur occurred make
    made use used get thing things say said part list give given example besides along
    using way reason mean means
    """.split()
)

EXCLUSIVE_SETS = tuple(
    tuple(line.split())
    for line in """
january february march april may june july august september october november december
monday tuesday wednesday thursday friday saturday sunday
first second third fourth fifth sixth seventh eighth ninth tenth
two three four five six seven eight nine ten eleven twelve
north south east west
northern southern eastern western central
red blue green yellow white black brown purple orange pink
spring summer autumn winter
morning evening afternoon night
mother father sister brother uncle aunt cousin grandfather grandmother
son daughter nephew niece
husband wife
millimetre centimetre metre kilometre mile
hundred thousand million billion trillion
daily weekly monthly yearly
english french german spanish italian russian chinese japanese dutch polish turkish arabic korean
england france germany spain italy russia china japan poland turkey greece egypt korea india
american british canadian australian indian mexican brazilian
europe asia africa america australia antarctica
paris london berlin rome madrid moscow beijing tokyo vienna seoul delhi geneva bletchley
gold silver bronze copper iron
carbon oxygen hydrogen nitrogen helium
minister president king queen emperor governor mayor senator judge general
declaration statement treaty communique charter agreement report resolution commitment
government company university parliament court committee council institute agency
""".strip().splitlines()
)

ANTONYMS: dict[str, list[str]] = {}
for _line in """
largest smallest | larger smaller | large small | big small | biggest smallest
highest lowest | higher lower | high low | longest shortest | longer shorter | oldest youngest
older younger | old new | oldest newest | earliest latest | early late | earlier later
before after | first last | begin end | began ended | beginning end | start stop
started stopped | starts ends | start finish | open close | opened closed | opening closing
win lose | won lost | wins loses | winner loser | increase decrease | increased decreased
increases decreases | increasing decreasing | rise fall | rose fell | gain loss | gained lost
gains losses | more less | most least | best worst | better worse | good bad | strong weak
stronger weaker | strongest weakest | strength weakness | strengths weaknesses
advantage disadvantage | advantages disadvantages | support oppose | supported opposed
supports opposes | accept reject | accepted rejected | agree disagree | agreed disagreed
approve reject | approved rejected | allow prevent | allowed prohibited | allows prevents
permit forbid | permitted banned | legal illegal | include exclude | included excluded
includes excludes | including excluding | import export | imported exported | imports exports
buy sell | bought sold | sells buys | give receive | gave received | sent received
send receive | teach learn | taught learned | create destroy | created destroyed
build demolish | built demolished | construct demolish | constructed demolished | enter leave
entered left | arrive depart | arrived departed | join leave | joined left | attack defend
attacked defended | friend enemy | friends enemies | ally enemy | allies enemies | male female
men women | man woman | boys girls | boy girl | birth death | born died | live die
lived died | married divorced | success failure | successful unsuccessful | succeeded failed
succeed fail | major minor | majority minority | maximum minimum | common rare
commonly rarely | frequently seldom | usually rarely | always never | often rarely
popular unpopular | rich poor | richest poorest | wealthy poor | expensive cheap | hot cold
hottest coldest | warm cool | warmest coolest | dry wet | heavy light | heavier lighter
heaviest lightest | fast slow | faster slower | fastest slowest | easy difficult
easier harder | simple complex | public private | domestic foreign | internal external
inside outside | inner outer | upper lower | top bottom | front back | left right | near far
close distant | positive negative | active inactive | ancient modern | modern traditional
urban rural | war peace | love hate | loved hated | like dislike | liked disliked
likes dislikes | remember forget | true false | correct incorrect | same different
similar different | permanent temporary | voluntary mandatory | required optional
require forbid | requires forbids | recommended discouraged | recommend discourage
encourage discourage | encouraged discouraged | promote hinder | promoted hindered
protect endanger | protected endangered | improve worsen | improved worsened | expand shrink
expanded shrank | establish abolish | established abolished | founded dissolved
formed disbanded | appointed dismissed | elected defeated | hired fired | employed unemployed
published withdrawn | signed rejected | signatories opponents | cause prevent
caused prevented | causes prevents | present absent | presence absence | known unknown
visible invisible | able unable | possible impossible | likely unlikely | safe dangerous
safety danger | healthy unhealthy | clean dirty | full empty | raise lower | raised lowered
reduce increase | reduced increased | reduces increases | decline growth | declined grew
strengthen weaken | strengthened weakened | unite divide | united divided | combine separate
combined separated | together apart | attended boycotted | attend boycott | host boycott
hosted boycotted | announced denied | confirmed denied | admitted denied | praised criticised
praised criticized | praise criticism | optimistic pessimistic | comfortable uncomfortable
happy unhappy | pleased disappointed | satisfied dissatisfied | works fails | worked failed
return keep | returned kept | broke fixed | easily hardly
""".replace("\n", "|").split("|"):
    if _line.strip():
        _left, _right = _line.split()
        ANTONYMS.setdefault(_left, []).append(_right)
        ANTONYMS.setdefault(_right, []).append(_left)
