/** The review as rows: findings, the disk before and after, the network, the memory, what will be lost. Pure. */
import { figuresOf } from '../../src/i18n/figures.ts';
import { messageIn } from '../../src/i18n/phrase.ts';
import { describeContent } from '../../src/facts/disk-words.ts';
import { diskPicture } from '../../src/plan/formats/disk-picture.ts';
import { memoryTable, networkPicture } from '../../src/plan/formats/host-pictures.ts';
import { expectedSeconds } from '../../src/plan/formats/text.ts';
import { formatPath } from '../../src/profile/findings.ts';
import { cellsOf, wrap } from '../../src/ui/terminal/cells.ts';
import { imageFile } from '../../src/ui/answers/target.ts';
import type { LocatedFindingLike } from '../../src/ui/wizard/state.ts';
import { gateOf, planOfDraft, targetDisk, type Gate, type Reviewed } from '../../src/ui/wizard/review.ts';
import { keptPaths } from '../../src/ui/answers/kept.ts';
import { plainLine, type Line } from '../layout/line.tsx';
import type { Look } from '../look.tsx';

export function reviewLines(state: Reviewed, look: Look, width: number): Line[] {
  const { t } = look;
  if (state.environment === null) return [plainLine(` ${t('frame.probing')}`)];
  const { plan, checked } = planOfDraft(state.draft, state.environment);
  const findings =
    checked.findings.length === 0
      ? []
      : [
          plainLine(` ${t('review.findings')}`, 'title'),
          ...checked.findings
            .toSorted((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'))
            .flatMap((finding) => findingLines(finding, look, width)),
          [],
        ];
  if (plan === null) return [...findings, ...keptLines(state, look, width)];
  const { work } = expectedSeconds(plan);
  const drawing = { t, cells: cellsOf, size: figuresOf(t).size };
  return [
    ...(checked.findings.some(({ severity }) => severity === 'error') ? findings : []),
    plainLine(` ${t('review.destroyed')}`, 'title'),
    ...lostLines(state, gateOf(state), look, width),
    [],
    plainLine(` ${t('review.before')}`, 'title'),
    ...beforeLines(state, look),
    [],
    plainLine(` ${t('review.after')}`, 'title'),
    ...plan.disks
      .flatMap((disk) => diskPicture({ ...disk, destroys: [] }, plan, drawing).filter((_, index) => index !== 1))
      .map((text) => plainLine(text)),
    [],
    plainLine(` ${t('review.network')}`, 'title'),
    ...plan.bridges.flatMap((bridge) => networkPicture(bridge, drawing)).map((text) => plainLine(text)),
    [],
    plainLine(` ${t('review.memory')}`, 'title'),
    ...memoryTable(plan, drawing).map((text) => plainLine(text)),
    [],
    ...(checked.findings.some(({ severity }) => severity === 'error') ? [] : findings),
    ...keptLines(state, look, width),
    plainLine(
      ` ${t('review.plan', { hash: plan.hash.slice(0, 12), count: plan.actions.length, minutes: Math.max(1, Math.round(work / 60)) })}`,
      'quiet',
    ),
  ];
}

/** Nothing that a loaded profile says gets lost, though no screen asks for it. */
function keptLines(state: Reviewed, { t }: Look, width: number): Line[] {
  const kept = keptPaths(state);
  return kept.length === 0
    ? []
    : [
        plainLine(` ${t('review.kept')}`, 'title'),
        ...wrap(kept.join(', '), width - 3).map((text) => plainLine(`  ${text}`)),
        [],
      ];
}

function findingLines(finding: LocatedFindingLike, { t }: Look, width: number): Line[] {
  const path = finding.path.length === 0 ? '' : `${formatPath(finding.path)}: `;
  const text = `${t(finding.severity === 'error' ? 'frame.error' : 'frame.warning')} ${path}${messageIn(t, finding.said)}`;
  return wrap(text, width - 4).map((line, index) =>
    plainLine(`${index === 0 ? '  ' : '    '}${line}`, finding.severity),
  );
}

function lostLines(state: Reviewed, gate: Gate, { t }: Look, width: number): Line[] {
  const file = imageFile(state.draft);
  if (gate.kind === 'waiting') return [plainLine(`  ${waitingFor(state, gate, t)}`, 'quiet')];
  if (gate.kind === 'free')
    return [plainLine(`  ${gate.goesOn ? t('review.goesOn', { file }) : t('review.nothingLost')}`)];
  if (gate.kind !== 'type') return [];
  const disk = gate.name === file ? null : targetDisk(state);
  if (disk === null)
    return wrap(t('review.imageLost', { file }), width - 3).map((text) => plainLine(`  ${text}`, 'error'));
  return [
    plainLine(
      `  ${t('review.diskLost', { disk: [disk.path, figuresOf(t).size(disk.sizeMiB), disk.model, disk.serial].filter((text) => text !== null).join('  ') })}`,
      'error',
    ),
    ...disk.holds.map((content) => plainLine(`    ${describeContent(content)}`, 'error')),
  ];
}

/** What is being looked at before anything can start. */
export function waitingFor(state: Reviewed, { medium }: Gate & { readonly kind: 'waiting' }, t: Look['t']): string {
  return medium === null
    ? t('review.lookingAtImage', { file: imageFile(state.draft) })
    : t('review.lookingAtMedium', { medium });
}

function beforeLines(state: Reviewed, { t }: Look): Line[] {
  const gate = gateOf(state);
  const disk = gate.kind === 'type' && gate.name !== imageFile(state.draft) ? targetDisk(state) : null;
  if (disk === null)
    return [
      plainLine(
        `  ${imageFile(state.draft)}: ${t(state.review.image?.exists === true ? 'review.imageThere' : 'review.nothingThere')}`,
      ),
    ];
  return [
    plainLine(`  ${disk.path}  ${figuresOf(t).size(disk.sizeMiB)}`),
    ...(disk.holds.length === 0
      ? [plainLine(`    ${t('review.blank')}`)]
      : disk.holds.map((content) => plainLine(`    ${describeContent(content)}`))),
  ];
}
