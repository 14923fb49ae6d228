"""The table for people."""


def number(value):
    if value is None:
        return ""
    if value >= 1000:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.3g}" if value < 10 else f"{value:.1f}"


def rendered(figures):
    rows = [("figure", "unit", "must", "aim", "measured", "bare", "")]
    rows += [(f.name, f.unit, number(f.must), number(f.aim), number(f.measured), number(f.bare), f.verdict())
             for f in figures]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)
