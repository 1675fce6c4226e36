"""Draws small line charts as one SVG, for people who read the README."""

import dataclasses
import math
from xml.sax.saxutils import escape

WIDTH, HEIGHT, MARGIN = 260, 170, 44


@dataclasses.dataclass
class Curve:
    name: str  # what x is
    points: list  # (x, y)
    log: bool = False


def draw(curves, title):
    """All curves side by side, y from 0, each with its own scale of x."""
    top = max(y for curve in curves for _, y in curve.points) * 1.15
    total = WIDTH * len(curves)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {total} {HEIGHT + 24}" font-family="sans-serif" '
           f'font-size="11">', f'<rect width="{total}" height="{HEIGHT + 24}" fill="#fff"/>',
           f'<text x="{total / 2}" y="14" text-anchor="middle" font-weight="bold">{escape(title)}</text>']
    for number, curve in enumerate(curves):
        out += _chart(curve, number * WIDTH, top)
    return "\n".join(out) + "\n</svg>\n"


def _chart(curve, left, top):
    scale = math.log10 if curve.log else float
    xs = [scale(x) for x, _ in curve.points]
    low, span = min(xs), (max(xs) - min(xs)) or 1

    def place(x, y):
        return (left + MARGIN + (scale(x) - low) / span * (WIDTH - MARGIN - 24),
                HEIGHT - 16 - y / top * (HEIGHT - 50))

    base = HEIGHT - 16
    out = [f'<line x1="{left + MARGIN}" y1="{base}" x2="{left + WIDTH - 20}" y2="{base}" stroke="#888"/>',
           f'<text x="{left + WIDTH / 2}" y="{HEIGHT + 16}" text-anchor="middle">{escape(curve.name)}</text>']
    for y in _ticks(top):
        _, height = place(curve.points[0][0], y)
        out.append(f'<line x1="{left + MARGIN}" y1="{height:.1f}" x2="{left + WIDTH - 20}" y2="{height:.1f}" '
                   f'stroke="#ddd"/><text x="{left + MARGIN - 4}" y="{height + 4:.1f}" text-anchor="end" '
                   f'fill="#555">{y:g}</text>')
    path = " ".join("{:.1f},{:.1f}".format(*place(x, y)) for x, y in curve.points)
    out.append(f'<polyline points="{path}" fill="none" stroke="#1565c0" stroke-width="2"/>')
    for x, y in curve.points:
        across, height = place(x, y)
        out.append(f'<circle cx="{across:.1f}" cy="{height:.1f}" r="3" fill="#1565c0"/>'
                   f'<text x="{across:.1f}" y="{base + 12}" text-anchor="middle" fill="#555">{_short(x)}</text>')
    return out


def _ticks(top):
    step = 10 ** math.floor(math.log10(top / 2))
    step *= 5 if top / step > 10 else 2 if top / step > 5 else 1
    return [n * step for n in range(1, int(top / step) + 1)]


def _short(x):
    for limit, unit in ((1e6, "M"), (1e3, "k")):
        if x >= limit:
            return f"{x / limit:g}{unit}" if x % (limit / 10) == 0 else f"{x / limit:.1f}{unit}"
    return f"{x:.0f}"
