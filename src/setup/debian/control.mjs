/** The texts that dpkg reads: control(5) and deb-changelog(5). Pure. */

export const PACKAGE = 'xenwright';
/** There is no address of the project's that takes mail; `.invalid` says so (RFC 2606). */
const MAINTAINER = 'The Xenwright authors <authors@xenwright.invalid>';

/** What commands use where they run; each is installed when a command needs it and asks, so none is needed to look. */
const SUGGESTS = [
  'e2fsprogs',
  'lvm2',
  'mmdebstrap',
  'openssh-client',
  'openssl',
  'qemu-system-x86',
  'qemu-utils',
  'xen-system-amd64',
];

/** `depends`: see libraries.mjs. What the files take is known once they are all there, and stands between the two. */
export function controlTexts({ version, depends }) {
  return {
    before: `Package: ${PACKAGE}
Version: ${version}
Architecture: amd64
Maintainer: ${MAINTAINER}
`,
    after: `Depends: ${depends}
Recommends: ca-certificates
Suggests: ${SUGGESTS.join(', ')}
Section: admin
Priority: optional
Description: installer for a Xen host and its guests, from one description
 Xenwright installs a Xen host whole: the Dom0 and its DomUs, in one run, from
 one description (a profile in YAML, or the answers in a wizard). It can also
 check a profile, show what an install would do, build a boot medium that
 installs machines unattended, and look after the DomUs of a Xen host: add,
 list, start, stop and rescue them.
 .
 The package has one executable, which contains its own Node.js.
`,
  };
}

/** One entry: what changed stands in the project's own changelog, beside it. `epoch`: seconds since 1970. */
export function debianChangelog({ version, epoch }) {
  return `${PACKAGE} (${version}) unstable; urgency=medium

  * Packaged from the sources; what changed is in changelog.gz.

 -- ${MAINTAINER}  ${rfc2822(epoch)}
`;
}

/** `Mon, 30 Nov 2026 18:00:00 +0000` */
function rfc2822(epoch) {
  return new Date(epoch * 1000).toUTCString().replace(/GMT$/, '+0000');
}
