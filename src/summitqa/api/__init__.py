"""The doors for programs: REST, server-sent events, health and metrics.

contracts   what the routes need of the assistant
service     what is shared between requests: the assistant, its readiness, the limits
schemas     what requests may contain
asking      /api/ask, /api/ask/stream, /api/search, /api/overview, /api/status
reading     /api/documents and one document's text
locate      finds a quote again in a document that has changed
problems    errors as one sentence, without a path of the machine
"""
