// The looks of the page: one column, system fonts, light and dark, prints well.

extension Page {
  static let style = """
    :root{--paper:#fbfaf7;--card:#fff;--ink:#1d2126;--soft:#5d6670;--line:#e2dfd8;--generated:#1f6feb;--held:#c2570c;
    --training:#8a8f98;--good:#1a7f4b;--bad:#b3261e}
    @media (prefers-color-scheme:dark){:root{--paper:#14171a;--card:#1c2024;--ink:#e8e6e1;--soft:#9aa3ad;--line:#30363c;
    --generated:#6ea8ff;--held:#f0883e;--training:#858b94;--good:#4cc38a;--bad:#ff7b72}}
    *{box-sizing:border-box}
    body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
    main{max-width:1040px;margin:0 auto;padding:40px 24px 56px}
    .kicker{margin:0;color:var(--soft);letter-spacing:.08em;text-transform:uppercase;font-size:12px}
    h1{font-size:34px;line-height:1.15;margin:4px 0 20px;overflow-wrap:anywhere}
    h2{font-size:21px;margin:0 0 6px}h3{font-size:15px;margin:22px 0 4px;color:var(--soft);font-weight:600}
    p{margin:0 0 10px;max-width:92ch}.lead,footer,figcaption{color:var(--soft)}.lead{font-size:14.5px}
    section,.hero{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:22px 24px;margin-top:20px}
    .hero{display:flex;gap:28px;align-items:center;flex-wrap:wrap}.hero p{flex:1 1 360px;margin:0}
    .number b{font-size:52px;line-height:1;letter-spacing:-.02em;color:var(--generated);font-variant-numeric:tabular-nums}
    .number span{color:var(--soft)}.number .range{display:block;margin-top:6px;font-variant-numeric:tabular-nums}
    .scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:14px;margin:10px 0 4px}
    th,td{text-align:right;padding:5px 10px;border-bottom:1px solid var(--line);white-space:nowrap;font-variant-numeric:tabular-nums}
    th{color:var(--soft);font-weight:600}th:first-child,td:first-child{text-align:left;padding-left:0;white-space:normal;overflow-wrap:anywhere}
    th:last-child,td:last-child{padding-right:0}table.words td{white-space:normal;vertical-align:top}table.words td:first-child,th:first-child{white-space:nowrap}tr.floor td{color:var(--soft)}tr.all td{font-weight:650}
    tr:last-child td{border-bottom:0}
    .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(200px,1fr));gap:12px;margin:14px 0}
    .tile{border:1px solid var(--line);border-radius:10px;padding:10px 14px}.tile b{display:block;font-size:23px;font-variant-numeric:tabular-nums}
    .tile span{color:var(--soft);font-size:13px}.tile.good b{color:var(--good)}.tile.bad b{color:var(--bad)}
    svg{display:block;width:100%;height:auto;margin:10px 0}svg text{font:12px system-ui,"DejaVu Sans",sans-serif;fill:var(--soft)}
    svg .strong{fill:var(--ink)}svg .rule{stroke:var(--line)}
    .pairs{display:grid;grid-template-columns:1fr 1fr;gap:18px;margin-top:12px}@media (max-width:720px){.pairs{grid-template-columns:1fr}}
    figure{margin:0}figure img{width:100%;display:block;border-radius:6px;border:1px solid var(--line);background:#fff}figcaption{font-size:13px;margin-top:4px;overflow-wrap:anywhere}
    audio{width:100%;height:34px;margin-top:4px}.key{display:inline-block;width:10px;height:10px;border-radius:3px;margin:0 6px 0 0}
    code{font:13px ui-monospace,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere;background:var(--paper);border:1px solid var(--line);border-radius:5px;padding:1px 5px}
    ul{margin:8px 0 0;padding-left:20px;font-size:14px;overflow-wrap:anywhere}footer{margin-top:24px;font-size:13px}
    @media print{body{background:#fff}section,.hero{break-inside:avoid}}
    """
}
