/**
 * An apt archive of all packages that some bases have: dists/ and pool/ as Debian's, one suite per release, unsigned
 * (`[trusted=yes]`).
 */
import type { ActionContext } from '../../actions/kind.ts';
import type { ActionOf } from '../../plan/action.ts';
import { EXIT, failure } from '../../errors.ts';

const TIMEOUT_MS = 30 * 60_000;
const LISTED =
  'Package Source Version Architecture Maintainer Installed-Size Depends Pre-Depends Recommends Suggests Conflicts Breaks Replaces Provides Enhances Essential Important Protected Multi-Arch Section Priority Description';

/** $1: the content folder, $2: the suite, then the packages. Sections say which component a package belongs to. */
const ADD = [
  'content=$1 suite=$2; shift 2; cd "$content"',
  'for deb in "$@"; do',
  '  file=${deb##*/}; name=${file%%_*}; section=$(dpkg-deb -f "$deb" Section)',
  '  case $section in */*) component=${section%%/*} ;; *) component=main ;; esac',
  '  case $name in lib?*) letter=$(echo "$name" | cut -c1-4) ;; *) letter=$(echo "$name" | cut -c1) ;; esac',
  '  folder=pool/$component/$letter/$name; mkdir -p "$folder"; [ -e "$folder/$file" ] || cp "$deb" "$folder/$file"',
  '  list=dists/$suite/$component/binary-amd64/Packages; mkdir -p "${list%/*}"',
  `  { dpkg-deb -f "$deb" ${LISTED}; echo "Filename: $folder/$file"; echo "Size: $(stat -c %s "$deb")"; echo "SHA256: $(sha256sum < "$deb" | cut -d" " -f1)"; echo; } >> "$list"`,
  'done',
].join('\n');

/** $1: the content folder, $2: the suite, $3: the date. */
const RELEASE = [
  'cd "$1/dists/$2"; components=$(ls -d */binary-amd64 | cut -d/ -f1 | tr "\\n" " ")',
  '{ echo "Origin: Xenwright"; echo "Label: Xenwright"; echo "Suite: $2"; echo "Codename: $2"; echo "Date: $3"; echo "Architectures: amd64"; echo "Components: ${components% }"; echo "SHA256:"',
  '  find . -name Packages | LC_ALL=C sort | while read -r list; do echo " $(sha256sum < "$list" | cut -d" " -f1) $(stat -c %s "$list") ${list#./}"; done; } > Release.new',
  'mv Release.new Release',
].join('\n');

/** Fills `content`/dists and `content`/pool. */
export async function makePool(
  builds: readonly ActionOf<'base.build'>[],
  content: string,
  date: string,
  context: ActionContext,
): Promise<void> {
  const bySuite = new Map<string, Set<string>>();
  for (const {
    params: { base, hash },
  } of builds) {
    if (base.role === 'common') continue;
    const manifest = JSON.parse(await context.files.readText(`${context.baseStore}/${hash}/manifest.json`)) as {
      packages: Record<string, string>;
    };
    const debs = bySuite.get(base.release) ?? new Set<string>();
    bySuite.set(base.release, debs);
    for (const [name, version] of Object.entries(manifest.packages)) debs.add(await debOf(name, version, context));
  }
  for (const [suite, debs] of bySuite) {
    context.output(`making the package pool of ${suite}: ${debs.size} packages`);
    await context.exec(['sh', '-e', '-c', ADD, 'sh', content, suite, ...[...debs].sort()], {
      timeoutMs: TIMEOUT_MS,
      quiet: true,
    });
    await context.exec(['sh', '-e', '-c', RELEASE, 'sh', content, suite, date], { quiet: true });
  }
}

/** Named as apt names what it fetched: an epoch's colon is written as %3a. */
async function debOf(name: string, version: string, context: ActionContext): Promise<string> {
  for (const architecture of ['amd64', 'all']) {
    const path = `${context.baseStore}/packages/${name}_${version.replaceAll(':', '%3a')}_${architecture}.deb`;
    if (await context.files.exists(path)) return path;
  }
  throw failure('package-gone', EXIT.refused, { name, version, baseStore: context.baseStore });
}
