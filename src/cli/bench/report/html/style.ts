// The style of the page: two colours for two kinds of tunnel, grey for direct, and no other decoration.
import { Markup } from './markup.ts';

const COLOURS = `
:root{color-scheme:light dark;--paper:#fff;--panel:#f5f6f8;--ink:#16191d;--quiet:#59626d;--line:#e1e4e8;--direct:#66707b;--tls:#1f5fd0;--plain:#b2570b;
--good:#1b7a3d;--bad:#b3261e;--unsure:#8a5a00}
@media(prefers-color-scheme:dark){:root{--paper:#121519;--panel:#1b1f25;--ink:#e8eaed;--quiet:#a2abb6;--line:#30363e;--direct:#a3adb8;--tls:#7aabff;
--plain:#f2a65a;--good:#6cc98b;--bad:#ff8f87;--unsure:#e5b454}}`;

const WORDS = `
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
main{max-width:62rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
h1{font-size:clamp(1.5rem,4.5vw,2.1rem);line-height:1.2;letter-spacing:-.01em;margin:.25rem 0 1rem;text-wrap:balance}
h2{font-size:1.25rem;line-height:1.3;margin:0 0 .75rem}
section{margin-top:3rem}
p{margin:.25rem 0}
code{font-family:ui-monospace,monospace;font-size:.86em}
pre{background:var(--panel);padding:.75rem 1rem;border-radius:6px;white-space:pre-wrap;margin:0}
small,.quiet,figcaption,.scale,.why{color:var(--quiet);font-size:.875rem}
.label code,th code{color:var(--quiet);font-weight:400;font-size:.8rem;display:block}
ul{padding:0;margin:0;list-style:none}
li{padding:.35rem 0 .35rem .9rem;border-left:3px solid var(--line);margin:.5rem 0}
li.good{border-color:var(--good)}li.bad{border-color:var(--bad)}li.unsure{border-color:var(--unsure)}
.ending{font-weight:600}.good .word,.ending.good{color:var(--good)}.bad .word,.ending.bad{color:var(--bad)}.unsure .word{color:var(--unsure)}
.word{font-weight:600}.verdicts li{display:grid;grid-template-columns:7rem 13rem 1fr;gap:0 1rem;align-items:baseline}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));gap:.75rem 2rem;margin:0}
dt{color:var(--quiet);font-size:.875rem}dd{margin:0}`;

const CARDS = `
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(16rem,1fr));gap:1rem;margin:1.5rem 0 .75rem}
.card{background:var(--panel);border-radius:8px;padding:1rem 1.1rem}
.card .label{font-size:1rem;margin:0}.card p{margin:.75rem 0 0}.card small{display:block}
.big{font-size:1.5rem;line-height:1.2}.key{font-weight:600}
p.tls .big,.tls>.key{color:var(--tls)}p.plain .big,.plain>.key{color:var(--plain)}.direct>.key{color:var(--direct)}`;

const PICTURES = `
figure{margin:0}figcaption{margin-bottom:1rem}
svg{display:block;width:100%}
svg text{font-size:12px;fill:var(--quiet)}
svg line{stroke:var(--line);stroke-width:1}
svg line.one{stroke:var(--direct);stroke-width:2}
.row{display:grid;grid-template-columns:16rem minmax(0,1fr);gap:0 1.5rem;align-items:center}
.row+.row{margin-top:.9rem}.row .label{font-weight:600;line-height:1.35}
.bar{display:grid;grid-template-columns:2.6rem minmax(0,1fr) 8.5rem;gap:.7rem;align-items:center}
.bar .key,.said{font-size:.875rem}.bar .value{white-space:nowrap}
.mark.tls{fill:var(--tls)}.mark.plain{fill:var(--plain)}.mark.direct{fill:var(--direct)}
.bar.tls rect{fill:color-mix(in srgb,var(--tls) 60%,var(--paper))}.bar.plain rect{fill:color-mix(in srgb,var(--plain) 60%,var(--paper))}.whisker line{stroke:var(--ink);stroke-width:1.5}
svg line.reach{stroke:var(--quiet);stroke-width:1.5}
.said{display:flex;flex-wrap:wrap;gap:0 1.25rem;margin:0}
.multiples{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,17rem),1fr));gap:2rem}
.multiple{display:grid;grid-row:span 3;grid-template-rows:subgrid;gap:.25rem}.multiple .label{font-weight:600;line-height:1.35}
.multiple svg line.base{stroke:var(--quiet)}.multiple text[class]{font-weight:600}
g.direct *,.multiple text.direct{fill:var(--direct)}g.tls *,.multiple text.tls{fill:var(--tls)}g.plain *,.multiple text.plain{fill:var(--plain)}
svg g.direct line{stroke:var(--direct)}svg g.tls line{stroke:var(--tls)}svg g.plain line{stroke:var(--plain)}`;

const TABLE = `
table{border-collapse:collapse;width:100%}
th,td{text-align:right;padding:.55rem .5rem;border-bottom:1px solid var(--line);vertical-align:top}
th:first-child{text-align:left;padding-left:0}th small{font-weight:400;display:block}
td{white-space:nowrap}td small{display:block}.unit,td.none{color:var(--quiet)}
thead th{color:var(--quiet);font-weight:600}`;

/** The head of the table is hidden from sight only. */
const PHONE = `
@media(max-width:46rem){
main{padding:1.5rem 1rem 3rem}.verdicts li{grid-template-columns:auto 1fr}.verdicts .why{grid-column:1/3}section{margin-top:2.5rem}
.row{grid-template-columns:minmax(0,1fr);gap:.2rem}.row+.row{margin-top:1.25rem}.row .label:empty{display:none}
.bar{grid-template-columns:2.6rem minmax(0,1fr) 2.4rem;gap:.6rem}.bar .value small{display:none}.bar .value{text-align:right}
table,tbody,tr,th,td{display:block}thead{position:absolute;clip-path:inset(50%);height:1px;width:1px;overflow:hidden}
tr{border-bottom:1px solid var(--line);padding:.75rem 0}th,td,th:first-child{border:0;padding:.15rem 0;text-align:left}
td{white-space:normal;display:grid;grid-template-columns:4rem minmax(0,1fr)}td::before{content:attr(data-head);color:var(--quiet)}td small{grid-column:2}}
@media print{section,.card,.row,.multiple,li{break-inside:avoid}}`;

export const STYLE = new Markup([COLOURS, WORDS, CARDS, PICTURES, TABLE, PHONE].join(''));
