/** Profiles whose plans have every kind of action that an appliance carries out, on volumes that tiny bases fit in. */
const ADMIN =
  '{ user: ops, passwordHash: "$6$salt$hash", sshKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBcENee9OZa40HaxlqlkleCIRTxYEu1kRtxrI+bsvdaN admin@example"] }';

/** Every kind of action there is on LVM, and no more of each than needed. */
export const TINY_LEAN = `
version: 1
host:
  hostname: xen1.example.org
  storage: { disks: [{ largest: true }], boot: 128M, root: 256M, swap: 0, cache: 0, reserve: 64M }
  xen: { memory: 1G, vcpus: 1 }
  admin: ${ADMIN}
  commands: { early: ["echo early"], late: [] }
domus:
  - { name: web1, type: pv, boot: direct, memory: 256M, disks: { root: { size: 128M }, swap: 0 } }
  - { name: old1, type: hvm, memory: 256M, disks: { root: { size: 128M }, swap: 0 } }
`;

/** The same with swap, caches, data and commands everywhere. */
export const TINY_RICH = `
version: 1
host:
  hostname: xen1.example.org
  storage: { disks: [{ largest: true }], boot: 128M, root: 256M, swap: 32M, cache: 32M, reserve: 64M }
  xen: { memory: 1G, vcpus: 1 }
  admin: ${ADMIN}
  commands: { early: ["echo early"], late: ["echo late > /srv/late"] }
domus:
  - { name: web1, type: pv, boot: direct, memory: 256M, disks: { root: { size: 128M }, swap: 16M, data: [{ name: srv, size: 16M, mount: /srv }] }, commands: { late: ["sort /etc/passwd > /srv/users"] } }
  - { name: old1, type: hvm, memory: 256M, disks: { root: { size: 128M }, swap: 0 } }
`;

export const TINY_PLAIN = `
version: 1
host:
  hostname: xen2.example.org
  storage: { disks: [{ largest: true }], layout: plain, boot: 128M, root: 512M, swap: 0, cache: 0, reserve: 0 }
  xen: { memory: 1G, vcpus: 1 }
  admin: ${ADMIN}
domus:
  - { name: web1, memory: 256M, disks: { root: { size: 128M }, swap: 16M, data: [{ name: srv, size: 16M, mount: /srv }] } }
`;
