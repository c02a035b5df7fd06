/** Will the host be heard where its installer is? */
import { comOf, consoleWords, resolveConsole } from '../../plan/boot/console.ts';
import { warning, type Rule } from '../rule.ts';

export const consoleIsHeard: Rule = ({ host: { xen } }, facts) => {
  if (facts?.kind !== 'machine' || facts.consoles === undefined) return [];
  const { screen, serial } = facts.consoles;
  const path = ['host', 'xen', 'console'];
  const resolved = resolveConsole(xen.console, facts);
  const lines = serial.filter(({ by }) => by !== 'firmware');
  // Where several are there, one that Xen can be led to is enough.
  if (lines[0] !== undefined && lines.every((line) => comOf(line) === null))
    return xen.console === 'auto' ? [warning('console-out-of-reach', path, { line: lines[0].name })] : [];
  const [line] = serial.filter((one) => comOf(one) !== null);
  if (screen || line === undefined || resolved.serial !== null) return [];
  return [
    warning('console-silent', path, {
      line: line.name,
      console: xen.console,
      wanted: consoleWords(resolveConsole('auto', facts)),
    }),
  ];
};
