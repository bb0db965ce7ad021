"""Find the paragraphs that a question is most easily sent to in vain."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.data import Question


def find_hard_passages(
    questions: Sequence[Question], contexts: Sequence[Question], most: int = 8
) -> dict[int, list[int]]:
    """Paragraphs that TF-IDF ranks high for a question and that do not hold its answer."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    common = 0.1 if len(contexts) > 100 else 1.0
    vectorizer = TfidfVectorizer(sublinear_tf=True, stop_words="english", max_df=common)
    matrix = vectorizer.fit_transform([c.context for c in contexts]).tocsc()
    found: dict[int, list[int]] = {}
    wanted = [n for n, q in enumerate(questions) if q.source != "qamr"]
    for start in range(0, len(wanted), 512):
        places = wanted[start : start + 512]
        scores = (vectorizer.transform([questions[p].text for p in places]) @ matrix.T).tocsr()
        for row, place in enumerate(places):
            question = questions[place]
            line = scores[row]
            order = [int(line.indices[k]) for k in line.data.argsort()[::-1][: most * 3]]
            answers = {question.context[a:b].strip(" .").lower() for a, b in question.answers}
            found[place] = [
                c
                for c in order
                if contexts[c].context != question.context
                and contexts[c].sentences
                and not any(answer in contexts[c].context.lower() for answer in answers)
            ][:most]
    return found
