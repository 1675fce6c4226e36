// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace routemeter::app {

/// The status page's style sheet. Tables become stacked entries on a narrow screen: cells then carry their
/// column's name from `data-name`. Text colours have a contrast of 4.5 or more in both schemes, which
/// tests/e2e/status_page_test.py measures.
inline constexpr std::string_view kStatusStyle = R"css(
:root {
  color-scheme: light dark;
  --page: #f5f6f8; --card: #fff; --line: #dde1e6; --text: #1b1f24; --soft: #57606a; --link: #0a58a8;
  --good: #12602c; --good-back: #e3f4e8; --warn: #6b4700; --warn-back: #fff1cf; --bad: #8f1d12;
  --bad-back: #fde7e4; --code: #f5f6f8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #111417; --card: #1a1e23; --line: #323941; --text: #e4e7eb; --soft: #9ca6b1; --link: #7cb7ff;
    --good: #8fdba6; --good-back: #13301d; --warn: #f3d183; --warn-back: #362a0d; --bad: #ffb3a7;
    --bad-back: #401814; --code: #111417;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 system-ui, "Segoe UI", Roboto,
  "Liberation Sans", sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
header, main, footer { max-width: 74rem; margin: 0 auto; padding: 0 1.25rem; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1.5rem; padding-top: 1.5rem; }
h1 { margin: 0; font-size: 1.5rem; letter-spacing: -.01em; }
h1 small { font-size: .9rem; font-weight: 400; color: var(--soft); letter-spacing: 0; margin-left: .25rem; }
header p { margin: 0; color: var(--soft); }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
header nav { margin-left: auto; }
a { color: var(--link); text-underline-offset: .15em; }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
h2 { margin: 2.25rem 0 .75rem; font-size: 1.2rem; }
h3 { margin: 0; font-size: 1.02rem; }
h2 small { font-weight: 400; font-size: .9rem; color: var(--soft); margin-left: .4rem; }
p { margin: .5rem 0; }
.soft { color: var(--soft); }
section > :last-child { margin-bottom: 0; }
section, .verdict { background: var(--card); border: 1px solid var(--line); border-radius: 8px;
  padding: 1rem 1.25rem; margin: 1rem 0; }
.verdict { margin-top: 1.25rem; border-left-width: 5px; padding: .7rem 1.25rem; }
.verdict p { margin: 0; font-weight: 600; }
.verdict ul { margin: .25rem 0 0; padding-left: 1.2rem; }
.verdict.good { background: var(--good-back); color: var(--good); border-color: var(--good); }
.verdict.warn { background: var(--warn-back); color: var(--warn); border-color: var(--warn); }
.verdict.bad { background: var(--bad-back); color: var(--bad); border-color: var(--bad); }
.sum { display: flex; flex-wrap: wrap; gap: .5rem 1rem; margin: 0; }
.sum div { display: flex; flex-direction: column-reverse; position: relative; padding-right: 1.6rem; }
.sum dt { color: var(--soft); font-size: .87rem; }
.sum dd { margin: 0; font-size: 1.45rem; line-height: 1.25; font-weight: 600; letter-spacing: -.01em; }
.sum dd::after { content: "+"; position: absolute; right: 0; font-weight: 400; color: var(--soft); }
.sum div:nth-last-child(2) dd::after { content: "="; }
.sum div:last-child { padding-right: 0; }
.sum div:last-child dd::after { content: none; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.25rem; margin: 0; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; }
table { width: 100%; border-collapse: collapse; }
caption { text-align: left; padding-bottom: .5rem; }
caption b { display: block; font-size: 1.02rem; }
caption span { color: var(--soft); }
th, td { text-align: left; vertical-align: top; padding: .4rem 1.25rem .4rem 0; font-weight: 400; }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--soft); font-size: .87rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
tbody tr + tr > * { border-top: 1px solid var(--line); }
.number { text-align: right; white-space: nowrap; }
.tight { white-space: nowrap; width: 1%; }
.reason { width: 24%; }
td small, th small { display: block; color: var(--soft); font-size: .87rem; }
code, pre { font: .87rem/1.5 ui-monospace, "Cascadia Mono", "Liberation Mono", Menlo, monospace;
  unicode-bidi: isolate; }
pre { margin: .35rem 0 0; padding: .4rem .6rem; background: var(--code); border-radius: 5px;
  white-space: pre-wrap; }
.badge { display: inline-block; padding: 0 .5em; border-radius: 1em; font-size: .87rem; white-space: nowrap;
  background: var(--warn-back); color: var(--warn); }
.badge.bad { background: var(--bad-back); color: var(--bad); }
.badge.plain { background: var(--code); color: var(--soft); }
summary { cursor: pointer; }
footer { color: var(--soft); padding-bottom: 2rem; }
@media (max-width: 46rem) {
  header, main, footer { padding-left: .75rem; padding-right: .75rem; }
  header nav { margin-left: 0; width: 100%; }
  section, .verdict { padding: .8rem .9rem; }
  .sum dd { font-size: 1.2rem; }
  .sum div { padding-right: 1.2rem; }
  table, caption, tbody { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tbody tr { display: flex; flex-wrap: wrap; gap: 0 1rem; padding: .5rem 0; border-top: 1px solid var(--line); }
  tbody tr + tr > * { border-top: 0; }
  tbody th, tbody td { padding: 0; text-align: left; }
  .tight, .reason { width: auto; }
  tbody th { flex: 0 0 100%; }
  tbody td { flex: none; max-width: 100%; }
  tbody td.wide { flex: 0 0 100%; }
  td[data-name]::before { content: attr(data-name) " "; color: var(--soft); font-size: .87rem; }
  td small { display: inline; }
  .facts { grid-template-columns: 1fr; gap: 0; }
  .facts dd { margin-bottom: .4rem; }
}
)css";

}  // namespace routemeter::app
