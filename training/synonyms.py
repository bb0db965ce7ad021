"""Words that may stand for each other in a question, in the same form of inflection.

A question with one of them exchanged is still answered by the same passage. They are what a
reader must not take for a trick: people rarely ask in the words of the text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from training.words import EXCLUSIVE_SETS, FUNCTION_WORDS, WORD

if TYPE_CHECKING:
    import random

GROUPS = tuple(
    tuple(word.replace("_", " ") for word in group.split())
    for group in """
big large huge sizeable | bigger larger greater | biggest largest greatest
small little tiny minor | smaller lesser | smallest tiniest least
begin start commence launch | began started commenced | begun started commenced
begins starts commences | beginning start outset | end finish conclude | ended finished concluded
ends finishes concludes | end conclusion close | build construct erect | built constructed erected
made created produced | makes creates produces | maker creator producer
buy purchase acquire | bought purchased acquired | obtain get gain secure
obtained got gained secured | show demonstrate reveal indicate
showed demonstrated revealed indicated | shows demonstrates reveals indicates
shown demonstrated revealed indicated | say state claim assert | said stated claimed asserted
says states claims asserts | tell inform | told informed | call name term | called named termed
titled named called | known_as called named | help assist aid support | helped assisted aided
helps assists aids | need require demand | needed required demanded | needs requires demands
use employ utilise apply | used employed utilised applied | uses employs utilises applies
give provide supply offer | gave provided supplied offered | given provided supplied offered
gives provides supplies offers | get receive | got received | think believe consider
thought believed considered | thinks believes considers | want wish desire | wanted wished desired
try attempt | tried attempted | tries attempts | job occupation profession post | work labour
choose select pick | chose selected picked | chosen selected picked | choice selection option
change alter modify | changed altered modified | changes alterations modifications
grow expand increase | grew expanded increased | growth expansion increase
fall decline drop decrease | fell declined dropped decreased | reduce cut lower lessen
reduced cut lowered lessened | stop halt cease | stopped halted ceased | keep retain maintain
kept retained maintained | hold possess own | held possessed owned | owner proprietor holder
lead head direct run | led headed directed ran | leader head chief | leads heads directs
manage run oversee | managed ran oversaw | govern rule | governed ruled | ruler sovereign
happen occur | happened occurred took_place | happens occurs takes_place | event occurrence
cause lead_to bring_about | caused led_to brought_about | causes leads_to brings_about
reason cause ground | reasons causes grounds | result outcome consequence
results outcomes consequences | effect impact influence | effects impacts influences
affect influence | affected influenced | important significant major key
main principal chief primary | mainly chiefly primarily mostly | famous renowned well-known
common usual frequent widespread | commonly usually generally typically | often frequently
rare uncommon unusual | rarely seldom | difficult hard challenging | easy simple
quick fast rapid | quickly fast rapidly | slow gradual | slowly gradually
old ancient aged | new recent novel | recently lately newly | current present existing
currently presently now | former previous past | formerly previously once
initially at_first originally | finally eventually
lastly finally | later afterwards subsequently
almost nearly
whole entire complete | wholly entirely completely | total overall | part portion section
parts portions sections | piece bit fragment | kind sort type | kinds sorts types
group set collection | groups sets collections | way manner method means
ways methods means | area region zone | areas regions zones | place location site
places locations sites | country nation state | countries nations states
city town | government administration | governments administrations
company firm business corporation | companies firms businesses corporations
industry sector | organisation body institution | organisations bodies institutions
organization body institution | organizations bodies institutions | agency body | team group crew
person individual | people individuals persons | child kid youngster | children kids
man gentleman | woman lady | doctor physician | lawyer attorney solicitor | teacher instructor
student pupil | students pupils | writer author | writers authors | wrote authored penned
write author compose | written authored penned | book volume | film movie | films movies
picture image | pictures images | song tune track | singer vocalist | player participant
match game contest | team side squad | won gained took | win gain | prize award | award prize
lost was_defeated | beat defeated | defeat loss | fight battle struggle | fought battled
war conflict | attack assault | attacked assaulted | army troops forces | soldier fighter
soldiers troops | weapon arm | kill slay | killed slain | die pass_away perish
died passed_away perished | death passing demise | born delivered | birth arrival
ill sick unwell | illness sickness disease | illnesses diseases | cure remedy treatment
hurt injured wounded | danger risk hazard threat | dangers risks hazards threats
dangerous risky hazardous | safe secure | safety security | protect guard defend safeguard
protected guarded defended safeguarded | rich wealthy affluent | poor impoverished
money funds cash | price cost | prices costs | pay salary wage | paid spent | expensive costly
cheap inexpensive | worth value | amount quantity sum | number figure count | quantity amount
percentage share proportion | share portion proportion | rate pace speed | size extent
height altitude | length extent | distance range | weight mass | speed velocity
find discover locate | found discovered located | discovery finding | invent devise
invented devised | look_for seek search_for | sought looked_for | study examine investigate
studied examined investigated | study investigation survey | studies investigations surveys
research inquiry study | report account | reports accounts | paper article | document text paper
documents texts papers | statement declaration announcement | speech address talk
announce declare proclaim | announced declared proclaimed | publish issue release
published issued released put_out | publication release | sign endorse | signed endorsed
signatories signers | agree consent | agreed consented | agreement accord pact deal
agreements accords pacts deals | treaty pact accord | promise pledge commit undertake
promised pledged committed undertook | promise pledge commitment undertaking
promises pledges commitments undertakings | duty obligation responsibility
duties obligations responsibilities | law statute act | laws statutes acts | rule regulation
rules regulations | legal lawful | illegal unlawful | allow permit let enable
allowed permitted let enabled | allows permits lets enables | forbid ban prohibit
forbidden banned prohibited | forbids bans prohibits | right entitlement | power authority
powers authorities | refuse decline reject | refused declined rejected | accept adopt approve
accepted adopted approved | support back favour | supported backed favoured
supporters backers advocates | oppose resist | opposed resisted | opponents critics adversaries
criticise condemn denounce | criticised condemned denounced | criticized condemned denounced
blame fault | praise commend | praised commended lauded | ask request | asked requested
answer reply response | answered replied responded | question query | problem issue difficulty
problems issues difficulties | solve resolve settle | solved resolved settled | solution remedy
idea notion concept | ideas notions concepts | theory hypothesis | view opinion belief
views opinions beliefs | aim goal objective purpose | aims goals objectives purposes
plan scheme programme | plans schemes programmes | planned intended | strategy plan approach
meeting gathering conference | meetings gatherings conferences | summit conference meeting
meet gather assemble convene | met gathered assembled convened | host hold stage
hosted held staged | attend visit | attended was_present_at joined | visit tour | visited toured
join enter | joined entered | leave depart quit | left departed quit | arrive come reach
arrived came reached | return come_back | returned came_back | travel journey go
travelled journeyed went | trip journey voyage | move shift transfer | moved shifted transferred
send dispatch | sent dispatched | bring carry | brought carried | take carry | replace succeed
replaced succeeded | successor replacement | appoint name designate
appointed named designated | elected voted_in chosen | resign step_down | resigned stepped_down
fired dismissed sacked | hire employ recruit | hired employed recruited | worker employee
workers employees staff | boss manager chief | member participant | members participants
partner ally associate | partners allies associates | enemy foe adversary | friend companion
found establish set_up create | founded established set_up created | establishment foundation
formed created established | form create establish | join merge unite | merged combined united
separate divide split | separated divided split | divided split | connect link join
connected linked joined | link connection tie | relationship connection link | contain include hold
contained included held | contains includes holds | consist_of comprise | consists_of comprises
consisted_of comprised | cover deal_with | covered dealt_with | covers deals_with
describe depict portray | described depicted portrayed | describes depicts portrays
explain clarify account_for | explained clarified | explains clarifies | mean signify denote
means signifies denotes | represent stand_for symbolise | represents stands_for symbolises
represented stood_for symbolised | compare contrast | resemble look_like | similar alike comparable
different distinct dissimilar | difference distinction | differences distinctions | vary differ
same identical | opposite contrary reverse | true correct right | wrong incorrect mistaken
error mistake fault | errors mistakes faults | good fine beneficial | better superior
best finest top | bad poor harmful | worse inferior | harm damage hurt | harms damages
harmful damaging injurious | damaged harmed | destroy ruin wreck | destroyed ruined wrecked
beautiful lovely attractive | ugly unattractive | happy glad pleased | sad unhappy
angry furious mad | afraid scared frightened | fear dread worry | worry concern
worried concerned anxious | concerns worries fears | strong powerful | stronger more_powerful
weak feeble | hot warm | cold chilly | wet damp | dry arid | clean pure | dirty filthy
bright brilliant | dark dim | loud noisy | quiet silent | hear listen_to | see observe notice
saw observed noticed | seen observed noticed | watch observe view | watched observed viewed
look appear seem | looked appeared seemed | looks appears seems | feel sense | felt sensed
remember recall | remembered recalled | forget overlook | know understand | knew understood
learn find_out | learned found_out | taught instructed educated | teach instruct educate
education schooling teaching | school academy | university college | train coach | trained coached
skill ability talent | skills abilities talents | able capable | ability capacity capability
strength power might | energy power vigour | test trial examination | tests trials examinations
tested tried examined | measure gauge assess | measured gauged assessed | evaluate assess judge
evaluated assessed judged | evaluation assessment | check verify inspect
checked verified inspected | ensure guarantee make_sure | prove show confirm
proved showed confirmed | evidence proof | doubt uncertainty | certain sure | sure confident
likely probable | possibly perhaps maybe | probably likely | suggest propose recommend
suggested proposed recommended | suggests proposes recommends | proposal suggestion
recommendation advice | advise counsel recommend | advised counselled recommended
encourage urge prompt | encouraged urged prompted | force compel oblige
forced compelled obliged | persuade convince | persuaded convinced | warn caution alert
warned cautioned alerted | expect anticipate foresee | expected anticipated foreseen
predict forecast foresee | predicted forecast foresaw | hope wish | achieve attain accomplish
achieved attained accomplished | fail be_unsuccessful | failed was_unsuccessful
success achievement accomplishment | improve enhance better | improved enhanced bettered
improvement enhancement | develop devise evolve | developed devised evolved
development evolution progress | progress advance headway | advance progress | advanced progressed
complete finish | completed finished | full complete | empty vacant | enough sufficient adequate
lack want shortage | lacking missing | extra additional further | additional extra further
add append | added appended | remove take_away eliminate | removed took_away eliminated
various several different | many numerous | several a_number_of
food nourishment | eat consume | ate consumed | drink beverage | house home dwelling
houses homes dwellings | live reside dwell | lived resided dwelt | lives resides dwells
resident inhabitant | residents inhabitants | population inhabitants | road street route
car automobile vehicle | ship vessel boat | ships vessels boats | plane aircraft
airplane aircraft | land ground soil | river stream | sea ocean | forest woods woodland
mountain peak | stone rock | stones rocks | animal creature beast | animals creatures beasts
plant vegetation | tree plant | area territory | border boundary frontier | edge margin
top summit peak | bottom base foot | centre middle heart | center middle heart | inside within
outside beyond | god deity | gods deities | religion faith creed | belief faith
holy sacred | church chapel | priest clergyman cleric | king monarch ruler | queen monarch
prince royal | noble aristocrat | nobles aristocrats | law_court tribunal | court tribunal
judge magistrate | crime offence | criminal offender | punish penalise | punished penalised
prison jail | arrested detained | freed released liberated | freedom liberty
equal even | fair just | justice fairness | language tongue | word term | words terms
name title | letter message note | sign mark symbol | colour hue | color hue | form shape
forms shapes | design plan pattern | designed planned drew | style manner fashion
custom tradition practice | customs traditions practices | culture civilisation
machine device apparatus | machines devices apparatuses | tool instrument implement
tools instruments implements | computer machine | technology technique | technologies techniques
system arrangement | process procedure | processes procedures | material substance matter
materials substances | gas vapour | liquid fluid | fire blaze | light illumination | sound noise
age era period epoch | period time era | decade ten_years | century hundred_years
annual yearly | annually yearly every_year | daily every_day | date day | moment instant
permanent lasting | temporary short-lived provisional | brief short | long lengthy extended
wide broad | wider broader | narrow thin | deep profound | high tall elevated
""".replace("\n", "|").split("|")
    if group.split()
)

_KEPT = FUNCTION_WORDS | {word for group in EXCLUSIVE_SETS for word in group}
_SAME: dict[str, list[str]] = {}
for _group in GROUPS:
    for _word in _group:
        if _word not in _KEPT:
            _SAME.setdefault(_word, []).extend(other for other in _group if other != _word)


def are_synonyms(one: str, other: str) -> bool:
    """Whether two words stand in one group."""
    return other.lower() in _SAME.get(one.lower(), ())


def reword(question: str, rng: random.Random, share: float = 0.4) -> str:
    """Exchange some of a question's words for synonyms; names and numbers stay.

    Args:
        question: the question.
        rng: source of chance.
        share: chance of each word that has synonyms.
    """

    def exchange(match: re.Match[str]) -> str:
        word = match.group()
        same = _SAME.get(word)
        return rng.choice(same) if same and rng.random() < share else word

    return WORD.sub(exchange, question)
