/** The page's look. Colours never stand alone: each has its word or its mark beside it. */
export const pageStyle = `
:root{color-scheme:light dark;--ground:#fbfaf7;--text:#1d232b;--soft:#5a6472;--line:#d9d6cd;--stripe:#f2f0ea;--good:#2f7d4f;--goodSoft:#cfe8d8;--bad:#b3261e;--badSoft:#f6d5d1;--doubt:#8a5a00;--doubtSoft:#f6e3b8;--mark:#24559c;--panel:#fff4f2}
@media (prefers-color-scheme:dark){:root{--ground:#15181d;--text:#e8e6e1;--soft:#a3abb8;--line:#343a44;--stripe:#1b1f26;--good:#7fd6a2;--goodSoft:#1f4a33;--bad:#ff8a80;--badSoft:#5a2320;--doubt:#f2c66d;--doubtSoft:#54400f;--mark:#8ab4f8;--panel:#2c1b1a}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1240px;padding:24px 20px 60px;background:var(--ground);color:var(--text);font:16px/1.5 system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
h1{font-size:1.5rem}h2{margin:.2em 0 .3em;font-size:1.7rem;line-height:1.25}h3{margin:1.6em 0 .4em;font-size:1.1rem}
main{margin-top:2.5rem}main:first-child{margin-top:0}
.badge{display:inline-block;margin:0;padding:2px 14px;border-radius:999px;font-weight:600}
.badge.passed{background:var(--goodSoft);color:var(--good)}.badge.failed,.badge.wrong{background:var(--badSoft);color:var(--bad)}
.about{margin:.2em 0 1em;max-width:70ch;font-size:1.1rem}.facts{max-width:90ch;color:var(--soft);font-size:.92rem}
.finding{margin:1em 0;padding:12px 18px;border-left:5px solid var(--bad);border-radius:4px;background:var(--panel)}
.finding .message{margin:0 0 .4em;font-size:1.15rem}.finding p{margin:.3em 0}.finding ul{margin:.4em 0;padding-left:0;list-style:none;font-size:.92rem}
time,td:first-child{font-variant-numeric:tabular-nums}time{display:inline-block;min-width:8.5em;color:var(--soft)}
figure{margin:1.2em 0}.timeline{overflow-x:auto;border:1px solid var(--line);border-radius:8px}.timeline svg{display:block;min-width:900px;width:100%}
figcaption{display:flex;flex-wrap:wrap;gap:4px 20px;margin-top:8px;color:var(--soft);font-size:.88rem}figcaption svg{width:14px;height:14px;vertical-align:-2px}
svg text{fill:var(--text);font:12px system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
svg .stripe{fill:var(--stripe)}svg .lane{font-weight:600}svg .tick,svg .break{fill:var(--soft);font-size:11px}svg .grid{stroke:var(--line);stroke-width:1}
svg .band.good{fill:var(--goodSoft)}svg .band.bad{fill:var(--badSoft)}svg .band.doubtful{fill:var(--doubtSoft)}
svg .bandWords.good{fill:var(--good)}svg .bandWords.bad{fill:var(--bad);font-weight:600}svg .bandWords.doubtful{fill:var(--doubt);font-weight:600}
svg .way{stroke-width:3}svg .way.closed{stroke:var(--good)}svg .way.open{stroke:var(--doubt);stroke-dasharray:5 4}svg .heard{stroke:var(--mark);stroke-width:1.5}
svg .row{fill:var(--mark)}svg .arrival{fill:var(--good)}svg .arrival.unanswered{fill:var(--ground);stroke:var(--doubt);stroke-width:1.5}
svg text.done,.done{fill:var(--good);color:var(--good);font-size:15px;font-weight:700}svg text.failed,.failed b,b.failed{fill:var(--bad);color:var(--bad);font-size:16px;font-weight:700}svg text.replaced,b.replaced{fill:var(--soft);color:var(--soft);font-size:14px}
svg path.action{fill:var(--mark)}svg line.action{stroke:var(--mark);stroke-width:1}svg text.action{font-size:11px}
svg .curve{fill:none;stroke:var(--mark);stroke-width:2}svg .low{stroke:var(--doubt);stroke-width:1;stroke-dasharray:4 4}svg text.charge{font-size:11px;fill:var(--soft)}svg text.sound,svg text.message{font-size:15px;fill:var(--mark)}
svg .beat{stroke:var(--good);stroke-width:1.4}svg .beat.unanswered{stroke:var(--doubt);stroke-dasharray:2 2}
svg line.finding{stroke:var(--bad);stroke-width:2}svg text.finding{fill:var(--bad);font-weight:700}
table{width:100%;border-collapse:collapse;font-size:.92rem}th{text-align:left;color:var(--soft);font-weight:600}th,td{padding:4px 10px 4px 0;border-bottom:1px solid var(--line);vertical-align:top}
td:nth-child(4),td:nth-child(5){white-space:nowrap;font-variant-numeric:tabular-nums}.messages td:first-child{white-space:nowrap}
tr.passed td:first-child{color:var(--good);font-weight:700}tr.failed td:first-child,tr.wrong td:first-child{color:var(--bad);font-weight:700}tr.failed,tr.wrong{background:var(--panel)}tr.not-run{color:var(--soft)}
.why{margin:2px 0;color:var(--bad)}code{font:.92em ui-monospace,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
details.messages{margin-top:1.6em}summary{cursor:pointer;font-weight:600}tr.action td{font-weight:600}tr.heartbeat{color:var(--soft)}
.overview{padding-left:1.4em}.overview .passed span{color:var(--good)}.overview .failed span,.overview .wrong span{color:var(--bad);font-weight:700}a{color:var(--mark)}
@media print{.timeline{overflow:visible}body{padding:0}}
`;
