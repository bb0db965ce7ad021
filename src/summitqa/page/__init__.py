"""The chat page: it calls the public API and holds no retrieval logic.

shell    the head and the root element, with and without Gradio
blocks   the Gradio page and its named endpoints
mount    puts the Gradio page in place as soon as Gradio is imported
assets   style sheet and scripts, served from here and nowhere else
"""
