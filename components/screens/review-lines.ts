/** The review as rows: findings, the disk before and after, the network, the memory, what will be lost. Pure. */
import { figuresOf } from '../../src/i18n/figures.ts';
import { messageIn, say } from '../../src/i18n/phrase.ts';
import { describeContent } from '../../src/facts/disk-words.ts';
import { newDisks } from '../../src/plan/storage/graph.ts';
import { diskPicture } from '../../src/plan/formats/disk-picture.ts';
import { memoryTable, networkPicture } from '../../src/plan/formats/host-pictures.ts';
import { expectedSeconds } from '../../src/plan/formats/text.ts';
import { loginWords } from '../../src/report/login-words.ts';
import { formatPath } from '../../src/profile/findings.ts';
import { cellsOf, wrap } from '../../src/ui/terminal/cells.ts';
import type { Gate, LocatedFindingLike, ReviewView } from '../../src/ui/wizard/state.ts';
import { plainLine, type Line } from '../layout/line.tsx';
import type { Look } from '../look.tsx';

/** `view` null: this machine is still looked at. */
export function reviewLines(view: ReviewView | null, look: Look, width: number): Line[] {
  const { t } = look;
  if (view === null) return [plainLine(` ${t('frame.probing')}`)];
  const { plan } = view;
  const findings =
    view.findings.length === 0
      ? []
      : [
          plainLine(` ${t('review.findings')}`, 'title'),
          ...view.findings
            .toSorted((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'))
            .flatMap((finding) => findingLines(finding, look, width)),
          [],
        ];
  if (plan === null) return [...findings, ...keptLines(view, look, width)];
  const { work } = expectedSeconds(plan);
  const drawing = { t, cells: cellsOf, size: figuresOf(t).size };
  return [
    ...(view.findings.some(({ severity }) => severity === 'error') ? findings : []),
    plainLine(` ${t('review.destroyed')}`, 'title'),
    ...lostLines(view, look, width),
    [],
    plainLine(` ${t('review.before')}`, 'title'),
    ...beforeLines(view, look),
    [],
    plainLine(` ${t('review.after')}`, 'title'),
    ...newDisks(plan)
      .flatMap((disk) => diskPicture(disk, plan, drawing, { withLost: false }))
      .map((text) => plainLine(text)),
    [],
    plainLine(` ${t('review.network')}`, 'title'),
    ...plan.bridges.flatMap((bridge) => networkPicture(bridge, drawing)).map((text) => plainLine(text)),
    [],
    plainLine(` ${t('review.memory')}`, 'title'),
    ...memoryTable(plan, drawing).map((text) => plainLine(text)),
    [],
    ...loginLines(view, look, width),
    ...(view.findings.some(({ severity }) => severity === 'error') ? [] : findings),
    ...keptLines(view, look, width),
    plainLine(
      ` ${t('review.plan', { hash: plan.hash.slice(0, 12), count: plan.actions.length, minutes: Math.max(1, Math.round(work / 60)) })}`,
      'quiet',
    ),
  ];
}

/** Who can log in to each domain, where and how. */
function loginLines({ logins }: ReviewView, { t }: Look, width: number): Line[] {
  return [
    plainLine(` ${t('review.logins')}`, 'title'),
    ...Object.entries(logins).flatMap(([domain, login]) =>
      wrap(`${domain} ${say(loginWords(domain, login), t)}`, width - 4).map((text, index) =>
        plainLine(`${index === 0 ? '  ' : '    '}${text}`, login === null ? 'warning' : undefined),
      ),
    ),
    [],
  ];
}

/** Nothing that a loaded profile says gets lost, though no screen asks for it. */
function keptLines({ kept }: ReviewView, { t }: Look, width: number): Line[] {
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

function lostLines(view: ReviewView, { t }: Look, width: number): Line[] {
  const { file, gate } = view;
  if (gate.kind === 'waiting') return [plainLine(`  ${waitingFor(view, gate, t)}`, 'quiet')];
  if (gate.kind === 'free')
    return [plainLine(`  ${gate.goesOn ? t('review.goesOn', { file }) : t('review.nothingLost')}`)];
  if (gate.kind !== 'type') return [];
  const disk = gate.name === file ? null : view.disk;
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
export function waitingFor(
  { file }: Pick<ReviewView, 'file'>,
  { medium }: Gate & { readonly kind: 'waiting' },
  t: Look['t'],
): string {
  return medium === null ? t('review.lookingAtImage', { file }) : t('review.lookingAtMedium', { medium });
}

function beforeLines({ gate, file, isThere, ...view }: ReviewView, { t }: Look): Line[] {
  const disk = gate.kind === 'type' && gate.name !== file ? view.disk : null;
  if (disk === null) return [plainLine(`  ${file}: ${t(isThere ? 'review.imageThere' : 'review.nothingThere')}`)];
  return [
    plainLine(`  ${disk.path}  ${figuresOf(t).size(disk.sizeMiB)}`),
    ...(disk.holds.length === 0
      ? [plainLine(`    ${t('review.blank')}`)]
      : disk.holds.map((content) => plainLine(`    ${describeContent(content)}`))),
  ];
}
