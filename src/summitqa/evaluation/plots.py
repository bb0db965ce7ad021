"""Plots as inline SVG, in the colours of the page; no library and no script is needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

_SIZE = 260
_LEFT, _TOP = 44, 10
_BAR = 20


def _x(value: float) -> float:
    return round(_LEFT + value * _SIZE, 1)


def _y(value: float) -> float:
    return round(_TOP + (1 - value) * _SIZE, 1)


def _frame(name: str, across: str, up: str, inside: str) -> str:
    """Draw the unit square with its axes around a plot."""
    ticks = "".join(
        f'<text x="{_x(tick)}" y="{_y(0) + 16}" text-anchor="middle">{tick:g}</text>'
        f'<text x="{_x(0) - 6}" y="{_y(tick) + 4}" text-anchor="end">{tick:g}</text>'
        for tick in (0, 0.25, 0.5, 0.75, 1)
    )
    middle = _TOP + _SIZE / 2
    return (
        f'<svg role="img" viewBox="0 0 {_LEFT + _SIZE + 12} {_TOP + _SIZE + 40}" '
        f'width="{_LEFT + _SIZE + 12}"><title>{escape(name)}</title>'
        f'<path class="axis" d="M{_x(0)} {_y(1)}V{_y(0)}H{_x(1)}"/>{ticks}'
        f'<text x="{_x(0.5)}" y="{_y(0) + 34}" text-anchor="middle">{escape(across)}</text>'
        f'<text transform="translate(10 {middle}) rotate(-90)" text-anchor="middle">'
        f"{escape(up)}</text>{inside}</svg>"
    )


def plot_risk_coverage(
    points: Sequence[Sequence[float]], answered: float | None, area: float
) -> str:
    """Draw the risk at every coverage, with the coverage at the threshold in force.

    Args:
        points: Coverage and risk, by rising coverage.
        answered: Share of the cases that were answered.
        area: Area under the curve.
    """
    path = "L".join(f"{_x(coverage)} {_y(risk)}" for coverage, risk in points)
    inside = f'<path class="curve" d="M{path}"/>'
    if answered:
        inside += (
            f'<path class="guide" d="M{_x(answered)} {_y(0)}V{_y(1)}"/>'
            f'<text x="{_x(answered) - 4}" y="{_y(1) + 12}" text-anchor="end">threshold</text>'
        )
    name = f"Risk by coverage; area {area:.3f}"
    return _frame(name, "coverage (share answered)", "risk (share wrong)", inside)


def plot_calibration(bins: Sequence[Sequence[float]], error: float) -> str:
    """Draw the share answerable by confidence; a dot's area grows with its cases.

    Args:
        bins: Mean confidence, share answerable and number of cases.
        error: Expected calibration error.
    """
    most = max(cases for _, _, cases in bins)
    dots = "".join(
        f'<circle class="mark" cx="{_x(confidence)}" cy="{_y(share)}" '
        f'r="{3 + 9 * (cases / most) ** 0.5:.1f}" fill-opacity="0.75">'
        f"<title>confidence {confidence:.2f}, answerable {share:.2f}, {cases} cases</title>"
        "</circle>"
        for confidence, share, cases in bins
    )
    guide = f'<path class="guide" d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}"/>'
    name = f"Share answerable by confidence; expected calibration error {error:.3f}"
    return _frame(name, "confidence", "share answerable", guide + dots)


def plot_bars(metric: str, bars: Mapping[str, Mapping[str, Any]]) -> str:
    """Draw a metric for each tag as a bar with its 95% interval.

    Args:
        metric: The metric's name.
        bars: By tag, ``value``, ``low``, ``high`` and ``cases``.
    """
    left, width = 140, 260
    rows = []
    for row, (tag, bar) in enumerate(bars.items()):
        top = 24 + row * (_BAR + 6)
        middle = top + _BAR / 2
        low, high = left + bar["low"] * width, left + bar["high"] * width
        rows.append(
            f'<text x="{left - 8}" y="{middle + 4}" text-anchor="end">{escape(tag)} '
            f"({bar['cases']})</text>"
            f'<rect class="mark" x="{left}" y="{top}" height="{_BAR}" fill-opacity="0.6" '
            f'width="{bar["value"] * width:.1f}"/>'
            f'<path class="whisker" d="M{low:.1f} {middle}H{high:.1f}"/>'
            f'<text x="{left + width + 8}" y="{middle + 4}">{bar["value"]:.2f}</text>'
        )
    height = 30 + len(bars) * (_BAR + 6)
    return (
        f'<svg role="img" viewBox="0 0 {left + width + 50} {height}" width="{left + width + 50}">'
        f"<title>{escape(metric)} by tag</title>"
        f'<text x="{left}" y="14">{escape(metric)} by tag, with 95% intervals</text>'
        f'<path class="axis" d="M{left} 20V{height - 4}"/>{"".join(rows)}</svg>'
    )
