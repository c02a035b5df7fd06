import { describe, expect, it } from 'vitest';
import { findingOf } from '../../src/check/finding.ts';
import { listedFindings } from '../../src/check/listed.ts';

const unknown = (index: number) => findingOf('unknown-key.plain', ['host', `k${index}`], { key: `k${index}` });

describe('a list of findings', () => {
  it('has all of them where there are a hundred of a kind', () => {
    const findings = Array.from({ length: 100 }, (_, index) => unknown(index));
    expect(listedFindings(findings)).toEqual({ listed: findings, more: [] });
  });
  it('has the first hundred of each kind, and how many more there are of it', () => {
    const other = findingOf('no-bridge', ['host', 'network', 'bridges']);
    const findings = [...Array.from({ length: 250 }, (_, index) => unknown(index)), other];
    const { listed, more } = listedFindings(findings);
    expect(listed).toEqual([...findings.slice(0, 100), other]);
    expect(more).toEqual([{ code: 'unknown-key', severity: 'error', count: 150 }]);
  });
});
