// The style sheet of a report: light and dark, screen and paper, phone and desk; readable without colour.

enum ReportStyle {
  static let css = """
    :root { color-scheme: light dark; --ink: #1c2024; --soft: #5b6470; --line: #d5dae0; --ground: #ffffff; --panel: #f5f7f9;
      --mark: #14508c; --fill: #b9d3ee; --warn: #8a4b00; --warn-ground: #fff4e2; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #e8ebee; --soft: #a3adb8; --line: #39424c; --ground: #14181c; --panel: #1d2329;
        --mark: #8fc0f5; --fill: #2a4a6b; --warn: #ffc46b; --warn-ground: #33260f; } }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--ground); color: var(--ink); line-height: 1.5;
      font-family: system-ui, "Segoe UI", "DejaVu Sans", sans-serif; font-size: 16px; }
    main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
    h1 { font-size: 1.9rem; line-height: 1.2; margin: 0; overflow-wrap: anywhere; }
    h2 { font-size: 1.25rem; margin: 2.6rem 0 0.6rem; padding-top: 0.9rem; border-top: 1px solid var(--line); }
    p { overflow-wrap: anywhere; }
    .subtitle { color: var(--soft); margin: 0.4rem 0 1.6rem; }
    .notice { border-left: 6px double var(--warn); background: var(--warn-ground); padding: 0.7rem 1rem; margin: 0.8rem 0;
      overflow-wrap: anywhere; }
    .notice strong { color: var(--warn); text-transform: uppercase; letter-spacing: 0.04em; margin-right: 0.35em; }
    .finding { font-size: 1.08rem; border-left: 4px solid var(--mark); padding: 0.15rem 0 0.15rem 1rem; margin: 0.9rem 0; }
    figure { margin: 1.4rem 0; padding: 1rem 1rem 0.8rem; background: var(--panel); border-radius: 8px; }
    figcaption, caption { color: var(--soft); font-size: 0.9rem; }
    .plot-title { font-weight: 600; margin: 0 0 0.5rem; }
    .scroll { overflow-x: auto; }
    svg { display: block; width: 100%; min-width: 40rem; height: auto; }
    svg text { fill: var(--ink); font-size: 14px; font-family: inherit; }
    svg .tick { fill: var(--soft); font-size: 13px; text-anchor: middle; }
    svg .count { fill: var(--soft); font-size: 11px; text-anchor: middle; }
    svg .name { text-anchor: end; font-weight: 600; }
    svg .note { font-size: 13px; font-variant-numeric: tabular-nums; }
    svg .grid { stroke: var(--line); stroke-width: 1; }
    svg .reference { stroke: var(--ink); stroke-width: 1.4; stroke-dasharray: 5 4; }
    svg .box { fill: var(--fill); stroke: var(--mark); stroke-width: 1.4; fill-opacity: 0.7; }
    svg .median { stroke: var(--mark); stroke-width: 4; }
    svg .whisker { stroke: var(--mark); stroke-width: 1.4; }
    svg .point { fill: var(--ink); fill-opacity: 0.55; }
    svg .bar { stroke: var(--mark); stroke-width: 2.2; }
    svg .filled { fill: var(--mark); stroke: var(--mark); stroke-width: 2; }
    svg .hollow { fill: var(--ground); stroke: var(--mark); stroke-width: 2; }
    svg .disc { fill: var(--fill); stroke: var(--mark); stroke-width: 1.2; }
    table { border-collapse: collapse; margin: 1rem 0; min-width: 55%; font-size: 0.94rem; }
    caption { text-align: left; padding-bottom: 0.4rem; }
    th, td { text-align: left; padding: 0.32rem 1.1rem 0.32rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
    th { font-weight: 600; border-bottom: 2px solid var(--soft); }
    td { overflow-wrap: break-word; }
    td:last-child:not(.number) { overflow-wrap: anywhere; }
    .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
    details { margin: 1rem 0; }
    summary { cursor: pointer; color: var(--mark); }
    @media print { body { font-size: 11pt; } main { max-width: none; padding: 0; } figure, table { break-inside: avoid; } }
    """
}
