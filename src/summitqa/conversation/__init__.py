"""Conversations: follow-ups are rewritten into questions that stand alone (``rewrite``)."""
