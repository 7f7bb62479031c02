// The style sheet of every page: light and dark, screen and paper, phone and desk; readable without colour.

enum PageStyle {
  static let css = """
    :root { color-scheme: light dark; --ink: #1c2024; --soft: #5b6470; --line: #d9dee4; --ground: #f4f6f8; --card: #ffffff;
      --one: #1b62b5; --two: #c2570c; --three: #7d8590; --good: #1a7f4b; --bad: #b3261e; --warn: #8a4b00;
      --warn-ground: #fff4e2; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #e8ebee; --soft: #a3adb8; --line: #343c45; --ground: #12161a; --card: #1b2025;
        --one: #7fb6f5; --two: #f0883e; --three: #8b949f; --good: #4cc38a; --bad: #ff7b72; --warn: #ffc46b;
        --warn-ground: #33260f; } }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--ground); color: var(--ink); line-height: 1.5;
      font-family: system-ui, "Segoe UI", "DejaVu Sans", sans-serif; font-size: 16px; }
    main { max-width: 64rem; margin: 0 auto; padding: 2.2rem 1.25rem 4rem; }
    .maker { margin: 0; color: var(--soft); font-size: 0.78rem; letter-spacing: 0.08em; text-transform: uppercase; }
    h1 { font-size: 2rem; line-height: 1.2; margin: 0.2rem 0 0; overflow-wrap: anywhere; }
    h2 { font-size: 1.3rem; margin: 0 0 0.5rem; }
    h3 { font-size: 1rem; margin: 1.4rem 0 0.2rem; }
    p { margin: 0 0 0.8rem; max-width: 50rem; overflow-wrap: anywhere; }
    .subtitle { margin: 0.4rem 0 0; }
    .subtitle, .lead, figcaption, caption, footer { color: var(--soft); }
    .lead, figcaption, caption, footer { font-size: 0.92rem; }
    section, .headline { background: var(--card); border: 1px solid var(--line); border-radius: 12px;
      padding: 1.3rem 1.5rem; margin-top: 1.2rem; }
    footer { margin-top: 1.4rem; }
    .headline { display: flex; gap: 0.6rem 1.8rem; align-items: center; flex-wrap: wrap; }
    .headline p { flex: 1 1 22rem; margin: 0; }
    .headline .value { flex: none; color: var(--soft); font-variant-numeric: tabular-nums; }
    .value b { font-size: 3.2rem; line-height: 1; letter-spacing: -0.02em; color: var(--one); }
    .spread { display: block; }
    .notice { border-left: 6px double var(--warn); background: var(--warn-ground); padding: 0.7rem 1rem; margin: 1rem 0;
      overflow-wrap: anywhere; }
    .notice strong { color: var(--warn); text-transform: uppercase; letter-spacing: 0.04em; margin-right: 0.35em; }
    .finding { font-size: 1.08rem; border-left: 4px solid var(--one); padding: 0.15rem 0 0.15rem 1rem; margin: 0.9rem 0; }
    .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); gap: 0.75rem; margin: 1rem 0; }
    .tile { border: 1px solid var(--line); border-radius: 10px; padding: 0.6rem 0.9rem; }
    .tile b { display: block; font-size: 1.45rem; font-variant-numeric: tabular-nums; }
    .tile span { color: var(--soft); font-size: 0.85rem; }
    .good b { color: var(--good); }
    .bad b { color: var(--bad); }
    figure { margin: 1.2rem 0; }
    .plot-title { font-weight: 600; margin: 0 0 0.4rem; }
    figcaption { overflow-wrap: anywhere; max-width: 50rem; }
    .scroll { overflow-x: auto; }
    .sounds { display: grid; grid-template-columns: 1fr 1fr; gap: 1.1rem; margin-top: 0.8rem; }
    @media (max-width: 720px) { .sounds { grid-template-columns: 1fr; } }
    .sounds figure { margin: 0; min-width: 0; }
    .sounds img { display: block; width: 100%; background: #ffffff; border: 1px solid var(--line); border-radius: 6px; }
    audio { width: 100%; height: 2.2rem; margin-top: 0.3rem; }
    .swatch { display: inline-block; width: 0.65rem; height: 0.65rem; border-radius: 3px; margin-right: 0.4rem;
      background: var(--hue); }
    .first { --hue: var(--one); }
    .second { --hue: var(--two); }
    .third { --hue: var(--three); }
    svg { display: block; width: 100%; min-width: 40rem; height: auto; }
    svg text { fill: var(--ink); font-size: 14px; font-family: inherit; }
    svg .tick { fill: var(--soft); font-size: 13px; text-anchor: middle; }
    svg .level { fill: var(--soft); font-size: 13px; text-anchor: end; }
    svg .count { fill: var(--soft); font-size: 11px; text-anchor: middle; paint-order: stroke; stroke: var(--card); stroke-width: 3px; }
    svg .name { text-anchor: end; font-weight: 600; }
    svg .note { font-size: 13px; font-variant-numeric: tabular-nums; paint-order: stroke; stroke: var(--card); stroke-width: 3px; }
    svg .grid { stroke: var(--line); stroke-width: 1; }
    svg .reference { stroke: var(--ink); stroke-width: 1.4; stroke-dasharray: 5 4; }
    svg .bar { fill: var(--hue); fill-opacity: 0.75; }
    svg .error { stroke: var(--ink); stroke-width: 2; }
    svg .box { fill: var(--hue); stroke: var(--hue); stroke-width: 1.4; fill-opacity: 0.25; }
    svg .median { stroke: var(--hue); stroke-width: 4; }
    svg .whisker { stroke: var(--hue); stroke-width: 1.4; }
    svg .point { fill: var(--hue); fill-opacity: 0.6; }
    svg .box ~ .point { fill: var(--ink); }
    svg .range { stroke: var(--hue); stroke-width: 2.2; }
    svg .filled { fill: var(--hue); stroke: var(--hue); stroke-width: 2; }
    svg .hollow { fill: var(--card); stroke: var(--hue); stroke-width: 2; }
    svg .disc { fill: var(--hue); fill-opacity: 0.25; stroke: var(--hue); stroke-width: 1.2; }
    svg .curve { fill: none; stroke: var(--hue); stroke-width: 2; stroke-linejoin: round; }
    svg .knot { fill: var(--hue); }
    table { border-collapse: collapse; margin: 0.8rem 0; min-width: 55%; font-size: 0.94rem; }
    caption { text-align: left; padding-bottom: 0.4rem; }
    th, td { text-align: left; padding: 0.32rem 1.1rem 0.32rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
    th { font-weight: 600; border-bottom: 2px solid var(--soft); }
    td { overflow-wrap: break-word; }
    td:last-child:not(.number) { overflow-wrap: anywhere; }
    .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
    .soft td { color: var(--soft); }
    .strong td { font-weight: 650; }
    code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: 0.85rem; background: var(--ground);
      border: 1px solid var(--line); border-radius: 5px; padding: 0.1rem 0.35rem; box-decoration-break: clone;
      -webkit-box-decoration-break: clone; }
    ul { margin: 0.5rem 0 0; padding-left: 1.25rem; font-size: 0.94rem; overflow-wrap: anywhere; }
    details { margin: 1rem 0; }
    summary { cursor: pointer; color: var(--one); }
    @media print { body { font-size: 11pt; background: #ffffff; } main { max-width: none; padding: 0; }
      section, figure, table { break-inside: avoid; } }
    """
}
