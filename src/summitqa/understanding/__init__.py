"""What a question asks for, read from its words alone: dates, kind, names, scope."""
