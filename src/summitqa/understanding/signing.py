"""Words for putting one's name to a text, and for who did."""

from __future__ import annotations

from summitqa.lexical import analyse

STATES = "countries nations states governments"
SIGNERS = "signatories endorsers signers parties supporters backers members"
"""What signers are called, whoever they are."""
SIGNER_STEMS = frozenset(analyse(f"{STATES} {SIGNERS} entries"))
"""Stems of what is counted where the signers of a text are."""
SIGNED = frozenset(analyse("sign signed signatories endorse endorsed endorsers join joined"))
"""Stems of words for having put one's name to a text."""
AGREED = SIGNED | frozenset(
    analyse("back backed behind agree agreed support supported adopt adopted parties")
)
"""The same with words that say it less plainly."""
