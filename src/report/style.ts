/** The page's style: both themes, print, phones. */
export const style = `
:root { color-scheme: light dark; --page: #fff; --text: #1b1f24; --quiet: #555c66; --line: #d5d9de; --head: #f3f5f7; --link: #0b5cad; --good: #0a6b48; --bad: #b3261e }
@media screen and (prefers-color-scheme: dark) {
  :root { --page: #16191d; --text: #e7eaee; --quiet: #a9b3be; --line: #3a424b; --head: #22272d; --link: #7ab8f5; --good: #5fd3a5; --bad: #ff9a92 }
}
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 76rem; padding: 0 1rem 4rem; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif }
h1 { margin: 2rem 0 .5rem; font-size: 1.8rem; overflow-wrap: anywhere }
h2 { margin: 3rem 0 .5rem; padding-top: .5rem; border-top: 1px solid var(--line); font-size: 1.35rem }
p, li { max-width: 50rem; margin: .4rem 0; overflow-wrap: anywhere }
a { color: var(--link) }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
.skip { position: absolute; left: -99rem } .skip:focus { left: 1rem; top: .5rem }
nav ul { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; padding: 0; list-style: none }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere }
pre { overflow-x: auto; padding: .6rem; border: 1px solid var(--line); font: 13px/1.35 ui-monospace, monospace }
svg.chart { display: block; max-width: 100%; height: auto; margin: 1rem 0 }
.wave { overflow-x: auto; padding: .5rem; background: #fff }
.table { overflow-x: auto; max-height: 32rem; margin: 1rem 0 0; border: 1px solid var(--line) }
table { border-collapse: collapse; width: 100%; font-size: .875rem }
caption { padding: .5rem .6rem; text-align: left; font-weight: 600 }
th, td { padding: .25rem .6rem; text-align: left; border-top: 1px solid var(--line); vertical-align: top }
th { position: sticky; top: 0; background: var(--head); white-space: nowrap }
th button { all: unset; cursor: pointer; font-weight: 600 }
th button:focus-visible { outline: 3px solid var(--link) }
th[aria-sort=ascending] button::after { content: " ↑" } th[aria-sort=descending] button::after { content: " ↓" }
td { overflow-wrap: break-word }
.short { white-space: nowrap }
.figure { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
.none { color: var(--quiet); text-align: right }
.note, details { color: var(--quiet); font-size: .9rem; margin: .5rem 0 }
.save { margin: .4rem 0 1rem; padding: .2rem .7rem; font: inherit; font-size: .875rem; color: var(--text); background: var(--head); border: 1px solid var(--line); border-radius: 4px; cursor: pointer }
.verdict { font-weight: 600 } .good { color: var(--good) } .bad { color: var(--bad) }
.failure { margin: 1rem 0; padding: .6rem 1rem; border-left: 4px solid var(--bad) }
@media (max-width: 40rem) { section > svg.chart { max-width: none } section { overflow-x: auto } }
@media print {
  .skip, nav, .save { display: none }
  html { font-size: 11px } body { max-width: none; padding: 0; font-size: 1rem } p, li { max-width: none }
  .table { max-height: none; overflow: visible; border: 0 } th { position: static }
  section { overflow: visible } section > svg.chart { max-width: 100% }
  table { font-size: 8px } th, td { padding: .15rem .3rem; overflow-wrap: anywhere } th { white-space: normal } .save + * { margin-top: .8rem }
  tr, figure, svg.chart { break-inside: avoid } h2 { break-after: avoid }
  details { display: block } details > * { display: block } details::details-content { content-visibility: visible; display: block }
}
`;
