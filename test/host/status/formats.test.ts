/** What monitors read of `host status`: a strict little parser for each of their forms. */
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { finding, type StatusFinding } from '../../../src/host/status/finding.ts';
import { FORMATS } from '../../../src/host/status/formats/table.ts';
import { statusJsonSchema } from '../../../src/host/status/formats/json.ts';
import { readStatus, type StatusReport } from '../../../src/host/status/report.ts';
import { CHECKS } from '../../../src/host/status/checks/table.ts';
import { short } from './answers.ts';
import { emptyPort } from './empty-port.ts';

const EVIL = 'we"b\\1\n|\'=\u001b[2J ü';
const LIMITS = { warning: 0.85, critical: 0.95 };
const full = (subject: string, value: number, state: StatusFinding['state']): StatusFinding =>
  finding('hostStatus.filesystems.used', state, {
    subject,
    values: { percent: Math.floor(value * 100), free: { sizeMiB: 20_480 } },
    figures: [{ name: 'fill', value, ...LIMITS }],
    hint: 'hostStatus.filesystems.hint',
  });
const report = (...findings: readonly StatusFinding[]): StatusReport => ({
  hostname: 'xen1',
  time: '2026-11-30T18:00:00.000Z',
  state: findings.some(({ state }) => state === 'critical') ? 'critical' : 'ok',
  checks: [
    { name: 'filesystems', findings },
    { name: 'raid', findings: [] },
  ],
});

/** A sample of the text format 0.0.4, or null. */
const SAMPLE =
  /^([a-z_:][a-z0-9_:]*)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/i;

/** The samples by metric. Throws where a line is no part of the format. */
function prometheus(text: string): ReadonlyMap<string, readonly string[]> {
  expect(text.endsWith('\n')).toBe(true);
  const found = new Map<string, string[]>();
  let [current, typed] = ['', ''];
  for (const line of text.slice(0, -1).split('\n')) {
    const [, help] = /^# HELP ([a-z0-9_]+) \S.*$/.exec(line) ?? [];
    const [, type] = /^# TYPE ([a-z0-9_]+) gauge$/.exec(line) ?? [];
    if (help !== undefined) {
      expect(found.has(help), `${help} stands in two places`).toBe(false);
      current = help;
      found.set(help, []);
    } else if (type !== undefined) {
      expect(type).toBe(current);
      typed = type;
    } else {
      const [, name, labels = ''] = SAMPLE.exec(line) ?? [];
      expect([line, name]).toEqual([line, current]);
      expect(typed).toBe(current);
      expect(found.get(current)).not.toContain(labels);
      found.get(current)?.push(labels);
    }
  }
  return found;
}

describe('prometheus', () => {
  const text = FORMATS.prometheus.print(
    report(full('/', 0.5, 'ok'), full(EVIL, 0.96, 'critical'), full('/', 0.9, 'warning')),
  );

  test('every line is of the format, each metric stands once, no sample twice', () => {
    const found = prometheus(text);
    expect([...found.keys()]).toEqual([
      'xenwright_host_info',
      'xenwright_host_checked_timestamp_seconds',
      'xenwright_host_state',
      'xenwright_host_check_state',
      'xenwright_host_finding_state',
      'xenwright_host_filesystem_used_ratio',
    ]);
    expect([...found.values()].every((samples) => samples.length > 0)).toBe(true);
  });

  test('alerts can go by check and subject, whatever is found', () => {
    expect(text).toContain('xenwright_host_check_state{check="filesystems",subject="/"} 1\n');
    expect(text).toContain('xenwright_host_state 2\n');
    expect(text).toContain(
      '# HELP xenwright_host_state The worst of all findings: 0 ok, 1 warning, 2 critical, 3 unknown.\n',
    );
    expect(FORMATS.prometheus.exit(report(full('/', 0.96, 'critical')))).toBe(0);
  });
});

describe('nagios', () => {
  /** The words, and the figures by their labels. */
  function nagios(text: string): { words: string; data: ReadonlyMap<string, string> } {
    expect(text).toMatch(/^[^\n]+\n$/);
    const [words = '', figures = '', ...more] = text.trimEnd().split(' | ');
    expect(more).toEqual([]);
    expect(words).toMatch(/^XENWRIGHT (OK|WARNING|CRITICAL|UNKNOWN) - [^|]+$/);
    const data = new Map<string, string>();
    let left = figures;
    while (left !== '') {
      const match = /^'([^'=]+)'=(-?\d+(?:\.\d+)?(?:%|B|s|);[\d.]*;[\d.]*;0;(?:100)?)(?: |$)/.exec(left);
      expect(match, left).not.toBeNull();
      data.set(match?.[1] ?? '', match?.[2] ?? '');
      left = left.slice(match?.[0].length ?? left.length);
    }
    return { words, data };
  }

  test('one line says the worst first, with figures and their limits', () => {
    const { words, data } = nagios(FORMATS.nagios.print(report(full('/', 0.5, 'ok'), full(EVIL, 0.96, 'critical'))));
    expect(words).toContain('XENWRIGHT CRITICAL - we"b\\1 /\'=');
    expect(data.get('fill /')).toBe('50%;85;95;0;100');
    expect(data.size).toBe(2);
  });

  test.each([
    ['ok', 0],
    ['warning', 1],
    ['critical', 2],
    ['unknown', 3],
  ] as const)('%s is exit code %i', (state, code) => {
    expect(FORMATS.nagios.exit({ ...report(), state })).toBe(code);
    expect(nagios(FORMATS.nagios.print({ ...report(), state })).words).toBe(
      `XENWRIGHT ${state.toUpperCase()} - all checks are ok`,
    );
  });

  test('200 of everything fit into one answer that no transport cuts within a figure', () => {
    const many = Array.from({ length: 200 }, (_, index) => full(`/srv/${'x'.repeat(40)}${index}`, 0.99, 'critical'));
    const text = FORMATS.nagios.print(report(...many));
    expect(text.length).toBeLessThan(4_200);
    expect(nagios(text).data.size).toBeGreaterThan(10);
  });
});

test('JSON is as its schema says, and its text draws nothing', () => {
  const text = FORMATS.json.print(report(full(EVIL, 0.96, 'critical')));
  const schema = z.fromJSONSchema(statusJsonSchema() as Parameters<typeof z.fromJSONSchema>[0]);
  const read = schema.parse(JSON.parse(text)) as { checks: { findings: { values: object; figures: object[] }[] }[] };
  expect(read.checks[0]?.findings[0]?.values).toMatchObject({ percent: 96, free: '20.0 GiB' });
  expect(read.checks[0]?.findings[0]?.figures).toEqual([{ name: 'fill', unit: 'ratio', value: 0.96, ...LIMITS }]);
  // oxlint-disable-next-line no-control-regex
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
});

test('text has the worst first, with the way out below it', () => {
  expect(FORMATS.text.print(report(full('/', 0.5, 'ok'), full('/var', 0.96, 'critical'))).split('\n')).toEqual([
    'xen1: critical',
    'critical  /var: 96 % full, 20.0 GiB free',
    '          -> remove what is no longer needed, such as old kernels and logs',
    'ok        /: 50 % full, 20.0 GiB free',
    '          -> remove what is no longer needed, such as old kernels and logs',
    '',
  ]);
});

describe('the whole', () => {
  test('a check that fails or hangs is its own finding, and nobody else waits for it', async () => {
    const rows = [
      { name: 'raid', run: async () => await Promise.reject(new Error('torn')) },
      { name: 'smart', run: async () => await new Promise<never>(() => undefined) },
      { name: 'units', run: async () => [finding('hostStatus.units.none', 'ok')] },
    ];
    const { checks, state } = await readStatus(emptyPort(), rows, 30);
    expect(checks.flatMap(({ findings }) => findings.map(short))).toEqual([
      'unknown unknown.failed: raid failed: torn',
      'unknown unknown.late: smart did not answer in time',
      'ok units.none: no unit has failed',
    ]);
    expect(state).toBe('unknown');
  });

  test('a machine that has nothing and says nothing is unknown, not well', async () => {
    const { state, checks } = await readStatus(emptyPort());
    expect(state).toBe('unknown');
    expect(checks.map(({ name }) => name)).toEqual(CHECKS.map(({ name }) => name));
    prometheus(FORMATS.prometheus.print(await readStatus(emptyPort())));
  });
});
