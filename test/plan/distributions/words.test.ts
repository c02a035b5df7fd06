/** What only a family of distributions says stays in `src/plan/distributions`: the rest of the plan asks its table. */
import { expect, test } from 'vitest';
import { parsed, sourcesUnder, wordsOf } from '../../program.ts';

/** Debian's words: its name and releases, its tools and their files, its packages, its paths and units. */
const WORDS: readonly RegExp[] = [
  /debian|ubuntu/i,
  /bookworm|trixie|forky|sid\b/i,
  /\bapt\b|apt[-_.A-Z]|Apt(?=[A-Z]|$)/,
  /dpkg|debconf|deb822|mmdebstrap|debootstrap|Types: deb/i,
  /sources\.list|\.sources\b|-updates\b|-security\b|non-free/,
  /initramfs|update-grub|kernel-img|\/etc\/kernel\//,
  /\/etc\/default\//,
  /GRUB_[A-Z]+_XEN|XEN_OVERRIDE/,
  /vmlinuz\b(?!`)|\/initrd\.img/,
  /\blinux-image|\bgrub-(pc|efi|xen|common|editenv)|grub2-common|\bxen-(system|utils|hypervisor)|\bfirmware-[a-z]/,
  /-microcode\b|busybox-static|openssh-server|console-setup|keyboard-configuration|libatomic1|libpam|libstdc/,
  /\/usr\/bin\/busybox|\bssh\.service/,
];

test.each(sourcesUnder('src/plan').filter((file) => !file.startsWith('src/plan/distributions/')))(
  '%s has no word of one family',
  (file) => {
    const found = wordsOf(parsed(file))
      .filter(({ text }) => WORDS.some((word) => word.test(text)))
      .map(({ text }) => text);
    expect(found).toEqual([]);
  },
);

test('the words are found where they belong', () => {
  const texts = sourcesUnder('src/plan/distributions').flatMap((file) => wordsOf(parsed(file)).map(({ text }) => text));
  for (const word of WORDS)
    expect(
      texts.filter((text) => word.test(text)),
      String(word),
    ).not.toEqual([]);
});
