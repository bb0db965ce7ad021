"""A language model as an option, held to the same citations as the extractive mode.

* `client`: any LangChain chat model by one setting, with time-outs and plain errors.
* `prompt`: the templates, in one place.
* `markers`: the grammar of citation markers, one parser.
* `write`: from numbered evidence to a draft whose every sentence is cited and supported.
"""
