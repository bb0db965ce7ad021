"""The head and the root element of the page, the same with Gradio and before it is there."""

from __future__ import annotations

from pathlib import Path

ASSETS = Path(__file__).parent / "assets"
TITLE = "SummitQA"

HEAD = """
<meta name="description" content="Answers from policy documents, with exact citations.">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="/page/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/page/page.css">
<script type="module" src="/page/app.js"></script>
"""
ROOT = '<div id="summitqa"></div>'
WITHOUT_SCRIPTS = "<noscript>This page needs JavaScript; the API is at /api.</noscript>"

PLAIN_PAGE = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{TITLE}</title>{HEAD}</head>
<body>{ROOT}{WITHOUT_SCRIPTS}</body>
</html>
"""
