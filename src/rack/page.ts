/** The page of `medium serve`: every machine, readable on a phone, in the dark and without a script. Pure. */
import type { TextKey } from '../i18n/keys.ts';
import { english } from '../i18n/english.ts';
import { formatSeconds } from '../i18n/seconds.ts';
import type { DomainView, FailureView, MachineView } from './machine.ts';

const REFRESH_SECONDS = 5;
/** A machine that works says something at least this often. */
const SILENT_AFTER_SECONDS = 120;

const STATES: Readonly<Record<MachineView['state'], TextKey>> = {
  running: 'rackPage.states.running',
  installed: 'rackPage.states.installed',
  up: 'rackPage.states.up',
  failed: 'rackPage.states.failed',
  interrupted: 'rackPage.states.interrupted',
};
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const STYLE = `
:root { color-scheme: light dark; --line: #c8ccd2; --soft: #5b6470; --good: #17703a; --bad: #b3261e; --go: #1f5fbf; }
@media (prefers-color-scheme: dark) { :root { --line: #3a4048; --soft: #a0a8b3; --good: #6fd08c; --bad: #ff8a80; --go: #8ab4ff; } }
body { font: 16px/1.45 system-ui, sans-serif; margin: 0 auto; padding: 1rem; max-width: 60rem; }
h1 { font-size: 1.2rem; } h2 { font-size: 1.05rem; margin: 0; overflow-wrap: anywhere; }
article { border: 1px solid var(--line); border-radius: .5rem; padding: .8rem 1rem; margin: 0 0 .8rem; }
header { display: flex; flex-wrap: wrap; gap: .2rem .8rem; justify-content: space-between; align-items: baseline; }
progress { width: 100%; height: .8rem; accent-color: var(--go); } p { margin: .3rem 0; overflow-wrap: anywhere; }
.up, .installed, .done { color: var(--good); } .failed, .down { color: var(--bad); } .running { color: var(--go); } .soft { color: var(--soft); font-size: .9rem; }
ul { margin: .4rem 0 0; padding: 0; list-style: none; } li { padding: .15rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; } code { font-size: .8rem; }
`;

/** `nowMs` says how long ago a machine was heard. */
export function statusPage(machines: readonly MachineView[], nowMs: number): string {
  const counts = Map.groupBy(machines, (machine) => machine.state);
  const total =
    machines.length === 0
      ? english('rackPage.noMachine')
      : [...counts].map(([state, of]) => `${of.length} ${stateText(state)}`).join(', ');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="refresh" content="${REFRESH_SECONDS}">
<title>Xenwright: ${escaped(total)}</title><style>${STYLE}</style></head>
<body><h1>Xenwright</h1><p>${escaped(total)}</p>
<main>${machines.map((machine) => article(machine, nowMs)).join('\n')}</main>
</body></html>
`;
}

function stateText(state: MachineView['state']): string {
  return english(STATES[state]);
}

function article(machine: MachineView, nowMs: number): string {
  const { hostname, state, phase, percent, secondsLeft, failure, domains } = machine;
  const doing =
    secondsLeft === null
      ? english('rackPage.phase', { percent, phase })
      : english('rackPage.phaseLeft', { percent, phase, left: formatSeconds(secondsLeft) });
  return `<article><header><h2>${escaped(hostname)}</h2><strong class="${state}">${stateText(state)}</strong></header>
<progress max="100" value="${percent}">${percent} %</progress>
<p>${escaped(doing)}</p>${failure === null ? '' : failureText(failure)}
${domains.length === 0 ? '' : `<ul>${domains.map(domainLine).join('')}</ul>`}
<p class="soft">${escaped(heard(machine, nowMs))} · ${escaped(english('rackPage.run', { id: machine.run.slice(0, 8) }))}</p></article>`;
}

function failureText({ domain, title, message, code, hint }: FailureView): string {
  return `<p class="failed">${escaped(domain)}: ${escaped(title)}: ${escaped(message)} [${escaped(code)}]</p>${hint === null ? '' : `<p>${escaped(english('rackPage.hint', { hint }))}</p>`}`;
}

function domainLine({ name, state, why, addresses, sshHostKeys }: DomainView): string {
  const look = state === 'up' || state === 'done' ? 'up' : 'down';
  return `<li><strong>${escaped(name)}</strong> <span class="${look}">${escaped(state)}</span> ${escaped(addresses.join(' '))}${why === null ? '' : ` <span class="down">${escaped(why)}</span>`}${sshHostKeys.map((key) => `<br><code>${escaped(key)}</code>`).join('')}</li>`;
}

/** When it was heard last, and whether that is long for one that works. */
function heard({ lastTime, state }: MachineView, nowMs: number): string {
  const seconds = Math.max(0, (nowMs - Date.parse(lastTime)) / 1000);
  const words = state === 'running' && seconds > SILENT_AFTER_SECONDS ? 'rackPage.silent' : 'rackPage.heard';
  return english(words, { time: formatSeconds(seconds) });
}

function escaped(text: string): string {
  return String(text).replaceAll(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign);
}
