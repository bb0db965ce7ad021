"""Follow-ups become questions that stand alone."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summitqa.conversation.rewrite import rewrite_follow_up
from summitqa.types import DocumentSummary, Turn

SUMMARIES = {
    summary.id: summary
    for summary in (
        DocumentSummary("seoul", "AI Seoul Summit 2024", places=("Seoul",), summit="seoul-2024"),
        DocumentSummary("bletchley", "The Bletchley Declaration", places=("Bletchley Park",)),
        DocumentSummary("korea", "A law of 2026", places=("Korea", "France")),
        DocumentSummary(
            "delhi", "New Delhi Declaration", places=("New Delhi",), summit="new-delhi-2026"
        ),
        DocumentSummary("paris", "AI Action Summit, Paris", places=("Paris",), summit="paris-2025"),
    )
}


def converse(*turns: tuple[str, str]) -> list[str | None]:
    """Rewrite each question after the turns before it."""
    history: list[Turn] = []
    rewritten = []
    for question, answer in turns:
        found = rewrite_follow_up(question, history, SUMMARIES)
        rewritten.append(found)
        history.append(Turn(question, answer, found))
    return rewritten


@pytest.mark.parametrize(
    ("before", "answer", "question", "expected"),
    [
        (  # "it" is one thing
            "Who collects the fees for a licence?",
            "Towns. [1]",
            "Who issues it?",
            "Who issues licence?",
        ),
        (  # "itself" only stresses, and nothing is meant by "make it into"
            "Who wrote the Harbour Report?",
            "Ada King. [1]",
            "Tell me about the Bergen Conference itself",
            None,
        ),
        (
            "Who wrote the Harbour Report?",
            "Ada King. [1]",
            "Did Ada King make it into the academy?",
            None,
        ),
        (
            "Who wrote the Harbour Report?",
            "Ada King. [1]",
            "Is it still advisable to land in Bergen?",
            None,
        ),
        (  # what something was done for stays
            "What did the crew do so as to reach Bergen?",
            "They rowed. [1]",
            "And in winter?",
            "What did the crew do so as to reach Bergen in winter?",
        ),
        (  # a name that nothing knows and that is not asked may be a subject of its own
            "Is there a shortage of homes in Porto?",
            "There is. [1]",
            "Tenants",
            None,
        ),
        (  # a meeting in another place is another meeting
            "Who hosted the Seoul summit?",
            "Korea hosted it. [1]",
            "And Paris?",
            "Who hosted the Paris summit?",
        ),
        (  # nobody signs nothing
            "Who signed the Paris pact?",
            "Sixty countries signed the Paris pact. [1]",
            "Why did Chile not sign?",
            "Why did Chile not sign the Paris pact?",
        ),
        (
            "How many people were at the Seoul summit?",
            "Nine hundred. [1]",
            "Did Chile attend?",
            "Did Chile attend the Seoul summit?",
        ),
        (  # a text says, not who signed it
            "Did India sign the New Delhi Declaration?",
            "India signed it. [1]",
            "What does it say about water?",
            "What does the New Delhi Declaration say about water?",
        ),
        (
            "Who leads the Japan Safety Institute?",
            "Akiko Murakami leads the Japan Safety Institute. [1]",
            "And who heads the Korean one?",
            "Who heads the Korean Safety Institute?",
        ),
        (  # a state for a state, though it is a place of the documents too
            "Did Pakistan sign the New Delhi Declaration?",
            "Pakistan is not on the list. [1]",
            "And Korea?",
            "Did Korea sign the New Delhi Declaration?",
        ),
        (
            "Has the US signed the Seoul Declaration?",
            "It has. [1]",
            "And France?",
            "Has France signed the Seoul Declaration?",
        ),
        (  # "these days" are now, and not a day that was told
            "Who led the fund in 2025?",
            "Dr Lucia Ferrante led it in 2025. [1]",
            "Where does she work these days?",
            "Where does Dr Lucia Ferrante work these days?",
        ),
        (  # after "does" a verb follows the name, which stays
            "What share of the budget does Norway cover?",
            "Norway covers 9 per cent. [1]",
            "And Chile?",
            "What share of the budget does Chile cover?",
        ),
        (  # but a noun is a part of the name
            "What did the Oslo summit agree on?",
            "It agreed on a fund. [1]",
            "And the Lima summit?",
            "What did the Lima summit agree on?",
        ),
        (  # the one in another place is another body of the name
            "Which minister led the Paris Council?",
            "Ada Roux led it. [1]",
            "And the one in Lima?",
            "Which minister led the Lima Council?",
        ),
        (  # the one before the second is the first
            "How many pages has the second edition of the Harbour Handbook?",
            "It has 212 pages. [1]",
            "And the one before?",
            "How many pages has the first edition of the Harbour Handbook?",
        ),
        (
            "Who chaired the second meeting of the Harbour Fund?",
            "Ada Roux chaired it. [1]",
            "And the next one?",
            "Who chaired the third meeting of the Harbour Fund?",
        ),
        (  # whose it is, said as a correction, is who is asked about
            "What target has the Harbour Line set itself?",
            "It wants to halve its waste. [1]",
            "No, Orlo Ferries'.",
            "What target has Orlo Ferries set itself?",
        ),
        (  # it stands instead of both names of a pair
            "How many paintings of Castor and Pollux are there?",
            "There are nine. [1]",
            "And Orpheus?",
            "How many paintings of Orpheus are there?",
        ),
        (  # no pleasantry, but what is asked about
            "What makes the Harbour Fund slow?",
            "Its rules do. [1]",
            "Good decisions of the Harbour Fund?",
            None,
        ),
        (
            "Who runs the Cape Cod Whale Centre?",
            "Ida Berg does. [1]",
            "Right now, where is it?",
            "Right now, where is the Cape Cod Whale Centre?",
        ),
        (  # it asks a question of its own
            "What are the scientific aims of the Deep Ice Programme?",
            "They are two. [1]",
            "What about the cost of the Deep Ice Programme?",
            "What is the cost of the Deep Ice Programme?",
        ),
        (  # the remark before it is left alone
            "Who leads the Oslo Safety Office?",
            "Ida Berg does. [1]",
            "That sounds good. Tell me more about the harbour in Bergen",
            None,
        ),
        (  # the minister in the question is meant
            "Who runs the Harbour Fund?",
            "Ida Berg runs it. [1]",
            "Did the minister sign with her own pen?",
            None,
        ),
        (
            "Who runs the Harbour Fund?",
            "Ida Berg runs it. [1]",
            "Back to the Oslo Pact, is it binding?",
            None,
        ),
        (  # "notifying" is no thing
            "How does a firm leave the Harbour Pact without notifying the board?",
            "It cannot. [1]",
            "Who decides on it?",
            "Who decides on the Harbour Pact?",
        ),
        (  # an institution with small words in its name is no person
            "Who started the Alliance for Clean Harbours?",
            "The Alliance for Clean Harbours was started at the Lagos Forum in 2028. [1]",
            "How many ports did it have in 2030?",
            "How many ports did the Alliance for Clean Harbours have in 2030?",
        ),
        (  # nor is one with capitals in it
            "Who founded Open AI Water?",
            "Rosa Lindqvist founded Open AI Water. [1]",
            "What did she do before?",
            "What did Rosa Lindqvist do before?",
        ),
        (  # what follows "those" says who is meant
            "What does the Seoul Declaration ask for?",
            "It asks for openness. [1]",
            "What becomes of those who ignore it?",
            "What becomes of those who ignore the Seoul Declaration?",
        ),
        (  # a name in the question owns it
            "Is Chile a member of the network?",
            "Chile is a member of the network. [1]",
            "How much does Norway spend on its own office?",
            None,
        ),
        (  # "this year" is told from today
            "What is the Oslo Safety Office?",
            "The Oslo Safety Office tests models since 2024. [1]",
            "What does it cost this year?",
            "What does the Oslo Safety Office cost this year?",
        ),
        (
            "Who led the Open Data task force in New Delhi?",
            "Egypt led it. [1]",
            "And the one on skills?",
            "Who led the task force on skills in New Delhi?",
        ),
        (
            "How much money did the Harbour Fund start with?",
            "The Harbour Fund started with 40 million euros. [1]",
            "And the aim?",
            "What is the aim of the Harbour Fund?",
        ),
        (
            "What did the ministers agree in 2029?",
            "The ministers agreed on a code in 2029. [1]",
            "Did they change the code a year later?",
            "Did ministers change the code in 2030?",
        ),
        (
            "What did the ministers agree in 2029?",
            "The ministers agreed on a code in 2029. [1]",
            "And what did the ministers want the year before?",
            "What did the ministers want in 2028?",
        ),
        (
            "Which summit came after Bletchley?",
            "The second summit, on 21 and 22 May 2024, was the AI Seoul Summit. [1]",
            "Who hosted it?",
            "Who hosted the AI Seoul Summit?",
        ),
        (
            "Who hosted the AI Seoul Summit?",
            "The Republic of Korea and the United Kingdom hosted it. [1]",
            "And the companies, how many signed there?",
            "How many companies signed at the AI Seoul Summit?",
        ),
        (
            "How many companies signed at the AI Seoul Summit?",
            "Sixteen companies signed. [1]",
            "Has that number changed?",
            "Has the number of companies that signed at the AI Seoul Summit changed?",
        ),
        (
            "How many countries signed the Bletchley Declaration?",
            "28 countries and the European Union. [1]",
            "And in Paris?",
            "How many countries signed in Paris?",
        ),
        (
            "How many countries signed the Seoul Declaration?",
            "Ten countries. [1]",
            "No, I meant the ministerial statement",
            "How many countries signed the Seoul ministerial statement?",
        ),
        ("Who signed in 2023?", "28 countries. [1]", "And in 2025?", "Who signed in 2025?"),
        (
            "Who signed the Paris statement?",
            "58.",
            "Did India?",
            "Did India sign the Paris statement?",
        ),
        ("Did India sign the pledge?", "Yes.", "And Japan?", "Did Japan sign the pledge?"),
        (
            "Who leads the marketing department?",
            "Anna Schmidt leads it. [1]",
            "When was she appointed?",
            "When was Anna Schmidt appointed?",
        ),
        (
            "Which firms signed the pledge?",
            "Alpha and Beta. [1]",
            "Which of them are Korean?",
            "Which of the firms that signed the pledge are Korean?",
        ),
        (
            "Did Singapore sign the Paris statement?",
            "Yes. [1]",
            "Which other countries did?",
            "Which other countries did sign the Paris statement?",
        ),
        (
            "Did Britain sign the Paris statement?",
            "No. [1]",
            "Did it sign anything else there?",
            "Did Britain sign anything else in Paris?",
        ),
        (
            "Who was China's nominee on the panel?",
            "Somebody. [1]",
            "And India's?",
            "Who was India's nominee on the panel?",
        ),
        (
            "Where was the first harbour meeting?",
            "In Rome. [1]",
            "And the third?",
            "Where was the third harbour meeting?",
        ),
        (
            "How many signed the Harbour Charter on 2 May 2024?",
            "Twelve. [1]",
            "Who came after that?",
            "Who came after 2 May 2024 as to the Harbour Charter?",
        ),
        (
            "What is the UK AI Safety Institute?",
            "A state body. [1]",
            "Is it still called that?",
            "Is the UK AI Safety Institute still called that?",
        ),
        (
            "When was the Korea AI Safety Institute opened?",
            "On 27 November 2024. [1]",
            "What else happened in that year?",
            "What else happened in 2024?",
        ),
        (
            "Did the UK sign the Paris statement?",
            "No. [1]",
            "Why?",
            "Why did the UK sign the Paris statement?",
        ),
        (
            "What is the UK AI Safety Institute called now?",
            "It became the AI Security Institute on 14 February 2025. [1]",
            "And before that?",
            "What is the UK AI Safety Institute called now before 14 February 2025?",
        ),
        ("When was the bank renamed?", "In 2024.", "Why?", "Why was the bank renamed?"),
        (
            "Which countries signed the Harbour Charter?",
            "Kenya, Japan and Chile. [1]",
            "Only the African ones",
            "Which African countries signed the Harbour Charter?",
        ),
        (
            "Which countries signed the Harbour Charter?",
            "Kenya, Japan and Chile. [1]",
            "How many is that?",
            "How many countries signed the Harbour Charter?",
        ),
        (
            "Who signed the Paris statement?",
            "58.",
            "Not the UK?",
            "Did the UK sign the Paris statement?",
        ),
        (
            "Did the UK sign the Paris statement?",
            "No. [1]",
            "Why not?",
            "Why did the UK not sign the Paris statement?",
        ),
        (
            "How many countries signed the Seoul Declaration?",
            "Ten countries. [1]",
            "no, the ministers'",
            "How many countries signed the ministers' Seoul text?",
        ),
        (
            "How many countries signed the Seoul Declaration?",
            "Ten countries. [1]",
            "No, the ministerial one",
            "How many countries signed the Seoul ministerial declaration?",
        ),
        (
            "When did Japan sign the pledge?",
            "In May. [1]",
            "Actually, India",
            "When did India sign the pledge?",
        ),
        (
            "How many firms signed at the AI Seoul Summit?",
            "Sixteen. [1]",
            "and at New Delhi?",
            "How many firms signed at New Delhi?",
        ),
        (
            "How many people attended the New Delhi summit?",
            "Many. [1]",
            "the same for Paris",
            "How many people attended the Paris summit?",
        ),
        (
            "What did Anna Schmidt say there?",
            "She spoke of harbours. [1]",
            "What about her vote on the Harbour Charter?",
            "What about Anna Schmidt's vote on the Harbour Charter?",
        ),
        (
            "What was agreed at Seoul?",
            "The Seoul Declaration was adopted on 21 May 2024. [1]",
            "Is it binding?",
            "Is the Seoul Declaration binding?",
        ),
        (
            "Who wrote the Harbour Report?",
            "Ada King. [1]",
            "Is there a newer edition?",
            "Is there a newer edition as to the Harbour Report?",
        ),
        (
            "How much money did France announce?",
            "Much. [1]",
            "Who pays?",
            "Who pays as to France?",
        ),
        (
            "What was discussed before the vote?",
            "Harbours. [1]",
            "And after?",
            "What was discussed after the vote?",
        ),
        ("Who wrote the Harbour Report?", "Ada King. [1]", "Thanks!", None),
        ("Who wrote the Harbour Report?", "Ada King. [1]", "What a long text!", None),
        (
            "Who wrote the Harbour Report?",
            "Ada King. [1]",
            "What is the Lake Treaty and who signed it?",
            None,
        ),
        (
            "Who wrote the Harbour Report?",
            "Ada King. [1]",
            "Speaking of sea level, is it rising?",
            None,
        ),
        ("Who wrote the Harbour Report?", "Ada King. [1]", "harbour fees", None),
        ("Which port has more storms?", "Bergen. [1]", "What causes storms?", None),
        # "It" and "there" that stand for nothing
        (
            "Who wrote the Harbour Report?",
            "Ada King. [1]",
            "What do ships do if it rains in Bergen?",
            None,
        ),
        (
            "Who wrote the Harbour Report?",
            "Ada King. [1]",
            "Is it better to land in Bergen?",
            None,
        ),
        (
            "Who wrote the Harbour Report?",
            "Ada King. [1]",
            "How many translations of Peer Gynt are there?",
            None,
        ),
        (
            "Who hosted the Bergen Conference?",
            "Norway. [1]",
            "How many delegates were there?",
            "How many delegates were at the Bergen Conference?",
        ),
        # What says of what it asks needs no subject
        (
            "Is the Harbour Report binding?",
            "No. [1]",
            "Are there any other types of storm drain?",
            None,
        ),
        ("Who wrote the Harbour Report?", "Ada King. [1]", "Is it necessary to have a will?", None),
        ("Is privacy protected?", "Yes. [1]", "What about security?", "Is security protected?"),
        (
            "Who hosted the Bergen Conference?",
            "Norway. [1]",
            "I am interested in the fishing quotas.",
            None,
        ),
        # A topic, then a question about it
        (
            "Which ministers signed the Bergen Pact?",
            "Two. [1]",
            "What about the mayors? Did they sign?",
            "Did the mayors sign?",
        ),
        # "This" and "that" before a name, before a verb, and for a whole statement
        (
            "Who wrote the Harbour Report?",
            "Ada King. [1]",
            "Who paid for this Pilot Scheme?",
            None,
        ),
        (
            "Who wrote the Harbour Report?",
            "Ada King. [1]",
            "Does that mean ships must pay twice?",
            None,
        ),
        (
            "Who pays harbour fees?",
            "Ships do. [1]",
            "In that case, can the tax on fuel be lowered?",
            None,
        ),
        (
            "What did the Bergen Pact change?",
            "Fees. [1]",
            "Who drained this storm basin?",
            "Who drained this storm basin of the Bergen Pact?",
        ),
        # What a clause of its own explains
        (
            "Who hosted the Bergen Conference?",
            "Norway. [1]",
            "If I make a donation to a harbour, can it be taxed?",
            None,
        ),
        (
            "Who hosted the Bergen Conference?",
            "Norway. [1]",
            "If a friend pays with a cheque, must her bank be told?",
            None,
        ),
        (
            "Who hosted the Bergen Conference?",
            "Norway. [1]",
            "There certainly are more ports!",
            None,
        ),
    ],
)
def test_a_follow_up_is_rewritten(
    before: str, answer: str, question: str, expected: str | None
) -> None:
    assert converse((before, answer), (question, ""))[1] == expected


@pytest.mark.parametrize(
    "question",
    [
        "What is the capital of France?",
        "How many experts wrote the International AI Safety Report?",
        "Is there a convention of the Council of Europe on artificial intelligence?",
        "How long does it take to renew a passport in Canada?",
        "Which countries that signed the Hiroshima code are in Africa?",
    ],
)
def test_a_change_of_subject_carries_nothing_over(question: str) -> None:
    turns = ("Who hosted the AI Seoul Summit?", "The Republic of Korea hosted it. [1]")
    assert converse(turns, (question, ""))[1] is None


def test_a_pronoun_after_a_change_of_subject_means_the_new_subject() -> None:
    turns = [("What is the Harbour Charter?", "A text. [1]"), ("Who signed it?", "All. [1]")]
    turns += [("When was it signed?", "In 2024. [1]"), ("What is the population of Brazil?", "")]
    assert converse(*turns, ("Who is its president?", ""))[-1] == "Who is Brazil's president?"


def test_both_means_the_last_two_of_one_kind() -> None:
    turns = [
        ("Who signed the Seoul Declaration?", "Ten. [1]"),
        ("When was it signed?", "2024. [1]"),
    ]
    turns += [("Who signed the Bletchley Declaration?", "28 countries. [1]")]
    for question, expected in (
        ("compare them", "Compare the Seoul Declaration and the Bletchley Declaration"),
        ("Who signed both?", "Who signed the Seoul Declaration and the Bletchley Declaration?"),
    ):
        assert converse(*turns, (question, ""))[-1] == expected


def test_a_surname_is_the_person_meant_when_it_was_named_last() -> None:
    turns = [("Who chaired the meeting?", "Anna Schmidt chaired it. [1]")]
    turns += [("What did she say there?", ""), ("And Vance?", "")]
    assert converse(*turns, ("Did he sign anything?", ""))[-1] == "Did Vance sign anything?"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Is that one the one that Ada said they signed?", "the Harbour Report"),
        ("Who wrote that one and when did they publish it?", "the Harbour Report"),
        ("Is there one in Norway and who wrote it?", "Harbour Report"),
    ],
)
def test_a_pronoun_after_one_that_was_replaced_is_still_found(question: str, expected: str) -> None:
    rewritten = converse(("Who wrote the Harbour Report?", "Ada King. [1]"), (question, ""))[1]
    assert rewritten is not None
    assert expected in rewritten


def test_what_belongs_to_others_is_meant_whole_by_a_pronoun() -> None:
    rewritten = converse(
        ("How many countries adopted the Seoul Declaration?", "Ten countries. [1]"),
        ("no, the ministers'", "The Seoul Ministerial Statement was adopted by 27 countries. [1]"),
        ("And who did not sign it?", ""),
    )
    assert rewritten[-1] == "Who did not sign the ministers' Seoul text?"


def test_what_followed_a_pronoun_is_no_part_of_the_name_that_was_written_for_it() -> None:
    rewritten = converse(
        ("What are the effects of salt spray?", "Rust. [1]"),
        ("Can it cause droughts?", "No. [1]"),
        ("How do I avoid it?", ""),
    )
    assert rewritten[-1] == "How do I avoid salt spray?"


def test_a_guess_is_not_handed_on_before_what_the_person_named() -> None:
    rewritten = converse(
        ("How does the winter market work?", "Well. [1]"),
        ("What is its harbour licence?", "A permit. [1]"),
        ("Who issues it?", ""),
    )
    assert rewritten[1:] == [
        "What is winter market's harbour licence?",
        "Who issues harbour licence?",
    ]


def test_pleasantries_are_set_aside() -> None:
    rewritten = converse(("Who wrote the report?", "Ada King."), ("Great, thanks! And when?", ""))
    assert rewritten[1] == "Who wrote the report, and when?"


def test_a_turn_that_says_nothing_is_no_subject() -> None:
    rewritten = converse(
        ("Who hosts the AI Seoul Summit 2024?", "Korea hosts it. [1]"),
        ("Wow.", ""),
        ("When does it begin?", ""),
    )
    assert rewritten == [None, None, "When does the AI Seoul Summit 2024 begin?"]


def test_few_words_after_few_words_are_left_alone() -> None:
    assert converse(("Harbour fees.", ""), ("What about pilots?", ""))[1] is None


def test_a_follow_up_with_nothing_before_it_is_left_as_it_is() -> None:
    for question in ("And there?", "What about it?", "Why?", "no, the other one"):
        assert rewrite_follow_up(question, (), SUMMARIES) is None
        assert rewrite_follow_up(question, (Turn(" "),), SUMMARIES) is None


def test_only_the_last_turns_count_in_a_conversation_of_500() -> None:
    old = [Turn(f"Who wrote the Treaty of Town {number}?", "Nobody.") for number in range(499)]
    history = [*old, Turn("Who wrote the Bletchley Declaration?", "28 countries.")]
    started = time.perf_counter()
    assert rewrite_follow_up("When was it signed?", history, SUMMARIES) == (
        "When was the Bletchley Declaration signed?"
    )
    assert time.perf_counter() - started < 5  # does not grow with the length


@settings(deadline=None)  # says nothing about speed, which a busy machine decides
@given(st.lists(st.tuples(st.text(max_size=60), st.text(max_size=60)), max_size=4), st.text())
def test_any_words_are_survived_and_never_become_empty(
    turns: list[tuple[str, str]], question: str
) -> None:
    history = [Turn(asked, answer) for asked, answer in turns]
    rewritten = rewrite_follow_up(question, history, SUMMARIES)
    assert rewritten is None or rewritten.strip()
