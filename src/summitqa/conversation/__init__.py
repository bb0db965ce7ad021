"""Conversations: follow-ups are rewritten into questions that stand alone."""

from summitqa.conversation.rewrite import rewrite_follow_up

__all__ = ["rewrite_follow_up"]
